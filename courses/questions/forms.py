"""Forms of the question bank."""

from typing import Any

from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, strip
from courses.questions.rules.tree import MOST_LEVELS, NAME_LIMIT, Tree
from courses.vocabulary import SUBJECTS

TOP = 0


def _name() -> StringField:
    return StringField(
        _l("名称"),
        filters=[strip],
        validators=[
            DataRequired(_l("写上分类的名称")),
            Length(max=NAME_LIMIT, message=_l("名称不能超过 80 个字")),
        ],
    )


def _subject() -> SelectField:
    return SelectField(_l("科目"), default="", invalid_choice_message=_l("从列表中选择科目"))


def _offer_subjects(field: SelectField) -> None:
    named = [SelectChoice(value=key, label=str(name)) for key, name in SUBJECTS.items()]
    field.choices = [SelectChoice(value="", label=_("不分科目")), *named]


class AddCategoryForm(BaseForm):
    """A new category, at the top or below another."""

    name = _name()
    parent = SelectField(_l("放在哪里"), coerce=int, default=TOP, invalid_choice_message=_l("从列表中选择上级分类"))
    subject = _subject()

    def offer(self, shelves: Tree) -> "AddCategoryForm":
        """Offer the places that have a level left below them."""
        below = [SelectChoice(value=each.id, label=each.indented) for each in shelves if each.level < MOST_LEVELS]
        self.parent.choices = [SelectChoice(value=TOP, label=_("最上层")), *below]
        _offer_subjects(self.subject)
        return self


class CategoryForm(BaseForm):
    """The name and, at the top, the subject of a category."""

    name = _name()
    subject = _subject()

    def __init__(self, *args: Any, top: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_subjects(self.subject)
        if not top:
            del self.subject


class PlaceForm(BaseForm):
    """Another category to move to or to merge with."""

    target = SelectField(_l("移到哪里"), coerce=int, invalid_choice_message=_l("从列表中选择分类"))

    def offer_parents(self, shelves: Tree, shelf_id: int) -> "PlaceForm":
        """Offer the places where a category fits with everything below it."""
        own, levels = shelves.within([shelf_id]), shelves.levels(shelf_id)
        fits = [each for each in shelves if each.id not in own and each.level + levels <= MOST_LEVELS]
        self.target.choices = [
            SelectChoice(value=TOP, label=_("最上层")),
            *(SelectChoice(value=each.id, label=each.indented) for each in fits),
        ]
        return self

    def offer_others(self, shelves: Tree, shelf_id: int) -> "PlaceForm":
        """Offer the categories with which one can be merged."""
        own = shelves.within([shelf_id])
        self.target.label.text = _("并到哪个分类")
        self.target.choices = [
            SelectChoice(value=TOP, label=_("请选择")),
            *(SelectChoice(value=each.id, label=each.indented) for each in shelves if each.id not in own),
        ]
        return self
