"""Practice sessions, what may be practised, and mock exams."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from academy.clock import now
from academy.db import db
from courses.practice import rules
from courses.practice.models import NotebookEntry, PracticeItem, PracticeRecord, PracticeSession
from courses.practice.services import drawing, noting, sessions
from courses.question_types import installed
from courses.questions.models import Question, QuestionVersion
from courses.questions.services import category_named
from courses.quizzes import services
from tests.factories import make_attempt, make_person, make_question, make_quiz, make_quiz_version
from tests.integration.practice.helpers import SECRET, SHELF, best, open_shelf, stock
from tests.support import count_queries


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(sign_in, person):
    return sign_in(person)


def chapter(browser, shelf, **values):
    """Begin a chapter practice; return the path of its session."""
    answer = browser.post("/practice/chapters", data={"category": shelf.id, "count": 5, **values})
    assert answer.status_code == 303, answer.words
    return answer.headers["Location"]


def the_session() -> PracticeSession:
    return db.session.scalars(select(PracticeSession).order_by(PracticeSession.id.desc())).first()


def items(session):
    return db.session.execute(
        select(PracticeItem, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == PracticeItem.question_version_id)
        .where(PracticeItem.session_id == session.id)
        .order_by(PracticeItem.position)
    ).all()


def wrong_before(person, question, days_ago=1):
    """Let the person have answered a question wrong some days ago."""
    given = noting.Given(question.id, question.current_version_id, None, Fraction(0))
    noting.note_answers(person.id, [given], now())
    entry = db.session.scalars(select(NotebookEntry).where(NotebookEntry.question_id == question.id)).one()
    entry.due_on = noting.today() - timedelta(days_ago - 1)
    db.session.flush()
    return entry


# -- what may be practised -----------------------------------------------------------------------------------------


def test_only_open_categories_are_offered(browser, person, clock):
    stock(2)
    make_question("single_choice", category="考试专用")
    words = browser.get("/practice/chapters").words
    assert f"{SHELF} · 2 道题" in words
    assert "考试专用" not in words
    closed = category_named("考试专用")
    assert browser.post("/practice/chapters", data={"category": closed.id, "count": 5}).status_code == 422
    assert browser.post("/practice/chapters", data={"count": 5}).status_code == 422
    assert db.session.query(PracticeSession).count() == 0


def test_secret_and_running_and_retired_questions_stay_out(app, person, clock):
    shelf = stock(5)
    ids = list(db.session.scalars(select(Question.id).order_by(Question.id)))
    hidden = make_quiz("true_false", review_policy="never")
    services.add_question(hidden, db.session.get(Question, ids[0]))
    quiz = make_quiz("true_false")
    services.add_question(quiz, db.session.get(Question, ids[1]))
    make_attempt(person, services.freeze(quiz))
    db.session.get(Question, ids[2]).retired_at = now()
    db.session.flush()
    found = drawing.candidates(person.id, drawing.Wanted([shelf.id]))
    assert found == [db.session.get(Question, each).current_version_id for each in ids[3:]]


def test_authors_open_and_close_categories(sign_in, clock):
    make_question("single_choice", category=SHELF)
    shelf = category_named(SHELF)
    teacher = sign_in(make_person("instructor"))
    assert SHELF in teacher.get("/studio/practice").words
    assert teacher.post(f"/studio/practice/{shelf.id}", data={"open": "1"}).status_code == 303
    db.session.refresh(shelf)
    assert shelf.open_for_practice
    teacher.post(f"/studio/practice/{shelf.id}", data={"open": "0"})
    db.session.refresh(shelf)
    assert not shelf.open_for_practice
    assert sign_in(make_person()).get("/studio/practice").status_code == 403


# -- a session -----------------------------------------------------------------------------------------------------


def test_no_key_reaches_the_browser_before_the_answer(browser, person, clock):
    shelf = stock(3)
    path = chapter(browser, shelf)
    session = the_session()
    for item, version in items(session):
        before = browser.get(f"{path}?n={item.position}").get_data(as_text=True)
        assert SECRET not in before
        assert "正确答案" not in before
        assert "正确" not in browser.get(f"{path}/review").get_data(as_text=True).replace("答对", "")
        answer = browser.post(f"{path}/{item.position}", data={"answer": best(version)})
        assert answer.status_code == 303
        after = browser.get(answer.headers["Location"]).words
        assert version.content["explanation"] in after
        assert "答对" in after
    assert "答对 3 题" in browser.get(f"{path}/review").words
    assert browser.get(path).headers["Location"].endswith("/review")


def test_wrong_answers_of_practice_go_into_the_notebook(browser, person, clock):
    path = chapter(browser, stock(2))
    assert browser.post(f"{path}/1", data={"go": "show"}).status_code == 303
    assert browser.post(f"{path}/2", data={"answer": "nothing of the sort"}).status_code == 303
    assert db.session.query(NotebookEntry).count() == 2
    assert db.session.query(PracticeRecord).count() == 2
    assert "这道题在错题本里" in browser.get(f"{path}?n=2").words


def test_no_answer_is_no_answer(browser, person, clock):
    path = chapter(browser, stock(1))
    refused = browser.post(f"{path}/1", data={})
    assert refused.status_code == 422
    assert "还没有作答" in refused.words
    assert SECRET not in refused.get_data(as_text=True)


def test_the_first_answer_stands(browser, person, clock):
    path = chapter(browser, stock(1))
    ((item, version),) = items(the_session())
    browser.post(f"{path}/1", data={"go": "show"})
    browser.post(f"{path}/1", data={"answer": best(version)})
    db.session.refresh(item)
    assert (item.answer, item.fraction) == (None, 0)
    assert db.session.query(PracticeRecord).count() == 1


def test_other_peoples_sessions_are_not_there(browser, sign_in, person, clock):
    path = chapter(browser, stock(2))
    stranger = sign_in(make_person())
    for tail in ("", "?n=1", "/review"):
        assert stranger.get(path + tail).status_code == 404
    assert stranger.post(f"{path}/1", data={"go": "show"}).status_code == 404
    assert browser.post(f"{path}/99", data={"go": "show"}).status_code == 404


def test_a_question_is_not_practised_while_it_is_being_sat(browser, person, clock):
    shelf = stock(1)
    path = chapter(browser, shelf)
    quiz = make_quiz("true_false")
    services.add_question(quiz, db.session.scalars(select(Question).where(Question.category_id == shelf.id)).one())
    attempt = make_attempt(person, services.freeze(quiz))
    answer = browser.post(f"{path}/1", data={"go": "show"})
    assert answer.status_code == 409
    assert SECRET not in answer.get_data(as_text=True)
    services.submit(attempt)
    assert browser.post(f"{path}/1", data={"go": "show"}).status_code == 303


def test_what_was_practised_is_hidden_while_it_is_being_sat(browser, person, clock):
    question = make_question("single_choice", category=SHELF, explanation=SECRET)
    path = chapter(browser, open_shelf())
    browser.post(f"{path}/1", data={"go": "show"})
    quiz = make_quiz("true_false")
    services.add_question(quiz, question, 100)
    attempt = make_attempt(person, services.freeze(quiz))
    for address in (f"{path}?n=1", f"{path}/review"):
        assert SECRET not in browser.get(address).get_data(as_text=True)
    services.submit(attempt)
    for address in (f"{path}?n=1", f"{path}/review"):
        assert SECRET in browser.get(address).get_data(as_text=True)


def test_due_questions_come_in_sessions_of_ten_and_move_on(browser, person, clock):
    for _each in range(12):
        wrong_before(person, make_question("true_false"))
    assert "今天有 12 道错题" in browser.get("/practice").words
    path = browser.post("/practice/due").headers["Location"]
    session = the_session()
    assert len(items(session)) == rules.AT_ONCE
    for item, version in items(session):
        browser.post(f"{path}/{item.position}", data={"answer": "true" if best(version) else "false"})
    entries = list(db.session.scalars(select(NotebookEntry).where(NotebookEntry.right_count == 1)))
    assert {(each.box, each.due_on) for each in entries} == {(2, noting.today() + timedelta(3))}
    assert "今天有 2 道错题" in browser.get("/practice").words
    clock.move(days=4)
    assert "今天有 12 道错题" in browser.get("/practice").words


def test_nothing_due_is_said_and_starts_nothing(browser, person, clock):
    assert "今天没有到期的题" in browser.get("/practice").words
    assert browser.post("/practice/due").headers["Location"].endswith("/practice")
    assert db.session.query(PracticeSession).count() == 0


def test_practising_uses_the_current_version(browser, person, clock):
    question = make_question("true_false")
    entry = wrong_before(person, question)
    newer = QuestionVersion(question_id=question.id, number=2, type="true_false", content={**question.current.content})
    db.session.add(newer)
    db.session.flush()
    question.current_version_id = newer.id
    db.session.flush()
    browser.post("/practice/notebook", data={"entry": entry.id})
    assert items(the_session())[0][1].id == newer.id
    path = f"/practice/sessions/{the_session().token}"
    browser.post(f"{path}/1", data={"go": "show"})
    db.session.refresh(entry)
    assert entry.question_version_id == newer.id


def test_what_is_kept_is_bounded(app, person, clock, monkeypatch):
    monkeypatch.setattr(noting, "KEEP_SESSIONS", 3)
    monkeypatch.setattr(noting, "KEEP_RECORDS", 4)
    entry = wrong_before(person, make_question("true_false"))
    other = make_person()
    wrong_before(other, make_question("true_false"))
    for _each in range(6):
        session = sessions.start_entry(person, entry)
        sessions.answer(session, 1, {}, gave_up=True)
    sessions.start_entry(person, entry)
    kept = select(PracticeSession).where(PracticeSession.person_id == person.id)
    assert len(list(db.session.scalars(kept))) == 3
    assert db.session.query(PracticeRecord).filter_by(person_id=person.id).count() == 4
    assert db.session.query(PracticeRecord).filter_by(person_id=other.id).count() == 1


def test_what_practising_costs(browser, person, clock):
    path = chapter(browser, stock(20), count=20)
    version = items(the_session())[0][1]
    for tail, most in (("?n=1", 4), ("/review", 4)):
        with count_queries() as queries:
            browser.get(path + tail)
        queries.assert_at_most(most)
    with count_queries() as queries:
        browser.post(f"{path}/1", data={"answer": best(version)})
    queries.assert_at_most(10)
    with count_queries() as queries:
        browser.get("/practice/chapters")
    queries.assert_at_most(3)


@pytest.mark.parametrize("key", [key for key, type_ in installed.all_types().items() if not type_.marked_by_hand])
def test_every_type_can_be_practised_and_kept(browser, person, clock, key):
    shelf = open_shelf()
    question = make_question(key, category=SHELF, explanation=SECRET)
    path = chapter(browser, shelf)
    before = browser.get(f"{path}?n=1")
    assert before.status_code == 200
    assert SECRET not in before.get_data(as_text=True)
    browser.post(f"{path}/1", data={"go": "show"})
    assert SECRET in browser.get(f"{path}?n=1").words
    assert browser.get(f"{path}/review").status_code == 200
    entry = db.session.scalars(select(NotebookEntry).where(NotebookEntry.question_id == question.id)).one()
    assert SECRET in browser.get(f"/practice/notebook/{entry.id}").words


def test_mixed_quizzes_and_unknown_types_do_no_harm(browser, person, clock):
    stock(1)
    version = make_quiz_version("fill_in", "multiple_choice")
    attempt = make_attempt(person, version)
    services.submit(attempt)
    assert browser.get("/practice/notebook").status_code == 200
    assert drawing.practicable_types()
