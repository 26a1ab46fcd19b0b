"""What every installed lesson type keeps to, whatever it is."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from academy.db import db
from academy.i18n import using
from courses.catalog.forms import lesson_form
from courses.lesson_types.base import PlayerContext
from courses.lesson_types.registry import lesson_type, lesson_types
from courses.quizzes.models import QuizVersion
from tests.factories import make_person
from tests.support import count_queries

MEASURES = {"time", "units", "reading", "attempt", "work"}


@pytest.fixture(params=sorted(lesson_types()))
def kind(request):
    return lesson_types()[request.param]


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def signed_in(app, author):
    """A request of the author."""
    from flask_login import login_user  # noqa: PLC0415

    with app.test_request_context():
        login_user(author)
        yield author


def context(person_id: int = 1, **values) -> PlayerContext:
    return PlayerContext(
        person_id=person_id,
        media_url=lambda file_id, name: f"/file/{file_id}/{name}",
        page_url=lambda file_id, number: f"/page/{file_id}/{number}",
        **values,
    )


def test_types_are_found_by_their_folders():
    assert {"text", "video", "document", "textbook_chapter", "quiz"} <= set(lesson_types())
    assert lesson_type("hologram") is None


def test_a_type_says_what_it_is(kind):
    assert kind.key == kind.__class__.__module__.rsplit(".", 1)[-1]
    assert str(kind.name) and kind.icon and kind.measure in MEASURES
    with using("en"):
        assert str(kind.name).isascii(), "the name is not translated"


def test_its_rules_have_keys_of_their_own_and_sentences(kind):
    keys = [rule.key for rule in kind.rules]
    assert keys and len(keys) == len(set(keys))
    for rule in kind.rules:
        assert str(rule.label) and (rule.percent is None or 1 <= rule.percent <= 100)
        with using("en"):
            assert str(rule.label).isascii(), rule.key


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"rule": "unknown"},
        {"rule": None, "percent": 50},
        {"percent": 0},
        {"percent": 101},
        {"percent": "90"},
        {"percent": True},
        {"percent": None},
    ],
)
def test_any_completion_is_brought_into_normal_form(kind, odd):
    for rule in kind.rules:
        normal = kind.checked_completion({"rule": rule.key, **odd})
        assert kind.checked_completion(normal) == normal
        assert normal["rule"] in {each.key for each in kind.rules}
        assert 0 <= kind.goal(normal) <= 1
        assert json.loads(json.dumps(normal)) == normal


def test_a_lesson_just_added_lacks_something_and_breaks_nothing(app, kind, author):
    empty = kind.empty()
    assert json.loads(json.dumps(empty)) == empty
    assert kind.lacks(empty)
    with app.test_request_context():
        assert [problem.message for problem in kind.problems(empty)]
        assert kind.size(empty) >= 1 and kind.minutes(empty) >= 0 and kind.files(empty) == frozenset()
        assert isinstance(kind.search_text(empty), str)
        assert kind.length_label(empty, 0)
        assert isinstance(kind.player(empty, context(author.id, preview=True)), dict)
        assert kind.preview(empty) == empty


def test_what_a_lesson_lacks_asks_no_database(app, kind):
    with count_queries() as queries:
        kind.lacks(kind.empty())
    queries.assert_at_most(0)


def test_every_rule_is_a_sentence_in_both_languages(kind):
    for rule in kind.rules:
        completion = kind.checked_completion({"rule": rule.key})
        assert kind.requirement(completion, kind.empty())
        with using("en"):
            assert kind.requirement(completion, kind.empty()).isascii()


def test_what_is_missing_is_said_until_it_is_done(app, kind):
    for rule in kind.rules:
        completion = kind.checked_completion({"rule": rule.key})
        goal = kind.goal(completion)
        assert kind.missing(kind.empty(), completion, Fraction(1)) == ""
        if goal:
            assert kind.missing(kind.empty(), completion, Fraction(0))


def test_the_form_takes_what_it_gave(kind, signed_in):
    """Opening the editor of a saved lesson and saving it unchanged changes nothing."""

    def saved(content):
        form = lesson_form(kind, formdata=None, title="一节", **kind.to_form(content))
        return kind.from_form(form, content)

    once = saved(kind.empty())
    assert saved(once) == once


def test_the_fields_of_its_form_do_not_clash_with_those_of_every_lesson(kind, signed_in):
    own = {name for name, _field in kind.form(formdata=None)._fields.items()} - {"csrf_token"}
    assert own.isdisjoint({"title", "title_en", "minutes", "required", "rule", "percent", "version"})


def test_its_templates_are_there(app, kind):
    for name in ("editor", "player"):
        app.jinja_env.get_template(f"lesson_types/{kind.key}/{name}.html")


def test_a_preview_and_a_comparison_store_nothing(kind, signed_in):
    before = db.session.scalar(select(func.count()).select_from(QuizVersion))
    kind.preview(kind.empty())
    kind.same(kind.empty(), kind.empty())
    db.session.flush()
    assert not db.session.new
    assert db.session.scalar(select(func.count()).select_from(QuizVersion)) == before
