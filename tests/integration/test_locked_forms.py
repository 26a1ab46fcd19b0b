"""Forms that know which version of a thing was seen."""

from __future__ import annotations

import pytest
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from academy.web.forms import LockedForm


@pytest.mark.parametrize(
    ("sent", "seen"),
    [("7", 7), ("", 0), ("seven", 0), ("-1", 0), ("9" * 9, 999_999_999), ("9" * 10, 0), ("9" * 5000, 0)],
)
def test_what_cannot_be_read_is_no_version(app, sent, seen):
    with app.test_request_context(method="POST"):
        assert LockedForm(formdata=MultiDict({"version": sent})).seen_version == seen


def test_a_form_that_comes_back_is_about_the_version_that_it_shows(app):
    with app.test_request_context(method="POST"):
        form = LockedForm(formdata=MultiDict({"version": "7"}))
        form.hold(8)
        assert form.seen_version == 8
        assert form.version() == Markup('<input id="version" name="version" type="hidden" value="8">')
