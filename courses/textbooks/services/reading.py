"""What a person has been shown of a chapter, judged by the server's clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.signals import chapter_read
from academy.web import reading_token
from courses.textbooks.models import EditionChapter, Paragraph, ReadingEvidence, ReadingState, Textbook
from courses.textbooks.rules import BUDGET_LIMIT_SECONDS, accept_shown, cost_seconds, spendable_since


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


def record_shown(
    person: Person, chapter: EditionChapter, anchors: Sequence[str], position: str, opened_at: datetime
) -> Shown:
    """Credit the paragraphs that a page reports as shown, as far as the time that passed allows, and keep the place.

    anchors: in the order shown, foreign ones are passed over; position: where the reader is, or ""; opened_at: when the
    server handed the page out. A person's time is spent once, however many books and tabs are open.
    """
    spent_until = _lock_time(person)
    weights = _weights(chapter.id)
    state = _state(person, chapter, opened_at)
    since = spendable_since(spent_until, opened_at, now(), BUDGET_LIMIT_SECONDS)
    numbers = {anchor: index for index, anchor in enumerate(weights)}
    already = [numbers[anchor] for anchor in state.shown if anchor in numbers]
    claimed = [numbers[anchor] for anchor in anchors if anchor in numbers]
    accepted, used = accept_shown(claimed, list(weights.values()), already, (now() - since).total_seconds())
    if position in numbers:
        state.position_anchor = position
    credited = [list(weights)[index] for index in accepted]
    return _credit(person, chapter, state, weights, credited, since + timedelta(seconds=used), used)


def mark_read(person: Person, chapter: EditionChapter, opened_at: datetime) -> tuple[Shown | None, int]:
    """Credit all that is left of a chapter because the reader says so, if there has been time to read it.

    Returns (what is credited, 0), or (None, the seconds that are still missing). For those who read without scripts.
    """
    spent_until = _lock_time(person)
    weights = _weights(chapter.id)
    state = _state(person, chapter, opened_at)
    known = set(state.shown)
    rest = [anchor for anchor in weights if anchor not in known]
    needed = sum(cost_seconds(weights[anchor]) for anchor in rest)
    since = spendable_since(spent_until, opened_at, now(), max(needed, BUDGET_LIMIT_SECONDS))
    lacking = needed - (now() - since).total_seconds()
    if lacking > 0:
        return None, -int(-lacking // 1)
    if rest:
        state.position_anchor = rest[-1]
    return _credit(person, chapter, state, weights, rest, since + timedelta(seconds=needed), needed), 0


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


def _lock_time(person: Person) -> datetime | None:
    """Return up to when this person's reading time has been spent; two requests cannot spend the same minute."""
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    return db.session.scalar(select(func.max(ReadingState.budget_from)).where(ReadingState.person_id == person.id))


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
            budget_from=opened_at,
        )
        db.session.add(state)
    return state


def _credit(
    person: Person,
    chapter: EditionChapter,
    state: ReadingState,
    weights: dict[str, int],
    credited: list[str],
    spent_until: datetime,
    used: float,
) -> Shown:
    state.updated_at = now()
    if credited:
        state.shown = [*state.shown, *credited]
        state.budget_from = spent_until
        _count(state, chapter, weights)
        db.session.add(
            ReadingEvidence(
                person_id=person.id,
                chapter_id=chapter.chapter_id,
                edition_chapter_id=chapter.id,
                anchors=credited,
                seconds=round(used),
            )
        )
    db.session.flush()
    known = set(state.shown)
    rest = sum(length for anchor, length in weights.items() if anchor not in known)
    result = Shown([anchor for anchor in weights if anchor in known], credited, len(weights), rest)
    if credited:
        chapter_read.send(
            state, person=person, textbook_id=state.textbook_id, chapter_id=chapter.chapter_id, share=result.share
        )
    return result


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
