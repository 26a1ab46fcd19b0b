"""The rules of practice: when a question leaves the notebook, when it is due again, how a mock exam is put together.

The schedule is Leitner's card box (S. Leitner, So lernt man lernen, Freiburg 1972): a question that is answered right when
it is due moves to the next of five boxes, a wrong answer puts it back into the first. The boxes are opened after 1, 3, 7, 14
and 30 days. That longer gaps between repetitions are remembered better is shown in N. J. Cepeda et al., Distributed practice
in verbal recall tasks, Psychological Bulletin 132, 2006.

Pure: days, counts and answers come in as values.
"""

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

INTERVALS = (1, 3, 7, 14, 30)
"""Days until a question of box 1, 2, 3, 4, 5 is due."""
AT_ONCE = 10
"""So many questions make a session of spaced practice."""
LEAVE_AFTER = (1, 2, 3)
NOTE_LIMIT = 2000

Key = TypeVar("Key", bound=Hashable)


class Left(StrEnum):
    """How a question left the notebook."""

    NOT = ""
    ANSWERS = "answers"
    HAND = "hand"


@dataclass(frozen=True)
class Choice:
    """What the trainee has chosen; see PracticeSettings."""

    leave_after: int = 2
    keep_reviewing: bool = True


@dataclass(frozen=True)
class Standing:
    """Where a question stands for a person. `due_on` None: the schedule is over for it."""

    wrong: int = 0
    right: int = 0
    in_a_row: int = 0
    box: int = 1
    due_on: date | None = None
    left: str = Left.NOT


def after_answer(before: Standing, right: bool, choice: Choice, today: date) -> Standing:
    """Return the standing after one more answer, given `today`.

    A wrong answer brings the question back, however it had left. A right one moves it to the next box only when it was
    due; after so many in a row as the trainee chose it leaves the notebook.
    """
    if not right:
        return replace(
            before, wrong=before.wrong + 1, in_a_row=0, box=1, due_on=today + timedelta(INTERVALS[0]), left=Left.NOT
        )
    box, due_on = _next_box(before, today)
    in_a_row, left = before.in_a_row + 1, before.left
    if left == Left.NOT and in_a_row >= choice.leave_after:
        left = Left.ANSWERS
    if left == Left.HAND or (left == Left.ANSWERS and not choice.keep_reviewing):
        due_on = None
    return replace(before, right=before.right + 1, in_a_row=in_a_row, box=box, due_on=due_on, left=left)


def _next_box(before: Standing, today: date) -> tuple[int, date | None]:
    """Return box and day after a right answer; after the last box the question is known."""
    if before.due_on is None or before.due_on > today:
        return before.box, before.due_on
    if before.box == len(INTERVALS):
        return before.box, None
    return before.box + 1, today + timedelta(INTERVALS[before.box])


def taken_back(before: Standing) -> Standing:
    """Return the standing after an answer that counted as wrong turned out to be right; without any other it leaves."""
    wrong = max(0, before.wrong - 1)
    after = replace(before, wrong=wrong, right=before.right + 1, in_a_row=before.in_a_row + 1)
    return after if wrong else removed(after)


def removed(before: Standing) -> Standing:
    """Return the standing after the trainee took the question out."""
    return replace(before, left=Left.HAND, due_on=None)


def put_back(before: Standing, today: date) -> Standing:
    """Return the standing after the trainee put the question back: at the beginning, and due at once."""
    return replace(before, left=Left.NOT, in_a_row=0, box=1, due_on=today)


def blanks_count(answered: int, total: int) -> bool:
    """Whether questions left empty go into the notebook: not when most of the paper was, as after giving up early."""
    return total > 0 and answered * 2 >= total


# -- drawing -------------------------------------------------------------------------------------------------------


def draw(candidates: Iterable[Key], count: int, seed: str) -> list[Key]:
    """Return up to `count` of the candidates in an order that looks random and is the same for the same seed.

    Nothing comes twice.
    """
    unique = dict.fromkeys(candidates)
    return sorted(unique, key=lambda each: (hashlib.sha256(f"{seed}:{each}".encode()).digest(), str(each)))[:count]


# -- the mock exam -------------------------------------------------------------------------------------------------

MOST_PARTS = 20
SINGLES_A_PART, MULTIPLES_A_PART = 3, 1
SINGLE_HUNDREDTHS, MULTIPLE_HUNDREDTHS = 100, 200
SECONDS_A_PART = 360
MOCK_PASS_PERCENT = 60
"""The objective papers of the social-work examination: 60 single × 1 and 20 multiple × 2 in two hours, 60 of 100 marks to pass.

That is twenty equal parts of three single and one multiple choice in six minutes; fewer parts make a smaller exam in the
same proportion.
"""


@dataclass(frozen=True)
class MockForm:
    """How large a mock exam is."""

    parts: int

    @property
    def singles(self) -> int:
        """How many single choices."""
        return self.parts * SINGLES_A_PART

    @property
    def multiples(self) -> int:
        """How many multiple choices."""
        return self.parts * MULTIPLES_A_PART

    @property
    def questions(self) -> int:
        """How many questions."""
        return self.singles + self.multiples

    @property
    def seconds(self) -> int:
        """How long it takes."""
        return self.parts * SECONDS_A_PART

    @property
    def marks_hundredths(self) -> int:
        """What it is worth."""
        return self.singles * SINGLE_HUNDREDTHS + self.multiples * MULTIPLE_HUNDREDTHS

    @property
    def full(self) -> bool:
        """Whether it is as large as the examination."""
        return self.parts == MOST_PARTS


def possible_form(singles: int, multiples: int) -> MockForm:
    """Return the largest exam that so many questions allow; with `parts` 0 when there are too few for any."""
    return MockForm(min(singles // SINGLES_A_PART, multiples // MULTIPLES_A_PART, MOST_PARTS))


# -- strengths -----------------------------------------------------------------------------------------------------

LAST_ANSWERS = 200
ENOUGH_ANSWERS = 5
GOOD, FAIR = Fraction(85, 100), Fraction(60, 100)


@dataclass(frozen=True)
class Strength:
    """How one category goes: answers counted, how many of them right, and the mean share earned."""

    answers: int
    right: int
    share: Fraction

    @property
    def word(self) -> str:
        """One of few, good, fair, weak."""
        if self.answers < ENOUGH_ANSWERS:
            return "few"
        return "good" if self.share >= GOOD else "fair" if self.share >= FAIR else "weak"


def strengths(answers: Iterable[tuple[Key, Fraction]]) -> Mapping[Key, Strength]:
    """Add up (category, share earned) of answers by category."""
    grouped: dict[Key, list[Fraction]] = {}
    for key, fraction in answers:
        grouped.setdefault(key, []).append(fraction)
    return {key: _strength(fractions) for key, fractions in grouped.items()}


def _strength(fractions: Sequence[Fraction]) -> Strength:
    right = sum(fraction == 1 for fraction in fractions)
    return Strength(len(fractions), right, sum(fractions, Fraction(0)) / len(fractions))
