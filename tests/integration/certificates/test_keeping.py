"""The lists, one's own and those of administrators; taking back; templates."""

from __future__ import annotations

import io

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.db import db
from academy.organizations.services import UnitValues, change_unit
from courses.certificates.models import Certificate, CertificateTemplate
from courses.certificates.services import templates
from courses.certificates.services.revoking import revoke
from tests.factories import make_certificate, make_course, make_person, make_template, make_unit
from tests.support import count_queries


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make_person("admin"))


def seal(alpha: int = 0) -> io.BytesIO:
    picture = Image.new("RGBA", (900, 900), (255, 0, 0, alpha))
    picture.paste((200, 30, 30, 255), (300, 300, 600, 600))
    stream = io.BytesIO()
    picture.save(stream, format="PNG")
    stream.seek(0)
    return stream


def test_trainees_see_and_download_their_own(app, sign_in):
    person = make_person(name="王芳")
    certificate, foreign = make_certificate(person), make_certificate(make_person())
    client = sign_in(person)
    page = client.get("/me/certificates")
    assert certificate.number in page.words
    assert foreign.number not in page.words
    for locale in ("zh", "en"):
        answer = client.get(f"/certificates/{certificate.id}/{locale}.pdf")
        assert answer.mimetype == "application/pdf"
        assert len(pypdfium2.PdfDocument(io.BytesIO(answer.data))) == 1
        assert client.get(f"/certificates/{foreign.id}/{locale}.pdf").status_code == 404
    badge = client.get(f"/certificates/{certificate.id}/credential.json")
    assert badge.get_json(force=True)["type"][1] == "OpenBadgeCredential"
    assert client.get(f"/certificates/{foreign.id}/credential.json").status_code == 404
    assert client.get(f"/certificates/{certificate.id}/fr.pdf").status_code == 404
    assert client.get("/certificates/99999999999/zh.pdf").status_code == 404


def test_ones_own_page_is_cheap_and_tells_of_revocations(app, sign_in):
    person = make_person()
    for _each in range(6):
        last = make_certificate(person)
    revoke(last, "mistake", "内部说明", None)
    client = sign_in(person)
    with count_queries() as queries:
        page = client.get("/me/certificates")
    queries.assert_at_most(3)
    assert "信息有误" in page.words
    assert "内部说明" not in page.text
    assert "还没有证书" in sign_in(make_person()).get("/me/certificates").words


def test_a_revoked_certificate_is_given_out_no_more(app, sign_in, admin):
    person = make_person()
    certificate = make_certificate(person)
    revoke(certificate, "misconduct", "代学", None)
    client = sign_in(person)
    for name in ("zh.pdf", "en.pdf", "credential.json"):
        answer = client.get(f"/certificates/{certificate.id}/{name}")
        assert (answer.status_code, "已经撤销" in answer.words) == (410, True)
        assert admin.get(f"/certificates/{certificate.id}/{name}").status_code == 200


def test_the_list_is_searched_and_cheap(app, admin):
    unit = make_unit("祁连社区")
    found = make_certificate(make_person(name="王芳", unit=unit))
    gone = make_certificate(make_person(name="李明"))
    revoke(gone, "mistake", "写错", None)
    for query, expected in (
        ({"q": "王芳"}, found),
        ({"q": found.number}, found),
        ({"q": found.code.lower()}, found),
        ({"state": "revoked"}, gone),
        ({"unit": str(unit.id)}, found),
    ):
        page = admin.get("/admin/certificates", query_string=query)
        assert [link.text for link in page.page.find_all("th", scope="row")] == [expected.recipient], query
    assert "没有找到" in admin.get("/admin/certificates", query_string={"kind": "annual"}).words
    assert (
        admin.get("/admin/certificates", query_string={"year": "x", "unit": "9" * 30, "kind": "?"}).status_code == 200
    )
    for _each in range(30):
        make_certificate()
    with count_queries() as queries:
        admin.get("/admin/certificates")
    queries.assert_at_most(6)


def test_unit_admins_see_their_own_units_only(app, sign_in):
    unit, other = make_unit("甲街道"), make_unit("乙街道")
    mine, foreign = make_certificate(make_person(unit=unit)), make_certificate(make_person(unit=other))
    keeper = sign_in(make_person("unit_admin", unit=unit))
    words = keeper.get("/admin/certificates").words
    assert mine.number in words
    assert foreign.number not in words
    assert keeper.get(f"/admin/certificates/{mine.id}").status_code == 200
    assert keeper.get(f"/admin/certificates/{foreign.id}").status_code == 404
    assert keeper.get(f"/certificates/{mine.id}/zh.pdf").status_code == 200
    assert keeper.get(f"/certificates/{foreign.id}/zh.pdf").status_code == 404
    assert keeper.post(f"/admin/certificates/{mine.id}/revoke").status_code == 403


def test_certificates_follow_a_unit_that_moves(app, sign_in):
    old, new = make_unit("甲区", level="district"), make_unit("乙区", level="district")
    unit = make_unit("祁连街道", old, level="subdistrict")
    certificate = make_certificate(make_person(unit=unit))
    change_unit(unit, unit.version, UnitValues(name=unit.name, level="subdistrict", parent=new))
    db.session.commit()
    db.session.expire_all()
    assert certificate.unit_path == unit.path
    keeper = sign_in(make_person("unit_admin", unit=new))
    assert certificate.number in keeper.get("/admin/certificates").words


def test_taking_back_and_issuing_again(app, admin):
    person = make_person(name="王芳")
    certificate = make_certificate(person)
    page = admin.get(f"/admin/certificates/{certificate.id}")
    person.name = "王方"
    refused = admin.submit(page, action=f"/admin/certificates/{certificate.id}/revoke", reason="mistake", note="")
    assert (refused.status_code, "请写明为什么撤销" in refused.words) == (422, True)
    answer = admin.post(f"/admin/certificates/{certificate.id}/reissue", data={"correction": "姓名写错"})
    assert answer.status_code == 303
    new = db.session.scalars(select(Certificate).where(Certificate.replaces_id == certificate.id)).one()
    assert new.recipient == "王方"
    assert certificate.number in admin.get(f"/admin/certificates/{new.id}").words
    again = admin.post(f"/admin/certificates/{certificate.id}/reissue", data={"correction": "再来"})
    assert again.status_code == 422
    answer = admin.post(f"/admin/certificates/{new.id}/revoke", data={"reason": "misconduct", "note": "代学"})
    assert answer.status_code == 303
    assert "代学" in admin.get(f"/admin/certificates/{new.id}").words
    actions = set(db.session.scalars(select(AuditEntry.action)))
    assert {"certificate.revoked", "certificate.reissued"} <= actions


def test_a_template_is_made_changed_and_retired(app, admin):
    form = admin.get("/admin/certificates/templates/new/course")
    answer = admin.submit(form, name="结业模板", is_default="y", seal=(seal(), "seal.png"))
    assert answer.status_code == 303
    template = db.session.scalars(select(CertificateTemplate)).one()
    first = templates.current_version(template.id)
    assert (template.is_default, first.seal.facts) == (True, {})
    picture = Image.open(io.BytesIO(admin.get(f"/admin/certificates/templates/{template.id}/seal.png").data))
    assert max(picture.size) == 800, "a seal is made small"
    page = admin.get(f"/admin/certificates/templates/{template.id}")
    stale = page
    assert admin.submit(page, title="新标题").status_code == 303
    latest = templates.current_version(template.id)
    assert (latest.number, latest.title, latest.seal_file_id) == (2, "新标题", first.seal_file_id)
    late = admin.submit(stale, title="又一个标题")
    assert (late.status_code, "别人修改了" in late.words) == (409, True)
    assert late.page.one("input", id="title")["value"] == "又一个标题"
    assert admin.submit(stale, title="又一个标题", version="9" * 5000).status_code == 409
    unknown = admin.submit(admin.get(page.request.path), seal_file_id=str(10**30))
    assert (unknown.status_code, templates.current_version(template.id).seal_file_id) == (303, None)
    admin.post(f"/admin/certificates/templates/{template.id}/retire")
    db.session.refresh(template)
    assert not template.is_active
    assert not template.is_default


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"body": "{name} 得 {score} 分"}, "{score} 不是这种证书可以用的变量"),
        ({"body": "没有姓名"}, "正文里要有姓名"),
        ({"title": "😀"}, "U+1F600"),
        ({"pattern": "{year}{number}"}, "隔开"),
        ({"validity_months": "0"}, "1 到 600"),
        ({"name": ""}, "请填写模板名称"),
        ({"seal": (io.BytesIO(b"GIF89a"), "seal.png")}, "打不开"),
        ({"seal": (seal(alpha=255), "seal.png")}, "不是透明的"),
    ],
)
def test_a_template_that_would_go_wrong_is_refused(app, admin, typed, words):
    form = admin.get("/admin/certificates/templates/new/course")
    answer = admin.submit(form, **typed)
    assert (answer.status_code, words in answer.words) == (422, True)
    assert db.session.scalar(select(CertificateTemplate.id)) is None


def test_two_templates_of_one_name_are_refused(app, admin):
    make_template(name="结业模板")
    answer = admin.submit(admin.get("/admin/certificates/templates/new/course"), name="结业模板")
    assert (answer.status_code, "已经有一个叫" in answer.words) == (422, True)


@pytest.mark.parametrize("sample", ["short", "long", "rare"])
@pytest.mark.parametrize("kind", ["course", "class", "annual"])
def test_a_template_is_previewed_without_being_saved(app, admin, kind, sample):
    page = admin.get(f"/admin/certificates/templates/new/{kind}").page
    typed = {name: page.one("input", id=name)["value"] for name in ("name", "series", "pattern")}
    typed |= {name: page.one("textarea", id=name).text for name in ("body", "body_en")}
    typed |= {"title": "试一试", "title_en": "A Trial"}
    address = f"/admin/certificates/templates/preview/{kind}/{sample}"
    for locale in ("zh", "en"):
        answer = admin.post(f"{address}/{locale}", data=typed)
        assert answer.mimetype == "application/pdf"
        words = pypdfium2.PdfDocument(io.BytesIO(answer.data))[0].get_textpage().get_text_range()
        assert ("试一试" if locale == "zh" else "A Trial").replace(" ", "") in "".join(words.split())
    assert db.session.scalar(select(CertificateTemplate.id)) is None
    assert admin.post(f"{address}/zh", data={**typed, "body": "没有"}).status_code == 422
    assert admin.post(f"{address}/fr", data=typed).status_code == 404


def test_courses_choose_their_template(app, admin):
    make_template(is_default=True, name="通用")
    special = make_template(name="专项")
    course, silent = make_course(title="议事协商"), make_course(title="应急值守")
    page = admin.get("/admin/certificates/courses")
    admin.submit(page, **{f"course-{course.id}": str(special.id), f"course-{silent.id}": "none"})
    assert templates.course_choices() == {course.id: special.id, silent.id: None}
    with count_queries() as queries:
        admin.get("/admin/certificates/courses")
    queries.assert_at_most(6)
    with count_queries() as queries:
        admin.get("/admin/certificates/templates")
    queries.assert_at_most(5)
    page = admin.get("/admin/certificates/courses")
    admin.post("/admin/certificates/courses", data={f"course-{course.id}": "999999"})
    assert templates.course_choices()[course.id] == special.id
