"""Forms of the ledger."""

from datetime import date
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, strip
from courses.credits.rules.facts import CATEGORIES
from courses.formats.reading_tables import read_day, read_hours
from courses.vocabulary import OBLIGATIONS


def choices(names: Any) -> list[SelectChoice]:
    """Return choices from a mapping of value to label."""
    return [SelectChoice(value=key, label=label) for key, label in names.items()]


class DayField(StringField):
    """A day, typed or picked; `day` is what was read."""

    day: date | None = None

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        if not self.data:
            return
        try:
            self.day = read_day(self.data)
        except ValueError as error:
            raise ValidationError(_("“%(text)s”看不懂是哪一天，请写成 2026-07-09", text=self.data[:20])) from error


class HoursField(StringField):
    """Credit hours with at most two decimals; `hundredths` is what was read."""

    hundredths: int = 0

    def pre_validate(self, form: Any) -> None:
        """Read it."""
        if not self.data:
            return
        try:
            self.hundredths = int(read_hours(self.data) * 100)
        except ValueError as error:
            raise ValidationError(
                _("“%(text)s”不是学时，请写成 3 或 3.5，最多两位小数", text=self.data[:20])
            ) from error


class ReasonForm(BaseForm):
    """Why something is taken back."""

    reason = TextAreaField(
        _l("原因"),
        filters=[strip],
        validators=[DataRequired(_l("请写明原因")), Length(max=400, message=_l("最多 400 个字"))],
    )


class RecognitionForm(BaseForm):
    """Hours earned elsewhere."""

    who = StringField(_l("登录名、手机号或姓名"), filters=[strip], validators=[DataRequired(_l("请填写是谁"))])
    title = StringField(
        _l("学习内容"),
        filters=[strip],
        validators=[DataRequired(_l("请填写学习内容")), Length(max=80, message=_l("最多 80 个字"))],
    )
    earned_on = DayField(_l("完成日期"), filters=[strip], validators=[DataRequired(_l("请填写完成日期"))])
    hours = HoursField(_l("认定学时"), filters=[strip], validators=[DataRequired(_l("请填写学时"))])
    category = SelectField(_l("类别"), choices=choices(CATEGORIES), default="external")
    obligation = SelectField(_l("性质"), choices=choices(OBLIGATIONS), default="elective")
    reason = TextAreaField(
        _l("认定的理由"),
        filters=[strip],
        validators=[DataRequired(_l("请写明认定的理由")), Length(max=400, message=_l("最多 400 个字"))],
    )
    proof = FileField(_l("证明材料"), validators=[FileRequired(_l("请选择证明材料"))])


class UploadForm(BaseForm):
    """A spreadsheet of hours."""

    file = FileField(_l("表格文件"), validators=[FileRequired(_l("请选择一个 .xlsx 或 .csv 文件"))])


class ChoiceForm(BaseForm):
    """Which rule set applies from when, where."""

    rule_set = SelectField(_l("规则"), choices=[])
    unit_id = SelectField(_l("用于"), choices=[])
    starts_on = DayField(_l("从哪天起"), filters=[strip], validators=[DataRequired(_l("请填写开始日期"))])

    def __init__(self, *args: Any, rule_sets: Any, units: Any, **kwargs: Any) -> None:
        """`rule_sets` and `units` are the choices."""
        super().__init__(*args, **kwargs)
        self.rule_set.choices = [
            *choices(rule_sets),
            SelectChoice(value="", label=_("跟随上级单位（只用于单位）")),
        ]
        self.unit_id.choices = [SelectChoice(value="", label=_("整个学院")), *units]
