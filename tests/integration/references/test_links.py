"""Links of questions to what explains them: for whom they lead where, and that nobody sees them before the explanation."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from academy.clock import now
from academy.db import db
from academy.errors import UserError
from courses.quizzes import services as quizzes
from courses.references import kinds
from courses.references.models import QuestionLink
from courses.references.rules import Target
from courses.references.services import links
from courses.textbooks import services
from courses.textbooks.models import TextbookChapter
from tests.factories import (
    make_attempt,
    make_course,
    make_enrolment,
    make_person,
    make_question,
    make_quiz,
    make_textbook,
)
from tests.integration.practice.helpers import open_shelf
from tests.integration.references.helpers import gone, lesson_of, link, paragraph_of
from tests.support import count_queries


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(person, sign_in):
    return sign_in(person)


def seen(answer) -> list[str]:
    """Return where the links below explanations lead on a page."""
    return [each["href"] for box in answer.page.find_all("div", class_="read-on") for each in box.find_all("a")]


def of(question, person=None):
    return links.of_questions([question.id], person.id if person else None).get(question.id, [])


# -- where they lead -----------------------------------------------------------------------------------------------


def test_a_link_leads_to_the_very_paragraph(app, client):
    target, question = paragraph_of("先说自己是谁"), make_question()
    link(question, target)
    with app.test_request_context():
        found = of(question)[0]
        assert found.title == "教材《社区工作》第三章 走访，第 2 段"
        address = found.url
    page = client.get(address.partition("#")[0]).page
    assert "先说自己是谁" in page.one("div", id=address.partition("#")[2]).text


def test_a_link_survives_a_new_edition_in_which_the_paragraph_was_edited(app, client):
    from_text = "走访之前先想好为什么去，带上名单和笔"
    target, question = paragraph_of(from_text), make_question()
    link(question, target)
    chapter = db.session.get(TextbookChapter, target.id)
    body = f"新加的第一段。\n\n走访之前先想好。\n\n{from_text}、证件。"
    services.change_chapter(chapter, chapter.lock_version, title=chapter.title, title_en="", body=body)
    services.publish(chapter.textbook, make_person("instructor"))
    assert of(question)[0].title.endswith("第 3 段")


def test_a_whole_chapter(app):
    target, question = paragraph_of("先说自己是谁"), make_question()
    link(question, Target("textbook", target.id))
    assert of(question)[0].title == "教材《社区工作》第三章 走访"


def test_what_has_gone_is_not_shown_to_trainees(app, person):
    target, question = paragraph_of("先说自己是谁"), make_question()
    link(question, target)
    gone(target)
    assert of(question, person) == []
    kept = links.shown([target], {target: links.stored(question.id)[0].label})[0]
    assert (kept.gone, kept.title) == (True, "教材《社区工作》第三章 走访，第 2 段")


def test_a_lesson_of_the_version_that_somebody_studies(app, person):
    course, question = make_course(title="入户走访"), make_question()
    target = lesson_of(course)
    link(question, target)
    assert of(question, person)[0].title.startswith("课程《入户走访》：")
    make_enrolment(person, course)
    course.withdrawn_at = now()
    db.session.flush()
    assert len(of(question, person)) == 1, "who studies a withdrawn course may finish it"
    assert of(question, make_person()) == []


def test_a_kind_that_is_not_installed_leads_nowhere(app):
    question = make_question()
    db.session.add(QuestionLink(question_id=question.id, position=1, kind="film", target_id=3, label="一部片子"))
    db.session.flush()
    assert of(question) == []
    assert links.shown([Target("film", 3)])[0].gone


# -- keeping them --------------------------------------------------------------------------------------------------


def test_three_at_most(app):
    question = make_question()
    targets = [paragraph_of(f"第{number}处出处在这里", title=f"书{number}") for number in range(4)]
    with pytest.raises(UserError) as refused:
        links.change(question.id, [], targets)
    assert (refused.value.status, refused.value.field) == (422, "references")
    links.change(question.id, [], targets[:3])
    assert [links.target_of(each) for each in links.stored(question.id)] == targets[:3]


def test_two_authors_at_once_lose_nothing(app):
    question = make_question()
    first, second, third = [paragraph_of(f"第{number}处出处在这里", title=f"书{number}") for number in range(3)]
    link(question, first)
    links.change(question.id, [first], [first, second])
    links.change(question.id, [first], [third])
    assert {links.target_of(each) for each in links.stored(question.id)} == {second, third}


def test_what_was_never_there_is_not_stored(app):
    question = make_question()
    links.change(question.id, [], [Target("textbook", 999_999, "ab"), Target("nothing", 1)])
    assert links.stored(question.id) == []


@pytest.mark.parametrize("values", [{"position": 0}, {"position": 4}, {"position": 1}, {"position": 2, "target_id": 5}])
def test_the_database_keeps_the_rules(app, values):
    question = make_question()
    db.session.add(QuestionLink(question_id=question.id, position=1, kind="lesson", target_id=5))
    db.session.flush()
    db.session.add(QuestionLink(**{"question_id": question.id, "kind": "lesson", "target_id": 6, **values}))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_links_go_with_their_question(app):
    question = make_question()
    link(question, paragraph_of("先说自己是谁"))
    question.current_version_id = None
    db.session.flush()
    db.session.execute(db.delete(type(question)).where(type(question).id == question.id))
    assert db.session.query(QuestionLink).count() == 0


def test_a_page_of_fifty_questions_costs_one_query(app, person):
    targets = [paragraph_of("先说自己是谁"), lesson_of(make_course())]
    questions = [make_question("true_false") for _number in range(50)]
    for question in questions:
        link(question, *targets)
    db.session.commit()
    with count_queries() as queries:
        found = links.of_questions([each.id for each in questions], person.id)
    queries.assert_at_most(1)
    assert [len(each) for each in found.values()] == [2] * 50


def test_searching_costs_the_same_however_much_there_is(app):
    costs = []
    for number in range(2):
        for each in range(1 + 9 * number):
            make_textbook(title=f"走访{number}-{each}")
            make_course(title=f"走访课{number}-{each}")
        db.session.commit()
        with count_queries() as queries:
            found = links.search("走访")
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 3
    assert [len(choices) <= 2 * links.HITS for _name, _icon, choices in found] == [True, True]


@pytest.mark.parametrize("words", ["", "   ", "%", "_", "没有这样的词", "' OR 1=1", "走" * 200])
def test_words_that_find_nothing(app, words):
    make_textbook()
    make_course()
    assert links.search(words) == []


def test_each_kind_is_registered_once(app):
    assert [kind.key for kind in kinds.all_kinds()] == ["textbook", "lesson"]


# -- when trainees see them ----------------------------------------------------------------------------------------


@pytest.fixture
def sit(person, clock):
    """Start an attempt at a quiz of true–false questions that are explained somewhere."""

    def start(count=1, **settings):
        target = paragraph_of("先说自己是谁")
        quiz = make_quiz(*["true_false"] * count, **settings)
        for slot in quizzes.slots(quiz):
            slot.question.current.content = {"stem": "同一句话", "correct": True, "explanation": "因为"}
            link(slot.question, target)
        db.session.flush()
        return make_attempt(person, quizzes.freeze(quiz)), target

    return start


def pages_of(browser, attempt) -> str:
    return "".join(browser.get(f"/attempts/{attempt.token}{tail}").text for tail in ("", "/cards", "/check"))


def test_nothing_before_handing_in_and_the_paragraph_after(browser, sit):
    attempt, target = sit()
    assert target.place not in pages_of(browser, attempt)
    assert "/textbooks/" not in browser.get(f"/attempts/{attempt.token}").page.one("main").text
    browser.post(f"/attempts/{attempt.token}/submit")
    page = browser.get(f"/attempts/{attempt.token}/result")
    assert [address.partition("#")[2] for address in seen(page)] == [f"p-{target.place}"]


@pytest.mark.parametrize("settings", [{"review_policy": "never"}, {"review_policy": "after_pass"}])
def test_nothing_while_the_quiz_keeps_its_explanations(browser, sit, settings):
    attempt, target = sit(**settings)
    browser.post(f"/attempts/{attempt.token}/submit")
    page = browser.get(f"/attempts/{attempt.token}/result")
    assert seen(page) == []
    assert target.place not in page.text


def test_at_once_where_feedback_is_immediate(browser, sit):
    attempt, target = sit(2, feedback="immediate")
    assert target.place not in pages_of(browser, attempt)
    browser.post(f"/attempts/{attempt.token}/answers/1", data={"answer": "false", "go": "try", "n": 1})
    assert len(seen(browser.get(f"/attempts/{attempt.token}?n=1"))) == 1
    assert seen(browser.get(f"/attempts/{attempt.token}?n=2")) == [], "the other question was not checked"
    assert browser.get(f"/attempts/{attempt.token}/cards").text.count(f"#p-{target.place}") == 1


def test_never_at_once_where_nothing_is_ever_shown(browser, sit):
    attempt, target = sit(feedback="immediate", review_policy="never")
    browser.post(f"/attempts/{attempt.token}/answers/1", data={"answer": "false", "go": "try", "n": 1})
    assert target.place not in pages_of(browser, attempt)


def test_in_the_notebook(browser, sit):
    attempt, target = sit()
    browser.post(f"/attempts/{attempt.token}/answers/1", data={"answer": "false"})
    browser.post(f"/attempts/{attempt.token}/submit")
    listed = browser.get("/practice/notebook")
    entry = listed.page.find("ul", class_="mistakes").find("a")["href"]
    assert len(seen(browser.get(entry))) == 1
    gone(target)
    assert seen(browser.get(entry)) == []


def test_in_practice_after_the_answer(browser):
    shelf = open_shelf()
    question = make_question("true_false", category=shelf.name, correct=True)
    target = paragraph_of("先说自己是谁")
    link(question, target)
    begun = browser.post("/practice/chapters", data={"category": [shelf.id], "count": 5})
    page = browser.get(begun.location)
    assert target.place not in page.text
    answered = browser.post(f"{begun.location}/1", data={"go": "show"})
    assert len(seen(browser.get(answered.location))) == 1
    assert len(seen(browser.get(f"{begun.location}/review"))) == 1


def test_what_the_pages_cost(browser, sit):
    address = f"/attempts/{sit(20)[0].token}"
    db.session.commit()
    with count_queries() as queries:
        browser.get(address)
    queries.assert_at_most(3)
    browser.post(f"{address}/submit")
    with count_queries() as queries:
        page = browser.get(f"{address}/result")
    queries.assert_at_most(6)
    assert len(seen(page)) == 20
