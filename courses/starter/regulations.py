"""Regulations of the demo, the questions that rest on them, and what explains some questions."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select

from academy.accounts.models import Person
from academy.clock import freeze, now
from academy.db import db
from courses.questions import services as questions
from courses.questions.models import Question
from courses.references.models import Regulation
from courses.references.rules import Target
from courses.references.services import links, regulations
from courses.starter.reading import HOME, CatalogueError, read_yaml

FILE = HOME / "demo" / "regulations.yaml"
FACTS = ("title", "title_en", "number", "issuer", "in_force_since", "note")


def load_regulations(owner: Person) -> int:
    """Put the regulations of the file into the list, unless there are any; return how many came."""
    if db.session.scalar(select(Regulation.id).limit(1)) is not None:
        return 0
    facts = read_yaml(FILE)
    with freeze(now() - timedelta(days=20)):
        for entry in facts["regulations"]:
            _add(owner, entry)
    for entry in facts["links"]:
        _link(entry)
    return len(facts["regulations"])


def _add(owner: Person, entry: dict[str, Any]) -> None:
    regulation = regulations.add(owner, {name: entry[name] for name in FACTS if name in entry})
    for question in _tagged(entry):
        regulations.choose(question.id, [], [regulation.id], owner)
    for number, change in enumerate(entry.get("changes", [])):
        regulations.announce(regulation, number, change["changed_on"], change["what"], owner)


def _tagged(entry: dict[str, Any]) -> Sequence[Question]:
    has = or_(*[questions.tagged(tag) for tag in entry["tags"]])
    query = select(Question).join(Question.current).where(has, Question.retired_at.is_(None))
    return list(db.session.scalars(query.order_by(Question.id).limit(entry["most"])))


def _link(entry: dict[str, Any]) -> None:
    """Link questions to the first paragraph of a textbook that has some words, and to a lesson if one is named."""
    wanted = [(entry["words"], True)] + ([(entry["lesson"], False)] if "lesson" in entry else [])
    targets = [_first(words, place) for words, place in wanted]
    for question in _tagged(entry):
        links.change(question.id, [], targets)


def _first(words: str, in_paragraph: bool) -> Target:
    for _name, _icon, choices in links.search(words):
        for choice in choices:
            if bool(choice.target.place) == in_paragraph:
                return choice.target
    raise CatalogueError(f"{FILE}: nothing is found by “{words}”.")
