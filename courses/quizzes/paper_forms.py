"""Forms for the shape of a paper, and for what single people are granted."""

import re
from typing import Any

from wtforms import HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import TextInput

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.filters import show_hundredths
from academy.web.forms import BaseForm, strip
from courses.questions import services as questions
from courses.questions.rules import DIFFICULTIES
from courses.quizzes import rules
from courses.quizzes.models import QuizSection, QuizSlot
from courses.quizzes.services import Granted

MINUTE_SECONDS = 60
AS_QUIZ, MIXED, FIXED = "", "yes", "no"
ORDERS = {AS_QUIZ: _l("和整份测验一样"), MIXED: _l("打乱"), FIXED: _l("不打乱")}
_SHUFFLED = {AS_QUIZ: None, MIXED: True, FIXED: False}
MOST_TAGS = 10


def _choices(names: dict[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(value=key, label=label) for key, label in names.items()]


class SectionForm(BaseForm):
    """The heading of a part of a paper."""

    title = StringField(
        _l("标题"),
        filters=[strip],
        validators=[
            DataRequired(_l("写上标题，例如：一、单项选择题")),
            Length(max=80, message=_l("标题不能超过 80 个字")),
        ],
    )
    instructions = TextAreaField(
        _l("作答说明"),
        filters=[strip],
        validators=[Optional(), Length(max=1000, message=_l("作答说明不能超过 1000 个字"))],
    )
    order = SelectField(
        _l("题目顺序"), choices=_choices(ORDERS), default=AS_QUIZ, invalid_choice_message=_l("选择这一部分的题目顺序")
    )
    minutes = IntegerField(
        _l("这一部分的时间（分钟）"),
        invalid_value_message=_l("时间应为整数，不单独限时就空着"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(1, 1440, _l("时间应为 1 到 1440 分钟，不单独限时就空着"))],
    )

    @classmethod
    def of(cls, section: QuizSection | None) -> "SectionForm":
        """Return the form of a heading, empty for a new one."""
        if section is None:
            return cls(formdata=None)
        limit = section.time_limit_seconds
        return cls(
            formdata=None,
            title=section.title,
            instructions=section.instructions,
            order=next(key for key, shuffled in _SHUFFLED.items() if shuffled == section.shuffle_questions),
            minutes=limit // MINUTE_SECONDS if limit else None,
        )

    def values(self) -> dict[str, Any]:
        """Return the columns of QuizSection that a valid form describes."""
        return {
            "title": self.title.data,
            "instructions": (self.instructions.data or "").replace("\r\n", "\n"),
            "shuffle_questions": _SHUFFLED[self.order.data],
            "time_limit_seconds": self.minutes.data * MINUTE_SECONDS if self.minutes.data else None,
        }


class DrawForm(BaseForm):
    """How many questions are drawn, and from which."""

    category_id = SelectField(_l("分类"), coerce=int, default=0, invalid_choice_message=_l("从列表中选择分类"))
    tags = StringField(
        _l("标签"), filters=[strip], validators=[Optional(), Length(max=200, message=_l("标签一共不能超过 200 个字"))]
    )
    difficulty = SelectField(_l("难度"), default="", invalid_choice_message=_l("从列表中选择难度"))
    count = IntegerField(
        _l("抽几道"),
        invalid_value_message=_l("题数应为整数"),
        widget=TextInput(),
        default=5,
        validators=[InputRequired(_l("写上抽几道")), NumberRange(1, 100, _l("一处可以抽 1 到 100 道"))],
    )
    marks = StringField(_l("每题分值"), filters=[strip], default="1")
    action = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the shelves of the bank."""
        super().__init__(*args, **kwargs)
        self.category_id.choices = [SelectChoice(value=0, label=_("不限"))] + [
            SelectChoice(value=each.id, label=each.indented) for each in questions.tree()
        ]
        self.difficulty.choices = [SelectChoice(value="", label=_("不限")), *_choices(DIFFICULTIES)]

    @classmethod
    def of(cls, slot: QuizSlot | None) -> "DrawForm":
        """Return the form of a draw, empty for a new one."""
        if slot is None:
            return cls(formdata=None)
        return cls(
            formdata=None,
            category_id=slot.draw_from.get("category_id") or 0,
            tags="、".join(slot.draw_from.get("tags", ())),
            difficulty=slot.draw_from.get("difficulty", ""),
            count=slot.draw_count,
            marks=show_hundredths(slot.marks_hundredths),
        )

    def validate_marks(self, field: Any) -> None:
        """Refuse what is no marks."""
        if rules.hundredths(field.data or "") is None:
            raise ValidationError(_("分值应为 0.01 到 1000 之间的数，最多两位小数"))

    def validate_category_id(self, field: Any) -> None:
        """A draw from the whole bank is asked for by mistake: something must restrict it."""
        if not self.rule():
            raise ValidationError(_("分类、标签、难度至少选一样"))

    @property
    def hundredths(self) -> int:
        """The marks of each question of a valid form, in hundredths."""
        return rules.hundredths(self.marks.data or "") or rules.MOST_HUNDREDTHS

    def rule(self) -> dict[str, Any]:
        """Return which questions may be drawn."""
        tags = list(dict.fromkeys(filter(None, re.split(r"[、，,;；\s]+", self.tags.data or ""))))[:MOST_TAGS]
        rule = {"category_id": self.category_id.data or None, "tags": tags, "difficulty": self.difficulty.data or ""}
        return {key: value for key, value in rule.items() if value}


class AllowanceForm(BaseForm):
    """What one person is granted."""

    extra_minutes = IntegerField(
        _l("多给几分钟"),
        invalid_value_message=_l("分钟数应为整数"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(0, 1440, _l("最多加 1440 分钟"))],
    )
    extra_attempts = IntegerField(
        _l("多给几次机会"),
        invalid_value_message=_l("次数应为整数"),
        widget=TextInput(),
        validators=[Optional(), NumberRange(0, 100, _l("最多加 100 次"))],
    )
    paper = SelectField(_l("指定试卷"), default="", invalid_choice_message=_l("从列表中选择试卷"))
    reason = StringField(
        _l("原因"),
        filters=[strip],
        validators=[DataRequired(_l("写上原因，以后查得到")), Length(max=200, message=_l("原因不能超过 200 个字"))],
    )

    def __init__(self, *args: Any, letters: str = "", **kwargs: Any) -> None:
        """Offer the papers that there are."""
        super().__init__(*args, **kwargs)
        offered = [SelectChoice(value=letter, label=_("%(letter)s 卷", letter=letter)) for letter in letters]
        self.paper.choices = [SelectChoice(value="", label=_("不指定，轮流分配")), *offered]

    def validate_reason(self, field: Any) -> None:
        """Refuse a grant of nothing."""
        if not (self.extra_minutes.data or self.extra_attempts.data or self.paper.data):
            raise ValidationError(_("加时、加次数、指定试卷，至少填一样"))

    def granted(self) -> Granted:
        """Return what a valid form grants."""
        return Granted(
            extra_seconds=(self.extra_minutes.data or 0) * MINUTE_SECONDS,
            extra_attempts=self.extra_attempts.data or 0,
            paper=self.paper.data or "",
            reason=self.reason.data or "",
        )
