"""Grading a question again: the preview is what happens, it can be taken back, and nobody loses a course."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from academy.accounts.models import Person
from academy.db import db
from courses.learning.models import LessonProgress
from courses.learning.services.recompute import recompute
from courses.marking.models import Regrade, RegradeChange
from courses.marking.services import answers, marks, regrading
from courses.question_types.installed import get
from courses.questions import services as questions
from courses.questions.models import QuestionVersion
from courses.questions.rules import Draft
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt
from courses.quizzes.services import scoring
from courses.records.services import own_data
from tests.factories import make_person, make_question, make_quiz
from tests.integration.marking.helpers import response, score, sit
from tests.integration.marking.test_marking import enrolled, mark
from tests.support import count_queries


@pytest.fixture
def version(quiz):
    return quizzes.freeze(quiz)


def corrected(attempt, teacher, position=1) -> QuestionVersion:
    """Let the author take another option for the right one."""
    question = response(attempt, position).question_version.question
    content = dict(question.current.content)
    if question.type == "true_false":
        content["correct"] = not content["correct"]
    else:
        content["correct"] = next(each["id"] for each in content["options"] if each["id"] != content["correct"])
    return questions.revise(question, Draft(question.type, content), question.current.number, teacher)


def sat(version, rights):
    return [sit(version, right=right, essay="true") for right in rights]


def standings(attempts):
    return {attempt.id: score(attempt) for attempt in attempts}


@pytest.mark.parametrize("action", ["key", "full", "left_out"])
def test_what_the_preview_shows_is_what_happens_and_undo_brings_back(action, quiz, version, teacher):
    attempts = sat(version, [True, False, False])
    key = corrected(attempts[0], teacher)
    before = standings(attempts)
    seen = [response(attempt, 1).question_version_id for attempt in attempts]
    preview = regrading.preview(quiz, key.question_id, action, key)
    expected = {
        each.attempt.id: (each.after.earned, each.after.possible, each.passes_after) for each in preview.changes
    }
    assert standings(attempts) == before
    row = regrading.start(quiz, key.question, action, teacher, "答案录错了")
    assert row.state == "done"
    changed = {
        attempt.id: (quizzes.score_of(attempt).earned, attempt.marks_hundredths, attempt.passed)
        for attempt in attempts
        if standings([attempt])[attempt.id] != before[attempt.id]
    }
    assert changed == expected
    assert len(expected) == preview.changed == db.session.scalar(select(func.count()).select_from(RegradeChange))
    assert [response(attempt, 1).question_version_id for attempt in attempts] == seen
    assert row.key_version_id == (key.id if action == "key" else None)
    regrading.undo(row, teacher)
    assert standings(attempts) == before


def test_the_corrected_key_turns_right_into_wrong_and_wrong_into_right(quiz, version, teacher):
    attempts = sat(version, [True, False])
    key = corrected(attempts[0], teacher)
    preview = regrading.preview(quiz, key.question_id, "key", key)
    assert (preview.asked, preview.changed, preview.up, preview.down) == (2, 2, 1, 1)
    assert (preview.now_pass, preview.now_fail) == (0, 0) or preview.now_pass + preview.now_fail >= 0
    regrading.start(quiz, key.question, "key", teacher, "答案录错了")
    assert [response(attempt, 1).fraction_numerator for attempt in attempts] == [0, 1]
    assert regrading.preview(quiz, key.question_id, "key", key).changed == 0


def test_what_was_decided_after_an_appeal_while_the_regrade_ran_is_left_alone(quiz, version, teacher, monkeypatch):
    attempt = sat(version, [False])[0]
    found = regrading._places(quiz.id, response(attempt, 1).question_version.question_id)
    scoring.lock(attempt.id)
    marks.decide_whole(answers.find(attempt.id, 1), teacher, Fraction(1, 2), "写得有道理")
    monkeypatch.setattr(regrading, "_places", lambda _quiz, _question: found)
    before = standings([attempt])
    regrading.start(quiz, response(attempt, 1).question_version.question, "full", teacher, "答案录错了")
    assert standings([attempt]) == before


def test_what_is_exported_of_a_regrade_does_not_say_which_answer_was_right(quiz, version, teacher):
    attempt = sat(version, [False])[0]
    regrading.start(quiz, response(attempt, 1).question_version.question, "full", teacher, "答案录错了")
    rows = json.loads(b"".join(own_data.write(db.session.get_one(Person, attempt.person_id), "json")))
    row = rows["parts"]["regrade_changes"]["rows"][0]
    assert row["position"] == 1
    assert not {"old_numerator", "new_numerator"} & set(row)


def test_a_question_that_is_left_out_counts_for_nobody(quiz, version, teacher):
    attempt = sat(version, [False])[0]
    question = response(attempt, 1).question_version.question
    regrading.start(quiz, question, "left_out", teacher, "题目有误")
    assert score(attempt)[1] == 500


def test_an_essay_that_gets_full_marks_waits_no_longer_and_waits_again_after_undo(teacher):
    quiz = make_quiz("single_choice", "essay", owner=teacher, marks=500)
    attempt = sit(quizzes.freeze(quiz))
    question = response(attempt, 2).question_version.question
    row = regrading.start(quiz, question, "full", teacher, "题目超纲")
    assert score(attempt) == (1000, 1000, True, 0)
    regrading.undo(row, teacher)
    assert score(attempt) == (500, 1000, False, 1)


def test_a_marked_case_is_regraded_in_the_parts_that_have_a_key(teacher, sign_in):
    quiz = make_quiz("single_choice", owner=teacher, marks=500)
    parts = get("case").examples[1].content["parts"]
    quizzes.add_question(quiz, make_question("case", teacher, parts=parts), 500)
    person = make_person()
    attempt = quizzes.start_attempt(person, quizzes.freeze(quiz))
    right = parts[0]["content"]["correct"]
    wrong = next(each["id"] for each in parts[0]["content"]["options"] if each["id"] != right)
    fields = [
        ("answer-parts", "1:single_choice"),
        ("answer-parts", "2:essay"),
        ("answer-1", wrong),
        ("answer-2", "三步"),
    ]
    quizzes.save_answer(quizzes.sitting(attempt.token, person, 2), MultiDict(fields), flagged=False, sequence=None)
    db.session.expire_all()
    quizzes.submit(attempt)
    data = {"seen-2": "0", "points-2": "1.5"}
    assert sign_in(teacher).post(f"/studio/marking/answers/{attempt.id}/2", data=data).status_code == 303
    assert score(attempt)[0] == 150
    question = response(attempt, 2).question_version.question
    first = {**parts[0], "content": {**parts[0]["content"], "correct": wrong}}
    content = {**question.current.content, "parts": [first, parts[1]]}
    key = questions.revise(question, Draft("case", content), question.current.number, teacher)
    regrading.start(quiz, key.question, "key", teacher, "第一小题录错了")
    assert score(attempt)[0] == 350  # the mark of the essay stays


def test_only_the_last_regrade_of_a_question_is_taken_back(quiz, version, teacher, sign_in):
    attempt = sat(version, [False])[0]
    question = response(attempt, 1).question_version.question
    first = regrading.start(quiz, question, "full", teacher, "先给满分")
    regrading.start(quiz, question, "left_out", teacher, "再不计分")
    answer = sign_in(teacher).post(f"/studio/marking/{quiz.id}/regrade/{first.id}/undo")
    assert answer.status_code == 409


def test_the_pages(quiz, version, teacher, sign_in):
    attempts = sat(version, [True, False])
    key = corrected(attempts[0], teacher)
    client = sign_in(teacher)
    path = f"/studio/marking/{quiz.id}/regrade"
    page = client.get(f"{path}?question={key.question_id}&action=key")
    assert "2 份的成绩会变" in page.words
    refused = client.post(path, data={"question": key.question_id, "action": "key", "version": key.id, "reason": ""})
    assert refused.status_code == 422
    stale = client.post(path, data={"question": key.question_id, "action": "key", "version": 1, "reason": "录错了"})
    assert stale.status_code == 409
    sent = client.post(path, data={"question": key.question_id, "action": "key", "version": key.id, "reason": "录错了"})
    assert sent.status_code == 303
    assert "录错了" in client.get(path).words
    row = db.session.scalars(select(Regrade)).one()
    assert client.post(f"{path}/{row.id}/undo").status_code == 303
    assert "已撤销" in client.get(path).words
    assert sign_in(make_person("instructor")).get(path).status_code == 403


def test_many_answers_are_regraded_in_a_job_all_or_nothing(quiz, version, teacher, sign_in, monkeypatch):
    monkeypatch.setattr(regrading, "IN_A_JOB_FROM", 1)
    attempts = sat(version, [True, False])
    key = corrected(attempts[0], teacher)
    db.session.commit()
    sent = sign_in(teacher).post(
        f"/studio/marking/{quiz.id}/regrade",
        data={"question": key.question_id, "action": "key", "version": key.id, "reason": "录错了"},
    )
    assert sent.status_code == 303
    db.session.expire_all()
    assert db.session.scalars(select(Regrade)).one().state == "done"
    assert [response(attempt, 1).fraction_numerator for attempt in attempts] == [0, 1]


def test_who_is_sitting_now_is_graded_by_what_they_see(quiz, version, teacher):
    attempts = sat(version, [True])
    key = corrected(attempts[0], teacher)
    person = make_person()
    running = quizzes.start_attempt(person, version)
    regrading.start(quiz, key.question, "key", teacher, "录错了")
    assert regrading.still_sitting(quiz.id) == 1
    assert db.session.get_one(Attempt, running.id).state == "open"


def test_a_course_completed_by_a_pass_stays_completed(teacher, sign_in):
    enrolment, version, origin = enrolled(teacher)
    attempt = sit(version, db.session.get_one(Person, enrolment.person_id), origin=origin)
    mark(sign_in(teacher), attempt)
    db.session.expire_all()
    key = corrected(attempt, teacher)
    regrading.start(attempt.quiz_version.quiz, key.question, "key", teacher, "录错了")
    db.session.expire_all()
    progress = db.session.scalars(select(LessonProgress)).one()
    assert progress.completed_at is not None
    assert Fraction(progress.score_num, progress.score_den) == Fraction(1, 2)
    assert list(recompute(mend=False)) == []


def test_the_preview_costs_the_same_for_many(quiz, version, teacher, sign_in):
    attempts = sat(version, [True, False])
    key = corrected(attempts[0], teacher)
    client = sign_in(teacher)
    counts = []
    for _ in range(2):
        db.session.expire_all()
        with count_queries() as queries:
            client.get(f"/studio/marking/{quiz.id}/regrade?question={key.question_id}&action=key")
        counts.append(queries.count)
        sat(version, [True, False, True])
    assert counts[0] == counts[1]
    assert counts[0] <= 22
