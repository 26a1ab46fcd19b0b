"""What the completion report is asked for."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, select

from academy.accounts.models import POSTS
from academy.clock import now
from academy.db import db
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.filters import local_date, show_date, zone
from courses.catalog.models import Course
from courses.learning.models import Enrolment
from courses.reports.base import Request
from courses.reports.rules import Period, read_period
from courses.reports.scope import Place, place

STATES = {"completed": _l("已结业"), "studying": _l("进行中"), "enrolled": _l("未开始")}
SHOWN = {"open": ("studying", "enrolled"), "completed": ("completed",), "all": tuple(STATES)}
TEXT_LIMIT = 60


@dataclass(frozen=True)
class Filters:
    """What the report is asked for."""

    place: Place
    period: Period
    course: Course | None
    courses: list[Course]
    post: str
    name: str
    shown: str

    @property
    def at(self) -> datetime:
        """The moment as of which states are told."""
        return self.period.end

    def state(self) -> ColumnElement[str]:
        """Return the expression for an enrolment's state at the end of the period."""
        return case(
            (Enrolment.completed_at < self.at, "completed"),
            (Enrolment.started_at < self.at, "studying"),
            else_="enrolled",
        )

    def chosen(self) -> ColumnElement[bool]:
        """Return the condition for the enrolments that count."""
        conditions = [self.place.within(Enrolment.unit_path), Enrolment.enrolled_at < self.at]
        if self.period.start:
            conditions.append(Enrolment.enrolled_at >= self.period.start)
        if self.course:
            conditions.append(Enrolment.course_id == self.course.id)
        if self.post:
            conditions.append(Enrolment.post == self.post)
        return and_(*conditions)

    def sentence(self) -> str:
        """Return what the numbers cover, for the page and for every export."""
        last = show_date(self.period.last)
        if self.period.first:
            return _(
                "%(first)s 至 %(last)s 报名的人次，状态截至 %(last)s 24:00",
                first=show_date(self.period.first),
                last=last,
            )
        return _("截至 %(last)s 24:00 的全部报名人次", last=last)


def read_filters(request: Request) -> Filters:
    """Read the address. Raises UserError for a day that cannot be read, 404 for a unit out of reach."""
    arguments = request.arguments
    courses = list(
        db.session.scalars(select(Course).where(Course.current_version_id.is_not(None)).order_by(Course.title))
    )
    period = read_period(arguments.get("from", ""), arguments.get("to", ""), local_date(now()), zone())
    post, shown = arguments.get("post", ""), arguments.get("state", "")
    return Filters(
        place=place(request.person, arguments.get("unit", "")),
        period=period,
        course=next((course for course in courses if str(course.id) == arguments.get("course")), None),
        courses=courses,
        post=post if post in POSTS else "",
        name=arguments.get("name", "").strip()[:TEXT_LIMIT],
        shown=shown if shown in SHOWN else "all",
    )
