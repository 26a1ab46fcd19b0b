"""Regulations: the list, announcing a change, and the questions that must be checked because of it."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.db import db
from academy.errors import UserError
from courses.questions.services import retire
from courses.references.models import QuestionRegulation, Regulation, RegulationChange
from courses.references.services import regulations
from tests.factories import make_course, make_person, make_question, make_quiz
from tests.factories.catalog import quiz_lesson
from tests.integration.references.helpers import announce, make_regulation, rest
from tests.support import count_queries

FILLED = {"title": "志愿服务条例", "number": "国务院令第685号", "issuer": "国务院", "in_force_since": "2017-12-01"}


def flagged(*questions) -> list[bool]:
    found = regulations.flagged_among(each.id for each in questions)
    return [each.id in found for each in questions]


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def waiting(answer) -> str:
    entry = answer.page.find("a", href="/studio/regulations", text="法规文件")
    return "".join(sign for sign in entry.text if sign.isdecimal())


# -- the list ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["", "/new", "/1", "/1/edit"])
def test_the_list_is_for_those_who_write(sign_in, path):
    make_regulation()
    assert sign_in(make_person("trainee")).get(f"/studio/regulations{path}").status_code == 403


def test_an_empty_list_says_how_to_begin(desk):
    assert "还没有登记法规" in desk.get("/studio/regulations").words


def test_a_regulation_is_added_found_and_edited(desk):
    made = desk.submit(desk.get("/studio/regulations/new"), "/new", **FILLED, address="https://www.gov.cn/1.htm")
    assert made.status_code == 303
    page = desk.get(made.location)
    assert "国务院令第685号 · 国务院 · 2017 年 12 月 1 日起施行" in page.words
    assert page.page.find("a", text="看全文")["href"] == "https://www.gov.cn/1.htm"
    assert "志愿服务条例" in desk.get("/studio/regulations?q=685").words
    assert "没有找到法规" in desk.get("/studio/regulations?q=%25").words
    form = desk.get(f"{made.location}/edit")
    assert desk.submit(form, "/edit", note="改了备注").status_code == 303
    assert "改了备注" in desk.get(made.location).words
    assert actions() == ["regulation.added", "regulation.edited"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "请写法规的名称"),
        ({"title": "长" * 121}, "名称不能超过 120 个字"),
        ({"address": "http://www.gov.cn"}, "网址应以 https:// 开头"),
        ({"address": "javascript:alert(1)"}, "网址应以 https:// 开头"),
        ({"in_force_since": "2017年12月"}, "日期"),
        ({"note": "长" * 1001}, "备注不能超过 1000 个字"),
    ],
)
def test_mistakes_are_told_and_nothing_typed_is_lost(desk, typed, sentence):
    answer = desk.submit(desk.get("/studio/regulations/new"), "/new", **{**FILLED, "note": "记一笔", **typed})
    assert answer.status_code == 422
    assert sentence in answer.words
    assert answer.page.one("input", id="issuer")["value"] == "国务院"
    assert db.session.scalar(select(Regulation)) is None


def test_the_same_regulation_twice(desk):
    desk.submit(desk.get("/studio/regulations/new"), "/new", **FILLED)
    answer = desk.submit(desk.get("/studio/regulations/new"), "/new", **FILLED)
    assert answer.status_code == 409
    assert "清单里已经有这份法规了" in answer.words
    assert desk.submit(desk.get("/studio/regulations/new"), "/new", **{**FILLED, "number": ""}).status_code == 303


def test_two_who_edit_at_once(desk):
    found = make_regulation(issuer="国务院")
    address = f"/studio/regulations/{found.id}/edit"
    form = desk.get(address)
    desk.submit(desk.get(address), "/edit", issuer="国务院办公厅")
    answer = desk.submit(form, "/edit", issuer="民政部", note="我的备注")
    assert answer.status_code == 409
    assert "国务院办公厅" in answer.words
    assert answer.page.one("textarea", id="note").raw_text.strip() == "我的备注"
    assert desk.submit(answer, "/edit").status_code == 303
    assert (found.issuer, found.note) == ("民政部", "我的备注")


@pytest.mark.parametrize("values", [{"title": ""}, {"address": "http://a.cn"}, {"change_count": -1}])
def test_the_database_keeps_the_rules(app, values):
    db.session.add(Regulation(**{"title": "条例", **values}))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_a_regulation_that_questions_rest_on_cannot_be_deleted(app):
    found, question = make_regulation(), make_question()
    rest(question, found)
    with pytest.raises(IntegrityError):
        db.session.execute(db.delete(Regulation).where(Regulation.id == found.id))


def test_the_list_costs_the_same_however_long_it_is(desk):
    costs = []
    for number in range(2):
        for each in range(1 + 14 * number):
            rest(make_question("true_false"), make_regulation(f"条例{number}-{each}"))
        db.session.commit()
        with count_queries() as queries:
            desk.get("/studio/regulations")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 4


# -- announcing a change -------------------------------------------------------------------------------------------


def test_a_change_flags_all_questions_that_rest_on_it(desk, teacher):
    found, other = make_regulation(), make_regulation("别的条例")
    mine, theirs, free = [make_question(owner=teacher) for _number in range(3)]
    rest(mine, found, other)
    rest(theirs, found)
    rest(free, other)
    page = desk.get(f"/studio/regulations/{found.id}")
    assert waiting(page) == ""
    done = desk.submit(page, "/changes", changed_on="2026-11-01", what="第八条改了")
    assert done.status_code == 303
    shown = desk.get(done.location)
    assert "2 道题标为“要核对”" in shown.text
    assert "第八条改了" in shown.words
    assert flagged(mine, theirs, free) == [True, True, False]
    assert waiting(shown) == "2"
    assert actions() == ["regulation.added", "regulation.added", "regulation.changed"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"what": ""}, "请写清楚改了什么"),
        ({"changed_on": ""}, "请写修订从哪一天施行"),
        ({"what": "长" * 1001}, "1000 个字"),
    ],
)
def test_a_change_without_the_facts_is_not_announced(desk, typed, sentence):
    found = make_regulation()
    page = desk.get(f"/studio/regulations/{found.id}")
    answer = desk.submit(page, "/changes", **{"changed_on": "2026-11-01", "what": "第八条改了", **typed})
    assert answer.status_code == 422
    assert sentence in answer.words
    assert found.change_count == 0


def test_the_same_change_sent_twice_is_announced_once(desk):
    found = make_regulation()
    page = desk.get(f"/studio/regulations/{found.id}")
    for _time in range(2):
        assert desk.submit(page, "/changes", changed_on="2026-11-01", what="第八条改了").status_code == 303
    assert found.change_count == 1


def test_two_who_announce_at_once(desk):
    found = make_regulation()
    page = desk.get(f"/studio/regulations/{found.id}")
    announce(found, "第三条改了")
    answer = desk.submit(page, "/changes", changed_on="2026-11-01", what="第八条改了")
    assert answer.status_code == 409
    assert "第三条改了" in answer.words
    assert answer.page.one("textarea", id="what").raw_text.strip() == "第八条改了"
    assert desk.submit(answer, "/changes").status_code == 303
    assert found.change_count == 2


def test_what_rests_on_it_later_was_written_for_what_holds_now(app):
    found, question = make_regulation(), make_question()
    announce(found)
    rest(question, found)
    assert flagged(question) == [False]
    announce(found, "又改了")
    assert flagged(question) == [True]


# -- checking ------------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(teacher):
    """Return a question of the teacher that must be checked, and the regulation."""
    found, question = make_regulation(), make_question(owner=teacher)
    rest(question, found)
    announce(found)
    return question, found


def test_a_question_that_was_checked_is_no_longer_flagged(desk, teacher, changed):
    question, found = changed
    page = desk.get(f"/studio/questions/{question.id}")
    assert "第八条改了" in page.words
    done = desk.submit(page, "/checked/")
    assert done.status_code == 303
    assert flagged(question) == [False]
    row = db.session.get(QuestionRegulation, (question.id, found.id))
    assert (row.checked_by_id, row.checked_number) == (teacher.id, 1)
    assert actions()[-1] == "question.checked"
    after = desk.get(done.location)
    assert "第八条改了" not in after.words
    assert waiting(after) == ""
    assert question.current.number == 1


def test_what_was_announced_meanwhile_stays_to_be_checked(desk, changed):
    question, found = changed
    page = desk.get(f"/studio/questions/{question.id}")
    announce(found, "第九条也改了")
    desk.submit(page, "/checked/")
    assert flagged(question) == [True]
    words = desk.get(f"/studio/questions/{question.id}").words
    assert "第九条也改了" in words
    assert "第八条改了" not in words


@pytest.mark.parametrize("mark", [True, False])
def test_saving_asks_whether_it_was_checked(desk, changed, mark):
    question, _found = changed
    page = desk.get(f"/studio/questions/{question.id}")
    more = {"regulations_checked": "1"} if mark else {}
    assert desk.submit(page, page.request.path, stem="按新规定改过的题干", **more).status_code == 303
    assert question.current.number == 2
    assert flagged(question) == [not mark]


@pytest.mark.parametrize("sent", [[], ["x"], ["1"], ["1:2:3"], ["999:1"], ["1:-1"], ["1:0"]])
def test_a_forged_check_marks_nothing(desk, changed, sent):
    question, _found = changed
    data = {"regulations_seen": sent}
    assert desk.post(f"/studio/regulations/checked/{question.id}", data=data).status_code == 303
    assert flagged(question) == [True]


def test_a_check_from_the_future_is_worth_what_is_known_today(desk, changed):
    question, found = changed
    desk.post(f"/studio/regulations/checked/{question.id}", data={"regulations_seen": f"{found.id}:99"})
    announce(found, "再改一次")
    assert flagged(question) == [True]


def test_only_the_author_checks(sign_in, changed):
    question, found = changed
    data = {"regulations_seen": f"{found.id}:1"}
    other = sign_in(make_person("instructor"))
    assert other.post(f"/studio/regulations/checked/{question.id}", data=data).status_code == 403
    assert "核对过，仍然正确" not in other.get(f"/studio/regulations/{found.id}").words
    assert waiting(other.get("/studio/regulations")) == ""
    assert other.post("/studio/regulations/checked/99999", data=data).status_code == 404
    admin = sign_in(make_person("admin"))
    assert waiting(admin.get("/studio/regulations")) == "1"
    assert admin.post(f"/studio/regulations/checked/{question.id}", data=data).status_code == 303
    assert flagged(question) == [False]


# -- where it is told ----------------------------------------------------------------------------------------------


def test_the_bank_can_be_narrowed_to_what_must_be_checked(desk, teacher, changed):
    make_question(owner=teacher, stem="没有依据的题")
    retired = make_question(owner=teacher, stem="停用的题")
    rest(retired, changed[1])
    announce(changed[1], "又改了")
    retire(retired)
    links = desk.get("/studio/questions?state=to_check").page.one("main").find_all("a", class_="stem-cell")
    assert [each["href"].partition("?")[0] for each in links] == [f"/studio/questions/{changed[0].id}"]


def test_the_author_of_a_quiz_is_warned_and_not_hindered(desk, teacher, changed):
    quiz = make_quiz("true_false", owner=teacher)
    from_bank = changed[0]
    desk.post(f"/studio/quizzes/{quiz.id}/pick", data={"question": [from_bank.id]})
    page = desk.get(f"/studio/quizzes/{quiz.id}")
    assert page.page.find("ol", class_="slots").text.count("要核对") == 1
    course = make_course([quiz_lesson(quiz, completion={"rule": "passed"})], owner=teacher, published=False)
    check = desk.get(f"/studio/courses/{course.id}/publish")
    assert "有 1 道题依据的法规修订了" in check.words
    assert "内容齐了，可以发布" in check.words


def test_changes_go_with_their_regulation(app):
    found = make_regulation()
    announce(found)
    db.session.execute(db.delete(Regulation).where(Regulation.id == found.id))
    assert db.session.scalar(select(RegulationChange)) is None


def test_five_at_most(app):
    question = make_question()
    found = [make_regulation(f"条例{number}") for number in range(6)]
    with pytest.raises(UserError):
        rest(question, *found)


def test_the_bar_costs_nothing_more(desk, changed):
    db.session.commit()
    with count_queries() as queries:
        desk.get("/studio/questions/new")
    queries.assert_at_most(2)
