"""Why an entry has the amount it has, in whole sentences."""

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from academy.db import db
from academy.i18n import _, localized
from academy.web.filters import show_date, show_datetime, show_hundredths
from courses.credits.models import LedgerEntry
from courses.credits.rules import installed
from courses.credits.rules.sets import Example, Rule, RuleSet, Version
from courses.credits.wording import FACTS


@dataclass(frozen=True)
class Why:
    """What answers "why 0.5?": sentences to read; rule, version and examples; the facts as (name, value); the reversal."""

    sentences: list[str]
    rule_set: RuleSet | None = None
    version: Version | None = None
    rule: Rule | None = None
    examples: list[Example] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    reversed_by: LedgerEntry | None = None
    reverses: LedgerEntry | None = None


def find(entry_id: int) -> LedgerEntry | None:
    """Return an entry with everything that its page names, or None: one query."""
    query = select(LedgerEntry).where(LedgerEntry.id == entry_id)
    names = ("person", "entered_by", "unit", "proof")
    return db.session.scalar(query.options(*(joinedload(getattr(LedgerEntry, name)) for name in names)))


def why(entry: LedgerEntry) -> Why:
    """Return why an entry stands and has its amount: one query, for what it reverses or is reversed by."""
    query = select(LedgerEntry).where(
        (LedgerEntry.reverses_id == entry.id) | (LedgerEntry.id == (entry.reverses_id or 0))
    )
    related = list(db.session.scalars(query))
    reversed_by = next((other for other in related if other.reverses_id == entry.id), None)
    reverses = next((other for other in related if other.id == entry.reverses_id), None)
    found = installed.rule_set(entry.rule_set) if entry.rule_set else None
    version = found.version(entry.rule_version) if found else None
    rule = version.rule(entry.rule) if version else None
    return Why(
        sentences=sentences(entry, reversed_by, reverses),
        rule_set=found,
        version=version,
        rule=rule,
        examples=[example for example in version.examples if example.category == rule.category]
        if version and rule
        else [],
        facts=facts_of(entry, set(version.measures(rule.category)) if version and rule else None),
        reversed_by=reversed_by,
        reverses=reverses,
    )


def sentences(
    entry: LedgerEntry, reversed_by: LedgerEntry | None = None, reverses: LedgerEntry | None = None
) -> list[str]:
    """Return the sentences alone; no query. Name the entries on either side of a reversal where they are at hand."""
    lines = [_BY_KIND[entry.kind](entry, reverses)]
    if (entry.evidence or {}).get("test_out"):
        lines.append(_("这门课是通过免修测验完成的。"))
    if entry.rule_set:
        lines += _of_rule(entry)
    held = (entry.evidence or {}).get("cap")
    if held:
        lines.append(
            _("按规则应得 %(full)s 学时，因为“%(cap)s”，只记 %(amount)s 学时。",
              full=show_hundredths(held["full"]), cap=localized(held, "text"),
              amount=show_hundredths(entry.amount_hundredths))
        )  # fmt: skip
    if entry.reason and entry.kind != "reversed":
        lines.append(_("说明：%(reason)s", reason=entry.reason))
    if reversed_by is not None:
        lines.append(
            _("这一笔已在 %(time)s 冲正，不再计入。原因：%(reason)s",
              time=show_datetime(reversed_by.created_at), reason=reversed_by.reason)
        )  # fmt: skip
    return lines


def _of_rule(entry: LedgerEntry) -> list[str]:
    found = installed.rule_set(entry.rule_set)
    version = found.version(entry.rule_version) if found else None
    rule = version.rule(entry.rule) if version else None
    if found is None or rule is None:
        return [
            _(
                "规则“%(rule)s”第 %(version)s 版现在没有安装，学时保持入账时的数。",
                rule=entry.rule_set,
                version=entry.rule_version,
            )
        ]
    return [
        _("规则“%(rule)s”第 %(version)s 版：%(text)s。",
          rule=localized(found, "name"), version=entry.rule_version, text=localized(rule, "text").rstrip("。."))
    ]  # fmt: skip


def _earned(entry: LedgerEntry, reverses: LedgerEntry | None) -> str:
    return _(
        "%(day)s 完成“%(title)s”，记 %(hours)s 学时。",
        day=show_date(entry.earned_on), title=title_of(entry), hours=show_hundredths(entry.amount_hundredths),
    )  # fmt: skip


def _backfilled(entry: LedgerEntry, reverses: LedgerEntry | None) -> str:
    row = (entry.evidence or {}).get("row", "—")
    return _(
        "根据表格“%(file)s”第 %(row)s 行补录：“%(title)s”，%(hours)s 学时。",
        file=(entry.evidence or {}).get("file", "—"), row=row, title=title_of(entry),
        hours=show_hundredths(entry.amount_hundredths),
    )  # fmt: skip


def _recognised(entry: LedgerEntry, reverses: LedgerEntry | None) -> str:
    return _(
        "在别处参加的学习“%(title)s”，由学院认定 %(hours)s 学时。",
        title=title_of(entry), hours=show_hundredths(entry.amount_hundredths),
    )  # fmt: skip


def _carried(entry: LedgerEntry, reverses: LedgerEntry | None) -> str:
    if entry.amount_hundredths < 0:
        return _(
            "从 %(year)s 年转出 %(hours)s 学时，计入下一年。",
            year=entry.earned_on.year,
            hours=show_hundredths(-entry.amount_hundredths),
        )
    return _(
        "由“%(title)s”结转 %(hours)s 学时，计入 %(year)s 年。",
        title=title_of(entry), hours=show_hundredths(entry.amount_hundredths), year=entry.earned_on.year,
    )  # fmt: skip


def _converted(entry: LedgerEntry, reverses: LedgerEntry | None) -> str:
    return _(
        "“%(title)s”折算为 %(hours)s 学时。", title=title_of(entry), hours=show_hundredths(entry.amount_hundredths)
    )


def _reversal(entry: LedgerEntry, reverses: LedgerEntry | None) -> str:
    return _(
        "冲正第 %(number)s 笔“%(title)s”，扣回 %(hours)s 学时。原因：%(reason)s",
        number=entry.reverses_id, title=title_of(entry), hours=show_hundredths(-entry.amount_hundredths),
        reason=entry.reason,
    )  # fmt: skip


_BY_KIND: dict[str, Any] = {
    "earned": _earned,
    "backfilled": _backfilled,
    "recognised": _recognised,
    "converted": _converted,
    "carried_over": _carried,
    "reversed": _reversal,
}


def title_of(entry: LedgerEntry) -> str:
    """Return the title of where the hours come from, in the language of the request where it is known."""
    evidence = entry.evidence or {}
    return localized({"title": entry.source_title, "title_en": evidence.get("title_en", "")}, "title")


def facts_of(entry: LedgerEntry, looked_at: set[str] | None = None) -> list[tuple[str, str]]:
    """Return the facts that the rule saw as (name, value), of `looked_at` only if given; those that are 0 are left out."""
    facts: dict[str, Any] = (entry.evidence or {}).get("facts") or {}
    shown = {
        name: "、".join(map(_short, value)) if isinstance(value, list) else _short(value)
        for name, value in facts.items()
        if looked_at is None or name in looked_at
    }
    return [(str(FACTS.get(name, name)), value) for name, value in shown.items() if value not in ("", "0")]


def _short(exact: str) -> str:
    """Write an exact number for reading: 931/500 is about 1.86."""
    return show_hundredths(round(Fraction(exact) * 100))
