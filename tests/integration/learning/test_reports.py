"""What scripts report while somebody studies, when they are honest."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.db import db
from courses.credits.models import LedgerEntry
from courses.learning.models import Evidence
from tests.factories import make_course
from tests.factories.catalog import text_lesson, video_lesson
from tests.integration.learning.helpers import LONG_TEXT, make_student
from tests.support import count_queries


@pytest.fixture
def student(app, sign_in, clock):
    return make_student(sign_in, make_course([video_lesson(60_000), text_lesson(LONG_TEXT)]))


def watch_honestly(student, clock, start, end, step=10_000):
    answer = None
    for begin in range(start, end, step):
        clock.move(milliseconds=min(step, end - begin))
        answer = student.watch((begin, min(end, begin + step)))
    return answer


def test_opening_says_where_one_stands(student):
    state = student.open()
    assert (state["percent"], state["done"], state["covered"]) == (0, False, [])
    assert state["missing"] == [{"from": 0, "to": 60_000, "text": "00:00–01:00"}]
    assert state["course"] == {"done": 0, "total": 2, "completed": False}


def test_a_video_watched_honestly_is_done_at_its_share(student, clock):
    student.open()
    answer = watch_honestly(student, clock, 0, 50_000)
    assert not answer.json["done"] and answer.json["percent"] == 83
    assert answer.json["missing"] == [{"from": 50_000, "to": 60_000, "text": "00:50–01:00"}]
    answer = watch_honestly(student, clock, 50_000, 54_000)
    assert answer.json["done"] and answer.json["reached"] == ["“1.1 一节”学完了"]
    assert answer.json["course"]["done"] == 1
    assert student.progress().completed_at == clock.move()
    assert student.progress().study_seconds == 54


def test_what_was_skipped_is_named(student, clock):
    student.open()
    watch_honestly(student, clock, 0, 10_000)
    state = watch_honestly(student, clock, 30_000, 40_000).json
    assert state["covered"] == [[0, 10_000], [30_000, 40_000]]
    assert [gap["text"] for gap in state["missing"]] == ["00:10–00:30", "00:40–01:00"]
    assert "还差 2 段：00:10–00:30、00:40–01:00" in state["message"]


def test_double_speed_counts_in_full_and_as_half_the_study_time(student, clock):
    student.open()
    for start in range(0, 60_000, 20_000):
        clock.move(seconds=10)
        student.watch((start, start + 20_000), played=10_000)
    assert student.credited() == 60_000
    assert student.progress().study_seconds == 30


def test_the_place_is_remembered_to_the_second(student, clock):
    student.open()
    watch_honestly(student, clock, 0, 23_456)
    assert student.progress().position == "23456"


def test_reports_kept_while_the_network_was_gone_count_as_far_as_the_clock_allows(student, clock):
    student.open()
    clock.move(seconds=60)
    for start in range(0, 60_000, 10_000):
        assert student.watch((start, start + 10_000)).json["credited"] == 10_000
    assert student.progress().completed_at is not None


def test_a_text_is_done_when_all_of_it_was_shown(student, clock):
    student.open(1)
    for unit in range(3):
        clock.move(seconds=10)
        answer = student.show(unit, place=1, visible=10_000)
    assert answer.json["done"] and answer.json["shown"] == ["0", "1", "2"]
    progress = student.progress(1)
    assert (progress.position, progress.study_seconds) == ("2", 30)


def test_parts_that_came_too_fast_can_be_reported_again(student, clock):
    student.open(1)
    clock.move(seconds=8)
    assert student.show(0, 1, 2, place=1).json["shown"] == ["0"]
    clock.move(seconds=14)
    assert student.show(1, 2, place=1).json["done"]


def test_the_last_lesson_completes_the_course_once(student, clock):
    student.open()
    watch_honestly(student, clock, 0, 60_000)
    student.open(1)
    clock.move(seconds=60)
    answer = student.show(0, 1, 2, place=1)
    assert answer.json["course"]["completed"]
    assert answer.json["reached"][-1].endswith("计入 1.5 学时")
    student.show(0, 1, 2, place=1)
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


def test_a_lesson_that_is_done_may_be_watched_again(student, clock):
    student.open()
    watch_honestly(student, clock, 0, 60_000)
    done = student.progress().completed_at
    answer = watch_honestly(student, clock, 0, 20_000)
    assert answer.json["done"] and answer.json["credited"] == 0
    assert student.progress().completed_at == done
    assert student.progress().study_seconds == 80


def test_i_have_read_it_without_scripts(student, clock):
    page = student.client.get(student.url(1, "").rstrip("/"))
    clock.move(seconds=22)
    answer = student.client.submit(page, action="/done")
    assert answer.status_code == 303
    progress = student.progress(1)
    assert progress.completed_at is not None and progress.study_seconds == 22
    following = student.client.get(answer.location)
    assert "学完了" in following.page.one("div", class_="flashes").text


def test_what_was_shown_already_shortens_the_wait(student, clock):
    student.open(1)
    clock.move(seconds=15)
    student.show(0, 1, place=1)
    page = student.client.get(student.url(1, "").rstrip("/"))
    clock.move(seconds=6)
    refused = student.client.submit(page, action="/done")
    assert refused.status_code == 422 and "再过 1 秒" in refused.words
    clock.move(seconds=1)
    assert student.client.submit(refused, action="/done").status_code == 303


def test_a_heartbeat_is_cheap(student, clock):
    student.open()
    watch_honestly(student, clock, 0, 20_000)
    clock.move(seconds=10)
    with count_queries() as queries:
        student.watch((20_000, 30_000))
    queries.assert_at_most(7)
    selects = [text for text in queries.statements if text.lstrip().startswith("SELECT")]
    assert len(selects) <= 3


def test_a_heartbeat_costs_the_same_after_many(student, clock):
    student.open()
    for beat in range(30):
        clock.move(seconds=2)
        student.watch((beat * 2000, beat * 2000 + 1000))
    with count_queries() as queries:
        student.watch((1000, 2000))
    queries.assert_at_most(7)


def test_pauses_leave_no_rows(student, clock):
    student.open()
    clock.move(seconds=10)
    for _ in range(5):
        student.watch()
    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 0
