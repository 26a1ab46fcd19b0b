"""Mistakes in the catalogue's files are told with the file and what to mend."""

from __future__ import annotations

import pytest

from courses.starter.lessons import hundredths
from courses.starter.reading import CatalogueError, media, need, read_text, read_yaml


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CatalogueError, match=r"course\.yaml.*missing"):
        read_yaml(tmp_path / "course.yaml")


def test_broken_yaml_is_told_with_its_line(tmp_path):
    file = tmp_path / "course.yaml"
    file.write_text("title: 一\nchapters: [", encoding="utf-8")
    with pytest.raises(CatalogueError, match="line 2"):
        read_yaml(file)


def test_a_file_in_another_encoding_is_named(tmp_path):
    file = tmp_path / "lesson.md"
    file.write_bytes("社区".encode("gb18030"))
    with pytest.raises(CatalogueError, match="UTF-8"):
        read_text(file)


def test_an_entry_that_is_missing_is_named(tmp_path):
    with pytest.raises(CatalogueError, match="“title” is missing"):
        need({"title": ""}, "title", tmp_path)


@pytest.mark.parametrize("name", ["../cli.py", "nothing.mp4", "/etc/passwd"])
def test_media_lie_in_the_media_folder_only(name):
    with pytest.raises(CatalogueError, match="missing"):
        media(name)


@pytest.mark.parametrize(("text", "value"), [("2.0", 200), ("0.25", 25), ("1.5", 150), (1, 100)])
def test_credit_hours_are_exact(tmp_path, text, value):
    assert hundredths(text, tmp_path) == value


def test_credit_hours_that_are_no_number_are_named(tmp_path):
    with pytest.raises(CatalogueError, match="many"):
        hundredths("many", tmp_path)
