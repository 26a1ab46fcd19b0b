"""Finding the people that the rows of a spreadsheet speak of: all rows together, in a handful of queries."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.accounts.rules import normal_login
from academy.db import db
from academy.i18n import _, localized
from courses.credits.rules.backfill import Line
from courses.formats.reading_tables import figures

PIECE = 500
NEAR_NAMES = 40
NEAR_POOL = 2_000
NEAR_LIKENESS = 0.5


@dataclass
class Roster:
    """The people who may be meant, by the ways in which rows name them."""

    logins: dict[str, Person] = field(default_factory=dict)
    zeros: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    near: dict[str, list[str]] = field(default_factory=dict)

    def find(self, line: Line) -> Person | None:
        """Return the person of a row; otherwise None, and the row says why."""
        for column in ("login", "phone"):
            typed = getattr(line, column)
            if typed:
                return self._by_login(line, column, typed)
        return self._by_name(line) if line.name else None

    def _by_login(self, line: Line, column: str, typed: str) -> Person | None:
        login = normal_login(typed)
        person = self.logins.get(login)
        if person is None and login.isdecimal() and len(self.zeros.get(login.lstrip("0"), [])) == 1:
            person = self.zeros[login.lstrip("0")][0]
        if person is None:
            line.blame(column, _("没有登录名或手机号是“%(text)s”的人", text=typed[:40]))
        elif line.name and not same_name(line.name, person.name):
            line.blame(
                "name", _("这个账号是“%(owner)s”的，和表里的“%(name)s”不一样", owner=person.name, name=line.name[:40])
            )
        else:
            return person
        return None

    def _by_name(self, line: Line) -> Person | None:
        named = self.names.get(figures(line.name), [])
        fitting = [person for person in named if _of_unit(person, line.unit)] if line.unit else named
        if len(fitting) == 1:
            return fitting[0]
        if len(fitting) > 1:
            shown = "、".join(f"{person.username}（{_unit_name(person)}）" for person in fitting[:4])
            line.blame(
                "name",
                _("有 %(n)s 个人叫“%(name)s”：%(shown)s。请填登录名", n=len(fitting), name=line.name, shown=shown),
            )
        elif named:
            shown = "、".join(_unit_name(person) for person in named[:4])
            line.blame(
                "unit", _("“%(name)s”不在“%(unit)s”，而在：%(shown)s", name=line.name, unit=line.unit[:40], shown=shown)
            )
        else:
            near = self.near.get(figures(line.name))
            line.blame(
                "name",
                _("没有叫“%(name)s”的人，是不是：%(near)s", name=line.name[:40], near="、".join(near))
                if near
                else _("没有叫“%(name)s”的人", name=line.name[:40]),
            )
        return None


def same_name(typed: str, name: str) -> bool:
    """Return whether two writings of a name are the same: blanks, width and the variants of rare characters aside."""
    return figures(typed).casefold() == figures(name).casefold()


def _unit_name(person: Person) -> str:
    return localized(person.unit, "name") if person.unit else _("没有单位")


def _of_unit(person: Person, typed: str) -> bool:
    if person.unit is None:
        return False
    wanted = figures(typed).casefold()
    known = [
        figures(name).casefold() for name in (person.unit.name, person.unit.name_en, person.unit.code or "") if name
    ]
    return any(wanted == name or wanted.endswith(name) or (len(wanted) > 1 and wanted in name) for name in known)


def load_roster(lines: Sequence[Line]) -> Roster:
    """Return everybody who may be meant by some lines: a query for each 500 names, and one for names that are near."""
    roster = Roster()
    logins = {normal_login(typed) for line in lines for typed in (line.login, line.phone) if typed} - {""}
    for person in _people(lambda piece: or_(Person.username.in_(piece), Person.phone.in_(piece)), logins):
        roster.logins[person.username] = person
        if person.phone:
            roster.logins[person.phone] = person
    _load_zeros(roster, {login for login in logins - set(roster.logins) if login.isdecimal()})
    names = {figures(line.name) for line in lines if line.name and not (line.login or line.phone)}
    raw = {line.name for line in lines if line.name} | names
    for person in _people(Person.name.in_, raw):
        roster.names[figures(person.name)].append(person)
    _load_spaced(roster, names - set(roster.names))
    roster.near = _near(sorted(names - set(roster.names))[:NEAR_NAMES])
    return roster


def _people(condition: Any, values: Iterable[str]) -> Iterator[Person]:
    wanted = sorted(values)
    for start in range(0, len(wanted), PIECE):
        query = select(Person).where(condition(wanted[start : start + PIECE])).options(joinedload(Person.unit))
        yield from db.session.scalars(query)


def _load_zeros(roster: Roster, logins: set[str]) -> None:
    """Spreadsheets drop the zeros before a number: find the sign-in names that begin with some."""
    if not logins:
        return
    query = select(Person).where(Person.username.like("0%")).options(joinedload(Person.unit)).limit(NEAR_POOL * 5)
    for person in db.session.scalars(query):
        if person.username.isdecimal():
            roster.zeros[person.username.lstrip("0")].append(person)


def _load_spaced(roster: Roster, names: set[str]) -> None:
    """Find names that are stored with a blank inside or in another writing than in the table."""
    if not names:
        return
    spaced = select(Person).where(or_(Person.name.contains(" "), Person.name.contains("\u3000")))
    for person in db.session.scalars(spaced.options(joinedload(Person.unit)).limit(NEAR_POOL)):
        if figures(person.name) in names:
            roster.names[figures(person.name)].append(person)


def _near(names: list[str]) -> dict[str, list[str]]:
    if not names:
        return {}
    beginnings = {name[0] for name in names} | {name[-1] for name in names}
    likes = or_(*(Person.name.contains(each, autoescape=True) for each in sorted(beginnings)))
    query = select(Person.name).where(likes, func.length(Person.name) <= 20).distinct().limit(NEAR_POOL)
    known = list(db.session.scalars(query))
    return {name: difflib.get_close_matches(name, known, 3, NEAR_LIKENESS) for name in names}
