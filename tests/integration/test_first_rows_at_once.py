"""The same form sent several times at the very same moment: the first one makes the row, the others get a page."""

from __future__ import annotations

from sqlalchemy import func, select

from academy.db import db
from courses.certificates.models import CertificateTemplate
from courses.practice.models import PracticeSettings
from courses.references.models import Regulation
from tests.factories import make_person
from tests.integration.learning.test_at_once import TABS, at_once


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_first_choice_of_practice_may_be_sent_twice(app):
    form = {"leave_after": "2", "keep_reviewing": "y"}

    def choose(client, number):
        return client.post("/practice/settings", data=form).status_code

    assert at_once(app, make_person(), choose) == [303] * TABS
    assert count(PracticeSettings) == 1


def test_a_regulation_that_is_sent_twice_is_put_in_once(app):
    form = {"title": "社区工作条例", "number": "第 1 号"}

    def add(client, number):
        return client.post("/studio/regulations/new", data=form).status_code

    assert sorted(at_once(app, make_person("instructor"), add)) == [303] + [409] * (TABS - 1)
    assert count(Regulation) == 1


def test_a_certificate_template_that_is_sent_twice_is_made_once(app, sign_in):
    admin = make_person("admin")
    page = sign_in(admin).get("/admin/certificates/templates/new/course").page
    fields = [*page.one("main").find_all("input"), *page.one("main").find_all("textarea")]
    held = {
        each["name"]: each.get("value") or each.text for each in fields if each.get("type") not in ("file", "checkbox")
    }
    held.pop("csrf_token", None)

    def make(client, number):
        return client.post("/admin/certificates/templates/new/course", data={**held, "name": "结业模板"}).status_code

    assert sorted(at_once(app, admin, make)) == [303] + [422] * (TABS - 1)
    assert count(CertificateTemplate) == 1
