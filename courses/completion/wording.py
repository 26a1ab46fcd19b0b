"""Rules as people read them: what is asked for, what is still missing, why something is not open yet."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from academy.i18n import _, ngettext
from academy.web.filters import show_datetime
from courses.completion.evaluate import Item, Lock
from courses.completion.language import moment_of

NAMED = 3
"""So many lessons are named; of the others it is said how many there are."""


def _no_rest(lesson: int) -> str:
    return ""


@dataclass(frozen=True)
class Names:
    """How lessons and courses are called; `rest` says what is missing in one lesson ("再看 3 分 20 秒"), or nothing."""

    lessons: Mapping[int, str]
    courses: Mapping[int, str] = field(default_factory=dict)
    rest: Callable[[int], str] = _no_rest

    def lesson(self, lesson: int | None) -> str:
        """Return the title of a lesson in its marks."""
        missing_title = _("已删除的一节") if lesson else _("还没有选的一节")
        return _("《%(title)s》", title=self.lessons.get(lesson or 0) or missing_title)


@dataclass(frozen=True)
class Sentence:
    """One thing to read, the lesson that it leads to, and what it consists of."""

    text: str
    lesson: int | None = None
    items: tuple["Sentence", ...] = ()
    done: bool = False


def told(item: Item, names: Names) -> Sentence:
    """Return the rule in words, with what is done."""
    if len(item.items) == 1 and (item.node["is"] == "all" or item.node["n"] == 1):
        return told(item.items[0], names)  # a group of one is that one
    inside = tuple(told(each, names) for each in item.items)
    return Sentence(_told(item, names), item.node.get("lesson"), inside, item.done)


def _told(item: Item, names: Names) -> str:
    node = item.node
    if node["is"] == "all":
        return ngettext("下面 %(n)s 项都做到", "下面 %(n)s 项都做到", len(item.items), n=len(item.items))
    if node["is"] == "any":
        return _("下面 %(of)s 项里做到 %(n)s 项", of=len(item.items), n=node["n"])
    if node["is"] == "required":
        return ngettext("学完全部必学内容（%(n)s 节）", "学完全部必学内容（%(n)s 节）", item.needed, n=item.needed)
    return _told_leaf(item, names)


def _told_leaf(item: Item, names: Names) -> str:
    node = item.node
    title, percent = names.lesson(node.get("lesson")), node.get("percent", "…")
    if node["is"] == "lesson":
        return _("学完%(title)s", title=title)
    if node["is"] == "share":
        return _("%(title)s学到 %(percent)s%%", title=title, percent=percent)
    if node["is"] == "score":
        return _("测验%(title)s至少 %(percent)s 分", title=title, percent=percent)
    return _("全部测验平均至少 %(percent)s 分（没有考的按 0 分算）", percent=percent)


def missing(item: Item, names: Names) -> list[Sentence]:
    """Return what is still to be done, as sentences with the lesson that each is about; empty when all is done."""
    if item.done:
        return []
    if item.node["is"] == "all":
        return [each for part in item.items for each in missing(part, names)] or [_empty()]
    if item.node["is"] == "any":
        return [_choice(item, names)]
    if item.node["is"] == "required":
        return _lessons(item.left, names) or [_empty()]
    return [Sentence(_missing(item, names), item.node.get("lesson"))]


def _empty() -> Sentence:
    return Sentence(_("这门课还没有内容"))


def _choice(item: Item, names: Names) -> Sentence:
    text = _("%(of)s 选 %(n)s，已完成 %(met)s 项", of=len(item.items), n=item.node["n"], met=item.met)
    inside = [each for part in item.items for each in missing(part, names)]
    return Sentence(text, items=tuple(inside))


def _lessons(left: Iterable[int], names: Names) -> list[Sentence]:
    lessons = list(left)
    named = lessons if len(lessons) <= NAMED + 1 else lessons[:NAMED]
    said = [_lesson(each, names) for each in named]
    others = len(lessons) - len(named)
    if others:
        text = ngettext("另外还有 %(n)s 节必学内容", "另外还有 %(n)s 节必学内容", others, n=others)
        said.append(Sentence(text))
    return said


def _lesson(lesson: int, names: Names) -> Sentence:
    title, rest = names.lesson(lesson), names.rest(lesson)
    text = _("%(title)s：%(rest)s", title=title, rest=rest) if rest else _("学完%(title)s", title=title)
    return Sentence(text, lesson)


def _missing(item: Item, names: Names) -> str:
    node = item.node
    title, percent = names.lesson(node.get("lesson")), node.get("percent", "…")
    now = int(100 * item.reached) if item.reached is not None else None
    if node["is"] == "lesson":
        return _lesson(node.get("lesson", 0), names).text
    if node["is"] == "share":
        return _("%(title)s要学到 %(percent)s%%，现在 %(now)s%%", title=title, percent=percent, now=now or 0)
    if node["is"] == "total":
        return _("全部测验平均至少 %(percent)s 分，现在平均 %(now)s 分", percent=percent, now=now or 0)
    if now is None:
        return _("还差一次测验：%(title)s至少 %(percent)s 分，还没有考过", title=title, percent=percent)
    return _("还差一次测验：%(title)s至少 %(percent)s 分，现在最好 %(now)s 分", title=title, percent=percent, now=now)


def locked(lock: Lock, names: Names) -> str:
    """Say why a lesson does not count now, and from when on it will."""
    if lock.reason == "closed":
        return _("这门课 %(time)s 已经截止。内容还可以看，不再计入进度", time=show_datetime(lock.at))
    if lock.reason == "courses":
        known = [names.courses[each] for each in lock.courses if each in names.courses]
        titles = _("、").join(_("《%(title)s》", title=each) for each in known)
        return _("先学完%(courses)s，这门课才能开始学", courses=titles or _("先修课程"))
    if lock.reason == "opens":
        return _("这门课 %(time)s 开放", time=show_datetime(lock.at))
    if lock.reason == "lesson_opens":
        return _("这一节 %(time)s 开放", time=show_datetime(lock.at))
    return _("学完%(title)s以后开放", title=names.lesson(lock.lesson))


def summary(rules: Mapping[str, Any], item: Item, names: Names, quiz: str = "") -> list[str]:
    """Return everything that rules say, one line each, as trainees read it; `quiz` is the title of the one for testing out."""
    lines = _outline(told(item, names), 0)
    for name, text in (("opens_at", _("开放时间")), ("due_at", _("要求学完")), ("closes_at", _("截止时间"))):
        if rules.get(name):
            lines.append(_("%(what)s：%(time)s", what=text, time=show_datetime(moment_of(rules[name]))))
    if rules.get("courses"):
        lines.append(locked(Lock("courses", courses=tuple(rules["courses"])), names))
    if rules.get("in_order"):
        lines.append(_("按目录的顺序学：前面必学的学完了，下一节才开放"))
    for key, gate in rules.get("lessons", {}).items():
        title = names.lesson(int(key))
        if "after" in gate:
            what = locked(Lock("after", lesson=gate["after"]), names)
            lines.append(_("%(title)s：%(rest)s", title=title, rest=what))
        if "opens_at" in gate:
            what = locked(Lock("lesson_opens", moment_of(gate["opens_at"])), names)
            lines.append(_("%(title)s：%(rest)s", title=title, rest=what))
    if rules.get("test_out"):
        lines.append(_test_out(rules["test_out"], quiz))
    return lines


def _outline(sentence: Sentence, depth: int) -> list[str]:
    lines = ["　" * depth + sentence.text]
    return lines + [line for each in sentence.items for line in _outline(each, depth + 1)]


def _test_out(rule: Mapping[str, Any], quiz: str) -> str:
    return ngettext(
        "可以免修：测验《%(title)s》至少 %(percent)s 分，有 %(n)s 次机会",
        "可以免修：测验《%(title)s》至少 %(percent)s 分，有 %(n)s 次机会",
        rule.get("attempts", 1),
        n=rule.get("attempts", 1),
        title=quiz or _("已删除的测验"),
        percent=rule.get("percent", "…"),
    )
