"""Questions inside films: nothing counts behind one before it is answered, and its key stays where it is."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.learning.models import Evidence
from courses.learning.services.recompute import recompute
from courses.questions.models import QuestionVersion
from tests.factories import make_course, make_person, make_question
from tests.factories.catalog import video_lesson
from tests.integration.learning.helpers import make_student
from tests.support import count_queries

LENGTH = 120_000
AT = 40_000
KEY = "a1b2c3"


def film(*questions: dict, **content) -> dict:
    lesson = video_lesson(LENGTH)
    asked = {"questions": list(questions)} if questions else {}
    return {
        **lesson,
        "content": {**lesson["content"], **asked, **content},
        "completion": {"rule": "watched", "percent": 90},
    }


def place(question, key: str = KEY, at: int = AT, to: int | None = None, right: bool = False) -> dict:
    return {"key": key, "question_id": question.id, "from_ms": at, "to_ms": to or at, "right": right}


@pytest.fixture
def question(app):
    return make_question("true_false", correct=True, explanation="因为先要分清。")


@pytest.fixture
def student(app, sign_in, clock, question):
    other = film(place(question, "ffffff", 10_000))
    return make_student(sign_in, make_course([film(place(question)), other]))


@pytest.fixture
def strict(app, sign_in, clock, question):
    """Somebody at a film that wants the right answer, at a place that differs from person to person."""
    return make_student(sign_in, make_course([film(place(question, right=True))]))


def ask(student, key: str = KEY, where: int = 0):
    return student.client.get(student.url(where, f"questions/{key}"), headers={"Accept": "application/json"})


def answer(student, value: str = "true", key: str = KEY, where: int = 0):
    headers = {"Accept": "application/json"}
    return student.client.post(student.url(where, f"questions/{key}"), data={"answer": value}, headers=headers)


def watch_all(student, clock, where: int = 0):
    clock.move(seconds=LENGTH // 1000)
    return student.watch((0, LENGTH), place=where).json


def refusals() -> list[str]:
    query = select(AuditEntry.detail).where(AuditEntry.action == "learning.report_refused")
    return [detail["reason"] for detail in db.session.scalars(query)]


def kept() -> list[Evidence]:
    return list(db.session.scalars(select(Evidence).where(Evidence.kind == "answered").order_by(Evidence.id)))


def test_nothing_is_credited_behind_a_question(student, clock):
    student.open()
    assert watch_all(student, clock)["covered"] == [[0, AT]]
    assert watch_all(student, clock)["covered"] == [[0, AT]]
    assert not student.progress().completed_at
    held = [entry.claimed["held"] for entry in db.session.scalars(select(Evidence)) if "held" in entry.claimed]
    assert held == [{"question": [[AT, LENGTH]]}] * 2


def test_an_answer_opens_the_way(student, clock):
    student.open()
    watch_all(student, clock)
    got = answer(student, "false").json
    assert got["passed"] and "因为先要分清" in got["html"]
    assert student.progress().answered == [KEY]
    watch_all(student, clock)
    assert student.progress().completed_at
    assert list(recompute(mend=False)) == []


def test_the_question_comes_without_its_key(student):
    student.open()
    got = ask(student)
    assert got.status_code == 200 and got.headers["Cache-Control"] == "no-store"
    assert "因为先要分清" not in got.json["html"] and "正确答案" not in got.json["html"]
    page = student.client.get(student.url(0, "")[:-1]).get_data(as_text=True)
    assert "因为先要分清" not in page


def test_an_answer_is_kept_as_evidence(student):
    student.open()
    answer(student, "false")
    (entry,) = kept()
    assert entry.claimed["question"] == KEY and entry.claimed["question_version_id"]
    assert entry.credited == {"question": KEY, "earned": [0, 1]}


def test_where_the_right_answer_is_wanted_a_wrong_one_opens_nothing_and_shows_no_key(strict, clock):
    strict.open()
    got = answer(strict, "false").json
    assert not got["passed"] and "因为先要分清" not in got["html"] and "正确答案" not in got["html"]
    assert watch_all(strict, clock)["covered"] == [[0, AT]]
    assert strict.progress().answered == []
    assert answer(strict, "true").json["passed"]
    watch_all(strict, clock)
    assert strict.progress().completed_at


def test_after_three_wrong_answers_the_explanation_helps(strict):
    strict.open()
    shown = ["因为先要分清" in answer(strict, "false").json["html"] for _try in range(3)]
    assert shown == [False, False, True]
    assert [entry.credited for entry in kept()] == [{}] * 3


def test_an_empty_answer_says_what_to_do(student):
    student.open()
    got = answer(student, "")
    assert got.status_code == 422 and got.json["error"] == "先作答，再提交"
    assert kept() == []


@pytest.mark.parametrize("seconds", [0, 30])
def test_a_random_place_is_the_same_at_every_visit(app, sign_in, clock, question, seconds):
    course = make_course([film(place(question, at=20_000, to=100_000))])
    student = make_student(sign_in, course)
    student.open()
    first = watch_all(student, clock)["covered"]
    clock.move(seconds=seconds)
    student.open()
    assert watch_all(student, clock)["covered"] == first
    assert 20_000 <= first[0][1] <= 100_000
    page = student.client.get(student.url(0, "")[:-1]).get_data(as_text=True)
    assert f"&#34;at&#34;: {first[0][1]}" in page


def test_a_lesson_done_asks_nothing_more(student, clock):
    student.open()
    answer(student)
    watch_all(student, clock)
    page = student.client.get(student.url(0, "")[:-1]).page
    assert page.one("main")["data-stops"] == "[]"


def test_seeking_ahead_earns_nothing_where_the_author_holds_it_back(app, sign_in, clock):
    student = make_student(sign_in, make_course([film(in_order=True)]))
    student.open()
    clock.move(seconds=60)
    assert student.watch((0, 20_000), (60_000, 80_000)).json["covered"] == [[0, 20_000]]
    assert student.watch((60_000, 80_000)).json["covered"] == [[0, 20_000]]
    assert student.watch((5_000, 9_000), (20_000, 40_000)).json["covered"] == [[0, 40_000]]
    clock.move(seconds=60)
    assert student.watch((40_000, LENGTH)).json["done"]
    clock.move(seconds=60)
    assert student.watch((100_000, 110_000)).status_code == 200
    assert list(recompute(mend=False)) == []


# -- cheats --------------------------------------------------------------------------------------------------------------


def test_a_question_cannot_be_skipped_by_slices_around_it(student, clock):
    student.open()
    clock.move(seconds=60)
    student.watch((0, AT - 1), (AT + 1, AT + 500), (AT + 20_000, LENGTH))
    assert student.progress().covered == [[0, AT - 1]]


def test_a_question_of_another_lesson_is_refused_and_logged(student):
    student.open(0)
    student.open(1)
    assert answer(student, key=KEY, where=1).status_code == 404
    assert student.progress(1).answered == [] and refusals() == ["a question that this lesson does not ask"]


@pytest.mark.parametrize("key", ["forged", "a1b2c4", "A1B2C3", "x" * 300])
def test_a_forged_key_is_refused_and_logged(student, key):
    student.open()
    assert ask(student, key).status_code == 404
    assert answer(student, key=key).status_code == 404
    assert student.progress().answered == [] and len(refusals()) == 1


def test_answering_twice_earns_nothing_and_is_kept_once(student, clock):
    student.open()
    answer(student, "false")
    again = answer(student, "true").json
    assert again["passed"] and len(kept()) == 1
    assert kept()[0].claimed["answer"] != "true"
    assert student.credited() == 0


def test_whoever_has_not_joined_gets_neither_question_nor_answer(student, sign_in):
    stranger = sign_in(make_person())
    headers = {"Accept": "application/json"}
    assert stranger.get(student.url(0, f"questions/{KEY}"), headers=headers).status_code == 403
    answered = stranger.post(student.url(0, f"questions/{KEY}"), data={"answer": "true"}, headers=headers)
    assert answered.status_code == 403 and kept() == []


def test_guessing_without_end_keeps_a_bounded_record(strict):
    strict.open()
    for _guess in range(55):
        assert not answer(strict, "false").json["passed"]
    assert len(kept()) == 50


def test_a_new_version_of_a_question_does_not_ask_again(student, clock, question):
    student.open()
    answer(student)
    version = db.session.get(QuestionVersion, kept()[0].claimed["question_version_id"])
    assert version.question_id == question.id
    assert watch_all(student, clock)["done"]


def test_a_heartbeat_of_a_film_with_questions_costs_no_query_more(student, clock):
    student.open()
    clock.move(seconds=10)
    student.watch((0, 10_000))
    clock.move(seconds=10)
    with count_queries() as queries:
        student.watch((10_000, 60_000))
    queries.assert_at_most(7)
