"""The base of every form."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField

from academy.errors import UserError
from academy.i18n import gettext, ngettext


class _Messages:
    """Lets WTForms speak the language of the request."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return ngettext(singular, plural, n)


def strip(value: Any) -> Any:
    """Field filter: drop blanks (also full-width ones) around what was typed."""
    return value.strip().strip("\u3000") if isinstance(value, str) else value


class BaseForm(FlaskForm):
    """A form with CSRF protection whose messages speak the person's language.

    Validate with `validate_on_submit()`; on failure re-render the page with status 422, everything typed is kept.
    """

    class Meta(FlaskForm.Meta):
        """Settings of WTForms."""

        def get_translations(self, form: Any) -> Any:
            """Return the binding to our catalogue."""
            return _Messages()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Read what forms send, and not what a script may send to their address."""
            return None if request and request.is_json else super().wrap_formdata(form, formdata)

    def blame(self, error: UserError) -> None:
        """Show the sentence of `error` at its field, or above the form when it names none."""
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    @property
    def has_errors(self) -> bool:
        """Whether something has to be mended."""
        return bool(self.errors)


class LockedForm(BaseForm):
    """A form that knows which version of the thing was seen, so that nobody's work is overwritten unseen."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that the form was opened with, 0 if it cannot be read."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else 0

    def hold(self, version: int) -> None:
        """Let the next attempt to save be about `version`."""
        self.version.data = str(version)
