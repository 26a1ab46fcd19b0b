"""Anchors of paragraphs, finding words, what a report is worth, how the reader looks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.textbooks.rules import accept_shown, cost_ms, reading_minutes
from courses.textbooks.rules.anchors import Known, assign_anchors
from courses.textbooks.rules.appearance import Appearance
from courses.textbooks.rules.searching import excerpt, fold, fold_with_places, words_of

LONG = "记录时用当事人的原话，不替任何一方下结论，这是登记工作最要紧的一条。"
NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
paragraphs = st.lists(
    st.tuples(st.sampled_from(["p", "h2", "ul"]), st.text("社区走访甲乙丙", max_size=12)), max_size=12
)


def edition(texts, before=()):
    anchors = assign_anchors(texts, before)
    return [Known(anchor, kind, text) for anchor, (kind, text) in zip(anchors, texts, strict=True)]


# -- anchors ----------------------------------------------------------------------------------------------------------


@given(paragraphs, paragraphs)
def test_anchors_are_unique_and_fit_the_column(first, second):
    old = edition(first)
    anchors = [known.anchor for known in edition(second, old)]
    assert len(set(anchors)) == len(anchors) == len(second)
    assert all(0 < len(anchor) <= 16 for anchor in anchors)


@given(paragraphs)
def test_a_text_that_does_not_change_keeps_all_its_anchors(texts):
    old = edition(texts)
    assert edition(texts, old) == old


def test_paragraphs_that_move_keep_their_anchors():
    old = edition([("p", "甲段"), ("p", "乙段"), ("p", "丙段")])
    new = edition([("p", "丙段"), ("p", "甲段"), ("p", "乙段")], old)
    assert {known.text: known.anchor for known in new} == {known.text: known.anchor for known in old}


def test_an_edited_paragraph_keeps_its_anchor_and_a_new_one_gets_its_own():
    old = edition([("p", LONG), ("p", "填写时按五项依次核对。")])
    new = edition(
        [("p", "完全不同的一段开头文字"), ("p", LONG.replace("登记", "受理")), ("p", "填写时按五项依次核对。")], old
    )
    assert [known.anchor for known in new[1:]] == [known.anchor for known in old]
    assert new[0].anchor not in {known.anchor for known in old}


def test_the_most_similar_paragraph_wins():
    old = edition([("p", LONG)])
    new = edition([("p", LONG[:24]), ("p", LONG + "再说一遍。")], old)
    assert [known.anchor == old[0].anchor for known in new] == [False, True]


def test_a_heading_never_becomes_a_paragraph():
    old = edition([("h2", "登记表怎么填")])
    assert edition([("p", "登记表怎么填。")], old)[0].anchor != old[0].anchor


def test_a_paragraph_that_was_taken_out_has_its_anchor_again_when_it_comes_back():
    first = edition([("p", LONG), ("p", "乙")])
    third = edition([("p", LONG), ("p", "乙")], edition([("p", "乙")], first))
    assert third == first


def test_equal_paragraphs_are_told_apart():
    old = edition([("hr", ""), ("hr", "")])
    assert len({known.anchor for known in old}) == 2
    assert edition([("hr", ""), ("hr", "")], old) == old


# -- finding words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "query"),
    [("入户走访的准备", "走访"), ("ＡＢＣ 三类", "abc三"), ("共 12 户", "12户"), ("Four Measures", "four measures")],
)
def test_words_are_found_however_they_are_typed(text, query):
    assert fold(query) in fold(text)


@given(st.text(max_size=60))
def test_every_folded_letter_knows_its_place(text):
    folded, places = fold_with_places(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    assert all(0 <= place < len(text) for place in places)


def test_an_excerpt_marks_the_words_and_says_what_it_leaves_out():
    pieces = excerpt("甲" * 50 + "入户走访" + "乙" * 100, ["走访"])
    assert [piece.text for piece in pieces if piece.hit] == ["走访"]
    assert pieces[0].text == pieces[-1].text == "…"
    assert "".join(piece.text for piece in pieces).count("甲") < 50


@given(st.text("走访社区 甲", max_size=200), st.sampled_from(["走访", "社区", "甲"]))
def test_an_excerpt_is_part_of_the_text(text, word):
    pieces = excerpt(text, [word])
    assert "".join(piece.text for piece in pieces).strip("…") in text
    assert all(piece.text == word for piece in pieces if piece.hit and len(piece.text) == len(word))


def test_a_query_is_cut_into_a_few_words():
    assert words_of("  走访 走访　登记 ") == ["走访", "登记"]
    assert len(words_of(" ".join(chr(0x4E00 + n) for n in range(30)))) == 6
    assert words_of("　") == []


# -- what a report is worth -------------------------------------------------------------------------------------------


@given(
    st.lists(st.integers(-3, 40), max_size=60),
    st.lists(st.integers(0, 800), max_size=30),
    st.integers(0, 2_000_000),
)
def test_no_claim_earns_more_than_the_time_allows(claimed, weights, elapsed):
    accepted, used = accept_shown(claimed, weights, [], elapsed)
    assert used <= elapsed
    assert used == sum(cost_ms(weights[index]) for index in accepted)
    assert len(set(accepted)) == len(accepted)


def test_reading_takes_at_least_a_minute():
    assert [reading_minutes(0), reading_minutes(330), reading_minutes(6200)] == [1, 1, 19]


# -- how it looks -----------------------------------------------------------------------------------------------------


def test_appearance_survives_a_cookie():
    chosen = Appearance(4, "wide", "kai", "night")
    assert Appearance.from_cookie(chosen.cookie()) == chosen


@pytest.mark.parametrize("text", ["", "9.huge.comic.pink", "....", "2", "²" + ".normal.serif.auto", "x" * 400])
def test_a_strange_cookie_is_passed_over(text):
    assert Appearance.from_cookie(text) == Appearance()
