"""Tables as an Excel workbook, a sheet each."""

import re
import tempfile
from collections.abc import Iterator, Sequence
from typing import Any

import xlsxwriter

from courses.formats.tables import Table, TableFormat

PIECE_BYTES = 256 * 1024
SHEET_NAME_LIMIT = 31
WIDEST = 40
_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]")


class XlsxTable(TableFormat):
    """Several tables as one workbook; written in constant memory, row by row."""

    key = "xlsx"
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    many = True

    def write(self, tables: Sequence[Table]) -> Iterator[bytes]:
        """Yield the workbook."""
        with tempfile.TemporaryFile() as file:
            self._build(file, tables)
            file.seek(0)
            while piece := file.read(PIECE_BYTES):
                yield piece

    def _build(self, file: Any, tables: Sequence[Table]) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as book:
            bold = book.add_format({"bold": True, "bg_color": "#E5F0EC", "border": 1, "border_color": "#C8C3B5"})
            for table in tables:
                self._sheet(book, table, bold)

    @staticmethod
    def _sheet(book: Any, table: Table, bold: Any) -> None:
        # An apostrophe may stand inside of a name only; an empty one gets the name of a new sheet.
        name = _NOT_IN_SHEET_NAMES.sub(" ", table.title)[:SHEET_NAME_LIMIT].strip("'")
        sheet = book.add_worksheet(name or None)
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, min(WIDEST, max(10, len(column) * 2 + 4)))
        line = 0
        for note in table.notes:
            sheet.write_string(line, 0, note)
            line += 1
        sheet.write_row(line, 0, list(table.columns), bold)
        sheet.freeze_panes(line + 1, 1)
        for row in table.rows:
            line += 1
            for index, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, index, value)
                else:
                    sheet.write(line, index, value)


TABLE_FORMAT = XlsxTable()
