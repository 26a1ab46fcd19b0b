"""Files stay small enough to be read in one go."""

from __future__ import annotations

from tests.architecture.source import CODE, HOME, files, name, read, templates

MOST_LINES = 400


def test_no_file_is_longer_than_it_may_be():
    code = [HOME / "app.py", *files("*.py", *CODE), *files("*.css", "static"), *files("*.js", "static")]
    code = [path for path in code if "versions" not in path.parts]
    lengths = {name(path): len(read(path).splitlines()) for path in [*code, *templates()]}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES} == {}


def test_every_room_says_what_belongs_in_it():
    rooms = [path for folder in ("academy", "courses") for path in HOME.joinpath(folder).glob("*/__init__.py")]
    assert [name(path) for path in rooms if not read(path).lstrip().startswith('"""')] == []
