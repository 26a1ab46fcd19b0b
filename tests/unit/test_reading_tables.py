"""Tables as they come from the field."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.formats import reading_tables as reading
from courses.formats.reading_tables import TableError, find_table, read_day, read_hours, read_rows
from tests.factories.credits import make_workbook
from tests.factories.studio import broken

NAMES = {"name": ("姓名",), "day": ("日期",), "hours": ("学时", "学时数")}
TEXT = "姓名,日期,学时\r\n䶮永,2026-07-09,3\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding):
    rows = read_rows(TEXT.encode(encoding))
    assert rows[1].cells == ("䶮永", "2026-07-09", "3") and rows[1].number == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters(delimiter):
    assert read_rows(TEXT.replace(",", delimiter).encode())[0].cells == ("姓名", "日期", "学时")


def test_a_field_may_hold_line_breaks_and_delimiters():
    assert read_rows('a,b\n"一,\n二",3\n'.encode())[1].cells == ("一,\n二", "3")


def test_a_workbook_with_merged_titles_and_typed_cells():
    data = make_workbook([
        ["2026 年培训学时登记表"], [], ["姓　名", "日期（必填）", "学时数*", True], ["王芳", date(2026, 7, 9), 3.5, 13800138000],
    ])  # fmt: skip
    table = find_table(read_rows(data), NAMES, [("name",), ("hours",)])
    assert table.columns == {"name": 0, "day": 1, "hours": 2}
    row = table.rows[0]
    assert (row.number, row.cells) == (4, ("王芳", "2026-07-09", "3.5", "13800138000"))


def test_a_missing_column_is_named():
    with pytest.raises(TableError, match="学时"):
        find_table(read_rows("姓名,日期\n王,1\n".encode()), NAMES, [("name",), ("hours",)])


@pytest.mark.parametrize(
    "text",
    ["2026-07-09", "2026/7/9", "2026.7.9", "2026年7月9日", "２０２６年７月９日", " 2026 年 7 月 9 日 ", "20260709", "46212",
     "46212.5", "2026-7-9 08:30", "2026-07-09 00:00:00"],
)  # fmt: skip
def test_days(text):
    assert read_day(text) == date(2026, 7, 9)


@pytest.mark.parametrize("text", ["", "7月9日", "2026-13-01", "2026-02-30", "昨天", "46", "20261301"])
def test_what_is_no_day(text):
    with pytest.raises(ValueError):
        read_day(text)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("3", 3),
        ("３．５", "7/2"),
        ("2.50", "5/2"),
        ("3学时", 3),
        ("0.30000000000000004", "3/10"),
        ("1.9999999999999998", 2),
        (" 4 ", 4),
    ],
)
def test_hours(text, hours):
    assert read_hours(text) == Fraction(hours)


@pytest.mark.parametrize("text", ["", "-1", "三", "1.255", "1e3", "3,5", "1/2", "NaN", "9999999999"])
def test_what_is_no_number_of_hours(text):
    with pytest.raises(ValueError):
        read_hours(text)


def archive(**files):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def sheet(rows, name="xl__worksheets__sheet2.xml"):
    """An archive with a sound sheet, and these rows in another one."""
    whole = '<worksheet xmlns:x="x"><sheetData>%s</sheetData></worksheet>'
    return archive(**{"xl__worksheets__sheet1.xml": whole % "", name: whole % rows})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "空的"),
        (b"\0" * 100, "空的"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 600, "xls"),
        (b"PK\x03\x04broken", "损坏"),
        (archive(**{"word__document.xml": "x"}), "不是 Excel"),
        (archive(**{"xl__worksheets__sheet1.xml": '<c r="A1048576"/>'}), "最后一行"),
        (archive(**{"xl__worksheets__sheet1.xml": '<c r="XFD1"/>'}), "列"),
        (sheet('<row r="1"><c r="CV1"/></row><row r="1048576"><c><v>1</v></c></row>'), "最后一行"),
        (sheet("<row r='1048576'><c r='a1048576'><v>1</v></c></row>"), "最后一行"),
        (sheet('<row><c t=">" r="A1048576"><v>1</v></c></row>'), "最后一行"),
        (sheet('<row><c r="A9999999999"/></row>' + "<row/>" * 30_000 + "<row><c/></row>"), "最后一行"),
        (sheet("<row>" + "<x:c/>" * 200 + "</row>"), "列"),
        (sheet('<row r="1048576"><c><v>1</v></c></row>', "else__where.bin"), "最后一行"),
        (sheet("<row/>", "content.xml"), "不是 Excel"),
        (sheet("</row>"), "损坏"),
        (archive(**{"xl__worksheets__sheet1.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet/>"}), "损坏"),
        (archive(**{"xl__worksheets__sheet1.xml": "<worksheet/>"}), "损坏"),
        (b"\x81\xff\xff\xff", "编码"),
        (b"a\n" * (reading.MAX_ROWS + 30), "最多"),
        (b"," .join([b"x"] * 200), "列"),
        (b"x" * (reading.MAX_BYTES + 1), "MB"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(data, sentence):
    with pytest.raises(TableError, match=sentence):
        read_rows(data)


def test_a_workbook_with_a_broken_sheet_is_refused_with_a_sentence():
    data = broken(make_workbook([["姓名", "日期"], ["王芳", "2026-07-09"]]), "xl/worksheets/sheet1.xml")
    with pytest.raises(TableError, match="损坏"):
        read_rows(data)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(reading, "MAX_UNPACKED_BYTES", 1000)
    with pytest.raises(TableError, match="太大"):
        read_rows(archive(**{"xl__worksheets__sheet1.xml": "0" * 5000}))


@given(st.binary(max_size=300))
def test_any_bytes_give_rows_or_a_sentence(data):
    try:
        rows = read_rows(data)
    except TableError as error:
        assert str(error)
    else:
        assert rows
