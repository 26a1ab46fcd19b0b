"""Writing a question inside a quiz: the same editor as the bank's, with links, preview and the look for duplicates."""

from __future__ import annotations

import pytest

from academy.db import db
from courses.quizzes import services as quizzes
from courses.references.services import links
from tests.factories import make_question, make_quiz
from tests.integration.references.helpers import paragraph_of
from tests.integration.references.test_editor import TRUE, chosen, count, press, stem_of

MINE = {**TRUE, "marks": "2"}


@pytest.fixture
def quiz(teacher):
    made = make_quiz("single_choice", owner=teacher)
    db.session.commit()
    return made


@pytest.fixture
def where(quiz):
    return f"/studio/quizzes/{quiz.id}/write"


def last(quiz):
    return quizzes.slots(quiz)[-1].question


def test_a_link_is_added_and_saved_with_the_new_question(desk, quiz, where):
    target = paragraph_of("先说自己是谁")
    page = desk.get(f"{where}?type=true_false")
    found = press(desk, page, where, "section-references-find", references_q="先说自己", type="true_false")
    added = press(desk, found, where, f"section-references-add:{target.written}", correct="true")
    assert (chosen(added), stem_of(added), len(quizzes.slots(quiz))) == ([target.written], "写了一半的题干", 1)
    assert press(desk, added, where, "save").status_code == 303
    assert [links.target_of(each) for each in links.stored(last(quiz).id)] == [target]


def test_it_is_shown_as_trainees_will_see_it(desk, quiz, where):
    answer = desk.post(where, data={**MINE, "action": "preview"})
    assert answer.status_code == 200
    assert TRUE["stem"] in answer.page.one("div", id="preview").text
    assert len(quizzes.slots(quiz)) == 1


def test_a_question_that_the_bank_has_is_not_written_again_unawares(desk, quiz, where):
    make_question("true_false", stem=TRUE["stem"])
    before = count()
    answer = desk.post(where, data={**MINE, "action": "again"})
    assert answer.status_code == 409
    assert (stem_of(answer), answer.page.one("input", id="marks")["value"]) == (TRUE["stem"], "2")
    assert (count(), len(quizzes.slots(quiz))) == (before, 1)
    anyway = answer.page.one("section", class_="alike").find("button", form="question-form")
    assert anyway["value"] == "anyway-again"
    assert desk.post(where, data={**MINE, "action": anyway["value"]}).location.endswith("/write?type=true_false")
    assert (count(), last(quiz).current.content["stem"]) == (before + 1, TRUE["stem"])


def test_the_one_of_the_bank_can_be_taken_instead(desk, quiz, where):
    there = make_question("true_false", stem=TRUE["stem"])
    box = desk.post(where, data=MINE).page.one("section", class_="alike")
    form = next(each for each in box.find_all("form") if "用题库里的这道" in each.text)
    sent = {each["name"]: each["value"] for each in form.find_all("input") if each["name"] != "csrf_token"}
    assert desk.post(form["action"], data=sent).status_code == 303
    assert last(quiz).id == there.id
