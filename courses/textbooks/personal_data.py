"""Which data of people this room keeps."""

from sqlalchemy import select

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.textbooks.models import ReaderSettings, ReadingEvidence, ReadingState, Textbook, TextbookChapter

_CHAPTER = select(TextbookChapter.title)
export(
    "reading",
    _l("教材阅读进度"),
    ReadingState,
    lambda person_id: ReadingState.person_id == person_id,
    by=("person_id",),
    also={
        "textbook_title": select(Textbook.title).where(Textbook.id == ReadingState.textbook_id).scalar_subquery(),
        "chapter_title": _CHAPTER.where(TextbookChapter.id == ReadingState.chapter_id).scalar_subquery(),
    },
)
export(
    "reading_evidence",
    _l("教材阅读记录"),
    ReadingEvidence,
    lambda person_id: ReadingEvidence.person_id == person_id,
    by=("person_id",),
)
export(
    "reader_settings",
    _l("阅读器版式"),
    ReaderSettings,
    lambda person_id: ReaderSettings.person_id == person_id,
    by=("person_id",),
)
decline("textbook.owner_id", "the textbook is the college's; the column says who keeps it")
decline("edition.published_by_id", "the textbook is the college's; the column says who published it")
