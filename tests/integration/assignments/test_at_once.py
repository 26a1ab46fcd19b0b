"""Requests about one assignment at the very same moment."""

from __future__ import annotations

from sqlalchemy import func, select

from academy.db import db
from courses.assignments.models import AssignmentMark, Submission
from courses.learning.models import Evidence
from courses.learning.services.recompute import recompute
from tests.factories import make_course, make_enrolment, make_person, make_submission
from tests.factories.assignments import WORK, assignment_lesson
from tests.integration.learning.helpers import make_student
from tests.integration.learning.test_at_once import TABS, at_once


def test_handing_in_at_the_same_moment_hands_in_once(app, sign_in):
    person = make_person()
    course = make_course([assignment_lesson()], owner=make_person("instructor"))
    student = make_student(sign_in, course, person)
    address, sent = student.url(0, "assignment"), {"revision": "0", "text": WORK, "action": "hand_in"}
    answers = at_once(app, person, lambda client, number: client.post(address, data=sent).status_code)
    assert sorted(answers) == [303] + [409] * (TABS - 1)
    assert db.session.scalars(select(Submission.state)).all() == ["waiting"]
    assert db.session.scalar(select(func.count()).select_from(Evidence).where(Evidence.kind == "work")) == 1


def test_marking_at_the_same_moment_marks_once(app):
    owner, person = make_person("instructor"), make_person()
    made = make_submission(make_enrolment(person, make_course([assignment_lesson()], owner=owner)), person)
    address = f"/studio/assignments/{made.id}"

    def mark(client, number):
        sent = {"seen": "0", "action": "mark", "level0": str(number % 3), "level1": "0"}
        return client.post(address, data=sent).status_code

    assert sorted(at_once(app, owner, mark)) == [303] + [409] * (TABS - 1)
    db.session.expire_all()
    assert db.session.scalar(select(func.count()).select_from(AssignmentMark)) == 1
    assert list(recompute(mend=False)) == []
