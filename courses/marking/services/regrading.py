"""Grading one question again for everybody who was asked it: first what would change, then the change, and back.

Responses keep the version that was seen; a regrade says by which version's key they were graded. What somebody has
decided by hand after an appeal is left alone.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.jobs.services import enqueue
from courses.marking.models import Mark, Regrade, RegradeChange
from courses.marking.services import answers
from courses.question_types import installed
from courses.questions.models import Question, QuestionVersion
from courses.quizzes import rules as quiz_rules
from courses.quizzes.models import Attempt, Quiz, Response
from courses.quizzes.services import scoring

JOB = "marking.regrade"
IN_A_JOB_FROM = 100
"""From how many answers on a regrade is done in the background."""
BATCH = 200
ACTIONS = ("key", "full", "left_out")
REASON_LIMIT = 500


@dataclass(frozen=True)
class Change:
    """What happens to one person: the share of the question and the score of the attempt, before and after."""

    attempt: Attempt
    response: Response
    old: Fraction | None
    new: Fraction | None
    before: quiz_rules.Score
    after: quiz_rules.Score
    passed_before: bool
    passes_after: bool


@dataclass
class Preview:
    """What a regrade would do. `changes` are the first of them; the counts are of all."""

    asked: int
    changed: int
    up: int
    down: int
    now_pass: int
    now_fail: int
    by_hand: int
    changes: list[Change]


def questions_of(quiz_id: int) -> list[tuple[Question, QuestionVersion, int]]:
    """Return the questions that were asked in attempts that have been handed in, with the current version and how often."""
    asked = (
        select(QuestionVersion.question_id, func.count().label("times"), func.min(Response.position).label("place"))
        .select_from(Response)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.state == "submitted")
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    query = (
        select(Question, QuestionVersion, asked.c.times)
        .join(asked, asked.c.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .order_by(asked.c.place, Question.id)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def still_sitting(quiz_id: int) -> int:
    """Return how many people are sitting the quiz now: they are graded by what they see, and can be regraded later."""
    query = select(func.count()).select_from(Attempt).where(Attempt.quiz_id == quiz_id, Attempt.state == "open")
    return db.session.scalar(query) or 0


def _asked(quiz_id: int, question_id: int) -> Any:
    return (
        select(Attempt.id, Response.position)
        .join(Response, Response.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Attempt.quiz_id == quiz_id, Attempt.state == "submitted", QuestionVersion.question_id == question_id)
        .order_by(Attempt.id, Response.position)
    )


def _decided_by_hand() -> Any:
    return exists().where(Mark.attempt_id == Response.attempt_id, Mark.position == Response.position, Mark.whole)


def _places(quiz_id: int, question_id: int) -> list[tuple[int, int]]:
    query = _asked(quiz_id, question_id).where(~_decided_by_hand())
    return [(row[0], row[1]) for row in db.session.execute(query)]


def changes(quiz: Quiz, question_id: int, action: str, key: QuestionVersion | None) -> Iterator[Change]:
    """Yield what a regrade would change, attempt by attempt, without changing anything."""
    places = _places(quiz.id, question_id)
    for start_ in range(0, len(places), BATCH):
        batch = places[start_ : start_ + BATCH]
        attempts, papers = _loaded([attempt_id for attempt_id, _position in batch])
        for attempt_id, position in batch:
            change = _change(attempts[attempt_id], papers[attempt_id], position, action, key)
            if change is not None:
                yield change


def _loaded(attempt_ids: list[int]) -> tuple[dict[int, Attempt], dict[int, list[Response]]]:
    """Return attempts with their frozen quiz, and their responses. Two queries."""
    query = select(Attempt).options(joinedload(Attempt.quiz_version)).where(Attempt.id.in_(attempt_ids))
    attempts = {attempt.id: attempt for attempt in db.session.scalars(query)}
    papers: dict[int, list[Response]] = {attempt_id: [] for attempt_id in attempt_ids}
    responses = select(Response).where(Response.attempt_id.in_(attempt_ids)).order_by(Response.position)
    for response in db.session.scalars(responses, execution_options={"populate_existing": True}):
        papers[response.attempt_id].append(response)
    return attempts, papers


def _change(
    attempt: Attempt, responses: list[Response], position: int, action: str, key: QuestionVersion | None
) -> Change | None:
    """Return what happens to one attempt, or None when nothing does. Nothing is written."""
    response = next(each for each in responses if each.position == position)
    scheme = scoring.scheme_of(attempt, attempt.quiz_version)
    trial = _trial(response)
    if action == "key" and key is not None:
        if response.awaiting or not installed.get(key.type).installed:
            return None
        if _hand_marked(response, key):
            found = answers.find(attempt.id, position)
            scoring.note(trial, found.share_by(key.content) if found else scoring.fraction_of(response))
        else:
            scoring.grade(trial, key.type, key.content, scheme)
    else:
        trial.awaiting, trial.confidence = False, None
        scoring.note(trial, Fraction(1) if action == "full" else None)
    before, waiting_before = scoring.add_up(responses, scheme)
    after, waiting = scoring.add_up([trial if each is response else each for each in responses], scheme)
    old, new = scoring.fraction_of(response), scoring.fraction_of(trial)
    if (old, before, waiting_before) == (new, after, waiting):
        return None
    passes = waiting == 0 and quiz_rules.has_passed(after, scheme.pass_percent)
    return Change(attempt, response, old, new, before, after, attempt.passed, passes)


def _trial(response: Response) -> Response:
    """Return a copy that belongs to no session."""
    names = ("position", "question_version_id", "marks_hundredths", "answer", "confidence", "awaiting")
    values = {name: getattr(response, name) for name in names if hasattr(response, name)}
    trial = Response(**values)
    scoring.note(trial, scoring.fraction_of(response))
    return trial


def _hand_marked(response: Response, key: QuestionVersion) -> bool:
    return bool(installed.get(key.type).hand_parts(key.content, response.answer))


def preview(quiz: Quiz, question_id: int, action: str, key: QuestionVersion | None, most: int = 50) -> Preview:
    """Return who would be changed, and how."""
    every = _asked(quiz.id, question_id)
    asked = db.session.scalar(select(func.count()).select_from(every.subquery())) or 0
    by_hand = db.session.scalar(select(func.count()).select_from(every.where(_decided_by_hand()).subquery())) or 0
    found = Preview(asked, 0, 0, 0, 0, 0, by_hand, [])
    for change in changes(quiz, question_id, action, key):
        found.changed += 1
        found.up += change.after.share > change.before.share
        found.down += change.after.share < change.before.share
        found.now_pass += change.passes_after and not change.passed_before
        found.now_fail += change.passed_before and not change.passes_after
        if len(found.changes) < most:
            found.changes.append(change)
    return found


def start(quiz: Quiz, question: Question, action: str, person: Person, reason: str) -> Regrade:
    """Regrade a question, at once or in a job where many were asked it.

    Raises UserError: 422 without a reason, 409 while another regrade of the question is under way.
    """
    reason = " ".join(reason.split())
    if not 2 <= len(reason) <= REASON_LIMIT:
        raise UserError(_("写明为什么重新评分，2 到 500 个字"), 422, "reason")
    key_id = question.current_version_id if action == "key" else None
    row = Regrade(
        quiz_id=quiz.id,
        question_id=question.id,
        action=action,
        key_version_id=key_id,
        reason=reason,
        made_by_id=person.id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise UserError(_("这道题正在重新评分，等它结束再试"), 409) from error
    record("marking.regraded", quiz, question=question.id, reason=reason)
    return _run(row, apply, person)


def undo(row: Regrade, person: Person) -> Regrade:
    """Give back what a regrade changed, where it has not been changed again since. Raises UserError (409) otherwise."""
    db.session.refresh(row, with_for_update=True)
    later = select(Regrade.id).where(
        Regrade.quiz_id == row.quiz_id,
        Regrade.question_id == row.question_id,
        Regrade.id > row.id,
        Regrade.state.in_(("waiting", "done", "undoing")),
    )
    if row.state != "done" or db.session.scalar(later.limit(1)) is not None:
        raise UserError(_("这次重新评分以后又有新的，先撤销后面的"), 409)
    row.state = "undoing"
    db.session.flush()
    record("marking.regrade_undone", db.session.get_one(Quiz, row.quiz_id), question=row.question_id)
    return _run(row, take_back, person)


def _run(row: Regrade, work: Callable[[Regrade], None], person: Person) -> Regrade:
    if len(_places(row.quiz_id, row.question_id)) >= IN_A_JOB_FROM:
        enqueue(JOB, person, regrade_id=row.id)
    else:
        work(row)
    return row


def left(row: Regrade) -> list[tuple[int, int]]:
    """Return the places that a regrade has still to look at."""
    there = changed(row)
    if row.state == "undoing":
        return there
    done = set(there)
    return [place for place in _places(row.quiz_id, row.question_id) if place not in done]


def changed(row: Regrade) -> list[tuple[int, int]]:
    """Return the places that a regrade has changed."""
    query = select(RegradeChange.attempt_id, RegradeChange.position).where(RegradeChange.regrade_id == row.id)
    return [(found[0], found[1]) for found in db.session.execute(query.order_by(RegradeChange.attempt_id))]


def end(row: Regrade) -> None:
    """Note that a regrade, or its undoing, is done."""
    if row.state == "waiting":
        row.state, row.done_at = "done", now()
    else:
        row.state, row.undone_at = "undone", now()
    db.session.flush()


def apply(row: Regrade) -> None:
    """Write the changes of a regrade, each with what was there before."""
    apply_to(row, left(row))
    end(row)


def apply_to(row: Regrade, places: Sequence[tuple[int, int]]) -> None:
    """Write what a regrade changes at some places."""
    key = db.session.get(QuestionVersion, row.key_version_id) if row.key_version_id else None
    for attempt_id, position in places:
        attempt = scoring.lock(attempt_id)
        if attempt is None or _decided(attempt_id, position):  # decided while this was under way
            continue
        change = _change(attempt, _loaded([attempt_id])[1][attempt_id], position, row.action, key)
        if change is None:
            continue
        response = change.response
        db.session.add(_noted(row, change))
        response.awaiting = False
        scoring.note(response, change.new)
        scoring.settle_again(attempt)


def _noted(row: Regrade, change: Change) -> RegradeChange:
    old, new = _pair(change.old), _pair(change.new)
    score = quiz_rules.kept(change.before.earned).as_integer_ratio()
    return RegradeChange(
        regrade_id=row.id,
        attempt_id=change.attempt.id,
        position=change.response.position,
        old_numerator=old[0],
        old_denominator=old[1],
        old_awaiting=change.response.awaiting,
        new_numerator=new[0],
        new_denominator=new[1],
        score_numerator=score[0],
        score_denominator=score[1],
        score_marks=change.before.possible,
    )


def _pair(share: Fraction | None) -> tuple[int | None, int]:
    return (None, 1) if share is None else share.as_integer_ratio()


def take_back(row: Regrade) -> None:
    """Write back what was there before, where nobody has changed it since."""
    give_back(row, left(row))
    end(row)


def give_back(row: Regrade, places: Sequence[tuple[int, int]]) -> None:
    """Write back what was there before at some places."""
    for attempt_id, position in places:
        change = db.session.get_one(RegradeChange, (row.id, attempt_id, position))
        attempt = scoring.lock(attempt_id)
        response = db.session.get(Response, (attempt_id, position), populate_existing=True)
        if attempt is None or response is None or _decided(attempt_id, position):
            continue
        if (response.fraction_numerator, response.fraction_denominator) != (
            change.new_numerator,
            change.new_denominator,
        ):
            continue
        old = None if change.old_numerator is None else Fraction(change.old_numerator, change.old_denominator)
        scoring.note(response, old)
        response.awaiting = change.old_awaiting
        scoring.settle_again(attempt)


def _decided(attempt_id: int, position: int) -> bool:
    query = select(Mark.id).where(Mark.attempt_id == attempt_id, Mark.position == position, Mark.whole)
    return db.session.scalar(query.limit(1)) is not None


def history(quiz_id: int) -> list[tuple[Regrade, QuestionVersion, str, int]]:
    """Return the regrades of a quiz, the newest first: with the question as it is now, who made it, how many it changed."""
    count = (
        select(func.count()).select_from(RegradeChange).where(RegradeChange.regrade_id == Regrade.id).scalar_subquery()
    )
    query = (
        select(Regrade, QuestionVersion, Person.name, count)
        .join(Question, Question.id == Regrade.question_id)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .outerjoin(Person, Person.id == Regrade.made_by_id)
        .where(Regrade.quiz_id == quiz_id)
        .order_by(Regrade.id.desc())
    )
    return [(row[0], row[1], row[2] or "", row[3]) for row in db.session.execute(query)]


def was_changed(attempt_id: int) -> bool:
    """Whether marks of an attempt have changed, or were given, since it was handed in. Two queries at most."""
    regraded = select(RegradeChange.attempt_id).where(RegradeChange.attempt_id == attempt_id)
    marked = select(Mark.id).where(Mark.attempt_id == attempt_id)
    return any(db.session.scalar(query.limit(1)) is not None for query in (regraded, marked))
