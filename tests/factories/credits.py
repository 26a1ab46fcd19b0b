"""Entries of the ledger, spreadsheets of hours."""

from __future__ import annotations

import io
from datetime import date
from itertools import count
from typing import Any

import xlsxwriter

from academy.accounts.models import Person
from courses.credits.models import LedgerEntry
from courses.credits.services import Posting, Source, post
from tests.factories.people import make_person

_numbers = count(1)


def make_entry(
    person: Person | None = None, hours: int = 100, day: date = date(2026, 3, 2), **values: Any
) -> LedgerEntry:
    """Enter hours (in hundredths) for somebody; further arguments are those of a Posting."""
    number = next(_numbers)
    values = {"obligation": "required", "category": "course", "key": f"test:{number}", **values}
    entry = post(
        Posting(
            person=person or make_person(),
            source=values.pop("source", Source("course", number, f"课程{number}")),
            amount_hundredths=hours,
            earned_on=day,
            **values,
        )
    )
    assert entry is not None
    return entry


def make_workbook(rows: list[list[Any]]) -> bytes:
    """Return an .xlsx with these rows."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        style = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, place, value, style)
                else:
                    sheet.write(line, place, value)
    return stream.getvalue()
