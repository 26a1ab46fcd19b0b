"""Writing and freezing quizzes, and the bank that their questions come from, on the database."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.db import db
from academy.errors import UserError
from courses.questions import services as questions
from courses.questions.models import QuestionVersion
from courses.questions.rules import Draft
from courses.quizzes import services
from tests.factories import make_attempt, make_person, make_question, make_quiz

# -- freezing ------------------------------------------------------------------------------------------------------


def test_freezing_twice_gives_one_version(app):
    quiz = make_quiz()
    first = services.freeze(quiz)
    assert services.freeze(quiz) is first
    assert (first.number, first.question_count, first.marks_hundredths) == (1, 4, 400)


@pytest.mark.parametrize(
    "change",
    [
        lambda quiz: services.add_question(quiz, make_question()),
        lambda quiz: services.update_settings(quiz, quiz.lock_version, pass_percent=80),
        lambda quiz: services.set_marks(quiz, {services.slots(quiz)[0].id: 250}),
        lambda quiz: services.move_slot(quiz, services.slots(quiz)[0], 1),
    ],
)
def test_a_changed_draft_freezes_anew_and_the_old_version_stays(app, change):
    quiz = make_quiz("single_choice", "true_false")
    first = services.freeze(quiz)
    kept = [slot.question_version_id for slot in first.slots]
    change(quiz)
    second = services.freeze(quiz)
    assert second.number == 2
    assert [slot.question_version_id for slot in first.slots] == kept


def test_an_attempt_keeps_the_question_that_it_saw(app):
    person, teacher = make_person(), make_person("instructor")
    quiz = make_quiz("true_false", owner=teacher)
    attempt = make_attempt(person, services.freeze(quiz))
    question = services.slots(quiz)[0].question
    content = {**question.current.content, "stem": "改过的题干", "correct": True}
    questions.revise(question, Draft("true_false", content), 1, teacher)
    assert services.paper(attempt)[0].stem != "改过的题干"
    assert services.freeze(quiz).number == 2


def test_an_empty_quiz_cannot_be_frozen(app):
    quiz = services.create_quiz(None, "空的")
    assert services.problems(quiz) == ["还没有题目，至少要有一题"]
    with pytest.raises(UserError):
        services.freeze(quiz)


def test_problems_name_the_question(app):
    quiz = make_quiz("single_choice", "true_false")
    first, second = services.slots(quiz)
    questions.retire(first.question)
    second.question.current.content = {"stem": "对吗？", "correct": None}
    db.session.flush()
    assert services.problems(quiz) == ["第 1 题已经停用，换一题或者移走", "第 2 题：选出这句话是正确还是错误"]


# -- the draft -----------------------------------------------------------------------------------------------------


def order(quiz):
    return [slot.question_id for slot in services.slots(quiz)]


def test_questions_move_and_go(app):
    quiz = make_quiz("single_choice", "true_false", "fill_in")
    one, two, three = services.slots(quiz)
    a, b, c = order(quiz)
    services.move_slot(quiz, one, 1)
    assert order(quiz) == [b, a, c]
    services.move_slot(quiz, two, -1)
    assert order(quiz) == [b, a, c], "the first stays the first"
    services.reorder(quiz, [three.id, one.id, two.id])
    assert order(quiz) == [c, a, b]
    services.remove_slot(quiz, one)
    assert order(quiz) == [c, b]
    assert [slot.position for slot in services.slots(quiz)] == [1, 2]


def test_a_question_stands_in_a_quiz_once(app):
    quiz, question = services.create_quiz(None, "测验"), make_question()
    assert services.add_question(quiz, question)
    assert not services.add_question(quiz, question)
    assert len(services.slots(quiz)) == 1


def test_an_order_of_other_questions_is_refused(app):
    quiz = make_quiz("single_choice", "true_false")
    with pytest.raises(UserError) as raised:
        services.reorder(quiz, [slot.id for slot in services.slots(quiz)][:1])
    assert raised.value.status == 409


def test_two_editors_on_one_draft(app):
    quiz = make_quiz()
    seen = quiz.lock_version
    services.update_settings(quiz, seen, title="甲的题目")
    with pytest.raises(UserError) as raised:
        services.update_settings(quiz, seen, title="乙的题目")
    assert raised.value.status == 409
    assert quiz.title == "甲的题目"


# -- the bank ------------------------------------------------------------------------------------------------------


def test_every_save_is_a_new_version(app):
    teacher = make_person("instructor")
    question = make_question("true_false", teacher)
    content = {**question.current.content, "stem": "新的题干"}
    questions.revise(question, Draft("true_false", content), 1, teacher)
    assert [version.number for version in questions.versions(question)] == [2, 1]
    questions.revise(question, Draft("true_false", content), 2, teacher)
    assert question.current.number == 2, "nothing was changed, so there is nothing new"
    with pytest.raises(UserError):
        questions.revise(question, Draft("true_false", {**content, "stem": "别人的"}), 1, teacher)


@pytest.mark.parametrize("q", ["漏水", "ＬＯＵＳＨＵＩ", "楼上  情绪", "接待要点"])
def test_questions_are_found(app, q):
    wanted = make_question(stem="居民反映楼上漏水 loushui，情绪激动", tags=("接待要点",))
    make_question("true_false")
    assert list(db.session.scalars(questions.search(q))) == [wanted]


@pytest.mark.parametrize("q", ["%", "_", "\\", "漏水 消防"])
def test_signs_of_the_database_are_only_signs(app, q):
    make_question(stem="居民反映楼上漏水")
    assert list(db.session.scalars(questions.search(q))) == []


def test_a_retired_question_is_offered_no_more_and_stays(app):
    question = make_question(category="接待")
    questions.retire(question)
    assert list(db.session.scalars(questions.search())) == []
    assert list(db.session.scalars(questions.search(retired=True))) == [question]
    questions.restore(question)
    assert list(db.session.scalars(questions.search(category_id=question.category_id))) == [question]
    assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 1
