"""How acts on textbooks read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "textbook.created": _l("新建了教材“%(subject)s”"),
        "textbook.changed": _l("修改了教材“%(subject)s”的书名或简介"),
        "textbook.published": _l("出版了教材“%(subject)s”第 %(edition)s 版"),
        "textbook.chapter_removed": _l("把“%(chapter)s”移出了教材“%(subject)s”"),
        "textbook.chapter_restored": _l("把“%(chapter)s”放回了教材“%(subject)s”"),
    }
)
