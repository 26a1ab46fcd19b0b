"""Matching, ordering, cloze and choice on a picture in a quiz: answered, handed in, reviewed; written in the editor."""

from __future__ import annotations

import pytest

from academy.db import db
from courses.question_types.installed import all_types
from courses.questions import services as questions
from courses.quizzes import services
from courses.quizzes.models import Response
from tests.factories import make_attempt, make_person, make_question, make_quiz_version

KEYS = ("matching", "ordering", "cloze", "picture_choice")


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(person, sign_in):
    return sign_in(person)


@pytest.fixture
def attempt(person, clock):
    return make_attempt(person, make_quiz_version(*KEYS))


def stored(attempt, position):
    return db.session.get(Response, (attempt.id, position)).answer


def sent(type_, answer):
    """An answer as the page's form sends it."""
    if isinstance(answer, dict):
        return [part for pair in answer.items() for part in pair]
    return list(answer)


def content_of(attempt, position):
    return attempt.quiz_version.slots[position - 1].question_version.content


def test_answers_without_scripts_are_kept_and_shown_again(browser, attempt):
    for position, key in enumerate(KEYS, 1):
        type_ = all_types()[key]
        answer = type_.correct_answer(content_of(attempt, position))
        page = browser.get(f"/attempts/{attempt.token}?n={position}")
        fields = page.page.find_all("input", name="answer") + page.page.find_all("select", name="answer")
        assert fields, key
        reply = browser.submit(
            page, "/answers/", button="下一题" if position < 4 else "保存并继续", answer=sent(type_, answer)
        )
        assert reply.status_code == 303
        assert stored(attempt, position) == answer
        again = browser.get(f"/attempts/{attempt.token}?n={position}").page
        marked = again.find_all("option", selected="") + again.find_all("input", checked="")
        assert marked, key


def test_what_is_right_earns_everything_and_the_review_says_so(browser, attempt):
    for position, key in enumerate(KEYS, 1):
        type_ = all_types()[key]
        answer = sent(type_, type_.correct_answer(content_of(attempt, position)))
        browser.post(
            f"/attempts/{attempt.token}/answers/{position}", data={"answer": answer, "go": "next", "n": position}
        )
    services.submit(attempt)
    score = services.score_of(attempt)
    assert score.share == 1
    words = browser.get(f"/attempts/{attempt.token}/result").words
    assert words.count("答对") >= len(KEYS)


def test_no_page_of_the_sitting_holds_the_key(browser, attempt):
    page = browser.get(f"/attempts/{attempt.token}/cards").get_data(as_text=True)
    assert "利益相关" not in page
    for position in range(1, len(KEYS) + 1):
        explanation = content_of(attempt, position)["explanation"]
        assert explanation not in page


@pytest.mark.parametrize("key", KEYS)
def test_a_question_can_be_opened_and_saved_as_it_is(app, sign_in, key):
    author = make_person("instructor")
    question = make_question(key, owner=author)
    browser = sign_in(author)
    page = browser.get(f"/studio/questions/{question.id}")
    reply = browser.submit(page, f"/studio/questions/{question.id}")
    assert reply.status_code == 303
    db.session.expire_all()
    assert questions.get(question.id).current.number == 1


ROWS = [("matching", "pair", "再加一对"), ("ordering", "item", "再加一项"), ("cloze", "gap", "再加一个空"),
        ("picture_choice", "area", "再加一处")]  # fmt: skip


@pytest.mark.parametrize(("key", "kind", "button"), ROWS)
def test_rows_come_and_go_without_scripts(app, sign_in, key, kind, button):
    author = make_person("instructor")
    question = make_question(key, owner=author)
    browser = sign_in(author)
    address = f"/studio/questions/{question.id}"
    page = browser.get(address)
    before = len(page.page.find_all("input", name=f"{kind}_id"))
    more = browser.submit(page, address, button=button)
    assert more.status_code == 200
    assert len(more.page.find_all("input", name=f"{kind}_id")) > before
    less = browser.submit(page, address, button="去掉第 2 行")
    assert less.status_code == 200
    assert "有几处需要修改" not in less.words
    assert questions.get(question.id).current.number == 1
