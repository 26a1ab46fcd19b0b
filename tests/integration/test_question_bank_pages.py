"""The question bank: finding, writing, versions, retiring; and what happens when two write at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.question_types import installed
from courses.questions import services
from courses.questions.models import Question, QuestionVersion
from tests.factories import make_person, make_question
from tests.support import count_queries


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


def stems(answer):
    return [link.text for link in answer.page.find("main").find_all("a", class_="stem-cell")]


# -- finding -------------------------------------------------------------------------------------------------------


def test_the_bank_is_for_those_who_write(sign_in):
    assert sign_in(make_person("trainee")).get("/studio/questions").status_code == 403


def test_an_empty_bank_says_how_to_begin(desk):
    assert "题库还是空的" in desk.get("/studio/questions").words


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=漏水", ["漏水怎么办"]), ("type=true_false", ["消防通道"]), ("q=漏水&type=true_false", []), ("q=%25", []),
     ("category=999999", []), ("category=x", ["消防通道", "漏水怎么办"]), ("state=retired", ["停用的题"])],
)  # fmt: skip
def test_filters(desk, query, found):
    make_question(stem="漏水怎么办")
    make_question("true_false", stem="消防通道")
    services.retire(make_question(stem="停用的题"))
    assert stems(desk.get(f"/studio/questions?{query}")) == found


def test_a_category(desk):
    question = make_question(stem="漏水怎么办", category="接待")
    make_question(stem="别的")
    assert stems(desk.get(f"/studio/questions?category={question.category_id}")) == ["漏水怎么办"]


def test_the_bank_comes_in_pages_and_costs_the_same(desk):
    for number in range(45):
        make_question("true_false", stem=f"第{number}道", category="接待")
    db.session.commit()
    with count_queries() as queries:
        page = desk.get("/studio/questions?page=2&q=道")
    queries.assert_at_most(7)
    assert len(stems(page)) == 15
    assert "45 道题" in page.words
    assert "q=%E9%81%93" in page.page.find("a", rel="prev")["href"]


# -- writing -------------------------------------------------------------------------------------------------------

FILLED = {
    "single_choice": {"option_text": ["甲", "乙"], "option_id": ["", ""], "correct": "0"},
    "multiple_choice": {
        "option_text": ["甲", "乙"],
        "option_id": ["", ""],
        "correct": ["0", "1"],
        "scoring": "per_option",
    },
    "true_false": {"correct": "false"},
    "fill_in": {"stem": "急事____商量", "blank_kind": "text", "blank_answers": "快\n马上"},
    "short_answer": {"point_words": ["先听|倾听", "记录"], "point_weight": ["2", "1"], "max_chars": "300"},
}


@pytest.mark.parametrize("key", FILLED)
def test_every_type_can_be_written_changed_and_read(desk, teacher, key):
    assert desk.get(f"/studio/questions/new?type={key}").status_code == 200
    assert desk.post("/studio/questions/new", data={"type": key}).status_code == 422
    data = {"type": key, "stem": "新题的题干", **FILLED[key], "category": "接待", "difficulty": "hard"}
    answer = desk.post("/studio/questions/new", data=data)
    assert answer.status_code == 303
    question = db.session.scalar(select(Question))
    assert (question.owner_id, question.category.name, question.current.difficulty) == (teacher.id, "接待", "hard")
    page = desk.get(answer.location)
    assert desk.submit(page, answer.location, explanation="加上解析").status_code == 303
    assert question.current.number == 2
    assert question.current.content["explanation"] == "加上解析"
    history = desk.get(f"{answer.location}/history").words
    assert "第 2 版" in history
    assert "第 1 版" in history


def test_the_choice_of_a_type(desk):
    links = desk.get("/studio/questions/new").page.find("main").find_all("a", class_="btn")
    assert [link.text for link in links] == [str(type_.name) for type_ in installed.all_types().values()]


@pytest.mark.parametrize("type_key", ["nothing", "base", "options"])
def test_a_type_that_does_not_exist(desk, type_key):
    assert desk.get(f"/studio/questions/new?type={type_key}").status_code == 404
    assert desk.post("/studio/questions/new", data={"type": type_key}).status_code == 404


def test_mistakes_are_linked_and_nothing_typed_is_lost(desk):
    data = {
        "type": "fill_in",
        "stem": "没有空的题干",
        "blank_kind": ["text", "number_unit"],
        "blank_answers": ["好", ""],
        "blank_value": ["", "3.5"],
        "blank_units": ["", "米|厘米=0.01"],
        "explanation": "因为",
        "tags": "一、二",
        "category": "新分类",
    }
    answer = desk.post("/studio/questions/new", data=data)
    assert answer.status_code == 422
    assert "有错误：" in answer.page.one("title").text
    assert answer.page.one("a", text="四条下划线")["href"] == "#stem"
    assert answer.page.one("textarea", id="stem").raw_text.strip() == "没有空的题干"
    assert answer.page.one("textarea", id="blank-1-answers").raw_text.strip() == "好"
    assert answer.page.one("input", id="blank-2-value")["value"] == "3.5"
    assert answer.page.one("input", id="blank-2-units")["value"] == "米|厘米=0.01"
    assert answer.page.one("input", id="category")["value"] == "新分类"
    assert db.session.scalar(select(func.count()).select_from(Question)) == 0


def test_script_in_a_question_is_only_text(desk):
    desk.post(
        "/studio/questions/new", data={"type": "true_false", "stem": "<img src=x onerror=alert(1)>", "correct": "true"}
    )
    question = db.session.scalar(select(Question))
    for path in ("/studio/questions", f"/studio/questions/{question.id}", f"/studio/questions/{question.id}/history"):
        assert "<img src=x" not in desk.get(path).get_data(as_text=True)


def test_a_huge_question_is_refused_with_a_sentence(desk):
    answer = desk.post("/studio/questions/new", data={"type": "true_false", "stem": "长" * 3000, "correct": "true"})
    assert answer.status_code == 422
    assert "题干不能超过 2000 个字，现在有 3000 个" in answer.words


# -- versions and two editors --------------------------------------------------------------------------------------


def test_two_editors_on_one_question_lose_nothing(desk, teacher):
    question = make_question("true_false", teacher, stem="原来的题干")
    address = f"/studio/questions/{question.id}"
    page = desk.get(address)
    assert desk.submit(page, address, stem="甲的题干").status_code == 303
    answer = desk.submit(page, address, stem="乙的题干")
    assert answer.status_code == 409
    assert "别人刚刚也修改了这一页" in answer.words
    assert "甲的题干" in answer.words
    assert answer.page.one("textarea", id="stem").raw_text.strip() == "乙的题干"
    assert question.current.content["stem"] == "甲的题干"
    assert desk.submit(answer, address).status_code == 303
    assert question.current.content["stem"] == "乙的题干"
    assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 3


def test_saving_without_a_change_makes_no_version(desk, teacher):
    question = make_question("multiple_choice", teacher)
    address = f"/studio/questions/{question.id}"
    assert desk.submit(desk.get(address), address).status_code == 303
    assert question.current.number == 1


def test_saving_leads_back_to_where_one_came_from(desk, teacher):
    question = make_question("true_false", teacher)
    address = f"/studio/questions/{question.id}"
    page = desk.get(f"{address}?back=/studio/quizzes/3")
    assert desk.submit(page, address, stem="改了").location == "/studio/quizzes/3"
    page = desk.get(f"{address}?back=//elsewhere.example")
    assert desk.submit(page, address, stem="又改").location == address


def test_somebody_elses_question_can_be_read_only(desk):
    question = make_question(owner=make_person("instructor"))
    address = f"/studio/questions/{question.id}"
    page = desk.get(address)
    assert "可以选用，不能修改" in page.words
    assert not page.page.find("main").find("textarea")
    for tail in ("", "/retire", "/restore"):
        assert desk.post(address + tail, data={"stem": "改"}).status_code == 403


def test_an_administrator_may_change_everything(sign_in):
    question = make_question("true_false", make_person("instructor"))
    client = sign_in(make_person("admin"))
    address = f"/studio/questions/{question.id}"
    assert client.submit(client.get(address), address, stem="管理员改的").status_code == 303


@pytest.mark.parametrize(
    "path", ["/studio/questions/999", "/studio/questions/999/history", f"/studio/questions/{10**20}"]
)
def test_a_question_that_does_not_exist(desk, path):
    assert desk.get(path).status_code == 404


def test_retiring_is_recorded_and_can_be_undone(desk, teacher):
    question = make_question(owner=teacher)
    address = f"/studio/questions/{question.id}"
    desk.submit(desk.get(address), "/retire")
    assert question.retired_at is not None
    assert "已停用" in desk.get(address).words
    desk.submit(desk.get(address), "/restore")
    assert question.retired_at is None
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["question.retired", "question.restored"]


def test_a_question_of_a_type_that_is_gone_is_shown_and_kept(desk, teacher, monkeypatch):
    question = make_question("true_false", teacher, stem="口述题")
    left = {key: type_ for key, type_ in installed.all_types().items() if key != "true_false"}
    monkeypatch.setattr(installed, "all_types", lambda: left)
    address = f"/studio/questions/{question.id}"
    words = desk.get(address).words
    assert "题型“true_false”没有安装" in words
    assert "口述题" in words
    assert desk.get("/studio/questions").status_code == 200
    assert desk.get(f"{address}/history").status_code == 200
    assert desk.post(address, data={"stem": "空"}).status_code == 404
    assert question.current.content["stem"] == "口述题"
