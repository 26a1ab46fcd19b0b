"""Gathering the training record of a person, as known at the end of a day: a constant number of queries.

Everything is taken from what is only appended to, or carries the moment at which it came about; so the record as of a past
day reads the same before and after later entries, corrections and moves.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.organizations.models import Membership
from academy.web.filters import local_date
from courses.catalog.models import Course, CourseVersion
from courses.certificates.models import Certificate
from courses.credits import services as credits
from courses.credits.models import LedgerEntry
from courses.credits.rules.requirements import Earned
from courses.credits.services.requirements import Standing, standings_by_year
from courses.credits.services.totals import YearTotal, end_of
from courses.learning.models import Enrolment, Evidence, LessonProgress
from courses.quizzes.models import Attempt, QuizVersion
from courses.records import rules


@dataclass(frozen=True)
class CourseLine:
    """A course of the record: its state on the day, what was done of it (only today's is known), hours, study time."""

    slug: str
    version: Any
    state: str
    done: int | None
    required: int
    enrolled_at: datetime
    completed_at: datetime | None
    credit: int
    study_seconds: int
    tested_out: bool = False


@dataclass(frozen=True)
class QuizLine:
    """A quiz with the best result."""

    version: Any
    token: str
    result: rules.Result
    submitted_at: datetime
    attempts: int


@dataclass(frozen=True)
class CertificateLine:
    """A certificate and its state on the day: valid, expired or revoked."""

    certificate: Certificate
    state: str


@dataclass(frozen=True)
class Stay:
    """A unit and post, from a day until a day (None: it lasts)."""

    unit: Any
    post: str
    first: date
    last: date | None


@dataclass(frozen=True)
class EntryLine:
    """An entry of the ledger with the entries on either side of a reversal, as far as they were known."""

    entry: LedgerEntry
    reversed_by: LedgerEntry | None
    reverses: LedgerEntry | None

    @property
    def why(self) -> list[str]:
        """The sentences that answer "why?"."""
        return credits.sentences(self.entry, self.reversed_by, self.reverses)

    @property
    def title(self) -> str:
        """Where the hours come from."""
        return credits.title_of(self.entry)


@dataclass(frozen=True)
class Record:
    """The record. known_on: the day as of which it is told, None for this moment."""

    person: Person
    known_on: date | None
    today: date
    entries: Sequence[LedgerEntry]
    standings: Sequence[Standing]
    courses: Sequence[CourseLine]
    quizzes: Sequence[QuizLine]
    certificates: Sequence[CertificateLine]
    stays: Sequence[Stay]

    @property
    def day(self) -> date:
        """The day that the record tells of."""
        return self.known_on or self.today

    @property
    def years(self) -> list[YearTotal]:
        """The sums of each year, the latest first."""
        return credits.add_up(self.entries)

    @property
    def total(self) -> int:
        """All credit hours in hundredths."""
        return sum(entry.amount_hundredths for entry in self.entries)

    @property
    def study_seconds(self) -> int:
        """The time measured, which is no credit."""
        return sum(line.study_seconds for line in self.courses)

    def lines(self, year: int | None = None, category: str = "") -> list[EntryLine]:
        """Return the entries of a year, or of a category, the latest first."""
        known = {entry.id: entry for entry in self.entries}
        taken_back = {entry.reverses_id: entry for entry in self.entries if entry.reverses_id}
        return [
            EntryLine(entry, taken_back.get(entry.id), known.get(entry.reverses_id or 0))
            for entry in self.entries
            if (year is None or entry.earned_on.year == year) and category in ("", entry.category)
        ]

    @property
    def code(self) -> str:
        """The code by which two printed records are compared."""
        facts = {
            "person": self.person.id,
            "day": self.day.isoformat(),
            "entries": sorted(
                (entry.id, entry.amount_hundredths, entry.earned_on.isoformat()) for entry in self.entries
            ),
            "courses": sorted((line.slug, line.state) for line in self.courses),
            "certificates": sorted((line.certificate.number, line.state) for line in self.certificates),
            "quizzes": sorted((line.token, line.result.passed, str(line.result.share)) for line in self.quizzes),
        }
        return rules.check_code(str(current_app.config["SECRET_KEY"]).encode(), facts)


def gather(person: Person, known_on: date | None = None) -> Record:
    """Return the record of somebody: eight queries."""
    today = local_date(now())
    day, at = known_on or today, end_of(known_on) if known_on else None
    entries = credits.entries_of(person.id, known_on=known_on)
    memberships = _memberships(person.id, day)
    sums = {
        year.year: Earned(year.by_obligation.get("required", 0), year.by_obligation.get("elective", 0))
        for year in credits.add_up(entries)
    }
    return Record(
        person=person,
        known_on=known_on,
        today=today,
        entries=entries,
        standings=standings_by_year(person, memberships, sums, day, at),
        courses=_courses(person.id, day, at, _credit_by_course(entries)),
        quizzes=_quizzes(person.id, at),
        certificates=_certificates(person.id, day, at),
        stays=[_stay(each, day) for each in reversed(memberships)],
    )


def _memberships(person_id: int, day: date) -> list[Membership]:
    query = (
        select(Membership)
        .where(Membership.person_id == person_id, Membership.started_on <= day)
        .options(joinedload(Membership.unit))
        .order_by(Membership.started_on, Membership.id)
    )
    return list(db.session.scalars(query))


def _stay(membership: Membership, day: date) -> Stay:
    ended = membership.ended_on
    return Stay(membership.unit, membership.post, membership.started_on, ended if ended and ended <= day else None)


def _credit_by_course(entries: Sequence[LedgerEntry]) -> Mapping[int, int]:
    sums: dict[int, int] = defaultdict(int)
    for entry in entries:
        if entry.source_type == "course" and entry.source_id is not None:
            sums[entry.source_id] += entry.amount_hundredths
    return sums


def _courses(person_id: int, day: date, at: datetime | None, credit: Mapping[int, int]) -> list[CourseLine]:
    """Return the courses joined until then, the latest begun first, under the title of the version that was earned on."""
    query = (
        select(Enrolment, Course.slug, CourseVersion.title, CourseVersion.title_en)
        .join(Course, Course.id == Enrolment.course_id)
        .join(CourseVersion, CourseVersion.id == func.coalesce(Enrolment.completed_version_id, Enrolment.version_id))
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.enrolled_at.desc(), Enrolment.id.desc())
    )
    if at is not None:
        query = query.where(Enrolment.enrolled_at < at)
    seconds = _study_seconds(person_id, at)
    found = []
    for enrolment, slug, title, title_en in db.session.execute(query):
        state = rules.state_on(
            local_date(enrolment.enrolled_at), _day(enrolment.started_at), _day(enrolment.completed_at), day
        )
        found.append(
            CourseLine(
                slug=slug,
                version={"title": title, "title_en": title_en},
                state=state,
                done=enrolment.done_count if at is None else None,
                required=enrolment.required_count,
                enrolled_at=enrolment.enrolled_at,
                completed_at=enrolment.completed_at if state == "completed" else None,
                credit=credit.get(enrolment.course_id, 0),
                tested_out=state == "completed" and enrolment.completed_by == "test_out",
                study_seconds=seconds.get(enrolment.id, 0),
            )
        )
    return found


def _day(moment: datetime | None) -> date | None:
    return local_date(moment) if moment else None


def _study_seconds(person_id: int, at: datetime | None) -> Mapping[int, int]:
    """Return the time studied by enrolment; as of a past day it is added up from the evidence."""
    measured = LessonProgress.study_seconds if at is None else Evidence.study_seconds
    query = (
        select(Enrolment.id, func.sum(measured))
        .select_from(Enrolment)
        .join(LessonProgress, LessonProgress.enrolment_id == Enrolment.id)
        .where(Enrolment.person_id == person_id)
        .group_by(Enrolment.id)
    )
    if at is not None:
        query = query.join(Evidence, Evidence.progress_id == LessonProgress.id).where(Evidence.received_at < at)
    return {enrolment_id: int(seconds or 0) for enrolment_id, seconds in db.session.execute(query)}


def _quizzes(person_id: int, at: datetime | None) -> list[QuizLine]:
    query = (
        select(Attempt, QuizVersion.title, QuizVersion.title_en)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .where(Attempt.person_id == person_id, Attempt.state == "submitted", Attempt.awaiting == 0)
        .order_by(Attempt.submitted_at, Attempt.id)
    )
    if at is not None:
        query = query.where(Attempt.submitted_at < at)
    by_quiz: dict[int, list[tuple[rules.Result, Any]]] = defaultdict(list)
    for row in db.session.execute(query):
        attempt = row[0]
        score = Fraction(attempt.score_numerator, attempt.score_denominator)
        by_quiz[attempt.quiz_id].append(
            (rules.Result(attempt.quiz_id, score, attempt.marks_hundredths, attempt.passed), row)
        )
    lines = []
    for tries in by_quiz.values():
        top = rules.best(result for result, _row in tries)
        attempt, title, title_en = next(row for result, row in tries if result is top)
        version = {"title": title, "title_en": title_en}
        lines.append(QuizLine(version, attempt.token, top, attempt.submitted_at, len(tries)))
    return sorted(lines, key=lambda line: line.submitted_at, reverse=True)


def _certificates(person_id: int, day: date, at: datetime | None) -> list[CertificateLine]:
    query = (
        select(Certificate)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_on.desc(), Certificate.id.desc())
    )
    if at is not None:
        query = query.where(Certificate.created_at < at)
    found = []
    for certificate in db.session.scalars(query):
        expired = certificate.expires_on is not None and certificate.expires_on < day
        revoked = certificate.revoked_at is not None and (at is None or certificate.revoked_at < at)
        found.append(CertificateLine(certificate, "revoked" if revoked else "expired" if expired else "valid"))
    return found
