"""At once: a question is checked when one asks for it, and then shows what was right."""

from collections.abc import Sequence
from fractions import Fraction

from academy.i18n import lazy as _l
from courses.quizzes.feedback.base import FeedbackMode, Terms


class Immediate(FeedbackMode):
    """For practice: the first answer that is checked counts, and the question is closed by it."""

    key = "immediate"
    name = _l("每题当场")
    order = 30
    says = _l("每题作答后可以点“检查这题”，当场看对错、答案和解析；检查过的题不能再改。")
    checks = True

    def is_locked(self, tries: Sequence[Fraction], terms: Terms) -> bool:
        """Return whether it has been checked."""
        return bool(tries)

    def share(
        self, answer: Fraction | None, tries: Sequence[Fraction], confidence: int | None, terms: Terms
    ) -> Fraction | None:
        """Return what the checked answer earns; what was never checked counts as it stands at the end."""
        return tries[0] if tries and answer is not None else answer


PLUGIN = Immediate()
