"""The contract of a feedback mode."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import ClassVar

from academy.i18n import LazyString

NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class Terms:
    """What a quiz says about its mode. `penalty` is the share of a question's marks that each wrong try costs."""

    tries_allowed: int = 1
    penalty: Fraction = NOTHING
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Level:
    """How sure one may say one is. `right` and `wrong` are the shares of the marks that this earns or costs."""

    value: int
    name: LazyString
    right: Fraction
    wrong: Fraction = NOTHING


class FeedbackMode(ABC):
    """One way to give feedback. Stateless; one instance serves all requests.

    The tries at a question are the shares (0 to 1) that the answers checked so far earned by themselves, in order.
    """

    key: ClassVar[str]
    """Stored with every quiz; never changes."""
    name: ClassVar[LazyString]
    order: ClassVar[int] = 100
    says: ClassVar[LazyString]
    """What it means for who answers; a sentence for the author's form and the page before the quiz."""
    checks: ClassVar[bool] = False
    """Whether one may have a question checked while the attempt is open."""
    levels: ClassVar[tuple[Level, ...]] = ()
    """How sure one may say one is, the least sure first; without levels nobody is asked."""
    installed: ClassVar[bool] = True

    # -- while the attempt is open ---------------------------------------------------------------

    def is_locked(self, tries: Sequence[Fraction], terms: Terms) -> bool:
        """Whether the question takes no further answer; only then its key and explanation may be shown."""
        return False

    def hints(self, tries: Sequence[Fraction], terms: Terms) -> int:
        """Return how many hints may be shown after these tries, if the question has as many."""
        return 0

    def level(self, value: object) -> int | None:
        """Return the level that a form names, the least sure one where it names none; None where nobody is asked."""
        if not self.levels:
            return None
        text = str(value)
        return next((level.value for level in self.levels if str(level.value) == text), self.levels[0].value)

    # -- marks -----------------------------------------------------------------------------------

    @abstractmethod
    def share(
        self, answer: Fraction | None, tries: Sequence[Fraction], confidence: int | None, terms: Terms
    ) -> Fraction | None:
        """Return the share of the marks that a question earns in the end, 0 to 1; never raises.

        `answer` is what the answer that stands earns by itself; None where a person has to judge it, or its type is not
        installed, and then None comes back. The same values always give the same share.
        """

    def deduction(self, share: Fraction, confidence: int | None) -> Fraction:
        """Return what a question that earned `share` takes from the marks of the others, in shares of its own marks.

        The whole attempt never earns less than 0.
        """
        return NOTHING

    # -- afterwards ------------------------------------------------------------------------------

    def shows_key(self, terms: Terms, moment: datetime) -> bool:
        """Whether the key of an attempt that was handed in may be shown at this moment, as far as the mode goes."""
        return True


class AtTheEnd(FeedbackMode):
    """What modes have in common that say nothing before the paper is handed in."""

    def share(
        self, answer: Fraction | None, tries: Sequence[Fraction], confidence: int | None, terms: Terms
    ) -> Fraction | None:
        """Return what the answer earns."""
        return answer


class Missing(AtTheEnd):
    """Stands in for a mode that is not installed: answers are graded as they are, and no key is shown."""

    installed = False

    def __init__(self, key: str) -> None:
        self.key = key  # type: ignore[misc]

    def shows_key(self, terms: Terms, moment: datetime) -> bool:
        """Return that nothing is shown: nobody knows when the author wanted it to be."""
        return False
