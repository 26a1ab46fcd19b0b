"""What the keepers of the list of people do: add, change, deactivate, give a new password. All of it is recorded."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import POSTS, Person, PersonRole, new_session_key
from academy.accounts.rules import masked, may_change
from academy.accounts.services import passwords, sign_in
from academy.audit import labels
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.organizations.models import Unit
from academy.organizations.services import move_person
from academy.permissions import ROLES
from academy.web.filters import local_date

labels.register(
    {
        "person.added": _l("添加了人员“%(subject)s”"),
        "person.changed": _l("修改了“%(subject)s”的资料"),
        "person.deactivated": _l("停用了“%(subject)s”的账号"),
        "person.reactivated": _l("恢复了“%(subject)s”的账号"),
        "person.password_reset": _l("给“%(subject)s”设了临时密码"),
        "person.unlocked": _l("解除了“%(subject)s”的登录锁定"),
        "person.password_changed": _l("修改了自己的密码"),
        "person.phone_changed": _l("修改了自己的手机号"),
        "person.signed_in": _l("登录了系统"),
        "sign_in.locked": _l("登录名“%(subject)s”连续 %(tries)s 次密码不对，暂时锁定"),
    },
    {
        "person_name": _l("姓名"),
        "username": _l("登录名"),
        "phone": _l("手机号"),
        "unit": _l("所在单位"),
        "post": _l("岗位"),
        "roles": _l("角色"),
    },
)


@dataclass(frozen=True)
class Keeper:
    """Who keeps the list: everybody's if `is_admin`, else the trainees of the subtrees `paths`."""

    paths: tuple[str, ...]
    is_admin: bool
    person_id: int | None = None

    @classmethod
    def of(cls, person: Person) -> "Keeper":
        """Return what `person` may keep."""
        return cls(person.scope_paths, "admin" in person.role_names, person.id)

    def may_change(self, person: Person) -> bool:
        """Return whether this keeper may change `person`."""
        return may_change(self.paths, self.is_admin, person.role_names, person.unit.path if person.unit else None)


SYSTEM = Keeper(("/",), True)


@dataclass(frozen=True)
class PersonValues:
    """What a person is given by a form, all in normal form. `roles` maps a role to the unit it is held for.

    `roles` None leaves them as they are, and makes a newcomer a trainee.
    """

    name: str
    username: str
    phone: str | None = None
    unit: Unit | None = None
    post: str = ""
    roles: dict[str, Unit | None] | None = field(default=None)


def add_person(keeper: Keeper, values: PersonValues) -> tuple[Person, str]:
    """Add somebody; return them and the password for their first sign-in. Raises UserError naming the field."""
    _check(keeper, values, None)
    password = passwords.generate()
    person = Person(name=values.name, username=values.username, phone=values.phone or None, password_hash="")
    passwords.set_password(person, password, must_change=True)
    db.session.add(person)
    _give_roles(person, values.roles or {"trainee": None})
    _flush(values)
    move_person(person, values.unit, values.post, local_date(now()))
    record("person.added", person)
    return person, password


def change_person(keeper: Keeper, person: Person, seen_version: int, values: PersonValues) -> bool:
    """Change somebody who was read in `seen_version`. Returns whether anything changed.

    Raises UserError: status 409 when somebody else has changed them meanwhile, 403 when the keeper may not, else
    naming the field that is wrong.
    """
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update())
    db.session.refresh(person)
    if person.version != seen_version:
        raise UserError(_("您打开这一页以后，别人修改了这个人的资料"), status=409)
    _demand(keeper, person)
    changes = _changes(person, values)
    if not changes:
        return False
    _check(keeper, values, person)
    person.name, person.username, person.phone = values.name, values.username, values.phone or None
    person.version += 1
    if values.roles is not None:
        _give_roles(person, values.roles)
    _flush(values)
    move_person(person, values.unit, values.post, local_date(now()))
    record("person.changed", person, changes=changes)
    return True


def deactivate(keeper: Keeper, person: Person) -> None:
    """Close an account: its sessions end, its record stays. Raises UserError when it must stay open."""
    _demand(keeper, person)
    if person.id == keeper.person_id:
        raise UserError(_("不能停用自己的账号，请让另一位管理员操作"), status=409)
    if not person.is_active:
        return
    if "admin" in person.role_names:
        _keep_one_admin(person)
    person.is_active, person.session_key = False, new_session_key()
    person.version += 1
    record("person.deactivated", person)


def reactivate(keeper: Keeper, person: Person) -> None:
    """Open an account again. Raises UserError (409) when its unit is no longer in use."""
    _demand(keeper, person)
    if person.is_active:
        return
    if person.unit and not person.unit.is_active:
        raise UserError(_("所在单位“%(name)s”已经停用，请先给这个人换一个单位", name=person.unit.name), status=409)
    person.is_active = True
    person.version += 1
    record("person.reactivated", person)


def reset_password(keeper: Keeper, person: Person) -> str:
    """Give a temporary password, to be changed at the next sign-in; sessions end and locks are lifted."""
    _demand(keeper, person)
    password = passwords.generate()
    passwords.set_password(person, password, must_change=True)
    sign_in.unlock(person)
    record("person.password_reset", person)
    return password


def unlock(keeper: Keeper, person: Person) -> None:
    """Let somebody try again who typed a wrong password too often."""
    _demand(keeper, person)
    sign_in.unlock(person)
    record("person.unlocked", person)


def _demand(keeper: Keeper, person: Person) -> None:
    if not keeper.may_change(person):
        raise UserError(_("“%(name)s”不归您管理，不能修改。请联系学院的管理员", name=person.name), status=403)


def _check(keeper: Keeper, values: PersonValues, person: Person | None) -> None:
    own = Person.id != (person.id if person else 0)
    if db.session.scalar(select(Person.id).where(Person.username == values.username, own)):
        raise UserError(_("登录名“%(name)s”已经有人用了，请换一个", name=values.username), field="username")
    if values.phone and db.session.scalar(select(Person.id).where(Person.phone == values.phone, own)):
        raise UserError(_("手机号 %(phone)s 已经用在另一个账号上", phone=values.phone), field="phone")
    if not keeper.is_admin and values.roles is not None:
        raise UserError(_("只有学院的管理员可以调整角色"), status=403)
    inside = values.unit is not None and any(values.unit.path.startswith(path) for path in keeper.paths)
    if not keeper.is_admin and not inside:
        raise UserError(_("请选择您管理的单位"), field="unit_id")
    if person is not None and "admin" in person.role_names and values.roles is not None and "admin" not in values.roles:
        if person.id == keeper.person_id:
            raise UserError(_("不能取消自己的管理员角色，请让另一位管理员操作"), field="roles")
        _keep_one_admin(person)


def _keep_one_admin(person: Person) -> None:
    """Raise UserError (409) if `person` is the last active admin; holds the rows, so that two at once cannot both go."""
    query = select(PersonRole.person_id).join(Person).where(PersonRole.role == "admin", Person.is_active)
    others = [one for one in db.session.scalars(query.with_for_update()) if one != person.id]
    if person.is_active and not others:
        raise UserError(_("这是最后一位管理员，停用或取消以后就没有人能管理系统了"), status=409)


def _give_roles(person: Person, roles: dict[str, Unit | None]) -> None:
    held = {entry.role: entry for entry in person.roles}
    for role, entry in held.items():
        if role not in roles:
            person.roles.remove(entry)
    for role, unit in roles.items():
        if role in held:
            held[role].unit = unit
        else:
            person.roles.append(PersonRole(role=role, unit=unit))


def _flush(values: PersonValues) -> None:
    """Flush; somebody may have taken the name or number a moment ago."""
    try:
        with db.session.begin_nested():
            db.session.flush()
    except IntegrityError as error:
        taken = or_(Person.username == values.username, Person.phone == values.phone)
        if not db.session.scalar(select(func.count()).select_from(Person).where(taken)):
            raise
        raise UserError(_("登录名或手机号刚刚被用在另一个账号上，请换一个"), field="username") from error


def _changes(person: Person, values: PersonValues) -> dict[str, list[str]]:
    """Return what differs, as [before, after] by field, in words for the log."""
    before = {
        "person_name": person.name,
        "username": person.username,
        "phone": person.phone or "",
        "unit": person.unit.name if person.unit else "",
        "post": person.post,
    }
    after: dict[str, Any] = {
        "person_name": values.name,
        "username": values.username,
        "phone": values.phone or "",
        "unit": values.unit.name if values.unit else "",
        "post": values.post,
    }
    changes = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if (values.unit.id if values.unit else None) != person.unit_id:
        changes["unit"] = [before["unit"], after["unit"]]
    if "phone" in changes:
        changes["phone"] = [masked(person.phone), masked(values.phone)]
    if "post" in changes:
        changes["post"] = [str(POSTS.get(post, post)) for post in changes["post"]]
    if values.roles is not None and (wording := _changed_roles(person, values.roles)):
        changes["roles"] = wording
    return changes


def _changed_roles(person: Person, roles: dict[str, Unit | None]) -> list[str] | None:
    before = {entry.role: entry.unit for entry in person.roles}
    if {role: unit and unit.id for role, unit in before.items()} == {
        role: unit and unit.id for role, unit in roles.items()
    }:
        return None
    return ["、".join(_role_words(role, unit) for role, unit in sorted(some.items())) for some in (before, roles)]


def _role_words(role: str, unit: Unit | None) -> str:
    return f"{ROLES[role]}（{unit.name}）" if unit else str(ROLES[role])
