"""What of a quiz is shown: the questions of a sitting without their key, and the review with it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, select

from academy.clock import now
from academy.db import db
from courses.question_types import installed
from courses.question_types.base import (
    Content,
    FormValues,
    PrintParts,
    QuestionType,
    StepError,
    as_content,
    format_of,
    plain_stem,
    text_of,
)
from courses.question_types.text import plain_of
from courses.questions.models import QuestionVersion
from courses.quizzes import rules
from courses.quizzes.feedback import installed as modes
from courses.quizzes.feedback.base import Level
from courses.quizzes.models import Attempt, Quiz, QuizVersion, Response
from courses.quizzes.services.drafts import rows
from courses.quizzes.services.freezing import contents, placed, plan_of
from courses.quizzes.services.helping import Help, Helper, Section, sections_of
from courses.quizzes.services.scoring import fraction_of, terms_of


@dataclass(frozen=True)
class PaperQuestion:
    """One question as a trainee meets it. `number` is its place in this attempt, `position` its slot in the quiz.

    The content with its key stays private: templates get `shown`.
    """

    number: int
    position: int
    marks_hundredths: int
    type: QuestionType
    _content: Content = field(repr=False)
    _seed: str | None
    answer: Any = None
    flagged: bool = False
    sequence: int = 0
    confidence: int | None = None
    closes_at: datetime | None = None
    section: Section | None = None
    help: Help | None = None
    over: bool = False

    @property
    def locked(self) -> bool:
        """Whether it takes no answer any more, because it was checked or the time of its section has passed."""
        return self.over or (self.help is not None and self.help.locked)

    @property
    def checkable(self) -> bool:
        """Whether its answer may be checked while the attempt is open."""
        asks = self.help is not None and self.help.mode.checks
        fits = self.type.installed and not self.type.marked_by_hand
        return asks and not self.locked and fits and (not self.type.stepwise or self.type.is_answered(self._stands))

    @property
    def _stands(self) -> Any:
        """The answer that the question goes on from: none where a way that was checked may be gone anew."""
        begins = self.type.stepwise and self.help is not None and self.help.checked(self.answer) and not self.locked
        return None if begins else self.answer

    @property
    def levels(self) -> Sequence[Level]:
        """How sure one may say to be of the answer; empty where nobody is asked."""
        asked = self.help is not None and self.type.installed and not self.type.marked_by_hand
        return self.help.mode.levels if self.help and asked else ()

    def checked(self, *, show_key: bool) -> "Reviewed | None":
        """Return what a question that was checked shows while the attempt is open; None for any other."""
        if self.help is None or not self.help.locked:
            return None
        return self.reviewed(self.help.share(self.graded(), self.confidence), show_key=show_key)

    @property
    def answered(self) -> bool:
        """Whether the answer sheet shows it as answered."""
        return self.type.is_answered(self.answer)

    @cached_property
    def shown(self) -> Content:
        """What a browser may be given while the attempt is open."""
        return self.type.step(self._content, self._stands, self._seed)

    def tried(self, form: FormValues) -> "PaperQuestion":
        """Return the question with the answer of a form that nobody keeps; a way that cannot be gone is none."""
        given = self.type.parse_answer(form)
        if self.type.stepwise:
            try:
                given = self.type.advance(self._content, given, given, self._seed)
            except StepError:
                given = None
        return replace(self, answer=given)

    @property
    def stem(self) -> str:
        """The words of the question, for a list."""
        return plain_stem(self._content)

    @property
    def answer_text(self) -> str:
        """The answer in one line, in the letters of this attempt."""
        return self.text_of(self.answer)

    def text_of(self, answer: Any) -> str:
        """Return any answer to this question in one line, in the letters of this attempt."""
        return self.type.answer_text(self._content, answer, self._seed)

    def reviewed(self, fraction: Fraction | None, *, show_key: bool, awaiting: bool = False) -> "Reviewed":
        """Return the question for the review page, with the key only where it may be shown."""
        content = as_content(self._content)
        return Reviewed(
            question=self,
            fraction=fraction,
            earned=None if fraction is None else fraction * self.marks_hundredths,
            shown=self.type.review(content, self.answer, self._seed) if show_key else None,
            explanation=text_of(content, "explanation") if show_key else "",
            awaiting=awaiting,
        )

    def print_parts(self) -> PrintParts:
        """Return the question as a printed paper shows it; nothing of the key."""
        return self.type.print_parts(self._content, self._seed)

    def printed_key(self) -> tuple[str, str]:
        """Return the right answer and the explanation as plain text; for the key that instructors print."""
        content = as_content(self._content)
        answer = self.type.answer_text(content, self.type.correct_answer(content), self._seed)
        return answer, plain_of(text_of(content, "explanation"), format_of(content))

    @property
    def is_true_or_false(self) -> bool:
        """Whether the answer is a yes or a no."""
        return isinstance(self.type.correct_answer(self._content), bool)

    def graded(self) -> Fraction | None:
        """Return what the answer earns; for the author's preview, where nothing is stored. None where a person judges."""
        return self.type.grade(self._content, self.answer) if self.type.installed else None


@dataclass(frozen=True)
class Reviewed:
    """One question after handing in.

    `shown` and `explanation` are empty while the key must not be shown; the page then gives no verdict either, because
    right or wrong is the key of a true–false question. `fraction` is None where the type was not installed,
    where the question was left out afterwards, and while `awaiting` says that a marker has to read the answer.
    """

    question: PaperQuestion
    fraction: Fraction | None
    earned: Fraction | None
    shown: Content | None
    explanation: str
    awaiting: bool = False

    @property
    def verdict(self) -> str:
        """One of right, part, wrong, waiting, ungraded."""
        if self.awaiting:
            return "waiting"
        if self.fraction is None:
            return "ungraded"
        if self.fraction == 1:
            return "right"
        return "part" if self.fraction else "wrong"


def paper(attempt: Attempt) -> list[PaperQuestion]:
    """Return all questions of an attempt, in the order in which it shows them, with the answers. One query."""
    return [question for question, _response in _rows(attempt)]


def mode_shows_key(attempt: Attempt) -> bool:
    """Whether the feedback mode lets the key of a submitted attempt be seen now.

    Where that depends on the window, the latest of all versions counts: nobody may learn the key while others, who sit a
    later version, are at work. One query in that case, else none.
    """
    version = attempt.quiz_version
    mode, terms = modes.get(version.feedback), terms_of(version)
    if mode.shows_key(replace(terms, closes_at=None), now()):
        return True
    if not mode.shows_key(terms, now()):
        return False
    last = select(func.max(QuizVersion.closes_at)).where(QuizVersion.quiz_id == attempt.quiz_id)
    return mode.shows_key(replace(terms, closes_at=db.session.scalar(last)), now())


def review(attempt: Attempt, *, show_key: bool) -> list[Reviewed]:
    """Return all questions of a submitted attempt with what they earned. One query."""
    return [
        question.reviewed(fraction_of(response), show_key=show_key, awaiting=response.awaiting)
        for question, response in _rows(attempt)
    ]


# Every page of a sitting asks for all of the paper: past the ORM, which would make forty objects of it.
_response, _version = cast(Table, Response.__table__), cast(Table, QuestionVersion.__table__)
_PAPER = (
    select(
        _response.c.position,
        _response.c.marks_hundredths,
        _response.c.closes_at,
        _response.c.answer,
        _response.c.flagged,
        _response.c.sequence,
        _response.c.fraction_numerator,
        _response.c.fraction_denominator,
        _response.c.awaiting,
        _response.c.locked,
        _response.c.confidence,
        _version.c.type,
        _version.c.content,
    )
    .join(_version, _version.c.id == _response.c.question_version_id)
    .where(_response.c.attempt_id == bindparam("attempt"))
)


def _rows(attempt: Attempt) -> list[tuple[PaperQuestion, Any]]:
    """Return the questions in this attempt's order, each with its response: the columns that `_PAPER` names."""
    version = attempt.quiz_version
    rows = {row.position: row for row in db.session.connection().execute(_PAPER, {"attempt": attempt.id})}
    shape = [(each["first"], each["count"], each["shuffle"]) for each in version.plan.get("sections", [])]
    order = rules.paper_order(len(rows), shape, attempt.seed, version.shuffle_questions)
    sections, helper, moment = sections_of(version, order), Helper(attempt), now()
    rule = version.plan.get("scoring", "")
    result: list[tuple[PaperQuestion, Any]] = []
    for number, position in enumerate(order, 1):
        row = rows[position]
        content, type_ = as_content(row.content), installed.get(row.type)
        question = PaperQuestion(
            number=number,
            position=position,
            marks_hundredths=row.marks_hundredths,
            type=type_,
            _content=type_.scored_by(content, rule),
            _seed=rules.option_seed(attempt.seed, position, version.shuffle_options),
            answer=row.answer,
            flagged=row.flagged,
            sequence=row.sequence,
            confidence=row.confidence,
            closes_at=row.closes_at,
            section=sections.get(position),
            help=helper.at(row, content),
            over=rules.is_overdue(attempt.state, row.closes_at, moment),
        )
        result.append((question, row))
    return result


def draft_paper(quiz: Quiz, letter: str = "A") -> list[PaperQuestion]:
    """Return the questions of a draft in the author's order, for the preview and for printing.

    Where questions are drawn, they are those of the paper with this letter.
    """
    listed = rows(quiz)
    chosen = placed(quiz.id, listed, letter)
    versions = contents(chosen)
    standing = _sections_at(plan_of(listed)["sections"])
    return [
        PaperQuestion(
            number=number,
            position=each.position,
            marks_hundredths=each.marks_hundredths,
            type=installed.get(versions[each.version_id].type),
            _content=versions[each.version_id].content,
            _seed=None,
            section=standing.get(each.position),
        )
        for number, each in enumerate(chosen, 1)
    ]


def _sections_at(sections: list[dict[str, Any]]) -> dict[int, Section]:
    """Return the section of each position in the author's order."""
    return {
        position: Section(number, each["title"], each["instructions"], position == each["first"])
        for number, each in enumerate(sections, 1)
        for position in range(each["first"], each["first"] + each["count"])
    }
