"""The author's form of an assignment."""

from typing import Any

from wtforms import BooleanField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from courses.lesson_types.assignment import rubric

TASK_LIMIT, SAMPLE_LIMIT = 10_000, 10_000
LARGEST = 10_000
MOST_FILES = 5
MOST_TRIES = 9
LEAST, MOST, TRIES = 50, 2000, 2
HAND_IN = {
    "text": _l("文字"),
    "files": _l("文件"),
    "either": _l("文字或文件，至少交一样"),
    "both": _l("文字和文件，两样都交"),
}
KINDS = {
    "picture": _l("照片和图片（JPG、PNG、WebP）"),
    "document": _l("PDF"),
    "office": _l("Word、Excel、PPT"),
}
SOME_NUMBER = [Optional(), NumberRange(1, LARGEST, message=_l("请填 1 到 %(max)d 之间的字数"))]


class ChoicesField(SelectMultipleField):
    """Several of some choices, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AssignmentForm(BaseForm):
    """What to do, what to hand in, and how it is marked."""

    task = TextAreaField(_l("任务"), validators=[Length(max=TASK_LIMIT, message=_l("任务最多 %(max)d 字"))])
    hand_in = RadioField(
        _l("交什么"), choices=[SelectChoice(key, label) for key, label in HAND_IN.items()], default="text"
    )
    least = IntegerField(_l("文字最少几个字"), validators=SOME_NUMBER)
    most = IntegerField(_l("文字最多几个字"), validators=SOME_NUMBER)
    kinds = ChoicesField(_l("可以交哪些文件"), choices=[SelectChoice(key, label) for key, label in KINDS.items()])
    most_files = IntegerField(
        _l("最多几个文件"),
        validators=[Optional(), NumberRange(1, MOST_FILES, message=_l("请填 1 到 %(max)d 之间的数"))],
    )
    rubric = TextAreaField(_l("评分标准"), validators=[Length(max=rubric.LIMIT, message=_l("评分标准最多 %(max)d 字"))])
    resubmissions = IntegerField(
        _l("可以重交几次"),
        validators=[
            InputRequired(message=_l("请填可以重交几次，不能重交就填 0")),
            NumberRange(0, MOST_TRIES, message=_l("请填 0 到 %(max)d 之间的次数")),
        ],
    )
    anonymous = BooleanField(_l("批阅时不显示姓名"))
    sample = TextAreaField(_l("参考答案"), validators=[Length(max=SAMPLE_LIMIT, message=_l("参考答案最多 %(max)d 字"))])

    def validate_most(self, field: Any) -> None:
        """Not below the least."""
        if (self.least.data or LEAST) > (field.data or MOST):
            raise ValidationError(_("最多的字数不能小于最少的字数"))

    def validate_kinds(self, field: Any) -> None:
        """At least one, where files are handed in."""
        if self.hand_in.data != "text" and not field.data:
            raise ValidationError(_("至少勾选一种文件"))

    def validate_rubric(self, field: Any) -> None:
        """A text that says criteria and levels."""
        try:
            rubric.read(field.data or "")
        except UserError as error:
            raise ValidationError(error.message) from error
