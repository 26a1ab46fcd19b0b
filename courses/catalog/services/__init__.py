"""What authors do with a course: its facts, chapters and lessons, and the list of courses.

Whatever changes a draft wants the course from `publication.load_draft(…, for_update=True)`, so that two authors wait for
one another.
"""

from courses.catalog.services.drafts import (
    STATES,
    change_facts,
    create_course,
    may_edit,
    state_of,
)
from courses.catalog.services.lessons import add_lesson, change_lesson, find_lesson, remove_lesson
from courses.catalog.services.listing import Row, listed, rows, versions_of
from courses.catalog.services.outline import (
    add_chapter,
    change_chapter,
    find_chapter,
    mark_of,
    move_chapter,
    move_lesson,
    outline_of,
    remove_chapter,
    reorder,
)

__all__ = [
    "STATES",
    "Row",
    "add_chapter",
    "add_lesson",
    "change_chapter",
    "change_facts",
    "change_lesson",
    "create_course",
    "find_chapter",
    "find_lesson",
    "listed",
    "mark_of",
    "may_edit",
    "move_chapter",
    "move_lesson",
    "outline_of",
    "remove_chapter",
    "remove_lesson",
    "reorder",
    "rows",
    "state_of",
    "versions_of",
]
