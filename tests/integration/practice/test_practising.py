"""Practice sessions, what may be practised, and mock exams."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from academy.clock import now
from academy.db import db
from courses.practice import rules
from courses.practice.models import MockExam, NotebookEntry, PracticeItem, PracticeRecord, PracticeSession
from courses.practice.services import drawing, mock, noting, sessions
from courses.question_types import installed
from courses.questions.models import Category, Question, QuestionVersion
from courses.questions.services import category_named
from courses.quizzes import services
from courses.quizzes.models import Attempt, Quiz, Response
from tests.factories import make_attempt, make_person, make_question, make_quiz, make_quiz_version
from tests.support import count_queries

SECRET = "先不能看到的解析"
SHELF = "社区治理"


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(sign_in, person):
    return sign_in(person)


def open_shelf(name=SHELF) -> Category:
    shelf = category_named(name)
    shelf.open_for_practice = True
    db.session.flush()
    return shelf


def stock(singles=0, multiples=0, name=SHELF) -> Category:
    """Put so many questions on an open shelf."""
    shelf = open_shelf(name)
    for number in range(singles):
        make_question("single_choice", category=name, explanation=f"{SECRET}{number}")
    for number in range(multiples):
        make_question("multiple_choice", category=name, explanation=f"{SECRET}{number}")
    return shelf


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


def best(version):
    return installed.get(version.type).correct_answer(version.content)


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


# -- the mock exam -------------------------------------------------------------------------------------------------


def begin_mock(browser, shelf, parts):
    answer = browser.post("/practice/mock", data={"category": shelf.id, "parts": parts})
    assert answer.status_code == 303, answer.words
    return db.session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()


def test_a_whole_exam_is_drawn_without_repeats(browser, person, clock):
    shelf = stock(63, 22)
    words = browser.get("/practice/mock").words
    assert "80 题，120 分钟，满分 100 分" in words
    attempt = begin_mock(browser, shelf, 20)
    rows = list(db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)))
    assert len({each.question_version_id for each in rows}) == 80
    assert sorted(each.marks_hundredths for each in rows) == [100] * 60 + [200] * 20
    assert attempt.deadline_at - attempt.started_at == timedelta(hours=2)
    assert browser.get(f"/attempts/{attempt.token}").status_code == 200
    assert begin_mock(browser, shelf, 20).id == attempt.id  # the one that is open


def test_too_few_questions_make_a_smaller_exam_or_none(browser, person, clock):
    shelf = stock(7, 2)
    page = browser.get("/practice/mock").words
    assert "不够一整份" in page
    assert "8 题，12 分钟，满分 10 分" in page
    assert browser.post("/practice/mock", data={"category": shelf.id, "parts": 20}).status_code == 422
    attempt = begin_mock(browser, shelf, 2)
    assert attempt.quiz_version.time_limit_seconds == 720


def test_none_at_all_is_said(browser, person, clock):
    assert "还没有开放练习的题" in browser.get("/practice/mock").words
    shelf = stock(2, 0)
    assert "最小的卷子也要单选 3 道、多选 1 道" in browser.get("/practice/mock").words
    assert browser.post("/practice/mock", data={"category": shelf.id, "parts": 1}).status_code == 422


def test_it_is_marked_by_the_rule_of_the_examination_whatever_the_questions_say(browser, person, clock):
    shelf = stock(3, 1)
    attempt = begin_mock(browser, shelf, 1)
    response, version = db.session.execute(
        select(Response, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == attempt.id, QuestionVersion.type == "multiple_choice")
    ).one()
    version.content = {**version.content, "scoring": "all_or_nothing"}
    response.answer = best(version)[:1]
    db.session.flush()
    assert "社工考试规则" in browser.get(f"/attempts/{attempt.token}?n=4").words
    services.submit(attempt)
    assert Fraction(response.fraction_numerator, response.fraction_denominator) == Fraction(1, 4)
    assert Fraction(attempt.score_numerator, attempt.score_denominator) == 50


def test_its_result_says_score_time_and_categories(browser, person, clock):
    shelf = stock(3, 1)
    attempt = begin_mock(browser, shelf, 1)
    for response in db.session.scalars(select(Response).where(Response.attempt_id == attempt.id)):
        version = db.session.get(QuestionVersion, response.question_version_id)
        response.answer = best(version) if response.position > 1 else "nothing"
    db.session.flush()
    clock.move(minutes=5)
    services.submit(attempt)
    page = browser.get(f"/practice/mock/{attempt.token}")
    assert "4 分，满分 5 分" in page.words
    assert "用时 5 分" in page.words
    assert SHELF in page.words
    assert db.session.query(NotebookEntry).count() == 1
    result = browser.get(f"/attempts/{attempt.token}/result")
    assert "返回课程" not in result.words
    assert result.page.find("a", href=f"/practice/mock/{attempt.token}")
    assert browser.get("/practice/mock").words.count("4 / 5 分") == 1


def test_it_is_handed_in_at_the_deadline(browser, person, clock):
    attempt = begin_mock(browser, stock(3, 1), 1)
    clock.move(minutes=7)
    browser.get(f"/attempts/{attempt.token}")
    db.session.refresh(attempt)
    assert (attempt.state, attempt.submitted_by) == ("submitted", "deadline")
    assert begin_mock(browser, category_named(SHELF), 1).id != attempt.id
    assert db.session.query(Quiz).filter_by(generated=True).count() == 1


def test_other_peoples_exams_are_not_there(browser, sign_in, person, clock):
    attempt = begin_mock(browser, stock(3, 1), 1)
    stranger = sign_in(make_person())
    assert stranger.get(f"/practice/mock/{attempt.token}").status_code == 404
    assert stranger.get(f"/attempts/{attempt.token}").status_code == 404


def test_no_list_of_the_studio_shows_a_mock_exam(browser, sign_in, person, clock):
    begin_mock(browser, stock(3, 1), 1)
    admin = sign_in(make_person("admin", "instructor"))
    assert mock.TITLE not in admin.get("/studio/quizzes").words
    quiz = db.session.scalars(select(Quiz).where(Quiz.generated)).one()
    assert admin.get(f"/studio/quizzes/{quiz.id}").status_code == 403


def test_a_key_of_a_mock_exam_is_hidden_while_it_is_open(browser, person, clock):
    attempt = begin_mock(browser, stock(3, 1), 1)
    pages = [
        browser.get(f"/attempts/{attempt.token}{tail}").get_data(as_text=True) for tail in ("", "/cards", "/check")
    ]
    assert not any(SECRET in page for page in pages)
    assert browser.get(f"/practice/mock/{attempt.token}").status_code == 302
    assert "correct" not in json.dumps(pages)


def test_what_a_mock_exam_costs(browser, person, clock):
    shelf = stock(60, 20)
    with count_queries() as queries:
        browser.get("/practice/mock")
    queries.assert_at_most(5)
    with count_queries() as queries:
        attempt = begin_mock(browser, shelf, 20)
    queries.assert_at_most(30)
    services.submit(attempt)
    with count_queries() as queries:
        browser.get(f"/practice/mock/{attempt.token}")
    queries.assert_at_most(3)
    assert db.session.query(MockExam).count() == 1


def test_mixed_quizzes_and_unknown_types_do_no_harm(browser, person, clock):
    stock(1)
    version = make_quiz_version("fill_in", "multiple_choice")
    attempt = make_attempt(person, version)
    services.submit(attempt)
    assert browser.get("/practice/notebook").status_code == 200
    assert drawing.practicable_types()
