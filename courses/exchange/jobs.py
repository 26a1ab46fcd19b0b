"""Large files are read and imported in the background."""

from sqlalchemy import select

from academy.db import db
from academy.i18n import lazy as _l
from academy.i18n import pack
from academy.jobs.queue import Progress, job
from courses.exchange.models import ImportBatch, ImportRow
from courses.exchange.services import entering, reading


@job("exchange.read")
def read(progress: Progress, batch_id: int) -> None:
    """Read the file of a batch."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or batch.state != "reading":
        return
    progress(0, 1)
    try:
        reading.read(batch)
        db.session.commit()
    except Exception:
        db.session.rollback()
        _failed(batch_id)
        raise


@job("exchange.enter")
def enter(progress: Progress, batch_id: int, rows: list[int]) -> None:
    """Import rows of a batch: all or none."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None or batch.state != "importing":
        return
    wanted = set(rows)
    query = select(ImportRow).where(ImportRow.batch_id == batch_id, ImportRow.question_id.is_(None))
    found = [row for row in db.session.scalars(query.order_by(ImportRow.number)) if row.number in wanted]
    try:
        entering.put_in(batch, found, progress)
        db.session.commit()
    except Exception:
        db.session.rollback()
        again = db.session.get_one(ImportBatch, batch_id)
        again.state = "previewed"
        db.session.commit()
        raise


def _failed(batch_id: int) -> None:
    batch = db.session.get_one(ImportBatch, batch_id)
    batch.state = "failed"
    batch.message = pack(_l("读这个文件时出了错，什么也没有导入。请把文件发给管理员看看"))
    db.session.commit()
