"""Somebody who sits a quiz, in a browser."""

from __future__ import annotations

import pytest

from tests.factories import make_attempt, make_person, make_quiz_version


@pytest.fixture
def person(app):
    return make_person()


@pytest.fixture
def browser(person, sign_in):
    return sign_in(person)


@pytest.fixture
def attempt(person, clock):
    return make_attempt(person, make_quiz_version(time_limit_seconds=600), return_path="/learn/mediation/3")
