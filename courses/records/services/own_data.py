"""Everything that is kept of a person, as one JSON file or as a ZIP of tables, row by row, so that memory stays small."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, literal, select, union_all

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.personal_data import Part, parts
from courses.formats.tables import Table, table_formats

PIECE_ROWS = 500
PIECE_BYTES = 256 * 1024
JOB_ROWS = 20_000
"""More rows than this take longer than anybody waits for a page; they become a job."""
FORMATS = {"json": "application/json", "zip": "application/zip"}


def counts(person_id: int) -> dict[str, int]:
    """Return how many rows each part has: one query."""
    each = [
        select(literal(part.key), func.count()).select_from(part.model).where(part.condition(person_id))
        for part in parts().values()
    ]
    return {key: int(number) for key, number in db.session.execute(union_all(*each))}


def rows(part: Part, person_id: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a part as plain values."""
    for row in db.session.execute(part.query(person_id).execution_options(yield_per=PIECE_ROWS)):
        yield {name: plain(value) for name, value in row._mapping.items()}


def plain(value: Any) -> Any:
    """Return a value as JSON takes it: times as ISO 8601 with their zone."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def write(person: Person, extension: str) -> Iterator[bytes]:
    """Yield the file piece by piece. Raises KeyError for a format that is none of FORMATS."""
    return {"json": _json, "zip": _zip}[extension](person)


def _json(person: Person) -> Iterator[bytes]:
    head = json.dumps({"made_at": now().isoformat(), "username": person.username}, ensure_ascii=False)
    yield f'{head[:-1]}, "parts": {{\n'.encode()
    for number, part in enumerate(parts().values()):
        title = json.dumps({"title": str(part.title)}, ensure_ascii=False)
        yield f'{"," if number else ""}{json.dumps(part.key)}: {title[:-1]}, "rows": [\n'.encode()
        for index, row in enumerate(rows(part, person.id)):
            yield f"{',' if index else ''}{json.dumps(row, ensure_ascii=False)}\n".encode()
        yield b"]}\n"
    yield b"}}\n"


def _zip(person: Person) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in parts().values():
                with archive.open(f"{part.key}.csv", "w") as target:
                    for piece in table_formats()["csv"].write([_table(part, person.id)]):
                        target.write(piece)
        file.seek(0)
        while piece := file.read(PIECE_BYTES):
            yield piece


def _table(part: Part, person_id: int) -> Table:
    lines = ([_cell(value) for value in row.values()] for row in rows(part, person_id))
    return Table(str(part.title), list(part.columns), lines)


def _cell(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list, bool)) else value
