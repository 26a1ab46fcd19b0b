"""What a person has been shown of a chapter, judged by the server's clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.signals import chapter_read
from academy.web import reading_token
from courses.clocks.rules import MILLISECOND, study_time
from courses.clocks.services import lock_clock
from courses.textbooks.models import EditionChapter, Paragraph, ReadingEvidence, ReadingState, Textbook
from courses.textbooks.rules import cost_ms, judge_reading, time_for


@dataclass(frozen=True)
class Shown:
    """What is credited after a report.

    shown: all anchors of this text that count; credited: those that are new; rest: characters that are left to read.
    """

    shown: list[str]
    credited: list[str]
    total: int
    rest: int = 0

    @property
    def share(self) -> Fraction:
        """The share of the paragraphs that were shown."""
        return share_of(len(self.shown), self.total)


def opening(person_id: int, edition_chapter_id: int) -> str:
    """Return the token that says when a published chapter was handed to somebody; reports of what was shown name it."""
    return reading_token.issue(person_id, f"chapter-{edition_chapter_id}")


def opening_time(token: object, person_id: int, edition_chapter_id: int) -> datetime | None:
    """Return when the chapter was handed out, or None where the token is forged, somebody else's or another chapter's."""
    return reading_token.opened_at(token, person_id, f"chapter-{edition_chapter_id}")


def share_of(count: int, total: int) -> Fraction:
    """Return `count` of `total` as an exact share from 0 to 1; a text without paragraphs has been read by no one."""
    return Fraction(min(count, total), total) if total else Fraction(0)


@dataclass(frozen=True)
class Report:
    """What a page reports.

    anchors: in the order shown; position: where the reader is, or ""; opened_at: when the server handed the page out;
    visible_ms: how long it has been looked at since the last report; sequence: its number, from 1.
    """

    anchors: Sequence[str]
    position: str
    opened_at: datetime
    visible_ms: int = 0
    sequence: int | None = None


def record_shown(person: Person, chapter: EditionChapter, report: Report) -> Shown:
    """Credit the paragraphs that a page reports as shown, as far as the time that passed allows, and keep the place.

    Foreign anchors are passed over. A person's time is spent once, in whatever books, lessons and tabs. A report heard
    before counts for nothing.
    """
    clock = lock_clock(person.id)
    weights = _weights(chapter.id)
    state = _state(person, chapter, report.opened_at)
    if _heard(person, chapter, report):
        return _shown(state, weights, [])
    numbers = {anchor: index for index, anchor in enumerate(weights)}
    already = [numbers[anchor] for anchor in state.shown if anchor in numbers]
    claimed = [numbers[anchor] for anchor in report.anchors if anchor in numbers]
    lengths = list(weights.values())
    accepted, clock.spent = judge_reading(claimed, lengths, already, clock.spent, report.opened_at, now())
    seconds, clock.studied = study_time(report.visible_ms, clock.studied, report.opened_at, now())
    if report.position in numbers:
        state.position_anchor = report.position
    credited = [list(weights)[index] for index in accepted]
    return _credit(chapter, state, weights, credited, seconds, report)


def _heard(person: Person, chapter: EditionChapter, report: Report) -> bool:
    if report.sequence is None:
        return False
    return (
        db.session.scalar(
            select(ReadingEvidence.id).where(
                ReadingEvidence.person_id == person.id,
                ReadingEvidence.edition_chapter_id == chapter.id,
                ReadingEvidence.opened_at == report.opened_at,
                ReadingEvidence.sequence == report.sequence,
            )
        )
        is not None
    )


def mark_read(person: Person, chapter: EditionChapter, opened_at: datetime) -> tuple[Shown | None, int]:
    """Credit all that is left of a chapter because the reader says so, if there has been time to read it.

    Returns (what is credited, 0), or (None, the seconds that are still missing). For those who read without scripts; the
    time since the page was opened counts as study time.
    """
    clock, moment = lock_clock(person.id), now()
    weights = _weights(chapter.id)
    state = _state(person, chapter, opened_at)
    known = set(state.shown)
    rest = [anchor for anchor in weights if anchor not in known]
    needed = sum(cost_ms(weights[anchor]) for anchor in rest)
    lacking, clock.spent = time_for(needed, clock.spent, opened_at, moment)
    if lacking:
        return None, lacking
    seconds, clock.studied = study_time((moment - opened_at) // MILLISECOND, clock.studied, opened_at, moment)
    if rest:
        state.position_anchor = rest[-1]
    return _credit(chapter, state, weights, rest, seconds, Report(rest, "", opened_at)), 0


def chapter_share(person: Person, chapter_id: int, edition_chapter_id: int | None = None) -> Fraction:
    """Return the share of a chapter that has been shown to `person`.

    It is measured against `edition_chapter_id`, or, without it, as it was last counted (against the present edition).
    """
    state = db.session.get(ReadingState, (person.id, chapter_id))
    if state is None:
        return Fraction(0)
    if edition_chapter_id is None:
        return share_of(state.shown_count, state.paragraph_count)
    anchors = _weights(edition_chapter_id)
    return share_of(len(anchors.keys() & set(state.shown)), len(anchors))


def recount(textbook_id: int) -> int:
    """Measure everyone's reading against the present edition; return the number of records changed."""
    current = _current_anchors(textbook_id)
    changed = 0
    query = select(ReadingState).where(ReadingState.textbook_id == textbook_id).execution_options(yield_per=500)
    for state in db.session.scalars(query):
        anchors = current.get(state.chapter_id)
        if anchors is None:
            continue
        counted = len(anchors & set(state.shown)), len(anchors)
        if counted != (state.shown_count, state.paragraph_count):
            state.shown_count, state.paragraph_count = counted
            changed += 1
    return changed


def _weights(edition_chapter_id: int) -> dict[str, int]:
    """Return the characters in each paragraph by its anchor, in order."""
    query = (
        select(Paragraph.anchor, func.length(Paragraph.text).label("length"))
        .where(Paragraph.edition_chapter_id == edition_chapter_id)
        .order_by(Paragraph.position)
    )
    return {row.anchor: row.length for row in db.session.execute(query)}


def _state(person: Person, chapter: EditionChapter, opened_at: datetime) -> ReadingState:
    state = db.session.get(ReadingState, (person.id, chapter.chapter_id))
    if state is None:
        state = ReadingState(
            person_id=person.id,
            chapter_id=chapter.chapter_id,
            textbook_id=chapter.edition.textbook_id,
            shown=[],
            shown_count=0,
            paragraph_count=chapter.paragraph_count,
            position_anchor="",
            opened_at=opened_at,
        )
        db.session.add(state)
    return state


def _credit(
    chapter: EditionChapter,
    state: ReadingState,
    weights: dict[str, int],
    credited: list[str],
    seconds: int,
    report: Report,
) -> Shown:
    """Keep what is credited, and tell of it: paragraphs, and seconds of study time."""
    state.updated_at = now()
    if credited:
        state.shown = [*state.shown, *credited]
        _count(state, chapter, weights)
    if credited or seconds:
        db.session.add(
            ReadingEvidence(
                person_id=state.person_id,
                chapter_id=chapter.chapter_id,
                edition_chapter_id=chapter.id,
                opened_at=report.opened_at,
                sequence=report.sequence,
                anchors=credited,
                seconds=seconds,
            )
        )
    db.session.flush()
    result = _shown(state, weights, credited)
    if credited or seconds:
        chapter_read.send(
            state,
            person=db.session.get_one(Person, state.person_id),
            textbook_id=state.textbook_id,
            chapter_id=chapter.chapter_id,
            share=result.share,
            study_seconds=seconds,
        )
    return result


def _shown(state: ReadingState, weights: dict[str, int], credited: list[str]) -> Shown:
    known = set(state.shown)
    rest = sum(length for anchor, length in weights.items() if anchor not in known)
    return Shown([anchor for anchor in weights if anchor in known], credited, len(weights), rest)


def _count(state: ReadingState, chapter: EditionChapter, weights: Iterable[str]) -> None:
    """Count what is shown of the present edition; of `chapter` where the present edition no longer has it."""
    current = db.session.scalar(
        select(EditionChapter.id)
        .join(Textbook, Textbook.current_edition_id == EditionChapter.edition_id)
        .where(EditionChapter.chapter_id == chapter.chapter_id)
    )
    anchors = set(weights if current in (None, chapter.id) else _weights(current))
    state.shown_count, state.paragraph_count = len(anchors & set(state.shown)), len(anchors)


def _current_anchors(textbook_id: int) -> dict[int, set[str]]:
    query = (
        select(EditionChapter.chapter_id, Paragraph.anchor)
        .join(Textbook, Textbook.current_edition_id == EditionChapter.edition_id)
        .join(Paragraph, Paragraph.edition_chapter_id == EditionChapter.id)
        .where(Textbook.id == textbook_id)
    )
    found: dict[int, set[str]] = {}
    for chapter_id, anchor in db.session.execute(query):
        found.setdefault(chapter_id, set()).add(anchor)
    return found
