"""Several tries, with hints: who is wrong is helped on, and pays for it with a part of the marks.

The marks follow the adaptive behaviour of Moodle's question engine
(https://docs.moodle.org/en/Question_behaviours#Adaptive_mode): a try earns what it is worth less the penalty of the tries
before it, and the best of them counts, so that trying again never takes away what was earned.
"""

from collections.abc import Sequence
from fractions import Fraction

from academy.i18n import lazy as _l
from courses.quizzes.feedback.base import ALL, NOTHING, FeedbackMode, Terms


class Retries(FeedbackMode):
    """Check, read the hint, try again; the key comes after the right answer or the last try."""

    key = "retries"
    name = _l("可以重试，有提示")
    order = 40
    says = _l("每题可以点“检查这题”：答错了给提示再试，每错一次扣这题的一部分分数；答对或者次数用完后看答案和解析。")
    checks = True

    def is_locked(self, tries: Sequence[Fraction], terms: Terms) -> bool:
        """Return whether a try was right, or the last one is used up."""
        return len(tries) >= terms.tries_allowed or ALL in tries

    def hints(self, tries: Sequence[Fraction], terms: Terms) -> int:
        """Return a hint for each try that was not right."""
        return sum(each < ALL for each in tries)

    def share(
        self, answer: Fraction | None, tries: Sequence[Fraction], confidence: int | None, terms: Terms
    ) -> Fraction | None:
        """Return the best of all tries, each less its penalty; an answer that was not checked counts as one more try.

        Who hands in the very answer that was checked last loses nothing by it: the same answer after a further penalty
        is worth less than it was.
        """
        if answer is None:
            return None
        given = [*tries, answer] if not self.is_locked(tries, terms) else [*tries]
        return max(NOTHING, *(earned - place * terms.penalty for place, earned in enumerate(given)))


PLUGIN = Retries()
