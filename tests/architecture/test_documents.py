"""The documents say what the code does, where that can be told by a machine."""

from __future__ import annotations

import re

from academy.accounts.demo import DEMO
from tests.architecture.source import HOME, files, read

ASKED = re.compile(r"""(?:env(?:iron)?\.get\(|environ\[|_number\(|_megabytes\(env,\s*)\s*["']([A-Z_]+)["']""")
OF_THE_SYSTEM = {"PYTHONPATH"}


def test_every_setting_is_explained():
    sources = files("*.py", "academy", "courses")
    read_by_code = {name for path in sources for name in ASKED.findall(read(path))} - OF_THE_SYSTEM
    assert "ACADEMY_ENV" in read_by_code
    explained = set(re.findall(r"`([A-Z][A-Z_]+)`", read(HOME / "docs" / "operations.md")))
    assert read_by_code - explained == set()


def test_every_explained_setting_exists():
    table = read(HOME / "docs" / "operations.md").split("## Settings")[1].split("\n## ")[0]
    explained = {
        name
        for row in table.splitlines()
        if row.startswith("| `")
        for name in re.findall(r"`([A-Z_]{4,})`", row.split("|")[1])
    }
    code = "".join(read(path) for path in files("*.py", "academy"))
    assert {name for name in explained if f'"{name}"' not in code} == set()


def test_the_readme_names_the_demo_sign_ins():
    readme = read(HOME / "README.md")
    assert [one.username for one in DEMO if one.username not in readme or one.password not in readme] == []


def test_links_between_documents_lead_somewhere():
    broken = []
    for path in [*HOME.glob("*.md"), *files("*.md", "docs", "tests")]:
        for target in re.findall(r"\]\(([^)\s#]+)[^)]*\)", read(path)):
            if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(HOME)}: {target}")
    assert broken == []
