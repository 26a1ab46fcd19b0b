"""The settings of a quiz."""

from datetime import datetime
from typing import Any

from wtforms import (
    BooleanField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.organizations.services import options as unit_options
from academy.web.filters import zone
from academy.web.forms import BaseForm, LockedForm, strip
from courses.quizzes.feedback import installed as modes
from courses.quizzes.models import Quiz
from courses.quizzes.rules import Feedback, GradeMethod, ReviewPolicy

MINUTE_SECONDS, HOUR_SECONDS = 60, 3600
POLICIES = {
    ReviewPolicy.AFTER_SUBMISSION: _l("交卷后就能看"),
    ReviewPolicy.AFTER_PASS: _l("通过后能看，机会用完也能看"),
    ReviewPolicy.NEVER: _l("不公布，只看分数"),
}
GRADE_METHODS = {
    GradeMethod.BEST: _l("最好的一次"),
    GradeMethod.LAST: _l("最后一次"),
    GradeMethod.AVERAGE: _l("各次平均"),
}
PAPERS = {1: _l("一种"), 2: _l("A、B 两种"), 3: _l("A、B、C 三种"), 4: _l("A、B、C、D 四种")}
AS_STORED = (
    "title",
    "title_en",
    "pass_percent",
    "attempts_allowed",
    "shuffle_questions",
    "shuffle_options",
    "review_policy",
    "grade_method",
    "access_code",
    "paper_count",
    "feedback",
    "tries_allowed",
    "penalty_hundredths",
)
"""The settings that the form shows as they are stored."""
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
DEFAULT_TRIES, DEFAULT_PENALTY = 3, 33


class NewQuizForm(BaseForm):
    """A quiz begins with its title."""

    title = StringField(
        _l("测验名称"),
        filters=[strip],
        validators=[DataRequired(_l("写上测验名称")), Length(max=120, message=_l("名称不能超过 120 个字"))],
    )


class SettingsForm(LockedForm, NewQuizForm):
    """How a quiz is sat."""

    title_en = StringField(
        _l("英文名称"),
        filters=[strip],
        validators=[Optional(), Length(max=160, message=_l("英文名称不能超过 160 个字符"))],
    )
    minutes = IntegerField(
        _l("时间限制（分钟）"),
        invalid_value_message=_l("时间应为整数，不限时就空着"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(1, 1440, _l("时间应为 1 到 1440 分钟，不限时就空着"))],
    )
    pass_percent = IntegerField(
        _l("及格线（%）"),
        invalid_value_message=_l("及格线应为 0 到 100 的整数"),
        widget=TextInput(),
        validators=[
            InputRequired(_l("写上及格线，例如 60")),
            NumberRange(0, 100, _l("及格线应为 0 到 100")),
        ],
    )
    attempts_allowed = IntegerField(
        _l("可以考几次"),
        invalid_value_message=_l("次数应为整数，不限次数写 0"),
        widget=TextInput(),
        validators=[
            InputRequired(_l("写上可以考几次，不限次数写 0")),
            NumberRange(0, 100, _l("次数应为 0 到 100")),
        ],
    )
    wait_hours = IntegerField(
        _l("两次之间至少隔几小时"),
        invalid_value_message=_l("间隔应为整数，不用等就空着"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(0, 720, _l("间隔应为 0 到 720 小时"))],
    )
    shuffle_questions = BooleanField(_l("打乱题目顺序"))
    shuffle_options = BooleanField(_l("打乱选项顺序"))
    review_policy = RadioField(
        _l("答案和解析"),
        choices=[SelectChoice(value=key, label=label) for key, label in POLICIES.items()],
        invalid_choice_message=_l("选择什么时候公布答案"),
    )
    grade_method = SelectField(
        _l("多次作答，成绩算"),
        choices=[SelectChoice(value=key, label=label) for key, label in GRADE_METHODS.items()],
        default=GradeMethod.BEST,
        invalid_choice_message=_l("选择多次作答怎么算成绩"),
    )
    opens_at = DateTimeLocalField(
        _l("什么时候开放"),
        format=MOMENTS,
        invalid_value_message=_l("开放时间写成 2026-07-09 08:30 这样"),
        validators=[Optional()],
    )
    closes_at = DateTimeLocalField(
        _l("什么时候截止"),
        format=MOMENTS,
        invalid_value_message=_l("截止时间写成 2026-07-09 17:30 这样"),
        validators=[Optional()],
    )
    access_code = StringField(
        _l("进入密码"),
        filters=[strip],
        validators=[Optional(), Length(max=40, message=_l("进入密码不能超过 40 个字符"))],
    )
    unit_id = SelectField(
        _l("哪个单位的人可以考"), coerce=int, default=0, invalid_choice_message=_l("从列表中选择单位")
    )
    paper_count = SelectField(
        _l("试卷"),
        coerce=int,
        choices=[SelectChoice(value=key, label=label) for key, label in PAPERS.items()],
        default=1,
        invalid_choice_message=_l("选择出几种试卷"),
    )
    feedback = SelectField(_l("怎么反馈"), default=Feedback.AFTER_SUBMISSION, invalid_choice_message=_l("选择怎么反馈"))
    tries_allowed = IntegerField(
        _l("每题可以答几次"),
        invalid_value_message=_l("每题的次数应为整数"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(1, 10, _l("每题的次数应为 1 到 10"))],
    )
    penalty_hundredths = IntegerField(
        _l("每答错一次扣这题的（%）"),
        invalid_value_message=_l("扣分比例应为整数"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(0, 100, _l("扣分比例应为 0 到 100"))],
    )

    def __init__(self, *args: Any, unit: int | None = None, **kwargs: Any) -> None:
        """Offer the units and the feedback modes that there are; `unit` is offered even if it is closed."""
        super().__init__(*args, **kwargs)
        everybody = SelectChoice(value=0, label=_("所有人"))
        self.unit_id.choices = [everybody] + [
            SelectChoice(value=each.id, label=each.label) for each in unit_options(["/"], unit)
        ]
        self.feedback.choices = [SelectChoice(value=key, label=mode.name) for key, mode in modes.all_modes().items()]

    def validate_closes_at(self, field: Any) -> None:
        """Refuse a closing that comes before the opening."""
        if field.data and self.opens_at.data and field.data <= self.opens_at.data:
            raise ValidationError(_("截止时间应在开放时间以后"))

    def validate_feedback(self, field: Any) -> None:
        """Feedback after the closing needs a closing."""
        if field.data == Feedback.AFTER_CLOSING and not self.closes_at.data:
            raise ValidationError(_("考试结束以后才反馈的测验，要写上什么时候截止"))

    @classmethod
    def of(cls, quiz: Quiz) -> "SettingsForm":
        """Return the form filled with a draft's settings."""
        form = cls(
            formdata=None,
            data={name: getattr(quiz, name) for name in AS_STORED},
            minutes=quiz.time_limit_seconds // MINUTE_SECONDS if quiz.time_limit_seconds else None,
            wait_hours=quiz.retry_wait_seconds // HOUR_SECONDS or None,
            opens_at=_local(quiz.opens_at),
            closes_at=_local(quiz.closes_at),
            unit_id=quiz.unit_id or 0,
            unit=quiz.unit_id,
        )
        form.hold(quiz.lock_version)
        return form

    def settings(self) -> dict[str, Any]:
        """Return the columns of QuizSettings that a valid form describes."""
        return {
            "title": self.title.data,
            "title_en": self.title_en.data or "",
            "time_limit_seconds": self.minutes.data * MINUTE_SECONDS if self.minutes.data else None,
            "pass_percent": self.pass_percent.data,
            "attempts_allowed": self.attempts_allowed.data,
            "retry_wait_seconds": (self.wait_hours.data or 0) * HOUR_SECONDS,
            "shuffle_questions": self.shuffle_questions.data,
            "shuffle_options": self.shuffle_options.data,
            "review_policy": self.review_policy.data,
            "grade_method": self.grade_method.data,
            "opens_at": _utc(self.opens_at.data),
            "closes_at": _utc(self.closes_at.data),
            "access_code": self.access_code.data or "",
            "unit_id": self.unit_id.data or None,
            "paper_count": self.paper_count.data,
            "feedback": self.feedback.data,
            "tries_allowed": _or(self.tries_allowed.data, DEFAULT_TRIES),
            "penalty_hundredths": _or(self.penalty_hundredths.data, DEFAULT_PENALTY),
        }

    def differences(self, quiz: Quiz) -> list[tuple[str, str, str]]:
        """Return (what, stored, typed) where the form differs from the draft."""
        theirs = SettingsForm.of(quiz)
        shown = [(field.label.text, _said(theirs[field.name]), _said(field)) for field in self if _is_setting(field)]
        return [row for row in shown if row[1] != row[2]]


def _is_setting(field: Any) -> bool:
    return field.name not in ("csrf_token", "version")


def _said(field: Any) -> str:
    if isinstance(field, BooleanField):
        return "✓" if field.data else "—"
    if isinstance(field, SelectField):
        return next((str(each.label).strip() for each in field.choices or [] if each.value == field.data), "")
    if isinstance(field.data, datetime):
        return f"{field.data:%Y-%m-%d %H:%M}"
    return "" if field.data is None else str(field.data)


def _local(moment: datetime | None) -> datetime | None:
    """Return the college's wall clock at a moment, as a form shows it."""
    return moment.astimezone(zone()).replace(tzinfo=None) if moment else None


def _utc(typed: datetime | None) -> datetime | None:
    """Return the moment at which the college's wall clock shows what was typed."""
    return typed.replace(tzinfo=zone()) if typed else None


def _or(value: int | None, default: int) -> int:
    return default if value is None else value
