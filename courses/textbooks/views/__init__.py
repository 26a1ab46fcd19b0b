"""Pages of textbooks: the shelf, the reader, and the writing desk."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.textbooks.views import reader, shelf
from courses.textbooks.views.blueprint import blueprint

__all__ = ["reader", "shelf"]

blueprints = [blueprint]

NAVIGATION = [
    NavItem(
        "trainee",
        "textbooks",
        _l("教材"),
        "textbooks.shelf",
        "book",
        30,
        signed_in=False,
        covers=("textbooks.book", "textbooks.find"),
    ),
]
