"""Whether the installation is well: what an operator or a probe wants to know, and nothing about people."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from sqlalchemy import func, select, text

from academy.clock import now
from academy.db import db
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.jobs.models import Job
from academy.web.filters import show_filesize

LEAST_FREE_BYTES = 2 * 1024**3
LONGEST_WAIT = timedelta(minutes=10)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `state`: "ok", "warn" or "bad"; `text` says what was found."""

    key: str
    title: Any
    state: str
    text: str


def database_answers() -> bool:
    """Return whether the database answers a question."""
    return db.session.scalar(text("SELECT 1")) == 1


def look() -> list[Check]:
    """Look at everything: four queries at most."""
    looks: tuple[tuple[str, Any, Callable[[], tuple[str, str]]], ...] = (
        ("database", _l("数据库"), _database),
        ("migrations", _l("数据表版本"), _migrations),
        ("disk", _l("磁盘空间"), _disk),
        ("jobs", _l("后台任务"), _jobs),
    )
    return [Check(key, title, *check()) for key, title, check in looks]


def worst(checks: list[Check]) -> str:
    """Return the worst state of all."""
    states = {check.state for check in checks}
    return next((state for state in ("bad", "warn") if state in states), "ok")


def _database() -> tuple[str, str]:
    database_answers()
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    kind = db.engine.dialect.name
    return "ok", _("%(kind)s，正常回应", kind=names.get(kind, kind))


def _migrations() -> tuple[str, str]:
    folder = str(current_app.config["MIGRATIONS"])
    wanted = set(ScriptDirectory(folder).get_heads())
    present = set(MigrationContext.configure(db.session.connection()).get_current_heads())
    if wanted == present:
        return "ok", _("最新（%(revision)s）", revision="、".join(sorted(present)) or "—")
    return "bad", _("不是最新，请运行 flask init")


def _disk() -> tuple[str, str]:
    free = shutil.disk_usage(current_app.instance_path).free
    return ("ok" if free >= LEAST_FREE_BYTES else "warn"), _("还剩 %(size)s", size=show_filesize(free))


def _jobs() -> tuple[str, str]:
    waiting, oldest = db.session.execute(
        select(func.count(), func.min(Job.created_at)).where(Job.state == "waiting")
    ).one()
    if not waiting:
        return "ok", _("没有等待的任务")
    late = now() - oldest > LONGEST_WAIT
    return ("warn" if late else "ok"), _("%(n)s 个任务在等待", n=waiting)
