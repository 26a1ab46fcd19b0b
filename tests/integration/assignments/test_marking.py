"""The instructor's queue and the page where assignments are marked."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.db import db
from courses.assignments.models import AssignmentMark, Submission
from courses.learning.models import Enrolment, Evidence, LessonProgress, LessonWork
from courses.learning.services.recompute import recompute
from tests.factories import make_course, make_enrolment, make_mark, make_person, make_submission
from tests.factories.assignments import assignment_lesson
from tests.support import count_queries


@pytest.fixture
def owner(app):
    return make_person("instructor")


@pytest.fixture
def hand_in(owner):
    """Return a maker of a submission that waits."""
    courses = {}

    def make(name="张三", completion=None, course="a", **content):
        if course not in courses:
            courses[course] = make_course([assignment_lesson(completion, **content)], owner=owner)
        person = make_person(name=name)
        made = make_submission(make_enrolment(person, courses[course]), person)
        db.session.commit()
        return made

    return make


def url(submission):
    return f"/studio/assignments/{submission.id}"


def mark(client, submission, *levels, action="mark", seen=0, **values):
    chosen = {f"level{place}": str(level) for place, level in enumerate(levels)}
    return client.post(url(submission), data={"seen": str(seen), "action": action, **chosen, **values})


def progress_of(submission) -> LessonProgress:
    db.session.expire_all()
    return db.session.get_one(LessonProgress, submission.progress_id)


def state_of(submission) -> str:
    db.session.expire_all()
    return db.session.get_one(Submission, submission.id).state


def test_the_queue_shows_what_waits_with_the_longest_waiting_first(hand_in, sign_in, owner, clock):
    hand_in("张三")
    clock.move(minutes=5)
    hand_in("李四", course="b")
    studio = sign_in(owner)
    page = studio.get("/studio/assignments").page
    rows = page.one("tbody").find_all("th")
    assert [row.text for row in rows] == ["张三", "李四"]
    assert page.find_all("a", "批阅作业", aria_current="page")[0].text.endswith("2")
    lesson = db.session.scalars(select(Submission.lesson_id).order_by(Submission.id)).first()
    filtered = studio.get(f"/studio/assignments?lesson={lesson}").page
    assert [row.text for row in filtered.one("tbody").find_all("th")] == ["张三"]
    assert "还没有批过作业" in studio.get("/studio/assignments?state=marked").words
    assert studio.get("/studio/assignments?lesson=abc").status_code == 200


def test_only_the_owner_and_administrators_mark_and_nobody_their_own(hand_in, sign_in, owner):
    made = hand_in()
    for role, status in (("trainee", 403), ("instructor", 403), ("admin", 200)):
        assert sign_in(make_person(role)).get(url(made)).status_code == status, role
    stranger = sign_in(make_person("instructor"))
    assert mark(stranger, made, 0, 0).status_code == 403
    assert "没有等批阅的作业" in stranger.get("/studio/assignments").words
    own = make_submission(make_enrolment(owner, make_course([assignment_lesson()], owner=owner)), owner)
    db.session.commit()
    studio = sign_in(owner)
    assert studio.get(url(own)).status_code == 403 and mark(studio, own, 0, 0).status_code == 403
    assert studio.get("/studio/assignments").page.find_all("a", "批阅作业", aria_current="page")[0].text.endswith("1")
    assert studio.get("/studio/assignments/999999").status_code == 404
    assert studio.get("/studio/assignments/99999999999").status_code == 404


def test_a_mark_that_passes_completes_the_lesson_with_its_share(hand_in, sign_in, owner):
    made = hand_in()
    answer = mark(sign_in(owner), made, 1, 0, comment="写得清楚", remark0="缺时间")
    assert answer.status_code == 303 and answer.location.endswith("/studio/assignments")
    given = db.session.scalars(select(AssignmentMark)).one()
    assert (given.points_hundredths, given.of_hundredths, given.passed) == (1150, 1500, True)
    assert (given.chosen, given.remarks, given.marker_id) == ([1, 0], ["缺时间", ""], owner.id)
    progress = progress_of(made)
    assert (progress.share_num, progress.share_den) == (23, 30) and progress.completed_at
    entry = db.session.scalars(select(Evidence).where(Evidence.kind == "settled")).one()
    assert entry.claimed == {"submission": made.id, "mark": 1}
    assert entry.credited["mark"] == [1150, 1500] and entry.credited["share"] == [23, 30]
    assert db.session.scalars(select(Enrolment)).one().state == "completed"
    assert list(recompute(mend=False)) == []
    work = db.session.scalars(select(LessonWork)).one().state
    assert (work["state"], work["points"], work["passed"]) == ("marked", 1150, True)
    entries = select(AuditEntry.action).where(AuditEntry.action.like("assignment.%")).order_by(AuditEntry.id)
    actions = db.session.scalars(entries).all()
    assert actions == ["assignment.handed_in", "assignment.marked"]


def test_the_trainee_sees_mark_comment_and_sample(hand_in, sign_in, owner):
    made = hand_in()
    make_mark(made, owner, 0, 1, comment="急事没有写", remarks=["", "漏了软管"])
    person = db.session.get_one(Person, db.session.get_one(Enrolment, progress_of(made).enrolment_id).person_id)
    slug, lesson = db.session.get_one(Enrolment, progress_of(made).enrolment_id).course.slug, made.lesson_id
    trainee = sign_in(person)
    words = trainee.get(f"/learn/{slug}/{lesson}/assignment").words
    for part in ("10 / 15 分", "通过", "急事没有写", "漏了软管", "参考答案在这里"):
        assert part in words
    assert owner.name not in words
    assert "10 / 15 分" in trainee.get(f"/learn/{slug}/{lesson}").words


def test_a_mark_below_the_line_earns_its_share_and_lets_one_try_again(hand_in, sign_in, owner):
    made = hand_in()
    mark(sign_in(owner), made, 2, 0)
    progress = progress_of(made)
    assert (progress.share_num, progress.share_den) == (1, 3) and progress.completed_at is None
    enrolment = db.session.get_one(Enrolment, progress.enrolment_id)
    second = make_submission(enrolment, db.session.get_one(Person, enrolment.person_id), "第二次写得更清楚" * 5)
    db.session.commit()
    assert second.number == 2 and state_of(made) == "marked"
    assert mark(sign_in(owner), made, 0, 0, seen=1).status_code == 409
    page = sign_in(owner).get(url(second)).page
    assert "第 1 次交的" in page.one("main").text
    mark(sign_in(owner), second, 0, 0)
    assert progress_of(made).completed_at is not None
    assert list(recompute(mend=False)) == []


def test_returning_asks_for_a_comment_and_counts_the_tries(hand_in, sign_in, owner):
    made, studio = hand_in(), sign_in(owner)
    refused = mark(studio, made, 1, action="return", remark1="看软管")
    assert refused.status_code == 422 and "写明要改什么" in refused.words
    assert refused.page.one("input", name="level0", value="1").attributes.get("checked") is not None
    assert "看软管" in refused.page.one("textarea", name="remark1").text
    assert mark(studio, made, action="return", comment="请照六栏重写").status_code == 303
    assert state_of(made) == "returned" and progress_of(made).share_num == 0
    given = db.session.scalars(select(AssignmentMark)).one()
    assert (given.points_hundredths, given.passed, given.decision) == (None, None, "returned")
    enrolment = db.session.get_one(Enrolment, progress_of(made).enrolment_id)
    person = db.session.get_one(Person, enrolment.person_id)
    page = sign_in(person).get(f"/learn/{enrolment.course.slug}/{made.lesson_id}/assignment")
    assert "请照六栏重写" in page.words and "走访" in page.page.one("textarea", name="text").text
    assert "参考答案在这里" not in page.words
    second = make_submission(enrolment, person)
    db.session.commit()
    page = studio.get(url(second))
    assert "重交次数已经用完" in page.words and not page.page.find_all("button", value="return")
    assert mark(studio, second, 0, 0, action="return", comment="再改").status_code == 422
    assert mark(studio, second, 0, 0).status_code == 303
    assert list(recompute(mend=False)) == []


def test_a_mark_needs_a_level_for_every_criterion(hand_in, sign_in, owner):
    made, studio = hand_in(), sign_in(owner)
    for levels in ((), (0,), (0, 9), (0, -1), (0, "x")):
        answer = mark(studio, made, *levels, comment="写好的评语")
        assert answer.status_code == 422 and "没有选等级" in answer.words
        assert "写好的评语" in answer.page.one("textarea", name="comment").text
    assert mark(studio, made, 0, 0, comment="长" * 2001).status_code == 422
    assert mark(studio, made, 0, 0, remark0="长" * 301).status_code == 422
    assert state_of(made) == "waiting"


def test_two_who_mark_at_once_notice_each_other(hand_in, sign_in, owner):
    made = hand_in()
    studio, other = sign_in(owner), sign_in(make_person("admin"))
    assert mark(other, made, 0, 0, comment="我先批的").status_code == 303
    answer = mark(studio, made, 2, 1, comment="我也写了")
    assert answer.status_code == 409 and "已经有人批过" in answer.words
    assert "我先批的" in answer.words and "我也写了" in answer.page.one("textarea", name="comment").text
    assert answer.page.one("input", name="level0", value="2").attributes.get("checked") is not None
    assert answer.page.one("input", name="seen")["value"] == "1"
    assert len(db.session.scalars(select(AssignmentMark)).all()) == 1
    assert mark(studio, made, 2, 1, seen=1, comment="我也写了").status_code == 303


def test_a_changed_mark_is_a_new_entry_and_what_was_reached_stays(hand_in, sign_in, owner):
    made, studio = hand_in(), sign_in(owner)
    mark(studio, made, 0, 0)
    done = progress_of(made).completed_at
    assert mark(studio, made, 2, 1, seen=1, comment="上次看错了").status_code == 303
    first, second = db.session.scalars(select(AssignmentMark).order_by(AssignmentMark.number)).all()
    assert (first.points_hundredths, second.points_hundredths, second.passed) == (1500, 0, False)
    assert progress_of(made).completed_at == done and progress_of(made).share_num == 1
    assert len(db.session.scalars(select(Evidence).where(Evidence.kind == "settled")).all()) == 2
    page = studio.get(url(made))
    assert "以前的评分" in page.words and "15 / 15 分" in page.words
    assert "assignment.mark_changed" in db.session.scalars(select(AuditEntry.action)).all()
    assert list(recompute(mend=False)) == []


def test_names_are_hidden_until_the_work_is_marked(hand_in, sign_in, owner):
    made = hand_in("王小明", anonymous=True)
    studio = sign_in(owner)
    for address in ("/studio/assignments", url(made)):
        page = studio.get(address).get_data(as_text=True)
        assert "王小明" not in page and f"学员 {made.id}" in page
    mark(studio, made, 0, 0)
    assert "王小明" in studio.get("/studio/assignments?state=marked").words
    assert "王小明" in studio.get(url(made)).words


def test_after_one_comes_the_next_of_the_same_assignment(hand_in, sign_in, owner, clock):
    first = hand_in("张三")
    clock.move(minutes=1)
    hand_in("外人", course="b")
    clock.move(minutes=1)
    last = hand_in("李四")
    studio = sign_in(owner)
    assert studio.get(url(first)).page.one("a", "先看下一份")["href"] == url(last)
    assert mark(studio, first, 0, 0).location.endswith(url(last))
    assert mark(studio, last, 0, 0).location.endswith("/studio/assignments")


def test_what_was_written_before_is_offered_and_added(hand_in, sign_in, owner):
    make_mark(hand_in("张三"), owner, 0, 0, comment="六栏写全\n日期清楚")
    made, studio = hand_in("李四"), sign_in(owner)
    assert studio.get(url(made)).page.one("input", name="phrases", value="日期清楚")
    mark(studio, made, 0, 0, comment="不错", phrases=["日期清楚", "六栏写全"])
    last = db.session.scalars(select(AssignmentMark).order_by(AssignmentMark.id.desc())).first()
    assert last.comment == "不错\n日期清楚\n六栏写全"


def test_where_handing_in_is_enough_a_mark_is_for_information(hand_in, sign_in, owner):
    made = hand_in(completion={"rule": "handed_in"})
    assert progress_of(made).completed_at is not None
    page = sign_in(owner).get(url(made))
    assert "分通过" not in page.words
    mark(sign_in(owner), made, 2, 1)
    given = db.session.scalars(select(AssignmentMark)).one()
    assert given.passed is None and progress_of(made).share_num == 1
    assert list(recompute(mend=False)) == []


def test_the_pages_cost_the_same_however_much_waits(hand_in, sign_in, owner):
    made = hand_in()
    studio = sign_in(owner)
    studio.get("/studio/assignments")
    with count_queries() as few:
        studio.get("/studio/assignments")
    for number in range(6):
        hand_in(f"学员{number}")
    with count_queries() as many:
        studio.get("/studio/assignments")
    many.assert_at_most(len(few.statements) if hasattr(few, "statements") else 9)
    with count_queries() as queries:
        studio.get(url(made))
    queries.assert_at_most(14)


def test_everybody_takes_along_what_they_handed_in(hand_in, sign_in, owner):
    made = hand_in()
    make_mark(made, owner, 0, 0, comment="很好")
    db.session.commit()
    enrolment = db.session.get_one(Enrolment, progress_of(made).enrolment_id)
    trainee = sign_in(db.session.get_one(Person, enrolment.person_id))
    data = trainee.get("/me/data/export.json")
    text = data.get_data(as_text=True)
    assert data.status_code == 200 and "很好" in text and "灶台" in text
    assert '"marker_id"' not in text
