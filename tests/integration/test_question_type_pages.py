"""What the pages of every question type promise: answered by keyboard, nothing lost, nothing broken by what authors write."""

from __future__ import annotations

import pytest
from flask import g, render_template, url_for
from werkzeug.datastructures import MultiDict

from courses.question_types.installed import all_types
from courses.quizzes.services.papers import PaperQuestion
from tests.factories import make_person
from tests.support.client import _held_values
from tests.support.html import faults, parse

CASES = [
    (type_, example.content, form)
    for type_ in all_types().values()
    for example in type_.examples
    for form in ("", "markdown")
]
each_case = pytest.mark.parametrize(
    ("type_", "content", "form"),
    CASES,
    ids=[f"{type_.key}-{form or 'plain'}-{n}" for n, (type_, _, form) in enumerate(CASES)],
)
CONTROLS = {"input", "select", "textarea", "button"}
NASTY = (
    "</label></fieldset></form><input name=answer value=bad> **粗** ![图](/pictures/a/b.png) [链](javascript:alert(1))"
)


@pytest.fixture
def show(app):
    """`show(type_, content, answer)` gives the page of an answer as trainees get it, between two tags of a form."""
    person = make_person()

    def page(type_, content, answer):
        question = PaperQuestion(1, 1, 100, type_, content, "1:1", answer=answer)
        with app.test_request_context("/"):
            g._login_user = person
            return f"<form>{render_template(type_.template('answer'), question=question)}</form>"

    return page


def written(content, form):
    return {**content, "format": form} if form else content


@each_case
def test_a_question_is_answered_with_controls_that_every_keyboard_reaches(show, type_, content, form):
    page = parse(show(type_, written(content, form), None))
    controls = [node for node in page.walk() if node.get("name") and node.get("type") != "hidden"]
    assert controls
    for node in controls:
        assert node.tag in CONTROLS, node.tag
        assert node.get("tabindex") != "-1", "left out by the Tab key"


@each_case
def test_the_page_holds_the_answer_that_was_given(show, type_, content, form):
    content = written(content, form)
    answer = type_.correct_answer(content)
    if type_.key == "essay" or answer is None:
        answer = "写下来的答案"
    page = parse(show(type_, content, answer))
    values = _held_values(page)
    sent = type_.parse_answer(MultiDict([(name, value) for name, held in values.items() for value in held]))
    if type_.stepwise:
        sent = type_.advance(content, answer, sent, "1:1")
    assert type_.grade(content, sent) == type_.grade(content, answer)
    assert type_.is_answered(sent)


@each_case
def test_pages_are_well_formed_whatever_the_author_writes(show, type_, content, form):
    content = _spoiled(written(content, form))
    html = show(type_, content, None)
    inner = [each for each in faults(html) if "html" not in each and "title" not in each and "main" not in each]
    assert not [each for each in inner if "while" in each or "never closed" in each or "twice" in each], inner
    assert "javascript:" not in "".join(node.get("href", "") for node in parse(html).walk())
    assert 'value="bad"' not in html
    assert "value=bad>" not in html


def _spoiled(value, key=""):
    """The content with something nasty at the end of every text that is shown."""
    if isinstance(value, dict):
        return {name: _spoiled(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [_spoiled(item, key) for item in value]
    return (
        f"{value} {NASTY}"
        if isinstance(value, str) and key in ("stem", "text", "left", "right", "label", "material")
        else value
    )


def test_the_preview_shows_what_trainees_get(app, sign_in):
    desk = sign_in(make_person("instructor"))
    with app.test_request_context("/"):
        address = url_for("questions.preview_text")
    answer = desk.post(address, json={"text": "# 题\n<script>alert(1)</script> **粗**"})
    assert (
        answer.json["html"]
        == "<p><strong>题</strong></p>\n<p>&lt;script&gt;alert(1)&lt;/script&gt; <strong>粗</strong></p>\n"
    )
    assert desk.post(address, json={"text": "字" * 20_001}).status_code == 413
    assert desk.post(address, json=[1]).status_code == 413
