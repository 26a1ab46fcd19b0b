"""“I have read it”, said with a form: believed when there has been time for it."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.db import db
from courses.credits.models import LedgerEntry
from courses.learning.models import LessonProgress
from tests.factories import make_course
from tests.factories.catalog import video_lesson
from tests.integration.learning.helpers import make_student

WHOLE = (0, 600_000)


@pytest.fixture
def student(app, sign_in, clock):
    return make_student(sign_in)


def test_i_have_read_it_is_not_believed_at_once(student, clock):
    page = student.client.get(student.url(1, "").rstrip("/"))
    answer = student.client.submit(page, action="/done")
    assert answer.status_code == 422 and "再过" in answer.words
    clock.move(seconds=10)
    assert student.client.submit(answer, action="/done").status_code == 422
    assert student.credited(1) == 0


def test_i_have_read_it_cannot_be_said_of_many_lessons_with_one_wait(app, sign_in, clock):
    text = "\n\n".join("居民有话好好说" * 20 for _ in range(3))
    course = make_course([{"type": "text", "content": {"body": text}} for _ in range(5)])
    student = make_student(sign_in, course)
    pages = [student.client.get(student.url(place, "").rstrip("/")) for place in range(5)]
    clock.move(seconds=25)
    done = [student.client.submit(page, action="/done").status_code for page in pages]
    assert done == [303, 422, 422, 422, 422]


@pytest.mark.parametrize("forge", ["nothing", "changed", "other person", "other lesson"])
def test_the_note_of_when_a_page_was_opened_cannot_be_forged(student, sign_in, clock, forge):
    page = student.client.get(student.url(1, "").rstrip("/"))
    note = page.page.find("input", name="opening")["value"]
    if forge == "nothing":
        note = ""
    elif forge == "changed":
        note = note[:-2] + "xx"
    elif forge == "other person":
        other = make_student(sign_in, student.enrolment.course)
        note = other.client.get(other.url(1, "").rstrip("/")).page.find("input", name="opening")["value"]
    else:
        course = make_course([{"type": "text", "content": {"body": "一段话"}}])
        second = make_student(sign_in, course, db.session.get(Person, student.enrolment.person_id))
        note = second.client.get(second.url(0, "").rstrip("/")).page.find("input", name="opening")["value"]
    clock.move(minutes=30)
    assert student.client.submit(page, action="/done", opening=note).status_code == 422
    assert student.credited(1) == 0


def test_no_cheat_earns_credit_hours(app, sign_in, clock):
    student = make_student(sign_in, make_course([video_lesson(600_000)]))
    student.open()
    for _ in range(30):
        clock.move(seconds=1)
        student.watch(WHOLE)
        student.client.post(student.url(0, "done"), data={"opening": ""})
    assert student.enrolment.state == "studying"
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 0
    assert db.session.scalars(select(LessonProgress.completed_at)).all() == [None]
