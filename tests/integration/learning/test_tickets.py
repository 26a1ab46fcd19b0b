"""Reports bound to an opening: who may send them, several at once, late ones, and which of two players counts."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.clocks.models import StudyClock
from courses.learning.models import Evidence
from courses.learning.services.openings import read_ticket
from tests.factories import make_course, make_person
from tests.factories.catalog import text_lesson, video_lesson
from tests.integration.learning.helpers import make_student


@pytest.fixture
def student(app, sign_in, clock):
    return make_student(sign_in)


def batch(student, *segments, place=0, **values):
    """The reports of a player, one for each stretch."""
    reports = []
    for segment in segments:
        student.sequence += 1
        reports.append(
            {
                "session": student.tokens[place],
                "sequence": student.sequence,
                "segments": [list(segment)],
                "position": segment[1],
                "played": segment[1] - segment[0],
                **values,
            }
        )
    return reports


def send(student, reports, place=0):
    return student.client.post(student.url(place, "watched"), json={"reports": reports})


# -- who may report ---------------------------------------------------------------------------------------------------


def test_a_report_needs_no_form_token_because_it_has_a_ticket(student, clock):
    student.open()
    clock.move(seconds=30)
    student.client.csrf = False
    assert student.watch((0, 30_000)).status_code == 200
    assert student.credited() == 30_000


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
def test_a_report_from_a_page_of_another_site_is_refused(student, clock, headers):
    student.open()
    clock.move(seconds=30)
    [report] = batch(student, (0, 30_000))
    assert student.client.post(student.url(0, "watched"), json=report, headers=headers).status_code == 403
    assert student.credited() == 0


def test_opening_still_needs_the_form_token(student):
    student.client.csrf = False
    assert student.client.post(student.url(0, "open"), json={}).status_code == 401


def test_who_is_not_signed_in_cannot_report(student, client, clock):
    student.open()
    clock.move(seconds=30)
    [report] = batch(student, (0, 30_000))
    answer = client.post(student.url(0, "watched"), json=report)
    assert answer.status_code == 401 and answer.json["error"]


def test_who_is_not_enrolled_cannot_report(student, sign_in, clock):
    student.open()
    clock.move(seconds=30)
    stranger = sign_in(make_person())
    assert stranger.post(student.url(0, "open"), json={}).status_code == 403
    [report] = batch(student, (0, 30_000))
    assert stranger.post(student.url(0, "watched"), json=report).status_code == 403
    assert student.credited() == 0


def test_the_answer_is_in_the_language_of_the_page(student, clock):
    student.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh"
    person = student.enrolment.person_id
    db.session.execute(db.text("UPDATE person SET locale = 'en' WHERE id = :id"), {"id": person})
    student.open()
    assert read_ticket(student.tokens[0]).locale == "en"
    clock.move(seconds=10)
    assert student.watch((0, 10_000)).json["message"].startswith("Still to watch: 8 min 50 s")


def test_a_ticket_tells_no_secret(student):
    student.open()
    opening = read_ticket(student.tokens[0])
    key = db.session.scalar(db.text("SELECT session_key FROM person WHERE id = :id").bindparams(id=opening.person_id))
    assert key not in student.tokens[0] and opening.mark not in key


# -- several at once --------------------------------------------------------------------------------------------------


def test_a_batch_counts_like_its_reports_one_by_one(student, clock):
    student.open()
    clock.move(seconds=60)
    answer = send(student, batch(student, (0, 10_000), (20_000, 30_000), (10_000, 20_000)))
    assert answer.status_code == 200
    assert answer.json["covered"] == [[0, 30_000]] and answer.json["credited"] == 30_000
    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 3


def test_a_batch_that_comes_twice_counts_once(student, clock):
    student.open()
    clock.move(seconds=60)
    reports = batch(student, (0, 10_000), (10_000, 20_000))
    send(student, reports)
    clock.move(seconds=60)
    again = send(student, [{**report, "segments": [[0, 600_000]]} for report in reports[::-1]])
    assert again.status_code == 200 and again.json["credited"] == 0
    assert student.credited() == 20_000 and student.progress().study_seconds == 20


def test_one_bad_report_does_not_spoil_the_others(student, clock):
    student.open()
    clock.move(seconds=60)
    good = batch(student, (0, 10_000), (10_000, 20_000))
    answer = send(student, [good[0], {**good[0], "session": "made-up", "sequence": 9}, good[1]])
    assert answer.status_code == 200 and answer.json["covered"] == [[0, 20_000]]
    assert [(each["sequence"], each["code"]) for each in answer.json["refused"]] == [(9, "reopen")]
    assert [entry.detail["reason"] for entry in db.session.scalars(select(AuditEntry))] == ["forged ticket"]


def test_a_late_report_counts_once(student, clock):
    student.open()
    clock.move(seconds=30)
    student.watch((10_000, 20_000), sequence=2)
    assert student.watch((0, 10_000), sequence=1).json["credited"] == 10_000
    assert student.watch((0, 10_000), sequence=1).json["credited"] == 0
    assert student.credited() == 20_000


# -- a lost network ---------------------------------------------------------------------------------------------------


def test_what_was_watched_offline_is_made_up_for(student, clock):
    student.open()
    clock.move(minutes=5)
    reports = [
        {**report, "age": 290_000 - 10_000 * number}
        for number, report in enumerate(batch(student, *[(at, at + 10_000) for at in range(0, 300_000, 10_000)]))
    ]
    answer = send(student, reports)
    assert answer.json["covered"] == [[0, 300_000]]
    assert answer.json["said"] == "断网时看的 4 分 40 秒已经全部补记"


def test_more_than_the_server_can_check_is_not_made_up_for_and_it_says_so(student, clock):
    student.open()
    clock.move(minutes=2)
    reports = [
        {**report, "age": 60_000} for report in batch(student, *[(at, at + 60_000) for at in range(0, 600_000, 60_000)])
    ]
    answer = send(student, reports)
    assert student.credited() == 240_000
    assert answer.json["said"].startswith("断网时看的 10 分钟里，补记了 4 分钟；")


def test_late_reports_of_one_player_do_not_stop_another(student, clock):
    student.open(0)
    clock.move(seconds=30)
    offline = batch(student, (0, 10_000), (10_000, 20_000), age=60_000)
    student.open(2)
    clock.move(seconds=10)
    assert student.watch((0, 10_000), place=2).status_code == 200
    assert send(student, offline).status_code == 200
    clock.move(seconds=10)
    assert student.watch((10_000, 20_000), place=2).status_code == 200
    assert student.credited(0) == student.credited(2) == 20_000


# -- one player at a time ---------------------------------------------------------------------------------------------


def test_the_second_player_is_asked_which_to_keep(student, clock):
    student.open(0)
    clock.move(seconds=10)
    student.watch((0, 10_000))
    since = clock.move()
    opened = student.open(2)
    assert opened["other_player"]["title"] == "1.1 一节" or opened["other_player"]["title"]
    clock.move(seconds=5)
    answer = student.watch((0, 5000), place=2)
    assert answer.status_code == 409
    assert (answer.json["code"], answer.json["since"]) == ("other_player", since.isoformat())
    assert answer.json["title"] in answer.json["error"]
    assert student.credited(2) == 0
    assert [row.claimed["refused"] for row in db.session.scalars(select(Evidence)) if "refused" in row.claimed]


def test_taking_over_pauses_the_other_whose_time_stays(student, clock):
    student.open(0)
    clock.move(seconds=10)
    student.watch((0, 10_000))
    student.open(2)
    clock.move(seconds=5)
    kept = student.client.post(student.url(2, "take-over"), json={"session": student.tokens[2]})
    assert kept.status_code == 200 and kept.json["session"] == student.tokens[2]
    clock.move(seconds=5)
    assert student.watch((0, 5000), place=2).status_code == 200
    first = student.watch((10_000, 20_000))
    assert (first.status_code, first.json["code"]) == (409, "other_player")
    assert student.credited(2) == 5000
    assert student.credited(0) == 20_000  # ten seconds of film, five of which after it was taken over: at double speed


def test_taking_over_with_a_ticket_of_somebody_else_is_refused(student, sign_in, clock):
    other = make_student(sign_in, student.enrolment.course)
    other.open()
    answer = student.client.post(student.url(0, "take-over"), json={"session": other.tokens[0]})
    assert answer.status_code == 403
    assert student.client.post(student.url(0, "take-over"), json={"session": None}).status_code == 400
    assert student.client.post(student.url(0, "take-over"), json=[]).status_code == 400


def test_a_player_that_has_paused_is_no_obstacle(student, clock):
    student.open(0)
    clock.move(seconds=10)
    student.watch((0, 10_000), playing=False)
    assert "other_player" not in student.open(2)
    clock.move(seconds=5)
    assert student.watch((0, 5000), place=2).status_code == 200


def test_a_player_that_is_not_heard_of_is_no_obstacle_for_long(student, clock):
    student.open(0)
    clock.move(seconds=10)
    student.watch((0, 10_000))
    student.open(2)
    clock.move(seconds=31)
    assert student.watch((0, 5000), place=2).status_code == 200


def test_a_page_that_opens_its_lesson_again_stays_the_player(student, clock):
    student.open(0)
    clock.move(seconds=10)
    student.watch((0, 10_000))
    answer = student.client.post(student.url(0, "open"), json={"replaces": student.tokens[0]})
    assert "other_player" not in answer.json
    clock.move(seconds=5)
    assert student.watch((10_000, 15_000), session=answer.json["session"]).status_code == 200


def test_saying_that_one_plays_makes_one_the_player_at_once(student, clock):
    student.open(0)
    student.watch()
    student.open(2)
    assert student.watch(place=2).status_code == 409
    assert db.session.scalars(select(StudyClock)).one().player == read_ticket(student.tokens[0]).play_id


# -- study time of lessons without parts ------------------------------------------------------------------------------


def test_a_text_takes_part_in_the_one_clock(student, clock):
    student.open(0)
    student.open(1)
    for beat in range(6):
        clock.move(seconds=10)
        student.watch((beat * 20_000, (beat + 1) * 20_000))
        student.show(0, 1, 2, place=1)
    assert student.credited(0) / 2000 + student.credited(1) * 7 <= 60


def test_looking_at_a_lesson_that_one_works_through_is_study_time(app, sign_in, clock, monkeypatch):
    from courses.lesson_types.registry import lesson_type  # noqa: PLC0415 - the type is changed for this test

    student = make_student(sign_in, make_course([text_lesson("一段话"), video_lesson()]))
    monkeypatch.setattr(type(lesson_type("text")), "measure", "work")
    student.open()
    for _ in range(3):
        clock.move(seconds=20)
        assert student.show(visible=20_000).status_code == 200
    progress = student.progress()
    assert (progress.study_seconds, progress.covered, progress.share_num) == (60, [], 0)
    student.show(visible=600_000)
    assert student.progress().study_seconds == 60
