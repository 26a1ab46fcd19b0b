"""Every sentence that a person can see exists in every language."""

from __future__ import annotations

import pytest


@pytest.mark.sqlite_only
def test_every_sentence_is_translated(site):
    result = site.app.test_cli_runner().invoke(args=["i18n", "check"])
    assert result.exit_code == 0, result.output
