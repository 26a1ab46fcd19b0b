"""Sections, draws, equivalent papers, allowances and windows, on the database; and their pages."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from courses.questions import services as questions
from courses.questions.models import QuestionVersion
from courses.questions.rules import Draft
from courses.quizzes import services
from courses.quizzes.models import Attempt, QuizAllowance, QuizSection, QuizSlot, Response
from courses.quizzes.services import Granted
from tests.factories import make_attempt, make_person, make_quiz, make_quiz_version, make_unit
from tests.support import count_queries

ANYTHING = Granted(extra_seconds=600, extra_attempts=1, paper="", reason="视力不便")


def fill_shelf(name="接待", count=12, tags=("接待要点",)):
    """Put questions onto a shelf, as many of each difficulty; return the shelf."""
    shelf = questions.category_named(name)
    for number in range(count):
        content = {"stem": f"{name}题 {number + 1}", "correct": True, "explanation": ""}
        draft = Draft("true_false", content, ("easy", "medium", "hard")[number % 3], tags)
        questions.create(draft, None, shelf)
    return shelf


def make_drawn(count=4, shelf=None, **settings):
    """Make a quiz of a fixed question and a draw of `count`."""
    shelf = shelf or fill_shelf()
    quiz = make_quiz("single_choice", **settings)
    services.set_draw(quiz, None, count, {"category_id": shelf.id}, 200)
    return quiz


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


def section(quiz, title, **values):
    return services.set_section(
        quiz,
        None,
        **{"title": title, "instructions": "", "shuffle_questions": None, "time_limit_seconds": None, **values},
    )


def test_headings_and_questions_move_past_each_other(app):
    quiz = make_quiz("true_false", "true_false")
    heading = section(quiz, "第一部分")
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
    section(quiz, "空的部分")
    assert services.problems(quiz) == ["“空的部分”下面还没有题目"]


def test_the_time_of_a_section_is_held_to(app, clock):
    quiz = make_quiz("true_false", "true_false", time_limit_seconds=3600)
    heading = section(quiz, "第一部分", time_limit_seconds=600)
    services.reorder(quiz, [heading.key, *(slot.key for slot in services.slots(quiz))])
    other = section(quiz, "第二部分", time_limit_seconds=1200)
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


# -- pages ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


def page_of(quiz, tail=""):
    return f"/studio/quizzes/{quiz.id}{tail}"


@pytest.mark.parametrize("tail", ["/sections/0", "/draws/0", "/allowances", "/paper", "/paper/A/key.pdf"])
def test_the_pages_are_the_authors(sign_in, teacher, tail):
    quiz = make_quiz(owner=teacher)
    assert sign_in(make_person("trainee")).get(page_of(quiz, tail)).status_code == 403
    assert sign_in(make_person("instructor")).get(page_of(quiz, tail)).status_code == 403
    assert sign_in(make_person("admin")).get(page_of(quiz, tail)).status_code == 200


def test_a_section_is_written_and_changed(desk, teacher):
    quiz = make_quiz("true_false", owner=teacher)
    page = desk.get(page_of(quiz, "/sections/0"))
    assert "写上标题" in desk.submit(page, "/sections/", title=" ").words
    assert desk.submit(page, "/sections/", title="一、判断题", order="yes", minutes="10").status_code == 303
    heading = db.session.scalar(select(QuizSection))
    assert (heading.title, heading.shuffle_questions, heading.time_limit_seconds) == ("一、判断题", True, 600)
    assert "一、判断题" in desk.get(page_of(quiz)).words
    slot = services.slots(quiz)[0]
    data = {"slot": [slot.key, heading.key], f"marks-{slot.id}": "1", "action": f"up:{heading.key}"}
    desk.post(page_of(quiz, "/questions"), data=data)
    assert [row.key for row in services.rows(quiz)] == [heading.key, slot.key]
    data = {"slot": [heading.key, slot.key], f"marks-{slot.id}": "1", "action": f"remove:{heading.key}"}
    desk.post(page_of(quiz, "/questions"), data=data)
    assert services.rows(quiz) == [slot]
    assert desk.get(page_of(quiz, "/sections/999")).status_code == 404


def test_a_draw_says_how_many_there_are_and_is_saved(desk, teacher):
    shelf, quiz = fill_shelf(), make_quiz("true_false", owner=teacher)
    page = desk.get(page_of(quiz, "/draws/0"))
    assert "分类、标签、难度至少选一样" in desk.submit(page, "/draws/", count="3", marks="2").words
    values = {"category_id": str(shelf.id), "tags": "接待要点", "count": "15", "marks": "1.5"}
    counted = desk.submit(page, "/draws/", button="看看有多少题", **values)
    assert "符合条件的只有 12 道，不够抽" in counted.words
    assert len(services.slots(quiz)) == 1
    assert desk.submit(page, "/draws/", **{**values, "count": "5"}).status_code == 303
    slot = services.slots(quiz)[-1]
    assert (slot.draw_count, slot.marks_hundredths) == (5, 150)
    assert slot.draw_from == {"category_id": shelf.id, "tags": ["接待要点"]}
    words = desk.get(page_of(quiz)).words
    assert "随机抽 5 道" in words
    assert "有 12 道可抽" in words
    assert "6 题 · 满分 8.5 分" in words
    assert desk.get(page_of(quiz, f"/draws/{services.slots(quiz)[0].id}")).status_code == 404


def test_a_person_is_found_and_given_time(desk, teacher):
    quiz, person = make_quiz(owner=teacher), make_person(name="欧阳晓")
    found = desk.get(page_of(quiz, "/allowances?q=欧阳"))
    assert "欧阳晓" in found.words
    page = desk.get(page_of(quiz, f"/allowances?person={person.id}"))
    assert "写上原因" in desk.submit(page, "/allowances", extra_minutes="20").words
    assert "至少填一样" in desk.submit(page, "/allowances", reason="视力不便").words
    assert desk.submit(page, "/allowances", extra_minutes="20", reason="视力不便").status_code == 303
    granted = services.allowance_of(quiz, person.id)
    assert (granted.extra_seconds, granted.granted_by_id) == (1200, teacher.id)
    listed = desk.get(page_of(quiz, "/allowances"))
    assert "视力不便" in listed.words
    assert desk.submit(listed, f"/allowances/{granted.id}/withdraw").status_code == 303
    assert services.allowance_of(quiz, person.id) is None


def test_windows_are_typed_in_the_colleges_time(desk, teacher):
    quiz = make_quiz(owner=teacher)
    values = {"title": "测验", "pass_percent": "60", "attempts_allowed": "3", "review_policy": "never",
              "lock_version": quiz.lock_version, "opens_at": "2026-07-09T08:30", "closes_at": "2026-07-09 17:30"}  # fmt: skip
    assert desk.post(page_of(quiz), data=values).status_code == 303
    assert (quiz.opens_at.hour, quiz.closes_at.hour) == (0, 9)
    assert 'value="2026-07-09T08:30"' in desk.get(page_of(quiz)).get_data(as_text=True)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"opens_at": "2026-07-09T08:30", "closes_at": "2026-07-09T08:30"}, "截止时间应在开放时间以后"),
        ({"opens_at": "明天"}, "开放时间写成"),
        ({"feedback": "after_closing"}, "要写上什么时候截止"),
        ({"unit_id": "999"}, "从列表中选择单位"),
        ({"access_code": "码" * 41}, "进入密码不能超过 40 个字符"),
        ({"tries_allowed": "11"}, "每题的次数应为 1 到 10"),
    ],
)
def test_wrong_rules_are_refused(desk, teacher, values, sentence):
    quiz = make_quiz(owner=teacher)
    given = {"title": "测验", "pass_percent": "60", "attempts_allowed": "3", "review_policy": "never",
             "lock_version": quiz.lock_version, **values}  # fmt: skip
    answer = desk.post(page_of(quiz), data=given)
    assert answer.status_code == 422
    assert sentence in answer.words


def words_of(answer):
    document = pypdfium2.PdfDocument(BytesIO(answer.get_data()))
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_paper_sheet_and_key_are_printed(desk, teacher):
    quiz = make_drawn(4, owner=teacher, paper_count=2, title="期末考试")
    assert "B 卷" in desk.get(page_of(quiz, "/paper")).words
    papers = {letter: words_of(desk.get(page_of(quiz, f"/paper/{letter}/paper.pdf"))) for letter in "AB"}
    assert papers["A"] != papers["B"]
    for letter, words in papers.items():
        assert f"{letter} 卷" in words
        assert words.count("接待题") == 4
        assert "正确答案" not in words
    key = words_of(desk.get(page_of(quiz, "/paper/A/key.pdf")))
    assert "参考答案" in key
    assert "正确" in key
    assert "√" in words_of(desk.get(page_of(quiz, "/paper/A/sheet.pdf")))
    again = [desk.get(page_of(quiz, "/paper/A/paper.pdf?lang=en")).get_data() for _ in range(2)]
    assert again[0] == again[1]
    for tail in ("/paper/C/paper.pdf", "/paper/A/nothing.pdf", "/paper/AB/key.pdf"):
        assert desk.get(page_of(quiz, tail)).status_code == 404


def test_what_is_printed_is_what_is_sat(app):
    quiz = make_drawn(4, paper_count=2)
    version = services.freeze(quiz)
    person = make_person()
    services.grant(quiz, person, Granted(0, 0, "B", "补考"), None)
    sat = [question.stem for question in services.paper(services.start_attempt(person, version))]
    assert sat == [question.stem for question in services.draft_paper(quiz, "B")]


def test_the_preview_shows_drawn_questions_and_sections(desk, teacher):
    quiz = make_drawn(4, owner=teacher)
    heading = section(quiz, "一、抽到的题", instructions="每题 2 分")
    services.move_slot(quiz, heading, -1)
    words = desk.get(page_of(quiz, "/preview?n=2")).words
    assert "第 2 题，共 5 题" in words
    assert "一、抽到的题" in words
    assert "每题 2 分" in words
    assert "接待题" in words
    assert desk.get(page_of(quiz, "/preview?paper=Z")).status_code == 404


@pytest.mark.parametrize(("tail", "most"), [("", 11), ("/preview?n=3", 11), ("/paper", 9), ("/allowances", 7)])
def test_pages_cost_the_same_however_much_is_drawn(desk, teacher, tail, most):
    quiz = make_drawn(10, owner=teacher)
    for difficulty in ("easy", "medium"):
        services.set_draw(quiz, None, 1, {"difficulty": difficulty}, 100)
    for _ in range(5):
        services.grant(quiz, make_person(), ANYTHING, teacher)
    address = page_of(quiz, tail)
    db.session.commit()
    with count_queries() as queries:
        desk.get(address)
    queries.assert_at_most(most)
