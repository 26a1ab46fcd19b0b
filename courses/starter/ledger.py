"""Gives the demo people hours from before, through the same services as in a browser.

A spreadsheet that was entered, one still to be looked at, hours recognised and taken back.
"""

from datetime import timedelta

from sqlalchemy import select

from academy.accounts.models import Person
from academy.clock import freeze, now
from academy.db import db
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import BackfillBatch, LedgerEntry
from courses.credits.services import backfill, recognition
from courses.starter.reading import HOME

PROOF = HOME / "media" / "meeting-minutes.pdf"


def load_ledger() -> int:
    """Enter the hours unless some spreadsheet was there before; return how many entries came."""
    if db.session.scalar(select(BackfillBatch.id).limit(1)):
        return 0
    admin = _person("admin")
    with freeze(now() - timedelta(days=30)) as clock:
        entered = backfill.enter(_upload(admin, "hours-2025.csv", "2025年线下培训学时.csv"), admin)
        clock.move(days=10)
        _recognise(admin, "trainee", "省社区工作者协会督导培训", 600, "证书原件已核对")
        wrong = _recognise(admin, "mawd", "街道消防演练", 800, "登记表上有签到")
        clock.move(hours=2)
        credits.reverse(wrong, admin, "学时写错了，应是 0.8，等街道更正登记表")
    _upload(admin, "hours-2026.csv", "2026年应急演练学时.csv")
    return entered + 3


def _person(username: str) -> Person:
    return db.session.scalars(select(Person).where(Person.username == username)).one()


def _upload(admin: Person, name: str, shown: str) -> BackfillBatch:
    return backfill.upload(admin, (HOME / "demo" / name).read_bytes(), shown)


def _recognise(admin: Person, username: str, title: str, hundredths: int, reason: str) -> LedgerEntry:
    wanted = recognition.Recognition(
        person=_person(username),
        title=title,
        earned_on=local_date(now()) - timedelta(days=12),
        hundredths=hundredths,
        obligation="elective",
        category="external",
        reason=reason,
    )
    with PROOF.open("rb") as stream:
        return recognition.recognise(admin, wanted, (stream, "培训证书.pdf"))
