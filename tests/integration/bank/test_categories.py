"""The categories of the bank: their pages, who may change them, and what the database holds."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.db import db
from courses.practice.services import drawing
from courses.questions import services
from courses.questions.models import Category, Question
from courses.quizzes.services import pools
from tests.factories import make_person, make_question
from tests.factories.quizzes import make_drawn
from tests.support import count_queries

HOME = "/studio/questions/categories"


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


@pytest.fixture
def office(sign_in):
    return sign_in(make_person("admin"))


def paths():
    return [shelf.path for shelf in services.tree()]


def acts():
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def shelf(path: str) -> Category:
    found = services.category_named(path)
    db.session.commit()
    return found


def at(category: Category, what: str = "") -> str:
    return f"{HOME}/{category.id}{what}"


# -- what the database holds ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", [None, "治理"])
def test_two_beside_each_other_never_have_one_name(app, parent):
    above = services.category_named(parent).id if parent else None
    db.session.add_all([Category(name="议事", parent_id=above), Category(name="议事", parent_id=above)])
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_shelf_that_holds_others_cannot_go(app):
    shelf("治理 / 议事")
    with pytest.raises(IntegrityError):
        db.session.delete(db.session.scalars(select(Category).where(Category.name == "治理")).one())
        db.session.flush()


@pytest.mark.parametrize("values", [{"subject": "governance", "parent": True}, {"itself": True}, {"name": ""}])
def test_what_no_shelf_may_be(app, values):
    above = shelf("治理")
    below = Category(name=values.get("name", "议事"), subject=values.get("subject", ""))
    below.parent_id = above.id if values.get("parent") else None
    db.session.add(below)
    with pytest.raises(IntegrityError):
        db.session.flush()
        if values.get("itself"):
            below.parent_id = below.id
            db.session.flush()


# -- paths ---------------------------------------------------------------------------------------------------------


def test_a_path_makes_what_is_missing_and_finds_what_is_there(app):
    first = services.category_named("治理 / 议事")
    assert services.category_named(" 治理／议事 ") is first
    assert services.category_named("议事") is first
    services.category_named("治理 / 议事 / 主持 / 太深")
    assert paths() == ["治理", "治理 / 议事", "治理 / 议事 / 主持 · 太深"]
    assert services.shelf_at(["党/政"]).name == "党∕政"


def test_the_editor_takes_a_path_and_refuses_a_deep_one(desk):
    form = {"type": "true_false", "stem": "消防通道可以停车。", "correct": "false", "category": "应急/消防"}
    assert desk.post("/studio/questions/new", data=form).status_code == 303
    question = db.session.scalars(select(Question)).one()
    page = desk.get(f"/studio/questions/{question.id}").page
    assert page.one("input", id="category")["value"] == "应急 / 消防"
    answer = desk.post("/studio/questions/new", data={**form, "stem": "另一题", "category": "一/二/三/四"})
    assert answer.status_code == 422
    assert "分类最多 3 层，这里写了 4 层" in answer.words


def test_what_lies_below_belongs_to_a_category(app):
    lower = make_question(category="治理 / 议事")
    upper = make_question(category="治理")
    make_question(category="应急")
    top = services.category_named("治理")
    assert set(db.session.scalars(services.search(category_id=top.id))) == {lower, upper}
    assert {each.question_id for each in pools.found([({"category_id": top.id}, ())])[0]} == {lower.id, upper.id}


def test_practice_reaches_down(app):
    person = make_person()
    lower = make_question("true_false", category="治理 / 议事")
    make_question("true_false", category="应急")
    top = services.category_named("治理")
    top.open_for_practice = True
    db.session.flush()
    assert drawing.candidates(person.id, drawing.Wanted([top.id])) == [lower.current_version_id]
    stock = drawing.stock(person.id)
    assert [each.path for each in stock.offered()] == ["治理", "治理 / 议事"]
    both = [each.id for each in stock.offered()]
    assert stock.of(both) == {"true_false": 1}


# -- pages ---------------------------------------------------------------------------------------------------------


def test_the_tree_shows_what_lies_where_and_costs_the_same(desk):
    make_question(category="治理")
    for number in range(3):
        make_question(category=f"治理 / 议事 / 第{number}组")
    services.retire(make_question(category="治理 / 议事"))
    db.session.commit()
    with count_queries() as few:
        page = desk.get(HOME).page
    rows = [[cell.text for cell in row.find_all("td")][1:3] for row in page.one("tbody").find_all("tr")]
    assert rows == [["1", "4"], ["0 （停用 1）", "3"], ["1", ""], ["1", ""], ["1", ""]]
    for number in range(20):
        make_question(category=f"应急 / 第{number}组")
    db.session.commit()
    with count_queries() as many:
        desk.get(HOME)
    assert many.count == few.count
    many.assert_at_most(6)


def test_an_author_adds_a_category(desk):
    page = desk.get(HOME)
    assert desk.submit(page, HOME, name="治理", parent="0", subject="governance").status_code == 303
    top = db.session.scalars(select(Category)).one()
    page = desk.get(f"{HOME}?parent={top.id}")
    desk.submit(page, action=HOME, name="议事", parent=str(top.id), subject="safety")
    assert paths() == ["治理", "治理 / 议事"]
    assert [each.subject for each in services.tree()] == ["governance", "governance"]
    assert acts() == ["question_category.added"] * 2
    answer = desk.post(HOME, data={"name": " 治 理", "parent": "0", "subject": ""})
    assert answer.status_code == 422
    assert "这里已经有分类“治理”了" in answer.words


def test_renaming_moving_and_putting_in_order(desk):
    lower, other = shelf("治理 / 议事"), shelf("应急")
    top = db.session.get(Category, lower.parent_id)
    assert desk.post(at(top), data={"name": "基层治理", "subject": "governance"}).status_code == 303
    assert desk.post(at(other, "/move"), data={"target": top.id}).status_code == 303
    assert paths() == ["基层治理", "基层治理 / 议事", "基层治理 / 应急"]
    desk.post(at(other, "/move"), data={"go": "up"})
    assert paths() == ["基层治理", "基层治理 / 应急", "基层治理 / 议事"]
    desk.post(at(other, "/move"), data={"go": "up"})
    desk.post(at(lower, "/move"), data={"target": "0"})
    assert paths() == ["基层治理", "基层治理 / 应急", "议事"]
    assert services.tree().get(lower.id).subject == "governance"
    done = [name.partition(".")[2] for name in acts()]
    assert done == ["changed", "moved", "reordered", "moved"]


def test_a_move_that_is_too_deep_is_not_offered_and_refused(desk):
    deep, other = shelf("治理 / 议事"), shelf("应急 / 电梯")
    page = desk.get(at(deep)).page
    assert str(other.id) in [option["value"] for option in page.one("select", id="target").find_all("option")]
    top = db.session.get(Category, deep.parent_id)
    offered = [option["value"] for option in desk.get(at(top)).page.one("select", id="target").find_all("option")]
    assert str(other.id) not in offered
    assert str(deep.id) not in offered
    answer = desk.post(at(top, "/move"), data={"target": deep.id})
    assert answer.status_code == 422


def test_moving_below_an_open_category_says_so(desk):
    top, other = shelf("练习"), shelf("考试")
    top.open_for_practice = True
    db.session.commit()
    desk.post(at(other, "/move"), data={"target": top.id})
    assert "学员现在也能练这里的题" in desk.get(HOME).get_data(as_text=True)


def test_merging_tells_what_it_does_and_does_it(desk, teacher):
    for path in ("旧的", "旧的", "旧的 / 一样", "旧的 / 另外", "新的 / 一样"):
        make_question(owner=teacher, category=path)
    services.retire(make_question(owner=teacher, category="旧的"))
    old, new = shelf("旧的"), shelf("新的")
    address = at(old)
    page = desk.get(address)
    confirmation = desk.submit(page, action="/merge", **{"merge-target": str(new.id)})
    assert "3 道在用的题移到“新的”，还有 1 道停用的" in confirmation.words
    assert "“旧的 / 另外”移到“新的”下面" in confirmation.words
    assert desk.submit(confirmation, action="/merge").status_code == 303
    assert paths() == ["新的", "新的 / 一样", "新的 / 另外"]
    placed = [services.tree().path(each.category_id) for each in db.session.scalars(select(Question))]
    assert sorted(placed) == ["新的"] * 3 + ["新的 / 一样"] * 2 + ["新的 / 另外"]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject_label, entry.detail) == (
        "question_category.merged", "旧的", {"to": "新的", "count": 4},
    )  # fmt: skip
    assert desk.get(address).status_code == 404


def test_merging_up_into_the_one_above(desk, teacher):
    make_question(owner=teacher, category="治理 / 议事 / 议事")
    above, middle = shelf("治理"), shelf("治理 / 议事")
    assert desk.post(at(middle, "/merge"), data={"target": above.id}).status_code == 303
    assert paths() == ["治理", "治理 / 议事"]


def test_merging_into_an_open_one_warns(desk):
    old, new = shelf("考试"), shelf("练习")
    new.open_for_practice = True
    db.session.commit()
    assert "学员练习时能看到这些题" in desk.get(at(old, f"/merge?merge-target={new.id}")).words


def test_what_a_quiz_draws_from_is_neither_merged_nor_deleted(office):
    quiz = make_drawn(title="抽题的测验")
    drawn, other = shelf("接待"), shelf("别的")
    answer = office.post(at(drawn, "/merge"), data={"target": other.id})
    assert answer.status_code == 409
    assert "随机抽题：抽题的测验" in answer.words
    for question in db.session.scalars(select(Question)):
        question.category_id = None
    answer = office.post(at(drawn, "/delete"))
    assert answer.status_code == 409
    assert "抽题的测验" in answer.words
    assert quiz.slots[1].draw_from == {"category_id": drawn.id}


def test_an_empty_one_is_deleted_another_says_what_is_in_it(desk, teacher):
    make_question(owner=teacher, category="治理 / 议事")
    upper, empty = shelf("治理"), shelf("空的")
    assert desk.submit(desk.get(at(empty)), action="/delete").status_code == 303
    answer = desk.post(at(upper, "/delete"))
    assert answer.status_code == 409
    assert "1 个下级分类" in answer.words
    assert paths() == ["治理", "治理 / 议事"]
    assert acts() == ["question_category.deleted"]


@pytest.mark.parametrize(
    ("what", "data"),
    [
        ("", {"name": "改名", "subject": ""}),
        ("/move", {"target": "0"}),
        ("/merge", {"target": "OTHER"}),
        ("/delete", {}),
    ],
)
def test_a_category_with_questions_of_others_is_for_administrators(desk, office, what, data):
    make_question(owner=make_person("instructor"), category="治理 / 议事 / 主持")
    found, other = shelf("治理 / 议事"), shelf("别的")
    data = {name: str(other.id) if value == "OTHER" else value for name, value in data.items()}
    before = paths()
    answer = desk.post(at(found, what), data=data)
    assert answer.status_code == 403
    assert "只有管理员能改动" in answer.words or "请管理员来改" in answer.words
    assert paths() == before
    assert "只有管理员能改动它" in desk.get(at(found)).words
    assert acts() == []
    if what != "/delete":
        assert office.post(at(found, what), data=data).status_code == 303


def test_trainees_see_none_of_it(sign_in):
    found = shelf("治理")
    client = sign_in(make_person("trainee"))
    for address in (HOME, at(found), at(found, "/merge")):
        assert client.get(address).status_code == 403
    assert client.post(HOME, data={"name": "新"}).status_code == 403


@pytest.mark.parametrize("address", ["/999", "/99999999999", "/999/merge"])
def test_what_is_not_there_is_404(office, address):
    assert office.get(HOME + address).status_code == 404


@pytest.mark.parametrize("target", ["", "0", "x", "99999999999999", "-1"])
def test_a_strange_target_is_answered_with_a_sentence(office, target):
    found = shelf("治理")
    assert office.get(at(found, f"/merge?merge-target={target}")).status_code == 422
    assert office.post(at(found, "/merge"), data={"target": target}).status_code == 422
    assert office.post(at(found, "/move"), data={"target": target}).status_code in (303, 422)


# -- in and out ----------------------------------------------------------------------------------------------------

GIFT = """$CATEGORY: $course$/top/治理/议事/主持/细节

消防通道可以停车。{F}

$CATEGORY: $course$/top/工作/党//政

急救电话是 120。{T}
"""


def test_paths_come_with_a_file_and_go_out_again(desk):
    answer = desk.post(f"{HOME.removesuffix('/categories')}/import", data={"text": GIFT, "format": "gift"})
    preview = desk.get(answer.headers["Location"])
    assert "治理 / 议事 / 主持 · 细节" in preview.words
    assert desk.submit(preview, action="/import/", which="all").status_code == 303
    assert paths() == ["工作", "工作 / 党∕政", "治理", "治理 / 议事", "治理 / 议事 / 主持 · 细节"]
    file = desk.get("/studio/questions/export/gift").get_data(as_text=True)
    assert "$CATEGORY: 治理/议事/主持 · 细节" in file
    assert "$CATEGORY: 工作/党//政" in file
    moodle = desk.get("/studio/questions/export/moodle_xml").get_data(as_text=True)
    assert "$course$/top/工作/党//政" in moodle


def test_an_import_refuses_a_category_that_is_too_deep(desk):
    answer = desk.post("/studio/questions/import", data={"text": GIFT, "format": "gift"})
    page = desk.get(answer.headers["Location"])
    answer = desk.submit(page, action="/import/", which="all", category="一/二/三/四")
    assert answer.status_code == 422
    assert "分类最多 3 层" in answer.words
