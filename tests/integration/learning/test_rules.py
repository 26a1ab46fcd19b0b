"""Courses with rules of their own: what completes them, what is not open, testing out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from academy.clock import now
from academy.db import db
from courses.catalog.publication import publish
from courses.credits.models import LedgerEntry
from courses.learning.models import Enrolment, Evidence, LessonProgress
from courses.learning.services.recompute import recompute
from courses.question_types import installed
from courses.quizzes.models import Attempt, QuizVersion, Response
from courses.quizzes.services import freeze, start_attempt, submit
from tests.factories import make_completion, make_course, make_enrolment, make_person, make_progress, make_quiz
from tests.factories.catalog import quiz_lesson, text_lesson, video_lesson
from tests.integration.learning.helpers import lessons_of, make_student
from tests.integration.learning.test_at_once import at_once
from tests.support import count_queries


def hours(count):
    return (now() + timedelta(hours=count)).isoformat()


def make_ruled(described=None, /, **rules):
    """A course whose published version has these rules; `rule` may name lessons by their place."""
    course = make_course(described)
    identities = [lesson.id for chapter in course.chapters for lesson in chapter.lessons]

    def place(value):
        if isinstance(value, dict):
            return {key: identities[each] if key in ("lesson", "after") else place(each) for key, each in value.items()}
        return [place(each) for each in value] if isinstance(value, list) else value

    written = place(rules)
    if "lessons" in written:
        written["lessons"] = {str(identities[int(key)]): gate for key, gate in written["lessons"].items()}
    course.rules = course.current_version.rules = written
    db.session.flush()
    return course


def three(**more):
    leaves = [{"is": "lesson", "lesson": each} for each in range(3)]
    return {"is": "any", "n": 2, "of": leaves, **more}


def test_two_of_three_complete_the_course(app, clock):
    enrolment = make_enrolment(course=make_ruled([text_lesson()] * 3, rule=three()))
    lessons = lessons_of(enrolment)
    make_progress(enrolment, lessons[2])
    assert (enrolment.state, enrolment.done_count, enrolment.required_count) == ("enrolled", 1, 2)
    make_progress(enrolment, lessons[0])
    assert (enrolment.state, enrolment.completed_by) == ("completed", "rules")
    assert db.session.scalar(select(func.sum(LedgerEntry.amount_hundredths))) == 150
    assert list(recompute(mend=False)) == []


def sit(person, enrolment, lesson, right):
    """Answer a quiz of two questions with `right` of them right, from its lesson."""
    version = db.session.get_one(QuizVersion, lesson.content["quiz_version_id"])
    origin = {"enrolment_id": enrolment.id, "lesson_id": lesson.lesson_id, "lesson_version_id": lesson.id}
    return answer(start_attempt(person, version, origin=origin), right)


def fill_in(attempt, right):
    for slot in attempt.quiz_version.slots:
        question = slot.question_version
        given = installed.get(question.type).correct_answer(question.content) if slot.position <= right else None
        values = {"attempt_id": attempt.id, "position": slot.position, "answer": given, "sequence": 1}
        db.session.merge(Response(**values, saved_at=now()))
    db.session.flush()


def answer(attempt, right):
    fill_in(attempt, right)
    submit(attempt)
    return attempt


def test_a_better_score_completes_the_course_after_its_lesson_is_done(app, clock):
    person = make_person()
    quiz = make_quiz("true_false", "true_false", pass_percent=50)
    rule = {"is": "all", "of": [{"is": "required"}, {"is": "score", "lesson": 0, "percent": 80}]}
    enrolment = make_enrolment(person, make_ruled([quiz_lesson(quiz)], rule=rule))
    [lesson] = lessons_of(enrolment)
    sit(person, enrolment, lesson, right=1)
    assert (enrolment.done_count, enrolment.required_count, enrolment.state) == (1, 2, "studying")
    sit(person, enrolment, lesson, right=0)
    progress = db.session.scalars(select(LessonProgress)).one()
    assert (progress.score_num, progress.score_den) == (1, 2) and progress.completed_at
    sit(person, enrolment, lesson, right=2)
    assert enrolment.state == "completed"
    assert list(recompute(mend=False)) == []
    progress.score_num = None
    db.session.flush()
    assert [each.column for each in recompute(mend=False)] == ["score_num"]


def test_half_of_a_film_may_be_enough(app, sign_in, clock):
    rule = {"is": "share", "lesson": 0, "percent": 50}
    student = make_student(sign_in, course=make_ruled([video_lesson(60_000)], rule={"is": "all", "of": [rule]}))
    student.open()
    clock.move(seconds=40)
    assert student.watch((0, 20_000)).json["course"]["completed"] is False
    assert student.watch((20_000, 31_000)).json["course"]["completed"] is True


def test_what_is_not_open_earns_nothing(app, sign_in, clock):
    course = make_ruled([text_lesson(), video_lesson()], lessons={"1": {"after": 0}})
    student = make_student(sign_in, course=course)
    refused = student.client.post(student.url(1, "open"), json={})
    assert refused.status_code == 403 and "以后开放" in refused.json["error"]
    page = student.client.get(f"/learn/{course.slug}/{student.lesson_ids[1]}")
    assert page.status_code == 403 and "这一节还没有开放" in page.words
    assert student.client.post(student.url(1, "done")).status_code == 403
    assert db.session.scalar(select(func.count()).select_from(Evidence)) == 0
    contents = student.client.get(f"/courses/{course.slug}")
    assert "以后开放" in contents.words
    make_progress(db.session.get(Enrolment, student.enrolment.id), lessons_of(student.enrolment)[0])
    db.session.commit()
    assert student.open(1)["session"]


def test_a_lesson_locked_while_it_is_watched_earns_nothing(app, sign_in, clock):
    course = make_ruled([video_lesson()])
    student = make_student(sign_in, course=course)
    student.open()
    clock.move(seconds=20)
    assert student.watch((0, 5000)).status_code == 200
    course.current_version.rules = {"lessons": {str(student.lesson_ids[0]): {"opens_at": hours(1)}}}
    db.session.commit()
    clock.move(seconds=10)
    assert student.watch((5000, 9000)).status_code == 403
    assert db.session.scalars(select(LessonProgress)).one().covered == [[0, 5000]]


@pytest.mark.parametrize("also_in_order", [False, True])
def test_after_closing_nothing_counts_and_everything_is_readable(app, sign_in, clock, also_in_order):
    course = make_ruled([video_lesson()], closes_at=hours(1), in_order=also_in_order)
    student = make_student(sign_in, course=course)
    student.open()
    clock.move(seconds=20)
    assert student.watch((0, 5000)).status_code == 200
    clock.move(hours=2)
    late = student.watch((5000, 9000))
    assert late.status_code == 409 and "已经截止" in late.json["error"]
    page = student.client.get(f"/learn/{course.slug}/{student.lesson_ids[0]}")
    assert page.status_code == 200 and "不再计入进度" in page.words
    assert db.session.scalars(select(LessonProgress)).one().covered == [[0, 5000]]


def test_a_quiz_handed_in_after_closing_does_not_count(app, clock):
    person = make_person()
    course = make_ruled([quiz_lesson(make_quiz("true_false", pass_percent=50))], closes_at=hours(1))
    enrolment = make_enrolment(person, course)
    clock.move(hours=2)
    assert sit(person, enrolment, lessons_of(enrolment)[0], right=1).passed
    assert enrolment.state == "enrolled" and list(recompute(mend=False)) == []


def test_a_course_asks_for_another_one_first(app, sign_in):
    before = make_course(title="基础课")
    course = make_ruled(courses=[before.id])
    person = make_person()
    client = sign_in(person)
    page = client.get(f"/courses/{course.slug}")
    assert "先学完《基础课》，这门课才能开始学" in page.words
    joined = client.submit(page, action=f"/courses/{course.slug}/enrol")
    assert joined.status_code == 303 and joined.location == f"/courses/{course.slug}"
    lesson = course.chapters[0].lessons[0]
    locked = client.get(f"/learn/{course.slug}/{lesson.id}")
    assert locked.status_code == 403 and locked.page.find("a", href=f"/courses/{before.slug}")
    make_completion(person, before)
    assert client.get(f"/learn/{course.slug}/{lesson.id}").status_code == 200


def test_the_new_version_judges_those_under_way(app):
    course = make_course([text_lesson(f"第{each}课的正文。") for each in range(3)])
    under_way, finished = make_enrolment(course=course), make_completion(course=course)
    for lesson in lessons_of(under_way)[:2]:
        make_progress(under_way, lesson)
    earned = finished.completed_version_id
    lessons = course.chapters[0].lessons
    course.rules = {"rule": three(of=[{"is": "lesson", "lesson": each.id} for each in lessons])}
    version = publish(course, None)
    db.session.expire_all()
    assert version.required_count == 2
    assert (under_way.state, under_way.completed_version_id) == ("completed", version.id)
    assert (finished.state, finished.completed_version_id) == ("completed", earned)


def test_stricter_rules_leave_what_is_complete(app):
    course = make_course([text_lesson("甲。"), text_lesson("乙。", required=False)])
    finished, under_way = make_enrolment(course=course), make_enrolment(course=course)
    make_progress(finished, lessons_of(finished)[0])
    lessons = course.chapters[0].lessons
    course.rules = {"rule": {"is": "all", "of": [{"is": "lesson", "lesson": each.id} for each in lessons]}}
    publish(course, None)
    db.session.expire_all()
    assert finished.state == "completed"
    make_progress(under_way, lessons_of(under_way)[0])
    assert (under_way.done_count, under_way.required_count, under_way.state) == (1, 2, "enrolled")


# -- testing out ---------------------------------------------------------------------------------------------------


def make_tested(percent=50, attempts=2, **rules):
    version = freeze(make_quiz("true_false", "true_false", pass_percent=percent, attempts_allowed=attempts))
    test_out = {"quiz_id": version.quiz_id, "quiz_version_id": version.id, "percent": percent, "attempts": attempts}
    return make_ruled(test_out={**test_out, "questions": 2}, **rules)


def begin(client, course):
    page = client.get(f"/courses/{course.slug}")
    started = client.submit(page, action=f"/courses/{course.slug}/test-out")
    assert started.status_code == 303, started.words
    return db.session.scalars(select(Attempt).where(Attempt.state == "open")).one()


def test_passing_the_quiz_completes_the_course(app, sign_in):
    course, person = make_tested(), make_person()
    client = sign_in(person)
    attempt = answer(begin(client, course), right=2)
    db.session.commit()
    enrolment = db.session.scalars(select(Enrolment)).one()
    assert (enrolment.state, enrolment.completed_by, enrolment.test_out_attempt_id) == (
        "completed",
        "test_out",
        attempt.id,
    )
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert entry.amount_hundredths == 150 and entry.evidence["test_out"]["attempt_id"] == attempt.id
    page = client.get(f"/courses/{course.slug}")
    assert "免修通过" in page.words and "做免修测验" not in page.words
    assert client.get(f"/learn/{course.slug}/{course.chapters[0].lessons[0].id}").status_code == 200
    assert list(recompute(mend=False)) == []


def test_failing_has_no_consequence(app, sign_in):
    course, person = make_tested(), make_person()
    client = sign_in(person)
    answer(begin(client, course), right=0)
    db.session.commit()
    page = client.get(f"/courses/{course.slug}")
    assert "还有 1 次机会" in page.words and "开始学习" in page.words
    assert db.session.scalars(select(Enrolment)).one().state == "enrolled"
    answer(begin(client, course), right=0)
    db.session.commit()
    spent = client.get(f"/courses/{course.slug}")
    assert "机会已经用完" in spent.words
    assert client.post(f"/courses/{course.slug}/test-out").status_code == 409


def test_the_promise_of_the_start_holds(app, sign_in):
    """A version that asks for more while somebody sits does not take back what was promised."""
    course = make_tested()
    attempt = begin(sign_in(make_person()), course)
    course.current_version.rules = {}
    db.session.flush()
    answer(attempt, right=1)
    assert db.session.scalars(select(Enrolment)).one().state == "completed"


def test_testing_out_waits_for_what_the_course_waits_for(app, sign_in):
    before = make_course()
    course = make_tested(courses=[before.id])
    client = sign_in(make_person())
    assert "做免修测验" not in client.get(f"/courses/{course.slug}").words
    assert client.post(f"/courses/{course.slug}/test-out").status_code == 409
    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_after_closing_testing_out_does_not_count(app, sign_in, clock):
    course = make_tested(closes_at=hours(1))
    attempt = begin(sign_in(make_person()), course)
    clock.move(hours=2)
    answer(attempt, right=2)
    assert db.session.scalars(select(Enrolment)).one().state == "enrolled"


def test_pressing_six_times_starts_one_attempt_and_completes_once(app, sign_in):
    course, person = make_tested(), make_person()
    attempt = begin(sign_in(person), course)
    fill_in(attempt, right=2)
    path = f"/attempts/{attempt.token}/submit"
    db.session.commit()
    statuses = at_once(app, person, lambda tab, number: tab.post(path).status_code)
    assert set(statuses) == {303}
    db.session.expire_all()
    assert db.session.scalars(select(Enrolment)).one().completed_by == "test_out"
    assert db.session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


def test_the_last_two_lessons_at_the_same_moment_complete_once(app, sign_in, clock):
    course = make_ruled([text_lesson("短。") for _ in range(6)], rule={"is": "all", "of": [three(n=3)]})
    person = make_person()
    student = make_student(sign_in, person=person, course=course)
    for place in range(6):
        student.open(place)
    clock.move(minutes=30)
    at_once(app, person, lambda tab, number: tab.post(student.url(number, "done")).status_code)
    db.session.expire_all()
    enrolment = db.session.get(Enrolment, student.enrolment.id)
    entries = db.session.scalar(select(func.count()).select_from(LedgerEntry))
    assert (entries == 1) == (enrolment.state == "completed")


def test_testing_out_names_its_attempt(app):
    enrolment = make_enrolment()
    enrolment.completed_by = "test_out"
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()


# -- pages ---------------------------------------------------------------------------------------------------------


def test_the_course_page_says_what_is_missing_with_links(app, sign_in):
    quiz = make_quiz("true_false", "true_false", pass_percent=50, title="测")
    rule = {"is": "all", "of": [three(), {"is": "score", "lesson": 3, "percent": 80}]}
    course = make_ruled([text_lesson(), text_lesson(), text_lesson(), quiz_lesson(quiz)], rule=rule)
    person = make_person()
    enrolment = make_enrolment(person, course)
    make_progress(enrolment, lessons_of(enrolment)[0])
    page = sign_in(person).get(f"/courses/{course.slug}")
    assert "3 选 2，已完成 1 项" in page.words and "至少 80 分，还没有考过" in page.words
    target = f"/learn/{course.slug}/{lessons_of(enrolment)[3].lesson_id}"
    assert page.page.find("a", href=target, text="还差一次测验")


def test_rules_cost_at_most_one_query_more(app, sign_in):
    person, before = make_person(), make_course()
    plain = make_course([text_lesson(), text_lesson()])
    ruled = make_ruled(
        [text_lesson(), text_lesson()],
        rule={"is": "any", "n": 1, "of": [{"is": "lesson", "lesson": 0}, {"is": "total", "percent": 9}]},
        courses=[before.id],
        in_order=True,
        closes_at=hours(9),
    )
    make_completion(person, before)
    client, counted = sign_in(person), []
    for course in (plain, ruled):
        enrolment = make_enrolment(person, course)
        for path in (f"/courses/{course.slug}", f"/learn/{course.slug}/{lessons_of(enrolment)[0].lesson_id}"):
            client.get(path)
            with count_queries() as queries:
                assert client.get(path).status_code == 200
            counted.append(len(queries))
    assert counted[2] <= counted[0] + 1 and counted[3] <= counted[1] + 1
