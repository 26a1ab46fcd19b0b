"""The editor of a lesson: text, files with and without a script, two authors, and a full disk."""

from __future__ import annotations

import errno
import io
import shutil

import pytest
from sqlalchemy import select

from academy.db import db
from academy.files.models import StoredFile
from courses.catalog.models import Lesson
from courses.quizzes.models import Quiz
from tests.factories import make_course, make_person, make_stored_file
from tests.factories.studio import PDF, SUBTITLES, VIDEO, sample


@pytest.fixture
def instructor(app):
    return make_person("instructor")


@pytest.fixture
def studio(sign_in, instructor):
    return sign_in(instructor)


def lesson_of(instructor, type: str = "text", **values) -> Lesson:
    course = make_course([{"type": type, **values}], owner=instructor, published=False)
    return course.chapters[0].lessons[0]


def address(lesson: Lesson) -> str:
    return f"/studio/courses/{lesson.course_id}/lessons/{lesson.id}"


def held(answer) -> dict[str, str]:
    """Return what the lesson's form holds, as a browser would send it."""
    form = next(form for form in answer.page.find_all("form") if form.find("input", name="version"))
    data = {node["name"]: node.raw_text.removeprefix("\r").removeprefix("\n") for node in form.find_all("textarea")}
    for node in form.find_all("select"):
        chosen = [option for option in node.find_all("option") if "selected" in option.attributes]
        data[node["name"]] = (chosen or node.find_all("option"))[0].get("value")
    for node in form.find_all("input"):
        off = node.get("type") in {"radio", "checkbox"} and "checked" not in node.attributes
        if node.get("name") and node.get("type") != "file" and not off:
            data[node["name"]] = node.get("value", "")
    return data


def save(client, lesson, answer=None, **values):
    """Send the form as it stands on the page, with some values changed."""
    data = held(answer or client.get(address(lesson)))
    data.update(values)
    kept = {name: value for name, value in data.items() if value is not None}
    return client.post(address(lesson), data=kept, content_type="multipart/form-data")


def fresh(lesson: Lesson) -> Lesson:
    db.session.expire_all()
    return db.session.get(Lesson, lesson.id)


def file(name: str, content: bytes | None = None):
    return io.BytesIO(sample(name) if content is None else content), name


def test_a_text_is_written_and_kept(studio, instructor):
    lesson = lesson_of(instructor, content={"body": "旧"})
    answer = save(studio, lesson, body="## 新\r\n\r\n正文", title="新标题", minutes="7", percent="80", required=None)
    assert answer.status_code == 303
    kept = fresh(lesson)
    assert (kept.content, kept.title, kept.minutes) == ({"body": "## 新\n\n正文"}, "新标题", 7)
    assert (kept.required, kept.completion) == (False, {"rule": "shown", "percent": 80})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": ""}, "请填写这一节的标题"),
        ({"minutes": "很久"}, "请填写整数"),
        ({"minutes": "601"}, "最多 600 分钟"),
        ({"percent": "0"}, "完成比例应是 1 到 100"),
        ({"percent": ""}, "完成比例应是 1 到 100"),
        ({"rule": "magic"}, "请选择怎样算学完"),
        ({"body": "长" * 60_001}, "正文最多 60000 字"),
    ],
)
def test_mistakes_keep_everything_that_was_typed(studio, instructor, values, sentence):
    lesson = lesson_of(instructor, content={"body": "旧"})
    answer = save(studio, lesson, **{"body": "我写了很久", "title_en": "Mine", **values})
    assert answer.status_code == 422 and sentence in answer.words
    assert held(answer)["title_en"] == "Mine"
    assert held(answer)["body"] == values.get("body", "我写了很久")
    assert fresh(lesson).content == {"body": "旧"}


def test_a_share_is_not_asked_for_where_the_rule_has_none(studio, instructor):
    lesson = lesson_of(instructor, content={"body": "文"})
    assert save(studio, lesson, rule="opened", percent="abc").status_code == 303
    assert fresh(lesson).completion == {"rule": "opened"}


def test_a_script_in_a_text_does_nothing(studio, instructor):
    lesson = lesson_of(instructor, content={"body": ""})
    body = (
        '<script>alert(1)</script>\n\n[点我](javascript:alert(2)) ![图](x" onerror="alert(3))\n\n</textarea><b>粗</b>'
    )
    assert save(studio, lesson, body=body).status_code == 303
    assert held(studio.get(address(lesson)))["body"] == body
    shown = studio.get(f"/studio/courses/{lesson.course_id}/preview/{lesson.id}")
    prose = shown.page.one("div", class_="prose")
    assert not prose.find("script") and not prose.find("b")
    assert all(not (node.get("href") or "").startswith("javascript") for node in prose.find_all("a"))
    assert all("onerror" not in node.attributes for node in prose.walk())


def test_two_authors_at_one_lesson_see_both_texts(sign_in, studio, instructor):
    lesson = lesson_of(instructor, content={"body": "原文"})
    form = studio.get(address(lesson))
    assert save(sign_in(make_person("admin")), lesson, body="同事写的").status_code == 303
    answer = save(studio, lesson, form, body="我写的")
    assert answer.status_code == 409
    assert "有人改过这一节" in answer.words and "同事写的" in answer.page.one("main").raw_text
    assert held(answer)["body"] == "我写的"
    assert fresh(lesson).content == {"body": "同事写的"}
    assert save(studio, lesson, answer).status_code == 303
    assert fresh(lesson).content == {"body": "我写的"}


def test_a_lesson_deleted_meanwhile_loses_no_text(sign_in, studio, instructor):
    lesson = lesson_of(instructor, content={"body": "原文"})
    form = studio.get(address(lesson))
    sign_in(make_person("admin")).post(f"{address(lesson)}/delete")
    answer = save(studio, lesson, form, body="我写的")
    assert answer.status_code == 409 and "刚被删除" in answer.words and held(answer)["body"] == "我写的"


def test_a_video_travels_with_the_form(studio, instructor):
    lesson = lesson_of(instructor, "video", content={"file_id": None, "subtitles": {}})
    answer = save(studio, lesson, video_upload=file(VIDEO), subtitles_zh_upload=file(SUBTITLES), notes="要点")
    assert answer.status_code == 303
    content = fresh(lesson).content
    video = db.session.get(StoredFile, content["file_id"])
    assert video.kind == "video" and content["duration_ms"] == video.fact("duration_ms") > 60_000
    assert set(content["subtitles"]) == {"zh"} and content["notes"] == "要点"
    assert VIDEO in studio.get(address(lesson)).words


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ((PDF, None), "这里需要视频"),
        (("film.mp4", b"MZ" + bytes(200)), "不是可以使用的文件"),
        (("film.mp4", b"\0\0\0\x18ftypisom" + bytes(300)), "打不开，文件可能已经损坏"),
        (("film.pdf", sample(VIDEO)), "扩展名和内容对不上"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_at_its_field(studio, instructor, sent, sentence):
    lesson = lesson_of(instructor, "video", content={"file_id": None, "subtitles": {}})
    answer = save(studio, lesson, video_upload=file(*sent), subtitles_zh_upload=file(SUBTITLES), notes="写了很久")
    assert answer.status_code == 422
    assert sentence in answer.page.one("p", id="video_upload-error").text
    assert held(answer)["notes"] == "写了很久"
    kept = db.session.get(StoredFile, int(held(answer)["subtitles_zh_id"]))
    assert kept.name == SUBTITLES, "the file that was fine must not be sent again"
    assert save(studio, lesson, answer, video_upload=file(VIDEO)).status_code == 303
    assert fresh(lesson).content["subtitles"] == {"zh": kept.id}


def test_a_full_disk_is_said_at_the_field(studio, instructor, monkeypatch):
    def full(source, target, length=0):
        raise OSError(errno.ENOSPC, "No space left on device")

    lesson = lesson_of(instructor, "document", content={"file_id": None})
    monkeypatch.setattr(shutil, "copyfileobj", full)
    answer = save(studio, lesson, document_upload=file(PDF), title="改过的标题")
    assert answer.status_code == 507
    assert "磁盘满了" in answer.page.one("p", id="document_upload-error").text
    assert held(answer)["title"] == "改过的标题"


def test_a_finished_upload_is_taken_by_its_id(studio, instructor):
    lesson = lesson_of(instructor, "document", content={"file_id": None})
    mine = make_stored_file(instructor, PDF)
    assert save(studio, lesson, document_id=str(mine.id)).status_code == 303
    assert fresh(lesson).content["file_id"] == mine.id and fresh(lesson).content["pages"] > 0


@pytest.mark.parametrize("case", ["somebody else's", "of another kind", "missing", "too large"])
def test_ids_of_other_files_are_refused(studio, instructor, case):
    lesson = lesson_of(instructor, "document", content={"file_id": None})
    identity = {
        "somebody else's": lambda: make_stored_file(make_person("instructor"), PDF).id,
        "of another kind": lambda: make_stored_file(instructor, SUBTITLES).id,
        "missing": lambda: 999_999,
        "too large": lambda: 999_999_999,
    }[case]()
    answer = save(studio, lesson, document_id=str(identity), title="改过")
    assert answer.status_code == 422 and "找不到这个文件" in answer.words and held(answer)["title"] == "改过"
    assert (PDF in answer.words) is False


def test_nonsense_in_place_of_an_id_is_no_file(studio, instructor):
    lesson = lesson_of(instructor, "document", content={"file_id": None})
    assert save(studio, lesson, document_id="9" * 30, title="改过").status_code == 303
    assert fresh(lesson).content["file_id"] is None


def test_another_author_may_keep_the_files_of_a_lesson(sign_in, instructor):
    file_id = make_stored_file(instructor, PDF).id
    lesson = lesson_of(instructor, "document", content={"file_id": file_id, "pages": 2})
    assert save(sign_in(make_person("admin")), lesson, title="改了标题").status_code == 303
    assert fresh(lesson).content["file_id"] == file_id


def test_a_quiz_lesson_makes_its_quiz(studio, instructor):
    lesson = lesson_of(instructor, "quiz", content={"quiz_id": None}, title="单元测验")
    assert save(studio, lesson).status_code == 303
    quiz = db.session.scalars(select(Quiz)).one()
    assert (quiz.title, quiz.owner_id, fresh(lesson).content) == ("单元测验", instructor.id, {"quiz_id": quiz.id})
    assert f"/studio/quizzes/{quiz.id}" in studio.get(address(lesson)).get_data(as_text=True)


@pytest.mark.parametrize("chosen", ["999999", "9" * 20, "abc", "-1"])
def test_a_quiz_that_is_not_there_is_refused(studio, instructor, chosen):
    lesson = lesson_of(instructor, "quiz", content={"quiz_id": None})
    answer = save(studio, lesson, quiz_id=chosen)
    assert answer.status_code == 422 and "找不到这份测验" in answer.words
    assert db.session.scalars(select(Quiz)).all() == []


def test_a_mistake_makes_no_quiz(studio, instructor):
    lesson = lesson_of(instructor, "quiz", content={"quiz_id": None})
    assert save(studio, lesson, title="").status_code == 422
    assert db.session.scalars(select(Quiz)).all() == []


def test_a_type_that_is_not_installed_shows_a_page_and_loses_nothing(studio, instructor):
    lesson = lesson_of(instructor, "hologram", content={"beam": 3})
    assert "没有安装" in studio.get(address(lesson)).words
    assert "没有安装" in studio.get(f"/studio/courses/{lesson.course_id}/preview/{lesson.id}").words
    assert studio.post(address(lesson), data={"title": "x"}).status_code == 404
    assert fresh(lesson).content == {"beam": 3}
