"""Templates name only what exists, carry nothing inline, and each of them is used."""

from __future__ import annotations

import re

import pytest
from jinja2 import nodes
from jinja2.meta import find_referenced_templates

from tests.architecture.source import HOME, files, name, read, template_name, templates

# The route table is the same on every database.
pytestmark = pytest.mark.sqlite_only

INLINE = re.compile(
    r"<style\b|\sstyle\s*=|<script(?![^>]*\bsrc\s*=)(?![^>]*type=\"application/json\")|\son[a-z]+\s*=\s*[\"']", re.I
)
IN_PYTHON = re.compile(r"""["']([\w./{}-]+\.html)["']""")


@pytest.fixture(params=templates(), ids=template_name)
def template(request):
    return request.param


def test_nothing_is_inline(template):
    bare = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", lambda found: "\n" * found[0].count("\n"), read(template), flags=re.S
    )
    lines = [number for number, line in enumerate(bare.splitlines(), 1) if INLINE.search(line)]
    assert lines == []


def test_endpoints_in_it_exist(template, site):
    tree = site.app.jinja_env.parse(read(template))
    named = [
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "url_for"
        and call.args
        and isinstance(call.args[0], nodes.Const)
    ]
    own = template_name(template)
    assert [each for each in named if each not in site.app.view_functions] == [], own


def test_static_files_in_it_exist(template, site):
    tree = site.app.jinja_env.parse(read(template))
    named = [
        argument.value.value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "url_for"
        for argument in call.kwargs
        if argument.key == "filename" and isinstance(argument.value, nodes.Const)
    ]
    assert [each for each in named if not HOME.joinpath("static", each).is_file()] == []


def test_every_template_is_used(site):
    known = {template_name(path) for path in templates()}
    used, missing = set(), set()
    for path in templates():
        for named in find_referenced_templates(site.app.jinja_env.parse(read(path))):
            if named is not None:
                (used if named in known else missing).add(named)
    patterns = []
    for path in [HOME / "app.py", *files("*.py", "academy", "courses")]:
        for named in IN_PYTHON.findall(read(path)):
            patterns.append(re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(named)) + "$"))
    used |= {each for each in known if any(pattern.match(each) for pattern in patterns)}
    plugins = {each for each in known if not HOME.joinpath("templates", each).exists()}
    assert missing == set()
    assert sorted(known - used - plugins) == []


def test_every_stylesheet_and_script_is_used():
    """Pages ask for them by their name without the ending, other sheets and scripts by their whole name."""
    own = [*files("*.css", "static"), *files("*.js", "static")]
    everywhere = "".join(read(path) for path in [*templates(), *own, *files("*.py", "academy", "courses")])
    asked = {
        path
        for path in own
        if path.name in everywhere or f"'{_bare(path)}'" in everywhere or f'"{_bare(path)}"' in everywhere
    }
    assert [name(path) for path in own if path not in asked] == []


def _bare(path) -> str:
    return "/".join(path.relative_to(HOME / "static").with_suffix("").parts[1:])
