"""Putting questions of the bank into a film, and saying when they come."""

from __future__ import annotations

import pytest

from academy.db import db
from courses.catalog.models import Lesson
from courses.catalog.publication import checklist, differences, load_draft, publish
from courses.questions import services as bank
from courses.questions.rules import Draft
from tests.factories import make_course, make_person, make_question
from tests.factories.catalog import text_lesson, video_lesson
from tests.support import count_queries

LENGTH = 120_000


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def studio(sign_in, author):
    return sign_in(author)


@pytest.fixture
def lesson(author) -> Lesson:
    course = make_course([video_lesson(LENGTH), text_lesson()], owner=author, published=False)
    return course.chapters[0].lessons[0]


def address(lesson: Lesson) -> str:
    return f"/studio/courses/{lesson.course_id}/lessons/{lesson.id}/questions"


def placed(lesson: Lesson) -> list[dict]:
    db.session.refresh(lesson)
    return lesson.content.get("questions", [])


def add(studio, lesson, *questions):
    return studio.post(f"{address(lesson)}/add", data={"question": [str(each.id) for each in questions]})


def save(studio, lesson, **values):
    page = studio.get(address(lesson))
    return studio.submit(page, action=address(lesson), **values)


@pytest.fixture
def filled(studio, lesson):
    """The lesson with two questions, and their keys in order."""
    assert add(studio, lesson, make_question("true_false"), make_question("single_choice")).status_code == 303
    return [each["key"] for each in placed(lesson)]


def test_questions_are_found_and_put_into_the_film(studio, lesson):
    question = make_question("true_false", stem="楼道的灯坏了先报谁")
    make_question("single_choice")
    page = studio.get(f"{address(lesson)}?q=楼道")
    assert "楼道的灯坏了先报谁" in page.words
    assert len(page.page.find_all("input", name="question")) == 1
    add(studio, lesson, question)
    (entry,) = placed(lesson)
    assert (entry["question_id"], entry["from_ms"], entry["right"]) == (question.id, 60_000, False)
    page = studio.get(address(lesson))
    assert page.page.one("input", name=f"from-{entry['key']}")["value"] == "01:00"
    assert question.id not in {int(node["value"]) for node in page.page.find_all("input", name="question")}
    assert "中间有 1 道题" in studio.get(address(lesson).removesuffix("/questions")).words


def test_the_times_are_kept(studio, lesson, filled):
    one, other = filled
    values = {f"from-{one}": "0:20", f"to-{one}": "００：３５", f"right-{one}": "1", f"from-{other}": "90"}
    assert save(studio, lesson, **values).status_code == 303
    first, second = placed(lesson)
    assert (first["key"], first["from_ms"], first["to_ms"], first["right"]) == (one, 20_000, 35_000, True)
    assert (second["from_ms"], second["to_ms"]) == (90_000, 90_000)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("from", "", "时间写成 分:秒"),
        ("from", "soon", "时间写成 分:秒"),
        ("from", "1:75", "时间写成 分:秒"),
        ("from", "0:00", "最早在第 1 秒"),
        ("from", "2:00", "题目最晚放在 01:59"),
        ("to", "9:00", "题目最晚放在 01:59"),
        ("to", "0:10", "“最晚”不能早于“最早”"),
        ("to", "later", "固定在一处就留空"),
    ],
)
def test_a_time_that_cannot_be_is_said_at_its_place(studio, lesson, filled, field, typed, said):
    key, before = filled[0], placed(lesson)
    page = save(studio, lesson, **{f"{field}-{key}": typed})
    assert page.status_code == 422 and said in page.words
    assert page.page.one("input", name=f"{field}-{key}")["value"] == typed
    assert page.page.one(class_="errsum").find("a")["href"] == f"#{field}-{key}"
    assert placed(lesson) == before


def test_a_question_is_removed_and_stays_in_the_bank(studio, lesson, filled):
    gone = placed(lesson)[0]["question_id"]
    save(studio, lesson, **{f"remove-{filled[0]}": "1"})
    assert [each["key"] for each in placed(lesson)] == [filled[1]]
    assert bank.get(gone) is not None


def test_two_authors_do_not_overwrite_each_other(studio, lesson, filled, sign_in):
    page = studio.get(address(lesson))
    save(sign_in(make_person("admin")), lesson, **{f"from-{filled[0]}": "0:11"})
    late = studio.submit(page, action=address(lesson), **{f"from-{filled[0]}": "0:22"})
    assert late.status_code == 409 and "有人改过这一节" in late.words
    assert late.page.one("input", name=f"from-{filled[0]}")["value"] == "0:22"
    assert placed(lesson)[0]["from_ms"] == 11_000


def test_no_more_than_twenty(studio, lesson):
    add(studio, lesson, *[make_question("true_false") for _number in range(21)])
    assert placed(lesson) == []
    assert "最多放 20 道题" in studio.get(address(lesson)).get_data(as_text=True)


def test_a_question_of_many_steps_is_refused_with_a_sentence(studio, lesson):
    add(studio, lesson, make_question("true_false"), make_question("scenario_question"))
    assert placed(lesson) == []
    assert "情景题要一步一步作答，不能放进片子" in studio.get(address(lesson)).get_data(as_text=True)


def test_publishing_pins_the_versions(author, lesson, filled):
    course = load_draft(lesson.course_id, for_update=True)
    version = publish(course, author)
    frozen = version.chapters[0].lessons[0].content["questions"]
    assert [each["version_id"] for each in frozen] == [
        bank.get(each["question_id"]).current_version_id for each in placed(lesson)
    ]
    assert not differences(load_draft(course.id))
    question = bank.get(frozen[0]["question_id"])
    bank.revise(question, Draft(question.type, {**question.current.content, "stem": "换个说法"}), 1, author)
    assert [change.lesson.id for change in differences(load_draft(course.id)).changed] == [lesson.id]
    assert frozen[0]["version_id"] != question.current_version_id


def test_a_retired_question_is_named_before_publication(lesson, filled):
    bank.retire(bank.get(placed(lesson)[0]["question_id"]))
    assert any("已经停用" in each.message for each in checklist(load_draft(lesson.course_id)))


def test_saving_the_lesson_keeps_its_questions(studio, lesson, filled):
    editor = address(lesson).removesuffix("/questions")
    form = studio.get(editor)
    assert studio.submit(form, action=editor, title="换个标题", in_order="y").status_code in (303, 422)
    assert len(placed(lesson)) == 2


def test_only_films_ask(studio, lesson):
    text = lesson.chapter.lessons[1]
    assert studio.get(address(text)).status_code == 404


def test_somebody_else_s_film_is_left_alone(lesson, filled, sign_in):
    stranger = sign_in(make_person("instructor"))
    assert stranger.get(address(lesson)).status_code == 403
    assert stranger.post(address(lesson), data={}).status_code == 403
    assert len(placed(lesson)) == 2


def test_the_page_asks_little(studio, lesson, filled):
    with count_queries() as queries:
        studio.get(address(lesson))
    queries.assert_at_most(11)


def test_a_shelf_that_no_database_holds_is_passed_over(studio, lesson):
    assert studio.get(f"{address(lesson)}?category={10**20}").status_code == 200
