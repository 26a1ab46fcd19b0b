"""Codes that know their own slips, numbers that cannot repeat, texts that say what is wrong with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.certificates.rules.codes import ALPHABET, LENGTH, is_code, new_code, read_code, shown
from courses.certificates.rules.numbers import DEFAULT, format_number, pattern_problem, series_key
from courses.certificates.rules.wording import DEFAULTS, body_problem, fill, masked_name, same_name

places = st.integers(0, LENGTH - 1)
letters = st.sampled_from(ALPHABET)


def test_a_new_code_is_one():
    codes = {new_code() for _each in range(500)}
    assert len(codes) == 500
    assert all(is_code(code) for code in codes)


@given(place=places, letter=letters)
def test_any_wrong_character_is_noticed(place, letter):
    code = new_code()
    wrong = code[:place] + letter + code[place + 1 :]
    assert is_code(wrong) == (wrong == code)


@given(one=places, other=places)
def test_any_two_characters_that_changed_places_are_noticed(one, other):
    code = new_code()
    swapped = list(code)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert is_code("".join(swapped)) == ("".join(swapped) == code)


def test_a_code_is_read_as_people_type_it():
    code = new_code()
    assert read_code(shown(code)) == code
    assert read_code(f" {code.lower()[:4]} — {code.lower()[4:]}　") == code
    assert read_code("ｏIl０") == "0110"
    assert not is_code("")
    assert not is_code("王芳")


def test_numbers_follow_their_pattern():
    assert format_number(DEFAULT, "JY", 2026, 42) == "2026-JY-000042"
    assert format_number("社院培字〔{year}〕第{number:04}号", "", 2026, 7) == "社院培字〔2026〕第0007号"
    assert series_key(DEFAULT, "JY", 2026) == "2026-JY-#"


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{year}-{series}", "流水号"),
        ("{number}-{number}", "流水号"),
        ("{year}{number:06}", "隔开"),
        ("A1{number}", "隔开"),
        ("{number}9", "隔开"),
        ("{nummer}", "只能用"),
        ("{year:04}-{number}", "位数"),
        ("<b>-{number}", "只能用"),
        ("{year}-{number:06}" + "长" * 40, "太长"),
    ],
)
def test_a_pattern_that_could_repeat_or_mislead_is_refused(pattern, words):
    assert words in pattern_problem(pattern, "JY")


def test_good_patterns_pass():
    for pattern in (DEFAULT, "社院培字〔{year}〕第{number:04}号", "{series}/{year}/{number}"):
        assert pattern_problem(pattern, "JY") is None


@given(one=st.integers(1, 10**7), other=st.integers(1, 10**7))
def test_two_numbers_of_a_series_differ(one, other):
    assert (format_number(DEFAULT, "JY", 2026, one) == format_number(DEFAULT, "JY", 2026, other)) == (one == other)


def test_the_usual_texts_are_right():
    for kind, texts in DEFAULTS.items():
        assert [body_problem(text, kind) for text in texts] == [None, None]


def test_what_is_wrong_with_a_text_is_said():
    assert "{score}" in body_problem("{name} 得 {score} 分", "course")
    assert "{class}" in body_problem("{name} 参加 {class}", "course")
    assert "成对" in body_problem("{name", "course")
    assert "{name}" in body_problem("特此证明", "course")


def test_filling_in_never_looks_at_what_was_filled_in():
    pieces = fill("{name} 修完《{course}》", {"name": "{course} #panic()", "course": "{name}"})
    assert pieces == [["name", "{course} #panic()"], ["text", " 修完《{name}》"]]


def test_strangers_see_a_name_in_part():
    assert [masked_name(name) for name in ("王芳", "王小芳", "买买提江", "马")] == ["王*", "王*芳", "买**江", "*"]
    assert same_name("阿依古丽·买买提", "阿依古丽 • 买买提")
    assert not same_name("王芳", "王方")
