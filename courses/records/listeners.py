"""How acts on training records read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "record.looked_at": _l("查看了“%(subject)s”的学习档案"),
        "own_data.downloaded": _l("下载了自己的全部数据"),
    }
)
