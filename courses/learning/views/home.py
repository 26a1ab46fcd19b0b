"""The home page, the welcome page of visitors, the training record."""

from flask import render_template

from academy.accounts.models import POSTS
from academy.accounts.session import current_person
from academy.clock import now
from academy.i18n import _
from academy.permissions import public, signed_in
from academy.web.filters import local_date, zone
from courses.learning.services import home as overview
from courses.learning.services import record as archive
from courses.learning.services.home import UnderWay, course_share
from courses.learning.services.outline import facts_of
from courses.learning.views.blueprint import blueprint
from courses.learning.views.tree import numbered
from courses.learning.wording import RULES, place_sentence
from courses.lesson_types.registry import lesson_type
from courses.vocabulary import OBLIGATIONS, SUBJECTS


@blueprint.get("/")
@public
def home() -> str:
    """Show a trainee where to go on, and a visitor what there is."""
    if not current_person.is_authenticated:
        return render_template("learning/welcome.html", courses=overview.latest_courses(), subjects=SUBJECTS)
    person = current_person.id
    courses, total = overview.under_way(person)
    year = local_date(now()).year
    credit = overview.credit_of_year(person, year)
    return render_template(
        "learning/home.html",
        greeting=_greeting(),
        today=now(),
        post=POSTS.get(current_person.post) if current_person.post else None,
        resume=courses[0] if courses and courses[0].next else None,
        place=_place(courses[0]) if courses else "",
        courses=courses[1:] if len(courses) > 1 else [],
        total=total,
        year=year,
        credit=credit,
        reading=overview.reading_of(person),
        to_begin=overview.required_to_begin(person),
        subjects=SUBJECTS,
        obligations=OBLIGATIONS,
        numbered=numbered,
    )


def _greeting() -> str:
    hour = now().astimezone(zone()).hour
    if 5 <= hour < 11:
        return _("早上好，%(name)s", name=current_person.name)
    if 11 <= hour < 13:
        return _("中午好，%(name)s", name=current_person.name)
    if 13 <= hour < 18:
        return _("下午好，%(name)s", name=current_person.name)
    return _("晚上好，%(name)s", name=current_person.name)


def _place(course: UnderWay) -> str:
    line = course.next
    kind = lesson_type(line.type) if line else None
    if line is None or kind is None:
        return ""
    return place_sentence(kind, line, facts_of([line])[line.id])


@blueprint.get("/me/record")
@signed_in
def record() -> str:
    """Show the training record: credit hours with their grounds, and all courses."""
    return render_template(
        "learning/record.html",
        years=archive.credit_by_year(current_person.id),
        courses=archive.courses_of(current_person.id),
        share=course_share,
        obligations=OBLIGATIONS,
        subjects=SUBJECTS,
        done_at=archive.moment,
        rules=RULES,
    )
