"""Which rule set applies where, and from which day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, localized
from academy.organizations.models import Unit
from academy.web.filters import local_date, show_date
from courses.credits.models import RuleChoice
from courses.credits.rules import installed
from courses.credits.rules.sets import RuleSet, Version


class RulesMissing(UserError):
    """The rule set that was chosen is not installed (any more)."""


@dataclass(frozen=True)
class InForce:
    """The rule set and version that apply, and the choice that says so (None: nobody has chosen, the default holds)."""

    rule_set: RuleSet
    version: Version
    choice: RuleChoice | None


def in_force(unit_path: str, on: date) -> InForce:
    """Return what applies to somebody of a unit (by its path) to hours earned on a day; the nearest unit above wins."""
    ancestors = [int(part) for part in unit_path.split("/") if part]
    query = select(RuleChoice).where(
        or_(RuleChoice.unit_id.is_(None), RuleChoice.unit_id.in_(ancestors)), RuleChoice.starts_on <= on
    )
    return choose(list(db.session.scalars(query)), ancestors, on)


def choose(choices: Sequence[RuleChoice], ancestors: Sequence[int], on: date) -> InForce:
    """Return what applies out of choices that are at hand; `ancestors` are unit ids from the top down."""
    latest: dict[int | None, RuleChoice] = {}
    for choice in sorted(choices, key=lambda each: (each.starts_on, each.id)):
        if choice.starts_on <= on:
            latest[choice.unit_id] = choice
    for unit_id in [*reversed(ancestors), None]:
        chosen = latest.get(unit_id)
        if chosen is None or not chosen.rule_set:
            continue
        version = installed.version_of(chosen.rule_set, chosen.rule_version)
        found = installed.rule_set(chosen.rule_set)
        if found is not None and version is not None:
            return InForce(found, version, chosen)
        raise RulesMissing(
            _(
                "学时规则“%(key)s”第 %(version)s 版没有安装，不能计算学时。请联系管理员",
                key=chosen.rule_set,
                version=chosen.rule_version,
            ),
            409,
        )
    return InForce(*installed.default(), None)


def all_choices() -> list[RuleChoice]:
    """Return every choice with its unit and who made it, the latest day first: one query."""
    query = select(RuleChoice).options(joinedload(RuleChoice.unit), joinedload(RuleChoice.chosen_by))
    return list(db.session.scalars(query.order_by(RuleChoice.starts_on.desc(), RuleChoice.id.desc())))


def choose_rule_set(by: Person, key: str, starts_on: date, unit: Unit | None) -> RuleChoice:
    """Let a set, in its newest version, apply from a day on; an empty key lets a unit follow what lies above it again.

    Raises UserError when the day is past (hours that were earned are never worked out again) or the set is unknown.
    """
    today = local_date(now())
    if starts_on < today:
        raise UserError(
            _("开始日期不能早于今天（%(today)s）：以前的学时不会按新规则重算", today=show_date(today)),
            field="starts_on",
        )
    found = installed.rule_set(key) if key else None
    if found is None and (key or unit is None):
        raise UserError(_("请选择一套规则"), field="rule_set")
    choice = RuleChoice(
        unit_id=unit.id if unit else None,
        rule_set=key,
        rule_version=found.newest.number if found else 1,
        starts_on=starts_on,
        chosen_by_id=by.id,
    )
    db.session.add(choice)
    db.session.flush()
    record(
        "credits.rules_chosen",
        choice,
        label=localized(found, "name") if found else _("跟随上级单位"),
        unit=unit.name if unit else "",
        starts_on=starts_on.isoformat(),
    )
    return choice
