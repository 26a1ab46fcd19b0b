"""Unpacking a package takes long: nobody waits for it with writing, and nothing that happens meanwhile is overwritten."""

from __future__ import annotations

import io
import secrets

import pytest
from sqlalchemy import update

from academy.db import db
from academy.files import storage
from courses.catalog.models import Lesson
from courses.lesson_types.scorm import PLUGIN, unpacking
from tests.factories import make_course, make_person
from tests.factories.packages import manifest, zipped
from tests.support.databases import others_may_write

PACKAGE = {"imsmanifest.xml": manifest(), "index.html": "<!doctype html><title>一</title>"}


def editing(sign_in):
    """Return an author's browser, a lesson that has no package yet, and the address of its editor."""
    author = make_person("instructor")
    course = make_course([{"type": "scorm", "content": {"file_id": None, "scos": []}}], owner=author, published=False)
    lesson = course.chapters[0].lessons[0]
    return sign_in(author), lesson, f"/studio/courses/{course.id}/lessons/{lesson.id}"


def watch(monkeypatch, module, name, asked):
    """Note whether others may write each time the function is called."""
    work = getattr(module, name)

    def slowly(*arguments):
        asked.append(others_may_write())
        return work(*arguments)

    monkeypatch.setattr(module, name, slowly)


@pytest.mark.sqlite_only
def test_unpacking_keeps_nobody_from_writing(app, sign_in, monkeypatch):
    asked: list[bool] = []
    for module, name in ((unpacking, "_write_files"), (storage, "digest")):
        watch(monkeypatch, module, name, asked)
    client, lesson, address = editing(sign_in)
    package = {**PACKAGE, "once.txt": secrets.token_hex(8)}
    form = client.get(address)
    sent = client.submit(form, action=address, package_upload=(io.BytesIO(zipped(package)), "a.zip"))
    assert (sent.status_code, asked) == (303, [True, True])
    assert db.session.get(type(lesson), lesson.id).content["files"] == len(package)


def test_a_lesson_that_was_changed_while_its_package_was_unpacked_is_not_overwritten(app, sign_in, monkeypatch):
    client, lesson, address = editing(sign_in)

    def somebody_else(*_arguments):
        with db.engine.begin() as another:
            another.execute(update(Lesson).values(title="另一个人改的", lock_version=Lesson.lock_version + 1))

    monkeypatch.setattr(PLUGIN, "prepare", somebody_else)
    form = client.get(address)
    sent = client.submit(form, action=address, package_upload=(io.BytesIO(zipped(PACKAGE)), "a.zip"))
    assert sent.status_code == 409
    db.session.expire_all()
    kept = db.session.get_one(Lesson, lesson.id)
    assert (kept.title, kept.content["file_id"]) == ("另一个人改的", None)
