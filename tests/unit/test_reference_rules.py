"""Links and regulations: how choices come together, what may be an address; and what two versions of a question differ in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.question_types.installed import all_types
from courses.questions import comparing
from courses.questions.comparing import Said, pieces
from courses.references.rules import Target, is_address, is_flagged, merged, read_targets

lists = st.lists(st.integers(0, 6), max_size=5, unique=True)


def test_a_target_is_read_as_it_was_written():
    target = Target("textbook", 12, "ab12cd34ef")
    assert read_targets([target.written, target.written]) == [target]
    assert read_targets(["lesson:7:"]) == [Target("lesson", 7)]


@pytest.mark.parametrize(
    "written",
    ["", "lesson", "lesson:x:", "lesson:7", "Lesson:7:", "lesson:7:a b", "lesson:12345678901:", "a:1:" + "x" * 17],
)
def test_what_no_page_would_send_is_left_out(written):
    assert read_targets([written]) == []


@given(lists, lists)
def test_without_anybody_else_the_choice_stands(before, after):
    assert merged(before, before, after) == after


@given(lists, lists, lists)
def test_what_others_put_in_stays_and_what_was_taken_out_goes(stored, before, after):
    result = merged(stored, before, after)
    assert len(result) == len(set(result))
    assert set(after) - set(before) <= set(result)
    assert set(stored) - set(before) <= set(result)
    assert not (set(before) - set(after)) & set(result)


@given(lists, lists, lists)
def test_what_others_took_out_does_not_come_back(stored, before, after):
    assert not (set(before) - set(stored)) & set(merged(stored, before, after))


@pytest.mark.parametrize("text", ["https://www.gov.cn/zhengce/1.htm", "https://example.org", "HTTPS://a.cn/?x=1#y"])
def test_addresses(text):
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "http://www.gov.cn", "https://", "https://localhost", "javascript:alert(1)", "https://a.cn/一 页", "www.gov.cn",
     "https://a.cn\njavascript:1", "https://u:p@a.cn/", "https://a.cn/" + "x" * 400],
)  # fmt: skip
def test_no_addresses(text):
    assert not is_address(text)


@pytest.mark.parametrize(("checked", "changes", "flagged"), [(0, 0, False), (0, 1, True), (1, 1, False), (2, 1, False)])
def test_what_must_be_checked(checked, changes, flagged):
    assert is_flagged(checked, changes) is flagged


# -- comparing versions --------------------------------------------------------------------------------------------


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_put_together_again(old, new):
    found = pieces(old, new)
    assert "".join(piece.text for piece in found if piece.kind != comparing.IN) == old
    assert "".join(piece.text for piece in found if piece.kind != comparing.OUT) == new
    assert all(piece.text for piece in found)


def test_changes_are_shown_in_whole_words():
    found = [(piece.text, piece.kind) for piece in pieces("先听完，再约双方见面", "先听完记下，再约他们见面")]
    assert found == [
        ("先听完", "same"), ("记下", "in"), ("，再约", "same"), ("双方", "out"), ("他们", "in"), ("见面", "same")
    ]  # fmt: skip


def test_a_single_character_between_two_changes_is_no_anchor():
    found = [(piece.text, piece.kind) for piece in pieces("甲甲乙丙丙", "丁丁乙戊戊")]
    assert found == [("甲甲乙丙丙", "out"), ("丁丁乙戊戊", "in")]


def test_long_texts_are_compared_by_lines():
    old = "一行字\n" * 3000
    assert [piece.kind for piece in pieces(old, old + "又一行\n")] == ["same", "in"]


@pytest.mark.parametrize("key", all_types())
def test_every_type_says_what_changed(key):
    type_ = all_types()[key]
    for example in type_.examples:
        content = example.content
        same = comparing.compared(type_, Said(content, "easy", ["甲"]), Said(content, "easy", ["甲"]))
        other = {**content, "stem": f"{content['stem']} 改", "explanation": "另一种解析"}
        facets = comparing.compared(type_, Said(content, "easy", ["甲"]), Said(other, "hard", ["甲", "乙"]))
        assert same
        assert not any(each.changed for each in same)
        changed = {each.name for each in facets if each.changed}
        assert {"题干", "解析", "难度", "标签"} <= changed
        assert not any(text.startswith(("{", "[{")) for each in facets for text in (each.old, each.new))


def test_the_key_and_the_options_are_facets_of_their_own():
    type_ = all_types()["single_choice"]
    content = type_.examples[0].content
    options = content["options"]
    other = {**content, "correct": options[0]["id"], "options": [{**options[0], "text": "换了一种说法"}, *options[1:]]}
    facets = comparing.compared(type_, Said(content, "easy", []), Said(other, "easy", []))
    assert {each.name for each in facets if each.changed} == {"选项", "答案"}


def test_a_change_that_no_facet_shows_is_shown_all_the_same():
    type_ = all_types()["single_choice"]
    content = type_.examples[0].content
    facets = comparing.compared(type_, Said(content, "easy", []), Said({**content, "keep_order": True}, "easy", []))
    assert [each.name for each in facets if each.changed]
