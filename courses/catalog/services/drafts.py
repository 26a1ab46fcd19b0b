"""The draft of a course: making one, and its facts."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit.services import record
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from academy.i18n import lazy as _l
from courses.catalog.models import Course
from courses.catalog.rules import changes, slug_of

STATES = {
    "draft": _l("草稿，学员看不到"),
    "published": _l("已发布"),
    "changed": _l("已发布，有修改还没发布"),
    "withdrawn": _l("已下架"),
}
LIMIT_LESSONS = 300


def may_edit(course: Course, person: Person) -> bool:
    """Whether the person may change the course: it is theirs, or they are an administrator."""
    return course.owner_id == person.id or "admin" in person.role_names


def state_of(course: Course) -> str:
    """Return the key in STATES: draft, published, changed (edited since) or withdrawn. `current_version` must be loaded."""
    if course.current_version is None:
        return "draft"
    if course.withdrawn_at is not None:
        return "withdrawn"
    return "changed" if course.draft_changed_at > course.current_version.published_at else "published"


def create_course(owner: Person, token: str, **facts: Any) -> Course:
    """Make a draft. `token` comes from the form: the same form sent twice with the same facts makes one course.

    Raises UserError (409) when the token was used for another course.
    """
    slug = slug_of(facts.get("title_en", ""), token)
    found = _made_before(slug, owner, facts)
    if found is not None:
        return found
    course = Course(slug=slug, owner_id=owner.id, **facts)
    try:
        with db.session.begin_nested():
            db.session.add(course)
    except IntegrityError:
        # The same button, pressed twice: the other request was a moment earlier.
        found = _made_before(slug, owner, facts)
        if found is None:
            raise
        return found
    record("course.created", course)
    return course


def _made_before(slug: str, owner: Person, facts: dict[str, Any]) -> Course | None:
    course = db.session.scalar(select(Course).where(Course.slug == slug))
    if course is None:
        return None
    if course.owner_id != owner.id or changes({name: getattr(course, name) for name in facts}, facts):
        raise UserError(_("这门课刚才已经建好了。要再建一门，请再按一次“建立课程”"), 409)
    return course


def touch(course: Course) -> None:
    """Note that the draft has changed."""
    course.draft_changed_at = now()
    db.session.flush()


def change_facts(course: Course, seen_version: int, **facts: Any) -> bool:
    """Keep other facts (columns of CourseFacts); return whether anything differs.

    Raises UserError (409) when somebody has changed the facts since version `seen_version` was opened.
    """
    changed = changes({name: getattr(course, name) for name in facts}, facts)
    if changed and course.lock_version != seen_version:
        raise UserError(_("您打开这一页以后，有人改过这门课的内容，所以这次没有保存"), 409)
    if not changed:
        return False
    for name in changed:
        setattr(course, name, facts[name])
    course.lock_version += 1
    touch(course)
    record("course.changed", course, fields=changed)
    return True
