"""Templates and certificates."""

from __future__ import annotations

from itertools import count
from typing import Any

from academy.accounts.models import Person
from academy.db import db
from courses.certificates.models import Certificate, CertificateTemplate
from courses.certificates.rules.numbers import DEFAULT
from courses.certificates.rules.wording import DEFAULTS, TITLES
from courses.certificates.services import templates
from courses.certificates.services.issuing import issue
from courses.certificates.services.occasions import Occasion
from courses.certificates.services.templates import TemplateValues
from tests.factories.people import make_person

_numbers = count(1)


def template_values(kind: str = "course", **changes: Any) -> TemplateValues:
    """Return what a usual template says."""
    usual = {
        "title": TITLES[kind][0],
        "title_en": TITLES[kind][1],
        "body": DEFAULTS[kind][0],
        "body_en": DEFAULTS[kind][1],
        "signatory": "院长　李明远",
        "signatory_en": "Li Mingyuan, President",
        "series": {"course": "KC", "class": "PX", "annual": "XS"}[kind],
        "pattern": DEFAULT,
        "validity_months": None,
        "seal_file_id": None,
    }
    return TemplateValues(**{**usual, **changes})


def make_template(kind: str = "course", *, is_default: bool = False, **changes: Any) -> CertificateTemplate:
    """Make a template; further arguments change what it says."""
    name = changes.pop("name", f"模板{next(_numbers)}")
    return templates.add_template(kind, name, template_values(kind, **changes), None, is_default=is_default)


def make_certificate(
    person: Person | None = None, template: CertificateTemplate | None = None, **changes: Any
) -> Certificate:
    """Issue a certificate of a class; further arguments change the occasion."""
    number = next(_numbers)
    usual = {
        "kind": "class",
        "source_key": f"class:test{number}",
        "subject": "社区书记专题培训班",
        "subject_en": "the class for secretaries",
        "hours_hundredths": 2400,
        "values": {"class": "社区书记专题培训班", "starts_on": "2026 年 7 月 1 日", "ends_on": "2026 年 7 月 4 日"},
        "values_en": {"class": "the class for secretaries", "starts_on": "1 July 2026", "ends_on": "4 July 2026"},
    }
    template = template or make_template("class")
    version = templates.current_version(template.id)
    certificate = issue(person or make_person(name="王芳"), version, Occasion(**{**usual, **changes}))
    db.session.flush()
    return certificate
