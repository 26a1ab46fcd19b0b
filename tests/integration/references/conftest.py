"""Fixtures of the tests of what questions rest on."""

from __future__ import annotations

import pytest

from tests.factories import make_person


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)
