"""Markdown in questions: what is shown, and what never is."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from academy.i18n import using
from academy.web.rich_text import HOLE, LONGEST_KEPT, question_phrase, question_pieces, question_stem, question_text
from courses.question_types.base import asked, hints_of, plain_stem
from courses.question_types.installed import all_types
from courses.question_types.text import plain_of
from courses.questions.rules import search_text

PICTURE = f"![一张图](/pictures/{'0a' * 16}/plan.png)"
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '![x" onerror="alert(1)](/pictures/a/b.png)',
    "[打开](javascript:alert(1))",
    "![图](javascript:alert(1))",
    "[打开](<java\nscript:alert(1)>)",
    "[打开](data:text/html,<script>alert(1)</script>)",
    "</label></fieldset></form><input name=answer value=1>",
    '<a href="x" style="position:fixed" onclick="alert(1)">点</a>',
    "<iframe src=//evil.example></iframe>",
    '[x](/a "title\\" onmouseover=alert(1) x=\\"")',
]
_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)((?:\"[^\"]*\"|[^>\"])*)>")
_ATTRIBUTE = re.compile(r'([a-z]+)="([^"]*)"')
MAY_HAVE = {"href", "src", "alt", "width", "height", "rel", "start"}


def judge(html, tags):
    """Every tag and every attribute of made HTML is one that a question may have."""
    for tag, rest in _TAG.findall(html):
        assert tag.strip("/") in tags, html
        for name, value in _ATTRIBUTE.findall(rest):
            assert name in MAY_HAVE, html
            if name in ("href", "src"):
                assert re.match(r"(https?:|mailto:|tel:|/|[\w%.#?-]*$)", value), html


BLOCK = {
    *("p", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "br", "hr", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
PHRASE = {"em", "strong", "s", "code", "br", "img"}


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_becomes_text(text):
    for around in ("%s", "**%s**", "- %s", "|%s|\n|-|\n|1|"):
        judge(question_text(around % text, "markdown"), BLOCK)
        judge(question_text(around % text, "markdown", inline=True), PHRASE)
        assert "<" not in question_text(text)


@given(st.text(alphabet="<>[]()!\"'`*_#|-\\ \n\tascript:/.=&;甲" + HOLE, max_size=60), st.booleans())
def test_no_text_makes_anything_but_what_questions_may_have(text, inline):
    judge(question_text(text, "markdown", inline=inline), PHRASE if inline else BLOCK)
    assert not re.search(r"<[^!/]", question_text(text))


def test_plain_text_stays_as_it_is():
    assert question_text("1 < 2 且 **不**加粗\n第二行") == "1 &lt; 2 且 **不**加粗\n第二行"
    assert question_text(None) == ""
    assert question_text("# 甲", "anything") == "# 甲"


def test_markdown_is_shown():
    html = question_text(f"# 题\n\n看图：{PICTURE}\n第二行\n\n|甲|乙|\n|-|-|\n|1|2|", "markdown")
    assert "<p><strong>题</strong></p>" in html, "a heading would break the headings of the page"
    assert 'alt="一张图"' in html
    assert "<br>" in html
    assert "<table>" in html


def test_an_option_has_no_paragraph_and_no_link():
    assert question_text("**甲** [乙](http://a.example)", "markdown", inline=True) == "<strong>甲</strong> 乙"
    assert question_text("甲\n乙", "markdown", inline=True) == "甲<br>乙"


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.sampled_from([None, "markdown"]))
def test_there_is_always_a_piece_around_every_blank(parts, form):
    assert len(question_pieces(parts, form)) == len(parts)


def test_blanks_stand_in_rendered_markdown():
    pieces = question_pieces(["**急事** ", "商量\n\n- 大事", "商量"], "markdown")
    assert pieces == ["<p><strong>急事</strong> ", "商量</p>\n<ul>\n<li>大事", "商量</li>\n</ul>\n"]


def test_a_blank_in_an_address_is_refused_and_hurts_nobody():
    fill_in = all_types()["fill_in"]
    for stem in ("[去](/a____b)", "![____](/pictures/a/b.png)"):
        content = {"stem": stem, "format": "markdown", "blanks": [{"accepted": ["甲"]}]}
        assert [problem.field for problem in fill_in.problems(content)] == ["stem"]
        parts = fill_in.public(content, None)["parts"]
        assert all("<" not in piece for piece in question_pieces(parts, "markdown"))
    content = {"stem": "**空** 【____】", "format": "markdown", "blanks": [{"accepted": ["甲"]}]}
    assert fill_in.problems(content) == []


def test_words_without_marks():
    text = f"# 题\n\n**加粗** `码` [链接](http://a.example) {PICTURE}\n\n|甲|乙|\n|-|-|"
    assert plain_of(text, "markdown") == "题\n加粗 码 链接 【一张图】\n甲\n乙"
    assert plain_of("**不动**") == "**不动**"
    assert plain_stem({"stem": "**题**", "format": "markdown"}) == "题"
    assert plain_stem({"stem": "**题**"}) == "**题**"
    assert plain_stem([]) == ""
    searched = search_text({"stem": "**急**事", "format": "markdown", "hints": ["想一想"]})
    assert "急事" in searched
    assert "想一想" in searched
    assert "markdown" not in searched


@pytest.mark.parametrize("type_", all_types().values(), ids=lambda type_: type_.key)
def test_every_type_tells_how_it_is_written_and_keeps_hints_to_itself(type_):
    for example in type_.examples:
        content = {**example.content, "format": "markdown", "hints": ["提示里的话"]}
        assert type_.public(content, "1")["format"] == "markdown"
        assert "提示里的话" not in str(type_.public(content, "1"))
        assert "format" not in type_.public(example.content, "1")


def test_hints_are_few_and_short():
    true_false = all_types()["true_false"]
    content = {"stem": "对吗？", "correct": True}
    assert true_false.problems({**content, "hints": ["一", "二", "三"]}) == []
    assert [each.field for each in true_false.problems({**content, "hints": ["一"] * 4})] == ["hint-1"]
    assert [each.field for each in true_false.problems({**content, "hints": ["一", "字" * 301]})] == ["hint-2"]
    assert hints_of({"hints": ["一", 2, ""]}) == ["一"]
    assert hints_of({"hints": "一"}) == []
    assert asked({"stem": 1}) == {"stem": ""}


@pytest.mark.parametrize("form", [None, "markdown"])
def test_a_piece_that_was_kept_is_the_one_that_would_be_made(form):
    for text in (*ATTACKS, "**甲** & <乙>", "plain", "", "长" * (LONGEST_KEPT + 1)):
        first = question_phrase(text, form)
        assert question_phrase(text, form) == first
        assert first == f'<span class="tx" lang="{_lang(first)}">{question_text(text, form, inline=True)}</span>'
        stem = question_stem({"stem": text, "format": form})
        assert str(question_text(text, form)) in stem
        assert stem == question_stem({"stem": text, "format": form})


def test_a_piece_is_kept_for_each_language_and_form_by_itself():
    assert question_phrase("*a*") != question_phrase("*a*", "markdown")
    with using("zh"):
        here = question_phrase("GB/T 1")
    with using("en"):
        there = question_phrase("GB/T 1")
        assert 'lang="zh-CN"' in question_phrase("第一条")
    assert ('lang="zh-CN"' in here, 'lang="en"' in there) == (True, True)


def test_a_stem_says_where_it_stands():
    assert question_stem({"stem": "问"}, "legend") == '<legend class="stem" lang="zh-CN">问</legend>'
    assert question_stem({"stem": "问", "format": "markdown"}, "legend").startswith('<div class="stem rich"')
    assert question_stem(None) == '<p class="stem" lang="zh-CN"></p>'


def _lang(html):
    return _ATTRIBUTE.findall(html.split(">")[0])[-1][1]
