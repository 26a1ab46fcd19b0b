"""The rules of a course as one person meets them: what completes it, what is missing, what is open."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from academy.clock import now
from academy.i18n import _, localized
from academy.web.filters import show_duration, show_percent
from courses.catalog.models import CourseVersion
from courses.completion.evaluate import Item, Lock, Moment, Standing, course_lock, evaluate, locks, restricts
from courses.completion.language import leaves_of, moment_of, root_of
from courses.completion.wording import Names, Sentence, locked, missing, told
from courses.learning.models import Enrolment
from courses.learning.services.gates import courses_named
from courses.learning.services.outline import Line, Outline, facts_of
from courses.learning.services.standing import facts_from
from courses.lesson_types.registry import lesson_type


@dataclass(frozen=True)
class Rulebook:
    """What the page of a course says of its rules.

    `told`: the rule with what is done; `missing`: what is left, empty when nothing is; `lock` and `lock_text`: what keeps the
    whole course from counting; `courses`: (address, title, completed) of those asked for before; `plain`: the ordinary rule.
    """

    item: Item
    told: Sentence
    missing: list[Sentence]
    plain: bool
    lock: Lock | None = None
    lock_text: str = ""
    courses: list[tuple[str, str, bool]] = field(default_factory=list)
    opens_at: datetime | None = None
    due_at: datetime | None = None
    closes_at: datetime | None = None
    late: bool = False

    def of_lesson(self, lesson_id: int) -> list[str]:
        """Return what the course asks of one lesson beyond having done it, as far as it is missing."""
        return [text for each in self.missing for text in _about(each, lesson_id)]


def _about(sentence: Sentence, lesson_id: int) -> list[str]:
    own = [sentence.text] if sentence.lesson == lesson_id else []
    return own + [text for each in sentence.items for text in _about(each, lesson_id)]


def rulebook(version: CourseVersion, enrolment: Enrolment | None, outline: Outline, person_id: int | None) -> Rulebook:
    """Return the rules of a version for one person, and write into the outline what is not open.

    One query where other courses are asked for before, else none.
    """
    rules, completed = version.rules or {}, enrolment is not None and enrolment.state == "completed"
    lines = outline.lines
    standings = {line.lesson_id: Standing(line.done, line.share or Fraction(0), line.score) for line in lines}
    item = evaluate(rules, facts_from([(line.lesson_id, line.required, line.type) for line in lines], standings))
    wanted = rules.get("courses", ())
    known = {row.id: row for row in courses_named(wanted, person_id)}
    have = frozenset(key for key, row in known.items() if row.state == "completed")
    by_id = {line.lesson_id: line for line in lines}
    for leaf in leaves_of(root_of(rules)):
        if leaf.get("lesson") in by_id:
            by_id[leaf["lesson"]].named = True
    names = Names(
        {line.lesson_id: f"{line.number} {localized(line, 'title')}" for line in lines},
        {key: localized(row, "title") for key, row in known.items()},
        lambda lesson: rest_of(by_id[lesson]) if lesson in by_id else "",
    )
    lock = None if completed else _lock_lines(rules, lines, have, names)
    due = moment_of(rules.get("due_at"))
    return Rulebook(
        item=item,
        told=told(item, names),
        missing=[] if completed else missing(item, names),
        plain="rule" not in rules,
        lock=lock,
        lock_text=locked(lock, names) if lock else "",
        courses=[(row.slug, localized(row, "title"), key in have) for key, row in known.items()],
        opens_at=moment_of(rules.get("opens_at")),
        due_at=due,
        closes_at=moment_of(rules.get("closes_at")),
        late=due is not None and not completed and now() > due,
    )


def _lock_lines(rules: Any, lines: list[Line], have: Collection[int], names: Names) -> Lock | None:
    if not restricts(rules):
        return None
    done = {line.lesson_id for line in lines if line.done}
    moment = Moment(now(), [(line.lesson_id, line.required) for line in lines], done, have)
    for lesson, lock in locks(rules, moment).items():
        line = next(line for line in lines if line.lesson_id == lesson)
        line.lock, line.lock_text = lock, locked(lock, names)
    return course_lock(rules, moment.now, have)


def rest_of(line: Line) -> str:
    """Say what is missing in a lesson that somebody has begun: 再看 3 分 20 秒."""
    kind = lesson_type(line.type)
    if kind is None or line.share is None or line.done:
        return ""
    goal = kind.goal(line.completion)
    if kind.measure == "time" and goal > line.share:
        milliseconds = (goal - line.share) * facts_of([line])[line.id].size
        return _("再看 %(rest)s", rest=show_duration(-(-milliseconds // 1000)))
    if kind.measure == "attempt":
        return _("还差一次测验")
    share, wanted = show_percent(line.share), show_percent(goal)
    return _("已学 %(share)s，要学到 %(goal)s", share=share, goal=wanted) if 0 < line.share < goal else ""


def counts(version: CourseVersion, line: Line) -> bool:
    """Return whether a lesson has a part in completing the course."""
    leaves = leaves_of(root_of(version.rules or {}))
    return line.named or (line.required and any(leaf["is"] == "required" for leaf in leaves))
