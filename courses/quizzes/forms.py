"""The settings of a quiz."""

from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional
from wtforms.widgets import TextInput

from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, strip
from courses.quizzes.models import Quiz
from courses.quizzes.rules import ReviewPolicy

MINUTE_SECONDS, HOUR_SECONDS = 60, 3600
POLICIES = {
    ReviewPolicy.AFTER_SUBMISSION: _l("交卷后就能看"),
    ReviewPolicy.AFTER_PASS: _l("通过后能看，机会用完也能看"),
    ReviewPolicy.NEVER: _l("不公布，只看分数"),
}


class NewQuizForm(BaseForm):
    """A quiz begins with its title."""

    title = StringField(
        _l("测验名称"),
        filters=[strip],
        validators=[DataRequired(_l("写上测验名称")), Length(max=120, message=_l("名称不能超过 120 个字"))],
    )


class SettingsForm(NewQuizForm):
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
    lock_version = HiddenField()

    @classmethod
    def of(cls, quiz: Quiz) -> "SettingsForm":
        """Return the form filled with a draft's settings."""
        form = cls(
            formdata=None,
            obj=quiz,
            minutes=quiz.time_limit_seconds // MINUTE_SECONDS if quiz.time_limit_seconds else None,
            wait_hours=quiz.retry_wait_seconds // HOUR_SECONDS or None,
        )
        form.lock_version.data = str(quiz.lock_version)
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
        }

    @property
    def seen_version(self) -> int:
        """The version of the draft that the person at the screen saw, 0 if it cannot be read."""
        text = self.lock_version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def differences(self, quiz: Quiz) -> list[tuple[str, str, str]]:
        """Return (what, stored, typed) where the form differs from the draft."""
        theirs = SettingsForm.of(quiz)
        shown = [(field.label.text, _said(theirs[field.name]), _said(field)) for field in self if _is_setting(field)]
        return [row for row in shown if row[1] != row[2]]


def _is_setting(field: Any) -> bool:
    return field.name not in ("csrf_token", "lock_version")


def _said(field: Any) -> str:
    if isinstance(field, BooleanField):
        return "✓" if field.data else "—"
    if isinstance(field, RadioField):
        return str(dict(POLICIES).get(field.data, ""))
    return "" if field.data is None else str(field.data)
