"""The notebook of wrong answers: what goes into it and when, what its owner does with it, and that nobody else sees it."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.clock import now
from academy.db import db
from academy.signals import attempt_regraded
from courses.practice.jobs import take_in_waiting
from courses.practice.models import NotebookEntry, NotebookPending, PracticeRecord, PracticeSettings
from courses.practice.services import noting, settings, strengths, taking_in
from courses.question_types import installed
from courses.questions.models import QuestionVersion
from courses.questions.services import retire
from courses.quizzes import services
from courses.quizzes.models import Response
from tests.factories import make_attempt, make_person, make_question, make_quiz, make_quiz_version
from tests.support import count_queries

SECRET = "只有交卷后才能看到的解析"


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(sign_in, person):
    return sign_in(person)


def entries(person):
    query = select(NotebookEntry).where(NotebookEntry.person_id == person.id).order_by(NotebookEntry.question_id)
    return list(db.session.scalars(query))


def fill(attempt, *, right=()):
    """Answer every question: those at the places `right` rightly, the others with something that is wrong."""
    rows = db.session.execute(
        select(Response, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == attempt.id)
    )
    for response, version in rows:
        type_ = installed.get(version.type)
        best = type_.correct_answer(version.content)
        response.answer = best if response.position in right else not best if isinstance(best, bool) else "nothing"
    db.session.flush()


def sit(person, version, *, right=()):
    attempt = make_attempt(person, version)
    fill(attempt, right=right)
    return services.submit(attempt)


def make_entry(person, **values):
    question = make_question("true_false", category="社区治理", **{"explanation": SECRET, **values})
    given = noting.Given(question.id, question.current_version_id, not question.current.content["correct"], Fraction(0))
    noting.note_answers(person.id, [given], now())
    return entries(person)[-1]


# -- what goes in --------------------------------------------------------------------------------------------------


def test_wrong_answers_go_in_and_right_ones_do_not(app, person, clock):
    version = make_quiz_version("true_false", "single_choice", "true_false")
    attempt = sit(person, version, right=(2,))
    found = entries(person)
    assert len(found) == 2
    assert all((each.wrong_count, each.right_count, each.left_by) == (1, 0, "") for each in found)
    assert all((each.quiz_id, each.attempt_id) == (version.quiz_id, attempt.id) for each in found)
    assert all(each.due_on == noting.today() + timedelta(1) for each in found)
    assert db.session.query(PracticeRecord).count() == 3


def test_one_entry_however_often_and_it_leaves_after_two_right_answers(app, person, clock):
    version = make_quiz_version("true_false", attempts_allowed=0)
    sit(person, version)
    sit(person, version)
    (entry,) = entries(person)
    assert entry.wrong_count == 2
    sit(person, version, right=(1,))
    assert entry.left_by == ""
    sit(person, version, right=(1,))
    assert (entry.left_by, entry.right_count, entry.right_in_a_row) == ("answers", 2, 2)
    sit(person, version)
    assert (entry.left_by, entry.right_in_a_row) == ("", 0)


@pytest.mark.parametrize("wanted", [1, 2, 3])
def test_it_leaves_when_its_owner_says(app, person, clock, wanted):
    settings.choose(person, wanted, keep_reviewing=True)
    version = make_quiz_version("true_false", attempts_allowed=0)
    sit(person, version)
    for number in range(1, wanted + 1):
        sit(person, version, right=(1,))
        assert (entries(person)[0].left_by == "answers") == (number == wanted)


def test_nothing_of_a_quiz_that_never_shows_its_answers(app, person, clock):
    sit(person, make_quiz_version("true_false", review_policy="never"))
    assert entries(person) == []
    assert db.session.query(NotebookPending).count() == 0
    assert strengths.rows(person) == []


def test_after_passing_also_what_was_wrong_before(app, person, clock):
    version = make_quiz_version("true_false", "true_false", review_policy="after_pass", pass_percent=50)
    sit(person, version)
    assert entries(person) == []
    sit(person, version, right=(1,))
    assert (
        sorted((each.wrong_count, each.right_count) for each in entries(person)) == [(1, 0), (2, 0)]
        or len(entries(person)) == 2
    )
    assert db.session.query(NotebookPending).count() == 0


def test_after_the_last_attempt_it_goes_in_without_passing(app, person, clock):
    version = make_quiz_version("true_false", review_policy="after_pass", attempts_allowed=2)
    sit(person, version)
    assert entries(person) == []
    sit(person, version)
    assert entries(person)[0].wrong_count == 2


def test_what_may_be_seen_after_closing_goes_in_when_the_quiz_has_closed(app, person, clock):
    version = make_quiz_version("true_false", feedback="after_closing", closes_at=now() + timedelta(hours=2))
    sit(person, version)
    db.session.commit()
    take_in_waiting()
    assert entries(person) == []
    clock.move(hours=3)
    take_in_waiting()
    take_in_waiting()
    assert [each.wrong_count for each in entries(person)] == [1]


def test_what_may_be_seen_after_closing_waits_for_those_who_sit_a_later_version(app, person, clock):
    quiz = make_quiz("true_false", feedback="after_closing", closes_at=now() + timedelta(hours=2))
    attempt = sit(person, services.freeze(quiz))
    quiz.closes_at = now() + timedelta(days=2)
    db.session.flush()
    services.freeze(quiz)
    clock.move(hours=3)
    take_in_waiting()
    assert entries(person) == []
    clock.move(days=2)
    take_in_waiting()
    assert [entry.attempt_id for entry in entries(person)] == [attempt.id]


def test_taking_in_twice_counts_once(app, person, clock):
    attempt = sit(person, make_quiz_version("true_false"))
    assert taking_in.take_in(attempt) == 0
    assert entries(person)[0].wrong_count == 1
    assert db.session.query(PracticeRecord).count() == 1


def test_a_corrected_key_corrects_the_notebook(app, person, clock):
    attempt = sit(person, make_quiz_version("true_false", "true_false"), right=(2,))
    wrong, right = db.session.scalars(select(Response).where(Response.attempt_id == attempt.id).order_by("position"))
    wrong.fraction_numerator, right.fraction_numerator = 1, 0
    db.session.flush()
    for _twice in range(2):
        attempt_regraded.send(attempt=attempt)
        (entry,) = entries(person)
        assert (entry.question_version_id, entry.wrong_count, entry.left_by) == (right.question_version_id, 1, "")
    assert db.session.query(PracticeRecord).count() == 2
    right.fraction_numerator = None  # left out for everybody
    db.session.flush()
    attempt_regraded.send(attempt=attempt)
    assert entries(person) == []


def test_a_paper_given_up_early_does_not_flood_the_notebook(app, person, clock):
    attempt = make_attempt(person, make_quiz_version(*["true_false"] * 5))
    response = db.session.get(Response, (attempt.id, 1))
    content = db.session.get(QuestionVersion, response.question_version_id).content
    response.answer = not content["correct"]
    services.submit(attempt)
    assert len(entries(person)) == 1


def test_the_database_bounds_an_entry(app, person):
    entry = make_entry(person)
    entry.note = "字" * 2001
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


def test_the_database_knows_three_choices(app, person):
    db.session.add(PracticeSettings(person_id=person.id, leave_after=4))
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


# -- pages ---------------------------------------------------------------------------------------------------------


def test_the_list_and_its_filters(browser, person, clock):
    version = make_quiz_version("true_false", "single_choice", title="入门测验")
    sit(person, version)
    make_entry(person, stem="居民公约要挂在墙上。")
    page = browser.get("/practice/notebook").page
    assert len(page.one("ul", class_="mistakes").find_all("h2")) == 3
    assert "居民公约" not in browser.get("/practice/notebook?type=single_choice").words
    assert "居民公约" not in browser.get(f"/practice/notebook?quiz={version.quiz_id}").words
    category = entries(person)[-1].question.category_id
    words = browser.get(f"/practice/notebook?category={category}").words
    assert "居民公约" in words
    assert "再连续答对 2 次就离开" in words
    assert browser.get("/practice/notebook?state=left").words.count("这里没有题") == 1
    assert browser.get("/practice/notebook?category=x&quiz=99999999999999&type=y&page=7").status_code == 200


def test_an_entry_shows_answer_explanation_and_when_again(browser, person, clock):
    entry = make_entry(person)
    words = browser.get(f"/practice/notebook/{entry.id}").words
    assert SECRET in words
    assert "正确答案" in words
    assert "下次复习" in words


def test_other_peoples_entries_are_not_there(browser, person, clock):
    entry = make_entry(make_person())
    for tail in ("", "/note", "/remove", "/back"):
        path = f"/practice/notebook/{entry.id}{tail}"
        answer = browser.post(path, data={"note": "x"}) if tail else browser.get(path)
        assert answer.status_code == 404
    assert browser.post("/practice/notebook", data={"entry": entry.id}).status_code == 404
    assert browser.get("/practice/notebook/99999999999999999999").status_code == 404
    assert entry.note == ""
    assert SECRET not in browser.get("/practice/notebook").get_data(as_text=True)


def test_nothing_of_a_question_that_is_being_sat(browser, person, clock):
    quiz = make_quiz("true_false", attempts_allowed=0)
    version = services.slots(quiz)[0].question.current
    version.content = {"stem": "同一句话", "correct": True, "explanation": SECRET}
    frozen = services.freeze(quiz)
    sit(person, frozen)
    (entry,) = entries(person)
    assert SECRET in browser.get(f"/practice/notebook/{entry.id}").words
    open_attempt = make_attempt(person, frozen)
    assert browser.get(f"/practice/notebook/{entry.id}").status_code == 404
    listed = browser.get("/practice/notebook")
    assert "同一句话" not in listed.words
    assert "交卷以后再显示" in listed.words
    assert browser.post("/practice/notebook", data={"entry": entry.id}).status_code == 404
    services.submit(open_attempt)
    assert browser.get(f"/practice/notebook/{entry.id}").status_code == 200


def test_a_note_is_kept_and_never_overwritten(browser, person, clock):
    entry = make_entry(person)
    path = f"/practice/notebook/{entry.id}"
    form = browser.get(path)
    assert browser.submit(form, action=path + "/note", note="\n记住：\r\n先听后说").status_code == 303
    db.session.refresh(entry)
    assert entry.note == "记住：\n先听后说"
    late = browser.submit(form, action=path + "/note", note="另一个窗口写的")  # the page was opened before
    assert late.status_code == 409
    assert "先听后说" in late.words
    assert "另一个窗口写的" in late.words
    db.session.refresh(entry)
    assert entry.note == "记住：\n先听后说"
    again = browser.submit(late, action=path + "/note", note="合在一起")
    assert again.status_code == 303
    db.session.refresh(entry)
    assert (entry.note, entry.note_revision) == ("合在一起", 2)


def test_a_note_that_is_too_long_stays_in_the_field(browser, person, clock):
    entry = make_entry(person)
    path = f"/practice/notebook/{entry.id}"
    long = "很长" * 1001
    answer = browser.submit(browser.get(path), action=path + "/note", note=long)
    assert answer.status_code == 422
    assert "最多 2000 个字，现在有 2002 个" in answer.words
    assert long in answer.words
    assert browser.submit(browser.get(path), action=path + "/note", note="长" * 2000).status_code == 303


def test_out_by_hand_and_back(browser, person, clock):
    entry = make_entry(person)
    assert browser.post(f"/practice/notebook/{entry.id}/remove").status_code == 303
    db.session.refresh(entry)
    assert (entry.left_by, entry.due_on) == ("hand", None)
    assert "您移出的" in browser.get("/practice/notebook?state=left").words
    assert browser.post(f"/practice/notebook/{entry.id}/back").status_code == 303
    db.session.refresh(entry)
    assert (entry.left_by, entry.due_on) == ("", noting.today())


def test_it_says_that_a_question_was_changed_or_retired(browser, person, clock):
    entry = make_entry(person)
    question = entry.question
    newer = QuestionVersion(
        question_id=question.id, number=2, type="true_false", content={**question.current.content, "stem": "改过的题干"}
    )
    db.session.add(newer)
    db.session.flush()
    question.current_version_id = newer.id
    db.session.flush()
    words = browser.get(f"/practice/notebook/{entry.id}").words
    assert "这道题后来改过" in words
    assert "改过的题干" not in words
    retire(question)
    assert "这道题已经停用" in browser.get(f"/practice/notebook/{entry.id}").words


def test_choosing_when_questions_leave(browser, person, clock):
    form = browser.get("/practice/notebook")
    answer = browser.submit(form, action="/practice/settings", leave_after="3", keep_reviewing=[])
    assert answer.status_code == 303
    assert settings.choice_of(person.id) == settings.Choice(3, keep_reviewing=False)
    assert browser.post("/practice/settings", data={"leave_after": "9"}).status_code == 422


def test_the_result_of_a_quiz_leads_to_the_notebook(browser, person, clock):
    attempt = sit(person, make_quiz_version("true_false"))
    page = browser.get(f"/attempts/{attempt.token}/result").page
    assert page.find("a", href=f"/practice/notebook?quiz={attempt.quiz_id}")
    hidden = sit(person, make_quiz_version("true_false", review_policy="never"))
    assert not browser.get(f"/attempts/{hidden.token}/result").page.find("a", "错题本")


def test_strengths_are_ones_own(browser, person, clock):
    for _each in range(5):
        make_entry(person)
    make_entry(make_person(), stem="别人的")
    words = browser.get("/practice/strengths").words
    assert "社区治理" in words
    assert "0 / 5 次" in words
    assert "还要多练" in words


def test_what_the_pages_cost(browser, person, clock):
    for _each in range(12):
        make_entry(person)
    version = make_quiz_version(*["true_false"] * 10)
    sit(person, version)
    for path, most in (("/practice/notebook", 8), (f"/practice/notebook/{entries(person)[0].id}", 4), ("/practice", 8)):
        with count_queries() as queries:
            browser.get(path)
        queries.assert_at_most(most)
    with count_queries() as queries:
        browser.get("/practice/strengths")
    queries.assert_at_most(5)
