"""Whom a batch is for: the people of a unit, or pasted names."""

import re

from sqlalchemy import or_, select

from academy.accounts.models import Person
from academy.accounts.rules import normal_login
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.organizations.models import Unit
from courses.certificates.services.listing import people_below

MOST = 5000
_BETWEEN = re.compile(r"[\s,，;；、]+")


def chosen_people(unit: Unit | None, pasted: str) -> list[int]:
    """Return the ids of the people of `unit` with all below it, then of those named, each once.

    Raises UserError naming the field: for nobody at all, names that nobody has (with the line), and too many.
    """
    named = _named(pasted)
    below = people_below(unit) if unit else []
    found = list(dict.fromkeys([*below, *named]))
    if not found:
        message = _("“%(unit)s”没有在册人员", unit=unit.name) if unit else _("请选择单位，或者贴上登录名")
        raise UserError(message, field="unit_id")
    if len(found) > MOST:
        raise UserError(_("一次最多发 %(max)s 人，现在是 %(n)s 人，请分几次", max=MOST, n=len(found)), field="unit_id")
    return found


def _named(pasted: str) -> list[int]:
    words = [
        (line, normal_login(word))
        for line, text in enumerate((pasted or "").splitlines(), 1)
        for word in _BETWEEN.split(text)
        if word
    ]
    if len(words) > MOST:
        raise UserError(
            _("一次最多发 %(max)s 人，现在是 %(n)s 人，请分几次", max=MOST, n=len(words)), field="usernames"
        )
    names = {word for _line, word in words}
    query = select(Person.username, Person.phone, Person.id).where(
        or_(Person.username.in_(names), Person.phone.in_(names))
    )
    known: dict[str, int] = {}
    for username, phone, person_id in db.session.execute(query):
        known.update({username: person_id, **({phone: person_id} if phone else {})})
    unknown = [f"{word}（{_('第 %(n)s 行', n=line)}）" for line, word in words if word not in known]
    if unknown:
        raise UserError(
            _("找不到这些登录名或手机号：%(names)s。请核对后再发", names="、".join(unknown[:20])), field="usernames"
        )
    return [known[word] for _line, word in words]
