"""What a sitting shows beside a question: its section, and what the quiz's feedback mode has to say while it is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

from sqlalchemy import select

from academy.db import db
from courses.question_types.base import hints_of
from courses.quizzes.feedback import installed as modes
from courses.quizzes.feedback.base import FeedbackMode, Terms
from courses.quizzes.models import Attempt, QuizTry, QuizVersion
from courses.quizzes.services.scoring import terms_of


@dataclass(frozen=True)
class Section:
    """The part of the paper that a question stands in. `is_first`: it opens the section in this attempt's order."""

    number: int
    title: str
    instructions: str
    is_first: bool


@dataclass(frozen=True)
class Help:
    """The feedback mode at one question. `tries` are the shares that the checked answers earned, in order."""

    mode: FeedbackMode
    terms: Terms
    tries: tuple[Fraction, ...]
    hints: tuple[str, ...]
    locked: bool
    last: Any = None
    """The answer that was checked last."""

    def checked(self, answer: Any) -> bool:
        """Whether this answer is the one that was checked last."""
        return bool(self.tries) and answer == self.last

    @property
    def tries_left(self) -> int:
        """How many further answers may be checked."""
        return 0 if self.locked else max(0, self.terms.tries_allowed - len(self.tries))

    @property
    def penalty(self) -> Fraction:
        """What the tries so far have cost, as a share of the question's marks."""
        return min(Fraction(1), sum(each < 1 for each in self.tries) * self.terms.penalty)

    def share(self, answer: Fraction | None, confidence: int | None) -> Fraction | None:
        """Return what the question earns as it stands."""
        return self.mode.share(answer, self.tries, confidence, self.terms)


class Placed(Protocol):
    """What is asked of a response here; a row of its columns will do."""

    @property
    def position(self) -> int:
        """Its place in the quiz."""

    @property
    def locked(self) -> bool:
        """Whether it takes no answer any more."""


class Helper:
    """Knows the tries of an attempt: one query where its quiz checks answers, else none."""

    def __init__(self, attempt: Attempt) -> None:
        version = attempt.quiz_version
        self.mode, self.terms = modes.get(version.feedback), terms_of(version)
        self._tries: dict[int, list[Fraction]] = {}
        self._last: dict[int, Any] = {}
        if self.mode.checks:
            query = select(QuizTry).where(QuizTry.attempt_id == attempt.id).order_by(QuizTry.position, QuizTry.number)
            for each in db.session.scalars(query):
                share = Fraction(each.fraction_numerator, each.fraction_denominator)
                self._tries.setdefault(each.position, []).append(share)
                self._last[each.position] = each.answer

    def at(self, response: Placed, content: Mapping[str, Any]) -> Help:
        """Return what there is to say about one question."""
        tries = tuple(self._tries.get(response.position, ()))
        hints = tuple(hints_of(content)[: self.mode.hints(tries, self.terms)]) if tries else ()
        return Help(self.mode, self.terms, tries, hints, response.locked, self._last.get(response.position))


def sections_of(version: QuizVersion, order: Sequence[int]) -> dict[int, Section]:
    """Return the section of each position that stands in one; `order` is the attempt's order of positions."""
    found: dict[int, Section] = {}
    for number, section in enumerate(version.plan.get("sections", []), 1):
        within = range(section["first"], section["first"] + section["count"])
        for place, position in enumerate([each for each in order if each in within]):
            found[position] = Section(number, section["title"], section["instructions"], place == 0)
    return found
