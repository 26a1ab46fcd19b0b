"""What formats cannot carry, said in the same words by all of them."""

import re
from collections.abc import Collection

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.formats.question_contents import is_markdown
from courses.formats.questions import Question

PICTURE_IN_TEXT = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(<?(/pictures/[0-9a-zA-Z]+/[^)>\s]+)>?\)")


def whole(question: Question) -> LazyString:
    """Say that a type has no place in the format at all."""
    return _l("这种格式不能表示这个题型，整道题不导出")


def parts(question: Question, kept: Collection[str]) -> list[LazyString]:
    """Return what of a question gets lost in a format that keeps only these of: hints, order, pictures, markdown, rubric, tags, difficulty."""
    content = question.content
    checks = [
        ("hints", bool(content.get("hints")), _l("提示不能带走")),
        ("order", content.get("keep_order") is True, _l("“选项的顺序固定”不能带走")),
        ("pictures", bool(PICTURE_IN_TEXT.search(str(content))), _l("图片不随文件走，文字里只留地址")),
        ("markdown", is_markdown(content), _l("格式（粗体、列表、表格）变成普通文字")),
        ("rubric", bool(content.get("rubric")), _l("评分标准不能带走")),
        ("model_answer", bool(content.get("model_answer")), _l("参考答案不能带走")),
        ("explanation", bool(content.get("explanation")), _l("解析不能带走")),
        ("tags", bool(question.tags), _l("标签不能带走")),
        ("difficulty", question.difficulty != "medium", _l("难度不能带走")),
        ("category", bool(question.category), _l("分类不能带走")),
        ("rule", content.get("show_rule") is True, _l("“告诉学员给分办法”不能带走")),
        (
            "limits",
            question.type == "essay" and (content.get("min_chars") or 0, content.get("max_chars") or 0) != (0, 2000),
            _l("字数要求不能带走"),
        ),
    ]
    return [message for name, lost, message in checks if lost and name not in kept]
