"""Step 4: what is missing, what publishing changes, and the buttons."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.errors import UserError
from academy.i18n import _, localized
from academy.i18n import lazy as _l
from academy.permissions import requires
from courses.catalog import publication, services
from courses.catalog.comparing import differences
from courses.catalog.forms import PublishForm
from courses.catalog.models import Course
from courses.catalog.views.blueprint import blueprint
from courses.catalog.views.common import course_or_refuse, course_page

FACT_NAMES = {
    "title": _l("课程名称"),
    "title_en": _l("英文标题"),
    "summary": _l("课程介绍"),
    "summary_en": _l("英文介绍"),
    "goals": _l("学习目标"),
    "subject": _l("主题"),
    "obligation": _l("必修还是选修"),
    "credit_hundredths": _l("学时"),
    "cover_text": _l("封面上的字"),
    "cover_hue": _l("封面颜色"),
}


@blueprint.get("/studio/courses/<int:course_id>/publish")
@requires("catalog.edit")
def publish(course_id: int) -> str:
    """Show what is missing and what publishing would change."""
    course = course_or_refuse(course_id)
    return _page(_form(course), course)


@blueprint.post("/studio/courses/<int:course_id>/publish")
@requires("catalog.edit")
def publish_now(course_id: int) -> ResponseReturnValue:
    """Publish the draft as it was shown."""
    course = course_or_refuse(course_id, for_update=True)
    form = PublishForm()
    if not form.validate_on_submit():
        return _page(form, course), 422
    before = course.current_version_id
    if form.seen.data != _moment(course) and differences(course):
        form.form_errors.append(_("草稿刚被改过，先看看下面有哪些变化，再按一次发布"))
        form.seen.data = _moment(course)
        return _page(form, course), 409
    try:
        version = publication.publish(course, current_person, form.note.data or "")
    except UserError as error:
        form.blame(error)
        return _page(form, course), error.status
    flash(_said(course, version.number, version.id != before), "ok")
    return redirect(url_for("catalog.publish", course_id=course.id), 303)


def _said(course: Course, number: int, fresh: bool) -> str:
    if fresh:
        return _("“%(title)s”第 %(n)s 版发布好了，学员现在就能学", title=localized(course, "title"), n=number)
    return _("内容和已发布的第 %(n)s 版一样，学员学的就是这一版", n=number)


@blueprint.post("/studio/courses/<int:course_id>/withdraw")
@requires("catalog.edit")
def withdraw(course_id: int) -> ResponseReturnValue:
    """Take the course out of the catalogue."""
    course = course_or_refuse(course_id, for_update=True)
    if course.current_version is None:
        raise UserError(_("这门课还没有发布过，不用下架"), 409)
    publication.withdraw(course)
    flash(_("“%(title)s”已经下架。正在学的学员可以学完，新学员看不到了", title=localized(course, "title")), "ok")
    return redirect(url_for("catalog.publish", course_id=course.id), 303)


def _moment(course: Course) -> str:
    return course.draft_changed_at.isoformat()


def _form(course: Course) -> PublishForm:
    return PublishForm(formdata=None, seen=_moment(course))


def _page(form: PublishForm, course: Course) -> str:
    context: dict[str, Any] = {
        "missing": publication.checklist(course),
        "cautions": publication.cautions(course),
        "changes": differences(course),
        "versions": services.versions_of(course),
        "fact_names": FACT_NAMES,
    }
    return course_page("catalog/publish.html", course, "publish", form=form, **context)
