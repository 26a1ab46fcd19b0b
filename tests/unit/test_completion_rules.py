"""The language of completion rules: total on any JSON, monotone, and said in sentences that are empty when all is done."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.completion.checks import Shape, cycle, faults
from courses.completion.evaluate import Facts, Moment, Standing, course_lock, evaluate, locks, restricts
from courses.completion.evaluate import tested_out as reaches
from courses.completion.language import DEFAULT, leaves_of, normal, root_of, without_pins
from courses.completion.wording import Names, missing, summary, told

LESSONS = range(1, 6)
NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=12,
)
percent = st.integers(1, 100)
lesson = st.sampled_from([*LESSONS, 99])
leaf = st.one_of(
    st.just({"is": "required"}),
    st.builds(lambda each: {"is": "lesson", "lesson": each}, lesson),
    st.builds(lambda each, least: {"is": "share", "lesson": each, "percent": least}, lesson, percent),
    st.builds(lambda each, least: {"is": "score", "lesson": each, "percent": least}, lesson, percent),
    st.builds(lambda least: {"is": "total", "percent": least}, percent),
)


def group(inside):
    items = st.lists(inside, max_size=4)
    return st.builds(lambda each: {"is": "all", "of": each}, items) | st.builds(
        lambda each, n: {"is": "any", "of": each, "n": n}, items, st.integers(1, 4)
    )


roots = group(leaf | group(leaf))
moments = st.integers(-300_000, 300_000).map(lambda minutes: (NOON + timedelta(minutes=minutes)).isoformat())
gates = st.dictionaries(
    st.sampled_from([str(each) for each in LESSONS]),
    st.fixed_dictionaries({}, optional={"after": lesson, "opens_at": moments}),
    max_size=4,
)
rules = st.fixed_dictionaries(
    {},
    optional={
        "rule": roots | anything,
        "opens_at": moments | anything,
        "due_at": moments,
        "closes_at": moments,
        "courses": st.lists(st.integers(-2, 9), max_size=3) | anything,
        "in_order": st.booleans() | anything,
        "lessons": gates | anything,
        "test_out": st.fixed_dictionaries({"quiz_id": st.integers(0, 3)}, optional={"percent": percent}) | anything,
    },
)
standings = st.builds(
    Standing, st.booleans(), st.fractions(0, 1, max_denominator=50), st.none() | st.fractions(0, 1, max_denominator=50)
)
facts = st.builds(
    Facts,
    st.fixed_dictionaries(dict.fromkeys(LESSONS, standings)),
    st.frozensets(st.sampled_from(LESSONS)),
    st.frozensets(st.sampled_from(LESSONS)),
)
NAMES = Names({each: f"第{each}节" for each in LESSONS})


def without_dates(found):
    """Moments are written in the college's time zone, which an application knows."""
    lessons = {key: {"after": gate.get("after", 1)} for key, gate in found.get("lessons", {}).items()}
    return {key: each for key, each in found.items() if not key.endswith("_at")} | {"lessons": lessons}


def more(known: Facts, gained: dict[int, Standing]) -> Facts:
    """The same person after more evidence: nothing gets less."""

    def best(old: Standing, new: Standing) -> Standing:
        scores = [each for each in (old.score, new.score) if each is not None]
        return Standing(old.done or new.done, max(old.share, new.share), max(scores, default=None))

    return replace(known, lessons={each: best(known.lessons[each], gained[each]) for each in LESSONS})


@given(anything | rules)
def test_normal_form_is_total_and_stable(value):
    once = normal(value)
    assert normal(once) == once == normal(json.loads(json.dumps(once)))
    assert without_pins(without_pins(once)) == without_pins(once)


@given(rules, facts)
def test_any_rule_can_be_judged_and_said(value, known):
    found = normal(value)
    item = evaluate(found, known)
    assert 0 <= item.met <= item.needed
    assert told(item, NAMES).done == item.done
    assert summary(without_dates(found), item, NAMES)
    assert isinstance(faults(found, Shape([(each, "x", True) for each in LESSONS])), list)


@given(rules, facts, st.fixed_dictionaries(dict.fromkeys(LESSONS, standings)))
def test_more_evidence_never_undoes(value, known, gained):
    found = normal(value)
    before, after = evaluate(found, known), evaluate(found, more(known, gained))
    assert after.done or not before.done
    assert after.met >= before.met and after.needed == before.needed


@given(rules, facts)
def test_something_is_missing_exactly_until_all_is_done(value, known):
    item = evaluate(normal(value), known)
    assert bool(missing(item, NAMES)) == (not item.done)
    assert all(each.text for each in missing(item, NAMES))


@given(rules, facts)
def test_a_rule_that_can_be_published_can_be_met(value, known):
    found = normal(value)
    shape = Shape([(each, "x", True) for each in LESSONS], frozenset(LESSONS))
    perfect = {each: Standing(True, Fraction(1), Fraction(1)) for each in LESSONS}
    if not faults(found, shape):
        assert evaluate(found, Facts(perfect, frozenset(LESSONS), frozenset(LESSONS))).done


@given(rules, st.integers(0, 31))
def test_no_published_order_shuts_everybody_out(value, done):
    """With the dates taken away, there is always a lesson that is open, until all are done."""
    found = {**normal(value), "opens_at": "", "closes_at": "", "courses": []}
    found["lessons"] = {key: {**gate, "opens_at": ""} for key, gate in found.get("lessons", {}).items()}
    order = [(each, True) for each in LESSONS]
    had = {each for each in LESSONS if done >> (each - 1) & 1}
    if not faults(found, Shape([(each, "x", True) for each in LESSONS], frozenset(LESSONS))) and len(had) < 5:
        shut = locks(found, Moment(NOON, order, had))
        assert any(each not in shut and each not in had for each in LESSONS)


def test_the_ordinary_rule_is_all_required_lessons():
    assert normal({"rule": DEFAULT}) == {} and root_of({}) == DEFAULT
    known = Facts({1: Standing(True), 2: Standing()}, frozenset({1}))
    assert evaluate({}, known).done
    assert not evaluate({}, Facts({}, frozenset())).done


def test_groups_in_groups_in_groups_are_left_out():
    deep = {"is": "all", "of": [{"is": "any", "n": 1, "of": [{"is": "all", "of": [{"is": "required"}]}]}]}
    assert list(leaves_of(root_of(normal({"rule": deep})))) == []


def said(node, known, **names):
    return [each.text for each in missing(evaluate(normal({"rule": node}), known), replace(NAMES, **names))]


def test_what_is_missing_reads_like_this():
    known = Facts(
        {1: Standing(True, Fraction(1)), 2: Standing(False, Fraction(2, 5), Fraction(54, 100)), 3: Standing()},
        frozenset({1, 2, 3}),
        frozenset({2, 3}),
    )
    assert said({"is": "score", "lesson": 2, "percent": 60}, known) == [
        "还差一次测验：《第2节》至少 60 分，现在最好 54 分"
    ]
    assert said({"is": "score", "lesson": 3, "percent": 60}, known) == ["还差一次测验：《第3节》至少 60 分，还没有考过"]
    assert said({"is": "share", "lesson": 2, "percent": 80}, known) == ["《第2节》要学到 80%，现在 40%"]
    assert said({"is": "total", "percent": 70}, known) == ["全部测验平均至少 70 分，现在平均 27 分"]
    assert said({"is": "required"}, known, rest=lambda each: "再看 3 分 20 秒" if each == 2 else "") == [
        "《第2节》：再看 3 分 20 秒",
        "学完《第3节》",
    ]
    three = [{"is": "lesson", "lesson": each} for each in (1, 2, 3)]
    found = missing(evaluate(normal({"rule": {"is": "any", "n": 2, "of": three}}), known), NAMES)
    assert [each.text for each in found] == ["3 选 2，已完成 1 项"]
    assert [each.text for each in found[0].items] == ["学完《第2节》", "学完《第3节》"]


def test_contradictions_are_found():
    shape = Shape([(1, "甲", True), (2, "乙", True)], frozenset({2}))

    def places(**written):
        return [each.place for each in faults(normal(written), shape)]

    assert places(rule={"is": "any", "n": 3, "of": [{"is": "required"}, {"is": "lesson", "lesson": 1}]}) == ["rule"]
    assert places(rule={"is": "all", "of": [{"is": "any", "n": 1, "of": []}]}) == ["r-0"]
    assert places(rule={"is": "lesson", "lesson": 9}) == places(rule={"is": "lesson"}) == ["r-0"]
    assert (
        places(rule={"is": "score", "lesson": 2}) == places(rule={"is": "score", "lesson": 1, "percent": 60}) == ["r-0"]
    )
    late, early = NOON.isoformat(), (NOON - timedelta(days=1)).isoformat()
    assert places(opens_at=late, due_at=early) == ["due_at"]
    assert places(opens_at=late, closes_at=early) == places(due_at=late, closes_at=early) == ["closes_at"]
    assert places(lessons={"1": {"after": 2}, "2": {"after": 1}}) == ["gates"]
    assert places(in_order=True, lessons={"1": {"after": 2}}) == ["gates"]
    assert places(in_order=True, lessons={"2": {"after": 1}}) == []
    assert places(closes_at=early, lessons={"2": {"opens_at": late}}) == ["g-0"]
    assert places(lessons={"7": {"after": 1}}) == ["g-0"]
    assert places(test_out={"quiz_id": 4}) == ["test_out_percent"]


@pytest.mark.parametrize(("edges", "length"), [({1: {2}, 2: {3}, 3: {1}}, 4), ({1: {1}}, 2), ({1: {2}, 2: set()}, 0)])
def test_circles(edges, length):
    assert len(cycle(edges)) == length


def test_order_dates_and_courses_lock_lessons():
    order = [(1, True), (2, False), (3, True), (4, True)]
    assert {key: lock.lesson for key, lock in locks({"in_order": True}, Moment(NOON, order)).items()} == {
        2: 1,
        3: 1,
        4: 1,
    }
    assert set(locks({"in_order": True}, Moment(NOON, order, {1}))) == {4}
    opens = {"lessons": {"3": {"opens_at": (NOON + timedelta(hours=1)).isoformat()}}}
    assert locks(opens, Moment(NOON, order))[3].reason == "lesson_opens"
    assert not locks(opens, Moment(NOON + timedelta(hours=1), order))
    assert not locks(opens, Moment(NOON, order, {3}))
    assert {lock.reason for lock in locks({"courses": [7]}, Moment(NOON, order)).values()} == {"courses"}
    assert not locks({"courses": [7]}, Moment(NOON, order, courses={7}))
    closed = locks({"closes_at": NOON.isoformat()}, Moment(NOON, order, {1}))
    assert len(closed) == 4 and not closed[1].sealed
    assert course_lock({"opens_at": NOON.isoformat()}, NOON, ()) is None
    assert not restricts({"due_at": NOON.isoformat(), "rule": DEFAULT})


def test_testing_out_needs_the_score_that_was_promised():
    assert reaches({"percent": 80}, Fraction(4, 5)) and not reaches({"percent": 80}, Fraction(79, 100))
    assert not reaches({}, Fraction(1))
