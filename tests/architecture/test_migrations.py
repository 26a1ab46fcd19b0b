"""The migrations build what the models say, on both databases, and can be taken back."""

from __future__ import annotations

import logging

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask_migrate import downgrade, upgrade
from sqlalchemy import CheckConstraint, inspect

from academy.db import db


@pytest.fixture
def migrating(unmigrated):
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with unmigrated.app.app_context():
        upgrade()
        yield unmigrated.app
        db.session.remove()


def test_there_is_one_newest_revision(site):
    scripts = ScriptDirectory(str(site.app.config["MIGRATIONS"]))
    assert len(scripts.get_heads()) == 1


def test_the_newest_revision_equals_the_models(migrating):
    own = set(db.metadata.tables)
    options = {
        "compare_type": True,
        # Search indexes are tables that only one of the databases has; the models do not know them.
        "include_name": lambda name, kind, parents: kind != "table" or name in own,
        "include_object": lambda thing, name, kind, reflected, other: kind != "index" or not reflected or bool(other),
    }
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


def test_the_newest_revision_has_every_check(migrating):
    """Alembic does not compare CHECK constraints, so they are compared by name here."""
    inspector = inspect(db.engine)
    for table in db.metadata.tables.values():
        declared = {
            constraint.name
            for constraint in table.constraints
            if isinstance(constraint, CheckConstraint) and not constraint._type_bound
        }
        assert {check["name"] for check in inspector.get_check_constraints(table.name)} >= declared, table.name


def test_every_migration_can_be_taken_back_and_done_again(migrating):
    downgrade(revision="base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    assert left == set()
    upgrade()
    assert set(db.metadata.tables) <= set(inspect(db.engine).get_table_names())
