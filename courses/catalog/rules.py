"""Decisions about courses that need no database: addresses, credit hours, orders."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

STEP_HUNDREDTHS = 25
MOST_HUNDREDTHS = 100_000
SLUG_WORDS_LENGTH = 40
MINUTES_PER_CREDIT_HOUR = 45
GOALS_LIMIT = 8


def slug_of(title_en: str, token: str) -> str:
    """Return the name of a course in addresses: the words of its English title, if it has one, and a token that is its own."""
    plain = unicodedata.normalize("NFKD", title_en).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_WORDS_LENGTH].rstrip("-")
    return f"{words or 'course'}-{token}"


def hundredths_of(text: str) -> int | None:
    """Return credit hours as typed ("1.5", also in full-width digits) in hundredths; None when they are not a number."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", plain):
        return None
    value = Decimal(plain) * 100
    return int(value) if value == value.to_integral_value() else None


def suggested_hundredths(minutes: int) -> int:
    """Return the credit hours, in hundredths and rounded to quarters, that minutes of content commonly give: 45 are one."""
    quarters = round(Decimal(minutes) / MINUTES_PER_CREDIT_HOUR * 4)
    return max(1, int(quarters)) * STEP_HUNDREDTHS if minutes else 0


def goals_of(text: str) -> list[str]:
    """Return the lines of `text` that say something."""
    return [line for line in (line.strip().strip("\u3000") for line in text.splitlines()) if line]


def moved(order: Sequence[int], identity: int, step: int) -> list[int]:
    """Return `order` with `identity` moved by `step` places; at the ends it stays."""
    here = order.index(identity)
    rest = [each for each in order if each != identity]
    rest.insert(min(max(here + step, 0), len(rest)), identity)
    return rest


Outline = Sequence[tuple[int, Sequence[int]]]
"""Ids of the chapters in order, each with the ids of its lessons in order."""


def moved_lesson(outline: Outline, lesson: int, step: int) -> list[tuple[int, list[int]]]:
    """Return the outline with a lesson moved one place up (-1) or down (1), into the neighbouring chapter at an end."""
    result = [(chapter, list(lessons)) for chapter, lessons in outline]
    place = next(index for index, (_chapter, lessons) in enumerate(result) if lesson in lessons)
    lessons = result[place][1]
    here = lessons.index(lesson)
    if 0 <= here + step < len(lessons):
        lessons.insert(here + step, lessons.pop(here))
    elif 0 <= place + step < len(result):
        lessons.remove(lesson)
        neighbour = result[place + step][1]
        neighbour.insert(len(neighbour) if step < 0 else 0, lesson)
    return result


def same_members(old: Outline, new: Outline) -> bool:
    """Return whether two outlines hold the same chapters and lessons, each once, in whatever order."""

    def members(outline: Outline) -> tuple[list[int], list[int]]:
        chapters = sorted(chapter for chapter, _lessons in outline)
        return chapters, sorted(lesson for _chapter, lessons in outline for lesson in lessons)

    return members(old) == members(new)


def read_outline(value: object) -> list[tuple[int, list[int]]] | None:
    """Return the outline that a script sends, [[chapter, [lesson, …]], …]; None when it is not in this form."""
    if not isinstance(value, list):
        return None
    result = []
    for pair in value:
        if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], list):
            return None
        if not all(type(each) is int for each in (pair[0], *pair[1])):
            return None
        result.append((pair[0], list(pair[1])))
    return result


def changes(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    """Return the names of the values that differ, in the order of `after`."""
    return [name for name, value in after.items() if before.get(name) != value]


CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2})|(\d{1,5})")


def clock_ms(text: str) -> int | None:
    """Return a place in a recording in milliseconds, typed as 1:05, 0:01:05 or 65 (seconds); None when it is none of these.

    Full-width digits and colons count as well.
    """
    match = CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        return None
    hours, minutes, seconds, plain = (int(part or 0) for part in match.groups())
    return (plain or hours * 3600 + minutes * 60 + seconds) * 1000 if seconds < 60 else None
