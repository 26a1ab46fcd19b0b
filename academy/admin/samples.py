"""What the style guide shows: a form with every kind of field, a long list, a course under way."""

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from academy.web.pagination import Page

POSTS = [SelectChoice(value="secretary", label=_l("社区书记")), SelectChoice(value="grid", label=_l("网格员"))]


class SampleForm(BaseForm):
    """One field of each kind."""

    name = StringField(_l("姓名"), description=_l("与身份证一致，会印在证书上"))
    phone = StringField(_l("手机号"))
    password = PasswordField(_l("密码"))
    day = DateField(_l("报到日期"), validators=[Optional()])
    unit = SelectField(_l("所在社区"), choices=POSTS)
    reason = TextAreaField(_l("补充说明"), validators=[Optional()])
    post = RadioField(_l("岗位"), choices=POSTS)
    roles = SelectMultipleField(
        _l("角色"), choices=POSTS, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    agree = BooleanField(_l("我已核对以上内容"))
    photo = FileField(_l("照片"))


def form() -> SampleForm:
    """Return the form, with two mistakes in it."""
    sample = SampleForm(formdata=None, name="李秀兰", phone="138 0000 123", post="grid", roles=["grid"])
    sample.phone.errors = [_("手机号应为 %(digits)s 位数字，现在是 %(count)s 位", digits=11, count=10)]
    sample.unit.errors = [_("请选择所在社区")]
    return sample


def page() -> Page[int]:
    """Return the fourth page of many."""
    return Page(items=list(range(20)), page=4, per_page=20, total=362)


def chapters() -> list[dict[str, Any]]:
    """Return a course with one chapter done, one under way and one to come."""
    kinds = (
        ("done", "doc", _l("图文")),
        ("half", "video", _l("视频")),
        ("todo", "quiz", _l("测验")),
        ("lock", "book", _l("教材")),
    )
    lessons = [
        {
            "title": _("受理与登记"),
            "url": "#main",
            "state": state,
            "icon": icon,
            "kind": kind,
            "current": state == "half",
        }
        for state, icon, kind in kinds
    ]
    states = (("done", 4), ("now", 1), ("todo", 0))
    return [
        {
            "title": _("第%(n)s章", n=number),
            "state": state,
            "done": done,
            "total": 4,
            "open": state == "now",
            "lessons": lessons,
        }
        for number, (state, done) in enumerate(states, 1)
    ]
