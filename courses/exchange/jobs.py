"""Large files are read and imported in the background."""

from sqlalchemy import select

from academy.db import db
from academy.i18n import lazy as _l
from academy.i18n import pack
from academy.jobs.queue import Progress, job
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.services import entering, reading


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
    reading.read(batch)
    db.session.commit()


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
    wanted = set(rows)
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.question_id.is_(None))
    found = [row for row in db.session.scalars(query.order_by(ImportRow.number)) if row.number in wanted]
    entering.put_in(batch, found, progress)
    db.session.commit()
