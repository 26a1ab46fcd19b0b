"""The forms of writing and of marking."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from courses.assignments import rules
from courses.lesson_types.assignment import rubric
from courses.lesson_types.files import FileIdField, UploadField

ACCEPT = {"picture": "image/*", "document": ".pdf", "office": ".doc,.docx,.xls,.xlsx,.ppt,.pptx"}


class NumberField(IntegerField):
    """A hidden number; what is none is 0."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        text = valuelist[0] if valuelist else ""
        self.data = int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0

    def _value(self) -> str:
        """Return the number as it is now, not as it was sent."""
        return str(self.data or 0)


class WritingForm(BaseForm):
    """The text, and as many files as the assignment takes (`writing_form`)."""

    revision = NumberField()
    text = TextAreaField(_l("我写的"))
    files = HiddenField()
    """Stands for all files together in messages; sends nothing."""

    @property
    def slots(self) -> list[tuple[Any, Any]]:
        """The pairs of fields for the files: (hidden id, upload)."""
        return [
            (self[f"file{place}_id"], self[f"file{place}_upload"]) for place in range(5) if f"file{place}_id" in self
        ]

    @property
    def chosen(self) -> list[int]:
        """The ids of the files that the form names."""
        return [identity.data for identity, _upload in self.slots if identity.data]


@cache
def _writing_class(kinds: str, slots: int) -> type[WritingForm]:
    fields: dict[str, Any] = {}
    for place in range(slots):
        fields[f"file{place}_id"] = FileIdField()
        fields[f"file{place}_upload"] = UploadField(_l("文件"), kind=kinds)
    return type("WritingFormWithFiles", (WritingForm,), fields)


def writing_form(content: Mapping[str, Any], **values: Any) -> WritingForm:
    """Return the form of an assignment, filled with what was sent, or else with values."""
    kinds = "+".join(content.get("kinds", [])) if rules.wants_files(content) else ""
    form = _writing_class(kinds, content.get("most_files", 1) if kinds else 0)(**values)
    for place, (_identity, upload) in enumerate(form.slots, 1):
        upload.label.text = _("文件 %(n)s", n=place)
    return form


def accepted(content: Mapping[str, Any]) -> str:
    """Return what a browser offers to choose: on a phone that is the camera, too."""
    return ",".join(ACCEPT[kind] for kind in content.get("kinds", []) if kind in ACCEPT)


class PhrasesField(SelectMultipleField):
    """Sentences to be added to a comment."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MarkForm(BaseForm):
    """A level and a remark for each criterion, and a comment (`mark_form`)."""

    seen = NumberField()
    rubric = HiddenField()
    """Stands for all criteria together in messages; sends nothing."""
    comment = TextAreaField(_l("评语"))
    phrases = PhrasesField(_l("我常写的"), validate_choice=False)

    @property
    def rows(self) -> list[tuple[Any, Any]]:
        """The pairs of fields for the criteria: (level, remark)."""
        return [(self[name], self[f"remark{name[5:]}"]) for name in self._fields if name.startswith("level")]

    @property
    def whole_comment(self) -> str:
        """The comment with the sentences ticked that are not in it yet, a line each."""
        typed = self.comment.data or ""
        ticked = [each[: rules.PHRASE_LENGTH] for each in (self.phrases.data or [])[: rules.PHRASES]]
        return rules.normal("\n".join([typed, *(each for each in ticked if each not in typed)]))


def mark_form(criteria: Sequence[Mapping[str, Any]], phrases: Sequence[str], **values: Any) -> MarkForm:
    """Return the form for a rubric, filled with what was sent, or else with values."""
    fields: dict[str, Any] = {}
    for place, criterion in enumerate(criteria):
        levels = [
            SelectChoice(str(number), f"{rubric.show(level['points'])} · {level['text']}")
            for number, level in enumerate(criterion["levels"])
        ]
        fields[f"level{place}"] = RadioField(criterion["title"], choices=levels, validate_choice=False)
        fields[f"remark{place}"] = TextAreaField(_("对“%(title)s”的批注", title=criterion["title"]))
    form: MarkForm = type("MarkFormOfRubric", (MarkForm,), fields)(**values)
    form.phrases.choices = [SelectChoice(each, each) for each in phrases]
    return form
