"""The rule sets that ship give what their own examples say; a faulty file is refused with file and line."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest

from courses.credits.rules.engine import evaluate, must_withdraw
from courses.credits.rules.facts import Facts, course, presence, quiz
from courses.credits.rules.installed import FOLDER, installed, read_folder, rule_set
from courses.credits.rules.loading import RuleFileError, outcome, read_rule_set

EXAMPLES = [
    pytest.param(version, example, id=f"{each.key} {version.number}: {example.says}")
    for each in installed().sets.values()
    for version in each.versions
    for example in version.examples
]


def hours(key, facts):
    return Fraction(sum(award.hundredths for award in evaluate(rule_set(key).newest, facts)), 100)


def test_every_file_can_be_used():
    assert installed().problems == ()
    assert set(installed().sets) == {path.stem for path in FOLDER.glob("*.yaml")}
    assert len(installed().sets) >= 6


@pytest.mark.parametrize(("version", "example"), EXAMPLES)
def test_example(version, example):
    wanted = example.hours if example.hours is not None else example.withdraws
    assert outcome(version, example) == wanted


@pytest.mark.parametrize("each", installed().sets.values(), ids=lambda each: each.key)
def test_every_rule_has_an_example_and_english(each):
    for version in each.versions:
        shown = {example.category for example in version.examples}
        assert {rule.category for rule in version.rules} & shown
        assert version.withdrawal_over is None or "leave" in shown
        for thing in (*version.rules, *version.caps, *version.requirements):
            assert thing.text and thing.text_en


@pytest.mark.parametrize(
    ("key", "facts", "wanted"),
    [
        ("video_length", course(minutes=30, videos=[30]), 1),
        ("video_length", course(minutes=20, videos=[15]), "1/2"),
        ("video_length", course(minutes=20, videos=[14]), "1/4"),
        ("video_length", quiz(), "1/2"),
        ("minutes_45", course(minutes=45), 1),
        ("full_hours", course(minutes=60), 1),
        ("full_hours", course(minutes=91), "3/2"),
        ("full_hours", course(minutes=90), 1),
        ("full_hours", course(minutes=91, share=Fraction(9999, 100)), 0),
        ("training_days", presence("class", days=1), 6),
        ("training_days", presence("class", half_days=1), 3),
        ("training_days", presence("teaching", stated=3), 15),
        ("as_stated", course(minutes=500, stated=Fraction(5, 4)), "5/4"),
        ("social_work", presence("external", stated=24), 24),
    ],
)
def test_what_the_background_says(key, facts, wanted):
    assert hours(key, facts) == Fraction(wanted)


def test_requirements_are_data():
    needed = {each.key: each for each in rule_set("training_days").newest.requirements}
    assert (needed["required"].hours, needed["required"].obligation, needed["total"].hours) == (56, "required", 84)
    carry = rule_set("training_days").newest.carry_over
    assert (carry.source, carry.target) == ("required", "elective")
    assert [(each.hours, each.years) for each in rule_set("social_work").newest.requirements] == [(72, 3), (90, 3)]
    assert rule_set("video_length").newest.requirements[0].hours == 50


def test_leave_of_more_than_a_seventh_means_withdrawal():
    limit = rule_set("training_days").newest.withdrawal_over
    assert limit == Fraction(1, 7)
    assert not must_withdraw(6, 42, limit)
    assert must_withdraw(Fraction(601, 100), 42, limit)
    assert not must_withdraw(1, 0, limit)


def test_teaching_is_entered_as_converted():
    awards = evaluate(rule_set("training_days").newest, presence("teaching", stated=2))
    assert [(award.kind, award.hundredths) for award in awards] == [("converted", 1000)]


GOOD = """\
key: a_set
name: 一套
name_en: A set
summary: 说明
summary_en: About it
versions:
  - version: 1
    since: 2026-01-01
    rules:
      - {key: one, for: course, text: 规则, text_en: rule, measure: minutes, every: {size: 45, hours: 1}}
    examples:
      - {says: 例, says_en: example, for: course, given: {minutes: 90}, hours: 2}
"""


def test_a_set_of_ones_own_is_one_file(tmp_path):
    (tmp_path / "a_set.yaml").write_text(GOOD, encoding="utf-8")
    found = read_folder(tmp_path)
    assert list(found.sets) == ["a_set"] and not found.problems


@pytest.mark.parametrize(
    ("old", "new", "line", "sentence"),
    [
        ("hours: 2}", "hours: 3}", 12, "对不上"),
        ("size: 45", "size: 0", 10, "大于 0"),
        ("size: 45", "size: x", 10, "不是数"),
        ("size: 45", "size: .nan", 10, "不是数"),
        ("for: course, text", "for: coruse, text", 10, "coruse"),
        ("every: {", "evry: {", 10, "evry"),
        ("key: a_set", "key: A set", 1, "小写"),
        ("since: 2026-01-01", "since: 2026-13-01", 8, "2026-01-01"),
        ("    since: 2026-01-01\n", "", 7, "since"),
        ("name: 一套", "name: 一套\nname: 两套", 3, "两次"),
        ("version: 1", "version: 1.5", 7, "整数"),
        ("versions:", "versions: [", 6, "格式"),
        ("minutes, every", "minutes, hours: 1, every", 10, "只能选一种"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(old, new, line, sentence):
    with pytest.raises(RuleFileError) as refused:
        read_rule_set(GOOD.replace(old, new, 1), "a_set.yaml")
    assert sentence in str(refused.value)
    assert str(refused.value).startswith("a_set.yaml 第 ")
    assert abs(refused.value.line - line) <= 1


def test_a_faulty_file_does_not_stop_the_others(tmp_path):
    (tmp_path / "a_set.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "other.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    found = read_folder(tmp_path)
    assert list(found.sets) == ["a_set"] and len(found.problems) == 2


def test_caps_that_cross_are_refused():
    caps = """
    caps:
      - {per: day, hours: 6, text: 一天, text_en: day}
      - {per: year, hours: 50, for: [course], text: 一年, text_en: year}
"""
    with pytest.raises(RuleFileError, match="交叉"):
        read_rule_set(GOOD.replace("    examples:", caps.strip("\n") + "\n    examples:", 1), "a_set.yaml")


def test_unknown_facts_give_nothing():
    assert hours("video_length", Facts("other", {})) == 0


def test_the_example_of_the_how_to_page_can_be_used():
    page = (FOLDER.parents[2] / "docs" / "how-to" / "add-a-rule-set.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert read_rule_set(example[1], "half_days.yaml").key == "half_days"
