"""Entering one amount by hand: hours earned elsewhere are recognised, with a reason and a proof."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import IO

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.accounts.rules import normal_login
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.files.services import store_stream
from academy.i18n import _
from academy.web.filters import local_date, show_date, show_hundredths
from courses.credits.models import LedgerEntry
from courses.credits.services.posting import Posting, Source, post
from courses.formats.reading_tables import figures

PROOFS = ("document", "picture")
MOST_HUNDREDTHS = 50_000


@dataclass(frozen=True)
class Recognition:
    """What is recognised."""

    person: Person
    title: str
    earned_on: date
    hundredths: int
    obligation: str
    category: str
    reason: str


def find_person(typed: str) -> Person:
    """Return who is meant by a sign-in name, a phone number or a name that only one person has. Raises UserError."""
    login = normal_login(typed)
    named = or_(Person.username == login, Person.phone == login, Person.name == typed.strip())
    found = list(db.session.scalars(select(Person).where(named).options(joinedload(Person.unit)).limit(6)))
    exact = [person for person in found if login in (person.username, person.phone)]
    if len(exact) == 1:
        return exact[0]
    if len(found) == 1:
        return found[0]
    if found:
        shown = "、".join(
            f"{person.username}（{person.unit.name if person.unit else _('没有单位')}）" for person in found
        )
        raise UserError(_("有几个人叫“%(name)s”：%(shown)s。请填登录名", name=typed, shown=shown), field="who")
    raise UserError(_("没有登录名、手机号或姓名是“%(name)s”的人", name=typed[:40]), field="who")


def recognise(by: Person, wanted: Recognition, proof: tuple[IO[bytes], str] | None) -> LedgerEntry:
    """Enter hours earned elsewhere. The same thing of the same day can stand only once. Raises UserError."""
    today = local_date(now())
    if wanted.earned_on > today:
        raise UserError(_("日期不能晚于今天（%(today)s）", today=show_date(today)), field="earned_on")
    if not 0 < wanted.hundredths <= MOST_HUNDREDTHS:
        raise UserError(_("学时要大于 0，不超过 %(most)s", most=show_hundredths(MOST_HUNDREDTHS)), field="hours")
    base = _key(wanted)
    serial = _serial(base)
    file = None
    if proof is not None:
        file = store_stream(proof[0], proof[1], by)
        if file.kind not in PROOFS:
            raise UserError(_("证明材料要是 PDF 或图片"), 415, "proof")
    entry = post(
        Posting(
            key=f"{base}#{serial}" if serial > 1 else base,
            person=wanted.person,
            source=Source("recognition", None, wanted.title),
            amount_hundredths=wanted.hundredths,
            obligation=wanted.obligation,
            category=wanted.category,
            earned_on=wanted.earned_on,
            kind="recognised",
            reason=wanted.reason,
            entered_by=by,
            proof_id=file.id if file else None,
        )
    )
    if entry is None:
        raise _stands_already()
    record(
        "credits.recognised",
        entry,
        label=wanted.title,
        person=wanted.person.name,
        hours=show_hundredths(wanted.hundredths),
    )
    return entry


def _key(wanted: Recognition) -> str:
    facts = f"{wanted.person.id}|{wanted.earned_on.isoformat()}|{figures(wanted.title).casefold()}"
    return "recognition:" + hashlib.sha256(facts.encode()).hexdigest()[:32]


def _serial(base: str) -> int:
    """Return which time this would be: what was taken back may be entered anew. Raises UserError when it stands."""
    query = select(LedgerEntry.id).where(
        or_(LedgerEntry.key == base, LedgerEntry.key.startswith(f"{base}#", autoescape=True))
    )
    identities = list(db.session.scalars(query))
    taken_back = select(LedgerEntry.id).where(LedgerEntry.reverses_id.in_(identities))
    if len(identities) > len(list(db.session.scalars(taken_back))):
        raise _stands_already()
    return len(identities) + 1


def _stands_already() -> UserError:
    return UserError(_("这个人同一天的同一项学习已经认定过了。要改，请先把那一笔冲正"), 409, "title")
