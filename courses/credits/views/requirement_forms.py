"""The forms of annual requirements and of carrying over."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from academy.accounts.models import POSTS
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, strip
from courses.credits.rules.requirements import Goal
from courses.credits.services.requirement_words import SPANS

MOST_HOURS = 2000


def hundredths_of(text: str) -> int | None:
    """Read hours as typed, also with full-width digits; None when it is no number with at most two decimals."""
    try:
        value = Decimal(unicodedata.normalize("NFKC", text).strip()) * 100
    except InvalidOperation:
        return None
    return int(value) if value.is_finite() and value == value.to_integral_value() else None


class HoursField(StringField):
    """Hours; an empty field is none. `hundredths` is what was read."""

    def pre_validate(self, form: Any) -> None:
        """Refuse what is no amount of hours."""
        value = hundredths_of(self.data or "0")
        if value is None:
            raise ValidationError(_("学时应是数字，例如 56 或 12.5，现在是“%(text)s”", text=(self.data or "")[:20]))
        if not 0 <= value <= MOST_HOURS * 100:
            raise ValidationError(_("学时应在 0 到 %(most)d 之间", most=MOST_HOURS))

    @property
    def hundredths(self) -> int:
        """The hours in hundredths, of a valid field."""
        return hundredths_of(self.data or "0") or 0


class RequirementForm(BaseForm):
    """What is asked, of whom, since when. `seen` is the revision that the person at the screen changes."""

    unit_id = SelectField(_l("单位"), invalid_choice_message=_l("请从列表中选择单位"))
    post = SelectField(_l("岗位"), invalid_choice_message=_l("请从列表中选择岗位"))
    span_years = SelectField(_l("周期"), invalid_choice_message=_l("请从列表中选择周期"))
    from_year = IntegerField(_l("从哪一年起"), validators=[NumberRange(2000, 2200, message=_l("请填年份，例如 2026"))])
    required = HoursField(_l("必修学时"), filters=[strip])
    elective = HoursField(_l("选修学时"), filters=[strip])
    total = HoursField(_l("总学时"), filters=[strip])
    due_month = SelectField(_l("截止月份"), invalid_choice_message=_l("请从列表中选择月份"))
    due_day = IntegerField(
        _l("截止日"),
        validators=[
            InputRequired(_l("请填几号截止，例如 31")),
            NumberRange(1, 31, message=_l("请填 1 到 31 之间的数")),
        ],
    )
    note = StringField(_l("依据"), filters=[strip], validators=[Length(max=200, message=_l("最多 %(max)d 个字"))])
    seen = HiddenField()

    def __init__(self, *args: Any, units: Iterable[SelectChoice], **kwargs: Any) -> None:
        """`units`: the units that it may be for."""
        super().__init__(*args, **kwargs)
        self.unit_id.choices = [SelectChoice(value="", label=_("全部单位")), *units]
        posts = {"": _("全部岗位"), **{key: str(name) for key, name in POSTS.items() if key}}
        self.post.choices = [SelectChoice(value=key, label=label) for key, label in posts.items()]
        self.span_years.choices = [SelectChoice(value=str(key), label=str(label)) for key, label in SPANS.items()]
        self.due_month.choices = [
            SelectChoice(value=str(month), label=_("%(month)s 月", month=month)) for month in range(1, 13)
        ]

    def validate_total(self, field: Any) -> None:
        """An empty total is the sum of its parts."""
        if not field.data and not field.errors:
            field.data = "0"

    @property
    def goal(self) -> Goal:
        """What is asked; a total left empty is the sum of the parts."""
        required, elective = self.required.hundredths, self.elective.hundredths
        return Goal(required, elective, self.total.hundredths or required + elective)

    @property
    def seen_id(self) -> int:
        """The revision that the form was opened with, 0 if none."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0


class UndoForm(BaseForm):
    """Why a carrying over is undone."""

    reason = TextAreaField(
        _l("撤销的原因"),
        filters=[strip],
        validators=[DataRequired(_l("请写明为什么撤销")), Length(max=400, message=_l("最多 %(max)d 个字"))],
    )
