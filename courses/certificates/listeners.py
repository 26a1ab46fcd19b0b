"""A completed course brings its certificate; a unit that moves takes its certificates along."""

from typing import Any

from academy.accounts.models import Person
from academy.db import db
from academy.organizations.models import Unit
from academy.signals import course_completed, unit_moved
from courses.certificates.services.issuing import CannotPrint, issue, note_refusal, was_issued
from courses.certificates.services.occasions import completed_course
from courses.certificates.services.templates import version_for_course
from courses.certificates.services.units import follow
from courses.learning.models import Enrolment


@course_completed.connect
def certify(sender: Any, enrolment: Enrolment, **extra: Any) -> None:
    """Issue the certificate, once. One that cannot be printed must not spoil the completion: the log says so instead."""
    version = version_for_course(enrolment.course_id)
    if version is None or was_issued(enrolment.person_id, f"course:{enrolment.course_id}"):
        return
    person = db.session.get_one(Person, enrolment.person_id)
    try:
        issue(person, version, completed_course(enrolment))
    except CannotPrint as error:
        note_refusal(person, error.message)


@unit_moved.connect
def follow_unit(sender: Any, unit: Unit, old_path: str, **extra: Any) -> None:
    """Let lists find the certificates of a unit that has been hung elsewhere."""
    follow(unit, old_path)
