"""Who belonged to which unit, in which post, and when."""

from datetime import date

from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.organizations.models import Membership, Unit
from academy.signals import person_moved


def move_person(person: Person, unit: Unit | None, post: str, on: date) -> Membership | None:
    """Let `person` belong to `unit` in `post` from the day `on`; what was before ends on that day.

    A second move on the same day replaces the first. Returns the membership that begins, or None when nothing changes
    or there is no unit. Raises UserError when the unit is not in use, or when `on` lies before the present membership.
    """
    if unit is not None and not unit.is_active and unit.id != person.unit_id:
        raise UserError(_("单位“%(name)s”已经停用，请换一个", name=unit.name), field="unit_id")
    present = db.session.scalar(
        select(Membership).where(Membership.person_id == person.id, Membership.ended_on.is_(None))
    )
    new_unit_id = unit.id if unit else None
    known = present.unit_id if present else None
    if (known, present.post if present else post) == (new_unit_id, post) and person.unit_id == new_unit_id:
        person.post = post
        return None
    if present is not None and on < present.started_on:
        raise UserError(_("调动日期不能早于现在这个单位的开始日期 %(day)s", day=present.started_on), field="unit_id")
    _end(present, on)
    person.unit, person.unit_id, person.post = unit, new_unit_id, post
    if unit is None:
        db.session.flush()
        return None
    membership = Membership(person_id=person.id, unit_id=unit.id, post=post, started_on=on)
    db.session.add(membership)
    db.session.flush()
    person_moved.send(person=person, membership=membership)
    return membership


def _end(present: Membership | None, on: date) -> None:
    if present is None:
        return
    if present.started_on == on:
        db.session.delete(present)
    else:
        present.ended_on = on
    db.session.flush()
