"""Windows, codes, whose score counts, moving deadlines, timed sections, draws and equivalent papers."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.quizzes import rules
from courses.quizzes.rules import draws

START = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
moments = st.none() | st.integers(-5000, 5000).map(lambda minutes: START + timedelta(minutes=minutes))
scores = st.lists(
    st.tuples(st.fractions(0, 1), st.integers(1, 10_000)).map(lambda pair: rules.Score(pair[0] * pair[1], pair[1])),
    max_size=8,
)
pools = st.lists(
    st.tuples(st.integers(1, 6), st.dictionaries(st.integers(1, 40), st.sampled_from(["easy", "medium", "hard"]))),
    min_size=1,
    max_size=4,
)


# -- starting ------------------------------------------------------------------------------------------------------


@given(moments, moments, st.booleans(), st.integers(0, 4), st.integers(0, 3), st.integers(0, 2))
def test_an_attempt_starts_only_within_the_window_the_unit_and_the_attempts(
    opens, closes, admitted, used, allowed, extra
):
    terms = rules.Terms(allowed, 0, opens, closes, admitted, extra)
    start = rules.may_start(used, None, terms, START)
    left = allowed == 0 or used < allowed + extra
    open_now = (opens is None or opens <= START) and (closes is None or closes > START)
    assert start.allowed == (admitted and open_now and left)


def test_the_moments_of_the_window_itself():
    terms = rules.Terms(1, opens_at=START, closes_at=START + timedelta(hours=1))
    assert rules.may_start(0, None, terms, START).allowed
    assert rules.may_start(0, None, terms, START - timedelta(seconds=1)).allowed_at == START
    assert rules.may_start(0, None, terms, START + timedelta(hours=1)).refusal == "closed"


@pytest.mark.parametrize(
    ("wanted", "typed", "fits"),
    [
        ("", "什么都行", True),
        ("考场8", " 考场８ ", True),
        ("Abc", "ABC", True),
        ("Abc", "", False),
        ("Abc", "abd", False),
    ],
)
def test_access_codes(wanted, typed, fits):
    assert rules.code_fits(wanted, typed) is fits


@pytest.mark.parametrize(
    ("unit", "own", "admitted"),
    [
        (None, None, True),
        ("/1/", None, False),
        ("/1/", "/1/5/", True),
        ("/1/5/", "/1/", False),
        ("/1/5/", "/1/50/", False),
    ],
)
def test_a_unit_and_those_below_it(unit, own, admitted):
    assert rules.is_admitted(unit, own) is admitted


# -- the deadline --------------------------------------------------------------------------------------------------


@given(st.none() | st.integers(60, 86_400), st.integers(0, 86_400), moments)
def test_extra_time_counts_but_nobody_sits_after_the_closing(limit, extra, closes):
    due = rules.deadline(START, limit, extra, closes)
    if limit is None and closes is None:
        assert due is None
    else:
        assert closes is None or due <= closes
        assert limit is None or due <= START + timedelta(seconds=limit + extra)
        assert due in (closes, START + timedelta(seconds=(limit or 0) + extra))


@given(moments, moments)
def test_an_open_attempt_follows_a_change_only_in_favour(present, new):
    kept = rules.later(present, new)
    if present is None or new is None:
        assert kept is None
    else:
        assert kept == max(present, new)


@given(st.lists(st.none() | st.integers(60, 7200), min_size=1, max_size=6), st.integers(0, 3600), moments)
def test_timed_sections_follow_one_another_and_end_with_the_attempt(limits, extra, due):
    ends = rules.section_ends(START, limits, extra, due)
    assert [end is None for end in ends] == [limit is None for limit in limits]
    timed = [end for end in ends if end is not None]
    assert timed == sorted(timed)
    if timed and due is None:
        assert timed[-1] == START + timedelta(seconds=sum(filter(None, limits)) + extra)
    assert all(end <= due for end in timed) if due else True


# -- whose score counts --------------------------------------------------------------------------------------------


@given(scores)
def test_the_score_that_counts(listed):
    best, last, average = (rules.final(method, listed) for method in ("best", "last", "average"))
    if not listed:
        assert best is last is average is None
        return
    assert best.share == max(score.share for score in listed)
    assert last == listed[-1]
    assert average.share == sum(score.share for score in listed) / len(listed)
    assert last.share <= best.share
    assert 0 <= average.share <= best.share


def test_an_average_of_thirds_is_exact():
    listed = [rules.Score(Fraction(100), 300)] * 3
    assert rules.final("average", listed) == rules.Score(Fraction(100), 300)


# -- draws ---------------------------------------------------------------------------------------------------------


@given(pools, st.sets(st.integers(1, 40)))
def test_questions_are_dealt_without_repeats_and_as_many_as_can_be(wanted, taken):
    counts, candidates = [count for count, _ in wanted], [list(pool) for _, pool in wanted]
    hands = draws.deal(counts, candidates, taken)
    dealt = [question for hand in hands for question in hand]
    assert len(dealt) == len(set(dealt))
    assert not taken & set(dealt)
    for hand, offered, count in zip(hands, candidates, counts, strict=True):
        assert len(hand) <= count
        assert set(hand) <= set(offered)
    assert hands == draws.deal(counts, candidates, taken)


def test_draws_that_want_the_same_questions_are_all_filled_where_they_can_be():
    assert draws.deal([2, 2], [[1, 2, 3, 4], [1, 2]]) == [[3, 4], [1, 2]]
    assert sum(map(len, draws.deal([2, 2], [[1, 2, 3], [1, 2]]))) == 3


@given(pools)
def test_a_few_candidates_are_as_good_as_all(wanted):
    counts, candidates = [count for count, _ in wanted], [sorted(pool) for _, pool in wanted]
    some = [each[: draws.needed(counts)] for each in candidates]
    assert sum(map(len, draws.deal(counts, some))) == sum(map(len, draws.deal(counts, candidates)))


@given(pools, st.integers(0, 2**31), st.integers(0, 3))
def test_a_paper_is_whole_or_not_at_all_and_always_the_same(wanted, seed, number):
    counts, offered = [count for count, _ in wanted], [pool for _, pool in wanted]
    paper = draws.paper_of(counts, offered, seed, number)
    assert paper == draws.paper_of(counts, offered, seed, number)
    fits = sum(map(len, draws.deal(counts, [list(pool) for pool in offered]))) == sum(counts)
    assert (paper is not None) == fits
    if paper is not None:
        drawn = [question for hand in paper for question in hand]
        assert [len(hand) for hand in paper] == counts
        assert len(drawn) == len(set(drawn))


@given(st.integers(1, 8), st.integers(0, 2**31), st.integers(1, 4))
def test_equivalent_papers_are_equally_hard_and_share_nothing_while_they_can(count, seed, thirds):
    pool = {number: ("easy", "medium", "hard")[number % 3] for number in range(1, 3 * thirds * 8 + 1)}
    papers = [draws.paper_of([count], [pool], seed, number)[0] for number in range(4)]
    mixes = [sorted(pool[question] for question in paper) for paper in papers]
    assert all(mix == mixes[0] for mix in mixes)
    share = draws.allot(count, dict.fromkeys(("easy", "medium", "hard"), thirds * 8))
    if max(share.values()) * 4 <= thirds * 8:
        assert len({question for paper in papers for question in paper}) == 4 * count


@given(st.integers(0, 30), st.dictionaries(st.sampled_from("abcd"), st.integers(0, 20)))
def test_shares_of_difficulties_add_up(count, sizes):
    shares = draws.allot(count, sizes)
    assert sum(shares.values()) == min(count, sum(sizes.values()))
    assert all(0 <= shares[key] <= sizes[key] for key in sizes)


def test_every_question_has_the_same_chance():
    """The mix that the database sorts by, over many attempts: each of 40 questions is drawn about a fourth of the time."""
    drawn = dict.fromkeys(range(1, 41), 0)
    for seed in range(2000):
        by = draws.factors(seed, 0)
        for question in sorted(drawn, key=lambda number: (draws.mixed(number, *by), number))[:10]:
            drawn[question] += 1
    assert min(drawn.values()) > 400
    assert max(drawn.values()) < 600


def test_letters_take_turns():
    assert [rules.letter_for(7, number, 2) for number in (1, 2, 3)] == ["B", "A", "B"]
    assert rules.letter_for(7, 1, 1) == ""


@given(st.integers(0, 20), st.lists(st.tuples(st.integers(1, 6), st.sampled_from([None, True, False])), max_size=4),
       st.integers(0, 99), st.booleans())  # fmt: skip
def test_sections_keep_their_places_when_questions_are_mixed(before, sizes, seed, shuffled):
    sections, first = [], before + 1
    for size, own in sizes:
        sections.append((first, size, own))
        first += size
    order = rules.paper_order(first - 1, sections, seed, shuffled)
    assert sorted(order) == list(range(1, first))
    for start, size, own in sections:
        part = order[start - 1 : start - 1 + size]
        assert sorted(part) == list(range(start, start + size))
        if own is False or (own is None and not shuffled):
            assert part == sorted(part)
