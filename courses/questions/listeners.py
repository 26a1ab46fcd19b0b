"""How acts on questions read in the audit log."""

from academy.audit import labels
from academy.i18n import lazy as _l

labels.register(
    {
        "question.retired": _l("停用了题目“%(subject)s”"),
        "question.restored": _l("恢复了题目“%(subject)s”"),
        "question.reverted": _l("把题目“%(subject)s”恢复到第 %(number)s 版"),
        "questions.moved": _l("一次把%(subject)s移到分类“%(to)s”"),
        "questions.tagged": _l("一次给%(subject)s加上标签：%(tags)s"),
        "questions.untagged": _l("一次给%(subject)s去掉标签：%(tags)s"),
        "questions.difficulty_set": _l("一次把%(subject)s的难度改成“%(difficulty)s”"),
        "questions.retired": _l("一次停用了%(subject)s"),
        "questions.restored": _l("一次恢复了%(subject)s"),
        "questions.given": _l("一次把%(subject)s交给%(to)s负责"),
        "question_category.added": _l("添加了题库分类“%(subject)s”"),
        "question_category.changed": _l("把题库分类“%(subject)s”改成“%(to)s”"),
        "question_category.moved": _l("把题库分类“%(subject)s”移动成“%(to)s”"),
        "question_category.reordered": _l("调整了题库分类“%(subject)s”的顺序"),
        "question_category.merged": _l("把题库分类“%(subject)s”并到“%(to)s”，移动了 %(count)s 道题"),
        "question_category.deleted": _l("删除了题库分类“%(subject)s”"),
    }
)
