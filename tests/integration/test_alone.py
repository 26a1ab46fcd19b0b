"""Statements that are a transaction each: what they leave behind when something goes wrong."""

from __future__ import annotations

import psycopg
import pytest
from flask import g
from sqlalchemy import bindparam, make_url, select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from academy import alone
from academy.accounts.models import Person
from academy.db import db
from tests.factories import make_person
from tests.support.databases import others_may_write

RENAME = update(Person).where(Person.id == bindparam("who")).values(username=bindparam("to"))
NAME = select(Person.username).where(Person.id == bindparam("person"))


@pytest.fixture
def person_id(app):
    """Somebody, and no connection in use."""
    make_person(username="taken")
    somebody = make_person(username="somebody")
    db.session.commit()
    found = somebody.id
    db.session.remove()
    return found


def in_use():
    return db.engine.pool.checkedout()


def name_of(person_id):
    try:
        return db.session.scalar(NAME, {"person": person_id})
    finally:
        db.session.remove()


@pytest.mark.parametrize("context", ["app_context", "test_request_context"])
def test_the_connection_goes_back(app, person_id, context):
    with getattr(app, context)():
        assert alone.run(NAME, {"person": person_id}).scalar_one() == "somebody"
    assert in_use() == 0


def test_after_an_error_the_next_statement_runs_and_the_connection_goes_back(app, person_id):
    with app.test_request_context():
        with pytest.raises(IntegrityError):
            alone.run(RENAME, {"who": person_id, "to": "taken"}, writes=True)
        assert alone.run(RENAME, {"who": person_id, "to": "another"}, writes=True).rowcount == 1
        if db.engine.dialect.name == "sqlite":
            assert others_may_write()
    assert in_use() == 0
    assert name_of(person_id) == "another"


def test_in_a_transaction_it_is_part_of_it(app, person_id):
    with app.test_request_context():
        db.session.scalar(NAME, {"person": person_id})
        alone.run(RENAME, {"who": person_id, "to": "another"}, writes=True)
        db.session.rollback()
    assert name_of(person_id) == "somebody"


def test_the_next_one_has_a_transaction_again(app, person_id):
    with app.test_request_context():
        alone.run(RENAME, {"who": person_id, "to": "another"}, writes=True)
    db.session.execute(RENAME, {"who": person_id, "to": "a third"})
    db.session.rollback()
    db.session.remove()
    assert name_of(person_id) == "another"


@pytest.mark.postgresql_only
def test_a_connection_that_broke_is_replaced_by_one_with_transactions(app, person_id):
    address = make_url(db.engine.url.render_as_string(hide_password=False)).set(drivername="postgresql")
    with app.test_request_context():
        alone.run(NAME, {"person": person_id})
        broken = getattr(g, alone.KEPT_AS).connection.dbapi_connection.info.backend_pid
        with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as another:
            another.execute("SELECT pg_terminate_backend(%s)", [broken])
        with pytest.raises(OperationalError):
            alone.run(RENAME, {"who": person_id, "to": "another"}, writes=True)
    assert in_use() == 0
    db.session.execute(RENAME, {"who": person_id, "to": "a third"})
    db.session.rollback()
    db.session.remove()
    assert name_of(person_id) == "somebody"
