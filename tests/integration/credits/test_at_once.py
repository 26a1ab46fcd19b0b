"""Requests of one person about their hours at the very same moment."""

from __future__ import annotations

from sqlalchemy import select

from academy.db import db
from courses.credits.models import RequirementNote
from tests.factories import make_person
from tests.integration.learning.test_at_once import TABS, at_once


def test_a_note_may_be_closed_twice(app):
    form = {"key": "7-2026-month"}

    def close(client, number):
        return client.post("/me/requirement-note", data=form).status_code

    assert at_once(app, make_person(), close) == [303] * TABS
    assert db.session.scalars(select(RequirementNote.key)).all() == ["7-2026-month"]
