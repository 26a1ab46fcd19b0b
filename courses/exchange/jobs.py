"""Large files are read and imported in the background."""

from sqlalchemy import select

from academy.db import db, only_reading
from academy.i18n import lazy as _l
from academy.i18n import pack
from academy.jobs.queue import Progress, job
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.services import duplicates, entering, reading


def _unread(batch_id: int) -> None:
    batch = db.session.get(ImportBatch, batch_id)
    if batch is not None and batch.state == "reading":
        batch.state = "failed"
        batch.message = pack(_l("读这个文件时出了错，什么也没有导入。请把文件发给管理员看看"))
        db.session.flush()


@job("exchange.read", _unread)
def read(progress: Progress, batch_id: int) -> None:
    """Read the file of a batch."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or batch.state != "reading":
        return
    progress(0, 1)
    with only_reading():
        contents = reading.contents_of(batch)
    duplicates.catch_up()
    if _still(batch, "reading"):
        reading.lay_down(batch, contents)
    db.session.commit()


def _still(batch: ImportBatch, state: str) -> bool:
    """Lock a batch, and return whether it is still in a state."""
    db.session.refresh(batch, with_for_update=True)
    return batch.state == state


def _not_entered(batch_id: int, rows: list[int]) -> None:
    batch = db.session.get(ImportBatch, batch_id)
    if batch is not None and batch.state == "importing":
        batch.state = "imported" if batch.imported_at else "previewed"
        db.session.flush()


@job("exchange.enter", _not_entered)
def enter(progress: Progress, batch_id: int, rows: list[int]) -> None:
    """Import rows of a batch: all or none."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or batch.state != "importing":
        return
    progress(0, len(rows))
    wanted = set(rows)
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.question_id.is_(None))
    with only_reading():
        found = [row for row in db.session.scalars(query.order_by(ImportRow.number)) if row.number in wanted]
        versions = entering.versions_of(batch, found)
    duplicates.catch_up()
    if _still(batch, "importing"):
        entering.put_in(batch, versions)
    db.session.commit()
