"""The figures of one frozen quiz, from sums that the database makes: one pass over the answers, whatever their number."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, cast, func, literal, select, text

from academy.clock import now
from academy.db import db
from courses.analysis import rules
from courses.analysis.rules import Choice, Cuts, Group
from courses.question_types import installed
from courses.question_types.base import plain_stem
from courses.questions.models import QuestionVersion
from courses.quizzes.models import Attempt, QuizVersion, Response

ANSWERS_KEPT = 12
"""How many different answers of a question without options are shown."""
ANSWERS_COUNTED = 2000
"""How many different ones are told apart while counting; rarer ones that come later are only counted."""
ROWS_AT_A_TIME = 2000


@dataclass
class _Given:
    """An answer, and how often it was given."""

    answer: Any
    count: int = 0
    upper: int = 0
    lower: int = 0

    def add(self, count: int, upper: int, lower: int) -> None:
        """Count more people."""
        self.count, self.upper, self.lower = self.count + count, self.upper + upper, self.lower + lower

    def choice(self, right: bool) -> Choice:
        """Return it as it is shown."""
        return Choice(self.count, self.upper, self.lower, right)


@dataclass
class _Question:
    """What is added up for one question."""

    position: int
    version: QuestionVersion
    marks: float = 0.0
    groups: dict[float, Group] = field(default_factory=dict)
    answers: dict[str, _Given] = field(default_factory=dict)


def counted(version_id: int, which: str) -> ColumnElement[bool]:
    """Return what is true of the attempts that count."""
    marked = and_(Attempt.marks_hundredths > 0, Attempt.awaiting == 0)
    known = and_(Attempt.quiz_version_id == version_id, Attempt.state == "submitted", marked)
    return and_(known, Attempt.number == 1) if which == "first" else known


_SCORE = cast(Attempt.score_numerator, Float) / cast(Attempt.score_denominator, Float)


def analyse(version: QuizVersion, which: str) -> dict[str, Any]:
    """Return the figures as JSON: `summary`, `scores`, `minutes`, and `items` in the order of the quiz."""
    chosen = counted(version.id, which)
    scores = _scores(chosen)
    groups = rules.cuts(scores)
    questions = _questions(version.id, chosen)
    for row in _answers(chosen, groups):
        _add(questions, row)
    return _figures(version, which, scores, list(questions.values()), _durations(chosen))


def _scores(chosen: ColumnElement[bool]) -> dict[float, int]:
    query = select(_SCORE, func.count()).where(chosen).group_by(_SCORE)
    return {float(score): count for score, count in db.session.execute(query)}


def _durations(chosen: ColumnElement[bool]) -> Counter[int]:
    """Return how many people took how many whole minutes."""
    query = select(Attempt.started_at, Attempt.submitted_at).where(chosen)
    minutes: Counter[int] = Counter()
    for started, ended in db.session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME)):
        minutes[_minutes(started, ended)] += 1
    return minutes


def _minutes(started: datetime, ended: datetime | None) -> int:
    return max(0, 0 if ended is None else round((ended - started).total_seconds() / 60))


def _questions(version_id: int, chosen: ColumnElement[bool]) -> dict[int, _Question]:
    """Return the questions that were asked, by the id of their version."""
    places = (
        select(Response.question_version_id, func.min(Response.position).label("position"))
        .join(Attempt, Attempt.id == Response.attempt_id)
        .where(chosen)
        .group_by(Response.question_version_id)
    )
    found = places.subquery()
    query = (
        select(QuestionVersion, found.c.position)
        .join(found, found.c.question_version_id == QuestionVersion.id)
        .order_by(found.c.position, QuestionVersion.id)
    )
    return {question.id: _Question(position, question) for question, position in db.session.execute(query)}


def _answers(chosen: ColumnElement[bool], groups: Cuts | None) -> Iterator[Any]:
    """Return, for each question, result and answer: how many, the sum of their scores, of the squares, and the groups."""
    upper = case((groups.upper <= _SCORE, 1), else_=0) if groups else literal(0)
    lower = case((groups.lower >= _SCORE, 1), else_=0) if groups else literal(0)
    sat = select(Attempt.id, _SCORE.label("score"), upper.label("upper"), lower.label("lower")).where(chosen).subquery()
    keys = (
        Response.question_version_id,
        Response.fraction_numerator,
        Response.fraction_denominator,
        Response.marks_hundredths,
        Response.answer,
    )
    score = sat.c.score
    sums = (func.count(), func.sum(score), func.sum(score * score), func.sum(sat.c.upper), func.sum(sat.c.lower))
    query = (
        select(*keys, *sums)
        .join(sat, sat.c.id == Response.attempt_id)
        .where(Response.fraction_numerator.is_not(None))
        .group_by(*keys)
    )
    if db.engine.dialect.name == "postgresql":
        # A cursor is planned for its first rows; here all are read, and the plan for that is twice as quick.
        db.session.execute(text("SET LOCAL cursor_tuple_fraction = 1"))
    yield from db.session.execute(query.execution_options(yield_per=ROWS_AT_A_TIME))


def _add(questions: dict[int, _Question], row: Any) -> None:
    version_id, numerator, denominator, marks, answer, count, scores, squares, upper, lower = row
    question = questions[version_id]
    question.marks = max(question.marks, float(marks))
    earned = marks * numerator / denominator
    group = question.groups.setdefault(earned, Group(earned, 0, 0.0, 0.0))
    group.count += count
    group.scores += float(scores)
    group.squares += float(squares)
    group.upper += int(upper)
    group.lower += int(lower)
    given = question.answers.get(key := json.dumps(answer, sort_keys=True))
    if given is None and len(question.answers) < ANSWERS_COUNTED:
        given = question.answers[key] = _Given(answer)
    if given is not None:
        given.add(count, int(upper), int(lower))


def _figures(
    version: QuizVersion, which: str, scores: dict[float, int], questions: list[_Question], minutes: Counter[int]
) -> dict[str, Any]:
    people = sum(scores.values())
    total = sum(score * count for score, count in scores.items())
    spread = rules.variance(people, total, sum(score**2 * count for score, count in scores.items()))
    items = [rules.item(question.groups.values(), question.marks) for question in questions]
    everybody_met_all = bool(items) and all(item.count == people for item in items)
    deviations = [item.deviation for item in items]
    reliability = rules.alpha([deviation**2 for deviation in deviations], spread) if everybody_met_all else None
    if reliability is not None:
        shared = [rules.covariance(question.groups.values()) for question in questions]
        for index, item in enumerate(items):
            item.alpha_without = rules.alpha_without(index, deviations, shared, spread)
    summary = rules.Summary(
        people,
        total / people if people else 0.0,
        spread**0.5,
        reliability,
        rules.standard_error(spread**0.5, reliability),
    )
    return {
        "which": which,
        "summary": asdict(summary),
        "full": version.marks_hundredths,
        "same_questions": everybody_met_all,
        "scores": rules.histogram(scores, version.marks_hundredths),
        "minutes": rules.median(minutes),
        "computed_at": now().isoformat(),
        "items": [_shown(question, item) for question, item in zip(questions, items, strict=True)],
    }


def _shown(question: _Question, item: rules.Item) -> dict[str, Any]:
    choices, others = _choices(question)
    item.flags = rules.flags_of(item, [choice for _id, _text, choice in choices if _id])
    return {
        "position": question.position,
        "question_id": question.version.question_id,
        "type": question.version.type,
        "stem": plain_stem(question.version.content),
        "marks": question.marks,
        **asdict(item),
        "choices": [{"text": text, **asdict(choice)} for _id, text, choice in choices],
        "other_answers": others,
    }


def _choices(question: _Question) -> tuple[list[tuple[str, str, Choice]], int]:
    """Return (id of an option or nothing, text, how often chosen), and how many gave answers that are not listed."""
    content = question.version.content
    options = [each for each in content.get("options") or [] if isinstance(each, dict) and "id" in each]
    if not options:
        return _texts(question)
    chosen = {str(each["id"]): _Given(None) for each in options}
    for given in question.answers.values():
        for identity in {str(each) for each in _as_list(given.answer)} & chosen.keys():
            chosen[identity].add(given.count, given.upper, given.lower)
    keys = {str(each) for each in _as_list(installed.get(question.version.type).correct_answer(content))}
    texts = {str(each["id"]): str(each.get("text", "")) for each in options}
    return [(identity, texts[identity], each.choice(identity in keys)) for identity, each in chosen.items()], 0


def _as_list(answer: Any) -> list[Any]:
    return answer if isinstance(answer, list) else [answer]


def _texts(question: _Question) -> tuple[list[tuple[str, str, Choice]], int]:
    """Return the answers most often given to a question without options, and how many gave others."""
    content, type_ = question.version.content, installed.get(question.version.type)
    ranked = sorted(question.answers.values(), key=lambda given: -given.count)[:ANSWERS_KEPT]
    rows = [
        ("", type_.answer_text(content, given.answer), given.choice(type_.grade(content, given.answer) == 1))
        for given in ranked
    ]
    everybody = sum(group.count for group in question.groups.values())
    return rows, everybody - sum(given.count for given in ranked)
