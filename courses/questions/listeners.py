"""How acts on questions read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "question.retired": _l("停用了题目“%(subject)s”"),
        "question.restored": _l("恢复了题目“%(subject)s”"),
        "question.reverted": _l("把题目“%(subject)s”恢复到第 %(number)s 版"),
    }
)
