"""`flask users` and `flask i18n`."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.accounts.models import Person
from academy.accounts.services import passwords
from academy.audit.models import AuditEntry
from academy.db import db
from tests.factories import make_person
from tests.factories.people import PASSWORD


@pytest.fixture
def flask(app):
    """Run a command and return its result."""
    runner = app.test_cli_runner()

    def run(*words):
        db.session.commit()
        result = runner.invoke(args=list(words))
        db.session.expire_all()
        return result

    return run


def find(username) -> Person | None:
    return db.session.scalar(select(Person).where(Person.username == username))


def test_the_first_admin_is_made(flask, client):
    result = flask("users", "create-admin", "Boss", "--name", "陈立", "--phone", "138 0013 8000")
    assert result.exit_code == 0
    password = result.output.strip().rpartition(" ")[2]
    person = find("boss")
    assert (person.role_names, person.phone, person.must_change_password) == ({"admin"}, "13800138000", True)
    assert passwords.matches(person.password_hash, password)


def test_an_admin_with_a_chosen_password(flask):
    result = flask("users", "create-admin", "boss", "--name", "陈立", "--password", "gongyi-2026")
    assert result.exit_code == 0
    assert "gongyi-2026" not in result.output
    assert not find("boss").must_change_password


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("a/b", "--name", "x"), "登录名只能用"),
        (("boss", "--name", "x", "--phone", "138"), "现在是 3 位"),
        (("taken", "--name", "x"), "已经有人用了"),
        (("boss", "--name", "x", "--password", "12345678"), "太常见"),
    ],
)
def test_a_wrong_admin_is_explained_and_not_made(flask, words, said):
    make_person(username="taken")
    result = flask("users", "create-admin", *words)
    assert result.exit_code == 1
    assert said in result.output
    assert find("boss") is None


def test_people_are_listed(flask):
    make_person("admin", username="boss", name="陈立")
    make_person(username="wang", phone="13800138000")
    make_person(username="gone", is_active=False)
    assert flask("users", "list").output.splitlines()[0] == "boss\t陈立\t-\tadmin"
    assert "gone" not in flask("users", "list").output
    assert flask("users", "list", "--role", "trainee", "--inactive").output.startswith("gone")
    assert len(flask("users", "list", "--most", "1").output.splitlines()) == 1


def test_a_password_is_reset_and_an_account_closed(flask):
    make_person(username="wang", phone="13800138000")
    password = flask("users", "reset-password", "138-0013-8000").output.strip().rpartition(" ")[2]
    assert passwords.matches(find("wang").password_hash, password)
    assert not passwords.matches(find("wang").password_hash, PASSWORD)
    assert flask("users", "unlock", "wang").exit_code == 0
    assert flask("users", "deactivate", "wang").exit_code == 0
    assert not find("wang").is_active
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["person.password_reset", "person.unlocked", "person.deactivated"]


def test_a_database_that_was_never_released_is_refused_in_a_sentence(flask):
    db.session.execute(db.text("UPDATE alembic_version SET version_num = '0001'"))
    result = flask("init")
    assert (result.exit_code, "never released" in result.output) == (1, True)


def test_the_last_admin_and_nobody_at_all(flask):
    make_person("admin", username="boss")
    assert "最后一位管理员" in flask("users", "deactivate", "boss").output
    result = flask("users", "unlock", "nobody")
    assert result.exit_code == 1
    assert "Nobody signs in as nobody" in result.output


@pytest.mark.parametrize("words", [("users",), ("i18n",)])
def test_every_command_explains_itself(app, words):
    runner = app.test_cli_runner()
    group = app.cli.commands[words[0]]
    assert group.help
    for name, command in group.commands.items():
        result = runner.invoke(args=[*words, name, "--help"])
        assert result.exit_code == 0
        assert command.help
        assert all(
            option.help
            for option in command.params
            if getattr(option, "help", "") is not None and hasattr(option, "help")
        )
