"""Answers that wait for a marker: the queue, the marks, two markers, and what becomes of the attempt."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.db import db
from courses.learning.models import Evidence, LessonProgress
from courses.learning.services.recompute import recompute
from courses.marking.models import Mark, MarkingPhrase, MarkingPlan, QuizMarker
from courses.marking.services import queue
from courses.quizzes.models import QuizVersion
from tests.factories import make_course, make_enrolment, make_person, make_question, make_quiz
from tests.factories.catalog import quiz_lesson
from tests.integration.learning.helpers import lessons_of
from tests.integration.marking.helpers import ESSAY, response, score, sit
from tests.support import count_queries

GOOD = {"level--1": "1", "level--2": "1"}  # 10 of 10
HALF = {"level--1": "2", "level--2": "2"}  # 5 of 10
NONE = {"level--1": "3", "level--2": "3"}


@pytest.fixture
def teacher(app):
    return make_person("instructor", name="周老师")


@pytest.fixture
def quiz(teacher):
    return make_quiz("single_choice", "essay", owner=teacher, marks=500)


@pytest.fixture
def version(quiz):
    from courses.quizzes import services  # noqa: PLC0415 - only here

    return services.freeze(quiz)


def address(attempt, position=2):
    return f"/studio/marking/answers/{attempt.id}/{position}"


def waiting(person) -> int:
    return db.session.scalar(queue.waiting_for(person))


def mark(client, attempt, position=2, seen=0, **fields):
    data = {"seen-": str(seen), "comment-": "事实写得清楚", **GOOD, **fields}
    return client.post(address(attempt, position), data=data)


# -- handing in ------------------------------------------------------------------------------------------------------


def test_an_essay_waits_and_nobody_passes_or_fails_before(version, sign_in):
    person = make_person()
    attempt = sit(version, person)
    assert score(attempt) == (500, 1000, False, 1)
    assert response(attempt, 2).awaiting
    page = sign_in(person).get(f"/attempts/{attempt.token}/result")
    assert "已得 5 分，还有 1 题等老师批阅" in page.words
    assert "未及格" not in page.words
    assert "对这道题的评分有疑问" in page.words  # for the first question; the second is not marked yet


def test_no_essay_earns_nothing_and_waits_for_nobody(version):
    assert score(sit(version, essay="")) == (500, 1000, False, 0)


def test_the_database_lets_nobody_pass_before_the_last_mark(version):
    attempt = sit(version)
    attempt.passed = True
    with pytest.raises(IntegrityError):
        db.session.flush()


# -- marking ---------------------------------------------------------------------------------------------------------


def test_from_the_queue_to_the_last_answer(version, quiz, teacher, sign_in):
    attempts = [sit(version, essay=f"{ESSAY}（{number}）") for number in range(3)]
    client = sign_in(teacher)
    page = client.get("/studio/marking")
    assert quiz.title in page.words
    assert waiting(teacher) == 3
    question_id = response(attempts[0], 2).question_version.question_id
    start = client.get(f"/studio/marking/{quiz.id}/questions/{question_id}/next")
    assert start.headers["Location"] == address(attempts[0])
    page = client.get(address(attempts[0]))
    assert ESSAY in page.words
    assert "参考答案" in page.words
    for number, attempt in enumerate(attempts):
        done = mark(client, attempt)
        assert done.status_code == 303
        after = attempts[number + 1 :]
        expected = address(after[0]) if after else f"/studio/marking/{quiz.id}/questions/{question_id}"
        assert done.headers["Location"] == expected
        assert score(attempt) == (1000, 1000, True, 0)
    assert waiting(teacher) == 0
    assert "已批阅" in client.get(f"/studio/marking/{quiz.id}/questions/{question_id}?state=done").words
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "marking.marked")).first()
    assert ESSAY not in str(entry.detail)


def test_the_rubric_is_added_up_by_the_server_and_shown_to_the_trainee(version, teacher, sign_in):
    person = make_person()
    attempt = sit(version, person)
    mark(sign_in(teacher), attempt, **HALF)
    assert score(attempt)[0] == 750
    page = sign_in(person).get(f"/attempts/{attempt.token}/result")
    assert "事实写得清楚" in page.words
    assert "有遗漏" in page.words


def test_a_missing_level_is_said_and_nothing_typed_is_lost(version, teacher, sign_in):
    attempt = sit(version)
    refused = sign_in(teacher).post(
        address(attempt), data={"seen-": "0", "level--1": "1", "comment-": "写了一半的评语"}
    )
    assert refused.status_code == 422
    assert "每个方面都选一档" in refused.words
    assert "写了一半的评语" in refused.get_data(as_text=True)
    assert score(attempt)[3] == 1


def test_without_a_rubric_marks_are_typed(teacher, sign_in):
    quiz = make_quiz("single_choice", owner=teacher, marks=500)
    from courses.quizzes import services  # noqa: PLC0415 - only here

    services.add_question(quiz, make_question("essay", teacher, rubric=[]), 500)
    attempt = sit(services.freeze(quiz))
    client = sign_in(teacher)
    refused = client.post(address(attempt), data={"seen-": "0", "points-": "6"})
    assert refused.status_code == 422
    assert "0 到 5" in refused.words
    assert client.post(address(attempt), data={"seen-": "0", "points-": "3.5"}).status_code == 303
    assert score(attempt)[0] == 850


def test_phrases_are_kept_offered_and_forgotten(version, teacher, sign_in):
    first, second = sit(version), sit(version)
    client = sign_in(teacher)
    mark(client, first, keep="")
    page = client.get(address(second))
    assert "加上常用语" in page.words
    mark(client, second, **{"phrase-": "事实写得清楚", "comment-": "好"})
    assert db.session.scalars(select(Mark.comment).order_by(Mark.id.desc())).first() == "好\n事实写得清楚"
    phrase = db.session.scalars(select(MarkingPhrase)).one()
    client.post(f"/studio/marking/phrases/{phrase.id}/drop")
    assert db.session.scalars(select(MarkingPhrase)).first() is None


def test_the_same_marker_may_mend_the_mark(version, teacher, sign_in):
    attempt = sit(version)
    client = sign_in(teacher)
    mark(client, attempt)
    assert mark(client, attempt, seen=1, **NONE).status_code == 303
    assert score(attempt) == (500, 1000, False, 0)
    assert [each.number for each in db.session.scalars(select(Mark).order_by(Mark.id))] == [1, 2]


def test_two_markers_at_once_are_safe(version, quiz, teacher, sign_in):
    other = make_person("instructor")
    db.session.add(QuizMarker(quiz_id=quiz.id, person_id=other.id))
    attempt = sit(version)
    assert mark(sign_in(teacher), attempt).status_code == 303
    late = mark(sign_in(other), attempt, **NONE, **{"comment-": "我的评语还在"})
    assert late.status_code == 409
    assert "另一位老师打了分" in late.words
    assert "我的评语还在" in late.words
    assert score(attempt)[0] == 1000


def test_a_piece_has_each_number_once(version, teacher):
    attempt = sit(version)
    values = {
        "attempt_id": attempt.id,
        "position": 2,
        "part": "",
        "number": 1,
        "round": 1,
        "numerator": 1,
        "denominator": 2,
    }
    db.session.add_all([Mark(**values), Mark(**values)])
    with pytest.raises(IntegrityError):
        db.session.flush()


# -- two markers -----------------------------------------------------------------------------------------------------


@pytest.fixture
def pair(quiz, version):
    db.session.add(MarkingPlan(quiz_id=quiz.id, two_markers=True, limit_percent=20, anonymous=True))
    people = [make_person("instructor"), make_person("instructor")]
    db.session.add_all([QuizMarker(quiz_id=quiz.id, person_id=person.id) for person in people])
    db.session.flush()
    return people


def test_two_markers_do_not_see_each_other_and_the_mean_counts(version, pair, sign_in):
    attempt = sit(version)
    first, second = (sign_in(person) for person in pair)
    mark(first, attempt, **{"comment-": "第一位的评语"})
    assert score(attempt)[3] == 1
    page = second.get(address(attempt))
    assert "第一位的评语" not in page.words
    mark(second, attempt, seen=1, **{"level--1": "1", "level--2": "1"})
    assert score(attempt) == (1000, 1000, True, 0)


def test_marks_far_apart_are_decided_by_the_owner(version, pair, teacher, sign_in):
    attempt = sit(version)
    first, second = (sign_in(person) for person in pair)
    mark(first, attempt)
    mark(second, attempt, seen=1, **NONE)
    assert score(attempt)[3] == 1
    assert mark(second, attempt, seen=2).status_code == 409
    assert waiting(teacher) == 1
    assert mark(sign_in(teacher), attempt, seen=2, **HALF).status_code == 303
    assert score(attempt)[0] == 750


def test_names_are_hidden_where_the_author_wishes(version, quiz, pair, sign_in):
    person = make_person(name="不该看到的名字")
    attempt = sit(version, person)
    client = sign_in(pair[0])
    question_id = response(attempt, 2).question_version.question_id
    for path in (address(attempt), f"/studio/marking/{quiz.id}/questions/{question_id}", "/studio/marking"):
        assert "不该看到的名字" not in client.get(path).get_data(as_text=True)


# -- cases -----------------------------------------------------------------------------------------------------------


def test_a_case_is_graded_part_by_part(teacher, sign_in):
    from courses.question_types.installed import get  # noqa: PLC0415 - only here

    content = get("case").examples[1].content
    quiz = make_quiz("single_choice", owner=teacher, marks=500)
    from courses.quizzes import services  # noqa: PLC0415 - only here

    services.add_question(quiz, make_question("case", teacher, parts=content["parts"]), 500)
    version = services.freeze(quiz)
    person = make_person()
    attempt = services.start_attempt(person, version)
    right = content["parts"][0]["content"]["correct"]
    page = sign_in(person).get(f"/attempts/{attempt.token}?n=2")
    assert "第 2 小题" in page.words
    fields = [
        ("answer-parts", "1:single_choice"),
        ("answer-parts", "2:essay"),
        ("answer-1", right),
        ("answer-2", "三步。"),
    ]
    place = services.sitting(attempt.token, person, 2)
    from werkzeug.datastructures import MultiDict  # noqa: PLC0415 - only here

    services.save_answer(place, MultiDict(fields), flagged=False, sequence=None)
    db.session.expire_all()
    services.submit(attempt)
    assert score(attempt) == (0, 1000, False, 1)
    client = sign_in(teacher)
    assert "三步。" in client.get(address(attempt)).words
    done = client.post(address(attempt), data={"seen-2": "0", "points-2": "1.5", "comment-2": "再写细些"})
    assert done.status_code == 303
    assert score(attempt)[0] == 350  # (2 + 3/2) of 5
    assert "再写细些" in sign_in(person).get(f"/attempts/{attempt.token}/result").words


# -- who may ---------------------------------------------------------------------------------------------------------


def test_only_the_owner_named_markers_and_administrators_mark(version, quiz, teacher, sign_in):
    attempt = sit(version)
    for role, status in (("trainee", 403), ("instructor", 403), ("admin", 200)):
        assert sign_in(make_person(role)).get(address(attempt)).status_code == status
    named = make_person("instructor", username="helper")
    client = sign_in(teacher)
    settings = f"/studio/marking/{quiz.id}/settings"
    refused = client.post(settings, data={"action": "name", "username": "nobody"})
    assert refused.status_code == 422
    assert client.post(settings, data={"action": "name", "username": "helper"}).status_code == 303
    assert sign_in(named).get(address(attempt)).status_code == 200
    assert sign_in(named).get(settings).status_code == 403
    assert sign_in(named).get(f"/studio/marking/{quiz.id}/regrade").status_code == 403
    client.post(settings, data={"action": "dismiss", "person_id": named.id})
    assert sign_in(named).get(address(attempt)).status_code == 403


def test_nobody_marks_their_own_answer(version, teacher, sign_in):
    attempt = sit(version, teacher)
    assert sign_in(teacher).get(address(attempt)).status_code == 403
    assert waiting(teacher) == 0


def test_a_limit_that_is_none_is_said(quiz, teacher, sign_in):
    client = sign_in(teacher)
    settings = f"/studio/marking/{quiz.id}/settings"
    assert client.post(settings, data={"limit_percent": "很多"}).status_code == 422
    assert client.post(settings, data={"limit_percent": "30", "two_markers": "1"}).status_code == 303
    assert db.session.get(MarkingPlan, quiz.id, populate_existing=True).limit_percent == 30


# -- in a course -----------------------------------------------------------------------------------------------------


def enrolled(teacher):
    course = make_course([quiz_lesson(make_quiz("single_choice", "essay", owner=teacher, marks=500))])
    enrolment = make_enrolment(course=course)
    lesson = lessons_of(enrolment)[0]
    version = db.session.get_one(QuizVersion, lesson.content["quiz_version_id"])
    origin = {"enrolment_id": enrolment.id, "lesson_id": lesson.lesson_id, "lesson_version_id": lesson.id}
    return enrolment, version, origin


def test_the_lesson_is_done_when_the_marks_make_it_a_pass(teacher, sign_in):
    from academy.accounts.models import Person  # noqa: PLC0415 - only here

    enrolment, version, origin = enrolled(teacher)
    attempt = sit(version, db.session.get_one(Person, enrolment.person_id), origin=origin)
    progress = db.session.scalars(select(LessonProgress)).one()
    assert progress.completed_at is None
    assert progress.score_num is None
    mark(sign_in(teacher), attempt)
    db.session.expire_all()
    progress = db.session.scalars(select(LessonProgress)).one()
    assert progress.completed_at is not None
    assert (progress.score_num, progress.score_den) == (1, 1)
    credited = [each.credited for each in db.session.scalars(select(Evidence).order_by(Evidence.id))]
    assert [each["passed"] for each in credited] == [False, True]
    assert list(recompute(mend=False)) == []
    # a lower mark afterwards: what was completed stays, the score is the new one
    mark(sign_in(teacher), attempt, seen=1, **NONE)
    db.session.expire_all()
    progress = db.session.scalars(select(LessonProgress)).one()
    assert progress.completed_at is not None
    assert (progress.score_num, progress.score_den) == (1, 2)
    assert list(recompute(mend=False)) == []


# -- cost ------------------------------------------------------------------------------------------------------------


def test_the_queue_and_a_list_cost_the_same_for_many(version, quiz, teacher, sign_in):
    attempts = [sit(version) for _ in range(2)]
    client = sign_in(teacher)
    question_id = response(attempts[0], 2).question_version.question_id
    paths = ("/studio/marking", f"/studio/marking/{quiz.id}/questions/{question_id}", address(attempts[0]))
    counts = []
    for _ in range(2):
        for path in paths:
            db.session.expire_all()
            with count_queries() as queries:
                client.get(path)
            counts.append(queries.count)
        for _more in range(4):
            sit(version)
    assert counts[:3] == counts[3:]
    assert max(counts) <= 16
