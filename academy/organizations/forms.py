"""The form of a unit."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.organizations.models import LEVELS
from academy.web.forms import LockedForm, strip


class UnitForm(LockedForm):
    """A unit: where it lies and what it is called. `version` is the one that the person at the screen saw."""

    parent_id = SelectField(_l("上级单位"), invalid_choice_message=_l("请从列表中选择上级单位"))
    level = SelectField(
        _l("层级"),
        choices=[SelectChoice(value=key, label=label) for key, label in LEVELS.items()],
        invalid_choice_message=_l("请从列表中选择层级"),
    )
    name = StringField(
        _l("名称"),
        filters=[strip],
        validators=[DataRequired(_l("请填写名称")), Length(max=80, message=_l("名称最多 %(max)d 个字"))],
    )
    name_en = StringField(
        _l("英文名称"), filters=[strip], validators=[Length(max=120, message=_l("英文名称最多 %(max)d 个字母"))]
    )
    code = StringField(_l("代码"), filters=[strip], validators=[Length(max=40, message=_l("代码最多 %(max)d 个字符"))])

    def __init__(self, *args: Any, parents: Iterable[SelectChoice], **kwargs: Any) -> None:
        """`parents`: the units that it may be put below."""
        super().__init__(*args, **kwargs)
        self.parent_id.choices = [SelectChoice(value="", label=_("没有上级（最高一级）")), *parents]
