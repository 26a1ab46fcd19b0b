"""Pages of textbooks: the shelf, the reader, and the writing desk."""

from academy.i18n import lazy as _l
from academy.navigation import NavItem
from courses.textbooks.views import chapters, reader, shelf, studio
from courses.textbooks.views.blueprint import blueprint

__all__ = ["chapters", "reader", "shelf", "studio"]

blueprints = [blueprint]
PERMISSIONS = {"textbooks.edit": {"instructor", "admin"}}

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
    NavItem(
        "studio",
        "textbooks",
        _l("教材编写"),
        "textbooks.studio",
        "book",
        20,
        group="teaching",
        permission="textbooks.edit",
        covers=tuple(
            f"textbooks.{name}"
            for name in (
                *("new_book", "create_book", "edit", "facts", "save_facts", "publish"),
                *("add_chapter", "edit_chapter", "save_chapter", "confirm_remove"),
            )
        ),
    ),
]
