"""Progress follows from the evidence: `flask learning recompute --check` proves it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.db import db
from courses.catalog.models import LessonVersion
from courses.catalog.publication import publish
from courses.credits.models import LedgerEntry
from courses.learning.cli import group
from courses.learning.models import LessonProgress
from courses.learning.services import progress as progress_services
from tests.factories import make_completion, make_course, make_enrolment, make_progress, make_quiz
from tests.factories.catalog import quiz_lesson, text_lesson, video_lesson
from tests.integration.learning.helpers import lessons_of, make_student


@pytest.fixture
def run(app):
    def invoke(*arguments):
        db.session.commit()
        result = app.test_cli_runner().invoke(group, ["recompute", *arguments])
        db.session.expire_all()
        return result

    return invoke


@pytest.fixture
def studied(app, sign_in, clock):
    """Somebody who has studied in all ways."""
    student = make_student(sign_in)
    student.open()
    for start in (0, 10_000, 40_000):
        clock.move(seconds=11)
        student.watch((start, start + 10_000))
    student.watch((0, 10_000), sequence=1)
    student.open(1)
    clock.move(seconds=60)
    student.show(0, 2, place=1)
    make_completion()
    enrolment = make_enrolment(
        course=make_course([quiz_lesson(make_quiz()), text_lesson(completion={"rule": "opened"})])
    )
    make_progress(enrolment, lessons_of(enrolment)[0])
    return student


def test_nothing_differs_after_studying(studied, run):
    result = run("--check")
    assert (result.exit_code, result.output) == (0, "Progress follows from the evidence.\n")


def test_nothing_differs_after_a_new_version(studied, run):
    course = studied.enrolment.course
    video = course.chapters[0].lessons[0]
    video.content = {**video.content, "duration_ms": 25_000}
    publish(course, None)
    assert run("--check").exit_code == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [("covered", [[0, 600_000]]), ("share_num", 19), ("study_seconds", 9999), ("completed_at", "now")],
)
def test_a_changed_value_is_found_and_mended(studied, run, clock, column, value):
    progress = studied.progress()
    before = getattr(progress, column)
    setattr(progress, column, clock.move() if value == "now" else value)
    result = run("--check")
    assert result.exit_code == 1
    assert f"lesson_progress {progress.id}: {column} is" in result.output
    assert run().exit_code == 0
    assert getattr(studied.progress(), column) == before
    assert run("--check").exit_code == 0


def test_check_changes_nothing(studied, run):
    studied.progress().study_seconds = 9999
    run("--check")
    assert studied.progress().study_seconds == 9999


def test_wrong_counts_of_a_course_are_found_and_mended(studied, run):
    studied.enrolment.done_count = 1
    result = run("--check")
    assert result.exit_code == 1 and "done_count is 1, evidence gives 0" in result.output
    run()
    assert studied.enrolment.done_count == 0


def test_a_missing_ledger_entry_is_found_and_entered(app, run, monkeypatch):
    with monkeypatch.context() as forgetful:
        forgetful.setattr(progress_services, "credit_course", lambda *_values: None)
        enrolment = make_completion()
    assert "credit hours" in run("--check").output
    run()
    assert db.session.scalars(select(LedgerEntry)).one().person_id == enrolment.person_id
    assert run("--check").exit_code == 0


def test_a_lesson_whose_type_is_not_installed_is_left_alone(app, run):
    course = make_course([text_lesson(), video_lesson()])
    enrolment = make_enrolment(course=course)
    lesson = lessons_of(enrolment)[1]
    progress = make_progress(enrolment, lesson)
    lesson.type = "hologram"
    assert run("--check").exit_code == 0
    assert db.session.get(LessonProgress, progress.id).covered == [[0, 60_000]]


def test_nothing_differs_after_late_refused_and_settled_reports(studied, run, clock):
    studied.open(0)
    studied.watch((60_000, 70_000))
    studied.open(2)
    clock.move(seconds=5)
    assert studied.watch((0, 10_000), place=2).status_code == 409
    studied.watch((20_000, 60_000), place=2, age=60_000)
    progress = studied.progress(2)
    lesson = db.session.get_one(LessonVersion, progress.lesson_version_id)
    settled = {"segments": [[100_000, 160_000]]}
    note = progress_services.add_evidence(progress, lesson, "settled", claimed={"dispute": 1}, credited=settled)
    covered = progress_services.covered_by(lesson, progress_services.evidence_of(progress))
    progress_services.advance(studied.enrolment, progress, lesson, note, covered=covered)
    assert [100_000, 160_000] in studied.progress(2).covered
    assert run("--check").exit_code == 0


def test_a_settled_stretch_that_no_evidence_grants_is_found(studied, run):
    studied.progress().covered = [[0, 500_000]]
    assert run("--check").exit_code == 1
