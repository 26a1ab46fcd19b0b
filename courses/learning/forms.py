"""Forms about the record of a lesson."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import SelectMultipleField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from academy.i18n import lazy as _l
from academy.web.forms import BaseForm

_PAIR = re.compile(r"(\d{1,9})-(\d{1,9})")
MOST_CHOSEN = 200


class StretchesField(SelectMultipleField):
    """Stretches of a recording to tick; what is sent of others is left to the service to refuse."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, choices=[], validate_choice=False, **kwargs)

    def offer(self, stretches: Iterable[Sequence[Any]]) -> None:
        """Offer stretches: (from, to, label)."""
        self.choices = [SelectChoice(value=f"{start}-{end}", label=label) for start, end, label in stretches]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """The stretches ticked."""
        found = [_PAIR.fullmatch(value) for value in (self.data or [])[:MOST_CHOSEN]]
        return [(int(match[1]), int(match[2])) for match in found if match]


class DisputeForm(BaseForm):
    """What a trainee doubts, and why."""

    stretch = StretchesField(_l("有疑问的片段"))
    reason = TextAreaField(_l("当时的情况"))


class SettleForm(BaseForm):
    """What an instructor credits, and why."""

    stretch = StretchesField(_l("补记哪几段"))
    answer = TextAreaField(_l("答复"))
