"""Exports: the same tables as on the screen, written by a format."""

from collections.abc import Sequence

from courses.formats.tables import Table
from courses.reports.base import Report, Request


def export_tables(report: Report, names: Sequence[str], request: Request) -> list[Table]:
    """Return the named tables with all their rows."""
    return [report.table(name, request) for name in names]
