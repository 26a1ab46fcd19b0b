"""What is wrong with the rules of a draft: contradictions that would keep everybody from completing the course."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from academy.i18n import _, ngettext
from courses.completion.language import GROUPS, LEAVES, Node, moment_of, root_of


@dataclass(frozen=True)
class Fault:
    """A sentence that says what is wrong and what to do; `place` is the part of the editor that it is about."""

    message: str
    place: str = "rule"


@dataclass(frozen=True)
class Shape:
    """The lessons of a draft in order: (id, title, required), and which of them are quizzes."""

    lessons: Sequence[tuple[int, str, bool]]
    quizzes: frozenset[int] = frozenset()

    @property
    def titles(self) -> dict[int, str]:
        """The titles by lesson."""
        return {lesson: title for lesson, title, _required in self.lessons}


def faults(rules: Mapping[str, Any], shape: Shape) -> list[Fault]:
    """Return what is wrong with rules in normal form; empty when they can be published."""
    return [*_of_node(root_of(rules), shape, ""), *_of_dates(rules), *_of_lessons(rules, shape), *_of_test_out(rules)]


def _of_node(node: Node, shape: Shape, path: str) -> Iterator[Fault]:
    place = f"r-{path}" if path else "rule"
    if node["is"] not in GROUPS:
        yield from (Fault(message, place) for message in _of_leaf(node, shape))
        return
    if not node["of"]:
        yield Fault(_("这一组里还没有条件。加一条，或者去掉这一组"), place)
    elif node["is"] == "any" and node["n"] > len(node["of"]):
        yield Fault(
            ngettext(
                "要做到 %(n)s 项，可是只列了 %(listed)s 项，谁也完成不了",
                "要做到 %(n)s 项，可是只列了 %(listed)s 项，谁也完成不了",
                len(node["of"]),
                n=node["n"],
                listed=len(node["of"]),
            ),
            place,
        )
    for index, each in enumerate(node["of"]):
        yield from _of_node(each, shape, f"{path}.{index}" if path else str(index))


def _of_leaf(node: Node, shape: Shape) -> Iterator[str]:
    if node["is"] == "total" and not shape.quizzes:
        yield _("课程里没有测验，算不出平均分。加一份测验，或者去掉这一条")
    if "percent" in LEAVES[node["is"]] and "percent" not in node:
        yield _("还没有写要达到多少。填 1 到 100 的整数")
    if "lesson" not in LEAVES[node["is"]]:
        return
    if "lesson" not in node:
        yield _("还没有选是哪一节")
    elif node["lesson"] not in shape.titles:
        yield _("这一条说的那一节已经从课程里删除了。换一节，或者去掉这一条")
    elif node["is"] == "score" and node["lesson"] not in shape.quizzes:
        yield _("“%(title)s”不是测验，没有分数。换一节测验", title=shape.titles[node["lesson"]])


def _of_dates(rules: Mapping[str, Any]) -> Iterator[Fault]:
    opens, due, closes = (moment_of(rules.get(name)) for name in ("opens_at", "due_at", "closes_at"))
    if opens and due and due <= opens:
        yield Fault(_("要求学完的时间早于开放时间"), "due_at")
    if opens and closes and closes <= opens:
        yield Fault(_("截止时间早于开放时间"), "closes_at")
    if due and closes and closes < due:
        yield Fault(_("截止时间早于要求学完的时间"), "closes_at")


def _of_lessons(rules: Mapping[str, Any], shape: Shape) -> Iterator[Fault]:
    titles, closes = shape.titles, moment_of(rules.get("closes_at"))
    for index, (key, gate) in enumerate(rules.get("lessons", {}).items()):
        place, opens = f"g-{index}", moment_of(gate.get("opens_at"))
        if int(key) not in titles or gate.get("after", int(key)) not in titles:
            yield Fault(_("开放条件里有一节已经从课程里删除了。换一节，或者去掉这一条"), place)
        if opens and closes and opens >= closes:
            yield Fault(_("这一节开放的时候，课程已经截止了"), place)
    circle = cycle(_edges(rules, shape))
    if circle:
        named = " → ".join(_("《%(title)s》", title=titles.get(each, "?")) for each in circle)
        yield Fault(_("先后次序绕成了一圈，谁也打不开：%(lessons)s", lessons=named), "gates")


def _edges(rules: Mapping[str, Any], shape: Shape) -> dict[int, set[int]]:
    edges: dict[int, set[int]] = {lesson: set() for lesson, _title, _required in shape.lessons}
    for key, gate in rules.get("lessons", {}).items():
        if int(key) in edges and gate.get("after") in edges:
            edges[int(key)].add(gate["after"])
    if rules.get("in_order"):
        earlier: set[int] = set()
        for lesson, _title, required in shape.lessons:
            edges[lesson] |= earlier
            earlier |= {lesson} if required else set()
    return edges


def cycle(edges: Mapping[int, Iterable[int]]) -> list[int]:
    """Return a circle of things that wait for each other, the first again at the end; empty when there is none."""
    finished: set[int] = set()
    for start in edges:
        trail: list[int] = []
        waiting = [(start, iter(sorted(edges[start])))] if start not in finished else []
        trail = [start] if waiting else []
        while waiting:
            here, ahead = waiting[-1]
            other = next(ahead, None)
            if other is None:
                waiting.pop()
                trail.pop()
                finished.add(here)
            elif other in trail:
                return [*trail[trail.index(other) :], other]
            elif other in edges and other not in finished:
                trail.append(other)
                waiting.append((other, iter(sorted(edges[other]))))
    return []


def _of_test_out(rules: Mapping[str, Any]) -> Iterator[Fault]:
    test_out = rules.get("test_out")
    if test_out and "percent" not in test_out:
        yield Fault(_("免修测验还没有写至少多少分。填 1 到 100 的整数"), "test_out_percent")
