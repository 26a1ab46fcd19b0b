"""The shelf, a book's page, and finding words in a book."""

from flask import abort, render_template, request
from flask_login import current_user

from academy.permissions import public
from academy.web.pagination import page_number
from courses.textbooks.rules import reading_minutes
from courses.textbooks.services import shelf as services
from courses.textbooks.views.blueprint import blueprint
from courses.vocabulary import SUBJECTS

LONGEST_QUERY = 60


def reader_id() -> int | None:
    """Return whose progress a page shows; None for a visitor."""
    return current_user.id if current_user.is_authenticated else None


def opened_or_404(slug: str) -> services.OpenBook:
    """Return a published book, or end the request with the 404 page."""
    opened = services.open_book(slug, reader_id())
    if opened is None:
        abort(404)
    return opened


def asked_words() -> str:
    """Return what is looked for."""
    return request.args.get("q", "").strip()[:LONGEST_QUERY]


@blueprint.get("/textbooks")
@public
def shelf() -> str:
    """Show all published textbooks, with one's own progress."""
    query = asked_words()
    subject = request.args.get("subject", "")
    subject = subject if subject in SUBJECTS else ""
    present = set(services.subjects_on_shelf())
    return render_template(
        "textbooks/shelf.html",
        page=services.shelf(reader_id(), query, subject, page_number()),
        query=query,
        subject=subject,
        subjects={key: label for key, label in SUBJECTS.items() if key in present or key == subject},
    )


@blueprint.get("/textbooks/<slug>")
@public
def book(slug: str) -> str:
    """Show what a book is about, its contents, and how far one has read."""
    opened = opened_or_404(slug)
    return render_template(
        "textbooks/book.html",
        opened=opened,
        editions=services.editions_of(opened.book),
        minutes=reading_minutes,
        subjects=SUBJECTS,
    )


@blueprint.get("/textbooks/<slug>/find")
@public
def find(slug: str) -> str:
    """Show where words stand in a book."""
    opened = opened_or_404(slug)
    query = asked_words()
    found, total = services.find_in(opened, query)
    return render_template(
        "textbooks/find.html",
        opened=opened,
        query=query,
        found=found,
        total=total,
        shown=sum(len(each.hits) for each in found),
    )
