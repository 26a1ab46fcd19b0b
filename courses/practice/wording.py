"""The words of practice."""

from academy.i18n import _
from academy.i18n import lazy as _l
from courses.practice.rules import MockForm

STRENGTHS = {
    "few": _l("答得还少，看不出来"),
    "good": _l("掌握得不错"),
    "fair": _l("大体掌握"),
    "weak": _l("还要多练"),
}
KINDS = {"due": _l("间隔练习"), "notebook": _l("练错题"), "chapter": _l("章节练习")}


def category_words(name: str, singles: int, multiples: int) -> str:
    """Return a category with how much of an exam it holds."""
    return _("%(name)s（单选 %(singles)s 道，多选 %(multiples)s 道）", name=name, singles=singles, multiples=multiples)


def form_words(form: MockForm) -> str:
    """Return the size of an exam in one line."""
    return _(
        "%(questions)s 题，%(minutes)s 分钟，满分 %(marks)s 分（单选 %(singles)s 题，多选 %(multiples)s 题）",
        questions=form.questions,
        minutes=form.seconds // 60,
        marks=form.marks_hundredths // 100,
        singles=form.singles,
        multiples=form.multiples,
    )
