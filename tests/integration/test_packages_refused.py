"""Packages that are damaged, hostile or of another kind: a sentence with the place, and nothing of them is kept."""

from __future__ import annotations

import io
import shutil
import stat
import struct
import zipfile

import pytest

from academy.errors import UserError
from academy.files import storage
from courses.lesson_types.scorm import archive, unpacking
from tests.factories.packages import make_package_file, manifest, zipped

PAGE = "<!doctype html><title>一</title>"


def refusal(content: bytes) -> str:
    """Return the sentence with which a package is refused; nothing of it may have been unpacked."""
    file = make_package_file(content)
    with pytest.raises(UserError) as refused:
        unpacking.take_in(file)
    assert refused.value.field == "package_upload" and refused.value.status == 422
    folder = storage.derived(file.sha256, "x").parent
    assert not list(folder.glob("package*"))
    return refused.value.message


def with_entry(info: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    stream = io.BytesIO(zipped())
    with zipfile.ZipFile(stream, "a") as opened:
        opened.writestr(info, content)
    return stream.getvalue()


@pytest.mark.parametrize(
    "name", ["../evil.html", "a/../../evil.html", "..\\evil.html", "/etc/passwd", "C:\\evil.html", "c:/evil.html"]
)
def test_a_path_that_leads_out_is_refused(app, name):
    assert "不安全" in refusal(with_entry(zipfile.ZipInfo(name)))


def test_a_link_is_refused(app):
    link = zipfile.ZipInfo("shared.js")
    link.create_system = 3
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "链接" in refusal(with_entry(link, b"/etc/passwd"))


def test_a_locked_entry_is_refused(app):
    content = bytearray(zipped())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(signature)
        content[at + offset] |= 1
    assert "密码" in refusal(bytes(content))


def test_two_files_of_one_name_are_refused(app):
    with pytest.warns(UserWarning, match="Duplicate name"):
        content = with_entry(zipfile.ZipInfo("index.html"))
    assert "index.html" in refusal(content)


def test_what_swells_is_refused(app):
    assert "炸弹" in refusal(
        zipped({"imsmanifest.xml": manifest(), "index.html": PAGE, "big.txt": bytes(40 * 1024 * 1024)})
    )


def test_too_much_in_all_is_refused(app, monkeypatch):
    monkeypatch.setattr(archive, "MAX_TOTAL_BYTES", 2000)
    assert "MB" in refusal(zipped({"imsmanifest.xml": manifest(), "index.html": PAGE * 100}))


def test_too_many_files_are_refused(app, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILES", 3)
    files = {"imsmanifest.xml": manifest(), "index.html": PAGE, "a.js": "", "b.js": ""}
    assert "4" in refusal(zipped(files))


def test_a_zip_that_lies_about_a_size_is_refused(app):
    content = bytearray(zipped({"imsmanifest.xml": manifest(), "index.html": PAGE * 500}))
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 40)  # the directory says 40 bytes; far more come out
    assert "index.html" in refusal(bytes(content))


def test_overlapping_entries_are_refused(app):
    content = bytearray(zipped())
    at = content.rfind(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 20, 10_000_000)
    assert "重叠" in refusal(bytes(content))


def test_a_damaged_zip_is_refused(app):
    assert "损坏" in refusal(zipped()[:-30])
    content = bytearray(zipped({"imsmanifest.xml": manifest(), "index.html": PAGE * 200}))
    at = content.rfind(b"index.html", 0, content.rfind(b"PK\x01\x02")) + 12
    content[at : at + 8] = b"\xff" * 8
    assert "index.html" in refusal(bytes(content))


@pytest.mark.parametrize(
    "files, word",
    [
        ({"index.html": PAGE}, "没有 imsmanifest.xml"),
        ({"inner.zip": zipped()}, "另一个压缩包"),
        ({"cmi5.xml": "<x/>"}, "cmi5"),
        ({"course.crs": "x", "course.au": "x"}, "AICC"),
        ({"a/imsmanifest.xml": manifest(), "b/imsmanifest.xml": manifest()}, "最外层"),
        ({"a/b/imsmanifest.xml": manifest(), "a/b/index.html": PAGE}, "最外层"),
        ({"imsmanifest.xml": manifest()}, "没有这个文件"),
        ({"imsmanifest.xml": "<manifest>\n<a>\n</manifest>", "index.html": PAGE}, "第 3 行"),
        ({"imsmanifest.xml": "", "index.html": PAGE}, "第 1 行"),
        ({"imsmanifest.xml": "<other/>", "index.html": PAGE}, "<manifest>"),
        ({"imsmanifest.xml": manifest("1.1"), "index.html": PAGE}, "1.1"),
        (
            {
                "imsmanifest.xml": manifest(items="<item identifier='a'><title>空</title></item>", resources="<x/>"),
                "index.html": PAGE,
            },
            "没有可以打开",
        ),
        (
            {
                "imsmanifest.xml": manifest(resources='<resource identifier="other" href="index.html"/>'),
                "index.html": PAGE,
            },
            "没有这个 resource",
        ),
        ({"imsmanifest.xml": manifest(resources='<resource identifier="r-one"/>'), "index.html": PAGE}, "href"),
        (
            {
                "imsmanifest.xml": manifest(
                    resources='<resource identifier="r-one" href="https://elsewhere.example/"/>'
                ),
                "index.html": PAGE,
            },
            "包外面",
        ),
        (
            {
                "imsmanifest.xml": manifest(resources='<resource identifier="r-one" href="../index.html"/>'),
                "index.html": PAGE,
            },
            "没有这个文件",
        ),
        (
            {
                "imsmanifest.xml": manifest(resources='<resource identifier="r-one" href="movie.swf"/>'),
                "movie.swf": "x",
            },
            "HTML5",
        ),
        (
            {
                "imsmanifest.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n\n<manifest>\xd6\xd0</manifest>',
                "index.html": PAGE,
            },
            "第 3 行",
        ),
        ({"imsmanifest.xml": b'<?xml version="1.0" encoding="klingon"?><manifest/>', "index.html": PAGE}, "klingon"),
    ],
)
def test_what_is_no_package_is_told_what_it_lacks(app, files, word):
    assert word in refusal(zipped(files))


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    "head",
    [
        BOMB,
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY % a SYSTEM "http://elsewhere.example/x.dtd"> %a;]>',
    ],
)
def test_entities_are_refused(app, head):
    text = manifest(head=head).replace("测试课件", "&a;" if "% a" not in head else "x")
    message = refusal(zipped({"imsmanifest.xml": text, "index.html": PAGE}))
    assert "ENTITY" in message and "第 1 行" in message


def test_a_manifest_that_is_nested_without_end_is_refused(app):
    text = manifest(items="<item>" * 300 + "</item>" * 300)
    assert "嵌套" in refusal(zipped({"imsmanifest.xml": text, "index.html": PAGE}))


def test_a_folder_too_deep_is_accepted_where_it_is_clear(app):
    taken = unpacking.take_in(
        make_package_file(zipped({"course/imsmanifest.xml": manifest(), "course/index.html": PAGE, "readme.txt": ""}))
    )
    assert taken["folder"] == "course" and taken["scos"][0]["path"] == "index.html"
    assert unpacking.find(taken["sha256"], "index.html") is not None
    assert unpacking.find(taken["sha256"], "readme.txt") is None


def test_names_from_chinese_windows_are_read(app):
    """Windows writes names in GBK and does not say so; the zip is made with another name, which is then exchanged."""
    stand_in, name = b"PAGES/FIRST.html", "课件/首页一.html".encode("gb18030")
    assert len(stand_in) == len(name)
    text = manifest(resources='<resource identifier="r-one" type="webcontent" href="课件/首页一.html"/>')
    content = zipped({"imsmanifest.xml": text, stand_in.decode(): PAGE}).replace(stand_in, name)
    taken = unpacking.take_in(make_package_file(content))
    assert taken["scos"][0]["path"] == "课件/首页一.html"
    assert unpacking.find(taken["sha256"], "课件/首页一.html") is not None


def test_backslashes_and_upper_case_of_windows_are_read(app):
    text = manifest(resources='<resource identifier="r-one" type="webcontent" href="Pages\\Start.HTML?x=1#top"/>')
    taken = unpacking.take_in(make_package_file(zipped({"imsmanifest.xml": text, "pages\\start.html": PAGE})))
    assert taken["scos"][0]["path"] == "pages/start.html" and taken["scos"][0]["query"] == "?x=1#top"
    assert unpacking.find(taken["sha256"], "Pages/START.html") is not None


def test_an_older_chinese_manifest_is_read(app):
    text = manifest().replace("UTF-8", "GB2312").encode("gb18030")
    assert (
        unpacking.take_in(make_package_file(zipped({"imsmanifest.xml": text, "index.html": PAGE})))["title"]
        == "测试课件"
    )


def test_files_that_nobody_needs_are_left_out_and_named(app):
    taken = unpacking.take_in(
        make_package_file(zipped({"imsmanifest.xml": manifest(), "index.html": PAGE, "setup.exe": "MZ", "x.php": "<?"}))
    )
    assert taken["left_out_names"] == ["setup.exe", "x.php"]
    assert unpacking.find(taken["sha256"], "setup.exe") is None


def test_what_is_unpacked_is_made_again_where_it_is_gone(app):
    taken = unpacking.take_in(make_package_file())
    folder = storage.derived(taken["sha256"], "package")
    shutil.rmtree(folder)
    assert unpacking.find(taken["sha256"], "index.html") is not None
    assert unpacking.find("0" * 64, "index.html") is None


def test_the_same_package_is_unpacked_once(app):
    first, second = unpacking.take_in(make_package_file()), unpacking.take_in(make_package_file())
    assert first["sha256"] == second["sha256"] and first["file_id"] != second["file_id"]


@pytest.mark.parametrize(
    "version, edition", [("1.2", "1.2"), ("CAM 1.3", "CAM 1.3"), ("2004 3rd Edition", "2004 3rd Edition")]
)
def test_versions_are_told_apart(app, version, edition):
    text = manifest("1.2" if version == "1.2" else "2004").replace("<schemaversion>2004", f"<schemaversion>{version}")
    taken = unpacking.take_in(make_package_file(zipped({"imsmanifest.xml": text, "index.html": PAGE})))
    assert (taken["version"], taken["edition"]) == ("1.2" if version == "1.2" else "2004", edition)
