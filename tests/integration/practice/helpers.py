"""What the tests of practice share."""

from __future__ import annotations

from academy.db import db
from courses.question_types import installed
from courses.questions.models import Category
from courses.questions.services import category_named
from tests.factories import make_question

SECRET = "先不能看到的解析"
SHELF = "社区治理"


def open_shelf(name=SHELF) -> Category:
    shelf = category_named(name)
    shelf.open_for_practice = True
    db.session.flush()
    return shelf


def stock(singles=0, multiples=0, name=SHELF) -> Category:
    """Put so many questions on an open shelf."""
    shelf = open_shelf(name)
    for number in range(singles):
        make_question("single_choice", category=name, explanation=f"{SECRET}{number}")
    for number in range(multiples):
        make_question("multiple_choice", category=name, explanation=f"{SECRET}{number}")
    return shelf


def best(version):
    return installed.get(version.type).correct_answer(version.content)
