"""The writing desk: the list of one's textbooks, a book's facts, and its editions."""

from typing import Any, cast

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from academy.accounts.models import Person
from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from academy.web.lookups import MAX_ID
from academy.web.pagination import paginate
from courses.textbooks import services
from courses.textbooks.forms import FactsForm, NewChapterForm, PublishForm
from courses.textbooks.models import Textbook
from courses.textbooks.services import desk
from courses.textbooks.services import shelf as published
from courses.textbooks.views.blueprint import blueprint


def me() -> Person:
    """Return the person at the screen as a row of the database."""
    return cast(Person, current_user._get_current_object())


def own_book(textbook_id: int) -> Textbook:
    """Return a textbook that the person may change, with its chapters."""
    book = services.load_draft(textbook_id) if textbook_id <= MAX_ID else None
    if book is None:
        abort(404)
    if not services.may_edit(book, current_person):
        abort(403)
    return book


@blueprint.get("/studio/textbooks")
@requires("textbooks.edit")
def studio() -> str:
    """List the person's own textbooks; all of them for an administrator."""
    return render_template("textbooks/studio.html", page=paginate(desk.own_books(current_person), scalars=False))


@blueprint.get("/studio/textbooks/new")
@requires("textbooks.edit")
def new_book() -> str:
    """Show the form for a new textbook."""
    return render_template("textbooks/facts.html", form=FactsForm(formdata=None), book=None)


@blueprint.post("/studio/textbooks/new")
@requires("textbooks.edit")
def create_book() -> ResponseReturnValue:
    """Make a textbook."""
    form = FactsForm()
    if not form.validate_on_submit():
        return render_template("textbooks/facts.html", form=form, book=None), 422
    values = form.values()
    book = services.create_textbook(me(), services.new_slug(values["title_en"]), **values)
    flash(_("《%(title)s》建好了，现在可以写第一章", title=book.title), "ok")
    return redirect(url_for("textbooks.edit", textbook_id=book.id), 303)


@blueprint.get("/studio/textbooks/<int:textbook_id>")
@requires("textbooks.edit")
def edit(textbook_id: int) -> str:
    """Show a book's chapters, what is missing, and what a new edition would change."""
    return edit_page(own_book(textbook_id))


def edit_page(book: Textbook, **context: Any) -> str:
    """Return the page of a draft; `context` replaces what it shows by itself."""
    values = {
        "book": book,
        "chapters": services.draft_chapters(book),
        "removed": [chapter for chapter in book.chapters if chapter.removed_at],
        "missing": services.checklist(book),
        "differences": services.differences(book),
        "editions": published.editions_of(book),
        "form": PublishForm(formdata=None),
        "new_chapter": NewChapterForm(formdata=None),
    }
    return render_template("textbooks/edit.html", **{**values, **context})


@blueprint.get("/studio/textbooks/<int:textbook_id>/facts")
@requires("textbooks.edit")
def facts(textbook_id: int) -> str:
    """Show what the book says of itself."""
    book = own_book(textbook_id)
    return render_template("textbooks/facts.html", form=FactsForm.of(book), book=book)


@blueprint.post("/studio/textbooks/<int:textbook_id>/facts")
@requires("textbooks.edit")
def save_facts(textbook_id: int) -> ResponseReturnValue:
    """Keep other facts, unless somebody else did meanwhile."""
    book = own_book(textbook_id)
    form = FactsForm()
    if not form.validate_on_submit():
        return render_template("textbooks/facts.html", form=form, book=book), 422
    try:
        services.change_facts(book, form.seen_version, **form.values())
    except UserError as error:
        theirs = form.differences(book)
        form.hold(book.lock_version)
        page = render_template("textbooks/facts.html", form=form, book=book, theirs=theirs, form_has_errors=True)
        return page, error.status
    flash(_("已保存。出版新的一版以后，学员才会看到"), "ok")
    return redirect(url_for("textbooks.edit", textbook_id=book.id), 303)


@blueprint.post("/studio/textbooks/<int:textbook_id>/publish")
@requires("textbooks.edit")
def publish(textbook_id: int) -> ResponseReturnValue:
    """Publish the draft as the next edition."""
    book = own_book(textbook_id)
    form = PublishForm()
    if not form.validate_on_submit():
        return edit_page(book, form=form), 422
    try:
        edition = services.publish(book, me(), form.note.data or "")
    except UserError as error:
        form.blame(error)
        return edit_page(book, form=form), error.status
    flash(_("第 %(n)s 版已经出版，学员现在看到的就是这一版", n=edition.number), "ok")
    return redirect(url_for("textbooks.edit", textbook_id=book.id), 303)
