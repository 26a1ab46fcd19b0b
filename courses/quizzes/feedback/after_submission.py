"""After handing in: the key and the explanations stand on the result page."""

from academy.i18n import lazy as _l
from courses.quizzes.feedback.base import AtTheEnd


class AfterSubmission(AtTheEnd):
    """As most tests do; the quiz's rule about reviewing may hold the key back longer."""

    key = "after_submission"
    name = _l("交卷以后")
    order = 10
    says = _l("交卷以后看对错、答案和解析。")


PLUGIN = AfterSubmission()
