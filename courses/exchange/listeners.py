"""How acts on imports read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "questions.imported": _l("导入了题目：“%(subject)s”"),
        "questions.import_undone": _l("撤销了题目的导入：“%(subject)s”"),
    }
)
