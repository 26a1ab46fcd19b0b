"""The normal form in which courses are searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.catalog.search import Wanted, normalise, searchable_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("社区调解", "社区调解"),
        ("  Community   WORK ", "community work"),
        ("１２３４５热线ＡＢＣ", "12345热线abc"),
        ("拨打 12345 热线", "拨打12345热线"),
        ("四量 工作 法", "四量工作法"),
        ("Straße", "strasse"),
        ("K¸", "ķ"),
        ("", ""),
    ],
)
def test_normal_form(text, expected):
    assert normalise(text) == expected


@given(st.text())
def test_the_normal_form_is_normal(text):
    assert normalise(normalise(text)) == normalise(text)


def test_no_word_is_found_across_two_parts():
    assert "工作法" not in searchable_text(["四量工作", "法治社区"])
    assert searchable_text(["一", "", " ", "二"]) == "一\n二"


def test_an_address_with_unknown_values_asks_for_nothing_unknown():
    wanted = Wanted.checked(
        " 调解 " + "x" * 500, ["governance", "bogus"], ["required", ""], ["short", "eternal"], "random"
    )
    assert wanted.subjects == {"governance"} and wanted.obligations == {"required"} and wanted.lengths == {"short"}
    assert (wanted.sort, len(wanted.words), wanted.filtered) == ("recent", 100, True)
