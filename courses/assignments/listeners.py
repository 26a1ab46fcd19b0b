"""How the audit log words what happens here."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "assignment.handed_in": _l("交了作业“%(subject)s”（第 %(number)s 次）"),
        "assignment.marked": _l("批阅了%(name)s的作业“%(subject)s”：%(points)s 分"),
        "assignment.returned": _l("把%(name)s的作业“%(subject)s”退回重交"),
        "assignment.mark_changed": _l("改了%(name)s的作业“%(subject)s”的评分：%(points)s 分"),
    }
)
