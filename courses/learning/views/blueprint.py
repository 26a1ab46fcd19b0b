"""The blueprint that all pages of studying share."""

from flask import Blueprint, abort

from academy.accounts.session import current_person
from courses.learning.services.pages import OpenCourse, open_course

blueprint = Blueprint("learning", __name__)


def person_id() -> int | None:
    """Return who looks, or None for a visitor."""
    return current_person.id if current_person.is_authenticated else None


def course_or_404(slug: str) -> OpenCourse:
    """Return the course for the person who looks, or end the request with the 404 page."""
    opened = open_course(slug, person_id())
    if opened is None:
        abort(404)
    return opened
