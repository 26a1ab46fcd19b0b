"""Finding courses: by words, subject, obligation and length.

Text is compared in a normal form, made once at publication and again of what is asked, so that both databases give the
same hits: compatibility forms (full-width letters), capitals and the spaces between Chinese and Latin make no difference.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select

from academy.db import db
from academy.i18n import lazy as _l
from courses.catalog.models import Course, CourseVersion
from courses.vocabulary import OBLIGATIONS, SUBJECTS

LENGTHS = {"short": _l("30 分钟以内"), "medium": _l("30–90 分钟"), "long": _l("90 分钟以上")}
SHORT_MINUTES, MEDIUM_MINUTES = 30, 90
SORTS = {
    "recent": _l("最近更新"),
    "short": _l("时间从短到长"),
    "credit": _l("学时从多到少"),
}
ESCAPE = "\\"
MOST_WORDS = 10
LONGEST_QUERY = 100


def normalise(text: str) -> str:
    """Return `text` in the form in which it is searched.

    Dropping a space may bring an accent to its letter, so the folding is done again until nothing changes.
    """
    form = _folded(text)
    while (again := _folded(form)) != form:
        form = again
    return form


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    spaced = re.sub(r"\s+", " ", folded).strip()
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", spaced)


def searchable_text(parts: Iterable[str]) -> str:
    """Return the text that a course is found by; no word is found across the border of two parts."""
    return "\n".join(filter(None, map(normalise, parts)))


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Empty sets do not restrict; several values of one kind mean any of them."""

    words: str = ""
    subjects: frozenset[str] = frozenset()
    obligations: frozenset[str] = frozenset()
    lengths: frozenset[str] = frozenset()
    sort: str = "recent"

    @classmethod
    def checked(
        cls, words: str, subjects: Iterable[str], obligations: Iterable[str], lengths: Iterable[str], sort: str
    ) -> "Wanted":
        """Return what an address asks for; values that do not exist are left out."""
        return cls(
            words="".join(sign if sign.isprintable() else " " for sign in words).strip()[:LONGEST_QUERY],
            subjects=frozenset(subjects) & SUBJECTS.keys(),
            obligations=frozenset(obligations) & OBLIGATIONS.keys(),
            lengths=frozenset(lengths) & LENGTHS.keys(),
            sort=sort if sort in SORTS else "recent",
        )

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.subjects or self.obligations or self.lengths)


@dataclass(frozen=True)
class Counts:
    """How many courses there are: `total` with all filters, and for each value of a filter what choosing it would show."""

    total: int
    subjects: Counter[str] = field(default_factory=Counter)
    obligations: Counter[str] = field(default_factory=Counter)
    lengths: Counter[str] = field(default_factory=Counter)


_length = case(
    (CourseVersion.minutes <= SHORT_MINUTES, "short"),
    (CourseVersion.minutes <= MEDIUM_MINUTES, "medium"),
    else_="long",
)


CARD = (
    Course.id.label("course_id"),
    Course.slug,
    CourseVersion.id.label("version_id"),
    CourseVersion.title,
    CourseVersion.title_en,
    CourseVersion.subject,
    CourseVersion.obligation,
    CourseVersion.credit_hundredths,
    CourseVersion.cover_text,
    CourseVersion.cover_hue,
    CourseVersion.lesson_count,
    CourseVersion.minutes,
    CourseVersion.teacher_name,
)
"""What a list shows of a course, and nothing of its long texts."""


def published() -> Select[*tuple[Any, ...]]:
    """Return the query for the cards of all courses that can be joined, in their current versions."""
    return (
        select(*CARD)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Course.withdrawn_at.is_(None))
    )


def _has_words(words: str) -> list[ColumnElement[bool]]:
    return [
        CourseVersion.search_text.contains(word, autoescape=True, escape=ESCAPE)
        for word in map(normalise, words.split()[:MOST_WORDS])
        if word
    ]


def find(wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Return the query for the cards of the courses wanted, in order."""
    query = published().where(*_has_words(wanted.words))
    if wanted.subjects:
        query = query.where(CourseVersion.subject.in_(sorted(wanted.subjects)))
    if wanted.obligations:
        query = query.where(CourseVersion.obligation.in_(sorted(wanted.obligations)))
    if wanted.lengths:
        query = query.where(_length.in_(sorted(wanted.lengths)))
    orders = {
        "recent": (CourseVersion.published_at.desc(),),
        "short": (CourseVersion.minutes,),
        "credit": (CourseVersion.credit_hundredths.desc(),),
    }
    return query.order_by(*orders[wanted.sort], Course.id.desc())


def count(wanted: Wanted) -> Counts:
    """Count what the words find, for each value of each filter: one query, however many courses there are."""
    query = (
        published()
        .where(*_has_words(wanted.words))
        .with_only_columns(CourseVersion.subject, CourseVersion.obligation, _length, func.count())
        .group_by(CourseVersion.subject, CourseVersion.obligation, _length)
    )
    counts = Counts(0)
    total = 0
    for subject, obligation, length, number in db.session.execute(query):
        fits = (
            not wanted.subjects or subject in wanted.subjects,
            not wanted.obligations or obligation in wanted.obligations,
            not wanted.lengths or length in wanted.lengths,
        )
        total += number if all(fits) else 0
        counts.subjects[subject] += number if fits[1] and fits[2] else 0
        counts.obligations[obligation] += number if fits[0] and fits[2] else 0
        counts.lengths[length] += number if fits[0] and fits[1] else 0
    return Counts(total, counts.subjects, counts.obligations, counts.lengths)
