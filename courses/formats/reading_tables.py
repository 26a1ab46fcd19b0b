"""Reading tables that people fill in: CSV and XLSX as Excel and WPS write them, with all their oddities.

Pure: bytes in, text out. Nothing here knows what the columns mean. What a cell holds comes out as text; numbers without
a needless ".0", days as 2026-07-09. A file is refused before it can take much memory or time.
"""

import csv
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineWorkbook

from academy.i18n import _

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
MAX_CELL = 2_000
HEADER_WITHIN = 20
DELIMITERS = (",", "\t", ";")
_PLACE = re.compile(r"([A-Za-z]{0,7})([0-9]{1,9})")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_OTHER_BOOKS = {"content.xml", "xl/workbook.bin"}
"""What makes a reader take the archive for another kind of workbook."""
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL_DAY = re.compile(r"(\d{5})(?:\.\d+)?")
FLOAT_DUST = Fraction(1, 10**6)
"""What spreadsheets add to a number of two decimals when they write it out: 0.1 + 0.2 is 0.30000000000000004."""
_EXCEL_ZERO = date(1899, 12, 30)
_HOURS = re.compile(r"(\d{1,9})(?:[.](\d{1,20}))?(?:个?学时|课时|小时|天)?")


class TableError(ValueError):
    """A file that cannot be read as a table; the text is a whole sentence for the person who sent it."""


@dataclass(frozen=True)
class Row:
    """A row with its number in the file, from 1, as the spreadsheet counts."""

    number: int
    cells: tuple[str, ...]

    def cell(self, index: int | None) -> str:
        """Return a cell, empty where the row is shorter or there is no such column."""
        return self.cells[index] if index is not None and index < len(self.cells) else ""


@dataclass(frozen=True)
class Found:
    """A table below its heading: `columns` are the places of the known columns, `headings` the words that stand there."""

    columns: Mapping[str, int]
    headings: Mapping[str, str]
    rows: tuple[Row, ...]

    def value(self, row: Row, column: str) -> str:
        """Return what stands in a known column, tidied; empty when the column is not there."""
        return tidy(row.cell(self.columns.get(column)))


def read_rows(data: bytes) -> list[Row]:
    """Return the rows of a file that are not empty. Raises TableError."""
    if not data.strip(b"\0 \r\n\t"):
        raise TableError(_("这个文件是空的"))
    if len(data) > MAX_BYTES:
        raise TableError(_("文件超过 %(limit)s MB。请分成几个文件", limit=MAX_BYTES // 1024 // 1024))
    if data.startswith(b"PK\x03\x04"):
        return _checked(_workbook(data))
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise TableError(_("这是旧的 .xls 格式，或者加了密码。请在 Excel 或 WPS 里另存为 .xlsx，再上传"))
    return _checked(_delimited(decode(data)))


def decode(data: bytes) -> str:
    """Return the text of a CSV file in UTF-8 (with or without mark), UTF-16 or GB18030. Raises TableError."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data.startswith(b"\xef\xbb\xbf"):
        encodings = ["utf-8-sig"]
    elif b"\0" in data[:2000]:
        little = data[1:2000:2].count(0) >= data[0:2000:2].count(0)
        encodings = ["utf-16-le" if little else "utf-16-be"]
    else:
        encodings = ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise TableError(_("看不出文件里的文字是什么编码。请在 Excel 或 WPS 里另存为 .xlsx，再上传"))


def _delimited(text: str) -> Iterator[Sequence[Any]]:
    head = text[:20_000].splitlines()[:50]
    delimiter = max(DELIMITERS, key=lambda each: sum(line.count(each) for line in head))
    csv.field_size_limit(MAX_BYTES)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise TableError(_("文件的格式不对，读到一半读不下去了。请另存为 .xlsx，再上传")) from error


def _workbook(data: bytes) -> Iterator[Sequence[Any]]:
    _refuse_giants(data)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_index(index) for index in range(len(book.sheet_names))]
        sheet = next((each for each in sheets if each.height), None)
        rows = sheet.to_python(skip_empty_area=False) if sheet is not None else []
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise _damaged() from error
    yield from rows


def _refuse_giants(data: bytes) -> None:
    """Look into the archive first: a few bytes can claim gigabytes, or a cell in the millionth row."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = archive.infolist()
            if sum(file.file_size for file in files) > MAX_UNPACKED_BYTES or len(files) > 5_000:
                raise TableError(_("表格展开后太大。请只留下要用的一张表，再上传"))
            names = [file.filename for file in files]
            if not any(map(_SHEET.fullmatch, names)) or not _OTHER_BOOKS.isdisjoint(map(str.lower, names)):
                raise TableError(_("这不是 Excel 表格。请上传 .xlsx 或 .csv 文件"))
            for file in files:
                with archive.open(file) as stream:
                    content = stream.read(MAX_UNPACKED_BYTES)
                # The workbook may name any file a sheet, wherever it lies.
                if _SHEET.fullmatch(file.filename) or b"sheetData" in content:
                    _check_places(content)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise _damaged() from error


class _Places:
    """Follows the cells of a sheet as a reader would, and refuses the first that lies too far out."""

    def __init__(self) -> None:
        self.row = self.column = self.cells = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of an element."""
        kind = name.rpartition(":")[2]
        place = _PLACE.fullmatch(attributes.get("r", "").strip())
        if kind == "row":
            self.row, self.column = (int(place[2]) if place else self.row + 1), 0
        elif kind == "c":
            self.column = _column_number(place[1].upper()) if place and place[1] else self.column + 1
            self.row = int(place[2]) if place and place[1] else max(1, self.row)
            self.cells += 1
            self.check()

    def check(self) -> None:
        """Raise TableError when the table has become too large."""
        if self.row > MAX_ROWS + HEADER_WITHIN:
            raise _too_many(self.row)
        if self.column > MAX_COLUMNS or self.cells > MAX_COLUMNS * (MAX_ROWS + HEADER_WITHIN):
            raise _too_wide()

    def doctype(self, *_arguments: object) -> None:
        """Refuse what could hold entities."""
        raise _damaged()


def _check_places(sheet: bytes) -> None:
    """Raise TableError when a sheet has cells too far out, however their places are written, or cannot be read."""
    places, parser = _Places(), expat.ParserCreate()
    parser.StartElementHandler = places.start
    parser.StartDoctypeDeclHandler = places.doctype
    try:
        parser.Parse(sheet, True)
    except expat.ExpatError as error:
        raise _damaged() from error


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _damaged() -> TableError:
    return TableError(_("打不开这个表格，文件可能已经损坏。请重新另存为 .xlsx，再上传"))


def _too_many(rows: int) -> TableError:
    return TableError(
        _(
            "表格有内容的最后一行是第 %(rows)s 行，一次最多 %(limit)s 行。请分成几个文件，或删掉下面的空行",
            rows=rows,
            limit=MAX_ROWS,
        )
    )


def _too_wide() -> TableError:
    return TableError(_("表格超过 %(limit)s 列。请删掉用不着的列", limit=MAX_COLUMNS))


def _checked(rows: Iterator[Sequence[Any]]) -> list[Row]:
    found = []
    for number, cells in enumerate(rows, 1):
        if number > MAX_ROWS + HEADER_WITHIN:
            raise _too_many(number)
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            raise _too_wide()
        if texts:
            found.append(Row(number, tuple(texts)))
    if not found:
        raise TableError(_("这个文件是空的"))
    return found


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return _("是") if cell else _("否")
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell.isoformat(" ")
    return str(cell)[:MAX_CELL]


def find_table(rows: Sequence[Row], names: Mapping[str, Sequence[str]], needed: Sequence[Sequence[str]]) -> Found:
    """Find the heading among the first rows (titles may stand above it), and return the table below it.

    names: for each column the words it may be headed with; needed: groups of columns of which one has to be there.
    Raises TableError that says which column is missing.
    """
    best: dict[str, int] = {}
    place = -1
    for index, row in enumerate(rows[:HEADER_WITHIN]):
        columns = _columns(row, names)
        if len(columns) > len(best):
            best, place = columns, index
    missing = [group for group in needed if not any(column in best for column in group)]
    if missing:
        wanted = "；".join(" / ".join(names[column][0] for column in group) for group in missing)
        raise TableError(_("找不到这一列的标题：%(names)s。标题要写在同一行，可以下载模板对照", names=wanted))
    heading = rows[place]
    return Found(best, {column: tidy(heading.cell(index)) for column, index in best.items()}, tuple(rows[place + 1 :]))


def _columns(row: Row, names: Mapping[str, Sequence[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    words = [heading_word(cell) for cell in row.cells]
    for column, known in names.items():
        folded = {heading_word(name) for name in known}
        place = next((index for index, word in enumerate(words) if word in folded), None)
        if place is not None:
            found[column] = place
    return found


def heading_word(text: str) -> str:
    """Return a heading so that blanks, marks of "required", notes in brackets and case do not matter."""
    plain = re.sub(r"[（(].*?[)）]", "", figures(text))
    return plain.strip("*:：").casefold()


def tidy(text: str) -> str:
    """Return text without blanks (also full-width ones) around it, line breaks inside or invisible characters."""
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def figures(text: str) -> str:
    """Return text with full-width characters made plain and all blanks dropped: for numbers, days and headings."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_INVISIBLE).split())


def read_day(text: str) -> date:
    """Read a day: 2026-07-09, 2026/7/9, 2026.7.9, 2026年7月9日, 20260709, or Excel's number of it. Raises ValueError."""
    plain = unicodedata.normalize("NFKC", tidy(text))
    plain = re.sub(r"\s*([-/.年月日])\s*", r"\1", plain)
    match = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    if match:
        return date(int(match[1]), int(match[2]), int(match[3]))
    serial = _SERIAL_DAY.fullmatch(plain)
    if serial:
        return _EXCEL_ZERO + timedelta(days=int(serial[1]))
    raise ValueError(text)


def read_hours(text: str) -> Fraction:
    """Read an exact number of hours or days, also with its unit behind it: "3.5", "３学时".

    At most two decimals count; raises ValueError.
    """
    match = _HOURS.fullmatch(figures(text))
    if not match:
        raise ValueError(text)
    number = Fraction(f"{match[1]}.{match[2] or 0}")
    exact = Fraction(round(number * 100), 100)
    if abs(number - exact) > FLOAT_DUST:
        raise ValueError(text)
    return exact
