"""Forms of the studio."""

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Regexp, ValidationError

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.filters import show_hundredths
from academy.web.forms import BaseForm, LockedForm, strip
from courses.catalog.rules import GOALS_LIMIT, MOST_HUNDREDTHS, STEP_HUNDREDTHS, goals_of, hundredths_of
from courses.lesson_types.base import LessonType
from courses.vocabulary import HUES, OBLIGATIONS, SUBJECTS

MOST_MINUTES = 600
TOKEN_BYTES = 5
MARK_PATTERN = r"^[0-9a-f]{10}$"


def options(names: Mapping[str, Any]) -> list[SelectChoice]:
    """Return the choices of a field from a mapping of value to label."""
    return [SelectChoice(value=key, label=label) for key, label in names.items()]


def _title(label: Any, missing: Any) -> StringField:
    return StringField(
        label,
        filters=[strip],
        validators=[DataRequired(missing), Length(max=60, message=_l("标题最多 %(max)d 个字"))],
    )


def _title_en() -> StringField:
    return StringField(
        _l("英文标题"), filters=[strip], validators=[Length(max=160, message=_l("英文标题最多 %(max)d 个字母"))]
    )


class NumberField(IntegerField):
    """A whole number that may be left empty (None); what is not one is said in a sentence."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if text and (not text.isdecimal() or len(text) > 9):
            raise ValueError(_("请填写整数，例如 8"))
        if text:
            self.data = int(text)


class FactsForm(LockedForm):
    """What a course says of itself. `token` makes the form for a new course good for one course."""

    title = _title(_l("课程名称"), _l("请填写课程名称"))
    title_en = _title_en()
    summary = TextAreaField(
        _l("课程介绍"), filters=[strip], validators=[Length(max=2000, message=_l("课程介绍最多 %(max)d 个字"))]
    )
    summary_en = TextAreaField(
        _l("英文介绍"), filters=[strip], validators=[Length(max=4000, message=_l("英文介绍最多 %(max)d 个字母"))]
    )
    goals = TextAreaField(_l("学习目标"))
    subject = SelectField(_l("主题"), choices=options(SUBJECTS), invalid_choice_message=_l("请从列表中选择主题"))
    obligation = RadioField(
        _l("必修还是选修"),
        choices=options(OBLIGATIONS),
        default="elective",
        invalid_choice_message=_l("请选择必修或选修"),
    )
    cover_text = StringField(
        _l("封面上的字"), filters=[strip], validators=[Length(max=4, message=_l("封面上最多 %(max)d 个字"))]
    )
    cover_hue = RadioField(
        _l("封面颜色"), choices=options(HUES), default="pine", invalid_choice_message=_l("请选择封面颜色")
    )
    token = HiddenField(
        default=lambda: secrets.token_hex(TOKEN_BYTES),
        validators=[Regexp(MARK_PATTERN, message=_l("这一页放得太久了。再按一次保存即可"))],
    )

    def validate_goals(self, field: Any) -> None:
        """Few and short goals are read; many long ones are not."""
        goals = goals_of(field.data or "")
        if len(goals) > GOALS_LIMIT:
            raise ValidationError(_("学习目标最多 %(limit)s 条，现在是 %(n)s 条", limit=GOALS_LIMIT, n=len(goals)))
        if any(len(goal) > 200 for goal in goals):
            raise ValidationError(_("每条学习目标最多 200 个字"))

    @property
    def facts(self) -> dict[str, Any]:
        """The values in the columns of CourseFacts."""
        names = ("title", "title_en", "summary", "summary_en", "subject", "obligation", "cover_text", "cover_hue")
        texts = {name: (self[name].data or "").replace("\r\n", "\n") for name in names}
        return {**texts, "goals": goals_of(self.goals.data or "")}


class CreditForm(LockedForm):
    """The credit hours of a course."""

    credit_hours = StringField(_l("学时"), filters=[strip])

    def validate_credit_hours(self, field: Any) -> None:
        """A number in quarters."""
        value = hundredths_of(field.data or "")
        if not (field.data or ""):
            raise ValidationError(_("请填写学时，例如 1.5"))
        if value is None:
            raise ValidationError(_("学时应是数字，例如 1.5，现在是“%(text)s”", text=field.data[:20]))
        if value % STEP_HUNDREDTHS:
            raise ValidationError(_("学时以 0.25 为一级，例如 0.5、0.75、1、1.25"))
        if not 0 < value <= MOST_HUNDREDTHS:
            raise ValidationError(_("学时应大于 0，不超过 %(limit)s", limit=show_hundredths(MOST_HUNDREDTHS)))

    @property
    def hundredths(self) -> int:
        """The credit hours in hundredths, of a valid form."""
        return hundredths_of(self.credit_hours.data) or 0


class ChapterForm(BaseForm):
    """A chapter. `seen` are the titles that the author saw."""

    title = _title(_l("章标题"), _l("请填写这一章的标题"))
    title_en = _title_en()
    seen_title = HiddenField()
    seen_title_en = HiddenField()


class NewLessonForm(BaseForm):
    """A lesson to be added: its type and its title; the rest is filled in on its own page."""

    type = RadioField(_l("内容类型"), invalid_choice_message=_l("请选择内容类型"))
    title = _title(_l("标题"), _l("请填写这一节的标题"))
    title_en = _title_en()

    def __init__(self, *args: Any, kinds: Iterable[LessonType], **kwargs: Any) -> None:
        """`kinds`: the installed types."""
        super().__init__(*args, **kwargs)
        self.type.choices = [SelectChoice(value=kind.key, label=kind.name) for kind in kinds]


class LessonBaseForm(LockedForm):
    """What every lesson has; `lesson_form` joins it with the form of the lesson's type."""

    title = _title(_l("标题"), _l("请填写这一节的标题"))
    title_en = _title_en()
    minutes = NumberField(_l("需要几分钟"))
    required = BooleanField(_l("必学"), default=True)
    rule = RadioField(_l("怎样算学完"), invalid_choice_message=_l("请选择怎样算学完"))
    percent = NumberField(_l("完成比例"))

    def validate_minutes(self, field: Any) -> None:
        """Within reason."""
        if field.data and field.data > MOST_MINUTES:
            raise ValidationError(_("最多 %(n)s 分钟，更长的内容请分成几节", n=MOST_MINUTES))

    def validate_percent(self, field: Any) -> None:
        """Needed only where the rule asks for a share."""
        if self.rule.data not in self.rules_with_share:
            field.errors = []
            return
        if not field.errors and (field.data is None or not 1 <= field.data <= 100):
            raise ValidationError(_("完成比例应是 1 到 100 之间的整数"))

    rules_with_share: frozenset[str] = frozenset()

    @property
    def completion(self) -> dict[str, Any]:
        """The chosen rule, as its type understands it."""
        return {"rule": self.rule.data, "percent": self.percent.data}


def lesson_form(kind: LessonType, *args: Any, **kwargs: Any) -> Any:
    """Return the form of a lesson of type `kind`, filled like any form."""
    form = type("LessonForm", (LessonBaseForm, kind.form), {})(*args, **kwargs)
    form.rule.choices = [SelectChoice(value=rule.key, label=rule.label) for rule in kind.rules]
    form.rules_with_share = frozenset(rule.key for rule in kind.rules if rule.percent is not None)
    return form


class PublishForm(BaseForm):
    """A note on the new version. `seen` is the moment of the newest change that the author saw."""

    note = TextAreaField(
        _l("这次改了什么"), filters=[strip], validators=[Length(max=400, message=_l("说明最多 %(max)d 个字"))]
    )
    seen = HiddenField()
