"""Fixtures of the tests of marking."""

from __future__ import annotations

import pytest

from tests.factories import make_person, make_quiz


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def quiz(teacher):
    return make_quiz("single_choice", "true_false", owner=teacher, marks=500)
