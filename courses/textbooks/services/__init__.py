"""Textbooks: writing a draft, publishing an edition, and counting what people read of it."""

from courses.textbooks.services.drafts import (
    add_chapter,
    change_chapter,
    change_facts,
    create_textbook,
    draft_chapters,
    load_draft,
    may_edit,
    move_chapter,
    new_slug,
    readers_of,
    remove_chapter,
    restore_chapter,
)
from courses.textbooks.services.publishing import Differences, Missing, checklist, differences, publish
from courses.textbooks.services.reading import (
    Shown,
    chapter_share,
    mark_read,
    opening,
    opening_time,
    record_shown,
    recount,
)

__all__ = [
    "Differences",
    "Missing",
    "Shown",
    "add_chapter",
    "change_chapter",
    "change_facts",
    "chapter_share",
    "checklist",
    "create_textbook",
    "differences",
    "draft_chapters",
    "load_draft",
    "mark_read",
    "may_edit",
    "move_chapter",
    "new_slug",
    "opening",
    "opening_time",
    "publish",
    "readers_of",
    "record_shown",
    "recount",
    "remove_chapter",
    "restore_chapter",
]
