"""Textbooks."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count

from academy.accounts.models import Person
from courses.textbooks import services
from courses.textbooks.models import Textbook
from tests.factories.people import make_person

_numbers = count(1)
CHAPTERS = {
    "认识社区": "到一个新社区，先弄清楚三件事：住着谁，有什么，缺什么。\n\n## 摸底摸什么\n\n摸底不是把表填满，表上的数字要能回答问题。",
    "入户走访": "走访之前先想好为什么去。\n\n## 进门\n\n先说自己是谁，再说为什么来。\n\n> 记录时用当事人的原话。",
}


def make_textbook(
    owner: Person | None = None, chapters: Mapping[str, str] | None = None, published: bool = True, **facts
) -> Textbook:
    """Make a textbook with these chapters (title -> Markdown), published as its first edition if not told otherwise."""
    number = next(_numbers)
    owner = owner or make_person("instructor")
    values = {"title": f"教材{number}", "subject": "methods", "hue": "pine", "summary": "写给社区工作者。", **facts}
    book = services.create_textbook(owner, values.pop("slug", f"textbook-{number}"), **values)
    for title, body in (CHAPTERS if chapters is None else chapters).items():
        services.add_chapter(book, title, body=body)
    if published:
        services.publish(book, owner)
    return book
