"""Which minutes are missing and why; doubts about the record, and what instructors answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.db import db
from courses.catalog.models import Lesson
from courses.catalog.publication import load_draft, publish
from courses.learning.models import Dispute, Evidence
from courses.learning.services.missing import missing_of
from courses.learning.services.recompute import recompute
from tests.factories import make_course, make_person, make_question
from tests.factories.catalog import text_lesson, video_lesson
from tests.integration.learning.helpers import lessons_of, make_student
from tests.integration.learning.test_film_questions import AT, LENGTH, film, place
from tests.support import count_queries

WHY = "昨晚在值班室用手机看的，断过一次网"


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def student(app, sign_in, clock, teacher):
    course = make_course([film(place(make_question("true_false"))), film(), text_lesson()], owner=teacher)
    return make_student(sign_in, course)


def reasons(student, where: int = 0) -> list[tuple[int, int, str]]:
    progress = student.progress(where)
    found = missing_of(student.enrolment, lessons_of(student.enrolment)[where], progress)
    return [(each.start, each.end, each.reason) for each in found.stretches]


def doubt(student, *stretches: str, why: str = WHY, where: int = 0):
    return student.client.post(student.url(where, "dispute"), data={"stretch": list(stretches), "reason": why})


def waiting() -> Dispute:
    return db.session.scalars(select(Dispute).where(Dispute.state == "open")).one()


# -- what is missing -----------------------------------------------------------------------------------------------------


def test_before_anything_is_played_all_of_it_is_missing(student):
    assert reasons(student, 1) == [(0, LENGTH, "unplayed")]
    student.open(1)
    assert reasons(student, 1) == [(0, LENGTH, "unplayed")]


def test_what_lies_behind_a_question_says_so(student, clock):
    student.open()
    clock.move(seconds=120)
    student.watch((0, LENGTH))
    assert reasons(student) == [(AT, LENGTH, "question")]


def test_what_was_passed_over_says_so(student, clock):
    student.open(1)
    clock.move(seconds=60)
    student.watch((0, 20_000), (50_000, 70_000), place=1)
    assert reasons(student, 1) == [(20_000, 50_000, "jumped"), (70_000, LENGTH, "unplayed")]


def test_what_was_played_faster_than_the_clock_allows_says_so(student, clock):
    student.open(1)
    clock.move(seconds=10)
    student.watch((0, 80_000), place=1)
    assert reasons(student, 1) == [(20_000, 80_000, "fast"), (80_000, LENGTH, "unplayed")]


def test_two_pages_at_once_say_so(student, clock):
    student.open(1)
    clock.move(seconds=20)
    student.watch((0, 40_000), place=1)
    student.open(1)
    clock.move(seconds=5)
    student.watch((40_000, 80_000), place=1, playing=False)
    assert reasons(student, 1)[0] == (40_000, 80_000, "elsewhere")


def test_what_came_too_late_says_so(student, clock):
    student.open(1)
    clock.move(seconds=10)
    student.watch((0, 60_000), place=1, age=5_000_000)
    assert reasons(student, 1)[0] == (20_000, 60_000, "late")


def test_seeking_ahead_where_it_is_held_back_says_so(app, sign_in, clock):
    student = make_student(sign_in, make_course([film(in_order=True)]))
    student.open()
    clock.move(seconds=60)
    student.watch((0, 10_000), (60_000, 70_000))
    assert reasons(student) == [(10_000, 60_000, "unplayed"), (60_000, 70_000, "jumped"), (70_000, LENGTH, "unplayed")]


def test_what_a_new_version_has_added_says_so(app, sign_in, clock, teacher):
    course = make_course([film(), text_lesson()], owner=teacher)
    student = make_student(sign_in, course)
    student.open()
    clock.move(seconds=40)
    student.watch((0, 70_000))
    draft = load_draft(course.id, for_update=True)
    lesson = db.session.scalars(select(Lesson).where(Lesson.type == "video", Lesson.course_id == course.id)).one()
    lesson.content = {**lesson.content, "duration_ms": 200_000}
    db.session.flush()
    publish(draft, teacher)
    db.session.commit()
    db.session.refresh(student.enrolment)
    assert reasons(student)[-1] == (LENGTH, 200_000, "changed")


def test_the_page_lists_each_stretch_with_its_reason_and_a_way_on(student, clock):
    student.open(1)
    clock.move(seconds=60)
    student.watch((0, 20_000), (50_000, 70_000), place=1)
    with count_queries() as queries:
        page = student.client.get(student.url(1, "missing"))
    queries.assert_at_most(11)
    assert "00:20–00:50" in page.words and "跳过去了" in page.words
    links = [link["href"] for link in page.page.find_all("a") if "t=" in (link.get("href") or "")]
    assert [link.rpartition("t=")[2] for link in links] == ["20000", "70000"]
    assert page.page.find("svg", role="img")["aria-label"].startswith("全长 02:00")


def test_a_lesson_that_is_not_played_has_no_such_page(student):
    assert student.client.get(student.url(2, "missing")).status_code == 404


def test_whoever_has_not_joined_is_told_so(student, sign_in):
    assert sign_in(make_person()).get(student.url(1, "missing")).status_code == 403


# -- doubting it ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def doubted(student, clock):
    """Somebody who doubts two stretches of the second film."""
    student.open(1)
    clock.move(seconds=60)
    student.watch((0, 20_000), (50_000, 70_000), place=1)
    assert doubt(student, "20000-50000", "70000-120000", where=1).status_code == 303
    return student


def test_a_doubt_waits_for_the_teacher(doubted):
    dispute = waiting()
    assert dispute.stretches == [[20_000, 50_000], [70_000, LENGTH]] and dispute.reason == WHY
    page = doubted.client.get(doubted.url(1, "missing"))
    assert "等老师答复" in page.words and WHY in page.words
    assert page.page.find("form", action=doubted.url(1, "dispute")) is None
    assert "等老师答复" in doubted.client.get(doubted.url(1, "")[:-1]).words


def test_one_doubt_at_a_time(doubted):
    again = doubt(doubted, "20000-50000", where=1)
    assert again.status_code == 409 and "已经有一条疑问" in again.words
    assert db.session.scalars(select(Dispute)).one()


def test_the_database_holds_one_open_doubt_a_lesson(doubted):
    first = waiting()
    values = {name: getattr(first, name) for name in ("progress_id", "course_id", "lesson_version_id", "reason")}
    db.session.add(Dispute(**values, stretches=[]))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


@pytest.mark.parametrize(
    ("stretches", "why", "said"),
    [
        (["20000-50000"], "嗯", "请写明当时的情况"),
        (["20000-50000"], "长" * 1001, "最多 1000 个字"),
        ([], WHY, "至少勾选一段"),
        (["0-20000", "x", "9-1"], WHY, "至少勾选一段"),
    ],
)
def test_what_has_to_be_mended_is_said_and_nothing_typed_is_lost(student, clock, stretches, why, said):
    student.open(1)
    clock.move(seconds=60)
    student.watch((0, 20_000), (50_000, 70_000), place=1)
    page = doubt(student, *stretches, why=why, where=1)
    assert page.status_code == 422 and said in page.words
    assert page.page.one("textarea").text == why
    assert db.session.scalar(select(Dispute)) is None


def test_only_what_is_missing_can_be_doubted(student, clock):
    student.open(1)
    clock.move(seconds=60)
    student.watch((0, 20_000), (50_000, 70_000), place=1)
    doubt(student, "0-120000", where=1)
    assert waiting().stretches == [[20_000, 50_000], [70_000, LENGTH]]


def test_a_lesson_done_leaves_nothing_to_doubt(student, clock):
    student.open(1)
    clock.move(seconds=120)
    student.watch((0, LENGTH), place=1)
    assert doubt(student, "0-1000", where=1).status_code == 409


# -- settling it ---------------------------------------------------------------------------------------------------------


def settle(client, dispute_id: int, *stretches: str, why: str = "核对过，属实", action: str = "settle"):
    data = {"stretch": list(stretches), "answer": why, "action": action}
    return client.post(f"/studio/disputes/{dispute_id}", data=data)


def test_the_queue_shows_it_with_what_the_server_saw(doubted, sign_in, teacher):
    client = sign_in(teacher)
    page = client.get("/studio/disputes")
    assert "等答复" in page.words
    assert page.page.find("nav").find(class_="waiting").text.endswith("1")
    with count_queries() as queries:
        shown = client.get(f"/studio/disputes/{waiting().id}")
    queries.assert_at_most(12)
    assert WHY in shown.words and "跳过去了" in shown.words and "00:00–00:20" in shown.words


def test_the_teacher_credits_some_of_it(doubted, sign_in, teacher):
    dispute = waiting()
    assert settle(sign_in(teacher), dispute.id, "20000-50000").status_code == 303
    assert (dispute.state, dispute.granted, dispute.answered_by_id) == ("settled", [[20_000, 50_000]], teacher.id)
    assert doubted.progress(1).covered == [[0, 70_000]]
    entry = db.session.scalars(select(Evidence).where(Evidence.kind == "settled")).one()
    assert entry.credited["segments"] == [[20_000, 50_000]] and entry.claimed == {"dispute": dispute.id}
    assert list(recompute(mend=False)) == []
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"dispute.opened", "dispute.settled"} <= actions
    page = doubted.client.get(doubted.url(1, "missing"))
    assert "核对过，属实" in page.words and "补记的片段：00:20–00:50" in page.words
    assert "老师答复了您的疑问" in doubted.client.get(doubted.url(1, "")[:-1]).words


def test_all_of_it_completes_the_lesson(doubted, sign_in, teacher):
    settle(sign_in(teacher), waiting().id, "20000-50000", "70000-120000")
    assert doubted.progress(1).completed_at
    assert list(recompute(mend=False)) == []


def test_the_teacher_declines_with_a_reason(doubted, sign_in, teacher):
    dispute, before = waiting(), doubted.credited(1)
    client = sign_in(teacher)
    assert settle(client, dispute.id, "20000-50000", why="", action="decline").status_code == 422
    assert settle(client, dispute.id, "20000-50000", why="那时没有打开这一节", action="decline").status_code == 303
    assert dispute.state == "declined" and dispute.granted == [] and doubted.credited(1) == before
    assert "那时没有打开这一节" in doubted.client.get(doubted.url(1, "missing")).words
    assert doubt(doubted, "20000-50000", where=1).status_code == 303, "another may be opened now"


def test_more_than_was_asked_for_is_not_credited(doubted, sign_in, teacher):
    settle(sign_in(teacher), waiting().id, "0-120000", "20000-30000")
    assert doubted.progress(1).covered == [[0, LENGTH]]
    assert db.session.scalars(select(Dispute)).one().granted == [[20_000, 50_000], [70_000, LENGTH]]


def test_it_is_answered_once(doubted, sign_in, teacher):
    client, dispute = sign_in(teacher), waiting()
    settle(client, dispute.id, "20000-50000")
    again = settle(client, dispute.id, "70000-120000")
    assert again.status_code == 409 and doubted.progress(1).covered == [[0, 70_000]]


def test_only_the_course_s_owner_or_an_admin_answers(doubted, sign_in):
    dispute = waiting()
    stranger = sign_in(make_person("instructor"))
    assert stranger.get(f"/studio/disputes/{dispute.id}").status_code == 403
    assert settle(stranger, dispute.id, "20000-50000").status_code == 403
    assert doubted.client.get(f"/studio/disputes/{dispute.id}").status_code == 403
    assert settle(doubted.client, dispute.id, "20000-50000").status_code == 403
    assert waiting().id == dispute.id
    assert settle(sign_in(make_person("admin")), dispute.id, "20000-50000").status_code == 303


def test_nobody_answers_their_own_doubt(app, sign_in, clock, teacher):
    student = make_student(sign_in, make_course([video_lesson(LENGTH)], owner=teacher), teacher)
    student.open()
    doubt(student, "0-120000")
    assert settle(student.client, waiting().id, "0-120000").status_code == 403
    assert student.credited() == 0
