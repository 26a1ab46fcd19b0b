"""Giving marks: in rounds, independently, and never over somebody else's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit.services import record
from academy.db import added, db
from academy.errors import UserError
from academy.i18n import _
from courses.marking.models import Mark, MarkingPhrase
from courses.marking.services.access import decides
from courses.marking.services.answers import Answer, Marked, find
from courses.question_types.rubric import share_of as share_of_rubric
from courses.quizzes.services import scoring

COMMENT_LIMIT = 2_000
PHRASE_LIMIT = 200
MOST_PHRASES = 60


@dataclass(frozen=True)
class Verdict:
    """What a marker says of one piece: a share, and why. `seen`: the number of the newest mark on the page."""

    share: Fraction
    comment: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    seen: int = 0


def give(answer: Answer, marker: Person, verdicts: Mapping[str, Verdict]) -> Answer:
    """Write the marks of one person for the pieces of an answer, and count them once the answer is decided.

    Raises UserError (409) when somebody has marked it since the page was opened, or it is not this person's turn.
    """
    attempt = scoring.lock(answer.attempt.id)
    fresh = find(answer.attempt.id, answer.response.position)
    if attempt is None or fresh is None:
        raise UserError(_("这份答卷已经不在了"), 409)
    db.session.refresh(fresh.response)
    open_ = fresh.open_pieces(marker, decides(fresh.quiz, marker))
    rounds = {piece.hand.part: round_ for piece, round_ in open_}
    seen = {piece.hand.part: piece.last for piece in fresh.pieces}
    if any(part not in seen or said.seen != seen[part] for part, said in verdicts.items()):
        raise UserError(_("您打开这份答卷以后，另一位老师打了分，这次没有保存。先看看现在的情况"), 409)
    if not rounds or set(verdicts) != set(rounds):
        raise UserError(_("这份答卷现在不用您批阅"), 409)
    _add([_mark(fresh, part, seen[part] + 1, rounds[part], marker, said) for part, said in verdicts.items()])
    record("marking.marked", fresh.quiz, attempt=fresh.attempt.id, position=fresh.response.position)
    return count(fresh)


def _mark(answer: Answer, part: str, number: int, round_: int, marker: Person, said: Verdict) -> Mark:
    return Mark(
        attempt_id=answer.attempt.id,
        position=answer.response.position,
        part=part,
        number=number,
        round=round_,
        marker_id=marker.id,
        choices=dict(said.choices),
        numerator=said.share.numerator,
        denominator=said.share.denominator,
        comment=said.comment[:COMMENT_LIMIT],
    )


def _add(rows: Sequence[Mark]) -> None:
    try:
        with db.session.begin_nested():
            db.session.add_all(rows)
    except IntegrityError as error:
        raise UserError(_("您打开这份答卷以后，另一位老师打了分，这次没有保存。先看看现在的情况"), 409) from error


def decide_whole(answer: Answer, marker: Person, share: Fraction, comment: str) -> Answer:
    """Set the share of an answer as a whole, whatever was given to its pieces; the caller holds the attempt's lock."""
    last = max((mark.number for mark in answer.marks if mark.part == ""), default=0)
    row = _mark(answer, "", last + 1, 3, marker, Verdict(share, comment))
    row.whole = True
    _add([row])
    return count(answer)


def count(answer: Answer) -> Answer:
    """Write what the marks come to into the response, and add the attempt up again. The caller holds the attempt's lock."""
    fresh = find(answer.attempt.id, answer.response.position)
    if fresh is None:
        raise LookupError(answer.attempt.id)
    share = fresh.share()
    scoring.note(fresh.response, share)
    fresh.response.awaiting = share is None
    scoring.settle_again(fresh.attempt)
    return fresh


# -- reading a form ------------------------------------------------------------------------------------------------


def read_verdict(
    piece: Marked, form: Mapping[str, str], share: Fraction | None, ticked: Sequence[str] = ()
) -> Verdict | None:
    """Return what a form says of one piece, None where a level or the marks are missing.

    share: what typed marks come to; ticked: phrases that go below the comment.
    """
    part = piece.hand.part
    said = [form.get(f"comment-{part}", "").replace("\r\n", "\n").strip(), *(each[:PHRASE_LIMIT] for each in ticked)]
    comment = "\n".join(filter(None, said))
    seen = form.get(f"seen-{part}", "")
    number = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    if not piece.hand.rubric:
        return None if share is None else Verdict(share, comment, {}, number)
    choices = {each["id"]: form.get(f"level-{part}-{each['id']}", "") for each in piece.hand.rubric}
    earned = share_of_rubric([dict(each) for each in piece.hand.rubric], choices)
    return None if earned is None else Verdict(earned, comment, choices, number)


# -- phrases -------------------------------------------------------------------------------------------------------


def phrases(person: Person) -> list[MarkingPhrase]:
    """Return a marker's own phrases, in the order in which they were kept."""
    query = select(MarkingPhrase).where(MarkingPhrase.person_id == person.id).order_by(MarkingPhrase.id)
    return list(db.session.scalars(query.limit(MOST_PHRASES)))


def keep_phrase(person: Person, text: str) -> None:
    """Keep a phrase for later; one that is there already, or one too many, is passed over."""
    text = " ".join(text.split())[:PHRASE_LIMIT]
    kept = phrases(person)
    if text and text not in [each.text for each in kept] and len(kept) < MOST_PHRASES:
        added(MarkingPhrase(person_id=person.id, text=text))


def drop_phrase(person: Person, phrase_id: int) -> None:
    """Forget a phrase of one's own."""
    mine = delete(MarkingPhrase).where(MarkingPhrase.id == phrase_id, MarkingPhrase.person_id == person.id)
    db.session.execute(mine)
