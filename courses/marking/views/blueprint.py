"""The blueprint that the modules of this package share."""

from typing import Any

from flask import Blueprint, abort

from academy.web.lookups import MAX_ID

blueprint = Blueprint("marking", "courses.marking")


@blueprint.url_value_preprocessor
def check_numbers(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Answer 404 for a number in the address that no database can hold."""
    if any(isinstance(value, int) and value > MAX_ID for value in (values or {}).values()):
        abort(404)
