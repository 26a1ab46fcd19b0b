"""Entering hours from a spreadsheet: upload and look, enter as one batch, roll back as a whole.

The file is kept; what its rows mean is worked out anew each time, so that nothing is lost between looking and entering and
nothing is entered on an old verdict.
"""

import tempfile
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased, joinedload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.files import storage
from academy.files.models import StoredFile
from academy.files.services import clean_name, store_made
from academy.i18n import _
from academy.web.filters import local_date, show_hundredths
from courses.credits.models import BackfillBatch, LedgerEntry, RuleChoice
from courses.credits.rules import backfill as rules
from courses.credits.rules import engine, facts
from courses.credits.rules.backfill import Line
from courses.credits.services.backfill_people import load_roster
from courses.credits.services.choosing import RulesMissing, choose
from courses.credits.services.posting import Posting, Source, columns_of, make_entry, reverse_all
from courses.formats.reading_tables import MAX_BYTES, Found, TableError, find_table, read_rows

PIECE = 500
SOURCE = "backfill"
STATES = ("good", "entered", "double", "bad")


@dataclass
class Verdict:
    """What would become of a row: "good", "entered" (it stands there already), "double" (again in this file), "bad"."""

    line: Line
    state: str = "good"
    person: Person | None = None
    hundredths: int = 0
    key: str = ""
    rule: tuple[str, int, str] = ("", 1, "")
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def row(self) -> int:
        """The row's number in the file."""
        return self.line.row


@dataclass
class Preview:
    """All rows of a file with their verdicts."""

    headings: dict[str, str]
    verdicts: list[Verdict]

    def of(self, state: str) -> list[Verdict]:
        """Return the rows of one state, or all of them."""
        return [verdict for verdict in self.verdicts if not state or verdict.state == state]

    @property
    def counts(self) -> Counter[str]:
        """How many rows are in each state."""
        return Counter(verdict.state for verdict in self.verdicts)

    @property
    def good_hundredths(self) -> int:
        """The hours of all rows that can be entered."""
        return sum(verdict.hundredths for verdict in self.of("good"))


def upload(by: Person, data: bytes, name: str) -> BackfillBatch:
    """Keep a spreadsheet and begin a batch. Raises UserError when it cannot be read at all."""
    check(data)
    return keep(by, data, name)


def check(data: bytes) -> None:
    """Raise UserError when a spreadsheet cannot be read at all. A long one takes seconds; the database is not asked."""
    if len(data) > MAX_BYTES:
        raise UserError(_("文件超过 %(limit)s MB。请分成几个文件", limit=MAX_BYTES // 1024 // 1024), 413, "file")
    parse(data)


def keep(by: Person, data: bytes, name: str) -> BackfillBatch:
    """Keep a spreadsheet that was checked, and begin a batch."""
    workbook = data.startswith(b"PK")
    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" if workbook else "text/csv"
    with tempfile.NamedTemporaryFile(dir=storage.folder("uploads"), delete=False) as file:
        file.write(data)
    try:
        stored = store_made(Path(file.name), clean_name(name), media_type, by)
    finally:
        Path(file.name).unlink(missing_ok=True)
    batch = BackfillBatch(file_id=stored.id, owner_id=by.id)
    db.session.add(batch)
    db.session.flush()
    return batch


def parse(data: bytes) -> tuple[Found, list[Line]]:
    """Return the table of a file and what its rows say. Raises UserError."""
    today = local_date(now())
    try:
        table = find_table(read_rows(data), rules.COLUMNS, rules.NEEDED)
    except TableError as error:
        raise UserError(str(error), field="file") from error
    lines = [rules.read_line(table, row, today) for row in table.rows]
    lines = [line for line in lines if not rules.is_sum(line)]
    if not lines:
        raise UserError(_("标题下面没有一行数据"), field="file")
    return table, lines


def preview(batch: BackfillBatch) -> Preview:
    """Return the verdict on each row, as things stand now."""
    path = storage.place(batch.file.sha256)
    if not path.exists():
        raise UserError(_("上传的表格找不到了，请重新上传"), 410)
    table, lines = parse(path.read_bytes())
    return Preview(dict(table.headings), judge(lines))


def judge(lines: Sequence[Line]) -> list[Verdict]:
    """Return the verdicts on lines: people, doubles, what was entered before, what days are worth."""
    roster = load_roster(lines)
    verdicts = [Verdict(line, person=roster.find(line)) for line in lines]
    choices = list(db.session.scalars(select(RuleChoice)))
    for verdict in verdicts:
        if verdict.person is not None and not verdict.line.problems:
            _measure(verdict, choices)
            verdict.key = rules.key_of(verdict.line, verdict.person.id)
        if verdict.line.problems:
            verdict.state = "bad"
    good = [verdict for verdict in verdicts if verdict.state == "good"]
    _mark_doubles(good)
    _mark_entered([verdict for verdict in good if verdict.state == "good"])
    return verdicts


def _measure(verdict: Verdict, choices: Sequence[RuleChoice]) -> None:
    """Take the hours that the row states, or let the rules in force that day say what its days are worth."""
    line, person = verdict.line, verdict.person
    if line.hundredths is not None:
        verdict.hundredths = line.hundredths
        return
    if line.days is None or person is None or line.day is None:
        return
    ancestors = [int(part) for part in (person.unit.path if person.unit else "").split("/") if part]
    try:
        force = choose(choices, ancestors, line.day)
    except RulesMissing as error:
        line.blame("days", error.message)
        return
    whole, rest = divmod(line.days, 1)
    given = facts.presence(line.category, days=whole, half_days=int(rest * 2), obligation=line.obligation)
    awards = engine.evaluate(force.version, given)
    if not awards:
        line.blame("hours", _("规则“%(rule)s”不能把天数算成学时，请直接填学时", rule=force.rule_set.name))
        return
    verdict.hundredths = sum(award.hundredths for award in awards)
    verdict.rule = (force.rule_set.key, force.version.number, awards[0].rule)
    verdict.facts = {"days": str(whole), "half_days": str(int(rest * 2))}


def _mark_doubles(verdicts: Sequence[Verdict]) -> None:
    doubles = rules.doubles((verdict.row, verdict.key) for verdict in verdicts)
    for verdict in verdicts:
        if verdict.row in doubles:
            verdict.state = "double"
            verdict.line.blame(
                "title", _("和第 %(row)s 行重复：同一个人、同一天、同样的内容", row=doubles[verdict.row])
            )


def _mark_entered(verdicts: Sequence[Verdict]) -> None:
    standing = _standing({verdict.person.id for verdict in verdicts if verdict.person})
    for verdict in verdicts:
        times, amount = standing.get(verdict.key, (0, None))
        if amount is None:
            verdict.key += f"#{times + 1}" if times else ""
            continue
        verdict.state = "entered"
        verdict.line.blame(
            "hours",
            _("已经录入过，记了 %(hours)s 学时", hours=show_hundredths(amount))
            if amount == verdict.hundredths
            else _(
                "已经录入过，那次是 %(old)s 学时，这次是 %(new)s。要改请先把那一笔冲正",
                old=show_hundredths(amount),
                new=show_hundredths(verdict.hundredths),
            ),
        )


def _standing(person_ids: Collection[int]) -> dict[str, tuple[int, int | None]]:
    """Return for each key of these people how often it was entered, and the hours that stand (None: all taken back)."""
    reversal = aliased(LedgerEntry)
    found: dict[str, tuple[int, int | None]] = {}
    wanted = sorted(person_ids)
    for start in range(0, len(wanted), PIECE):
        query = (
            select(LedgerEntry.key, LedgerEntry.amount_hundredths, reversal.id)
            .outerjoin(reversal, reversal.reverses_id == LedgerEntry.id)
            .where(
                LedgerEntry.person_id.in_(wanted[start : start + PIECE]),
                LedgerEntry.source_type == SOURCE,
                LedgerEntry.kind == "backfilled",
            )
        )
        for key, amount, taken_back in db.session.execute(query):
            base = key.partition("#")[0]
            times, standing = found.get(base, (0, None))
            found[base] = (times + 1, amount if taken_back is None else standing)
    return found


def enter(batch: BackfillBatch, by: Person, rows: Collection[int] | None = None, looked: Preview | None = None) -> int:
    """Enter all good rows of a batch, or those named; return how many. Pressed twice, the second time does nothing.

    looked: what `preview` has just said, so that the file is not read while nobody else may write. Rows that were good are
    judged again.

    Raises UserError when the batch was rolled back, when none of the rows can be entered, or when somebody else has entered
    the same rows at this very moment; then nothing is entered.
    """
    _lock(batch)
    if batch.state == "imported":
        return 0
    if batch.state != "previewed":
        raise UserError(_("这一批已经撤销。要重新录入，请再上传一次表格"), 409)
    good = preview(batch).of("good") if looked is None else _still_good(looked)
    chosen = [verdict for verdict in good if rows is None or verdict.row in rows]
    if not chosen:
        raise UserError(_("没有选中可以录入的行"), 422)
    try:
        with db.session.begin_nested():
            db.session.execute(insert(LedgerEntry), [columns_of(_entry(batch, by, verdict)) for verdict in chosen])
    except IntegrityError as error:
        raise UserError(_("刚才有人录入了同样的行，这一批没有录入。请刷新后再看一遍"), 409) from error
    batch.state, batch.imported_at = "imported", now()
    batch.entry_count = len(chosen)
    batch.total_hundredths = sum(verdict.hundredths for verdict in chosen)
    batch.chosen = {"rows": [verdict.row for verdict in chosen]}
    record(
        "credits.backfilled",
        batch,
        label=batch.file.name,
        rows=len(chosen),
        hours=show_hundredths(batch.total_hundredths),
    )
    db.session.flush()
    return len(chosen)


def _still_good(looked: Preview) -> list[Verdict]:
    db.session.expire_all()  # people may have moved to other units
    verdicts = judge([verdict.line for verdict in looked.of("good")])
    return [verdict for verdict in verdicts if verdict.state == "good"]


def _entry(batch: BackfillBatch, by: Person, verdict: Verdict) -> LedgerEntry:
    line = verdict.line
    assert verdict.person is not None and line.day is not None
    name, version, rule = verdict.rule
    return make_entry(
        Posting(
            key=verdict.key,
            person=verdict.person,
            source=Source(SOURCE, batch.id, line.title),
            amount_hundredths=verdict.hundredths,
            obligation=line.obligation,
            category=line.category,
            earned_on=line.day,
            kind="backfilled",
            rule_set=name,
            rule_version=version,
            rule=rule,
            evidence={"file": batch.file.name, "row": line.row, **({"facts": verdict.facts} if verdict.facts else {})},
            reason=line.note,
            entered_by=by,
            batch_id=batch.id,
        )
    )


def _lock(batch: BackfillBatch) -> None:
    db.session.refresh(batch, with_for_update=True)


def standing_entries(batch: BackfillBatch) -> Sequence[LedgerEntry]:
    """Return the entries of a batch that have not been taken back."""
    taken_back = select(LedgerEntry.reverses_id).where(LedgerEntry.batch_id == batch.id, LedgerEntry.kind == "reversed")
    query = select(LedgerEntry).where(
        LedgerEntry.batch_id == batch.id, LedgerEntry.kind != "reversed", LedgerEntry.id.not_in(taken_back)
    )
    return db.session.scalars(query.order_by(LedgerEntry.id)).all()


def roll_back(batch: BackfillBatch, by: Person, reason: str) -> int:
    """Take back all entries of a batch that still stand, with a reason; return how many. The second time does nothing."""
    reason = reason.strip()
    if not reason:
        raise UserError(_("请写明撤销的原因，本人和以后查账的人都会看到"), field="reason")
    _lock(batch)
    if batch.state == "rolled_back":
        return 0
    if batch.state != "imported":
        raise UserError(_("这一批还没有录入，不需要撤销"), 409)
    rows = reverse_all(lambda: standing_entries(batch), by, reason)
    batch.state, batch.rolled_back_at, batch.reason = "rolled_back", now(), reason[:400]
    record("credits.rolled_back", batch, label=batch.file.name, rows=rows, reason=reason[:400])
    db.session.flush()
    return rows


def batches(limit: int = 50) -> list[BackfillBatch]:
    """Return the latest batches with their files and owners: one query."""
    query = select(BackfillBatch).options(joinedload(BackfillBatch.file), joinedload(BackfillBatch.owner))
    return list(db.session.scalars(query.order_by(BackfillBatch.id.desc()).limit(limit)))


def same_file(batch: BackfillBatch) -> BackfillBatch | None:
    """Return an earlier batch of the very same file that was entered and stands, or None."""
    other = aliased(BackfillBatch)
    query = (
        select(other)
        .join(StoredFile, StoredFile.id == other.file_id)
        .where(other.id != batch.id, other.state == "imported", StoredFile.sha256 == batch.file.sha256)
    )
    return db.session.scalar(query.order_by(other.id.desc()).limit(1))
