"""How acts on courses read in the audit log, and how the bank learns which questions are asked in recordings."""

from academy.audit import labels
from academy.i18n import lazy as _l
from courses.catalog.services import using
from courses.questions.usage import register_usage

labels.register(
    {
        "course.created": _l("建立了课程“%(subject)s”"),
        "course.changed": _l("修改了课程“%(subject)s”的基本信息"),
        "course.chapter_deleted": _l("从课程“%(subject)s”的草稿里删除了一章“%(chapter)s”"),
        "lesson.deleted": _l("从课程“%(course)s”的草稿里删除了一节“%(subject)s”"),
        "course.published": _l("发布了课程“%(subject)s”第 %(version)s 版"),
        "course.withdrawn": _l("下架了课程“%(subject)s”"),
        "course.restored": _l("重新上架了课程“%(subject)s”"),
    }
)

register_usage("recording", find=using.find_uses, used=using.is_used)
