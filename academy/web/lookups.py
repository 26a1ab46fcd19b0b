"""Loading by identity, with a 404 page for what is not there."""

from typing import Any, TypeVar

from flask import abort
from sqlalchemy import Select

from academy.db import Base, db

Row = TypeVar("Row", bound=Base)
MAX_ID = 2**31 - 1


def get_or_404(model: type[Row], identity: int, **options: Any) -> Row:
    """Return the row, or end the request with the 404 page."""
    row = db.session.get(model, identity, **options) if 0 < identity <= MAX_ID else None
    if row is None:
        abort(404)
    return row


def one_or_404(query: Select[Any]) -> Any:
    """Return the only row of `query`, or end the request with the 404 page."""
    row = db.session.execute(query).unique().scalar_one_or_none()
    if row is None:
        abort(404)
    return row
