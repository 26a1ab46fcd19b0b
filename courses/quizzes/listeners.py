"""How the audit log tells what is done with quizzes, and how the bank learns which questions they use."""

from academy.audit import labels
from academy.i18n import lazy as _l
from courses.questions.usage import register_shelf_usage, register_usage
from courses.quizzes.services import using

labels.register(
    {
        "quiz.allowance_granted": _l(
            "在测验“%(subject)s”给%(name)s作了个别安排：加时 %(minutes)s 分钟，加 %(attempts)s 次，原因：%(reason)s"
        ),
        "quiz.allowance_withdrawn": _l("在测验“%(subject)s”取消了给%(name)s的个别安排"),
    }
)

register_usage("quiz", find=using.find_uses, used=using.is_used, count=using.number_of_uses)
register_shelf_usage("quiz", find=using.find_draws)
