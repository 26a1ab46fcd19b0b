"""Reading the files of rule sets, and saying in sentences, with file and line, what is wrong with one.

The whole of a file is checked, its examples worked out too, before anything of it is used.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import yaml

from academy.i18n import _
from courses.credits.rules import engine
from courses.credits.rules.facts import CATEGORIES, MEASURES, Facts
from courses.credits.rules.sets import (
    MODES,
    PERIODS,
    Cap,
    CarryOver,
    Example,
    Proportion,
    Requirement,
    Rounding,
    Rule,
    RuleSet,
    Tier,
    Version,
)

OBLIGATIONS = ("required", "elective")
KEY_LENGTH = 40
MOST_HOURS = Fraction(10_000)


class RuleFileError(ValueError):
    """A file that cannot be used; the sentence names file and line."""

    def __init__(self, name: str, line: int, message: str) -> None:
        super().__init__(_("%(name)s 第 %(line)s 行：%(message)s", name=name, line=line, message=message))
        self.name, self.line = name, line


@dataclass(frozen=True)
class Spot:
    """A value in a file and where it stands. Scalars are text as written, so that 0.1 is exactly a tenth."""

    value: Any
    line: int
    file: str

    def wrong(self, message: str) -> RuleFileError:
        """Return the error that something is wrong here."""
        return RuleFileError(self.file, self.line, message)

    def table(self, known: set[str]) -> "Fields":
        """Return the named values inside, all of them of the `known` names."""
        if not isinstance(self.value, dict):
            raise self.wrong(_("这里应该是“名称: 值”的一组内容"))
        for name, spot in self.value.items():
            if name not in known:
                raise spot.wrong(_("不认识“%(name)s”。可以写：%(known)s", name=name, known="、".join(sorted(known))))
        return Fields(self, self.value)

    def items(self) -> list["Spot"]:
        """Return the items of a list."""
        if not isinstance(self.value, list):
            raise self.wrong(_("这里应该是一个列表，每项前面写“- ”"))
        return self.value

    def text(self, most: int = 400) -> str:
        """Return a text."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.wrong(_("这里要写一段文字"))
        if len(self.value) > most:
            raise self.wrong(_("这段文字太长，最多 %(most)s 个字", most=most))
        return self.value.strip()

    def number(self) -> Fraction:
        """Return an exact number, also one written as 1/7; not negative."""
        try:
            number = Fraction(str(self.value))
        except (ValueError, ZeroDivisionError) as error:
            raise self.wrong(_("“%(value)s”不是数。请写成 0.5、30 或 1/7", value=str(self.value)[:20])) from error
        if not 0 <= number <= MOST_HOURS:
            raise self.wrong(_("%(value)s 太小或太大，应在 0 到 10000 之间", value=str(self.value)[:20]))
        return number

    def positive(self) -> Fraction:
        """Return a number above 0."""
        number = self.number()
        if not number:
            raise self.wrong(_("这个数要大于 0"))
        return number

    def one_of(self, names: Any) -> str:
        """Return one of some words."""
        if self.value not in names:
            raise self.wrong(
                _("“%(value)s”不认识。可以写：%(known)s", value=str(self.value)[:40], known="、".join(map(str, names)))
            )
        return str(self.value)

    def whole(self) -> int:
        """Return a whole number above 0."""
        number = self.positive()
        if number.denominator != 1:
            raise self.wrong(_("这里要写整数"))
        return int(number)

    def flag(self) -> bool:
        """Return true or false."""
        return self.one_of(("true", "false")) == "true"

    def day(self) -> date:
        """Return a day."""
        try:
            return date.fromisoformat(str(self.value))
        except ValueError as error:
            raise self.wrong(_("日期要写成 2026-01-01 这样")) from error


@dataclass(frozen=True)
class Fields:
    """The named values of one place in a file."""

    spot: Spot
    values: Mapping[str, Spot]

    def need(self, name: str) -> Spot:
        """Return a value that has to be there."""
        if name not in self.values:
            raise self.spot.wrong(_("缺少“%(name)s”", name=name))
        return self.values[name]

    def text(self, name: str) -> str:
        """Return a text that may be missing."""
        return self.values[name].text() if name in self.values else ""

    def list(self, name: str) -> list[Spot]:
        """Return a list that may be missing."""
        return self.values[name].items() if name in self.values else []

    def maybe(self, name: str, read: Callable[[Spot], Any], default: Any = None) -> Any:
        """Return what `read` makes of a value, or `default` when it is missing."""
        return read(self.values[name]) if name in self.values else default

    def __contains__(self, name: str) -> bool:
        return name in self.values


def read_rule_set(text: str, name: str) -> RuleSet:
    """Return the rule set of a file's text. Raises RuleFileError; its examples have been worked out and agree."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise RuleFileError(name, mark.line + 1 if mark else 1, _("格式不对，检查一下缩进和冒号")) from error
    if node is None:
        raise RuleFileError(name, 1, _("文件是空的"))
    return _rule_set(_spot(node, name))


def _spot(node: yaml.Node, file: str) -> Spot:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Spot] = {}
        for key, value in node.value:
            if key.value in values:
                raise RuleFileError(file, key.start_mark.line + 1, _("“%(name)s”写了两次", name=key.value))
            values[str(key.value)] = Spot(_spot(value, file).value, key.start_mark.line + 1, file)
        return Spot(values, line, file)
    if isinstance(node, yaml.SequenceNode):
        return Spot([_spot(item, file) for item in node.value], line, file)
    return Spot(node.value, line, file)


def _rule_set(spot: Spot) -> RuleSet:
    fields = spot.table({"key", "name", "name_en", "summary", "summary_en", "order", "versions"})
    versions = [_version(item) for item in fields.need("versions").items()]
    numbers = [version.number for version in versions]
    if not versions or numbers != sorted(set(numbers)):
        raise fields.need("versions").wrong(_("版本号要从小到大，不能重复，至少有一个"))
    return RuleSet(
        key=_key(fields.need("key")),
        name=fields.need("name").text(60),
        name_en=fields.need("name_en").text(120),
        summary=fields.need("summary").text(),
        summary_en=fields.need("summary_en").text(),
        order=fields.maybe("order", Spot.whole, 100),
        versions=tuple(versions),
    )


def _key(spot: Spot) -> str:
    key = spot.text(KEY_LENGTH)
    if not key.replace("_", "").isalnum() or not key.isascii() or key != key.lower():
        raise spot.wrong(_("代号只能用小写字母、数字和下划线"))
    return key


_VERSION = {
    "version", "since", "rules", "caps", "rounding", "requirements", "carry_over", "withdrawal", "examples",
    "note", "note_en",
}  # fmt: skip


def _version(spot: Spot) -> Version:
    fields = spot.table(_VERSION)
    rules = [_rule(item) for item in fields.need("rules").items()]
    keys = [rule.key for rule in rules]
    if len(set(keys)) != len(keys):
        raise fields.need("rules").wrong(_("两条规则用了同一个代号"))
    caps = tuple(_cap(item) for item in fields.list("caps"))
    if engine.crossing(caps):
        raise fields.need("caps").wrong(_("有两条上限互相交叉，合计会随录入的先后不同。请让其中一条完全包含另一条"))
    withdrawal = fields.maybe("withdrawal", lambda place: place.table({"over", "text", "text_en"}))
    version = Version(
        number=fields.need("version").whole(),
        since=fields.need("since").day(),
        rules=tuple(rules),
        caps=caps,
        rounding=fields.maybe("rounding", _rounding, Rounding()),
        requirements=tuple(_requirement(item) for item in fields.list("requirements")),
        carry_over=fields.maybe("carry_over", _carry_over),
        withdrawal_over=withdrawal.need("over").positive() if withdrawal else None,
        withdrawal_text=withdrawal.need("text").text() if withdrawal else "",
        withdrawal_text_en=withdrawal.need("text_en").text() if withdrawal else "",
        examples=tuple(_example(item) for item in fields.need("examples").items()),
        note=fields.text("note"),
        note_en=fields.text("note_en"),
    )
    for example in version.examples:
        _check_example(version, example, spot.file)
    return version


_RULE = {
    "key", "for", "text", "text_en", "measure", "stated", "hours", "tiers", "every", "each", "least_share", "without",
    "enter_as",
}  # fmt: skip
_WAYS = ("stated", "hours", "tiers", "every", "each")


def _rule(spot: Spot) -> Rule:
    fields = spot.table(_RULE)
    category = fields.need("for").one_of(CATEGORIES)
    if sum(way in fields for way in _WAYS) != 1:
        raise spot.wrong(_("每条规则要在 %(ways)s 里选一种写法，只能选一种", ways="、".join(_WAYS)))
    measures = MEASURES[category]
    measure = fields.maybe("measure", lambda place: place.one_of(measures), "")
    if ("tiers" in fields or "every" in fields) and not measure:
        raise spot.wrong(_("缺少“%(name)s”", name="measure"))
    weights = fields.maybe("each", lambda place: {
        name: item.positive() for name, item in place.table(set(measures)).values.items()
    }, {})  # fmt: skip
    return Rule(
        key=_key(fields.need("key")),
        category=category,
        text=fields.need("text").text(),
        text_en=fields.need("text_en").text(),
        measure=measure,
        stated=fields.maybe("stated", Spot.flag, False),
        hours=fields.maybe("hours", Spot.positive),
        tiers=fields.maybe("tiers", _tiers, ()),
        proportion=fields.maybe("every", _proportion),
        weights=weights,
        least_share=fields.maybe("least_share", Spot.number, Fraction(0)),
        without=fields.maybe("without", lambda place: place.one_of(measures), ""),
        enter_as=fields.maybe("enter_as", lambda place: place.one_of(("earned", "converted")), "earned"),
    )


def _tiers(spot: Spot) -> tuple[Tier, ...]:
    tiers = []
    for item in spot.items():
        fields = item.table({"from", "over", "hours"})
        if ("from" in fields) == ("over" in fields):
            raise item.wrong(_("每一档写 from（从这个数起）或 over（超过这个数），只写一个"))
        over = "over" in fields
        tiers.append(Tier(fields.need("over" if over else "from").number(), fields.need("hours").number(), over))
    if len({(tier.least, tier.over) for tier in tiers}) != len(tiers) or not tiers:
        raise spot.wrong(_("至少要有一档，两档不能从同一个数开始"))
    return tuple(tiers)


def _proportion(spot: Spot) -> Proportion:
    fields = spot.table({"size", "hours", "rest"})
    return Proportion(fields.need("size").positive(), fields.need("hours").positive(), fields.maybe("rest", _tiers, ()))


def _cap(spot: Spot) -> Cap:
    fields = spot.table({"per", "hours", "for", "text", "text_en"})
    return Cap(
        per=fields.need("per").one_of(PERIODS),
        hours=fields.need("hours").positive(),
        text=fields.need("text").text(),
        text_en=fields.need("text_en").text(),
        categories=frozenset(item.one_of(CATEGORIES) for item in fields.list("for")),
    )


def _rounding(spot: Spot) -> Rounding:
    fields = spot.table({"to", "mode"})
    to = fields.need("to").positive()
    if (to * 100).denominator != 1:
        raise fields.need("to").wrong(_("最细到 0.01 学时"))
    return Rounding(to, fields.need("mode").one_of(MODES))


def _requirement(spot: Spot) -> Requirement:
    fields = spot.table({"key", "hours", "years", "text", "text_en", "obligation", "category"})
    return Requirement(
        key=_key(fields.need("key")),
        hours=fields.need("hours").positive(),
        years=fields.maybe("years", Spot.whole, 1),
        text=fields.need("text").text(),
        text_en=fields.need("text_en").text(),
        obligation=fields.maybe("obligation", lambda place: place.one_of(OBLIGATIONS), ""),
        category=fields.maybe("category", lambda place: place.one_of(CATEGORIES), ""),
    )


def _carry_over(spot: Spot) -> CarryOver:
    fields = spot.table({"from", "to", "text", "text_en"})
    return CarryOver(
        fields.need("from").one_of(OBLIGATIONS),
        fields.need("to").one_of(OBLIGATIONS),
        fields.need("text").text(),
        fields.need("text_en").text(),
    )


def _example(spot: Spot) -> Example:
    fields = spot.table({"says", "says_en", "for", "given", "hours", "withdraws"})
    category = fields.need("for").one_of(("leave", *CATEGORIES))
    names = {"leave_hours", "class_hours"} if category == "leave" else set(MEASURES[category])
    if ("hours" in fields) == ("withdraws" in fields):
        raise spot.wrong(_("例子要写 hours（得多少学时）或 withdraws（是否退学），只写一个"))
    return Example(
        says=fields.need("says").text(),
        says_en=fields.need("says_en").text(),
        category=category,
        numbers={name: _given(item) for name, item in fields.need("given").table(names).values.items()},
        hours=fields.maybe("hours", Spot.number),
        withdraws=fields.maybe("withdraws", Spot.flag),
        line=spot.line,
    )


def _given(spot: Spot) -> Any:
    return tuple(item.number() for item in spot.value) if isinstance(spot.value, list) else spot.number()


def outcome(version: Version, example: Example) -> Fraction | bool:
    """Return what a version makes of an example: hours, or whether it means withdrawal."""
    if example.category == "leave":
        limit = version.withdrawal_over
        return limit is not None and engine.must_withdraw(
            example.numbers.get("leave_hours", 0), example.numbers.get("class_hours", 0), limit
        )
    awards = engine.evaluate(version, Facts(example.category, example.numbers))
    total = sum(award.hundredths for award in awards)
    return Fraction(_under_caps(version, example.category, total), 100)


def _under_caps(version: Version, category: str, total: int) -> int:
    return engine.capped(total, category, version.caps, {})[0]


def _check_example(version: Version, example: Example, file: str) -> None:
    wanted = example.hours if example.hours is not None else example.withdraws
    found = outcome(version, example)
    if found != wanted:
        shown = "、".join(_words([wanted, found]))
        raise RuleFileError(
            file,
            example.line,
            _("例子“%(says)s”和规则对不上（例子写的、规则算的）：%(shown)s", says=example.says, shown=shown),
        )


def _words(values: list[Any]) -> Iterator[str]:
    for value in values:
        yield (str(value).lower() if isinstance(value, bool) else f"{float(value):g}")
