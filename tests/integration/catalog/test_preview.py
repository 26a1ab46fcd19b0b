"""A draft as a trainee will see it."""

from __future__ import annotations

import pytest

from tests.factories import make_course, make_person, make_stored_file
from tests.factories.catalog import text_lesson
from tests.factories.studio import PDF, SUBTITLES, VIDEO, sample


@pytest.fixture
def instructor(app):
    return make_person("instructor")


@pytest.fixture
def studio(sign_in, instructor):
    return sign_in(instructor)


def _video(instructor):
    video, subtitles = make_stored_file(instructor, VIDEO), make_stored_file(instructor, SUBTITLES)
    content = {"file_id": video.id, "duration_ms": 111_000, "subtitles": {"zh": subtitles.id}, "notes": "**要点**"}
    return {"type": "video", "content": content, "title": "录像"}


def test_the_preview_goes_from_lesson_to_lesson(studio, instructor):
    course = make_course([text_lesson(title="第一"), text_lesson(title="第二")], owner=instructor, published=False)
    first, second = course.chapters[0].lessons
    answer = studio.get(f"/studio/courses/{course.id}/preview")
    assert answer.location.endswith(f"/preview/{first.id}")
    shown = studio.get(answer.location)
    assert "第一段说明为什么要议事" in shown.words and "不记进度" in shown.words
    assert shown.page.one("a", class_="next")["href"].endswith(f"/preview/{second.id}")


def test_an_empty_course_leads_back_to_the_outline(studio, instructor):
    course = make_course([], owner=instructor, published=False)
    assert studio.get(f"/studio/courses/{course.id}/preview").location.endswith("/outline")


@pytest.mark.parametrize("type", ["text", "video", "document", "textbook_chapter", "quiz"])
def test_lessons_without_content_can_be_looked_at(studio, instructor, type):
    course = make_course([{"type": type}], owner=instructor, published=False)
    lesson = course.chapters[0].lessons[0]
    assert studio.get(f"/studio/courses/{course.id}/preview/{lesson.id}").status_code == 200


def test_a_video_and_its_subtitles_are_sent_to_its_author_only(studio, sign_in, instructor):
    course = make_course([_video(instructor)], owner=instructor, published=False)
    shown = studio.get(f"/studio/courses/{course.id}/preview/{course.chapters[0].lessons[0].id}").page
    film, words = shown.one("source")["src"], shown.one("track")["src"]
    assert shown.one("article", class_="prose").one("strong").text == "要点"
    piece = studio.get(film, headers={"Range": "bytes=1000000-1000099"})
    assert piece.status_code == 206 and piece.data == sample(VIDEO)[1_000_000:1_000_100]
    assert studio.get(words).data.startswith(b"WEBVTT")
    assert sign_in(make_person("instructor")).get(film).status_code == 403
    assert sign_in(make_person()).get(film).status_code == 403


def test_files_that_do_not_belong_to_the_lesson_are_not_found(studio, instructor):
    course = make_course([text_lesson()], owner=instructor, published=False)
    stranger = make_stored_file(make_person("instructor"), PDF)
    lesson = course.chapters[0].lessons[0].id
    base = f"/studio/courses/{course.id}/preview/{lesson}/files/{stranger.id}"
    assert studio.get(f"{base}/x.pdf").status_code == 404
    assert studio.get(f"{base}/pages/1").status_code == 404


def test_the_pages_of_a_document_are_pictures(studio, instructor):
    file = make_stored_file(instructor, PDF)
    content = {"file_id": file.id, "pages": file.fact("pages"), "weights": [40] * file.fact("pages")}
    course = make_course([{"type": "document", "content": content}], owner=instructor, published=False)
    shown = studio.get(f"/studio/courses/{course.id}/preview/{course.chapters[0].lessons[0].id}").page
    pages = [node["src"] for node in shown.one(class_="doc-pages").find_all("img")]
    assert len(pages) == file.fact("pages")
    answer = studio.get(pages[0])
    assert answer.mimetype == "image/webp" and answer.data[8:12] == b"WEBP"
    assert studio.get(pages[0].rsplit("/", 1)[0] + "/999").status_code == 404
