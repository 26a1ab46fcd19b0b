"""The queue: Huey on SQLite by default, on PostgreSQL when the database is PostgreSQL, in memory for tests."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app
from huey import MemoryHuey, PostgresHuey, SqliteHuey
from huey.api import Huey
from sqlalchemy import event, select

from academy.clock import now
from academy.config import Settings
from academy.db import db
from academy.jobs.models import Job

Work = Callable[..., Any]
MOST_TRIES = 3


@dataclass(frozen=True)
class Periodic:
    """Work that is due again and again."""

    name: str
    every_seconds: int
    work: Callable[[], Any]


_works: dict[str, Work] = {}
_ends: dict[str, Work] = {}
_periodic: list[Periodic] = []


def job(kind: str, give_up: Work | None = None) -> Callable[[Work], Work]:
    """Register `work(progress, **arguments)` under `kind`; what it returns is an id of a StoredFile, or None.

    Work may be begun again from the start when a worker was killed. `give_up(**arguments)` notes in the rows that wait for
    it that nothing came of it: after an error, and when it is not begun again.
    """

    def register(work: Work) -> Work:
        if kind in _works:
            raise ValueError(f"two jobs are called {kind!r}")
        _works[kind] = work
        if give_up is not None:
            _ends[kind] = give_up
        return work

    return register


def every(seconds: int, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register work without arguments that the worker does about every `seconds`."""

    def register(work: Callable[[], Any]) -> Callable[[], Any]:
        _periodic.append(Periodic(name, seconds, work))
        return work

    return register


def periodic() -> list[Periodic]:
    """Return the registered periodic work."""
    return list(_periodic)


def make_huey(settings: Settings) -> Huey:
    """Return the queue that fits the settings."""
    if settings.environment == "testing":
        return MemoryHuey("academy", immediate=True)
    if settings.database_url.startswith("postgresql"):
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        return PostgresHuey("academy", dsn=dsn)
    return SqliteHuey("academy", filename=str(settings.instance / "jobs.sqlite3"), fsync=True)


class Progress:
    """What a job uses to say how far it is; each call is visible to the waiting page at once."""

    def __init__(self, job_id: int) -> None:
        self.job_id = job_id

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` steps are done."""
        db.session.execute(db.update(Job).where(Job.id == self.job_id).values(done=done, total=total))
        db.session.commit()


def run(job_id: int) -> None:
    """Do the work of a job and note its end; a second delivery of the same job does nothing."""
    row = _begin(job_id)
    if row is None:
        return
    try:
        result = _works[row.kind](Progress(job_id), **row.arguments)
    except Exception as error:
        db.session.rollback()
        _give_up(row)
        _finish(job_id, "failed", message=str(error)[:400])
        raise
    _finish(job_id, "done", file_id=result)


def _begin(job_id: int) -> Job | None:
    """Return the job as running, or None when somebody else has begun it: one statement decides."""
    mine = db.update(Job).where(Job.id == job_id, Job.state == "waiting").values(state="running", tries=Job.tries + 1)
    begun = db.session.execute(mine).rowcount  # type: ignore[attr-defined]
    db.session.commit()
    return db.session.get(Job, job_id) if begun else None


def take_up_again() -> None:
    """Hand over again what a worker left behind that was killed, and what never reached the queue.

    Called when the worker starts: there is one, so whatever is said to be running is not. Work that was begun
    MOST_TRIES times is given up, so that a job which brings its worker down cannot do so for ever.
    """
    left = db.session.scalars(select(Job).where(Job.state.in_(("waiting", "running"))).order_by(Job.id)).all()
    for row in left:
        if row.tries >= MOST_TRIES:
            row.state, row.finished_at, row.message = "failed", now(), "the worker was stopped during each try"
            _give_up(row)
        else:
            row.state = "waiting"
            db.session.info.setdefault("new_jobs", []).append(row.id)
    db.session.commit()


def _give_up(row: Job) -> None:
    if row.kind in _ends:
        _ends[row.kind](**row.arguments)


def _finish(job_id: int, state: str, **values: Any) -> None:
    db.session.execute(db.update(Job).where(Job.id == job_id).values(state=state, finished_at=now(), **values))
    db.session.commit()


def init_app(app: Flask) -> None:
    """Connect the queue: jobs are handed over once the transaction that made them is committed."""
    huey = make_huey(app.config["SETTINGS"])

    @huey.task(name="academy.run_job")
    def run_job(job_id: int) -> None:
        with app.app_context():
            run(job_id)

    app.extensions["huey"] = huey
    app.extensions["run_job"] = run_job


@event.listens_for(db.session, "after_commit")
def _committed(session: Any) -> None:
    session.info["sure_jobs"] = session.info.pop("new_jobs", [])


@event.listens_for(db.session, "after_transaction_end")
def _hand_over(session: Any, transaction: Any) -> None:
    """Hand jobs over once the connection has been given back: a job that is done at once has to write, too."""
    if transaction.parent is None:
        for job_id in session.info.pop("sure_jobs", []):
            current_app.extensions["run_job"](job_id)


@event.listens_for(db.session, "after_rollback")
def _forget(session: Any) -> None:
    session.info.pop("new_jobs", None)
