"""Which questions of a file the bank has already, and which the file has twice."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select

from academy.db import db, insert_into, only_reading
from courses.exchange.models import ImportRow, QuestionPrint
from courses.exchange.rules import exact_print, near_print
from courses.formats.questions import Question as FileQuestion
from courses.question_types.base import plain_stem
from courses.questions.extending import Alike, finds_alike
from courses.questions.models import Question, QuestionVersion
from courses.questions.rules import Draft

PIECE = 500
MOST_TOLD = 5


def bring_up_to_date() -> int:
    """Work out the prints of all current versions that have none yet; return how many. Two at once do no harm."""
    missing = [_prints(row) for row in db.session.execute(_missing())]
    for start in range(0, len(missing), PIECE):
        _keep(missing[start : start + PIECE])
    return len(missing)


def catch_up() -> None:
    """Do the same for background work: a few at a time, worked out while others may write."""
    last, going_on = 0, True
    while going_on:
        with only_reading():
            query = _missing().where(QuestionVersion.id > last).order_by(QuestionVersion.id).limit(PIECE)
            seen = {row.id: row for row in db.session.execute(query)}
            prints = [_prints(row) for row in seen.values()]
        last, going_on = max(seen, default=0), len(seen) == PIECE
        # An import that has just been undone has taken its versions along; their ids may be those of others by now.
        still = select(QuestionVersion.id, QuestionVersion.type, QuestionVersion.content).where(
            QuestionVersion.id.in_(seen)
        )
        locked = still.with_for_update(read=True, key_share=True)
        same = {row.id for row in db.session.execute(locked) if row == seen[row.id]}
        _keep([each for each in prints if each["version_id"] in same])
        db.session.commit()


def _missing() -> Select[int, str, dict[str, Any]]:
    return (
        select(QuestionVersion.id, QuestionVersion.type, QuestionVersion.content)
        .join(Question, Question.current_version_id == QuestionVersion.id)
        .outerjoin(QuestionPrint, QuestionPrint.version_id == QuestionVersion.id)
        .where(QuestionPrint.version_id.is_(None))
    )


def _prints(row: Row[int, str, dict[str, Any]]) -> dict[str, Any]:
    version, kind, content = row
    return {"version_id": version, "exact": exact_print(FileQuestion(kind, content)), "near": near_print(content)}


def _keep(prints: Sequence[dict[str, Any]]) -> None:
    if prints:
        anew = insert_into(QuestionPrint).on_conflict_do_nothing(index_elements=["version_id"])
        db.session.execute(anew, prints)


def known(hashes: Iterable[str], column: str) -> dict[str, int]:
    """Return for each of these hashes the question in use that has it: the oldest."""
    print_column = getattr(QuestionPrint, column)
    wanted = sorted(set(hashes))
    found: dict[str, int] = {}
    for start in range(0, len(wanted), PIECE):
        query = (
            select(print_column, Question.id)
            .join(Question, Question.current_version_id == QuestionPrint.version_id)
            .where(print_column.in_(wanted[start : start + PIECE]), Question.retired_at.is_(None))
            .order_by(Question.id)
        )
        for value, question_id in db.session.execute(query):
            found.setdefault(value, question_id)
    return found


def judge(rows: Sequence[ImportRow]) -> None:
    """Say of each readable row whether it is new, in the bank already, twice in the file, or much like another one."""
    bring_up_to_date()
    candidates = [row for row in rows if row.state in ("new", "near", "double", "there") and row.question_id is None]
    exact = known((row.exact for row in candidates), "exact")
    near = known((row.near for row in candidates), "near")
    seen: dict[str, int] = {}
    alike: dict[str, int] = {}
    for row in candidates:
        row.same_as, row.same_question_id = 0, None
        if row.exact in exact:
            row.state, row.same_question_id = "there", exact[row.exact]
        elif row.exact in seen:
            row.state, row.same_as = "double", seen[row.exact]
        elif row.near in near:
            row.state, row.same_question_id = "near", near[row.near]
        elif row.near in alike:
            row.state, row.same_as = "near", alike[row.near]
        else:
            row.state = "new"
        seen.setdefault(row.exact, row.number)
        alike.setdefault(row.near, row.number)


@finds_alike
def like(draft: Draft, own_id: int | None) -> list[Alike]:
    """Return the questions in use, without `own_id`, that say what a draft says: to the letter, or in stem and options."""
    bring_up_to_date()
    exact, near = exact_print(FileQuestion(draft.type, draft.content)), near_print(draft.content)
    query = (
        select(Question.id, QuestionVersion.content, QuestionPrint.exact == exact)
        .join(QuestionVersion, QuestionVersion.id == Question.current_version_id)
        .join(QuestionPrint, QuestionPrint.version_id == QuestionVersion.id)
        .where(or_(QuestionPrint.exact == exact, QuestionPrint.near == near), Question.retired_at.is_(None))
        .order_by(Question.id)
        .limit(MOST_TOLD)
    )
    if own_id is not None:
        query = query.where(Question.id != own_id)
    return [Alike(number, plain_stem(content), bool(same)) for number, content, same in db.session.execute(query)]
