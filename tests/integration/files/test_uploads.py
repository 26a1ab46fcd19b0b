"""Resumable uploads (tus 1.0)."""

from __future__ import annotations

import base64
import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from academy.clock import now
from academy.db import db
from academy.files import storage, uploads
from academy.files.models import StoredFile, Upload
from tests.factories import make_person
from tests.factories.studio import PDF, SUBTITLES, sample
from tests.support.databases import others_may_write

JSON = {"Accept": "application/json"}


@pytest.fixture
def instructor(app):
    return make_person("instructor")


@pytest.fixture
def studio(sign_in, instructor):
    return sign_in(instructor)


def begin(client, content: bytes, name: str = SUBTITLES, kind: str = "subtitles", **headers):
    pairs = {"filename": name, "kind": kind}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    sent = {
        "Upload-Length": str(len(content)),
        "Upload-Metadata": metadata,
        "Tus-Resumable": "1.0.0",
        **JSON,
        **headers,
    }
    return client.post("/uploads", headers=sent)


def send(client, url: str, offset: int, content: bytes):
    headers = {"Upload-Offset": str(offset), "Tus-Resumable": "1.0.0", **JSON}
    return client.patch(url, data=content, headers=headers, content_type="application/offset+octet-stream")


def offset_of(client, url: str) -> int:
    return int(client.head(url).headers["Upload-Offset"])


def test_a_file_arrives_in_pieces_and_is_described(studio, instructor):
    content = sample(SUBTITLES)
    answer = begin(studio, content)
    assert answer.status_code == 201 and answer.headers["Tus-Resumable"] == "1.0.0"
    url = answer.location
    assert send(studio, url, 0, content[:700]).status_code == 204
    assert studio.get(url, headers=JSON).json == {"done": False, "received": 700, "length": len(content)}
    assert send(studio, url, 700, content[700:]).headers["Upload-Offset"] == str(len(content))
    facts = studio.get(url, headers=JSON).json
    file = db.session.get(StoredFile, facts["file"]["id"])
    assert facts["done"] and (file.owner_id, file.kind, file.name) == (instructor.id, "subtitles", SUBTITLES)
    assert offset_of(studio, url) == len(content)


@pytest.mark.sqlite_only
def test_looking_at_a_file_that_has_arrived_keeps_nobody_from_writing(studio, monkeypatch):
    digest, asked = storage.digest, []

    def slowly(path):
        asked.append(others_may_write())
        return digest(path)

    monkeypatch.setattr(storage, "digest", slowly)
    content = sample(SUBTITLES)
    assert send(studio, begin(studio, content).location, 0, content).status_code == 204
    assert asked == [True]


def test_an_interrupted_upload_goes_on_where_it_stopped(studio):
    content = sample(PDF)
    url = begin(studio, content, PDF, "document").location
    send(studio, url, 0, content[:5000])
    assert offset_of(studio, url) == 5000
    assert send(studio, url, 5000, content[5000:]).status_code == 204
    assert storage.place(db.session.scalars(select(StoredFile.sha256)).one()).read_bytes() == content


def test_a_wrong_offset_changes_nothing(studio):
    content = sample(PDF)
    url = begin(studio, content, PDF, "document").location
    send(studio, url, 0, content[:5000])
    for offset in (0, 4000, 6000):
        answer = send(studio, url, offset, content[offset : offset + 100])
        assert answer.status_code == 409 and "续传的位置对不上" in answer.json["error"]
    assert offset_of(studio, url) == 5000


def test_an_offset_of_thousands_of_digits_is_no_offset(studio):
    url = begin(studio, bytes(100)).location
    headers = {"Upload-Offset": "9" * 5000}
    answer = studio.patch(url, data=b"x", headers=headers, content_type="application/offset+octet-stream")
    assert answer.status_code == 400


def test_more_than_was_announced_is_refused(studio):
    url = begin(studio, bytes(100)).location
    answer = send(studio, url, 0, bytes(300))
    assert answer.status_code == 413
    assert offset_of(studio, url) <= 100


@pytest.mark.parametrize(
    ("length", "status", "sentence"),
    [("0", 422, "空文件"), (str(2**41), 413, "文件超过 2048 MB"), ("-1", 400, ""), ("many", 400, "")],
)
def test_lengths_that_cannot_be(studio, length, status, sentence):
    answer = begin(studio, b"x", **{"Upload-Length": length})
    assert answer.status_code == status and sentence in answer.json["error"]


def test_a_file_of_the_wrong_kind_is_refused_in_a_sentence_and_leaves_nothing(studio):
    content = sample(PDF)
    url = begin(studio, content, PDF, "video").location
    answer = send(studio, url, 0, content)
    assert answer.status_code == 415 and "这里需要视频" in answer.json["error"]
    assert studio.get(url, headers=JSON).status_code == 404
    assert db.session.scalars(select(StoredFile)).all() == []
    assert not storage.folder("uploads").joinpath(url.rsplit("/", 1)[-1]).exists()


def test_a_full_disk_says_so_and_what_arrived_is_kept(studio, monkeypatch):
    content = sample(PDF)
    url = begin(studio, content, PDF, "document").location
    send(studio, url, 0, content[:5000])
    real = Path.open

    class Full:
        """A file on a disk without room."""

        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *error):
            self.file.close()

        def __getattr__(self, name):
            return getattr(self.file, name)

        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(
            Path,
            "open",
            lambda path, mode="r", *rest, **named: (
                Full(real(path, mode, *rest, **named)) if mode == "r+b" else real(path, mode, *rest, **named)
            ),
        )
        answer = send(studio, url, 5000, content[5000:])
    assert answer.status_code == 507 and "磁盘满了" in answer.json["error"]
    assert offset_of(studio, url) == 5000
    assert send(studio, url, 5000, content[5000:]).status_code == 204


@pytest.mark.parametrize("method", ["head", "get", "patch", "delete"])
def test_somebody_elses_upload_is_not_found(sign_in, studio, method):
    url = begin(studio, bytes(100)).location
    stranger = sign_in(make_person("instructor"))
    answer = send(stranger, url, 0, b"x") if method == "patch" else getattr(stranger, method)(url, headers=JSON)
    assert answer.status_code == 404
    assert offset_of(studio, url) == 0


def test_trainees_upload_only_what_may_be_handed_in(app, sign_in):
    trainee = sign_in(make_person())
    assert begin(trainee, b"x").status_code == 403
    for kind in ("", "video", "package", "picture+video", "hologram"):
        assert begin(trainee, b"x", "a.bin", kind).status_code == 403, kind
    assert begin(trainee, b"x", "a.png", "picture+document").status_code == 201


def test_what_trainees_upload_is_bounded(app, sign_in, monkeypatch):
    trainee = sign_in(make_person())
    monkeypatch.setattr(uploads, "HAND_IN_BYTES", 1000)
    assert begin(trainee, bytes(1001), "a.pdf", "document").status_code == 413
    content = sample(PDF)
    monkeypatch.setattr(uploads, "HAND_IN_BYTES", 10**9)
    monkeypatch.setattr(uploads, "HAND_IN_DAY_BYTES", len(content) + 10)
    url = begin(trainee, content, PDF, "document+office").location
    assert send(trainee, url, 0, content).status_code == 204
    refused = begin(trainee, bytes(11), "a.pdf", "document")
    assert refused.status_code == 429 and "一天最多上传" in refused.json["error"]


def test_an_upload_can_be_given_up(studio):
    url = begin(studio, bytes(100)).location
    assert studio.delete(url).status_code == 204
    assert studio.head(url).status_code == 404
    assert not storage.folder("uploads").joinpath(url.rsplit("/", 1)[-1]).exists()


def test_too_many_uploads_at_once_are_refused(studio, monkeypatch):
    monkeypatch.setattr(uploads, "OPEN_UPLOADS_LIMIT", 2)
    assert [begin(studio, b"x").status_code for _each in range(3)] == [201, 201, 429]


def test_what_nobody_continues_is_swept(studio):
    content = bytes(100)
    old, young = begin(studio, content).location, begin(studio, content).location
    row = db.session.scalars(select(Upload).where(Upload.token == old.rsplit("/", 1)[-1])).one()
    row.updated_at = now() - timedelta(days=3)
    db.session.flush()
    assert uploads.sweep() == 1
    db.session.commit()
    assert studio.head(old).status_code == 404 and studio.head(young).status_code == 200


def test_what_a_killed_process_left_behind_is_discarded_after_two_days(studio):
    under_way = storage.folder("uploads") / begin(studio, bytes(10)).location.rsplit("/", 1)[-1]
    left, fresh = storage.folder("uploads") / "report-7.xlsx", storage.folder("uploads") / "report-8.xlsx"
    for path in (left, fresh):
        path.write_bytes(b"half a")
    for path in (left, under_way):
        os.utime(path, times=2 * ((now() - timedelta(days=3)).timestamp(),))
    uploads.sweep()
    assert (left.exists(), fresh.exists(), under_way.exists()) == (False, True, True)
    fresh.unlink()


def test_the_same_content_lies_on_the_disk_once(studio):
    content = sample(SUBTITLES)
    for _each in range(2):
        send(studio, begin(studio, content).location, 0, content)
    files = db.session.scalars(select(StoredFile)).all()
    assert len(files) == 2 and len({file.sha256 for file in files}) == 1


@pytest.mark.parametrize("header", ["filename", "filename !!!", "filename /w==", "=,=,,", ""])
def test_broken_metadata_does_no_harm(studio, header):
    assert begin(studio, b"x", **{"Upload-Metadata": header}).status_code == 201
