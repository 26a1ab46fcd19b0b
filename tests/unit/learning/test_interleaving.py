"""What is true of reports in any order: of several tabs, delayed, repeated, lost, honest or not.

Proven here, by trying out (times are the server's; a report's window is the time from the opening of its page, or ten
minutes before its arrival where that is later, to its arrival):

1. Whatever is claimed, in any order, from any number of tabs: the film credited is at most twice the time in the windows
   of the reports, no second of a person's time pays for two, and nothing is credited that was not claimed.
2. The amount credited is not only allowed but the most that is: no other way of sharing out the time, even one that
   knows all reports beforehand, credits more (held against a matching found by exhaustive search).
3. Of somebody who watches one film at a time, at up to double speed, every report that arrives within ten minutes of
   being made is credited in full, however reports are delayed, repeated and overtake one another: what is covered is
   exactly the union of what arrived. So the order of arrival changes nothing.
4. Study time adds up to no more than the time that passed, and honest study time is counted to the second.

What is not claimed: which of two cheating tabs gets the time depends on which of them asks first. It has to: the server
answers each at once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from courses.clocks.rules import LONGEST_WAIT_SECONDS, study_time
from courses.learning.rules.intervals import clip, total, union
from courses.learning.rules.watching import MAX_SPEED, Heartbeat, judge

NINE = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
FILM = 3_600_000


def after(seconds: float) -> datetime:
    return NINE + timedelta(milliseconds=round(seconds * 1000))


@dataclass
class Server:
    """What the server keeps of one person; `opened` and the films are by tab."""

    opened: dict[int, float]
    spent: list = field(default_factory=list)
    covered: dict[int, list] = field(default_factory=dict)
    heard: set = field(default_factory=set)
    credited: int = 0

    def take(self, tab: int, sequence: int, segments, at: float) -> int:
        """Judge a report; return the milliseconds of film that were paid for."""
        if (tab, sequence) in self.heard:
            return 0
        self.heard.add((tab, sequence))
        beat = Heartbeat("ticket", sequence, tuple(segments), 0, 0)
        verdict = judge(beat, self.covered.get(tab, []), FILM, self.spent, after(self.opened[tab]), after(at))
        assert total(verdict.credited) <= total(clip(union(list(segments)), FILM))
        paid = measure(verdict.spent) - measure(self.spent)
        self.spent, self.covered[tab] = verdict.spent, verdict.covered
        self.credited += paid
        return paid


def measure(pieces) -> int:
    """Milliseconds of time spent, of which what is forgotten between pieces is no part: none is, within ten minutes."""
    return total(pieces)


# -- 1 and 2: any claims ----------------------------------------------------------------------------------------------

TABS = st.lists(st.integers(0, 30), min_size=3, max_size=3)
CLAIMS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(0, 12)), max_size=9)


@given(TABS, CLAIMS)
@settings(max_examples=150)
def test_what_is_credited_is_the_most_that_any_sharing_of_the_time_allows(opened, claims):
    server = Server(dict(enumerate(opened)))
    now, windows, film = max(opened), [], 0
    for number, (tab, pause, claimed) in enumerate(claims, 1):
        now += pause
        start = number * 100_000
        server.take(tab, number, [(start, start + claimed * 1000 * MAX_SPEED)], now)
        windows.append((opened[tab], now, claimed))
        film += claimed
    assert server.credited == 1000 * best(windows)
    assert sum(map(total, server.covered.values())) == server.credited * MAX_SPEED
    seconds = {second for start, end, claimed in windows for second in range(start, end) if claimed}
    assert server.credited <= 1000 * min(film, len(seconds))


def best(windows) -> int:
    """Return how many seconds can be given out at the most: a largest matching of seconds to what is claimed."""
    units = [(start, end) for start, end, claimed in windows for _unit in range(claimed)]
    taken: dict[int, int] = {}

    def find(unit: int, tried: set[int]) -> bool:
        start, end = units[unit]
        for second in range(start, end):
            if second in tried:
                continue
            tried.add(second)
            if second not in taken or find(taken[second], tried):
                taken[second] = unit
                return True
        return False

    return sum(find(unit, set()) for unit in range(len(units)))


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.floats(0, 900),
            st.lists(st.tuples(st.integers(-5000, 4_000_000), st.integers(-5000, 4_000_000)), max_size=5),
        ),
        max_size=20,
    )
)
def test_whatever_tabs_claim_no_more_than_twice_the_time_is_credited(reports):
    server, now, opened = Server({}), 0.0, {}
    for number, (tab, pause, claimed) in enumerate(reports, 1):
        now += pause
        if tab not in opened:
            opened[tab] = server.opened[tab] = now
            continue
        server.take(tab, number, claimed, now)
    passed = (now - min(opened.values(), default=now)) * 1000
    assert sum(map(total, server.covered.values())) <= passed * MAX_SPEED + 1


# -- 3: honest watching, dishonest networks ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Arrival:
    """One copy of a report on its way."""

    at: float
    tab: int
    sequence: int
    segment: tuple[int, int]


def milliseconds_up_to(seconds: int):
    """Whole milliseconds, in seconds: the clocks here know nothing finer."""
    return st.integers(0, seconds * 1000).map(lambda number: number / 1000)


@st.composite
def evenings(draw):
    """Somebody watches one tab at a time; return when each was opened, and all copies of reports that ever arrive."""
    opened, films, arrivals, now = {}, {}, [], 0.0
    for _stint in range(draw(st.integers(1, 5))):
        now += draw(milliseconds_up_to(1500))
        tab = draw(st.integers(0, 2))
        opened.setdefault(tab, now - draw(milliseconds_up_to(20)) if not opened else now)
        speed = draw(st.sampled_from([0.5, 1.0, 1.5, 2.0]))
        for _slice in range(draw(st.integers(1, 6))):
            length = draw(st.integers(1, 10))
            now += length
            sequence, start = films.get(tab, (0, 0))
            start = draw(st.sampled_from([start, start, max(0, start - 5000), start + 30_000]))
            end = start + int(length * 1000 * speed)
            films[tab] = sequence + 1, end
            for _copy in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
                delay = draw(st.one_of(st.just(0.0), milliseconds_up_to(LONGEST_WAIT_SECONDS - 11)))
                arrivals.append(Arrival(now + delay, tab, sequence + 1, (start, end)))
    return opened, arrivals


@given(evenings(), st.randoms(use_true_random=False))
def test_all_that_was_really_watched_and_arrives_is_credited_in_whatever_order(evening, chance):
    opened, arrivals = evening
    arrivals = sorted(arrivals, key=lambda each: (each.at, chance.random()))
    server = Server(opened)
    for each in arrivals:
        server.take(each.tab, each.sequence, [each.segment], each.at)
    for tab in opened:
        watched = union([each.segment for each in arrivals if each.tab == tab])
        assert server.covered.get(tab, []) == clip(watched, FILM)


@given(evenings())
def test_when_all_arrives_at_the_end_the_order_changes_nothing(evening):
    opened, arrivals = evening
    end = max((each.at for each in arrivals), default=0.0)
    made = [each for each in arrivals if each.at > end - 60]
    orders = [made, made[::-1], sorted(made, key=lambda each: each.segment)]
    results = []
    for order in orders:
        server = Server(opened)
        for each in order:
            server.take(each.tab, each.sequence, [each.segment], end)
        results.append(server.covered)
    assert results[0] == results[1] == results[2]


# -- 4: study time ----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(0, 900), st.integers(0, 10**7)), max_size=30))
def test_study_time_never_adds_up_to_more_than_the_time_that_passed(reports):
    studied, opened, now, seconds = [], {}, 0.0, 0
    for tab, pause, claimed in reports:
        now += pause
        opened.setdefault(tab, now)
        counted, studied = study_time(claimed, studied, after(opened[tab]), after(now))
        assert 0 <= counted <= claimed / 1000 + 0.5
        seconds += counted
    assert seconds <= now - min(opened.values(), default=now) + 0.001


@given(st.lists(st.integers(1, 60), max_size=20))
def test_honest_study_time_is_counted_to_the_second(stretches):
    studied, now, seconds = [], 0, 0
    for stretch in stretches:
        now += stretch
        counted, studied = study_time(stretch * 1000, studied, NINE, after(now))
        seconds += counted
    assert seconds == now
