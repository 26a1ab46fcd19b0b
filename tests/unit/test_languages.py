"""Finding marked texts, and holding them against .po files."""

from __future__ import annotations

from pathlib import Path

import pytest

from academy.languages.catalogues import add_missing, entries, problems
from academy.languages.texts import collect, room_of

PYTHON = """
from academy.i18n import _, lazy as _l, ngettext
HELLO = _l("您好")
def greet(n):
    return _("您好") + ngettext("%(n)s 人", "%(n)s 人", n) + _("还剩 %(left)s 节", left=n)
"""
TEMPLATE = """{% if x %}{{ _('继续"学习"') }}{{ ngettext('%(n)s 门', '%(n)s 门', 2, n=2) }}{% endif %}"""


@pytest.fixture
def project(tmp_path) -> Path:
    for name, text in {
        "app.py": "from academy.i18n import _\nX = _('应用')\n",
        "academy/rooms/views.py": PYTHON,
        "academy/web/filters.py": "from academy.i18n import _\nX = _('小时')\n",
        "courses/question_types/essay/editor.html": "{{ _('写多少字') }}",
        "templates/rooms/page.html": TEMPLATE,
        "templates/layouts/base.html": "{{ _('跳到主要内容') }}",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "translations" / "en"
    path.mkdir(parents=True)
    return path


def write(folder, name, *pairs) -> None:
    lines = ['msgid ""\nmsgstr "Language: en\\n"\n']
    lines += [f'msgid "{message}"\nmsgstr "{text}"\n' for message, text in pairs]
    folder.joinpath(name).write_text("\n".join(lines), encoding="utf-8")


def test_every_marked_text_is_found_with_its_room(project):
    found = {(text.message, text.room, bool(text.plural)) for text in collect(project)}
    assert found == {
        ("应用", "common", False),
        ("小时", "common", False),
        ("跳到主要内容", "common", False),
        ("您好", "rooms", False),
        ("%(n)s 人", "rooms", True),
        ("还剩 %(left)s 节", "rooms", False),
        ('继续"学习"', "rooms", False),
        ("%(n)s 门", "rooms", True),
        ("写多少字", "question_types", False),
    }


@pytest.mark.parametrize(
    ("path", "room"),
    [
        ("academy/errors.py", "common"),
        ("academy/accounts/views/people.py", "accounts"),
        ("courses/vocabulary.py", "common"),
        ("templates/accounts/people.html", "accounts"),
        ("templates/components/ui.html", "common"),
    ],
)
def test_the_file_that_a_text_belongs_to(path, room):
    assert room_of(Path(path)) == room


def test_what_is_missing_is_added_once_and_to_the_right_file(project, folder):
    texts = collect(project)
    assert add_missing(texts, folder) == {"common.po": 3, "question_types.po": 1, "rooms.po": 5}
    assert add_missing(texts, folder) == {}
    assert {problem.kind for problem in problems(texts, folder)} == {"untranslated"}
    counted = next(entry for entry in entries(folder) if entry.plural)
    assert counted.translations == ("", "")


def test_adding_keeps_what_is_there(project, folder):
    write(folder, "rooms.po", ("您好", "Hello"))
    add_missing(collect(project), folder)
    held = {entry.message: entry.translations for entry in entries(folder)}
    assert held["您好"] == ("Hello",)
    assert held["还剩 %(left)s 节"] == ("",)


def test_what_a_translator_has_to_look_at(project, folder):
    write(folder, "rooms.po", ("您好", "Hello"), ("还剩 %(left)s 节", "%(rest)s lessons left"), ("旧的", "Old"))
    write(folder, "common.po", ("您好", "Good day"))
    kinds = {}
    for problem in problems(collect(project), folder):
        kinds.setdefault(problem.kind, []).append(problem)
    assert [(one.message, one.detail) for one in kinds["placeholders"]] == [("还剩 %(left)s 节", "left, rest")]
    assert [one.message for one in kinds["stale"]] == ["旧的"]
    assert [(one.message, one.where) for one in kinds["conflict"]] == [("您好", "common.po:4, rooms.po:4")]
    assert "您好" not in {one.message for one in kinds["untranslated"]}
    assert len(kinds["untranslated"]) == 7


def test_a_fuzzy_translation_does_not_count(project, folder):
    folder.joinpath("rooms.po").write_text(
        'msgid ""\nmsgstr ""\n\n#, fuzzy\nmsgid "您好"\nmsgstr "Hello"\n', encoding="utf-8"
    )
    assert "您好" in {
        problem.message for problem in problems(collect(project), folder) if problem.kind == "untranslated"
    }
