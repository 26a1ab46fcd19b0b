"""Writing an assignment and handing it in."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.db import db
from academy.files.models import StoredFile
from academy.files.services import store_stream
from courses.assignments.models import AssignmentMark, Submission, SubmissionFile
from courses.assignments.services.writing import Written, save_draft
from courses.learning.models import Enrolment, Evidence, LessonWork
from courses.learning.services.recompute import recompute
from tests.factories import make_course, make_enrolment, make_mark, make_person, make_submission
from tests.factories.assignments import WORK, assignment_lesson
from tests.factories.studio import PDF, picture, sample
from tests.integration.learning.helpers import make_student
from tests.support import count_queries


@pytest.fixture
def owner(app):
    return make_person("instructor")


@pytest.fixture
def study(sign_in, owner):
    """Return a maker of somebody who studies an assignment."""

    def make(completion=None, **content):
        return make_student(sign_in, make_course([assignment_lesson(completion, **content)], owner=owner))

    return make


def submissions(student):
    db.session.expire_all()
    return db.session.scalars(select(Submission).order_by(Submission.id)).all()


def post(student, action="save", **values):
    """Send the page's form with `values`."""
    form = student.client.get(student.url(0, "assignment"))
    revision = form.page.one("input", name="revision")["value"]
    return student.client.post(student.url(0, "assignment"), data={"revision": revision, "action": action, **values})


def own_file(student, name="a.png", content=None, kind="picture") -> StoredFile:
    file = store_stream(io.BytesIO(content or picture()), name, person_of(student), kind)
    db.session.commit()
    return file


def person_of(student) -> Person:
    return db.session.get_one(Person, db.session.get_one(Enrolment, student.enrolment.id).person_id)


def test_the_lesson_leads_to_the_page_where_one_writes(study):
    student = study()
    page = student.client.get(f"/learn/{student.slug}/{student.lesson_ids[0]}").page
    assert page.one("a", "写作业")["href"] == student.url(0, "assignment")
    assert "9 分（满分 15）" in page.one("main").text
    page = student.client.get(student.url(0, "assignment")).page
    assert page.one("textarea", name="text") and "参考答案" not in page.one("main").text


def test_a_draft_is_kept_and_is_nobody_elses_business(study, sign_in, owner):
    student = study()
    assert post(student, text="写了一半").status_code == 303
    [draft] = submissions(student)
    assert (draft.state, draft.text, draft.revision, draft.handed_in_at) == ("draft", "写了一半", 1, None)
    page = student.client.get(student.url(0, "assignment")).page
    assert "写了一半" in page.one("textarea", name="text").text and "草稿" in page.one("main").text
    assert student.progress().share_num == 0
    studio = sign_in(owner)
    assert studio.get(f"/studio/assignments/{draft.id}").status_code == 404
    assert "没有等批阅的作业" in studio.get("/studio/assignments").words


def test_handing_in_is_evidence_and_closes_the_version(study):
    student = study()
    answer = post(student, action="hand_in", text=WORK)
    assert answer.status_code == 303
    [found] = submissions(student)
    assert (found.state, found.number, found.text) == ("waiting", 1, WORK) and found.handed_in_at
    entry = db.session.scalars(select(Evidence).where(Evidence.kind == "work")).one()
    assert entry.credited == {"number": 1, "characters": len(WORK), "files": 0, "share": [0, 1]}
    assert db.session.scalars(select(LessonWork)).one().state == {"state": "waiting", "number": 1}
    assert student.progress().completed_at is None
    page = student.client.get(student.url(0, "assignment"))
    assert "等老师批阅" in page.words and not page.page.find_all("textarea", name="text")
    again = student.client.post(
        student.url(0, "assignment"), data={"revision": "1", "text": "再写", "action": "hand_in"}
    )
    assert again.status_code == 409 and len(submissions(student)) == 1
    assert list(recompute(mend=False)) == []


def test_where_handing_in_is_enough_it_completes_the_lesson(study):
    student = study({"rule": "handed_in"})
    answer = student.client.get(post(student, action="hand_in", text=WORK).location)
    assert "全部学完" in answer.get_data(as_text=True)
    assert student.progress().completed_at is not None
    assert list(recompute(mend=False)) == []


@pytest.mark.parametrize(
    ("content", "text", "sentence"),
    [
        ({}, "", "文字还是空的"),
        ({}, "太短", "写了 2 字，至少要 20 字，还差 18 字"),
        ({}, "长" * 201, "请删去 1 字"),
        ({"hand_in": "both"}, WORK, "还没有上传文件"),
        ({"hand_in": "either"}, " ", "作业还是空的"),
        ({"hand_in": "either"}, "短", "还差 19 字"),
    ],
)
def test_what_is_not_whole_is_refused_with_a_sentence_and_kept(study, content, text, sentence):
    student = study(**content)
    answer = post(student, action="hand_in", text=text)
    assert answer.status_code == 422 and sentence in answer.words
    [draft] = submissions(student)
    assert draft.state == "draft" and draft.text == text.strip()
    assert answer.page.one("input", name="revision")["value"] == "1"
    assert student.progress().share_num == 0 and not db.session.scalars(select(LessonWork)).all()


def test_a_text_beyond_all_bounds_is_still_on_the_page(study):
    student = study()
    answer = post(student, text="长" * 20_001)
    assert answer.status_code == 422 and "最多 20000 个字" in answer.words
    assert "长" * 20_001 in answer.page.one("textarea", name="text").text


def test_two_pages_notice_each_other(study):
    student = study()
    post(student, text="第一页写的")
    stale = {"revision": "0", "text": "第二页写的", "action": "save"}
    answer = student.client.post(student.url(0, "assignment"), data=stale)
    assert answer.status_code == 409
    assert "第二页写的" in answer.page.one("textarea", name="text").text and "第一页写的" in answer.words
    assert submissions(student)[0].text == "第一页写的"
    stale["revision"] = answer.page.one("input", name="revision")["value"]
    assert student.client.post(student.url(0, "assignment"), data=stale).status_code == 303
    assert submissions(student)[0].text == "第二页写的"


def test_a_script_keeps_the_draft_while_somebody_types(study):
    student = study()
    url = student.url(0, "assignment/draft")
    answer = student.client.post(url, json={"text": "一", "files": [], "revision": 0})
    assert answer.status_code == 200 and answer.json["revision"] == 1 and "存好了" in answer.json["said"]
    assert student.client.post(url, json={"text": "二", "files": [], "revision": 0}).status_code == 409
    for odd in ([], {}, {"text": 1, "files": [], "revision": 1}, {"text": "", "files": ["x"], "revision": 1}):
        assert student.client.post(url, json=odd).status_code == 400
    assert student.client.post(url, json={"text": "", "files": [10**12], "revision": 1}).status_code == 400
    assert submissions(student)[0].text == "一"


def test_files_come_with_the_form_where_there_are_no_scripts(study):
    student = study(hand_in="files", most_files=2)
    assert not student.client.get(student.url(0, "assignment")).page.find_all("textarea", name="text")
    answer = post(
        student,
        action="hand_in",
        file0_upload=(io.BytesIO(picture()), "卡片.png"),
        file1_upload=(io.BytesIO(sample(PDF)), PDF),
    )
    assert answer.status_code == 303
    [found] = submissions(student)
    names = db.session.scalars(
        select(StoredFile.name).join(SubmissionFile).where(SubmissionFile.submission_id == found.id)
    ).all()
    assert set(names) == {"卡片.png", PDF}
    page = student.client.get(student.url(0, "assignment")).page
    for image in page.find_all("img", loading="lazy"):
        assert student.client.get(image["src"]).mimetype == "image/webp"


def test_a_file_of_the_wrong_kind_is_refused_and_the_rest_is_kept(study):
    student = study(hand_in="both", kinds=["picture"])
    answer = post(
        student,
        action="hand_in",
        text=WORK,
        file0_upload=(io.BytesIO(picture()), "好.png"),
        file1_upload=(io.BytesIO(sample(PDF)), PDF),
    )
    assert answer.status_code == 422 and "这里需要图片" in answer.words
    [draft] = submissions(student)
    assert draft.state == "draft" and draft.text == WORK
    assert "好.png" in answer.words
    assert post(student, action="hand_in", text=WORK, file0_id=str(_only_file().id)).status_code == 303


def test_the_form_takes_no_more_in_a_day_than_the_script(study, monkeypatch):
    student = study(hand_in="files", kinds=["picture"], most_files=2)
    monkeypatch.setattr("academy.files.uploads.HAND_IN_DAY_BYTES", len(picture()) + 10)
    files = {f"file{place}_upload": (io.BytesIO(picture()), f"{place}.png") for place in range(2)}
    answer = post(student, action="hand_in", **files)
    assert answer.status_code == 429 and "一天最多上传" in answer.words
    assert _only_file().name == "0.png" and submissions(student)[0].state == "draft"


def _only_file() -> StoredFile:
    return db.session.scalars(select(StoredFile)).one()


def test_only_ones_own_files_may_be_named(study, owner):
    student = study(hand_in="files", kinds=["picture"], most_files=1)
    foreign = store_stream(io.BytesIO(picture()), "别人.png", owner, "picture")
    db.session.commit()
    answer = post(student, action="hand_in", file0_id=str(foreign.id))
    assert answer.status_code == 422 and "找不到这个文件" in answer.words and "别人.png" not in answer.words
    mine = [own_file(student, f"{n}.png").id for n in range(2)]
    document = own_file(student, PDF, sample(PDF), "document").id
    url = student.url(0, "assignment/draft")
    many = student.client.post(url, json={"text": "", "files": mine, "revision": 0})
    assert many.status_code == 422 and "最多交 1 个文件" in many.json["error"]
    other = student.client.post(url, json={"text": "", "files": [document], "revision": 0})
    assert other.status_code == 422 and "不能交" in other.json["error"]


def test_a_file_that_is_too_large_is_refused(study, monkeypatch):
    student = study(hand_in="files")
    file = own_file(student)
    monkeypatch.setattr("courses.assignments.rules.MOST_BYTES", 10)
    answer = post(student, action="hand_in", file0_id=str(file.id))
    assert answer.status_code == 422 and "请压缩后再上传" in answer.words


def test_the_endpoint_of_steps_takes_no_assignment(study):
    student = study({"rule": "handed_in"})
    answer = student.client.post(student.url(0, "work"), data={"number": "1", "characters": "9", "files": "0"})
    assert answer.status_code == 422 and "写作业" in answer.words
    assert student.progress() is None or student.progress().share_num == 0
    assert not submissions(student)


def test_only_those_who_study_the_lesson_write(study, sign_in, client):
    student = study()
    url = student.url(0, "assignment")
    assert client.get(url).status_code in (302, 303)
    stranger = sign_in(make_person())
    assert stranger.get(url).status_code == 303 and stranger.post(url, data={"text": WORK}).status_code == 303
    assert not submissions(student)
    assert stranger.get("/learn/none/1/assignment").status_code == 404
    assert stranger.get(f"/learn/{student.slug}/99999999999/assignment").status_code == 404


def test_files_are_for_the_writer_and_those_who_mark(study, sign_in, owner):
    student = study(hand_in="files")
    post(student, action="hand_in", file0_upload=(io.BytesIO(picture()), "卡片.png"))
    [found] = submissions(student)
    file = db.session.scalars(select(SubmissionFile)).one()
    urls = [
        f"/assignments/{found.id}/files/{file.file_id}",
        f"/assignments/{found.id}/pages/{file.file_id}/640",
    ]
    for url in urls:
        assert student.client.get(url).status_code == 200
        for role in ("trainee", "instructor"):
            assert sign_in(make_person(role)).get(url).status_code == 404, (url, role)
        assert sign_in(owner).get(url).status_code == 200
        assert sign_in(make_person("admin")).get(url).status_code == 200
    assert student.client.get(f"/assignments/{found.id}/files/{file.file_id + 1}").status_code == 404
    assert student.client.get(f"/assignments/{found.id}/pages/{file.file_id}/641").status_code == 404
    assert "attachment" in student.client.get(urls[0]).headers["Content-Disposition"]
    owner.roles = []
    db.session.commit()
    assert [sign_in(owner).get(url).status_code for url in urls] == [404, 404], "no instructor any more"


def test_ones_page_is_cheap_however_much_was_handed_in(study, owner):
    student = study(resubmissions=9)
    for _each in range(4):
        made = make_submission(student.enrolment, person_of(student))
        make_mark(made, owner, 2, 1)
    db.session.commit()
    with count_queries() as queries:
        page = student.client.get(student.url(0, "assignment"))
    assert page.words.count("未通过") >= 4
    queries.assert_at_most(12)


@pytest.mark.parametrize(
    "broken",
    [
        {"number": 1},
        {"number": 2, "state": "draft"},
        {"number": 2, "state": "waiting", "handed_in_at": None},
        {"number": 0},
        {"number": 2, "state": "gone"},
    ],
)
def test_the_database_keeps_versions_in_order(app, owner, broken):
    person = make_person()
    enrolment = make_enrolment(person, make_course([assignment_lesson()], owner=owner))
    first = make_submission(enrolment, person)
    make_mark(first, owner, 2, 1)
    lesson = enrolment.version.chapters[0].lessons[0]
    draft = save_draft(person, enrolment, lesson, Written("再写", [], 0))
    assert draft.number == 2
    values = {"state": "waiting", "handed_in_at": first.handed_in_at, **broken}
    db.session.add(
        Submission(
            progress_id=first.progress_id,
            course_id=first.course_id,
            lesson_id=first.lesson_id,
            lesson_version_id=first.lesson_version_id,
            **{**values, "number": values["number"] if values["number"] != 2 else 3},
        )
    )
    with pytest.raises(IntegrityError):
        db.session.flush()


@pytest.mark.parametrize(
    "broken",
    [
        {"number": 1},
        {"points_hundredths": 1501},
        {"points_hundredths": None},
        {"decision": "returned", "comment": ""},
        {"decision": "unknown"},
        {"of_hundredths": 0, "points_hundredths": 0},
    ],
)
def test_the_database_keeps_marks_in_order(app, owner, broken):
    person = make_person()
    made = make_submission(make_enrolment(person, make_course([assignment_lesson()], owner=owner)), person)
    make_mark(made, owner, 0, 0)
    values = {"number": 2, "decision": "marked", "points_hundredths": 1500, "of_hundredths": 1500, **broken}
    db.session.add(AssignmentMark(submission_id=made.id, chosen=[], remarks=[], **values))
    with pytest.raises(IntegrityError):
        db.session.flush()
