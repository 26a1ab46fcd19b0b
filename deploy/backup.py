"""Writes a backup of the running academy into one file: the database first, then the uploaded files.

    .venv/bin/python deploy/backup.py /var/backups/academy

The order matters: files are never changed once stored, so every file that the copied database names is in the backup.
SQLite is copied with its own backup function, PostgreSQL with pg_dump. docs/operations.md tells how to restore.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from academy.config import ConfigurationError, Settings, load_settings  # noqa: E402 - found by the line above

SQLITE = "sqlite:///"
KEPT = ("files", "keys", "secret_key")


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a SQLite database that may be in use."""
    if not source.is_file():
        raise FileNotFoundError(f"there is no database at {source}")
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)


def dump_postgres(url: str, target: Path) -> None:
    """Dump a PostgreSQL database in pg_dump's own format."""
    address = url.replace("postgresql+psycopg://", "postgresql://", 1)
    subprocess.run(["pg_dump", "--format=custom", f"--file={target}", address], check=True)


def back_up(settings: Settings, folder: Path) -> Path:
    """Write the backup and return its path. It appears under its name only when it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"academy-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
    with tempfile.TemporaryDirectory(dir=folder) as work:
        unfinished = Path(work) / "backup.tar"
        with tarfile.open(unfinished, "w") as archive:
            if settings.database_url.startswith(SQLITE):
                copy = Path(work) / "academy.sqlite3"
                copy_sqlite(Path(settings.database_url.removeprefix(SQLITE)), copy)
            else:
                copy = Path(work) / "academy.dump"
                dump_postgres(settings.database_url, copy)
            archive.add(copy, copy.name)
            for name in KEPT:
                if (settings.instance / name).exists():
                    archive.add(settings.instance / name, name)
        unfinished.chmod(0o600)
        os.replace(unfinished, target)
    return target


def main(arguments: list[str]) -> int:
    """Back up into the folder named on the command line."""
    if len(arguments) != 1:
        print("Usage: python deploy/backup.py FOLDER", file=sys.stderr)
        return 2
    os.environ.setdefault("ACADEMY_INSTANCE", str(HOME / "instance"))
    if os.environ.get("DATABASE_URL", "").startswith("postgres") and not shutil.which("pg_dump"):
        print("pg_dump is missing. On Debian or Ubuntu: apt install postgresql-client", file=sys.stderr)
        return 1
    try:
        print(back_up(load_settings(), Path(arguments[0])))
    except (ConfigurationError, OSError, sqlite3.Error, subprocess.CalledProcessError) as problem:
        print(f"No backup was made: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
