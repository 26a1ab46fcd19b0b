"""What is kept of the facts around an attempt, and how they are counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.quizzes.rules.happenings import MOST_AT_ONCE, Happening, Kind, network_of, read, summary

START = datetime(2026, 7, 9, 9, tzinfo=UTC)
END = START + timedelta(minutes=30)


def at(seconds):
    return START + timedelta(seconds=seconds)


def ms(moment):
    return int(moment.timestamp() * 1000)


def fact(kind, seconds):
    return Happening(kind, at(seconds))


@given(st.text() | st.recursive(st.none() | st.integers() | st.text() | st.booleans(), st.lists).map(json.dumps))
def test_anything_can_be_told(text):
    assert all(START <= each.at <= END for each in read(text, START, END))


def test_what_is_told_is_kept_within_the_attempt():
    told = [
        ["left", ms(at(60))],
        ["back", 0],
        ["left", ms(END) + 10**9],
        ["network", 5],
        ["left"],
        ["left", "x"],
        ["left", True],
    ]
    assert read(json.dumps(told), START, END) == [fact("left", 60), fact("back", 0), Happening("left", END)]


def test_not_more_than_so_many_at_once():
    assert len(read(json.dumps([["left", ms(at(n))] for n in range(200)]), START, END)) == MOST_AT_ONCE


def test_nested_nonsense_is_nothing():
    assert read("[" * 100_000, START, END) == []


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.9", "203.0.113.*"), ("::ffff:203.0.113.9", "203.0.113.*"), ("2001:db8:0:7::1", "2001:db8:0:7::*"),
     ("", ""), ("unix", "")],
)  # fmt: skip
def test_the_last_part_of_an_address_is_not_kept(address, network):
    assert network_of(address) == network


def test_absences_are_counted_from_leaving_to_coming_back():
    told = [
        fact("left", 10),
        fact("back", 130),
        fact("left", 200),
        fact("left", 205),
        fact("back", 210),
        fact("back", 300),
    ]
    found = summary(told, END)
    assert [each.seconds for each in found.absences] == [120, 10]
    assert found.seconds_away == 130


def test_a_page_loaded_again_is_no_absence():
    assert summary([fact("left", 10), fact("back", 12)], END).is_empty


def test_who_did_not_come_back_was_away_until_the_end():
    assert summary([fact("left", 1740)], END).seconds_away == 60
    assert summary([fact("left", 1740)], None).seconds_away == 0


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), st.integers(0, 1800)), max_size=40))
def test_the_order_of_telling_makes_no_difference(told):
    facts = [fact(kind, seconds) for kind, seconds in dict.fromkeys(told)]
    found = summary(facts, END)
    assert 0 <= found.seconds_away <= 1800
    assert found.networks == sum(each.kind == Kind.NETWORK for each in facts)
