"""Issuing: once, in order, without gaps, and never changed afterwards."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.db import db
from academy.errors import UserError
from academy.signals import course_completed
from courses.certificates.models import Certificate, CertificateSeries, CertificateTemplate
from courses.certificates.services import templates
from courses.certificates.services.drawing import certificate_pdf
from courses.certificates.services.issuing import CannotPrint, issue
from courses.certificates.services.occasions import Occasion, completed_course
from courses.certificates.services.revoking import reissue, revoke
from tests.factories import make_certificate, make_completion, make_course, make_person, make_template, make_unit
from tests.factories.certificates import template_values

OCCASION = Occasion("class", "class:1", "一班", "class one", 600)


def issued() -> list[Certificate]:
    return list(db.session.scalars(select(Certificate).order_by(Certificate.id)))


def test_completing_a_course_brings_its_certificate_once(app, clock):
    make_template(is_default=True)
    unit = make_unit("祁连社区")
    enrolment = make_completion(make_person(name="王芳", unit=unit), make_course(title="议事协商"))
    found = issued()
    assert [(one.recipient, one.subject, one.number) for one in found] == [("王芳", "议事协商", "2026-KC-000001")]
    assert found[0].unit_name == "祁连社区"
    assert found[0].hours_hundredths == enrolment.version.credit_hundredths
    course_completed.send(enrolment, enrolment=enrolment)
    assert len(issued()) == 1
    revoke(found[0], "misconduct", "代学", None)
    course_completed.send(enrolment, enrolment=enrolment)
    assert len(issued()) == 1, "a revoked one does not come back by itself"


def test_without_a_template_or_where_none_is_wanted_nothing_is_issued(app):
    make_completion()
    make_template(is_default=True)
    silent, other = make_course(), make_course()
    special = make_template(title="专项证书")
    templates.choose_for_courses({silent.id: "none", other.id: str(special.id)})
    make_completion(course=silent)
    assert issued() == []
    make_completion(course=other)
    assert [one.title for one in issued()] == ["专项证书"]
    templates.choose_for_courses({silent.id: "default", other.id: "default"})
    make_completion(course=silent)
    assert [one.title for one in issued()] == ["专项证书", "结业证书"]
    templates.retire(special)


def test_a_name_without_a_glyph_does_not_spoil_the_completion(app):
    make_template(is_default=True)
    enrolment = make_completion(make_person(name="王𪚥"))
    assert enrolment.state == "completed"
    assert issued() == []
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.not_issued")).one()
    assert "U+2A6A5" in entry.detail["reason"]


def test_rare_names_are_issued_and_missing_glyphs_refused_before_anything_is_written(app):
    template = make_template("class")
    version = templates.current_version(template.id)
    for name in ("㛃䶮", "𬭎𠅤", "䒟", "阿卜杜热合曼·买买提艾力江"):
        assert issue(make_person(name=name), version, OCCASION).recipient == name
    with pytest.raises(CannotPrint) as refusal:
        issue(make_person(name="王😀"), version, OCCASION)
    assert "😀（U+1F600）" in refusal.value.message
    assert [one.number[-6:] for one in issued()] == ["000001", "000002", "000003", "000004"]


def test_what_was_issued_never_changes(app, clock):
    template = make_template(is_default=True)
    person, course = make_person(name="王芳"), make_course(title="议事协商")
    make_completion(person, course)
    certificate = issued()[0]
    before = {locale: certificate_pdf(certificate, locale) for locale in ("zh", "en")}
    person.name, course.title = "王方", "改了的课名"
    templates.change_template(
        template, 1, template.name, template_values(title="新标题", body="{name} 新正文"), None, True
    )
    clock.move(days=400)
    db.session.commit()
    db.session.expire_all()
    again = issued()[0]
    assert (again.recipient, again.title) == ("王芳", "结业证书")
    assert {locale: certificate_pdf(again, locale) for locale in ("zh", "en")} == before
    later = make_completion(make_person(), make_course())
    assert templates.current_version(template.id).number == 2
    assert issued()[-1].title == "新标题"
    assert issued()[-1].number == "2027-KC-000001", "each year begins with 1"
    assert later.state == "completed"


def test_a_mended_certificate_names_the_one_it_replaces(app):
    person = make_person(name="王芳")
    old = make_certificate(person)
    person.name = "王方"
    new = reissue(old, "姓名写错", None)
    assert (old.revoked_reason, new.replaces_id, new.recipient) == ("replaced", old.id, "王方")
    assert new.printed["replaces"] == old.number
    assert new.subject == old.subject
    assert new.printed["values"] == old.printed["values"]
    with pytest.raises(UserError) as refusal:
        reissue(old, "再来一次", None)
    assert refusal.value.status == 409


def test_a_revoked_certificate_is_not_revoked_twice(app):
    certificate = make_certificate()
    revoke(certificate, "mistake", "写错", None)
    with pytest.raises(UserError):
        revoke(certificate, "mistake", "写错", None)


def test_validity_ends_in_the_right_month(app, clock):
    certificate = make_certificate(template=make_template("class", validity_months=12))
    assert certificate.expires_on == certificate.issued_on.replace(year=certificate.issued_on.year + 1)
    assert certificate.state(certificate.expires_on) == "valid"
    assert certificate.state(date(2099, 1, 1)) == "expired"


def test_numbers_have_no_gap_after_a_rollback(app):
    template = make_template("class")
    db.session.commit()
    version = templates.current_version(template.id)
    issue(make_person(), version, OCCASION)
    db.session.commit()
    issue(make_person(), version, OCCASION)
    db.session.rollback()
    version = templates.current_version(template.id)
    assert issue(make_person(), version, OCCASION).number.endswith("000002")


def test_many_at_once_get_numbers_without_gap_or_repetition(app):
    """Six connections issue at the same time, to eight people each and all to one and the same."""
    template_id = make_template("class").id
    shared = make_person().id
    people = [[make_person().id for _each in range(8)] for _thread in range(6)]
    db.session.commit()
    failures: list[BaseException] = []

    def work(ids: list[int]) -> None:
        try:
            with app.app_context():
                for person_id in [*ids, shared]:
                    issue(db.session.get_one(Person, person_id), templates.current_version(template_id), OCCASION)
                    db.session.commit()
                db.session.remove()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(ids,)) for ids in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    db.session.expire_all()
    numbers = sorted(int(number[-6:]) for number in db.session.scalars(select(Certificate.number)))
    assert numbers == list(range(1, 50))
    assert db.session.scalar(select(CertificateSeries.last)) == 49


def test_the_database_refuses_what_must_not_be(app):
    certificate = make_certificate()
    make_template(is_default=True)
    db.session.commit()
    wrong = (
        {"revoked_reason": "mistake"},
        {"expires_on": certificate.issued_on},
        {"hours_hundredths": -1},
        {"kind": "other"},
    )
    for values in wrong:
        with pytest.raises(IntegrityError):
            db.session.execute(db.update(Certificate).values(**values))
        db.session.rollback()
    twice = select(*[column for column in Certificate.__table__.columns if column.name != "id"])
    row = dict(db.session.execute(twice).mappings().one())
    for same, changes in (
        ("code", {"number": "x", "source_key": "y"}),
        ("number", {"code": "x", "source_key": "y"}),
        ("one valid", {"code": "x", "number": "y"}),
    ):
        with pytest.raises(IntegrityError):
            db.session.execute(db.insert(Certificate).values(**{**row, **changes}))
        db.session.rollback()
        assert same
    with pytest.raises(IntegrityError):
        db.session.execute(
            db.insert(CertificateTemplate).values(
                kind="course",
                name="另一个",
                is_default=True,
                is_active=True,
                lock_version=1,
                created_at=certificate.created_at,
            )
        )
    db.session.rollback()
    assert db.session.scalar(select(func.count(Certificate.id))) == 1


def test_the_occasion_of_a_course_names_the_version_completed(app):
    course = make_course(title="议事协商")
    enrolment = make_completion(course=course)
    course.title = "改了"
    assert completed_course(enrolment).subject == "议事协商"
