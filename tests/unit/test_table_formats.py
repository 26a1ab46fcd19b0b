"""Tables written as CSV and as a workbook."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.formats.csv_table import FORMULA_SIGNS
from courses.formats.tables import Table, table_formats

ROWS = [["李秀兰", 3, "1.5"], ["𠮷田", 0, "—"]]


def written(key, *tables):
    return b"".join(table_formats()[key].write(tables))


def read_csv(data):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_csv_begins_with_a_byte_order_mark():
    assert written("csv", Table("人员", ["姓名"], [])).startswith(b"\xef\xbb\xbf")


def test_csv_holds_the_rows():
    assert read_csv(written("csv", Table("人员", ["姓名", "门", "学时"], ROWS))) == [
        ["姓名", "门", "学时"],
        ["李秀兰", "3", "1.5"],
        ["𠮷田", "0", "—"],
    ]


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_csv_disarms_formulas(sign):
    formula = f"{sign}cmd|' /C calc'!A0"
    rows = read_csv(written("csv", Table("人员", [formula], [[formula]])))
    assert [row[0][0] for row in rows] == ["'", "'"]


@pytest.mark.parametrize("sign", ["＝", "＋", "－", "＠", "\n"])
def test_csv_disarms_what_east_asian_spreadsheets_take_for_formulas(sign):
    assert sign in FORMULA_SIGNS


def test_csv_leaves_negative_numbers_alone():
    assert read_csv(written("csv", Table("学时", ["数"], [[-3]])))[1] == ["-3"]


@given(
    st.lists(
        st.lists(
            st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20), min_size=2, max_size=2
        ),
        max_size=20,
    )
)
def test_csv_keeps_every_harmless_text(rows):
    rows = [[cell if not cell.startswith(FORMULA_SIGNS) else "x" for cell in row] for row in rows]
    assert read_csv(written("csv", Table("表", ["甲", "乙"], rows)))[1:] == rows


def test_csv_comes_in_pieces():
    pieces = list(table_formats()["csv"].write([Table("表", ["甲"], ([n] for n in range(2000)))]))
    assert len(pieces) > 2


def test_a_workbook_has_a_sheet_for_each_table():
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", Table("单位", ["名"], []), Table("人员", ["名"], []))))
    assert book.sheetnames == ["单位", "人员"]


def test_a_workbook_says_what_it_covers_above_the_headings():
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", Table("人员", ["姓名"], [["李"]], ["截至 7 月"]))))
    assert [cell.value for cell in book["人员"]["A"]] == ["截至 7 月", "姓名", "李"]


def test_a_workbook_runs_no_formula():
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", Table("人员", ["姓名"], [["=1+1"]]))))
    assert book["人员"]["A2"].data_type == "s"


@pytest.mark.parametrize("title", ["'引号'", "x" * 30 + "'更长", "", "'", "History"])
def test_a_sheet_may_be_called_anything(title):
    written = b"".join(table_formats()["xlsx"].write([Table(title, ["列"], [[1]])]))
    assert openpyxl.load_workbook(io.BytesIO(written)).active["A2"].value == 1


def test_a_sheet_name_that_excel_refuses_is_made_fit():
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", Table("a/b:c*?" + "长" * 40, ["名"], []))))
    assert len(book.sheetnames[0]) <= 31
