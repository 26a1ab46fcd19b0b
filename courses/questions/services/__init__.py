"""The question bank: its shelves, finding questions, writing new versions, changing many at once."""

from courses.questions.rules import Draft
from courses.questions.services.finding import Wanted, find, search, tagged
from courses.questions.services.shelves import category_named, open_shelves, shelf_at, tree, within
from courses.questions.services.writing import (
    create,
    create_all,
    get,
    may_edit,
    restore,
    retire,
    revise,
    sent_again,
    versions,
)

__all__ = [
    "Draft",
    "Wanted",
    "category_named",
    "create",
    "create_all",
    "find",
    "get",
    "may_edit",
    "open_shelves",
    "restore",
    "retire",
    "revise",
    "search",
    "sent_again",
    "shelf_at",
    "tagged",
    "tree",
    "versions",
    "within",
]
