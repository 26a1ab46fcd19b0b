"""After the window has closed: for an exam that not everybody sits at the same time."""

from datetime import datetime

from academy.i18n import lazy as _l
from courses.quizzes.feedback.base import AtTheEnd, Terms


class AfterClosing(AtTheEnd):
    """Who is finished early can tell nobody what was right: nothing is shown before everybody's time is over."""

    key = "after_closing"
    name = _l("考试结束以后")
    order = 20
    says = _l("开放时间结束以后看对错、答案和解析，之前只看得到分数。")

    def shows_key(self, terms: Terms, moment: datetime) -> bool:
        """Return whether the window has closed; without a window nothing is ever shown."""
        return terms.closes_at is not None and moment >= terms.closes_at


PLUGIN = AfterClosing()
