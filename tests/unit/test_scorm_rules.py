"""What packages say about people is read with care, whatever it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.errors import UserError
from courses.lesson_types.base import Taken
from courses.lesson_types.scorm import PLUGIN, cmi, standing

BEGAN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
ONE = {"version": "1.2", "scos": [{"id": "a"}]}
TWO = {"version": "2004", "scos": [{"id": "a"}, {"id": "b"}]}
NAMES = [
    "cmi.core.lesson_status",
    "cmi.core.score.raw",
    "cmi.core.score.min",
    "cmi.core.score.max",
    "cmi.core.session_time",
    "cmi.core.exit",
    "cmi.completion_status",
    "cmi.success_status",
    "cmi.score.raw",
    "cmi.score.scaled",
    "cmi.score.min",
    "cmi.score.max",
    "cmi.session_time",
    "cmi.suspend_data",
    "cmi.exit",
    "cmi.interactions.0.id",
    "cmi.interactions.0.result",
    "cmi.objectives.999999999.id",
]
WORDS = [
    "passed",
    "failed",
    "completed",
    "incomplete",
    "unknown",
    "suspend",
    "0",
    "100",
    "-1",
    "1e9",
    "NaN",
    "PT5S",
    "00:10:00",
    "P",
]
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
values = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=30), st.sampled_from(WORDS) | anything, max_size=12)


def report(sco="a", sequence=1, ended=False, **written) -> cmi.Report:
    return cmi.Report(sco, sequence, {name.replace("__", "."): value for name, value in written.items()}, ended)


def taken(content, state, said, minutes=1, began=BEGAN):
    return standing.take_report(content, state, said, began, began + timedelta(minutes=minutes))


@given(
    anything | st.fixed_dictionaries({"sco": st.just("a"), "sequence": st.just(1), "cmi": values, "ended": anything})
)
def test_whatever_comes_is_a_report_or_a_sentence(sent):
    if not isinstance(sent, dict):
        return
    try:
        read = cmi.read_report(sent)
    except UserError as error:
        assert error.message
        return
    assert sum(map(len, read.values.values())) <= cmi.MAX_CHARACTERS
    assert all(isinstance(value, str) and name.startswith("cmi.") for name, value in read.values.items())


@given(st.sampled_from([ONE, TWO]), st.lists(values, min_size=1, max_size=4), st.integers(1, 100))
def test_any_values_keep_the_share_within_bounds(content, runs, percent):
    state: dict = {}
    before = Fraction(0)
    for number, sent in enumerate(runs):
        read = cmi.read_report({"sco": "a", "sequence": number, "cmi": sent, "ended": True})
        state = taken(content, state, read, began=BEGAN + timedelta(hours=number))
        share = standing.share_of(content, state)
        result = standing.roll_up(content, state)
        assert before <= share <= 1 and (result.score is None or 0 <= result.score <= 1)
        assert 0 <= result.centiseconds <= (number + 1) * 60 * 100
        before = share
        state["result"] = {"success": result.success, "score": None, "all": result.done == result.total}
        assert 0 <= PLUGIN.share_taken(Taken(state, share), {"rule": "passed", "percent": percent}) <= 1
        standing.resumed(content["scos"][0], content["version"], state["scos"]["a"])
        cmi.interactions(read.values)


@given(st.integers(0, 9999 * 360_000 + 359_999))
def test_times_read_back_as_they_were_written(centiseconds):
    assert cmi.clock_centiseconds(cmi.as_clock(centiseconds)) == centiseconds
    assert cmi.span_centiseconds(cmi.as_span(centiseconds)) == centiseconds


@pytest.mark.parametrize(
    "text, centiseconds",
    [("PT1H2M3.5S", 372_350), ("P1DT1S", 8_640_100), ("PT0.07S", 7), ("", 0), ("PT", 0), ("1:2:3", 0), ("P", 0)],
)
def test_spans_are_read(text, centiseconds):
    assert cmi.span_centiseconds(text) == centiseconds


@pytest.mark.parametrize(
    "written, version, expected",
    [
        ({"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80"}, "1.2", (True, "passed", Fraction(4, 5))),
        (
            {"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "3", "cmi.core.score.max": "4"},
            "1.2",
            (True, "failed", Fraction(3, 4)),
        ),
        ({"cmi.core.lesson_status": "browsed"}, "1.2", (False, "", None)),
        (
            {"cmi.core.score.raw": "7", "cmi.core.score.min": "5", "cmi.core.score.max": "9"},
            "1.2",
            (False, "", Fraction(1, 2)),
        ),
        ({"cmi.core.score.raw": "900"}, "1.2", (False, "", Fraction(1))),
        ({"cmi.completion_status": "completed", "cmi.score.scaled": "-0.5"}, "2004", (True, "", Fraction(0))),
        ({"cmi.success_status": "passed", "cmi.score.raw": "65"}, "2004", (False, "passed", Fraction(13, 20))),
        ({"cmi.score.scaled": "many"}, "2004", (False, "", None)),
    ],
)
def test_what_a_package_writes_means_the_same_in_both_versions(written, version, expected):
    found = cmi.standing(written, version)
    assert (found.completed, found.success, found.score) == expected


def test_too_much_is_cut_and_said():
    sent = {"cmi.suspend_data": "x" * (cmi.MAX_SUSPEND + 1), "cmi.location": "3"}
    read = cmi.read_report({"sco": "a", "sequence": 1, "cmi": sent})
    assert read.values == {"cmi.location": "3"} and read.cut
    many = {f"cmi.interactions.{number}.id": "q" for number in range(1000)}
    read = cmi.read_report({"sco": "a", "sequence": 1, "cmi": many})
    assert len(read.values) == cmi.MAX_INTERACTIONS and read.cut


def test_what_was_done_stays_done():
    state = taken(
        TWO, {}, report(cmi__completion_status="completed", cmi__success_status="passed", cmi__score__scaled="0.9")
    )
    state = taken(
        TWO,
        state,
        report(cmi__completion_status="incomplete", cmi__success_status="failed", cmi__score__scaled="0.1"),
        began=BEGAN + timedelta(hours=1),
    )
    result = standing.roll_up(TWO, state)
    assert (result.done, result.success, result.score) == (1, "passed", Fraction(9, 10))
    assert standing.share_of(TWO, state) == Fraction(1, 2)


def test_a_repeated_or_late_report_counts_once():
    once = taken(ONE, {}, report(sequence=2, cmi__core__score__raw="50"))
    assert taken(ONE, once, report(sequence=2, cmi__core__score__raw="99"))["scos"] == once["scos"]
    assert taken(ONE, once, report(sequence=1, cmi__core__score__raw="99"))["scos"] == once["scos"]


def test_a_page_that_was_overtaken_is_told_so():
    later = taken(ONE, {}, report(), began=BEGAN + timedelta(minutes=5))
    with pytest.raises(UserError) as refused:
        taken(ONE, later, report(sequence=9))
    assert refused.value.status == 409


def test_the_parts_of_a_package_do_not_overtake_each_other():
    state = taken(TWO, {}, report("b", 1, cmi__completion_status="completed"), began=BEGAN + timedelta(minutes=5))
    state = taken(TWO, state, report("a", 7, cmi__completion_status="completed"))
    assert standing.share_of(TWO, state) == 1


def test_a_part_that_is_not_in_the_package_is_refused():
    with pytest.raises(UserError):
        taken(ONE, {}, report("other"))


def test_time_is_what_the_package_says_but_never_more_than_has_passed():
    state = taken(ONE, {}, report(cmi__core__session_time="10:00:00"), minutes=3)
    assert standing.roll_up(ONE, state).centiseconds == 3 * 60 * 100
    state = taken(ONE, state, report(cmi__core__session_time="00:00:30"), began=BEGAN + timedelta(hours=1))
    assert standing.roll_up(ONE, state).centiseconds == (3 * 60 + 30) * 100


def test_the_least_time_runs_by_the_servers_clock():
    content = {**ONE, "least_minutes": 4}
    state = taken(content, {}, report(cmi__core__lesson_status="completed"), minutes=1)
    assert state["wait"] == 180 and standing.share_of(content, state) < 1
    state = standing.take_report(
        content, state, report(sequence=2, cmi__core__lesson_status="completed"), BEGAN, BEGAN + timedelta(minutes=4)
    )
    assert state["wait"] == 0 and standing.share_of(content, state) == 1


def test_a_long_silence_does_not_count_towards_the_least_time():
    state = taken({**ONE, "least_minutes": 60}, {}, report(cmi__core__lesson_status="completed"), minutes=600)
    assert state["ms"] == standing.IDLE_SECONDS * 1000


@pytest.mark.parametrize(
    "success, score, everything, expected",
    [
        ("passed", None, False, True),
        ("passed", Fraction(1, 2), True, False),
        ("passed", Fraction(3, 5), False, True),
        ("", Fraction(4, 5), True, True),
        ("", Fraction(4, 5), False, False),
        ("", None, True, False),
        ("failed", Fraction(1), True, False),
    ],
)
def test_passing_is_the_packages_word_and_the_authors_score(success, score, everything, expected):
    result = standing.Result(int(everything), 1, success, score, 0, True)
    assert standing.passed(result, 60) is expected


def test_a_suspended_part_goes_on_and_an_ended_one_begins_anew():
    sco = {"launch_data": "L", "mastery": "", "passing": "0.7"}
    written = {"cmi.location": "5", "cmi.exit": "suspend", "cmi.session_time": "PT5S"}
    kept = {"values": written, "ended": True, "earlier": 0, "session": 500}
    begun = standing.resumed(sco, "2004", kept)
    assert begun["cmi.entry"] == "resume" and begun["cmi.location"] == "5" and begun["cmi.total_time"] == "PT0H0M5.00S"
    assert "cmi.exit" not in begun and "cmi.session_time" not in begun and begun["cmi.scaled_passing_score"] == "0.7"
    anew = standing.resumed(sco, "2004", {**kept, "values": {**written, "cmi.exit": ""}})
    assert anew["cmi.entry"] == "ab-initio" and "cmi.location" not in anew
    cut_off = standing.resumed(sco, "2004", {**kept, "values": {"cmi.location": "2"}, "ended": False})
    assert cut_off["cmi.entry"] == "resume" and cut_off["cmi.location"] == "2"


def test_answers_are_listed_in_their_order():
    written = {
        "cmi.interactions.1.id": "q2",
        "cmi.interactions.0.id": "q1",
        "cmi.interactions.0.student_response": "a",
        "cmi.interactions.0.correct_responses.0.pattern": "b",
        "cmi.interactions.0.result": "wrong",
    }
    found = cmi.interactions(written)
    assert [each["id"] for each in found] == ["q1", "q2"]
    assert (found[0]["answer"], found[0]["right"], found[0]["result"]) == ("a", "b", "wrong")


def test_a_part_that_ends_without_a_word_is_done():
    """As the standard has it; the simplest packages only say that they begin and that they end."""
    assert taken(TWO, {}, report(ended=True, cmi__completion_status="unknown"))["scos"]["a"]["done"]
    for said in ({"cmi__exit": "suspend"}, {"cmi__completion_status": "incomplete"}):
        assert not taken(TWO, {}, report(ended=True, **said))["scos"]["a"]["done"]
    assert not taken(TWO, {}, report(cmi__completion_status="unknown"))["scos"]["a"]["done"]
    assert taken(ONE, {}, report(ended=True, cmi__core__lesson_status="not attempted"))["scos"]["a"]["done"]
    assert not taken(ONE, {}, report(ended=True, cmi__core__lesson_status="browsed"))["scos"]["a"]["done"]


@pytest.mark.parametrize("raw, success", [("70", "passed"), ("69.5", "failed")])
def test_a_mastery_score_judges_where_the_package_does_not(raw, success):
    content = {"version": "1.2", "scos": [{"id": "a", "mastery": "70"}]}
    said = report(ended=True, cmi__core__lesson_status="completed", cmi__core__score__raw=raw)
    assert taken(content, {}, said)["scos"]["a"]["success"] == success
    own = report(ended=True, cmi__core__lesson_status="passed", cmi__core__score__raw="1")
    assert taken(content, {}, own)["scos"]["a"]["success"] == "passed"
