"""Numbers in addresses, and loading by them, with a 404 page for what is not there."""

from typing import Any, TypeVar

from flask import Flask, abort
from sqlalchemy import Select
from werkzeug.routing import IntegerConverter, Map

from academy.db import Base, db

Row = TypeVar("Row", bound=Base)
MAX_ID = 2**31 - 1


class NumberInPath(IntegerConverter):
    """What `<int:…>` of a rule takes: an address with a number that no database holds leads nowhere."""

    regex = r"[0-9]{1,10}"

    def __init__(self, map: Map, **options: Any) -> None:  # werkzeug gives the map by this name or by its place
        super().__init__(map, max=MAX_ID, **options)


def init_app(app: Flask) -> None:
    """Let all rules that are added from now on take such numbers only."""
    app.url_map.converters["int"] = NumberInPath


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


def identity_or_none(text: str | None) -> int | None:
    """Return the identity that a text names, None for none."""
    try:
        return identity(text or "")
    except ValueError:
        return None


def one_or_404(query: Select[Any]) -> Any:
    """Return the only row of `query`, or end the request with the 404 page."""
    row = db.session.execute(query).unique().scalar_one_or_none()
    if row is None:
        abort(404)
    return row
