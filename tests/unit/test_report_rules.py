"""Rates, periods and filters of reports."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.errors import UserError
from courses.reports.rules import Tally, per_cent, read_period, trend

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 7, 9)


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(924, 1286), "71.9%"),
        (Fraction(1, 3), "33.3%"),
        (Fraction(1, 2000), "0.1%"),
        (Fraction(1), "100.0%"),
        (Fraction(0), "0.0%"),
        (None, "—"),
    ],
)
def test_a_rate_is_written_with_one_decimal(rate, text):
    assert per_cent(rate) == text


def test_nobody_has_no_rate():
    assert Tally().rate is None


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_rate_lies_between_none_and_all(completed, studying, enrolled):
    tally = Tally()
    tally.add(completed, studying, enrolled)
    assert tally.rate is None or 0 <= tally.rate <= 1


def test_a_period_ends_at_midnight_in_the_college():
    period = read_period("2026-01-01", "2026-06-30", TODAY, ZONE)
    assert period.end.isoformat() == "2026-07-01T00:00:00+08:00"


def test_a_period_begins_with_its_first_day():
    period = read_period("2026-01-01", "2026-06-30", TODAY, ZONE)
    assert period.start.isoformat() == "2026-01-01T00:00:00+08:00"


def test_a_period_without_days_is_everything_until_today():
    period = read_period("", "", TODAY, ZONE)
    assert (period.first, period.last) == (None, TODAY)


def test_a_period_never_reaches_into_the_future():
    assert read_period("", "2030-01-01", TODAY, ZONE).last == TODAY


def test_a_period_has_ten_weeks_the_last_of_which_is_its_end():
    period = read_period("", "", TODAY, ZONE)
    assert (len(period.weeks()), period.weeks()[-1]) == (10, period.end)


@pytest.mark.parametrize("text", ["昨天", "2026-13-01", "2026/07/09", "0001-01-01", "9" * 500])
def test_a_day_that_cannot_be_read_is_named(text):
    with pytest.raises(UserError) as caught:
        read_period(text, "", TODAY, ZONE)
    assert text[:20] in caught.value.message


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(UserError, match="对调"):
        read_period("2026-07-01", "2026-06-01", TODAY, ZONE)


def test_a_week_in_which_nobody_had_enrolled_has_no_rate():
    assert trend([(0, 0), (1, 4)]) == [None, Fraction(1, 4)]
