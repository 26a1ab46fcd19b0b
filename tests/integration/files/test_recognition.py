"""What a file is, is told from its content."""

from __future__ import annotations

import io
import struct
import threading
import zipfile
import zlib

import pytest
from PIL import Image

from academy.errors import UserError
from academy.files import recognition, storage
from academy.files.documents import PDFIUM
from academy.files.services import clean_name, store_stream
from tests.factories.studio import PDF, SUBTITLES, VIDEO, broken, picture, sample


@pytest.fixture
def recognise(app, tmp_path):
    def act(name: str, content: bytes, wanted: str = ""):
        path = tmp_path / "file"
        path.write_bytes(content)
        return recognition.recognise(path, name, wanted)

    return act


@pytest.mark.parametrize(
    ("name", "content", "kind", "media_type"),
    [
        (VIDEO, sample(VIDEO), "video", "video/mp4"),
        (PDF, sample(PDF), "document", "application/pdf"),
        (SUBTITLES, sample(SUBTITLES), "subtitles", "text/vtt"),
        ("a.png", picture(), "picture", "image/png"),
        ("a.jpg", picture(form="JPEG"), "picture", "image/jpeg"),
        ("a.webp", picture(form="WEBP"), "picture", "image/webp"),
        ("A.PDF", sample(PDF), "document", "application/pdf"),
        ("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nhello\n", "subtitles", "text/vtt"),
    ],
)
def test_files_are_recognised(recognise, name, content, kind, media_type):
    found = recognise(name, content)
    assert (found.kind, found.media_type) == (kind, media_type)


def test_what_matters_is_measured(recognise):
    assert recognise(VIDEO, sample(VIDEO)).facts["duration_ms"] > 60_000
    document = recognise(PDF, sample(PDF)).facts
    assert document["pages"] == len(document["page_texts"]) > 0 and any(document["page_texts"])
    assert recognise("a.png", picture(30, 20)).facts == {"width": 30, "height": 20}


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("notes.pdf", sample(VIDEO), "扩展名和内容对不上：内容是视频"),
        ("film.mp4", sample(PDF), "扩展名和内容对不上：内容是PDF 文档"),
        ("photo.mp4", picture(), "扩展名和内容对不上：内容是图片"),
        ("setup.mp4", b"MZ" + bytes(500), "不是可以使用的文件"),
        ("page.pdf", b"<html><script>alert(1)</script></html>", "不是可以使用的文件"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是可以使用的文件"),
        ("empty.pdf", b"", "不是可以使用的文件"),
        ("noname", sample(PDF), "扩展名和内容对不上"),
    ],
)
def test_lying_extensions_and_foreign_kinds_are_refused(recognise, name, content, sentence):
    with pytest.raises(UserError, match=sentence) as refused:
        recognise(name, content)
    assert refused.value.status == 415 and name in refused.value.message


def office(main: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}.main+xml"/></Types>')
    return stream.getvalue()


def test_office_documents_are_taken_where_they_are_asked_for(recognise):
    for suffix, main in recognition.OPEN_XML.items():
        found = recognise(f"a.{suffix}", office(main), "picture+office")
        assert (found.kind, found.media_type) == ("office", main)
    assert recognise("a.doc", recognition.OLD_OFFICE_HEAD + bytes(600), "office").media_type == "application/msword"
    with pytest.raises(UserError, match="不是可以使用的文件"):
        recognise("a.docx", office(recognition.OPEN_XML["docx"]))
    with pytest.raises(UserError, match=r"这里需要图片、PDF 文档，“a\.docx”的内容是Word"):
        recognise("a.docx", office(recognition.OPEN_XML["docx"]), "picture+document")


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + bytes(60), office(recognition.OPEN_XML["xlsx"]), office("application/vnd.ms-word.document")],
)
def test_what_only_calls_itself_an_office_document_is_refused(recognise, content):
    with pytest.raises(UserError, match="打不开"):
        recognise("a.docx", content, "office")


def test_a_photo_that_few_can_open_is_refused_with_what_to_do(recognise):
    with pytest.raises(UserError, match="HEIC"):
        recognise("IMG_1.HEIC", b"\x00\x00\x00\x20ftypheic" + bytes(100), "picture")


def test_another_kind_than_wanted_is_refused(recognise):
    with pytest.raises(UserError, match=r"这里需要视频，“a\.png”的内容是图片"):
        recognise("a.png", picture(), "video")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cut.pdf", b"%PDF-1.7\n" + bytes(200)),
        ("cut.mp4", sample(VIDEO)[:3000]),
        ("cut.png", picture(200, 200)[:60]),
        ("cut.jpg", b"\xff\xd8\xff\xe0" + bytes(100)),
        ("cut.webm", b"\x1aE\xdf\xa3" + bytes(100)),
    ],
)
def test_damaged_files_are_refused(recognise, name, content):
    with pytest.raises(UserError, match="打不开，文件可能已经损坏"):
        recognise(name, content)


def test_a_picture_that_broke_off_is_refused_also_with_notes_of_a_camera(app):
    notes = Image.Exif()
    notes[0x0112] = 6
    stream = io.BytesIO()
    Image.effect_noise((200, 200), 50).save(stream, "JPEG", exif=notes)
    for content in (stream.getvalue(), picture(200, 200, "JPEG")):
        with pytest.raises(UserError, match="打不开，文件可能已经损坏"):
            store_stream(io.BytesIO(content[: len(content) // 2]), "cut.jpg", None)


def test_an_office_document_with_a_broken_part_is_refused(recognise):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", recognition.OPEN_XML["docx"] * 50)
    with pytest.raises(UserError, match="打不开"):
        recognise("a.docx", broken(stream.getvalue(), "[Content_Types].xml"), "office")


def test_pdfium_is_entered_by_one_at_a_time(app, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(sample(PDF))
    reading = threading.Thread(target=recognition.recognise, args=(path, PDF))
    with PDFIUM:
        reading.start()
        reading.join(0.3)
        assert reading.is_alive()
    reading.join(30)
    assert not reading.is_alive()


def _huge_png(width: int, height: int) -> bytes:
    """A picture of a few bytes that would take gigabytes to unpack."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_picture_that_would_burst_the_memory_is_refused(recognise, side):
    with pytest.raises(UserError) as refused:
        recognise("bomb.png", _huge_png(side, side))
    assert refused.value.status in (413, 415)


def test_a_file_too_large_for_its_kind_is_refused(recognise, monkeypatch):
    monkeypatch.setitem(recognition.MAX_BYTES, "picture", recognition.MEBIBYTE)
    stream = io.BytesIO()
    Image.effect_noise((1400, 1400), 90).save(stream, "PNG")
    with pytest.raises(UserError, match="超过 1 MB") as refused:
        recognise("noise.png", stream.getvalue())
    assert refused.value.status == 413


def test_a_document_with_too_many_pages_is_refused(recognise, monkeypatch):
    monkeypatch.setattr(recognition, "MAX_PAGES", 0)
    with pytest.raises(UserError, match="请拆开再上传"):
        recognise(PDF, sample(PDF))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("WEBVTT\n\n00:01 --> 00:02\n你好".encode("gb18030"), "不是 UTF-8 编码"),
        (b"WEBVTT\n\nno times at all", "没有时间轴"),
    ],
)
def test_subtitles_that_no_player_shows_are_refused(recognise, content, sentence):
    with pytest.raises(UserError, match=sentence):
        recognise("a.vtt", content)


def test_srt_is_turned_into_webvtt(app):
    file = store_stream(io.BytesIO(b"1\r\n00:00:01,500 --> 00:00:02,000\r\nhi, you\r\n"), "a.srt", None, "subtitles")
    text = storage.place(file.sha256).read_text(encoding="utf-8")
    assert text.startswith("WEBVTT\n\n") and "00:00:01.500 --> 00:00:02.000" in text and "hi, you" in text


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\a.mp4", "a.mp4"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("", "file"),
        ("...", "file"),
        ("长" * 300 + ".mp4", "长" * 116 + ".mp4"),
        ("值班日志（终稿）.pdf", "值班日志（终稿）.pdf"),
    ],
)
def test_names_are_made_safe(name, kept):
    assert clean_name(name) == kept
