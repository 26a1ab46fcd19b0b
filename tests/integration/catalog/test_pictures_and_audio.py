"""Series of pictures and audio: uploading, ordering, what is taken out of photographs, what is shown."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from academy.db import db
from academy.files import storage
from academy.files.models import StoredFile
from tests.factories import make_course, make_person
from tests.factories.studio import picture
from tests.integration.learning.helpers import make_student

TONES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def studio(sign_in, author):
    return sign_in(author)


def lesson_of(author, type, **content):
    course = make_course([{"type": type, "content": content, "title": "一节"}], owner=author, published=False)
    lesson = course.chapters[0].lessons[0]
    return lesson, f"/studio/courses/{course.id}/lessons/{lesson.id}"


def upload(client, address, **values):
    return client.submit(client.get(address), action=address, **values)


def photograph(width=2000, height=1000) -> bytes:
    """Return a picture lying on its side, with the place where it was taken."""
    stream, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[2] = (43.0, 53.0, 0.0)
    Image.new("RGB", (width, height), "teal").save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_pictures_are_uploaded_ordered_and_removed(studio, author):
    lesson, address = lesson_of(author, "picture_series", pictures=[])
    assert upload(studio, address, p1_upload=(io.BytesIO(picture()), "a.png"), p1_alt="甲").status_code == 303
    two = upload(studio, address, p2_upload=(io.BytesIO(picture(9, 9)), "b.png"), p2_alt="乙", p2_caption="第二")
    assert two.status_code == 303
    db.session.expire_all()
    assert [each["alt"] for each in lesson.content["pictures"]] == ["甲", "乙"]
    upload(studio, address, move="up-2")
    db.session.expire_all()
    assert [each["alt"] for each in lesson.content["pictures"]] == ["乙", "甲"]
    upload(studio, address, p1_out="y")
    db.session.expire_all()
    assert [each["alt"] for each in lesson.content["pictures"]] == ["甲"]


def test_words_without_a_picture_are_refused_and_kept(studio, author):
    _lesson, address = lesson_of(author, "picture_series", pictures=[])
    answer = upload(studio, address, p3_alt="门口的牌子")
    assert answer.status_code == 422 and "还没有选图片" in answer.words
    assert answer.page.one("input", name="p3_alt")["value"] == "门口的牌子"


def test_somebody_elses_picture_cannot_be_named(studio, author, sign_in):
    lesson, address = lesson_of(author, "picture_series", pictures=[])
    other = make_person("instructor")
    theirs, their_address = lesson_of(other, "picture_series", pictures=[])
    upload(sign_in(other), their_address, p1_upload=(io.BytesIO(picture()), "a.png"), p1_alt="甲")
    db.session.expire_all()
    stolen = theirs.content["pictures"][0]["file_id"]
    answer = upload(sign_in(author), address, p1_id=str(stolen), p1_alt="甲")
    assert answer.status_code == 422
    db.session.expire_all()
    assert lesson.content["pictures"] == []


def test_publication_waits_for_the_alternative_text(studio, author):
    lesson, address = lesson_of(author, "picture_series", pictures=[])
    upload(studio, address, p1_upload=(io.BytesIO(picture()), "a.png"))
    page = studio.get(f"/studio/courses/{lesson.course_id}/publish")
    assert "第 1 张图没有替代文字" in page.words


def test_place_and_device_are_taken_out_of_a_photograph(studio, author):
    lesson, address = lesson_of(author, "picture_series", pictures=[])
    upload(studio, address, p1_upload=(io.BytesIO(photograph()), "home.jpg"), p1_alt="门口")
    db.session.expire_all()
    stored = db.session.get(StoredFile, lesson.content["pictures"][0]["file_id"])
    with Image.open(storage.place(stored.sha256)) as kept:
        assert not kept.getexif() and kept.size == (1000, 2000), "upright, without a word about where and when"
    assert lesson.content["pictures"][0]["width"] == 1000
    preview = f"/studio/courses/{lesson.course_id}/preview/{lesson.id}"
    small = studio.get(f"{preview}/files/{stored.id}/pages/640")
    assert small.mimetype == "image/webp"
    with Image.open(io.BytesIO(small.data)) as shown:
        assert shown.size == (640, 1280)
    assert studio.get(f"{preview}/files/{stored.id}/pages/641").status_code == 404


def test_a_series_is_a_list_that_counts_picture_by_picture(sign_in, author):
    client = sign_in(author)
    lesson, address = lesson_of(author, "picture_series", pictures=[])
    for number, alt in ((1, "甲"), (2, "乙")):
        form = {f"p{number}_upload": (io.BytesIO(picture(8 + number)), "a.png"), f"p{number}_alt": alt}
        upload(
            client,
            address,
            **form,
            **{f"p{number}_caption": f"图{number}"},
            **{f"p{number}_caption_en": f"Fig {number}"},
        )
    db.session.expire_all()
    course = make_course([{"type": "picture_series", "content": lesson.content, "title": "图"}])
    student = make_student(sign_in, course)
    shown = student.client.get(f"/learn/{student.slug}/{student.lesson_ids[0]}")
    assert [img["alt"] for img in shown.page.find_all("img")] == ["甲", "乙"] and "看完全部 2 张图" in shown.words
    assert [item["data-unit"] for item in shown.page.find_all("li") if item.get("data-unit")] == ["0", "1"]
    source = shown.page.find_all("img")[0]["src"]
    assert student.client.get(source).mimetype == "image/webp"


@pytest.mark.parametrize(("name", "media_type"), [("mp3", "audio/mpeg"), ("m4a", "audio/mp4"), ("ogg", "audio/ogg")])
def test_audio_is_measured_and_played_beside_its_transcript(sign_in, author, name, media_type):
    lesson, address = lesson_of(author, "audio", file_id=None, duration_ms=0, transcript="")
    tone = (TONES / f"tone.{name}").read_bytes()
    client = sign_in(author)
    saved = upload(client, address, audio_upload=(io.BytesIO(tone), f"tone.{name}"), transcript="一个长音。")
    assert saved.status_code == 303
    db.session.expire_all()
    assert 5_900 <= lesson.content["duration_ms"] <= 6_200
    student = make_student(sign_in, make_course([{"type": "audio", "content": lesson.content, "title": "听"}]))
    shown = student.client.get(f"/learn/{student.slug}/{student.lesson_ids[0]}")
    source = shown.page.one("source")
    assert source["type"] == media_type and "文字稿" in shown.words and "一个长音" in shown.words
    assert student.client.get(source["src"]).data == tone


def test_an_audio_lesson_needs_its_transcript(studio, author):
    lesson, address = lesson_of(author, "audio", file_id=None, duration_ms=0, transcript="")
    upload(studio, address, audio_upload=(io.BytesIO((TONES / "tone.mp3").read_bytes()), "tone.mp3"))
    assert "还没有文字稿" in studio.get(f"/studio/courses/{lesson.course_id}/publish").words


def test_a_film_is_no_audio(studio, author):
    _lesson, address = lesson_of(author, "audio", file_id=None, duration_ms=0, transcript="")
    answer = upload(studio, address, audio_upload=(io.BytesIO(picture()), "a.mp3"))
    assert answer.status_code == 422 and "这里需要音频" in answer.words
