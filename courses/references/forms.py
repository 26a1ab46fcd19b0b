"""Forms about regulations."""

from typing import Any

from wtforms import DateField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, LockedForm, strip
from courses.references import rules
from courses.references.models import Regulation

COLUMNS = ("title", "title_en", "number", "issuer", "in_force_since", "address", "note")


class RegulationForm(LockedForm):
    """What is known of a regulation."""

    title = StringField(
        _l("名称"),
        filters=[strip],
        validators=[
            DataRequired(_l("请写法规的名称")),
            Length(max=rules.TITLE_LIMIT, message=_l("名称不能超过 120 个字")),
        ],
    )
    title_en = StringField(
        _l("英文名称"),
        filters=[strip],
        validators=[Optional(), Length(max=200, message=_l("英文名称不能超过 200 个字符"))],
    )
    number = StringField(
        _l("文号"),
        filters=[strip],
        validators=[Optional(), Length(max=rules.NUMBER_LIMIT, message=_l("文号不能超过 60 个字"))],
    )
    issuer = StringField(
        _l("发布机关"),
        filters=[strip],
        validators=[Optional(), Length(max=rules.ISSUER_LIMIT, message=_l("发布机关不能超过 80 个字"))],
    )
    in_force_since = DateField(_l("施行日期"), validators=[Optional()])
    address = StringField(_l("全文网址"), filters=[strip], validators=[Optional()])
    note = TextAreaField(
        _l("备注"),
        filters=[strip],
        validators=[Optional(), Length(max=rules.NOTE_LIMIT, message=_l("备注不能超过 1000 个字"))],
    )

    def validate_address(self, field: Any) -> None:
        """Take whole https addresses only."""
        if not rules.is_address(field.data):
            raise ValidationError(_l("网址应以 https:// 开头，写完整，中间没有空格"))

    def values(self) -> dict[str, Any]:
        """Return what was filled in, by the names of the columns."""
        return {name: self[name].data or (None if name == "in_force_since" else "") for name in COLUMNS}

    def differences(self, regulation: Regulation) -> list[tuple[str, str, str]]:
        """Return (label, stored, typed) for everything in which the stored regulation differs from what was typed."""
        typed = self.values()
        pairs = [(str(self[name].label.text), getattr(regulation, name), typed[name]) for name in COLUMNS]
        return [(label, str(stored or ""), str(new or "")) for label, stored, new in pairs if stored != new]


class ChangeForm(BaseForm):
    """Announcing a change of a regulation."""

    seen = HiddenField()
    changed_on = DateField(_l("修订施行的日期"), validators=[InputRequired(_l("请写修订从哪一天施行"))])
    what = TextAreaField(
        _l("改了什么"),
        filters=[strip],
        validators=[
            DataRequired(_l("请写清楚改了什么，老师要照着核对")),
            Length(max=rules.CHANGE_LIMIT, message=_l("“改了什么”不能超过 1000 个字")),
        ],
    )

    @property
    def seen_changes(self) -> int:
        """How many changes the person at the screen knew of; -1 if it cannot be read."""
        text = self.seen.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1
