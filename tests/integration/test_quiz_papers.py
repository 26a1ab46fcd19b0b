"""Sections, draws, equivalent papers, allowances and windows, on the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from courses.questions import services as questions
from courses.questions.models import QuestionVersion
from courses.quizzes import services
from courses.quizzes.models import Attempt, QuizAllowance, QuizSection, QuizSlot, Response
from courses.quizzes.services import Granted
from tests.factories import make_attempt, make_person, make_quiz, make_quiz_version, make_unit
from tests.factories.quizzes import fill_shelf, make_drawn, make_section
from tests.support import count_queries

ANYTHING = Granted(extra_seconds=600, extra_attempts=1, paper="", reason="视力不便")


def questions_in(attempt):
    rows = db.session.execute(
        select(Response.position, QuestionVersion.question_id, Response.marks_hundredths)
        .join(QuestionVersion, QuestionVersion.id == Response.question_version_id)
        .where(Response.attempt_id == attempt.id)
        .order_by(Response.position)
    )
    return [tuple(row) for row in rows]


# -- draws ---------------------------------------------------------------------------------------------------------


def test_a_draw_fills_its_places_without_repeats(app):
    version = services.freeze(make_drawn(4))
    assert (version.question_count, version.marks_hundredths) == (5, 900)
    laid = questions_in(make_attempt(quiz_version=version))
    assert [position for position, _, _ in laid] == [1, 2, 3, 4, 5]
    assert [marks for _, _, marks in laid] == [100, 200, 200, 200, 200]
    assert len({question for _, question, _ in laid}) == 5


def test_people_draw_differently_and_everybody_keeps_theirs(app):
    version = services.freeze(make_drawn(3))
    attempts = [make_attempt(make_person(), version) for _ in range(6)]
    assert len({tuple(questions_in(attempt)) for attempt in attempts}) > 1
    before = questions_in(attempts[0])
    shelf = fill_shelf("新的", 3)
    for question in db.session.scalars(questions.search(category_id=shelf.id)):
        question.category_id = None
    assert questions_in(attempts[0]) == before


def test_draws_never_take_the_quizs_own_questions_nor_each_others(app):
    shelf = fill_shelf(count=6)
    quiz = services.create_quiz(None, "争题")
    fixed = db.session.scalars(questions.search(category_id=shelf.id)).first()
    services.add_question(quiz, fixed)
    services.set_draw(quiz, None, 2, {"category_id": shelf.id}, 100)
    services.set_draw(quiz, None, 3, {"tags": ["接待要点"]}, 100)
    assert services.problems(quiz) == []
    version = services.freeze(quiz)
    for _ in range(5):
        laid = questions_in(make_attempt(make_person(), version))
        assert len({question for _, question, _ in laid}) == 6


def test_tags_and_difficulty_choose(app):
    fill_shelf("甲", 6, ("消防", "楼道"))
    fill_shelf("乙", 6, ("消防",))
    quiz = services.create_quiz(None, "抽题")
    assert services.pool_size(quiz, {"tags": ["消防"]}) == 12
    assert services.pool_size(quiz, {"tags": ["消防", "楼道"]}) == 6
    assert services.pool_size(quiz, {"tags": ["消防", "楼道"], "difficulty": "hard"}) == 2
    assert services.pool_size(quiz, {"tags": ["消"]}) == 0, "a part of a tag is another tag"
    assert services.pool_size(quiz, {"tags": ['"', "%", "'"]}) == 0
    assert services.pool_size(quiz, {}) == 0, "a draw that demands nothing takes nothing"


def test_too_few_questions_are_said_to_the_author_and_at_the_start(app):
    quiz = make_drawn(12)
    version = services.freeze(quiz)
    for question in list(db.session.scalars(questions.search("接待题")))[:2]:
        questions.retire(question)
    assert "要从库抽" not in services.problems(quiz)
    assert services.problems(quiz) == [
        "第 2–13 题要从题库抽 12 道，符合条件的只有 10 道。往题库里加题、放宽条件，或者少抽几道"
    ]
    person = make_person()
    with pytest.raises(UserError, match="题库里可以抽的题不够") as raised:
        services.start_attempt(person, version)
    assert raised.value.status == 409
    assert db.session.scalar(select(Attempt).where(Attempt.person_id == person.id)) is None, "no attempt is used up"


def test_starting_with_draws_costs_two_statements_more(app):
    person, plain, drawn = make_person(), make_quiz_version(*["true_false"] * 20), services.freeze(make_drawn(8))
    db.session.commit()
    with count_queries() as fixed:
        services.start_attempt(person, plain)
    db.session.commit()
    with count_queries() as mixed:
        services.start_attempt(person, drawn)
    assert len(mixed) <= len(fixed) + 2


def test_the_database_wants_a_question_or_a_draw(app):
    quiz = make_quiz("true_false")
    db.session.add(QuizSlot(quiz_id=quiz.id, position=2))
    with pytest.raises(IntegrityError):
        db.session.flush()


# -- equivalent papers ---------------------------------------------------------------------------------------------


def test_people_with_one_letter_have_the_same_paper_and_the_letters_are_equally_hard(app):
    version = services.freeze(make_drawn(3, paper_count=2))
    assert version.plan["draws"] == []
    papers: dict[str, set] = {"A": set(), "B": set()}
    for _ in range(6):
        attempt = make_attempt(make_person(), version)
        papers[attempt.paper].add(tuple(questions_in(attempt)))
    assert [len(each) for each in papers.values()] == [1, 1]
    (first,), (second,) = papers.values()
    assert {question for _, question, _ in first} & {question for _, question, _ in second} == {first[0][1]}
    hardness = [
        sorted(db.session.scalars(select(QuestionVersion.difficulty).where(QuestionVersion.question_id.in_(ids))))
        for ids in ([question for _, question, _ in first], [question for _, question, _ in second])
    ]
    assert hardness[0] == hardness[1]


def test_the_author_may_choose_somebodys_letter(app):
    version = services.freeze(make_drawn(3, paper_count=2))
    for letter in "AB":
        person = make_person()
        services.grant(version.quiz, person, Granted(0, 0, letter, "补考"), None)
        assert services.start_attempt(person, version).paper == letter


# -- sections ------------------------------------------------------------------------------------------------------


def test_headings_and_questions_move_past_each_other(app):
    quiz = make_quiz("true_false", "true_false")
    heading = make_section(quiz, "第一部分")
    services.move_slot(quiz, heading, -1)
    plan = services.freeze(quiz).plan
    assert [(each["title"], each["first"], each["count"]) for each in plan["sections"]] == [("第一部分", 2, 1)]
    assert services.freeze(quiz).number == 1
    services.move_slot(quiz, heading, -1)
    assert services.freeze(quiz).number == 2, "a moved heading is another paper"
    services.remove_slot(quiz, heading)
    assert services.problems(quiz) == []
    assert db.session.scalar(select(QuizSection)) is None


def test_an_empty_section_is_a_problem(app):
    quiz = make_quiz("true_false")
    make_section(quiz, "空的部分")
    assert services.problems(quiz) == ["“空的部分”下面还没有题目"]


def test_the_time_of_a_section_is_held_to(app, clock):
    quiz = make_quiz("true_false", "true_false", time_limit_seconds=3600)
    heading = make_section(quiz, "第一部分", time_limit_seconds=600)
    services.reorder(quiz, [heading.key, *(slot.key for slot in services.slots(quiz))])
    other = make_section(quiz, "第二部分", time_limit_seconds=1200)
    services.move_slot(quiz, other, -1)
    person = make_person()
    attempt = services.start_attempt(person, services.freeze(quiz))
    ends = [db.session.get(Response, (attempt.id, position)).closes_at for position in (1, 2)]
    assert [(end - attempt.started_at).total_seconds() for end in ends] == [600, 1800]
    clock.move(seconds=606)
    assert services.sitting(attempt.token, person, 1).section_is_over
    assert not services.sitting(attempt.token, person, 2).section_is_over


# -- windows and units ---------------------------------------------------------------------------------------------


def test_a_quiz_opens_and_closes(app, clock):
    person = make_person()
    version = make_quiz_version(
        opens_at=now() + timedelta(hours=1), closes_at=now() + timedelta(hours=2), time_limit_seconds=7200
    )
    with pytest.raises(UserError, match="开放，到时候再来"):
        services.start_attempt(person, version)
    clock.move(hours=1)
    attempt = services.start_attempt(person, version)
    assert attempt.deadline_at == version.closes_at, "the paper is due when the quiz closes"
    clock.move(hours=1)
    with pytest.raises(UserError, match=r"已经在 .* 截止"):
        services.start_attempt(make_person(), version)


def test_only_the_unit_and_those_below_it(app):
    city = make_unit("市", level="city")
    district = make_unit("区", parent=city, level="district")
    version = make_quiz_version(unit_id=city.id)
    assert services.start_attempt(make_person(unit=district), version)
    for stranger in (make_person(unit=make_unit("另一个市", level="city")), make_person()):
        with pytest.raises(UserError, match="只对指定单位的人员开放"):
            services.start_attempt(stranger, version)


@pytest.mark.parametrize(
    "values",
    [
        {"grade_method": "worst"},
        {"feedback": "after_closing"},
        {"tries_allowed": 0},
        {"penalty_hundredths": 101},
        {"paper_count": 5},
    ],
)
def test_the_database_refuses_settings_that_make_no_sense(app, values):
    with pytest.raises(IntegrityError):
        make_quiz(**values)


def test_the_database_refuses_to_close_before_opening(app):
    with pytest.raises(IntegrityError):
        make_quiz(opens_at=now(), closes_at=now() - timedelta(hours=1))


# -- which score counts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "share", "passed"), [("best", 1, True), ("last", 0, False), ("average", 0.5, False)]
)
def test_the_method_says_which_score_counts(app, clock, method, share, passed):
    person, version = make_person(), make_quiz_version("true_false", grade_method=method)
    for right in (True, False):
        attempt = services.start_attempt(person, version)
        response = db.session.get(Response, (attempt.id, 1))
        response.answer = response.question_version.content["correct"] is right
        db.session.flush()
        services.submit(attempt)
    state = services.intro(version, person)
    assert (state.counted.share, state.passed) == (share, passed)
    assert services.has_passed_with(attempt) is (method == "best" and False)


# -- allowances ----------------------------------------------------------------------------------------------------


def test_somebody_has_more_time_and_more_attempts(app, clock):
    person, version = make_person(), make_quiz_version(time_limit_seconds=600, attempts_allowed=1)
    services.grant(version.quiz, person, ANYTHING, None)
    first = services.start_attempt(person, version)
    assert (first.deadline_at - first.started_at).total_seconds() == 1200
    services.submit(first)
    with count_queries() as queries:
        assert services.intro(version, person).start.left == 1
    queries.assert_at_most(1)


def test_an_open_attempt_gets_more_time_at_once_and_never_less(app, clock):
    person, version = make_person(), make_quiz_version(time_limit_seconds=600)
    attempt = services.start_attempt(person, version)
    services.grant(version.quiz, person, ANYTHING, None)
    assert (attempt.deadline_at - attempt.started_at).total_seconds() == 1200
    services.grant(version.quiz, person, Granted(60, 0, "", "写错了"), None)
    services.withdraw(version.quiz, services.allowance_of(version.quiz, person.id))
    assert (attempt.deadline_at - attempt.started_at).total_seconds() == 1200
    said = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert said == ["quiz.allowance_granted", "quiz.allowance_granted", "quiz.allowance_withdrawn"]


def test_a_closing_that_moves_is_followed_only_when_it_comes_later(app, clock):
    closes = now() + timedelta(hours=1)
    quiz = make_quiz(time_limit_seconds=7200, closes_at=closes)
    attempt = make_attempt(quiz_version=services.freeze(quiz))
    services.update_settings(quiz, quiz.lock_version, closes_at=closes - timedelta(minutes=30))
    services.freeze(quiz)
    assert attempt.deadline_at == closes, "nobody's time is cut while they are sitting"
    services.update_settings(quiz, quiz.lock_version, closes_at=closes + timedelta(minutes=30))
    services.freeze(quiz)
    assert attempt.deadline_at == closes + timedelta(minutes=30)


@pytest.mark.parametrize("values", [{}, {"extra_seconds": -1}, {"extra_attempts": 101}, {"paper": "E"}])
def test_the_database_refuses_allowances_that_allow_nothing(app, values):
    quiz, person = make_quiz(), make_person()
    db.session.add(QuizAllowance(quiz_id=quiz.id, person_id=person.id, reason="x", **values))
    with pytest.raises(IntegrityError):
        db.session.flush()
