"""Finding questions: every filter, the order, what the address keeps; and where questions are used."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from academy.db import db
from academy.i18n import lazy as _l
from courses.questions import filters, services, usage
from courses.questions.models import Question, QuestionVersion
from courses.questions.rules import Draft
from courses.questions.services import Wanted, finding
from courses.quizzes import services as quizzes
from tests.factories import make_attempt, make_person, make_quiz_version
from tests.factories.quizzes import make_drawn
from tests.support import count_queries

HOME = "/studio/questions"


@pytest.fixture
def teacher(app):
    return make_person("instructor", name="李老师")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


def stems(answer):
    return [link.text for link in answer.page.find("main").find_all("a", class_="stem-cell")]


def chips(answer):
    return [link.text.removesuffix("，取消此条件").strip() for link in answer.page.find_all("a", class_="chip")]


def write(stem, owner=None, category="", tags=(), difficulty="medium"):
    draft = Draft("true_false", {"stem": stem, "correct": True, "explanation": ""}, difficulty, tuple(tags))
    return services.create(draft, owner, services.category_named(category) if category else None)


@pytest.fixture
def some(teacher):
    other = make_person("instructor", name="王老师")
    write("甲", teacher, "治理 / 议事", ["接待", "记录"], "easy")
    write("乙", other, "治理", ["接待"])
    write("丙", other, "应急", ["记录"], "hard")
    write("丁", teacher)
    services.retire(write("停用的", teacher, "治理"))
    return other


# -- each filter ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected", "said"),
    [
        ("", "丁丙乙甲", []),
        ("?category=治理", "乙甲", ["治理"]),
        ("?category=议事", "甲", ["治理 / 议事"]),
        ("?category=none", "丁", ["没有分类"]),
        ("?tag=接待", "乙甲", ["标签：接待"]),
        ("?tag=接待&tag=记录", "甲", ["标签：接待", "标签：记录"]),
        ("?tag=没有这个", "", ["标签：没有这个"]),
        ("?difficulty=hard", "丙", ["难度：难"]),
        ("?difficulty=x", "丁丙乙甲", []),
        ("?whose=mine", "丁甲", ["我的题"]),
        ("?whose=OTHER", "丙乙", ["王老师的题"]),
        ("?q=甲&type=true_false", "甲", ["“甲”", "判断"]),
        ("?sort=oldest", "甲乙丙丁", []),
        ("?sort=stem", "丁丙乙甲"[::-1], []),
        ("?state=nonsense", "丁丙乙甲", []),
        ("?id=FIRST-SECOND,x,9-,99999999999999", "乙甲", ["只看这 2 道题"]),
    ],
)
def test_a_filter_finds_what_it_says_and_is_shown_as_a_chip(desk, some, query, expected, said):
    first = db.session.scalars(select(Question.id).order_by(Question.id)).first()
    query = query.replace("OTHER", str(some.id)).replace("FIRST", str(first)).replace("SECOND", str(first + 1))
    for shelf in services.tree():
        query = query.replace(f"category={shelf.name}", f"category={shelf.id}")
    answer = desk.get(HOME + query)
    found = stems(answer)
    assert sorted(found) == sorted(expected) if "sort=stem" in query else found == list(expected)
    assert chips(answer) == said


def test_a_chip_takes_one_thing_away_and_keeps_the_rest(desk, some):
    answer = desk.get(f"{HOME}?tag=接待&tag=记录&difficulty=easy&sort=oldest")
    without = next(link["href"] for link in answer.page.find_all("a", class_="chip") if "标签：接待" in link.text)
    again = desk.get(without)
    assert chips(again) == ["难度：易", "标签：记录"]
    assert again.page.one("select", id="f-sort").one("option", value="oldest").get("selected") is not None


def test_the_form_offers_tags_people_and_shelves_in_use(desk, some):
    page = desk.get(HOME).page
    assert {box["value"] for box in page.find_all("input", name="tag")} == {"接待", "记录"}
    assert [option.text for option in page.one("select", id="f-whose").find_all("option")] == [
        "所有人的",
        "我的",
        "王老师",
    ]
    shelves = [option.text for option in page.one("select", id="f-category").find_all("option")]
    assert shelves == ["全部", "治理", "议事", "应急", "没有分类的"]


def test_another_room_adds_a_state(desk, some, monkeypatch):
    monkeypatch.setattr(filters, "FILTERS", dict(filters.FILTERS))
    filters.register_state("short", _l("丙的"), lambda: QuestionVersion.search_text.startswith("丙"))
    answer = desk.get(f"{HOME}?state=short")
    assert stems(answer) == ["丙"]
    tabs = [link.text for link in answer.page.one("nav", aria_label="题目的状态").find_all("a")]
    assert tabs[0] == "在用"
    assert tabs[-1] == "已停用"
    assert "丙的" in tabs


@pytest.mark.parametrize("query", ["category=99999999999999", "whose=-1", "change=7", "change=x", "tag=%00", "id=5-1"])
def test_a_strange_address_does_no_harm(desk, some, query):
    assert desk.get(f"{HOME}?{query}").status_code in (200, 404)


# -- where questions are used --------------------------------------------------------------------------------------


def used(wanted):
    return [question.id for question in db.session.scalars(services.find(Wanted(used=wanted, sort=finding.OLDEST)))]


def test_a_question_is_used_in_a_draft_when_published_and_when_it_was_asked(app, teacher):
    quiz = quizzes.create_quiz(teacher, "草稿")
    drafted, published, drawn_from, unused = (write(stem, teacher) for stem in "甲乙丙丁")
    quizzes.add_question(quiz, drafted, 100)
    quizzes.add_question(quiz, published, 100)
    quizzes.freeze(quiz)
    quizzes.remove_slot(quiz, quiz.slots[1])
    drawn_from.category = services.category_named("抽题")
    version = quizzes.freeze(make_drawn(1, drawn_from.category, title="抽"))
    db.session.flush()
    assert drawn_from.id in used(finding.UNUSED)
    make_attempt(quiz_version=version)
    assert set(used(finding.USED)) >= {drafted.id, published.id, drawn_from.id}
    assert used(finding.UNUSED) == [unused.id]
    uses = usage.uses_of([drafted.id, published.id, drawn_from.id, unused.id])
    assert [(use.label, str(use.state), use.published) for use in uses[drafted.id]] == [("草稿", "已发布", True)]
    assert [str(use.state) for use in uses[published.id]] == ["已发布，草稿里已经去掉"]
    assert [str(use.state) for use in uses[drawn_from.id]] == ["随机抽题可能抽到"]
    assert unused.id not in uses


def test_the_page_of_a_question_says_where_it_is_used(desk, teacher, sign_in):
    version = make_quiz_version("true_false", owner=teacher, title="社区测验")
    question_id = version.slots[0].question_version.question_id
    page = desk.get(f"{HOME}/{question_id}")
    assert "社区测验" in page.page.one("section", aria_labelledby="uses-title").text
    assert page.page.one("a", text="社区测验")["href"] == f"/studio/quizzes/{version.quiz_id}"
    other = sign_in(make_person("instructor")).get(f"{HOME}/{question_id}")
    assert "社区测验" in other.words
    assert not other.page.find_all("a", text="社区测验")


def test_a_question_of_an_open_category_says_that_it_is_practised(desk, teacher):
    question = write("甲", teacher, "练习 / 一组")
    services.category_named("练习").open_for_practice = True
    db.session.commit()
    assert "练习 / 一组" in desk.get(f"{HOME}/{question.id}").page.one("section", aria_labelledby="uses-title").text


def test_retiring_says_where_it_still_is(desk, teacher):
    version = make_quiz_version("true_false", owner=teacher, title="社区测验")
    question_id = version.slots[0].question_version.question_id
    desk.post(f"{HOME}/{question_id}/retire")
    assert "这道题还在这些地方：社区测验" in desk.get(HOME).get_data(as_text=True)


def test_the_most_used_come_first(app, teacher):
    often, once, never = (write(stem, teacher) for stem in "甲乙丙")
    for title in ("一", "二"):
        quizzes.add_question(quizzes.create_quiz(teacher, title), often, 100)
    quizzes.add_question(quizzes.create_quiz(teacher, "三"), once, 100)
    found = db.session.scalars(services.find(Wanted(sort=finding.MOST_USED)))
    assert list(found) == [often, once, never]


# -- cost ----------------------------------------------------------------------------------------------------------

EVERYTHING = "?q=题&difficulty=medium&tag=接待&used=no&sort=used&whose=mine"


def test_what_the_list_costs_does_not_grow(desk, teacher):
    write("题一", teacher, "治理", ["接待"])
    db.session.commit()
    with count_queries() as few:
        desk.get(HOME + EVERYTHING)
    for number in range(60):
        write(f"题{number}", teacher, f"治理 / 第{number % 20}组", ["接待", f"标签{number}"])
    db.session.commit()
    with count_queries() as many:
        answer = desk.get(HOME + EVERYTHING)
    assert len(stems(answer)) == 30
    assert many.count == few.count
    many.assert_at_most(9)


def test_a_page_never_loads_the_whole_bank(desk, teacher):
    for number in range(150):
        write(f"题{number}", teacher, "治理", ["接待"])
    db.session.commit()
    db.session.expunge_all()
    loaded = []

    def note(target, context):
        loaded.append(target.id)

    event.listen(Question, "load", note)
    try:
        desk.get(HOME + EVERYTHING)
    finally:
        event.remove(Question, "load", note)
    assert len(set(loaded)) <= 30
