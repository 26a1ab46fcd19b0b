"""`flask i18n`: what a language still lacks."""

import sys
from collections import Counter
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from academy.i18n import FOLDER, SOURCE, locales
from academy.languages.catalogues import add_missing, problems
from academy.languages.texts import collect

WORDS = {
    "untranslated": "not translated",
    "stale": "no longer used",
    "placeholders": "other placeholders than the source",
    "conflict": "translated in two ways",
}

group = AppGroup("i18n", help="Find texts that a language lacks.")


@group.command("check")
@click.option("--locale", "only", default=None, help="Look at one language only, for example en.")
@click.option("--most", default=40, show_default=True, help="How many findings to print for each language.")
def check(only: str | None, most: int) -> None:
    """List what is untranslated, no longer used, or differs in its placeholders; the status is 1 if there is any."""
    texts = collect(Path(current_app.root_path))
    chosen = [only] if only else [locale for locale in locales() if locale != SOURCE]
    failed = False
    for locale in chosen:
        found = problems(texts, FOLDER / locale)
        failed = failed or bool(found)
        counted = Counter(problem.kind for problem in found)
        summary = ", ".join(f"{number} {WORDS[kind]}" for kind, number in sorted(counted.items()))
        click.echo(f"{locale}: {summary or 'complete'} ({len({text.message for text in texts})} texts)")
        for problem in found[:most]:
            detail = f" [{problem.detail}]" if problem.detail else ""
            click.echo(f"  {WORDS[problem.kind]}: {problem.message!r}{detail}  {problem.where}")
        if len(found) > most:
            click.echo(f"  … and {len(found) - most} more")
    sys.exit(1 if failed else 0)


@group.command("update")
@click.option("--locale", "only", default=None, help="One language only; one that is new gets its folder.")
def update(only: str | None) -> None:
    """Add texts that a language lacks to its .po files, with an empty translation."""
    texts = collect(Path(current_app.root_path))
    for locale in [only] if only else [locale for locale in locales() if locale != SOURCE]:
        added = add_missing(texts, FOLDER / locale)
        for name, number in added.items():
            click.echo(f"{locale}/{name}: {number} added")
        if not added:
            click.echo(f"{locale}: nothing to add")
