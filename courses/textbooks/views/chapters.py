"""The writing desk: the chapters of a book, their text and their order."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.errors import UserError
from academy.i18n import _
from academy.permissions import requires
from courses.textbooks import services
from courses.textbooks.forms import ChapterForm, NewChapterForm
from courses.textbooks.models import Textbook, TextbookChapter
from courses.textbooks.rules import reading_minutes
from courses.textbooks.services import desk
from courses.textbooks.views.blueprint import blueprint
from courses.textbooks.views.reader import OFFERED, appearance
from courses.textbooks.views.studio import edit_page, own_book


def _own_chapter(textbook_id: int, chapter_id: int, removed: bool = False) -> tuple[Textbook, TextbookChapter]:
    """Return a chapter that the person may change, and its book."""
    book = own_book(textbook_id)
    chapter = next((each for each in book.chapters if each.id == chapter_id), None)
    if chapter is None or (chapter.removed_at is not None) != removed:
        abort(404)
    return book, chapter


def _outline(book: Textbook, chapter: TextbookChapter | None = None) -> ResponseReturnValue:
    anchor = f"chapter-{chapter.id}" if chapter else "chapters"
    return redirect(url_for("textbooks.edit", textbook_id=book.id, _anchor=anchor), 303)


@blueprint.post("/studio/textbooks/<int:textbook_id>/chapters")
@requires("textbooks.edit")
def add_chapter(textbook_id: int) -> ResponseReturnValue:
    """Append a chapter and open it for writing."""
    book = own_book(textbook_id)
    form = NewChapterForm()
    if not form.validate_on_submit():
        return edit_page(book, new_chapter=form, form_has_errors=True), 422
    chapter = services.add_chapter(book, form.title.data or "")
    return redirect(url_for("textbooks.edit_chapter", textbook_id=book.id, chapter_id=chapter.id), 303)


@blueprint.get("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>")
@requires("textbooks.edit")
def edit_chapter(textbook_id: int, chapter_id: int) -> str:
    """Show the text of a chapter for writing."""
    book, chapter = _own_chapter(textbook_id, chapter_id)
    return _chapter_page(book, chapter, ChapterForm.of(chapter))


def _chapter_page(book: Textbook, chapter: TextbookChapter, form: ChapterForm, **context: Any) -> str:
    return render_template("textbooks/chapter.html", book=book, chapter=chapter, form=form, **context)


@blueprint.post("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>")
@requires("textbooks.edit")
def save_chapter(textbook_id: int, chapter_id: int) -> ResponseReturnValue:
    """Keep another text, unless somebody else did meanwhile."""
    book, chapter = _own_chapter(textbook_id, chapter_id)
    form = ChapterForm()
    if not form.validate_on_submit():
        return _chapter_page(book, chapter, form), 422
    try:
        services.change_chapter(chapter, form.seen_version, **form.values())
    except UserError as error:
        rows = form.differences(chapter)
        form.hold(chapter.lock_version)
        page = _chapter_page(book, chapter, form, theirs=rows, their_body=chapter.body, form_has_errors=True)
        return page, error.status
    if request.form.get("then") == "preview":
        return redirect(url_for("textbooks.preview", textbook_id=book.id, chapter_id=chapter.id), 303)
    flash(_("“%(title)s”已保存。出版新的一版以后，学员才会看到", title=chapter.title), "ok")
    return _outline(book, chapter)


@blueprint.get("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>/preview")
@requires("textbooks.edit")
def preview(textbook_id: int, chapter_id: int) -> str:
    """Show a chapter of the draft as it will be read."""
    book, chapter = _own_chapter(textbook_id, chapter_id)
    opened, shown, paragraphs = desk.preview(book, chapter)
    at = opened.at(chapter.id) or 0
    return render_template(
        "textbooks/reader.html",
        preview=True,
        opened=opened,
        chapter=shown,
        paragraphs=paragraphs,
        before=opened.chapters[at - 1] if at else None,
        after=opened.chapters[at + 1] if at + 1 < len(opened.chapters) else None,
        position="",
        minutes=reading_minutes(shown.characters),
        token="",
        appearance=appearance(),
        offered=OFFERED,
    )


@blueprint.post("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>/move")
@requires("textbooks.edit")
def move_chapter(textbook_id: int, chapter_id: int) -> ResponseReturnValue:
    """Move a chapter to the place that the button, or where it was dropped, says."""
    book, chapter = _own_chapter(textbook_id, chapter_id)
    place = request.form.get("place", "")
    if not place.isdecimal() or len(place) > 5:
        abort(400)
    services.move_chapter(chapter, int(place))
    return _outline(book, chapter)


@blueprint.get("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>/remove")
@requires("textbooks.edit")
def confirm_remove(textbook_id: int, chapter_id: int) -> str:
    """Ask whether a chapter should be taken out."""
    book, chapter = _own_chapter(textbook_id, chapter_id)
    return render_template("textbooks/remove.html", book=book, chapter=chapter, readers=services.readers_of(chapter))


@blueprint.post("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>/remove")
@requires("textbooks.edit")
def remove_chapter(textbook_id: int, chapter_id: int) -> ResponseReturnValue:
    """Take a chapter out of the draft."""
    book, chapter = _own_chapter(textbook_id, chapter_id)
    services.remove_chapter(chapter)
    flash(_("“%(title)s”已移出。想用的时候可以在“移出的章”里放回来", title=chapter.title), "ok")
    return _outline(book)


@blueprint.post("/studio/textbooks/<int:textbook_id>/chapters/<int:chapter_id>/restore")
@requires("textbooks.edit")
def restore_chapter(textbook_id: int, chapter_id: int) -> ResponseReturnValue:
    """Put a chapter back that was taken out."""
    book, chapter = _own_chapter(textbook_id, chapter_id, removed=True)
    services.restore_chapter(chapter)
    flash(_("“%(title)s”已放回，排在最后", title=chapter.title), "ok")
    return _outline(book, chapter)
