"""From what somebody has done to what that amounts to. Pure: the same facts always give the same verdict."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from courses.completion.language import Node, moment_of, root_of


@dataclass(frozen=True, slots=True)
class Standing:
    """How far somebody is in one lesson; `score` is the best share of the marks of a quiz, None before the first one."""

    done: bool = False
    share: Fraction = Fraction(0)
    score: Fraction | None = None


NOTHING = Standing()


@dataclass(frozen=True)
class Facts:
    """What is known of one person in one course: all its lessons, which of them count by default, which are quizzes."""

    lessons: Mapping[int, Standing]
    required: frozenset[int]
    quizzes: frozenset[int] = frozenset()

    def of(self, lesson: int | None) -> Standing:
        """Return how far the person is in a lesson."""
        return self.lessons.get(lesson or 0, NOTHING)

    @property
    def average(self) -> Fraction:
        """The average of the best scores of all quizzes; one that was not sat counts as nothing."""
        scores = [self.of(quiz).score or Fraction(0) for quiz in self.quizzes]
        return sum(scores, Fraction(0)) / len(scores) if scores else Fraction(0)


@dataclass(frozen=True)
class Item:
    """One node with what has become of it. `met` of `needed` things are done; `left`: the lessons that are not."""

    node: Node
    done: bool
    met: int
    needed: int
    items: tuple["Item", ...] = ()
    left: tuple[int, ...] = ()
    reached: Fraction | None = None


def evaluate(rules: Mapping[str, Any], facts: Facts) -> Item:
    """Return what has become of the rule of a course. More evidence never makes it less done."""
    return _judge(root_of(rules), facts)


def _judge(node: Node, facts: Facts) -> Item:
    if node["is"] == "required":
        left = tuple(each for each in facts.lessons if each in facts.required and not facts.lessons[each].done)
        met = len(facts.required) - len(left)
        return Item(node, bool(facts.required) and not left, met, len(facts.required), left=left)
    if node["is"] in ("all", "any"):
        return _group(node, tuple(_judge(each, facts) for each in node["of"]))
    done, reached = _leaf(node, facts)
    left = (node["lesson"],) if not done and "lesson" in node else ()
    return Item(node, done, int(done), 1, left=left, reached=reached)


def _leaf(node: Node, facts: Facts) -> tuple[bool, Fraction | None]:
    standing = facts.of(node.get("lesson"))
    if node["is"] == "lesson":
        return standing.done, None
    reached = {"share": standing.share, "score": standing.score, "total": facts.average}[node["is"]]
    if "percent" not in node or reached is None:
        return False, reached
    return 100 * reached >= node["percent"], reached


def _group(node: Node, items: tuple[Item, ...]) -> Item:
    done = sum(each.done for each in items)
    if node["is"] == "any":
        return Item(node, done >= node["n"], min(done, node["n"]), node["n"], items)
    met, needed = sum(each.met for each in items), sum(each.needed for each in items)
    return Item(node, bool(items) and done == len(items), met, needed, items)


# -- when things open ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lock:
    """Why a lesson does not count now.

    reason: "courses" (to be completed before), "opens" (the course), "lesson_opens", "after" (another lesson), or "closed":
    then everything stays readable.
    """

    reason: str
    at: datetime | None = None
    lesson: int | None = None
    courses: tuple[int, ...] = ()

    @property
    def sealed(self) -> bool:
        """Whether the lesson cannot be opened at all."""
        return self.reason != "closed"


@dataclass(frozen=True)
class Moment:
    """What gates ask for: the time, the lessons in order as (id, required), those done, the courses completed."""

    now: datetime
    order: Sequence[tuple[int, bool]]
    done: Collection[int] = field(default_factory=frozenset)
    courses: Collection[int] = field(default_factory=frozenset)


def restricts(rules: Mapping[str, Any]) -> bool:
    """Return whether there is anything that could keep a lesson from counting."""
    return any(rules.get(name) for name in ("opens_at", "closes_at", "courses", "in_order", "lessons"))


def restricts_lessons(rules: Mapping[str, Any]) -> bool:
    """Return whether anything but the dates of the course could keep a lesson from counting."""
    return any(rules.get(name) for name in ("courses", "in_order", "lessons"))


def course_lock(rules: Mapping[str, Any], now: datetime, completed: Collection[int]) -> Lock | None:
    """Return what keeps the whole course from counting now, or None."""
    closes, opens = moment_of(rules.get("closes_at")), moment_of(rules.get("opens_at"))
    if closes is not None and now >= closes:
        return Lock("closed", closes)
    missing = tuple(each for each in rules.get("courses", ()) if each not in completed)
    if missing:
        return Lock("courses", courses=missing)
    return Lock("opens", opens) if opens is not None and now < opens else None


def locks(rules: Mapping[str, Any], moment: Moment) -> dict[int, Lock]:
    """Return the lessons that do not count now, each with the reason. What is done is open, until the course closes."""
    whole_course = course_lock(rules, moment.now, moment.courses)
    found: dict[int, Lock] = {}
    before: int | None = None
    for lesson, required in moment.order:
        lock = whole_course or _gate(rules, lesson, moment)
        if lock is None and rules.get("in_order") and before is not None:
            lock = Lock("after", lesson=before)
        if lock is not None and (lesson not in moment.done or lock.reason == "closed"):
            found[lesson] = lock
        if required and before is None and lesson not in moment.done:
            before = lesson
    return found


def _gate(rules: Mapping[str, Any], lesson: int, moment: Moment) -> Lock | None:
    gate = rules.get("lessons", {}).get(str(lesson), {})
    opens = moment_of(gate.get("opens_at"))
    if opens is not None and moment.now < opens:
        return Lock("lesson_opens", opens)
    after = gate.get("after")
    known = any(each == after for each, _required in moment.order)
    return Lock("after", lesson=after) if after and known and after not in moment.done else None


def tested_out(test_out: Mapping[str, Any], score: Fraction) -> bool:
    """Return whether a score in the quiz for testing out completes the course."""
    return bool(test_out.get("percent")) and 100 * score >= test_out["percent"]
