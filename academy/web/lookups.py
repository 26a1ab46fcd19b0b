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


def identity(text: str) -> int:
    """Return the identity that an address names, as in `args.get("category", type=identity)`; ValueError for none."""
    number = int(text)
    if not 0 < number <= MAX_ID:
        raise ValueError(number)
    return number


def one_or_404(query: Select[Any]) -> Any:
    """Return the only row of `query`, or end the request with the 404 page."""
    row = db.session.execute(query).unique().scalar_one_or_none()
    if row is None:
        abort(404)
    return row
