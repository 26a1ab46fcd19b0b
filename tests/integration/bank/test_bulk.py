"""Changing many questions at once: what is announced is what is done, once, and it can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.exchange.models import QuestionPrint
from courses.exchange.services import duplicates
from courses.questions import asking, services
from courses.questions.models import Question, QuestionVersion
from courses.quizzes.models import QuizVersionSlot
from tests.factories import make_person, make_question, make_quiz_version
from tests.support import count_queries

BANK = "/studio/questions"
BULK = f"{BANK}/bulk"


@pytest.fixture
def teacher(app):
    return make_person("instructor", name="李老师")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


@pytest.fixture
def mine(teacher):
    return [make_question("true_false", owner=teacher, tags=("旧",)) for _ in range(3)]


def tick(client, questions, do, **values):
    """Tick questions in the list and go on; return the page that follows."""
    page = client.get(BANK)
    return client.submit(
        page, action=BULK, row=[str(question.id) for question in questions], which="ticked", do=do, **values
    )


def sure(client, confirmation):
    """Press the button of a confirmation; return the list that follows."""
    answer = client.submit(confirmation, action=BULK)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"])


def entries():
    return list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def fresh(question):
    return db.session.get_one(Question, question.id, populate_existing=True)


# -- each act ------------------------------------------------------------------------------------------------------


def test_moving(desk, mine):
    shelf = services.category_named("治理 / 议事")
    db.session.commit()
    asked = tick(desk, mine[:2], "move")
    confirmation = desk.submit(asked, action=BULK, to=str(shelf.id))
    assert "移到“治理 / 议事”" in confirmation.words
    assert "会改 2 道题" in confirmation.words
    assert fresh(mine[0]).category_id is None
    after = sure(desk, confirmation)
    assert "改好了 2 道题。" in after.get_data(as_text=True)
    assert [fresh(each).category_id for each in mine] == [shelf.id, shelf.id, None]
    (entry,) = entries()
    assert (entry.action, entry.detail["ids"]) == ("questions.moved", asking.packed([each.id for each in mine[:2]]))


def test_moving_to_a_new_category_makes_it_only_when_sure(desk, mine):
    confirmation = desk.submit(tick(desk, mine, "move"), action=BULK, path="新的/下级")
    assert "移到“新的 / 下级”" in confirmation.words
    assert [shelf.path for shelf in services.tree()] == []
    sure(desk, confirmation)
    assert services.tree().path(fresh(mine[0]).category_id) == "新的 / 下级"


def test_moving_out_of_the_categories(desk, teacher):
    question = make_question(owner=teacher, category="治理")
    sure(desk, desk.submit(tick(desk, [question], "move"), action=BULK, to="none"))
    assert fresh(question).category_id is None


def test_moving_to_an_open_category_warns(desk, mine):
    shelf = services.category_named("练习")
    shelf.open_for_practice = True
    db.session.commit()
    assert "学员练习时能看到这些题和答案" in desk.submit(tick(desk, mine, "move"), action=BULK, to=str(shelf.id)).words


def test_tags_are_added_in_new_versions_and_found_at_once(desk, mine, teacher):
    version = make_quiz_version("true_false", owner=teacher)
    published = version.slots[0].question_version
    question = db.session.get_one(Question, published.question_id)
    duplicates.bring_up_to_date()
    confirmation = desk.submit(tick(desk, [*mine, question], "tag"), action=BULK, tags="接待、旧")
    assert "每道题存成新的一版" in confirmation.words
    sure(desk, confirmation)
    assert fresh(mine[0]).current.tags == ["旧", "接待"]
    assert fresh(mine[0]).current.number == 2
    assert fresh(mine[0]).current.created_by_id == teacher.id
    assert db.session.get_one(QuizVersionSlot, (version.id, 1, "")).question_version_id == published.id
    assert len(list(db.session.scalars(services.search("接待")))) == 4
    assert duplicates.bring_up_to_date() == 4
    prints = db.session.scalars(select(QuestionPrint.exact).order_by(QuestionPrint.version_id))
    assert len(set(prints)) == 4


def test_tags_are_taken_away(desk, mine):
    asked = tick(desk, mine, "untag")
    assert "旧 3" in asked.words
    sure(desk, desk.submit(asked, action=BULK, tag_off="旧"))
    assert [fresh(each).current.tags for each in mine] == [[], [], []]


def test_difficulty(desk, mine):
    sure(desk, desk.submit(tick(desk, mine, "difficulty"), action=BULK, level="hard"))
    assert {fresh(each).current.difficulty for each in mine} == {"hard"}
    assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 6


def test_retiring_and_restoring_and_what_still_uses_them(desk, mine, teacher):
    question_id = make_quiz_version("true_false", owner=teacher, title="社区测验").slots[0].question_version.question_id
    used = db.session.get_one(Question, question_id)
    confirmation = tick(desk, [mine[0], used], "retire")
    assert "其中 1 道还在已发布的测验或课程里" in confirmation.words
    assert "社区测验" in confirmation.words
    sure(desk, confirmation)
    assert fresh(mine[0]).retired_at is not None
    page = desk.get(f"{BANK}?state=retired")
    sure(desk, desk.submit(page, action=BULK, row=str(mine[0].id), do="restore"))
    assert fresh(mine[0]).retired_at is None


def test_only_an_administrator_gives_questions_away(desk, mine, sign_in):
    other = make_person("instructor", name="王老师")
    office = sign_in(make_person("admin"))
    assert desk.get(BULK, query_string={"do": "owner", "row": mine[0].id}).status_code == 303
    assert desk.post(BULK, data={"do": "owner", "ids": mine[0].id, "keeper": other.id}).status_code == 422
    sure(office, office.submit(tick(office, mine, "owner"), action=BULK, keeper=str(other.id)))
    assert {fresh(each).owner_id for each in mine} == {other.id}


def test_exporting_goes_to_the_export_of_these(desk, mine):
    answer = tick(desk, mine[:2], "export")
    assert answer.status_code == 303
    assert "2 道题" in desk.get(answer.headers["Location"]).words


# -- which ones ----------------------------------------------------------------------------------------------------


def test_this_page_or_all_that_match(desk, teacher):
    for _ in range(40):
        make_question("true_false", owner=teacher, tags=("接待",))
    make_question("true_false", owner=teacher)
    db.session.commit()
    page = desk.get(f"{BANK}?tag=接待")
    assert "会改 30 道题" in desk.submit(page, action=BULK, which="page", do="retire").words
    confirmation = desk.submit(page, action=BULK, which="all", do="retire")
    assert "会改 40 道题" in confirmation.words
    after = sure(desk, confirmation)
    assert "tag=" in after.request.full_path
    assert desk.get(BANK).words.count("道题") == 1 + 1
    assert "1 道题" in desk.get(BANK).words


def test_what_is_left_out_and_why(desk, mine, teacher):
    full = make_question(owner=teacher, tags=tuple(f"标签{number}" for number in range(10)))
    foreign = make_question(owner=make_person("instructor"))
    already = make_question(owner=teacher, tags=("新",))
    confirmation = desk.submit(tick(desk, [mine[0], full, foreign, already], "tag"), action=BULK, tags="新")
    assert "会改 1 道题" in confirmation.words
    assert "1 道已经是这样" in confirmation.words
    assert "跳过 1 道：标签会超过 10 个" in confirmation.words
    assert "跳过 1 道：是别的老师的题" in confirmation.words
    sure(desk, confirmation)
    assert [fresh(each).current.number for each in (mine[0], full, foreign, already)] == [2, 1, 1, 1]


def test_a_forged_form_changes_nothing_of_others(desk, mine):
    foreign = make_question(owner=make_person("instructor"))
    db.session.commit()
    assert desk.post(BULK, data={"do": "retire", "ids": f"{mine[0].id},{foreign.id}"}).status_code == 303
    assert fresh(mine[0]).retired_at is not None
    assert fresh(foreign).retired_at is None


def test_sent_twice_it_is_done_once(desk, mine):
    data = {"do": "tag", "ids": asking.packed([each.id for each in mine]), "tags": "新"}
    for _ in range(2):
        assert desk.post(BULK, data=data).status_code == 303
    assert [fresh(each).current.number for each in mine] == [2, 2, 2]
    assert len(entries()) == 1
    assert "没有要改的" in desk.get(BANK).get_data(as_text=True)


@pytest.mark.parametrize(
    "query",
    ["", "?do=retire", "?do=nonsense&row=1", "?do=retire&row=x", "?do=retire&row=999999", "?do=move&row=1&to=999",
     "?do=tag&row=1&tags=", "?do=difficulty&row=1&level=x", "?do=untag&row=1&tags=", "?do=move&row=1&to=&path=a/b/c/d"],
)  # fmt: skip
def test_a_strange_request_is_answered_with_a_sentence(desk, mine, query):
    answer = desk.get(BULK + query)
    assert answer.status_code in (200, 303, 422)
    assert entries() == []


@pytest.mark.parametrize(
    "data", [{}, {"do": "move", "ids": "1"}, {"do": "retire"}, {"do": "move", "ids": "1", "to": "9"}]
)
def test_a_strange_form_is_refused(desk, mine, data):
    assert desk.post(BULK, data=data).status_code == 422


def test_trainees_change_nothing(sign_in, mine):
    client = sign_in(make_person("trainee"))
    assert client.get(BULK).status_code == 403
    assert client.post(BULK, data={"do": "retire", "ids": str(mine[0].id)}).status_code == 403


# -- looking back --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("do", "extra"), [("move", {"to": "SHELF"}), ("retire", {})])
def test_a_change_is_looked_at_and_taken_back(desk, mine, do, extra):
    old, new = services.category_named("旧的"), services.category_named("新的")
    for question in mine[:2]:
        question.category_id = old.id
    db.session.commit()
    extra = {name: str(new.id) for name in extra}
    desk.post(BULK, data={"do": do, "ids": asking.packed([each.id for each in mine]), **extra})
    (entry,) = entries()
    page = desk.get(f"{BANK}?change={entry.id}")
    assert len(page.page.one("tbody").find_all("tr")) == 3
    mine[2].category_id, mine[2].retired_at = old.id, None
    db.session.commit()
    assert desk.submit(page, action="/undo").status_code == 303
    assert [fresh(each).category_id for each in mine[:2]] == [old.id, old.id]
    assert [fresh(each).retired_at for each in mine] == [None] * 3
    assert fresh(mine[2]).category_id == old.id
    desk.post(f"{BANK}/changes/{entry.id}/undo")
    assert "没有可以撤销的" in desk.get(BANK).get_data(as_text=True)


def test_the_change_of_somebody_else_is_not_there(desk, mine, sign_in):
    desk.post(BULK, data={"do": "retire", "ids": str(mine[0].id)})
    entry = entries()[0]
    other = sign_in(make_person("instructor"))
    assert other.get(f"{BANK}?change={entry.id}").status_code == 404
    assert other.post(f"{BANK}/changes/{entry.id}/undo").status_code == 404
    assert sign_in(make_person("admin")).get(f"{BANK}?change={entry.id}").status_code == 200


def test_tags_are_not_taken_back_but_can_be_looked_at(desk, mine):
    desk.post(BULK, data={"do": "tag", "ids": str(mine[0].id), "tags": "新"})
    entry = entries()[0]
    assert not desk.get(f"{BANK}?change={entry.id}").page.find_all("button", text="撤销这次修改")
    assert desk.post(f"{BANK}/changes/{entry.id}/undo").status_code == 409


# -- cost ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("do", "values", "most"), [("move", {"to": "none"}, 12), ("tag", {"tags": "新"}, 12)])
def test_many_are_changed_in_a_few_statements(desk, teacher, do, values, most):
    for _ in range(60):
        make_question("true_false", owner=teacher, category="治理")
    db.session.commit()
    ids = asking.packed(list(db.session.scalars(select(Question.id))))
    with count_queries() as queries:
        assert desk.post(BULK, data={"do": do, "ids": ids, **values}).status_code == 303
    queries.assert_at_most(most)
    assert entries()[0].detail["count"] == 60


def test_ids_are_packed_and_read_again():
    assert asking.packed([7, 1, 2, 3, 9]) == "1-3,7,9"
    assert asking.ids_in(["1-3,7", "9"]) == (1, 2, 3, 7, 9)
    assert len(asking.ids_in(["1-99999999"])) == asking.MOST_IDS


def test_the_questions_of_a_change_are_exported_alone(desk, mine):
    desk.post(BULK, data={"do": "retire", "ids": asking.packed([each.id for each in mine[:2]])})
    page = desk.get(f"{BANK}?change={entries()[0].id}")
    export = desk.get(page.page.one("a", text="导出")["href"])
    assert export.page.one("h1").parent.text.count("2 道题") == 1
    everything = desk.submit(page, action=BULK, which="page", do="export")
    assert "2 道题" in desk.get(everything.headers["Location"]).words
    assert "0 道题" in desk.get(f"{BANK}/export?change=999999").words


def test_a_number_that_no_database_holds_is_no_change(desk):
    assert desk.post(f"{BANK}/changes/99999999999999999999/undo").status_code == 404
