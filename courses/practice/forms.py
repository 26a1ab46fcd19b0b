"""The forms of practice."""

from collections.abc import Mapping

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from academy.i18n import _, ngettext
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from courses.practice.services.drawing import Stock
from courses.question_types import installed
from courses.questions.rules import DIFFICULTIES

COUNTS = (5, 10, 20, 30, 50)


class BoxesField(SelectMultipleField):
    """Several of some choices, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: BaseForm) -> None:
        """Refuse what is not offered (any more)."""
        offered = {choice.value for choice in self.iter_choices()}
        if self.data and not offered.issuperset(self.data):
            raise ValidationError(_("有一项已经不能选了，请重新选"))


class ChoiceForm(BaseForm):
    """When a question leaves the notebook."""

    leave_after = RadioField(
        _l("连续答对几次，就离开错题本"),
        choices=[SelectChoice(1, _l("1 次")), SelectChoice(2, _l("2 次")), SelectChoice(3, _l("3 次"))],
        coerce=int,
    )
    keep_reviewing = BooleanField(_l("离开以后，间隔练习里还接着复习"))


class ChapterForm(BaseForm):
    """Which questions to practise."""

    category = BoxesField(_l("练哪些分类"), coerce=int)
    count = SelectField(_l("练几道"), coerce=int, default=10)
    type = BoxesField(_l("题型"))
    difficulty = BoxesField(_l("难度"))

    def offer(self, stock: Stock) -> None:
        """Offer what there is to practise."""
        self.category.choices = [
            SelectChoice(each.id, _numbered(each.path, stock.of([each.id]))) for each in stock.offered()
        ]
        self.count.choices = [SelectChoice(count, ngettext("%(n)s 道", "%(n)s 道", count)) for count in COUNTS]
        kinds = sorted({key for found in stock.own.values() for key in found}, key=lambda key: installed.get(key).order)
        self.type.choices = [SelectChoice(key, str(installed.get(key).name)) for key in kinds]
        self.difficulty.choices = [SelectChoice(key, str(name)) for key, name in DIFFICULTIES.items()]

    def validate_category(self, field: BoxesField) -> None:
        """At least one category must be chosen."""
        if not field.data:
            raise ValidationError(_("选一个要练的分类"))


class MockForm(BaseForm):
    """From which categories the paper is drawn."""

    category = BoxesField(_l("从哪些分类出题"), coerce=int)
    parts = SelectField(_l("卷子大小"), coerce=int)


def _numbered(name: str, found: Mapping[str, int]) -> str:
    count = sum(found.values())
    return f"{name} · " + ngettext("%(n)s 道题", "%(n)s 道题", count)
