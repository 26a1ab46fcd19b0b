"""Cheats: each earns nothing beyond what the server's clock allows, and each leaves a trace.

A cheat is a function that gets `Scene`: a trainee at a course with a film of ten minutes (place 0), a text of three
paragraphs of seven seconds each (place 1) and another film (place 2), and a classmate. What a cheat may earn is given in
milliseconds of film; the trace is the reason in the audit log, or the kind of an evidence row that keeps the claim.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.accounts.services.passwords import set_password
from academy.accounts.services.sign_in import end_sessions
from academy.audit.models import AuditEntry
from academy.db import db
from academy.web import tickets
from courses.catalog.publication import publish
from courses.credits.models import LedgerEntry
from courses.learning.models import Evidence, LessonProgress
from tests.factories import make_course
from tests.factories.catalog import text_lesson, video_lesson
from tests.integration.learning.helpers import LONG_TEXT, Student, make_student

WHOLE = (0, 600_000)


@dataclass
class Scene:
    """Who is there, and the clock to move."""

    student: Student
    other: Student
    clock: Any

    def opened(self, seconds: float = 0, place: int = 0) -> Student:
        """Let the trainee open a lesson and some time pass."""
        self.student.open(place)
        if seconds:
            self.clock.move(seconds=seconds)
        return self.student

    def raw(self, body: bytes | str, place: int = 0, **options: Any) -> Any:
        """Send a body as it is."""
        options.setdefault("content_type", "application/json")
        return self.student.client.post(self.student.url(place, "watched"), data=body, **options)


CHEATS: list[Any] = []
Act = Callable[[Scene], Any]


def cheat(trace: str, earns: int = 0) -> Callable[[Act], Act]:
    """Add a function to the table of cheats."""

    def add(act: Act) -> Act:
        name = act.__name__.replace("_", " ")
        CHEATS.append(pytest.param(act, trace, earns, id=name))
        return act

    return add


# -- claims about the film --------------------------------------------------------------------------------------------


@cheat("watched")
def all_of_it_at_the_moment_of_opening(scene):
    scene.opened().watch(WHOLE)


@cheat("watched", earns=14_000)
def all_of_it_after_seven_seconds(scene):
    scene.opened(7).watch(WHOLE)


@cheat("watched", earns=20_000)
def a_position_at_the_end(scene):
    scene.opened(10).watch((0, 20_000), position=599_999, played=10**8)


@cheat("watched", earns=20_000)
def sixteen_times_the_speed(scene):
    student = scene.opened()
    for beat in range(10):
        scene.clock.move(seconds=1)
        student.watch((beat * 16_000, (beat + 1) * 16_000))


@cheat("watched", earns=120_000)
def all_of_it_every_second(scene):
    student = scene.opened()
    for _ in range(60):
        scene.clock.move(seconds=1)
        student.watch(WHOLE)


@cheat("watched", earns=200)
def slivers_all_over_the_film(scene):
    scene.opened(10).watch(*[(start, start + 1) for start in range(0, 200_000, 1000)])


@cheat("watched")
def a_stretch_beyond_the_end(scene):
    scene.opened(60).watch((600_000, 900_000), (10**8, 10**8 + 5000))


@cheat("watched")
def negative_and_reversed_stretches(scene):
    scene.opened(60).watch((-50_000, -10_000), (30_000, 10_000))


@cheat("watched", earns=40_000)
def opening_again_and_again(scene):
    for _ in range(20):
        scene.opened(1).watch(WHOLE)


@cheat("watched", earns=1_200_000)
def a_page_left_open_overnight(scene):
    scene.opened(9 * 3600).watch(WHOLE)


@cheat("watched", earns=20_000)
def a_film_said_to_have_been_watched_while_offline(scene):
    scene.opened(10).watch(WHOLE, age=3_600_000)


@cheat("watched", earns=20_000)
def unknown_fields_that_say_it_is_done(scene):
    scene.opened(10).watch((0, 20_000), done=True, completed=True, share=1, percent=100, credited=600_000)


# -- several at once, again, in another order -------------------------------------------------------------------------


@cheat("watched", earns=20_000)
def the_same_report_again(scene):
    student = scene.opened(10)
    for _ in range(5):
        student.watch(WHOLE, sequence=1)
    scene.clock.move(seconds=60)
    student.watch(WHOLE, sequence=1)


@cheat("watched", earns=20_000)
def reports_in_reverse_order(scene):
    student = scene.opened(10)
    for sequence in (9, 8, 7, 6, 5, 5, 6, 7, 8, 9):
        student.watch((sequence * 10_000, sequence * 10_000 + 10_000), sequence=sequence)


@cheat("malformed")
def a_sequence_number_that_overflows(scene):
    scene.opened(10).watch(WHOLE, sequence=2**31)


@cheat("watched", earns=120_000)
def two_tabs_of_one_film(scene):
    student = scene.opened()
    first = student.tokens[0]
    student.open()
    for beat in range(6):
        scene.clock.move(seconds=10)
        student.watch((beat * 20_000, (beat + 1) * 20_000), session=first)
        student.watch((300_000 + beat * 20_000, 320_000 + beat * 20_000))


@cheat("watched", earns=120_000)
def two_films_on_two_devices(scene):
    student = scene.opened(place=0)
    student.open(2)
    for beat in range(6):
        scene.clock.move(seconds=10)
        assert student.watch((beat * 20_000, (beat + 1) * 20_000), place=0).status_code == 200
        assert student.watch((beat * 20_000, (beat + 1) * 20_000), place=2).json["code"] == "other_player"


@cheat("watched", earns=20_000)
def a_batch_of_sixty_at_once(scene):
    student = scene.opened(10)
    beat = {"session": student.tokens[0], "segments": [[0, 600_000]], "position": 0, "played": 0}
    reports = [{**beat, "sequence": number} for number in range(1, 61)]
    assert student.client.post(student.url(0, "watched"), json={"reports": reports}).status_code == 200


@cheat("malformed")
def a_batch_bomb(scene):
    student = scene.opened(10)
    beat = {"session": student.tokens[0], "sequence": 1, "segments": [[0, 600_000]]}
    body = json.dumps({"reports": [beat] * 200})
    assert scene.raw(body).status_code == 400


# -- tickets ----------------------------------------------------------------------------------------------------------


@cheat("ticket of another person")
def the_ticket_of_a_classmate(scene):
    scene.opened()
    scene.other.open()
    scene.clock.move(seconds=30)
    assert scene.student.watch(WHOLE, session=scene.other.tokens[0]).status_code == 403
    assert scene.other.credited() == 0


@cheat("ticket of another lesson")
def the_ticket_of_another_lesson(scene):
    student = scene.opened(30, place=2)
    assert student.watch(WHOLE, session=student.tokens[2]).status_code == 403


@cheat("forged ticket")
def a_ticket_made_up(scene):
    scene.opened(30).watch(WHOLE, session="made-up")


@cheat("forged ticket")
def a_ticket_without_its_signature(scene):
    student = scene.opened(30)
    student.watch(WHOLE, session=student.tokens[0].partition(".")[0] + ".")


@cheat("forged ticket")
def a_ticket_with_half_a_signature(scene):
    student = scene.opened(30)
    student.watch(WHOLE, session=student.tokens[0][:-20])


@cheat("forged ticket")
def a_ticket_dated_earlier(scene):
    student = scene.opened(1)
    values = tickets.read("opening", student.tokens[0])
    values[5] -= 600_000
    forged = tickets.issue("opening", *values).partition(".")[0]
    student.watch(WHOLE, session=f"{forged}.{student.tokens[0].partition('.')[2]}")


@cheat("forged ticket")
def a_ticket_signed_for_something_else(scene):
    student = scene.opened(30)
    student.watch(WHOLE, session=tickets.issue("certificate", *tickets.read("opening", student.tokens[0])))


@cheat("expired ticket")
def a_ticket_of_yesterday(scene):
    assert scene.opened(13 * 3600).watch(WHOLE).status_code == 409


@cheat("ended sign-in")
def a_ticket_after_signing_out_with_the_cookie_kept(scene):
    student = scene.opened(30)
    end_sessions(db.session.get_one(Person, student.enrolment.person_id))
    assert student.watch(WHOLE).status_code == 401


@cheat("ticket of an ended sign-in")
def a_ticket_from_before_the_password_was_changed(scene):
    student = scene.opened(30)
    person = db.session.get_one(Person, student.enrolment.person_id)
    set_password(person, "another-Password-4711")
    db.session.commit()
    with student.client.session_transaction() as session:
        session["_user_id"] = person.get_id()
    answer = student.watch(WHOLE)
    assert (answer.status_code, answer.json["code"]) == (409, "reopen")


@cheat("ended sign-in")
def a_ticket_of_an_account_that_was_closed(scene):
    student = scene.opened(30)
    db.session.get_one(Person, student.enrolment.person_id).is_active = False
    assert student.watch(WHOLE).status_code == 401


@cheat("watched", earns=20_000)
def a_ticket_of_an_old_version_of_the_lesson(scene):
    student = scene.opened(10)
    student.watch((0, 20_000))
    lesson = student.enrolment.course.chapters[0].lessons[0]
    lesson.content = {**lesson.content, "duration_ms": 500_000}
    publish(student.enrolment.course, None)
    db.session.commit()
    scene.clock.move(seconds=60)
    answer = student.watch((20_000, 140_000))
    assert (answer.status_code, answer.json["code"]) == (409, "reopen")


# -- what is no report ------------------------------------------------------------------------------------------------

ODD_BODIES = {
    "nothing": b"",
    "NaN as a time": b'{"session": "x", "sequence": 1, "segments": [[0, NaN]]}',
    "infinity as a time": b'{"session": "x", "sequence": 1, "segments": [[0, Infinity]]}',
    "a fraction as a time": b'{"session": "x", "sequence": 1, "segments": [[0, 1e300]]}',
    "text as a time": b'{"session": "x", "sequence": 1, "segments": [["0", "600000"]]}',
    "a huge number": json.dumps({"session": "x", "sequence": 10**30, "segments": []}).encode(),
    "a huge time": json.dumps({"session": "x", "sequence": 1, "segments": [[0, 10**30]]}).encode(),
    "a negative age": b'{"session": "x", "sequence": 1, "segments": [], "age": -1}',
    "too many stretches": json.dumps({"session": "x", "sequence": 1, "segments": [[0, 1]] * 5000}).encode(),
    "brackets without end": b"[" * 50_000,
    "broken letters": b"\x3d\xd8",
}
CHEATS += [
    pytest.param(lambda scene, body=body: scene.opened(60) and scene.raw(body), "malformed", 0, id=name)
    for name, body in ODD_BODIES.items()
]


@cheat("malformed")
def a_report_as_a_form(scene):
    student = scene.opened(60)
    answer = student.client.post(student.url(0, "watched"), data={"segments": "0,600000", "session": student.tokens[0]})
    assert answer.status_code == 400


@cheat("too long")
def a_report_of_a_megabyte(scene):
    scene.opened(60)
    assert scene.raw(b'{"segments": [' + b"[0,1]," * 100_000 + b"[0,1]]}").status_code == 413


@cheat("a report for another measure")
def a_film_reported_as_a_text(scene):
    assert scene.opened(60).show(0, 1, 2, place=0).status_code == 409


@cheat("a report for time")
def a_text_reported_as_a_film(scene):
    assert scene.opened(60, place=1).watch(WHOLE, place=1).status_code == 409


# -- texts, and being told that it is done ----------------------------------------------------------------------------


@cheat("shown")
def paragraphs_that_do_not_exist(scene):
    assert scene.opened(60, place=1).show(7, 99, 999_999, place=1).json["shown"] == []


@cheat("shown")
def all_paragraphs_at_once(scene):
    assert scene.opened(8, place=1).show(0, 1, 2, place=1).json["shown"] == ["0"]


@cheat("told done before its time")
def saying_that_the_film_is_done(scene):
    student = scene.opened(5)
    assert student.client.post(student.url(0, "done"), data={"opening": "x", "done": "1"}).status_code == 422


@cheat("told done before its time")
def saying_at_once_that_the_text_is_read(scene):
    page = scene.student.client.get(scene.student.url(1, "").rstrip("/"))
    assert scene.student.client.submit(page, action="/done").status_code == 422


@cheat("a step in a lesson that takes none")
def steps_in_a_film(scene):
    student = scene.opened(5)
    assert student.client.post(student.url(0, "work"), json={"share": [1, 1], "completed": True}).status_code == 409


# -- the table --------------------------------------------------------------------------------------------------------


@pytest.fixture
def scene(app, sign_in, clock):
    course = make_course([video_lesson(600_000), text_lesson(LONG_TEXT), video_lesson(600_000)])
    student = make_student(sign_in, course)
    return Scene(student, make_student(sign_in, course), clock)


def traces() -> set[str]:
    """What was kept: reasons in the audit log, and kinds of evidence that keep a claim."""
    refused = select(AuditEntry.detail).where(AuditEntry.action == "learning.report_refused")
    claimed = [row.kind for row in db.session.scalars(select(Evidence)) if row.claimed]
    return {detail["reason"] for detail in db.session.scalars(refused)} | set(claimed)


@pytest.mark.parametrize(("act", "trace", "earns"), CHEATS)
def test_a_cheat_earns_nothing_and_leaves_a_trace(scene, act, trace, earns):
    act(scene)
    student = scene.student
    assert student.credited(0) + student.credited(2) <= earns
    assert trace in traces()
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 0
    done = select(LessonProgress.completed_at).where(LessonProgress.completed_at.is_not(None))
    assert db.session.scalars(done).all() == [] or earns >= WHOLE[1]


def test_the_table_is_long_enough():
    assert len({param.id for param in CHEATS}) == len(CHEATS) >= 40
