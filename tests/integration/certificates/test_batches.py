"""Many at once: to the right people, once each, also after a crash."""

from __future__ import annotations

import io
import zipfile

import pypdfium2
import pytest
from sqlalchemy import func, select

from academy.db import db
from academy.files import storage
from academy.files.models import StoredFile
from academy.jobs.models import Job
from academy.jobs.queue import take_up_again
from courses.certificates.models import Certificate, CertificateBatch
from courses.certificates.services import batches
from courses.credits.models import LedgerEntry
from tests.factories import make_certificate, make_completion, make_course, make_person, make_template, make_unit
from tests.support import count_queries
from tests.support.databases import others_may_write

CLASS = {
    "class_name": "第一期社区书记班",
    "class_name_en": "the first class",
    "starts_on": "2026-07-01",
    "ends_on": "2026-07-03",
    "hours": "18.5",
}


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make_person("admin"))


NOBODY = {"usernames": ""}


def some_people():
    unit = make_unit()
    for _each in range(2):
        make_person(unit=unit)
    return unit


def start(admin, kind, **values):
    return admin.submit(admin.get(f"/admin/certificates/issue/{kind}"), **values)


def total() -> int:
    return db.session.scalar(select(func.count(Certificate.id)))


def test_a_class_is_issued_to_a_unit_and_to_pasted_names(app, admin, clock):
    template = make_template("class")
    unit = make_unit("祁连街道", level="subdistrict")
    below = make_unit("祁连社区", unit, level="community")
    for one in (unit, below, below):
        make_person(unit=one)
    outside = make_person(username="wangfang", phone="13900000001")
    answer = start(
        admin, "class", template_id=str(template.id), unit_id=str(unit.id), usernames="wangfang、13900000001\n", **CLASS
    )
    assert answer.status_code == 303
    page = admin.get(answer.headers["Location"])
    assert "发完了，这一批新发了 4 张" in page.words
    found = list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
    assert {one.hours_hundredths for one in found} == {1850}
    assert outside.id in {one.person_id for one in found}
    assert "2026 年 7 月 1 日" in "".join(words for _kind, words in found[0].printed["body"])
    again = start(admin, "class", template_id=str(template.id), unit_id=str(unit.id), usernames="", **CLASS)
    assert "新发了 0 张" in admin.get(again.headers["Location"]).words
    assert total() == 4, "the same class is not certified twice"


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(app, admin):
    template = make_template("class")
    make_person(username="wangfang")
    typed = {**CLASS, "template_id": str(template.id), "ends_on": "2026-06-01", "hours": "一点五"}
    answer = start(admin, "class", usernames="wangfang\nnobody", **typed)
    assert answer.status_code == 422
    for words in ("结束日期早于开班日期", "一点五"):
        assert words in answer.words
    assert answer.page.one("textarea", id="usernames").text.split() == ["wangfang", "nobody"]
    answer = start(admin, "class", usernames="wangfang\nnobody", template_id=str(template.id), **CLASS)
    assert "nobody（第 2 行）" in answer.words
    answer = start(admin, "class", usernames="", template_id=str(template.id), **CLASS)
    assert "请选择单位" in answer.words
    odd = {**CLASS, "class_name": "😀班"}
    answer = start(admin, "class", usernames="wangfang", template_id=str(template.id), **odd)
    assert (answer.status_code, "U+1F600" in answer.words) == (422, True)
    assert total() == 0


def test_without_a_template_the_page_leads_to_making_one(app, admin):
    page = admin.get("/admin/certificates/issue/class")
    assert page.page.find("a", href="/admin/certificates/templates/new/class")


def test_a_year_is_certified_by_the_ledger(app, admin, clock):
    template = make_template("annual")
    course = make_course(credit_hundredths=250)
    make_completion(make_person(username="learned"), course)
    make_person(username="idle")
    year = db.session.scalars(select(LedgerEntry)).first().earned_on.year
    answer = start(admin, "annual", template_id=str(template.id), year=str(year), usernames="learned idle", unit_id="")
    page = admin.get(answer.headers["Location"])
    assert "这一年没有学时" in page.words
    certificate = db.session.scalars(select(Certificate)).one()
    assert certificate.hours_hundredths == 250
    assert "2.5 学时" in "".join(words for _kind, words in certificate.printed["body"])
    wrong = start(admin, "annual", template_id=str(template.id), year="2999", usernames="learned", unit_id="")
    assert wrong.status_code == 422


def test_course_certificates_can_follow_later(app, admin):
    course = make_course(title="议事协商")
    make_completion(make_person(name="王芳"), course)
    make_completion(make_person(name="王😀"), course)
    template = make_template("course", is_default=True)
    answer = start(admin, "course", template_id=str(template.id), course_id=str(course.id))
    page = admin.get(answer.headers["Location"])
    assert "新发了 1 张" in page.words
    assert "没有字形：😀（U+1F600）" in page.words
    make_course()


def test_a_crash_half_way_is_taken_up_again(app, admin, monkeypatch):
    template = make_template("class")
    unit = make_unit()
    for _each in range(7):
        make_person(unit=unit)
    real, calls = batches.issue, []

    def failing(*arguments, **values):
        calls.append(1)
        if len(calls) == 5:
            raise RuntimeError("the power is gone")
        return real(*arguments, **values)

    monkeypatch.setattr(batches, "issue", failing)
    monkeypatch.setattr(batches, "CHUNK", 2)
    start(admin, "class", template_id=str(template.id), unit_id=str(unit.id), usernames="", **CLASS)
    batch = db.session.scalars(select(CertificateBatch)).one()
    assert (batch.state, total()) == ("waiting", 4)
    page = admin.get(f"/admin/certificates/batches/{batch.token}")
    assert "颁发中断了，已经发了 4 张" in page.words
    monkeypatch.setattr(batches, "issue", real)
    done = admin.post(f"/admin/certificates/batches/{batch.token}/resume")
    assert "新发了 7 张" in admin.get(done.headers["Location"]).words
    numbers = sorted(db.session.scalars(select(Certificate.number)))
    assert [int(number[-6:]) for number in numbers] == list(range(1, 8))


def test_all_can_be_downloaded_in_one_file(app, admin):
    template = make_template("class")
    unit = make_unit()
    for name in ("王芳", "李明", "㛃䶮"):
        make_person(unit=unit, name=name)
    start(admin, "class", template_id=str(template.id), unit_id=str(unit.id), usernames="", **CLASS)
    batch = db.session.scalars(select(CertificateBatch)).one()
    for form, locale in (("pdf", "zh"), ("zip", "en")):
        answer = admin.post(f"/admin/certificates/batches/{batch.token}/files/{form}/{locale}")
        assert answer.status_code == 303
        job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
        assert (job.state, job.done, job.total) == ("done", 3, 3)
        content = storage.place(db.session.get(StoredFile, job.file_id).sha256).read_bytes()
        if form == "pdf":
            assert len(pypdfium2.PdfDocument(io.BytesIO(content))) == 3
        else:
            names = zipfile.ZipFile(io.BytesIO(content)).namelist()
            assert sorted(names)[0] == f"{batch.created_at.year}-PX-000001 {names[0].split(' ', 1)[1]}"
            assert any("㛃䶮" in name for name in names)
    assert admin.post(f"/admin/certificates/batches/{batch.token}/files/exe/zh").status_code == 404


@pytest.mark.sqlite_only
def test_drawing_keeps_nobody_from_writing(app, admin, monkeypatch):
    start(admin, "class", template_id=str(make_template("class").id), unit_id=str(some_people().id), **NOBODY, **CLASS)
    draw = batches.certificate_pdf

    def slowly(*arguments):
        assert others_may_write()
        return draw(*arguments)

    monkeypatch.setattr(batches, "certificate_pdf", slowly)
    batch = db.session.scalars(select(CertificateBatch)).one()
    admin.post(f"/admin/certificates/batches/{batch.token}/files/zip/zh")
    assert db.session.scalars(select(Job.state)).all() == ["done", "done"]


@pytest.mark.parametrize("state", ["waiting", "done"])
def test_a_batch_that_is_begun_again_by_a_new_worker_gives_nobody_two(app, admin, state):
    """A worker that is killed leaves its job as running, whether the batch had just ended or not."""
    start(admin, "class", template_id=str(make_template("class").id), unit_id=str(some_people().id), **NOBODY, **CLASS)
    batch, job = db.session.scalars(select(CertificateBatch)).one(), db.session.scalars(select(Job)).one()
    batch.state, job.state = state, "running"
    db.session.commit()
    take_up_again()
    db.session.expire_all()
    assert (batch.state, job.state, total()) == ("done", "done", 2)


def test_only_admins_issue(app, sign_in):
    unit = make_unit()
    keeper = sign_in(make_person("unit_admin", unit=unit))
    assert keeper.get("/admin/certificates/issue").status_code == 403
    assert keeper.post("/admin/certificates/issue/class").status_code == 403
    make_certificate()


def test_the_pages_are_cheap(app, admin):
    template = make_template("class")
    unit = make_unit()
    for _each in range(12):
        make_person(unit=unit)
    start(admin, "class", template_id=str(template.id), unit_id=str(unit.id), usernames="", **CLASS)
    batch = db.session.scalars(select(CertificateBatch)).one()
    for address, most in (
        ("/admin/certificates/issue", 6),
        ("/admin/certificates/issue/class", 6),
        (f"/admin/certificates/batches/{batch.token}", 8),
    ):
        with count_queries() as queries:
            assert admin.get(address).status_code == 200
        queries.assert_at_most(most)
