"""The formulas of item analysis, held against published figures and against plain ways of working them out."""

from __future__ import annotations

import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.analysis import rules
from courses.analysis.rules import Choice, Group

LSAT6 = dict(
    zip(
        [f"{pattern:05b}" for pattern in range(32)],
        (
            3,
            6,
            2,
            11,
            1,
            1,
            3,
            4,
            1,
            8,
            0,
            16,
            0,
            3,
            2,
            15,
            10,
            29,
            14,
            81,
            3,
            28,
            15,
            80,
            16,
            56,
            21,
            173,
            11,
            61,
            28,
            298,
        ),
        strict=True,
    )
)
"""Answers of 1,000 people to five questions of the Law School Admission Test, section 6 (Bock and Lieberman,
Psychometrika 35, 1970). The expected figures below are those that the R package ltm documents for these data."""


def groups_of(rows, question):
    """The groups of one question, out of (results of all questions, how many people have them)."""
    found = {}
    for results, count in rows:
        score, earned = sum(results), results[question]
        group = found.setdefault(earned, Group(earned, 0, 0.0, 0.0))
        group.count += count
        group.scores += score * count
        group.squares += score * score * count
    return list(found.values())


def lsat_rows():
    return [(tuple(map(int, pattern)), count) for pattern, count in LSAT6.items()]


def lsat_items():
    return [rules.item(groups_of(lsat_rows(), question), 1) for question in range(5)]


def lsat_variance():
    people, total = sum(LSAT6.values()), sum(sum(row) * count for row, count in lsat_rows())
    return rules.variance(people, total, sum(sum(row) ** 2 * count for row, count in lsat_rows()))


def test_facility_of_the_published_data():
    assert [round(item.facility, 3) for item in lsat_items()] == [0.924, 0.709, 0.553, 0.763, 0.870]


def test_corrected_correlation_of_the_published_data():
    assert [round(item.correlation, 4) for item in lsat_items()] == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]


def test_alpha_of_the_published_data():
    assert rules.alpha([item.deviation**2 for item in lsat_items()], lsat_variance()) == pytest.approx(0.2950, abs=5e-5)


def test_alpha_without_each_question_of_the_published_data():
    deviations = [item.deviation for item in lsat_items()]
    shared = [rules.covariance(groups_of(lsat_rows(), question)) for question in range(5)]
    found = [rules.alpha_without(question, deviations, shared, lsat_variance()) for question in range(5)]
    assert [round(value, 4) for value in found] == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]


def test_standard_error_is_the_deviation_without_reliability():
    assert rules.standard_error(10.0, 0.84) == pytest.approx(4.0)
    assert rules.standard_error(10.0, None) is None


results = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)), min_size=2, max_size=40)


@given(results)
def test_figures_from_sums_are_those_from_the_people_themselves(people):
    rows = [(row, 1) for row in people]
    item = rules.item(groups_of(rows, 0), 4)
    own, rest = [row[0] for row in people], [sum(row[1:]) for row in people]
    assert item.facility == pytest.approx(statistics.mean(own) / 4)
    assert item.deviation == pytest.approx(statistics.stdev(own), abs=1e-6)
    if len(set(own)) > 1 and len(set(rest)) > 1:
        assert item.correlation == pytest.approx(statistics.correlation(own, rest), abs=1e-6)
    else:
        assert item.correlation is None


@given(st.dictionaries(st.floats(0, 1000), st.integers(1, 50), min_size=2, max_size=30))
def test_the_two_groups_never_meet_and_hold_somebody(scores):
    cuts = rules.cuts(scores)
    assert min(scores) <= cuts.lower < cuts.upper <= max(scores)


def test_groups_are_about_a_quarter():
    cuts = rules.cuts(dict.fromkeys(range(100), 1))
    assert (cuts.lower, cuts.upper) == (26, 73)


def test_equal_scores_make_no_groups():
    assert rules.cuts({50.0: 12}) is None


def test_discrimination_is_upper_minus_lower():
    right, wrong = Group(2.0, 50, 0.0, 0.0, upper=24, lower=9), Group(0.0, 50, 0.0, 0.0, upper=3, lower=18)
    assert rules.item([right, wrong], 2.0).discrimination == pytest.approx(24 / 27 - 9 / 27)


@pytest.mark.parametrize(
    ("value", "band"), [(0.4, "strong"), (0.39, "good"), (0.29, "fair"), (0.19, "weak"), (-0.2, "weak"), (None, "")]
)
def test_bands_of_discrimination(value, band):
    assert rules.band(value) == band


def made(count=100, facility=0.6, discrimination: float | None = 0.35):
    return rules.Item(count, facility, 0.4, discrimination, 0.3)


GOOD_CHOICES = [Choice(60, 25, 8, True), Choice(25, 1, 10, False), Choice(15, 1, 9, False)]


@pytest.mark.parametrize(
    ("item", "choices", "flags"),
    [
        (made(), GOOD_CHOICES, []),
        (made(facility=0.15), [], ["hard"]),
        (made(facility=0.97, discrimination=0.05), [], ["easy"]),
        (made(discrimination=0.1), [], ["weak"]),
        (made(discrimination=-0.1), [], ["reversed"]),
        (made(), [Choice(40, 5, 12, True), Choice(60, 22, 15, False)], ["key"]),
        (made(), [*GOOD_CHOICES, Choice(2, 0, 1, False)], ["distractor"]),
        (made(count=29, facility=0.01), [], []),
    ],
)
def test_what_deserves_a_second_look(item, choices, flags):
    assert rules.flags_of(item, choices) == flags


def test_the_histogram_counts_everybody_once():
    counts = rules.histogram({0: 3, 999: 2, 1000: 5, 450: 1}, 1000)
    assert (sum(counts), counts[0], counts[4], counts[9]) == (11, 3, 1, 7)


def test_the_median_is_the_middle_value():
    assert rules.median({3: 1, 10: 1, 4: 1}) == 4
    assert rules.median({}) is None
