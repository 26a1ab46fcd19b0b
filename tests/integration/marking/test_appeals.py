"""Appeals: one open per question, answered by the owner of the quiz, with or without another mark."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.db import db
from courses.marking.models import Appeal, Mark
from courses.marking.services import queue, regrading
from courses.quizzes import services as quizzes
from tests.factories import make_person, make_quiz
from tests.integration.marking.helpers import response, score, sit

WHY = "第二个选项也说得通，教材第三章就是这样写的"


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def person(app):
    return make_person(name="沈学员")


@pytest.fixture
def attempt(teacher, person):
    quiz = make_quiz("single_choice", "essay", owner=teacher, marks=500)
    return sit(quizzes.freeze(quiz), person, right=False)


@pytest.fixture
def appeal(attempt, person, sign_in):
    sign_in(person).post(f"/attempts/{attempt.token}/appeals/1", data={"reason": WHY})
    return db.session.scalars(select(Appeal)).one()


def test_a_trainee_asks_once_and_sees_the_answer(attempt, person, teacher, sign_in):
    client = sign_in(person)
    form = client.get(f"/attempts/{attempt.token}/appeals/1")
    refused = client.submit(form, action="appeals", reason="不")
    assert refused.status_code == 422
    assert client.submit(form, action="appeals", reason=WHY).status_code == 303
    assert WHY in client.get(f"/attempts/{attempt.token}/result").words
    assert client.post(f"/attempts/{attempt.token}/appeals/1", data={"reason": WHY}).status_code == 409
    assert queue.count_appeals(teacher) == 1
    appeal = db.session.scalars(select(Appeal)).one()
    owner = sign_in(teacher)
    assert "沈学员" in owner.get("/studio/marking/appeals").words
    path = f"/studio/marking/appeals/{appeal.id}"
    assert WHY in owner.get(path).words
    assert owner.post(path, data={"action": "keep", "answer": ""}).status_code == 422
    assert owner.post(path, data={"action": "keep", "answer": "题干问的是第一步"}).status_code == 303
    assert "题干问的是第一步" in client.get(f"/attempts/{attempt.token}/result").words
    assert owner.post(path, data={"action": "keep", "answer": "再答一次"}).status_code == 409
    assert score(attempt)[0] == 0
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"appeal.opened", "appeal.kept"} <= actions


def test_another_mark_is_counted_and_stands_above_a_regrade(attempt, appeal, teacher, sign_in):
    path = f"/studio/marking/appeals/{appeal.id}"
    owner = sign_in(teacher)
    wrong = owner.post(path, data={"action": "change", "points": "9", "answer": "您说得对"})
    assert wrong.status_code == 422
    assert "您说得对" in wrong.get_data(as_text=True)
    assert owner.post(path, data={"action": "change", "points": "2.5", "answer": "您说得对"}).status_code == 303
    assert score(attempt) == (250, 1000, False, 1)
    db.session.refresh(appeal)
    assert appeal.state == "changed"
    quiz = attempt.quiz_version.quiz
    question = response(attempt, 1).question_version.question
    preview = regrading.preview(quiz, question.id, "full", question.current)
    assert (preview.changed, preview.by_hand) == (0, 1)
    marks = db.session.scalars(select(Mark)).all()
    assert [(mark.whole, mark.round) for mark in marks] == [(True, 3)]


def test_what_is_not_marked_yet_cannot_be_appealed(attempt, person, sign_in):
    client = sign_in(person)
    assert "还没有批完" in client.get(f"/attempts/{attempt.token}/appeals/2").words
    assert client.post(f"/attempts/{attempt.token}/appeals/2", data={"reason": WHY}).status_code == 409


def test_appeals_are_for_the_person_and_answered_by_the_owner(attempt, appeal, teacher, sign_in):
    assert sign_in(make_person()).get(f"/attempts/{attempt.token}/appeals/1").status_code == 404
    path = f"/studio/marking/appeals/{appeal.id}"
    for role, status in (("trainee", 403), ("instructor", 403), ("admin", 200)):
        assert sign_in(make_person(role)).get(path).status_code == status
    assert "沈学员" not in sign_in(make_person("instructor")).get("/studio/marking/appeals").words


def test_the_database_takes_one_open_appeal_per_answer(attempt, appeal):
    db.session.add(Appeal(attempt_id=attempt.id, position=1, reason=WHY))
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize("number", [2**31, 10**25])
def test_numbers_that_no_database_can_hold(teacher, attempt, appeal, sign_in, number):
    client, quiz_id = sign_in(teacher), attempt.quiz_id
    for path in (f"{quiz_id}/questions/{number}", f"answers/{attempt.id}/{number}", f"appeals/{number}"):
        assert client.get(f"/studio/marking/{path}").status_code == 404
    assert client.get(f"/studio/quizzes/{quiz_id}/pick?category={number}").status_code == 200
    assert client.post(f"/studio/marking/phrases/{number}/drop").status_code == 404
    settings = f"/studio/marking/{quiz_id}/settings"
    assert client.post(settings, data={"action": "dismiss", "person_id": number}).status_code == 404
    assert client.post(settings, data={"limit_percent": "9" * 5000}).status_code == 422
    path = f"/studio/marking/appeals/{appeal.id}"
    assert client.post(path, data={"action": "change", "points": "9e999999", "answer": "您说得对"}).status_code == 422


def test_a_second_regrade_without_a_reason_is_refused_where_the_form_is_gone(teacher, attempt, sign_in):
    client, question = sign_in(teacher), response(attempt, 1).question_version.question_id
    data = {"question": question, "action": "full", "reason": "题干有误"}
    path = f"/studio/marking/{attempt.quiz_id}/regrade"
    assert client.post(path, data=data).status_code == 303
    assert client.post(path, data={**data, "reason": ""}).status_code == 422
