"""Who may import whom: the contracts stand in pyproject.toml, here they are run."""

from __future__ import annotations

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.furniture import fault


def test_all_import_contracts_are_kept(capsys):
    status = lint_imports(no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize(
    ("importer", "imported", "allowed"),
    [
        ("courses.catalog.views", "courses.catalog.services", True),
        ("courses.catalog.views.outline", "courses.catalog.forms", True),
        ("courses.catalog.services", "courses.catalog.views", False),
        ("courses.catalog.rules", "courses.catalog.models", False),
        ("courses.learning.services", "courses.catalog.models", True),
        ("courses.learning.views", "courses.catalog.views", False),
        ("courses.learning.forms", "courses.catalog.forms", False),
        ("courses.learning.forms", "academy.web.forms", True),
        ("courses.learning.services", "courses.learning.evidence", True),
    ],
)
def test_furniture_is_used_downwards(importer, imported, allowed):
    assert (fault(importer, imported, frozenset({"academy.web"})) == "") is allowed
