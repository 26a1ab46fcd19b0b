"""A backup holds the database as it is and every file, and can be put back."""

from __future__ import annotations

import importlib.util
import sqlite3
import tarfile

import pytest

from academy.accounts.models import Person
from academy.db import db
from tests.architecture.source import HOME
from tests.factories import make_person
from tests.support.site import settings_for


@pytest.fixture(scope="module")
def backup():
    spec = importlib.util.spec_from_file_location("backup", HOME / "deploy" / "backup.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.sqlite_only
def test_a_backup_holds_the_database_and_the_files(app, site, backup, tmp_path):
    make_person(name="王芳")
    db.session.commit()
    settings = settings_for(tmp_path, site.database.url)
    stored = settings.instance / "files" / "ab" / "abcd"
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"a lesson")
    key = settings.instance / "keys" / "certificates-1.pem"
    key.parent.mkdir()
    key.write_text("the key that signs certificates", encoding="ascii")

    made = backup.back_up(settings, tmp_path / "backups")

    assert [path.name for path in made.parent.iterdir()] == [made.name], "nothing unfinished is left"
    assert made.stat().st_mode & 0o077 == 0, "it holds everybody's data"
    back = tmp_path / "back"
    with tarfile.open(made) as archive:
        archive.extractall(back, filter="data")
    assert (back / "files/ab/abcd").read_bytes() == b"a lesson"
    assert (back / "keys/certificates-1.pem").read_text(encoding="ascii") == "the key that signs certificates"
    with sqlite3.connect(back / "academy.sqlite3") as copy:
        assert copy.execute(f"SELECT name FROM {Person.__tablename__}").fetchall() == [("王芳",)]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_backup_that_cannot_be_made_says_so(backup, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ACADEMY_INSTANCE", str(tmp_path / "empty"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert backup.main([str(tmp_path / "backups")]) == 1
    assert "No backup was made: there is no database" in capsys.readouterr().err
