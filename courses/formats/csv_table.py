"""Tables as CSV for spreadsheets: UTF-8 with a byte order mark, without which Excel garbles Chinese."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

from courses.formats.tables import Table, TableFormat

BOM = "\ufeff"
PIECE_ROWS = 500
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a formula may begin (OWASP); East Asian spreadsheets take the full-width signs for the plain ones."""


def harmless(value: Any) -> Any:
    """Return text that a spreadsheet will not run as a formula (OWASP: CSV injection); numbers stay as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_SIGNS) else value


class CsvTable(TableFormat):
    """One table as CSV (RFC 4180), lines ended by CR LF."""

    key = "csv"
    media_type = "text/csv; charset=utf-8"

    def write(self, tables: Sequence[Table]) -> Iterator[bytes]:
        """Yield the first table; notes have no place in a file that programs read."""
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write(BOM)
        writer.writerow([harmless(column) for column in tables[0].columns])
        for number, row in enumerate(tables[0].rows, 1):
            writer.writerow([harmless(value) for value in row])
            if number % PIECE_ROWS == 0:
                yield _taken(buffer)
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


TABLE_FORMAT = CsvTable()
