"""The home page, the welcome page of visitors."""

from flask import render_template

from academy.accounts.models import POSTS
from academy.accounts.session import current_person
from academy.clock import now
from academy.i18n import _
from academy.permissions import public
from academy.web.filters import local_date, zone
from courses.credits.services import requirement_words, requirements
from courses.learning.services import home as overview
from courses.learning.services.home import UnderWay
from courses.learning.services.outline import facts_of
from courses.learning.views.blueprint import blueprint
from courses.learning.views.tree import numbered
from courses.learning.wording import place_sentence
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
    sums = requirements.sums_by_year(person, since=year - requirements.LONGEST_SPAN + 1)
    line = requirements.for_home(current_person, sums, local_date(now()))
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
        credit=sums.get(year),
        requirement=requirement_words.line(line.standing) if line.standing else "",
        reminder=requirements.note_sentence(line.standing) if line.standing and line.note_key else "",
        reminder_key=line.note_key,
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
