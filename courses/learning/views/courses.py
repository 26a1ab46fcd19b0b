"""Browsing courses, the page of one, joining it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.db import db
from academy.i18n import _
from academy.permissions import public, signed_in
from academy.web.pagination import Page, page_number
from courses.catalog import search
from courses.learning import services
from courses.learning.services import pages
from courses.learning.services.home import course_share
from courses.learning.services.outline import Outline, length_labels, outlines
from courses.learning.services.rulebook import Rulebook, rulebook
from courses.learning.services.testing_out import Offer, offer_for, start
from courses.learning.views.blueprint import blueprint, course_or_404, person_id
from courses.learning.views.tree import chapters
from courses.lesson_types.registry import lesson_type
from courses.vocabulary import OBLIGATIONS, SUBJECTS

PER_PAGE = 12


@blueprint.get("/courses")
@public
def browse() -> str:
    """Show the catalogue: words, filters and order stand in the address."""
    args = request.args
    wanted = search.Wanted.checked(
        args.get("q", ""),
        args.getlist("subject"),
        args.getlist("obligation"),
        args.getlist("length"),
        args.get("sort", ""),
    )
    counts = search.count(wanted)
    found = _page(wanted, counts.total)
    who = person_id()
    own = pages.enrolments_in(who, [card.course_id for card in found.items]) if who and found.items else {}
    return render_template(
        "learning/browse.html",
        wanted=wanted,
        counts=counts,
        page=found,
        own=own,
        share=course_share,
        filters=_filters(wanted, counts),
        chips=_chips(wanted),
        sorts=search.SORTS,
        subjects=SUBJECTS,
        obligations=OBLIGATIONS,
    )


def _page(wanted: search.Wanted, total: int) -> Page[Any]:
    number = min(page_number(), max(1, -(-total // PER_PAGE)))
    query = search.find(wanted).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(list(db.session.execute(query).all()) if total else [], number, PER_PAGE, total)


def _filters(wanted: search.Wanted, counts: search.Counts) -> list[Any]:
    return [
        (_("类别"), "subject", SUBJECTS, wanted.subjects, counts.subjects),
        (_("修学要求"), "obligation", OBLIGATIONS, wanted.obligations, counts.obligations),
        (_("时间"), "length", search.LENGTHS, wanted.lengths, counts.lengths),
    ]


def _chips(wanted: search.Wanted) -> list[tuple[Any, str]]:
    """Return the filters that are set, each with the address without it."""
    chips = []
    for name, words, chosen in (
        ("subject", SUBJECTS, wanted.subjects),
        ("obligation", OBLIGATIONS, wanted.obligations),
        ("length", search.LENGTHS, wanted.lengths),
    ):
        for value in (value for value in words if value in chosen):
            rest: dict[str, Any] = {key: request.args.getlist(key) for key in request.args if key != "page"}
            rest[name] = [each for each in rest[name] if each != value]
            chips.append((words[value], url_for("learning.browse", **rest)))
    return chips


@blueprint.get("/courses/<slug>")
@public
def course(slug: str) -> str:
    """Show a course: what it is about, its chapters, what completes it; how far the person is."""
    opened = course_or_404(slug)
    enrolment, version = opened.enrolment, opened.version
    outline = outlines([(version.id, enrolment.id if enrolment else None)])[version.id]
    labels = length_labels(outline.lines)
    rules = rulebook(version, enrolment, outline, person_id())
    here = outline.next(enrolment.last_lesson_id) if enrolment else None
    return render_template(
        "learning/course.html",
        opened=opened,
        course=opened.course,
        version=version,
        enrolment=enrolment,
        share=course_share(enrolment) if enrolment else None,
        here=here,
        tab="about" if request.args.get("tab") == "about" else "contents",
        chapters=chapters(outline, labels, slug, current=here.lesson_id if here else None),
        quizzes=_quizzes(outline),
        rules=rules,
        offer=_offer(opened, rules),
        learners=pages.learners(opened.course.id),
        textbooks=pages.textbooks_of(outline.lines),
        subjects=SUBJECTS,
    )


def _offer(opened: pages.OpenCourse, rules: Rulebook) -> Offer | None:
    """Return how the person may test out of the course, where nothing stands against it."""
    if rules.lock is not None or (opened.enrolment is not None and opened.enrolment.state == "completed"):
        return None
    return offer_for(opened.version, person_id())


def _quizzes(outline: Outline) -> tuple[int, int]:
    """Return how many required quizzes there are, and how many of them are done."""
    lines = [
        line
        for line in outline.lines
        if line.required and (kind := lesson_type(line.type)) and kind.measure == "attempt"
    ]
    return len(lines), sum(line.done for line in lines)


@blueprint.post("/courses/<slug>/enrol")
@signed_in
def enrol(slug: str) -> ResponseReturnValue:
    """Join a course and go to its first lesson."""
    opened = course_or_404(slug)
    joined = opened.enrolment is None
    enrolment = services.enrol(current_person, opened.course)
    db.session.flush()
    if joined:
        flash(_("已加入这门课，进度会自动记下来"), "ok")
    outline = outlines([(enrolment.version_id, enrolment.id)])[enrolment.version_id]
    rulebook(enrolment.version, enrolment, outline, current_person.id)
    here = outline.next(enrolment.last_lesson_id)
    if here is None or here.lock is not None:
        return redirect(url_for("learning.course", slug=slug), 303)
    return redirect(url_for("learning.lesson", slug=slug, lesson_id=here.lesson_id), 303)


@blueprint.post("/courses/<slug>/test-out")
@signed_in
def test_out(slug: str) -> ResponseReturnValue:
    """Join the course if need be, and start the quiz by which one tests out of it."""
    opened = course_or_404(slug)
    enrolment = services.enrol(current_person, opened.course)
    db.session.flush()
    attempt = start(current_person, enrolment, url_for("learning.course", slug=slug))
    return redirect(url_for("quizzes.attempt", token=attempt.token), 303)
