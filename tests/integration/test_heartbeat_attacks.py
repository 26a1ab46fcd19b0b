"""Cheats: each earns nothing undue, whatever a forged report says."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.db import db
from courses.credits.models import LedgerEntry
from courses.learning.models import Evidence, LessonProgress
from tests.factories import make_course, make_person
from tests.factories.catalog import video_lesson
from tests.integration.learning.helpers import make_student

WHOLE = (0, 600_000)


@pytest.fixture
def student(app, sign_in, clock):
    return make_student(sign_in)


def refusals() -> list[str]:
    query = select(AuditEntry.detail).where(AuditEntry.action == "learning.report_refused")
    return [detail["reason"] for detail in db.session.scalars(query)]


def test_a_whole_video_at_once_earns_twice_the_seconds_that_passed(student, clock):
    student.open()
    clock.move(seconds=7)
    answer = student.watch(WHOLE)
    assert answer.status_code == 200 and answer.json["credited"] == 14_000
    assert not answer.json["done"]
    assert student.credited() == 14_000


def test_at_the_moment_of_opening_nothing_is_earned(student):
    student.open()
    assert student.watch(WHOLE).json["credited"] == 0
    assert student.credited() == 0


def test_a_script_that_claims_all_every_second_earns_no_more(student, clock):
    student.open()
    for _ in range(60):
        clock.move(seconds=1)
        student.watch(WHOLE)
    assert student.credited() <= 2 * 60_000


def test_sixteen_times_the_speed_earns_two(student, clock):
    student.open()
    for beat in range(10):
        clock.move(seconds=1)
        student.watch((beat * 16_000, (beat + 1) * 16_000))
    assert student.credited() <= 20_000


def test_claiming_beyond_the_open_position_in_slices_earns_no_more(student, clock):
    """Slivers all over the recording are counted for what they are, not for what lies between them."""
    student.open()
    clock.move(seconds=10)
    slivers = [(start, start + 1) for start in range(0, 200_000, 1000)]
    assert student.watch(*slivers).json["credited"] == 200


def test_a_replay_earns_nothing_and_is_logged(student, clock):
    student.open()
    clock.move(seconds=10)
    student.watch((0, 10_000), sequence=5)
    clock.move(seconds=100)
    before = student.credited()
    for _ in range(3):
        answer = student.watch((10_000, 60_000), sequence=5)
        assert answer.status_code == 200 and answer.json["credited"] == 0
    assert student.credited() == before
    repeated = [entry for entry in db.session.scalars(select(Evidence)) if "repeats" in entry.claimed]
    assert [entry.credited for entry in repeated] == [{}, {}, {}]
    assert {entry.claimed["repeats"] for entry in repeated} == {5}


def test_a_late_report_counts_once(student, clock):
    student.open()
    clock.move(seconds=30)
    student.watch((10_000, 20_000), sequence=2)
    assert student.watch((0, 10_000), sequence=1).json["credited"] == 10_000
    assert student.watch((0, 10_000), sequence=1).json["credited"] == 0
    assert student.credited() == 20_000


def test_another_persons_token_is_refused_and_logged(student, sign_in, clock):
    other = make_student(sign_in, student.enrolment.course)
    other.open()
    clock.move(seconds=30)
    student.open()
    clock.move(seconds=30)
    answer = student.watch((0, 30_000), session=other.tokens[0])
    assert answer.status_code == 403 and answer.json["error"]
    assert student.credited() == other.credited() == 0
    assert refusals() == ["token of another person"]


def test_another_lessons_token_is_refused_and_logged(student, clock):
    student.open(0)
    clock.move(seconds=30)
    assert student.watch((0, 30_000), place=2, session=student.tokens[0]).status_code == 403
    assert student.credited(0) == student.credited(2) == 0
    assert refusals() == ["token of another lesson"]


def test_a_token_that_never_was_is_refused(student, clock):
    student.open()
    clock.move(seconds=30)
    assert student.watch((0, 30_000), session="forged").status_code == 409
    assert student.credited() == 0


def test_without_opening_nothing_counts(student, clock):
    clock.move(seconds=30)
    assert student.watch((0, 30_000)).status_code == 409
    assert student.progress() is None


@pytest.mark.parametrize("segment", [(600_000, 900_000), (10**8, 10**8 + 5000), (-50_000, -10_000), (30_000, 10_000)])
def test_positions_outside_the_recording_earn_nothing(student, clock, segment):
    student.open()
    clock.move(seconds=60)
    assert student.watch(segment).json["credited"] == 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b'{"session": NaN}',
        b'{"sequence": 1}',
        json.dumps({"session": "x", "sequence": 1, "segments": [[0, float("nan")]]}).encode(),
        json.dumps({"session": "x", "sequence": 1, "segments": [[0, float("inf")]]}).encode(),
        json.dumps({"session": "x", "sequence": 1, "segments": [[0, 1e300]]}).encode(),
        json.dumps({"session": "x", "sequence": 10**30, "segments": []}).encode(),
        json.dumps({"session": "x", "sequence": 1, "segments": [[0, 1]] * 5000}).encode(),
        b"[" * 50_000,
        b"\x3d\xd8",
    ],
    ids=range(13),
)
def test_what_no_player_sends_is_refused_with_400(student, clock, body):
    student.open()
    clock.move(seconds=60)
    answer = student.client.post(student.url(0, "watched"), data=body, content_type="application/json")
    assert answer.status_code == 400
    assert student.credited() == 0


def test_a_huge_report_is_refused_before_it_is_read(student, clock):
    student.open()
    body = b'{"segments": [' + b"[0,1]," * 100_000 + b"[0,1]]}"
    assert student.client.post(student.url(0, "watched"), data=body, content_type="application/json").status_code == 413


def test_a_form_is_no_report(student, clock):
    student.open()
    clock.move(seconds=60)
    answer = student.client.post(student.url(0, "watched"), data={"segments": "0,600000"})
    assert answer.status_code == 400


def test_parallel_tabs_of_one_lesson_share_one_clock(student, clock):
    student.open()
    first = student.tokens[0]
    student.open()
    second = student.tokens[0]
    for beat in range(6):
        clock.move(seconds=10)
        student.watch((beat * 20_000, (beat + 1) * 20_000), session=first)
        student.watch((300_000 + beat * 20_000, 320_000 + beat * 20_000), session=second)
    assert student.credited() == 2 * 60_000


def test_parallel_tabs_of_several_lessons_share_one_clock(student, clock):
    student.open(0)
    student.open(2)
    student.open(1)
    for beat in range(6):
        clock.move(seconds=10)
        for place in (0, 2):
            student.watch((beat * 20_000, (beat + 1) * 20_000), place=place)
        student.show(0, 1, 2, place=1)
    film = student.credited(0) + student.credited(2)
    read = student.credited(1) * 7
    assert film / 2000 + read <= 60


def test_opening_again_and_again_wins_no_time(student, clock):
    for _ in range(20):
        student.open()
        clock.move(seconds=1)
        student.watch(WHOLE)
    assert student.credited() <= 40_000


def test_saying_that_it_is_done_does_not_make_it_so(student, clock):
    student.open()
    clock.move(seconds=5)
    answer = student.client.post(student.url(0, "done"), data={"opening": "x", "done": "1", "percent": "100"})
    assert answer.status_code == 422
    progress = student.progress()
    assert progress.completed_at is None and progress.share_num == 0


def test_all_paragraphs_at_once_earn_the_time_that_reading_takes(student, clock):
    student.open(1)
    assert student.show(0, 1, 2, place=1).json["shown"] == []
    clock.move(seconds=8)
    answer = student.show(0, 1, 2, place=1)
    assert answer.json["shown"] == ["0"] and not answer.json["done"]
    clock.move(seconds=7)
    assert student.show(0, 1, 2, place=1).json["shown"] == ["0", "1"]
    assert student.progress(1).completed_at is None


def test_paragraphs_that_do_not_exist_earn_nothing(student, clock):
    student.open(1)
    clock.move(seconds=60)
    assert student.show(7, 99, 999_999, place=1).json["shown"] == []


def test_a_video_cannot_be_reported_as_a_text_nor_a_text_as_a_video(student, clock):
    student.open(0)
    student.open(1)
    clock.move(seconds=60)
    assert student.show(0, 1, 2, place=0).status_code == 409
    assert student.watch(WHOLE, place=1).status_code == 409
    assert student.credited(0) == student.credited(1) == 0


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


def test_who_is_not_enrolled_cannot_report(student, sign_in, clock):
    student.open()
    clock.move(seconds=30)
    stranger = sign_in(make_person())
    assert stranger.post(student.url(0, "open"), json={}).status_code == 403
    payload = {"session": student.tokens[0], "sequence": 9, "segments": [[0, 30_000]], "position": 0, "played": 0}
    assert stranger.post(student.url(0, "watched"), json=payload).status_code == 403
    assert student.credited() == 0


def test_who_is_not_signed_in_cannot_report(student, client, clock):
    student.open()
    clock.move(seconds=30)
    answer = client.post(student.url(0, "watched"), json={"session": student.tokens[0]})
    assert answer.status_code in (302, 303, 401)


def test_a_report_without_the_csrf_token_is_refused(student, clock):
    student.open()
    clock.move(seconds=30)
    student.client.csrf = False
    assert student.watch((0, 30_000)).status_code != 200
    assert student.credited() == 0


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
