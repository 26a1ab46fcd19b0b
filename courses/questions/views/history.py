"""The versions of a question: looking at them, comparing two, going back to one."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.audit.services import record
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from courses.question_types import installed
from courses.question_types.base import plain_stem
from courses.questions import comparing, services
from courses.questions.comparing import Said
from courses.questions.models import Question, QuestionVersion
from courses.questions.previewing import previewed
from courses.questions.rules import Draft
from courses.questions.views.blueprint import blueprint
from courses.questions.views.lookups import own_question, question_or_404

SIDES = "sides"
"""How two versions are shown beside each other; anything else shows them in one text."""


@blueprint.get("/studio/questions/<int:question_id>/history")
@requires("questions.edit")
def history(question_id: int) -> str:
    """Show all versions of a question; where the address names two, what differs between them."""
    return _history_page(question_or_404(question_id))


def _history_page(question: Question, mistake: str = "") -> str:
    type_ = installed.get(question.type)
    versions = services.versions(question)
    numbers = {version.number: version for version in versions}
    old, new = _two(list(numbers))
    shown = [(version, previewed(type_, version.content).key) for version in versions]
    return render_template(
        "questions/history.html",
        question=question,
        type=type_,
        versions=shown,
        writers=_writers(versions),
        old=old,
        new=new,
        sides=request.values.get("view", SIDES) == SIDES,
        facets=comparing.compared(type_, _said(numbers[old]), _said(numbers[new])) if old != new else [],
        editable=type_.installed and services.may_edit(question, current_person),
        mistake=mistake,
    )


def _two(numbers: list[int]) -> tuple[int, int]:
    """Return which versions are compared, the older one first; by itself, the last two."""
    newest = max(numbers, default=0)
    asked = [request.values.get(name, 0, type=int) for name in ("a", "b")]
    if not all(number in numbers for number in asked):
        asked = [max((number for number in numbers if number < newest), default=newest), newest]
    return min(asked), max(asked)


def _said(version: QuestionVersion) -> Said:
    return Said(version.content, version.difficulty, version.tags)


def _writers(versions: list[QuestionVersion]) -> dict[int, str]:
    ids = {version.created_by_id for version in versions if version.created_by_id}
    query = select(Person.id, Person.name).where(Person.id.in_(ids))
    return {row.id: row.name for row in db.session.execute(query)} if ids else {}


@blueprint.post("/studio/questions/<int:question_id>/history/<int:number>")
@requires("questions.edit")
def go_back(question_id: int, number: int) -> ResponseReturnValue:
    """Save what an old version said as a new one, unless somebody has saved another one meanwhile."""
    question = own_question(question_id)
    old = next((each for each in services.versions(question) if each.number == number), None)
    type_ = installed.get(question.type)
    if old is None or not type_.installed:
        abort(404)
    if problems := type_.problems(old.content):
        text = _(
            "第 %(number)s 版不合现在的要求，不能直接恢复：%(problem)s", number=number, problem=problems[0].message
        )
        return _history_page(question, text), 422
    before = question.current.number if question.current else 0
    draft = Draft(old.type, old.content, old.difficulty, tuple(old.tags))
    try:
        version = services.revise(question, draft, request.form.get("based_on", 0, type=int), current_person)
    except UserError:
        text = _("您打开这一页以后，有人保存了新的一版，所以没有恢复。看一看新的一版，再决定要不要恢复")
        return _history_page(question, text), 409
    if version.number == before:
        flash(_("第 %(number)s 版和现在的一样，不用恢复", number=number), "info")
    else:
        record("question.reverted", question, plain_stem(old.content), number=number)
        flash(_("已经恢复：第 %(number)s 版的内容存成了第 %(new)s 版", number=number, new=version.number), "ok")
    return redirect(url_for("questions.history", question_id=question.id), 303)
