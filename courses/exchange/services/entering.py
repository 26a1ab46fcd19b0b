"""Importing what was looked at, and taking it back."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import delete, func, insert, select, update

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import Base, db
from academy.errors import UserError
from academy.i18n import _
from academy.jobs.services import enqueue
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.rules import shelf_name
from courses.exchange.services import duplicates
from courses.questions.models import Question, QuestionVersion
from courses.questions.rules import search_text, split_tags
from courses.questions.services import category_named

PIECE = 500
IN_BACKGROUND_ROWS = 1_000


def enter(batch: ImportBatch, by: Person, rows: Collection[int] | None, category: str, tags: str) -> int:
    """Import all new rows of a batch, or those numbered; return how many, or 0 when a job does it.

    Rows that were imported before are passed over, so pressing twice does no harm. Raises UserError when none is left.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.state not in ("previewed", "imported"):
        raise UserError(_("这一批现在不能导入。请重新上传文件"), 409)
    chosen = _chosen(batch, rows)
    if not chosen:
        raise UserError(_("没有选中可以导入的题目"), 422)
    batch.category, batch.tags = shelf_name(category), split_tags(tags)
    if len(chosen) > IN_BACKGROUND_ROWS:
        batch.state = "importing"
        batch.job_id = enqueue("exchange.enter", by, batch_id=batch.id, rows=[row.number for row in chosen]).id
        db.session.flush()
        return 0
    return put_in(batch, versions_of(batch, chosen))


def _chosen(batch: ImportBatch, rows: Collection[int] | None) -> list[ImportRow]:
    states = ("new",) if rows is None else ("new", "near")
    query = (
        select(ImportRow)
        .where(ImportRow.batch_id == batch.id, ImportRow.state.in_(states), ImportRow.question_id.is_(None))
        .order_by(ImportRow.number)
    )
    return [row for row in db.session.scalars(query) if rows is None or row.number in rows]


def versions_of(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[tuple[ImportRow, dict[str, Any]]]:
    """Return rows with what they are to be in the bank. This takes long, and writes nothing."""
    return [(row, _version(batch, row)) for row in rows]


def put_in(batch: ImportBatch, found: Sequence[tuple[ImportRow, dict[str, Any]]]) -> int:
    """Put rows into the bank in one transaction. What came into the bank meanwhile is left out and marked so."""
    duplicates.bring_up_to_date()
    waiting = select(ImportRow.id).where(ImportRow.batch_id == batch.id, ImportRow.question_id.is_(None))
    still = set(db.session.scalars(waiting))
    there = duplicates.known((row.exact for row, _values in found), "exact")
    rows, versions = [], []
    for row, values in found:
        if row.id not in still:
            continue
        if row.exact in there:
            row.state, row.same_question_id = "there", there[row.exact]
        else:
            rows.append(row)
            versions.append(values)
    _insert(batch, rows, versions)
    batch.state, batch.imported_at = "imported", now()
    record("questions.imported", batch, label=batch.file.name, rows=len(rows))
    db.session.flush()
    return len(rows)


def _version(batch: ImportBatch, row: ImportRow) -> dict[str, Any]:
    tags = split_tags("、".join([*row.tags, *batch.tags]))
    return {
        "number": 1,
        "type": row.type,
        "content": row.content,
        "search_text": search_text(row.content, tags),
        "difficulty": row.difficulty,
        "tags": tags,
        "created_by_id": batch.owner_id,
    }


def _insert(batch: ImportBatch, rows: Sequence[ImportRow], versions: Sequence[dict[str, Any]]) -> None:
    names = {batch.category or row.category for row in rows}
    shelves = {name: category_named(name).id for name in sorted(names) if name}
    for start in range(0, len(rows), PIECE):
        piece, texts = rows[start : start + PIECE], versions[start : start + PIECE]
        questions = [
            {"type": row.type, "owner_id": batch.owner_id, "category_id": shelves.get(batch.category or row.category)}
            for row in piece
        ]
        ids = list(db.session.scalars(insert(Question).returning(Question.id, sort_by_parameter_order=True), questions))
        lines = [{**text, "question_id": question} for text, question in zip(texts, ids, strict=True)]
        made = list(
            db.session.scalars(
                insert(QuestionVersion).returning(QuestionVersion.id, sort_by_parameter_order=True), lines
            )
        )
        current = [{"id": question, "current_version_id": version} for question, version in zip(ids, made, strict=True)]
        db.session.execute(update(Question), current)
        for row, question in zip(piece, ids, strict=True):
            row.question_id = question
        db.session.flush()


def imported(batch: ImportBatch) -> list[int]:
    """Return the questions that a batch put into the bank and that are still there."""
    query = select(ImportRow.question_id).where(ImportRow.batch_id == batch.id, ImportRow.question_id.is_not(None))
    return [question for question in db.session.scalars(query.order_by(ImportRow.number)) if question is not None]


def undo(batch: ImportBatch) -> tuple[int, int]:
    """Take a batch back; return how many questions were removed, and how many only retired because they are in use.

    A question is in use when anything outside of the bank points to it or to a version of it, or when it was revised.
    """
    db.session.refresh(batch, with_for_update=True)
    if batch.state == "undone":
        return batch.removed, batch.retired
    if batch.state != "imported":
        raise UserError(_("这一批还没有导入，不需要撤销"), 409)
    ids = imported(batch)
    used = in_use(ids)
    gone = [question for question in ids if question not in used]
    for start in range(0, len(gone), PIECE):
        _remove(gone[start : start + PIECE])
    kept = sorted(used)
    for start in range(0, len(kept), PIECE):
        piece = Question.id.in_(kept[start : start + PIECE])
        db.session.execute(update(Question).where(piece, Question.retired_at.is_(None)).values(retired_at=now()))
    batch.state, batch.undone_at = "undone", now()
    batch.removed, batch.retired = len(gone), len(kept)
    record("questions.import_undone", batch, label=batch.file.name, removed=len(gone), retired=len(kept))
    db.session.flush()
    db.session.expire_all()
    return len(gone), len(kept)


def _remove(ids: Sequence[int]) -> None:
    db.session.execute(update(Question).where(Question.id.in_(ids)).values(current_version_id=None))
    db.session.execute(delete(QuestionVersion).where(QuestionVersion.question_id.in_(ids)))
    db.session.execute(delete(Question).where(Question.id.in_(ids)))


def in_use(ids: Sequence[int]) -> set[int]:
    """Return those of these questions that something outside of the bank points to, or that were revised."""
    found: set[int] = set()
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE]
        query = select(QuestionVersion.id, QuestionVersion.question_id).where(QuestionVersion.question_id.in_(piece))
        versions = {row.id: row.question_id for row in db.session.execute(query)}
        revised = (
            select(QuestionVersion.question_id)
            .where(QuestionVersion.question_id.in_(piece))
            .group_by(QuestionVersion.question_id)
            .having(func.count() > 1)
        )
        found |= set(db.session.scalars(revised))
        for column, target in _pointers():
            wanted = piece if target == "question" else list(versions)
            hits = set(db.session.scalars(select(column).where(column.in_(wanted)).distinct()))
            found |= hits if target == "question" else {versions[hit] for hit in hits}
    return found


def _pointers() -> list[tuple[Any, str]]:
    """Return every column outside of the bank and of this room that points to a question or to a version of one."""
    return [
        (key.parent, key.column.table.name)
        for table in Base.metadata.tables.values()
        if not table.name.startswith(("question", "import_"))
        for key in table.foreign_keys
        if key.column.table.name in ("question", "question_version")
    ]
