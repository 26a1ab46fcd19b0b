"""Adding, changing, moving and deactivating units."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select, update

from academy.accounts.models import Person, PersonRole
from academy.audit import labels
from academy.audit.services import record
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.organizations.models import LEVELS, Unit
from academy.organizations.rules import is_below, may_lie_below
from academy.signals import unit_moved

labels.register(
    {
        "unit.added": _l("添加了单位“%(subject)s”"),
        "unit.changed": _l("修改了单位“%(subject)s”"),
        "unit.deactivated": _l("停用了单位“%(subject)s”"),
        "unit.reactivated": _l("恢复了单位“%(subject)s”"),
    },
    {
        "name": _l("名称"),
        "name_en": _l("英文名称"),
        "level": _l("层级"),
        "code": _l("代码"),
        "parent": _l("上级单位"),
    },
)


@dataclass(frozen=True)
class UnitValues:
    """What a unit is given by its form. An empty `code` is none; `parent` None is the top of the tree."""

    name: str
    level: str
    parent: Unit | None = None
    name_en: str = ""
    code: str = ""


def add_unit(values: UnitValues) -> Unit:
    """Add a unit at the end of its siblings. Raises UserError naming the field that is wrong."""
    _hold_tree()
    _check(values, None)
    last = db.session.scalar(select(func.max(Unit.position)).where(_siblings(values.parent)))
    unit = Unit(
        name=values.name,
        name_en=values.name_en,
        level=values.level,
        code=values.code or None,
        parent=values.parent,
        position=(last or 0) + 1,
    )
    db.session.add(unit)
    db.session.flush()
    unit.path = f"{values.parent.path if values.parent else '/'}{unit.id}/"
    db.session.flush()
    record("unit.added", unit)
    return unit


def change_unit(unit: Unit, seen_version: int, values: UnitValues) -> bool:
    """Change a unit that was read in `seen_version`; below another parent it takes everything below along.

    Returns whether anything changed. Raises UserError: status 409 when somebody else has changed the unit meanwhile,
    else naming the field that is wrong.
    """
    _hold_tree()
    db.session.refresh(unit)
    if unit.version != seen_version:
        raise UserError(_("您打开这一页以后，别人修改了这个单位"), status=409)
    changes = _changes(unit, values)
    if not changes:
        return False
    _check(values, unit)
    moved = (values.parent.id if values.parent else None) != unit.parent_id
    unit.name, unit.name_en, unit.level, unit.code = values.name, values.name_en, values.level, values.code or None
    unit.version += 1
    if moved:
        _move(unit, values.parent)
    record("unit.changed", unit, changes=changes)
    db.session.flush()
    return True


def deactivate(unit: Unit) -> None:
    """Take a unit out of use. Raises UserError (409) while units, people or unit admins still depend on it."""
    _hold_tree()
    if not unit.is_active:
        return
    below = _count(select(Unit.id).where(Unit.parent_id == unit.id, Unit.is_active))
    if below:
        raise UserError(
            _("“%(name)s”下面还有 %(n)s 个单位在用，请先停用或移走它们", name=unit.name, n=below), status=409
        )
    people = _count(select(Person.id).where(Person.unit_id == unit.id, Person.is_active))
    if people:
        raise UserError(
            _("“%(name)s”还有 %(n)s 名在册人员，请先把他们调到别的单位", name=unit.name, n=people), status=409
        )
    admins = _count(select(PersonRole.person_id).where(PersonRole.unit_id == unit.id))
    if admins:
        raise UserError(
            _("还有 %(n)s 位单位管理员管理“%(name)s”，请先调整他们的角色", name=unit.name, n=admins), status=409
        )
    unit.is_active = False
    unit.version += 1
    record("unit.deactivated", unit)


def reactivate(unit: Unit) -> None:
    """Take a unit into use again. Raises UserError (409) while the unit above is not in use."""
    _hold_tree()
    if unit.is_active:
        return
    if unit.parent and not unit.parent.is_active:
        raise UserError(_("上级单位“%(name)s”已经停用，请先恢复它", name=unit.parent.name), status=409)
    unit.is_active = True
    unit.version += 1
    record("unit.reactivated", unit)


def _hold_tree() -> None:
    """Let changes of the tree happen one after the other: paths and siblings depend on each other."""
    db.session.execute(select(Unit.id).where(Unit.parent_id.is_(None)).with_for_update())


def _siblings(parent: Unit | None) -> Any:
    return Unit.parent_id.is_not_distinct_from(parent.id if parent else None)


def _count(query: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _changes(unit: Unit, values: UnitValues) -> dict[str, list[str]]:
    old_parent, new_parent = unit.parent, values.parent
    pairs = {
        "name": (unit.name, values.name),
        "name_en": (unit.name_en, values.name_en),
        "level": (unit.level, values.level),
        "code": (unit.code or "", values.code),
        "parent": (old_parent.name if old_parent else "", new_parent.name if new_parent else ""),
    }
    changes = {key: [old, new] for key, (old, new) in pairs.items() if old != new}
    if (old_parent.id if old_parent else None) != (new_parent.id if new_parent else None):
        changes["parent"] = list(pairs["parent"])
    return changes


def _check(values: UnitValues, unit: Unit | None) -> None:
    parent = values.parent
    if parent and unit and is_below(parent.path, unit.path):
        raise UserError(_("一个单位不能放在它自己或它的下级单位下面"), field="parent_id")
    if parent and not parent.is_active and (unit is None or unit.parent_id != parent.id):
        raise UserError(_("上级单位“%(name)s”已经停用，请换一个", name=parent.name), field="parent_id")
    if not may_lie_below(values.level, parent.level if parent else None):
        raise UserError(
            _(
                "%(level)s不能放在%(above)s下面",
                level=LEVELS[values.level],
                above=LEVELS[parent.level] if parent else "",
            ),
            field="level",
        )
    own = Unit.id != (unit.id if unit else 0)
    if db.session.scalar(select(Unit.id).where(_siblings(parent), Unit.name == values.name, own)):
        raise UserError(_("同一个上级单位下面已经有“%(name)s”", name=values.name), field="name")
    if values.code and (other := db.session.scalar(select(Unit.name).where(Unit.code == values.code, own))):
        raise UserError(_("代码 %(code)s 已经用在“%(name)s”上", code=values.code, name=other), field="code")
    if unit and (wrong := _child_too_high(unit, values.level)):
        raise UserError(
            _("下面有%(level)s“%(name)s”，所以不能改成这个层级", level=LEVELS[wrong.level], name=wrong.name),
            field="level",
        )


def _child_too_high(unit: Unit, level: str) -> Unit | None:
    below = db.session.scalars(select(Unit).where(Unit.parent_id == unit.id))
    return next((child for child in below if not may_lie_below(child.level, level)), None)


def _move(unit: Unit, parent: Unit | None) -> None:
    """Hang `unit` below `parent`, at the end, and rewrite the paths of all that lies below it."""
    old_path = unit.path
    last = db.session.scalar(select(func.max(Unit.position)).where(_siblings(parent)))
    unit.parent, unit.position = parent, (last or 0) + 1
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    db.session.flush()
    rewritten = literal(unit.path).concat(func.substr(Unit.path, len(old_path) + 1))
    below = Unit.path.like(f"{old_path}%"), Unit.id != unit.id
    db.session.execute(update(Unit).where(*below).values(path=rewritten).execution_options(synchronize_session="fetch"))
    unit_moved.send(unit=unit, old_path=old_path)
