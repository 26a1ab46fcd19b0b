"""Which quizzes can be analysed, and the analyses that are kept because they took a while."""

from dataclasses import dataclass

from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import added, db, only_reading
from academy.jobs.services import enqueue
from courses.analysis.models import ItemAnalysis
from courses.analysis.services.figures import analyse, counted
from courses.quizzes.models import Attempt, QuizVersion

JOB = "analysis.compute"


@dataclass(frozen=True)
class Sat:
    """A version of a quiz that somebody has handed in."""

    version: QuizVersion
    attempts: int


def versions_sat(quiz_id: int) -> list[Sat]:
    """Return the versions of a quiz that have been handed in, the newest first. One query."""
    query = (
        select(QuizVersion, func.count(Attempt.id))
        .join(Attempt, Attempt.quiz_version_id == QuizVersion.id)
        .where(QuizVersion.quiz_id == quiz_id, Attempt.state == "submitted")
        .group_by(QuizVersion.id)
        .order_by(QuizVersion.number.desc())
    )
    return [Sat(version, attempts) for version, attempts in db.session.execute(query)]


def count_attempts(version_id: int, which: str) -> int:
    """Return how many attempts an analysis would count."""
    return db.session.scalar(select(func.count()).select_from(Attempt).where(counted(version_id, which))) or 0


def kept(version_id: int) -> ItemAnalysis | None:
    """Return the analysis that was worked out in the background, or is being."""
    return db.session.scalar(select(ItemAnalysis).where(ItemAnalysis.quiz_version_id == version_id))


def ask_for(version: QuizVersion, which: str, person: Person) -> ItemAnalysis:
    """Have an analysis worked out in the background; asking again while it is, changes nothing."""
    mine = kept(version.id) is None and added(ItemAnalysis(quiz_version_id=version.id, which=which))
    query = select(ItemAnalysis).where(ItemAnalysis.quiz_version_id == version.id).with_for_update()
    row = db.session.scalars(query, execution_options={"populate_existing": True}).one()
    if not mine and row.state == "waiting" and row.which == which:
        return row
    row.which, row.state, row.asked_at = which, "waiting", now()
    db.session.flush()
    enqueue(JOB, person, version_id=version.id, which=which)
    return row


def compute(version_id: int, which: str) -> None:
    """Work out and keep an analysis that was asked for, unless other attempts have been asked for meanwhile."""
    with only_reading():
        result = analyse(db.session.get_one(QuizVersion, version_id), which)
    asked = select(ItemAnalysis).where(ItemAnalysis.quiz_version_id == version_id, ItemAnalysis.which == which)
    row = db.session.scalar(asked.with_for_update(), execution_options={"populate_existing": True})
    if row is not None:
        row.result, row.state, row.computed_at = result, "done", now()
        db.session.flush()


def give_up(version_id: int, which: str) -> None:
    """Note that an analysis failed, so that its page does not wait for ever."""
    row = kept(version_id)
    if row is not None and (row.state, row.which) == ("waiting", which):
        row.state = "failed"
        db.session.flush()
