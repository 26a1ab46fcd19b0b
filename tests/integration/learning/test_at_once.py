"""Requests of one person at the very same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from academy.db import db
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment, Evidence
from tests.factories import make_course, make_person
from tests.factories.catalog import text_lesson
from tests.integration.learning.helpers import make_student
from tests.support.site import session_of

TABS = 6


def at_once(app, person, act):
    """Let TABS browsers of one person do `act(client, number)` at the same time; return what it returns."""
    held = session_of(app, person)
    db.session.commit()

    def one(number):
        client = app.test_client()
        with client.session_transaction() as session:
            session.update(held)
        return act(client, number)

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(one, range(TABS)))


def test_tabs_that_report_at_the_same_moment_share_the_time(app, sign_in, clock):
    person = make_person()
    student = make_student(sign_in, person=person)
    tokens = []
    for _ in range(TABS):
        student.open()
        tokens.append(student.tokens[0])
    clock.move(seconds=10)
    address = student.url(0, "watched")

    def report(client, number):
        start = number * 60_000
        payload = {"session": tokens[number], "sequence": 1, "segments": [[start, start + 60_000]]}
        return client.post(address, json=payload).json.get("credited", 0)

    assert sum(at_once(app, person, report)) == 20_000
    assert student.credited() == 20_000


def test_the_same_report_at_the_same_moment_counts_once(app, sign_in, clock):
    person = make_person()
    student = make_student(sign_in, person=person)
    student.open()
    clock.move(seconds=10)
    address, token = student.url(0, "watched"), student.tokens[0]
    payload = {"session": token, "sequence": 1, "segments": [[0, 4000]], "played": 4000}
    credited = at_once(app, person, lambda client, number: client.post(address, json=payload).json["credited"])
    assert sorted(credited) == [0] * (TABS - 1) + [4000]
    assert student.progress().study_seconds == 4
    heard = select(func.count()).select_from(Evidence).where(Evidence.sequence == 1)
    assert db.session.scalar(heard) == 1


def test_joining_at_the_same_moment_joins_once(app):
    person, course = make_person(), make_course(slug="rush")
    address = f"/courses/{course.slug}/enrol"
    assert at_once(app, person, lambda client, number: client.post(address).status_code) == [303] * TABS
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1


def test_completing_at_the_same_moment_earns_once(app, sign_in, clock):
    person = make_person()
    student = make_student(sign_in, make_course([text_lesson("一段话")]), person)
    address = student.url(0, "done")
    note = student.client.get(student.url(0, "").rstrip("/")).page.find("input", name="opening")["value"]
    clock.move(minutes=1)
    answers = at_once(app, person, lambda client, number: client.post(address, data={"opening": note}).status_code)
    assert answers == [303] * TABS
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1
