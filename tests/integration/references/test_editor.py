"""The editor of a question: links and regulations in it, preview, duplicates, writing on; and its versions."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.audit.models import AuditEntry
from academy.db import db
from courses.question_types import installed
from courses.questions import services
from courses.questions.models import Question
from courses.references.services import links, regulations
from tests.factories import make_person, make_question
from tests.integration.references.helpers import announce, gone, lesson_of, link, make_regulation, paragraph_of, rest
from tests.support import count_queries

TRUE = {"type": "true_false", "stem": "入户之前要先想好为什么去", "correct": "true"}


@pytest.fixture
def question(teacher):
    return make_question("true_false", teacher, stem="原来的题干", explanation="原来的解析")


def address(question) -> str:
    return f"/studio/questions/{question.id}"


def press(desk, page, where, action, **values):
    """Press a button of the editor that says `action`, after something was typed."""
    return desk.post(where, data={**held(page), "stem": "写了一半的题干", **values, "action": action})


def held(page) -> dict[str, list[str]]:
    """Return what the editor's form would send."""
    found: dict[str, list[str]] = {}
    for node in page.page.one("form", id="question-form").walk():
        name, kind = node.get("name"), node.get("type", "text")
        if not name or node.tag == "button":
            continue
        if node.tag == "textarea":
            found.setdefault(name, []).append(node.raw_text.strip("\r\n"))
        elif node.tag == "select":
            chosen = [each.get("value", "") for each in node.find_all("option") if "selected" in each.attributes]
            found.setdefault(name, []).extend(chosen)
        elif node.tag == "input" and (kind not in ("radio", "checkbox") or "checked" in node.attributes):
            found.setdefault(name, []).append(node.get("value", "on"))
    return found


def stem_of(answer) -> str:
    return answer.page.one("textarea", id="stem").raw_text.strip()


def chosen(answer) -> list[str]:
    return [each["value"] for each in answer.page.find_all("input", name="references_chosen")]


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Question))


# -- links ---------------------------------------------------------------------------------------------------------


def test_an_explanation_is_found_added_and_saved_without_scripts(desk, question):
    target, where = paragraph_of("先说自己是谁"), address(question)
    found = press(desk, desk.get(where), where, "section-references-find", references_q="先说自己")
    assert (found.status_code, stem_of(found)) == (200, "写了一半的题干")
    assert "先说自己是谁" in found.page.one("fieldset", id="references").text
    added = press(desk, found, where, f"section-references-add:{target.written}")
    assert (chosen(added), stem_of(added)) == ([target.written], "写了一半的题干")
    assert question.current.number == 1, "nothing is saved before the author says so"
    assert press(desk, added, where, "save").status_code == 303
    assert [links.target_of(each) for each in links.stored(question.id)] == [target]
    dropped = press(desk, desk.get(where), where, f"section-references-drop:{target.written}")
    assert chosen(dropped) == []
    press(desk, dropped, where, "save")
    assert links.stored(question.id) == []


def test_the_enter_key_in_the_field_for_words_searches(desk, question):
    paragraph_of("先说自己是谁")
    where = address(question)
    answer = desk.submit(desk.get(where), where, references_q="自己", stem="写了一半的题干")
    assert answer.status_code == 200
    assert "先说自己是谁" in answer.page.one("fieldset", id="references").text
    assert desk.submit(answer, where).status_code == 303, "pressed again it saves"


def test_a_new_question_has_its_links_at_once(desk):
    target = lesson_of()
    data = {**TRUE, "references_chosen": [target.written], "action": "save"}
    made = desk.post("/studio/questions/new", data=data)
    assert made.status_code == 303
    assert chosen(desk.get(made.location)) == [target.written]


def test_what_has_gone_is_told_to_the_author(desk, question):
    target = paragraph_of("先说自己是谁")
    link(question, target)
    gone(target)
    section = desk.get(address(question)).page.one("fieldset", id="references")
    assert "已经不在了" in section.text
    assert "教材《社区工作》第三章 走访，第 2 段" in section.text
    where = address(question)
    press(desk, desk.get(where), where, "save")
    assert len(links.stored(question.id)) == 1, "saving something else keeps it"


def test_too_many_links_are_refused_and_nothing_is_lost(desk, question):
    targets = [paragraph_of(f"第{number}处出处在这里", title=f"书{number}").written for number in range(4)]
    where = address(question)
    answer = press(desk, desk.get(where), where, "save", references_chosen=targets)
    assert answer.status_code == 422
    assert answer.page.one("a", href="#references").text.startswith("一道题最多 3 处讲解出处")
    assert (chosen(answer), stem_of(answer)) == (targets, "写了一半的题干")
    full = press(desk, answer, where, "section-references-find", references_chosen=targets[:3])
    assert full.page.find("input", name="references_q") is None


@pytest.mark.parametrize("forged", ["textbook:999999:abc", "film:1:", "x", "textbook:1:<script>", ""])
def test_forged_targets_do_no_harm(desk, question, forged):
    where = address(question)
    assert press(desk, desk.get(where), where, f"section-references-add:{forged}").status_code == 200
    assert press(desk, desk.get(where), where, "save", references_chosen=[forged]).status_code == 303
    assert links.stored(question.id) == []


# -- regulations ---------------------------------------------------------------------------------------------------


def test_regulations_are_chosen_from_the_list(desk, question):
    first, second, where = make_regulation("甲条例"), make_regulation("乙条例"), address(question)
    added = press(desk, desk.get(where), where, "section-regulations-add", regulations_more=str(first.id))
    assert "甲条例" in added.page.one("ul", class_="chosen").text
    assert stem_of(added) == "写了一半的题干"
    press(desk, added, where, "save", regulations_more=str(second.id))
    assert {rest.regulation.title for rest in regulations.of_question(question.id)} == {"甲条例", "乙条例"}
    dropped = press(desk, desk.get(where), where, f"section-regulations-drop:{first.id}")
    press(desk, dropped, where, "save")
    assert {rest.regulation.title for rest in regulations.of_question(question.id)} == {"乙条例"}


def test_the_notice_says_what_changed_and_stays_while_one_writes(desk, question):
    found = make_regulation()
    rest(question, found)
    announce(found, "第八条改了")
    where = address(question)
    for page in (desk.get(where), press(desk, desk.get(where), where, "preview")):
        assert "这道题要核对" in page.words
        assert "第八条改了" in page.words


def test_who_may_not_change_a_question_sees_the_notice_without_buttons(sign_in, question):
    found = make_regulation()
    rest(question, found)
    announce(found, "第八条改了")
    page = sign_in(make_person("instructor")).get(address(question))
    assert "第八条改了" in page.words
    assert "核对过，仍然正确" not in page.words


# -- preview -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", installed.all_types())
def test_every_type_can_be_previewed(desk, teacher, key):
    mine = make_question(key, teacher)
    where, before = address(mine), mine.current.number
    page = desk.post(where, data={**held(desk.get(where)), "action": "preview"})
    assert page.status_code == 200
    box = page.page.one("div", id="preview")
    assert "看到的就是这样" in box.text
    assert "显示答案和解析" in box.find("summary").text
    assert mine.current.number == before


@pytest.mark.parametrize("key", installed.all_types())
def test_an_empty_question_can_be_previewed(desk, key):
    answer = desk.post("/studio/questions/new", data={"type": key, "action": "preview"})
    assert answer.status_code == 200
    assert answer.page.find("div", class_="errsum") is None
    assert count() == 0


def test_what_was_typed_is_previewed_and_kept(desk, question):
    where = address(question)
    page = press(desk, desk.get(where), where, "preview", explanation="**新**的解析", format="markdown")
    box = page.page.one("div", id="preview")
    assert "写了一半的题干" in box.text
    assert box.find("strong").text == "新"
    assert stem_of(page) == "写了一半的题干"
    assert question.current.number == 1


# -- duplicates ----------------------------------------------------------------------------------------------------


def test_a_question_that_the_bank_has_is_told_before_it_is_saved(desk):
    old = make_question("true_false", stem=f"{TRUE['stem']}。")
    answer = desk.post("/studio/questions/new", data={**TRUE, "explanation": "我的解析", "action": "save"})
    assert answer.status_code == 409
    box = answer.page.one("section", class_="alike")
    assert box.find("a")["href"] == address(old)
    assert "题干和选项一样" in box.text
    assert answer.page.one("textarea", id="explanation").raw_text.strip() == "我的解析"
    assert count() == 1
    anyway = box.find("button")
    assert (anyway["form"], anyway["name"], anyway["value"]) == ("question-form", "action", "anyway")
    assert desk.post("/studio/questions/new", data={**TRUE, "action": "anyway"}).status_code == 303
    assert count() == 2


def test_the_same_to_the_letter(desk):
    make_question("true_false", stem=TRUE["stem"], correct=True, explanation="")
    answer = desk.post("/studio/questions/new", data=TRUE)
    assert "一模一样" in answer.page.one("section", class_="alike").text


def test_a_retired_question_is_no_duplicate(desk):
    services.retire(make_question("true_false", stem=TRUE["stem"]))
    assert desk.post("/studio/questions/new", data=TRUE).status_code == 303


def test_a_form_sent_twice_makes_one_question_and_no_warning(desk):
    answers = [desk.post("/studio/questions/new", data=TRUE) for _time in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert count() == 1


def test_only_a_changed_stem_is_compared(desk, question):
    make_question("true_false", stem="原来的题干")
    where = address(question)
    assert desk.submit(desk.get(where), where, explanation="新的解析").status_code == 303
    make_question("true_false", stem="别人的题干")
    answer = desk.submit(desk.get(where), where, stem="别人的题干")
    assert answer.status_code == 409
    assert stem_of(answer) == "别人的题干"
    assert question.current.content["stem"] == "原来的题干"


# -- writing on ----------------------------------------------------------------------------------------------------


def test_writing_on_keeps_what_stays_the_same(desk):
    data = {**TRUE, "category": "治理 / 走访", "tags": "走访、入户", "difficulty": "hard", "action": "again"}
    answer = desk.post("/studio/questions/new", data=data)
    assert answer.status_code == 303
    page = desk.get(answer.location)
    assert "接着写下一道" in page.text
    assert stem_of(page) == ""
    assert page.page.one("input", id="category")["value"] == "治理 / 走访"
    assert page.page.one("input", id="tags")["value"] == "走访、入户"
    assert page.page.one("select", id="difficulty").find("option", selected="")["value"] == "hard"
    assert page.page.one("input", type="hidden", name="type")["value"] == "true_false"


def test_writing_on_survives_the_warning(desk):
    make_question("true_false", stem=TRUE["stem"])
    answer = desk.post("/studio/questions/new", data={**TRUE, "action": "again"})
    assert answer.page.one("section", class_="alike").find("button")["value"] == "anyway-again"
    assert "/new?" in desk.post("/studio/questions/new", data={**TRUE, "action": "anyway-again"}).location


# -- versions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def revised(desk, question):
    where = address(question)
    desk.submit(desk.get(where), where, stem="现在的题干", difficulty="hard")
    desk.submit(desk.get(where), where, tags="走访")
    return question


def changes(answer) -> list[str]:
    return [each.text for each in answer.page.one("dl", class_="compare").find_all("dt")]


def test_the_last_two_versions_are_compared_by_themselves(desk, revised):
    assert changes(desk.get(f"{address(revised)}/history")) == ["标签"]


@pytest.mark.parametrize("query", ["a=1&b=3", "a=3&b=1", "a=1&b=3&view=inline"])
def test_any_two_versions(desk, revised, query):
    page = desk.get(f"{address(revised)}/history?{query}")
    assert changes(page) == ["题干", "难度", "标签"]
    assert page.page.find("del").text.strip("（删去：）") == "原来"
    assert page.page.find("ins").text.strip("（加上：）") == "现在"


@pytest.mark.parametrize("query", ["a=9&b=1", "a=x&b=", "a=-1&b=99999999999999999999"])
def test_versions_that_are_not_there(desk, revised, query):
    assert changes(desk.get(f"{address(revised)}/history?{query}")) == ["标签"]


def test_a_version_beside_itself(desk, revised):
    assert "没有可比的" in desk.get(f"{address(revised)}/history?a=1&b=1").words


def test_one_version_is_compared_with_nothing(desk, question):
    assert desk.get(f"{address(question)}/history").page.find("select", id="a") is None


def test_going_back_makes_a_new_version(desk, revised):
    where = f"{address(revised)}/history/1"
    assert desk.submit(desk.get(f"{address(revised)}/history"), where).status_code == 303
    assert (revised.current.number, revised.current.content["stem"]) == (4, "原来的题干")
    assert db.session.scalars(select(AuditEntry.action)).all()[-1] == "question.reverted"
    assert desk.submit(desk.get(f"{address(revised)}/history"), where).status_code == 303
    assert revised.current.number == 4, "what is current is not restored"


def test_going_back_gives_way_to_somebody_else(desk, revised):
    page, where = desk.get(f"{address(revised)}/history"), address(revised)
    desk.submit(desk.get(where), where, stem="别人刚写的")
    answer = desk.submit(page, f"{address(revised)}/history/1")
    assert answer.status_code == 409
    assert "有人保存了新的一版" in answer.words
    assert revised.current.content["stem"] == "别人刚写的"


def test_only_the_author_goes_back(sign_in, revised):
    other = sign_in(make_person("instructor"))
    assert "恢复这一版" not in other.get(f"{address(revised)}/history").words
    assert other.post(f"{address(revised)}/history/1", data={"based_on": 3}).status_code == 403


@pytest.mark.parametrize("number", ["0", "99"])
def test_going_back_to_nothing(desk, revised, number):
    assert desk.post(f"{address(revised)}/history/{number}", data={"based_on": 3}).status_code == 404


def test_what_the_pages_cost(desk, revised):
    def cost(path) -> int:
        db.session.commit()
        with count_queries() as queries:
            desk.get(path)
        return len(queries)

    plain = cost(address(revised))
    assert cost(f"{address(revised)}/history") <= 5
    link(revised, paragraph_of("先说自己是谁"), lesson_of())
    for number in range(3):
        found = make_regulation(f"条例{number}")
        rest(revised, found)
        announce(found)
    assert cost(address(revised)) <= plain + 2, "one to follow the links, one for what has changed"
