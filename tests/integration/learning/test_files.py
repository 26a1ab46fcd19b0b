"""Files of lessons: for those who study them, by range."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from academy.accounts.models import Person
from academy.db import db
from academy.files.models import StoredFile
from academy.files.services import store_path
from academy.files.storage import place
from tests.factories import make_course, make_enrolment, make_person
from tests.factories.catalog import text_lesson, video_lesson
from tests.integration.learning.helpers import lessons_of
from tests.support import count_queries

STARTER = Path(__file__).parents[3] / "courses" / "starter" / "media"
BODY = bytes(range(256)) * 40


@pytest.fixture
def film(app):
    sha256 = "ab" * 32
    place(sha256).parent.mkdir(parents=True, exist_ok=True)
    place(sha256).write_bytes(BODY)
    file = StoredFile(sha256=sha256, size=len(BODY), kind="video", media_type="video/mp4", name="film.mp4", facts={})
    db.session.add(file)
    db.session.flush()
    return file


@pytest.fixture
def enrolment(film):
    return make_enrolment(course=make_course([video_lesson(file_id=film.id), text_lesson()], slug="films"))


@pytest.fixture
def client_of(sign_in, enrolment):
    return sign_in(db.session.get(Person, enrolment.person_id))


def url(enrolment, film, lesson=0):
    return f"/learn/films/{lessons_of(enrolment)[lesson].lesson_id}/files/{film.id}/film.mp4"


def test_a_film_is_sent_by_range(client_of, enrolment, film):
    answer = client_of.get(url(enrolment, film), headers={"Range": "bytes=1000-1999"})
    assert (answer.status_code, answer.data) == (206, BODY[1000:2000])
    assert answer.headers["Content-Range"] == f"bytes 1000-1999/{len(BODY)}"


def test_a_range_asks_little(client_of, enrolment, film):
    address = url(enrolment, film)
    with count_queries() as queries:
        client_of.get(address, headers={"Range": "bytes=0-1"})
    queries.assert_at_most(4)


def test_a_film_is_not_for_those_who_have_not_joined(sign_in, enrolment, film, client):
    address = url(enrolment, film)
    assert sign_in(make_person()).get(address).status_code == 403
    assert client.get(address).status_code in (302, 303)


def test_the_author_sees_the_film(sign_in, enrolment, film):
    author = make_person("instructor")
    enrolment.course.owner_id = author.id
    assert sign_in(author).get(url(enrolment, film)).status_code == 200


def test_a_file_that_is_not_of_the_lesson_is_not_sent(client_of, enrolment, film):
    other = StoredFile(sha256="cd" * 32, size=1, kind="video", media_type="video/mp4", name="x.mp4", facts={})
    db.session.add(other)
    db.session.flush()
    assert client_of.get(url(enrolment, other)).status_code == 404
    assert client_of.get(url(enrolment, film, lesson=1)).status_code == 404


def test_a_picture_of_a_page_that_is_not_there(client_of, enrolment, film):
    lesson_id = lessons_of(enrolment)[0].lesson_id
    assert client_of.get(f"/learn/films/{lesson_id}/pages/{film.id}/1").status_code == 404


def test_a_document_is_shown_page_by_page(sign_in, app, tmp_path):
    person = make_person()
    copy = tmp_path / "minutes.pdf"
    shutil.copy(STARTER / "meeting-minutes.pdf", copy)
    file = store_path(copy, "minutes.pdf", person, "document")
    content = {"file_id": file.id, "pages": file.fact("pages"), "weights": [40] * file.fact("pages")}
    course = make_course([{"type": "document", "content": content}], slug="papers")
    enrolment = make_enrolment(person, course)
    client = sign_in(person)
    page = client.get(f"/learn/papers/{lessons_of(enrolment)[0].lesson_id}")
    pictures = page.page.find("main").find_all("img")
    assert len(pictures) == file.fact("pages")
    answer = client.get(pictures[0]["src"])
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert client.get(pictures[0]["src"], headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert sign_in(make_person()).get(pictures[0]["src"]).status_code == 403
    download = page.page.find("main").find("a", text="下载原文件")["href"]
    assert client.get(download).headers["Content-Disposition"].startswith("attachment")
