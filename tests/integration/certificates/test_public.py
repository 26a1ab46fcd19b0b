"""What anybody sees: whether a certificate is genuine, and no more than that needs."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp

from academy.db import db
from courses.certificates.rules.codes import new_code, shown
from courses.certificates.services.drawing import certificate_pdf
from courses.certificates.services.guessing import MAX_MISSES, WINDOW, misses
from courses.certificates.services.revoking import reissue, revoke
from tests.factories import make_certificate, make_person, make_template
from tests.support import count_queries


@pytest.fixture(autouse=True)
def _nobody_has_guessed():
    misses.forget()
    yield
    misses.forget()


def test_a_code_leads_to_its_page(app, client):
    certificate = make_certificate(make_person(name="王小芳"))
    answer = client.get("/verify", query_string={"code": shown(certificate.code).lower()})
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert page.page.one("h1").text == "证书有效"
    for words in (certificate.number, "社区书记专题培训班", "24", "王*芳", "社区干部学院"):
        assert words in page.words
    assert "王小芳" not in page.text, "strangers do not see the whole name"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.page.one("meta", name="robots")["content"] == "noindex, nofollow"


def test_the_name_can_be_compared(app, client):
    certificate = make_certificate(make_person(name="阿依古丽·买买提"))
    form = client.get(f"/c/{certificate.code}")
    right = client.submit(form, name="阿依古丽•买买提")
    assert (right.status_code, "姓名一致" in right.words) == (200, True)
    wrong = client.submit(form, name="阿依古丽")
    assert "姓名不一致" in wrong.words
    assert "阿依古丽·买买提" not in wrong.text
    nothing = client.submit(form, name="")
    assert "一致" not in nothing.words


@pytest.mark.parametrize(("reason", "words"), [("mistake", "信息有误"), ("misconduct", "弄虚作假")])
def test_a_revocation_is_seen_at_once_without_its_note(app, client, reason, words):
    certificate = make_certificate()
    client.get(f"/c/{certificate.code}")
    revoke(certificate, reason, "内部说明不公开", None)
    page = client.get(f"/c/{certificate.code}")
    assert page.page.one("h1").text == "证书已撤销"
    assert words in page.words
    assert "内部说明" not in page.text


def test_a_replaced_one_names_the_new_number(app, client):
    old = make_certificate()
    new = reissue(old, "写错", None)
    assert new.number in client.get(f"/c/{old.code}").words
    assert client.get(f"/c/{new.code}").page.one("h1").text == "证书有效"


def test_an_expired_one_says_so(app, client, clock):
    certificate = make_certificate(template=make_template("class", validity_months=1))
    clock.move(days=32)
    assert client.get(f"/c/{certificate.code}").page.one("h1").text == "证书已过期"


def test_slips_and_unknown_codes_are_told_apart(app, client):
    certificate = make_certificate()
    wrong = certificate.code[:-1] + ("0" if certificate.code[-1] != "0" else "1")
    assert "校验位" in client.get("/verify", query_string={"code": wrong}).words
    short = client.get("/verify", query_string={"code": "12-3"})
    assert (short.status_code, "这里是 3 位" in short.words) == (422, True)
    assert short.page.one("input", id="code")["value"] == "12-3"
    unknown = new_code()
    answer = client.get(f"/c/{unknown}")
    assert (answer.status_code, shown(unknown) in answer.words) == (404, True)
    assert client.get("/c/" + "王" * 100).status_code == 404
    assert client.get("/verify").status_code == 200
    assert client.get("/verify", query_string={"code": "x" * 5000}).status_code == 422


def test_who_guesses_has_to_wait(app, client, clock):
    certificate = make_certificate()
    for _each in range(MAX_MISSES):
        assert client.get(f"/c/{new_code()}").status_code == 404
    refused = client.get(f"/c/{certificate.code}")
    assert (refused.status_code, "15 分钟" in refused.words) == (429, True)
    clock.move(seconds=WINDOW.total_seconds() + 1)
    assert client.get(f"/c/{certificate.code}").status_code == 200


def test_guessing_names_counts_too(app, client):
    certificate = make_certificate()
    form = client.get(f"/c/{certificate.code}")
    for number in range(MAX_MISSES):
        assert client.submit(form, name=f"猜{number}").status_code == 200
    assert client.submit(form, name="王芳").status_code == 429


def test_english_readers_get_an_english_page(app, english):
    certificate = make_certificate()
    page = english.get(f"/c/{certificate.code}")
    assert page.page.one("h1").text == "The certificate is valid"
    assert "the class for secretaries" in page.words


def test_the_public_page_is_cheap(app, client):
    certificate = make_certificate()
    with count_queries() as queries:
        client.get(f"/c/{certificate.code}")
    queries.assert_at_most(2)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_printed_qr_code_leads_to_a_page_that_verifies(app, client, locale):
    for name in ("王芳", "阿卜杜热合曼·买买提艾力江", "㛃䶮𬭎"):
        certificate = make_certificate(make_person(name=name))
        db.session.commit()
        with app.test_request_context(base_url="https://study.example.org"):
            pdf = certificate_pdf(certificate, locale)
        document = pypdfium2.PdfDocument(io.BytesIO(pdf))
        assert len(document) == 1
        codes = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
        assert [code.text for code in codes] == [f"https://study.example.org/c/{certificate.code}"]
        page = client.get(codes[0].text.removeprefix("https://study.example.org"))
        assert certificate.number in page.words
        words = "".join(document[0].get_textpage().get_text_range().split())
        assert name in words
        assert certificate.number in words
        assert shown(certificate.code) in words
