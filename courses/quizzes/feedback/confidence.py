"""Certainty-based marking: one says how sure one is, and the marks reward who knows what they know.

The scheme is the one of A. R. Gardner-Medwin, used at University College London since 1994: certainty C = 1, 2, 3 earns 1, 2,
3 marks for a right answer and costs 0, 2, 6 for a wrong one ("Confidence assessment in the teaching of basic science",
ALT-J 3(1), 1995, 80-85; https://www.tmedwin.net/cbm/). It pays to be honest: C = 3 is best above 80 %, C = 2 above 67 %,
C = 1 below. Here three of its marks are the full marks of the question.

What a wrong answer costs is taken from the marks of the other questions, and the whole attempt never earns less than 0.
Where an answer is partly right, gain and loss are shared out in that proportion.
"""

from collections.abc import Sequence
from fractions import Fraction

from academy.i18n import lazy as _l
from courses.quizzes.feedback.base import ALL, NOTHING, FeedbackMode, Level, Terms


class Confidence(FeedbackMode):
    """Asks with each question how sure one is."""

    key = "confidence"
    name = _l("按把握程度计分")
    order = 50
    says = _l(
        "每题选一个把握程度：答对时，把握越大得分越多（三分之一、三分之二、全部）；"
        "答错时，没把握不扣分，有些把握倒扣这题分数的三分之二，很有把握倒扣两倍。总分最低为 0 分。"
    )
    levels = (
        Level(1, _l("没把握"), Fraction(1, 3)),
        Level(2, _l("有些把握"), Fraction(2, 3), Fraction(2, 3)),
        Level(3, _l("很有把握"), ALL, Fraction(2)),
    )

    def _level(self, confidence: int | None) -> Level:
        return next((level for level in self.levels if level.value == confidence), self.levels[0])

    def share(
        self, answer: Fraction | None, tries: Sequence[Fraction], confidence: int | None, terms: Terms
    ) -> Fraction | None:
        """Return what the answer earns at this certainty. Who was not asked, because a person judges, earns it all."""
        if answer is None or confidence is None:
            return answer
        return answer * self._level(confidence).right

    def deduction(self, share: Fraction, confidence: int | None) -> Fraction:
        """Return what the wrong part of the answer costs."""
        if confidence is None:
            return NOTHING
        level = self._level(confidence)
        return (1 - min(ALL, share / level.right)) * level.wrong


PLUGIN = Confidence()
