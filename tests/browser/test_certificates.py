"""From the trainee's list to the public page that a stranger opens on a phone, with and without scripts."""

from __future__ import annotations

import re

import pytest
import zxingcpp
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from academy.db import db
from courses.certificates.models import Certificate
from tests.browser.journeys import inside
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

FRESH_DEMO = True

WORDS = {
    "zh": ("证书有效", "核对", "姓名一致", "核验", "证书已撤销"),
    "en": ("The certificate is valid", "Compare", "The name is right", "Check", "revoked"),
}


def revoked_code(server: RunningServer) -> str:
    with inside(server):
        return db.session.scalars(db.select(Certificate.code).where(Certificate.revoked_at.is_not(None))).first()


@pytest.mark.parametrize(("locale", "width"), [("zh", "desktop"), ("en", "phone")])
def test_a_certificate_is_downloaded_and_checked_by_a_stranger(server, visitors, tmp_path, locale, width):
    valid, compare, right, _check, _revoked = WORDS[locale]
    page = visitors(width=width, locale=locale)
    sign_in(page, "trainee", "study2026")
    page.goto("/me/certificates")
    assert_good(page)
    with page.expect_download() as waiting:
        page.locator(".diploma .acts a").first.click()
    file = tmp_path / "certificate.pdf"
    waiting.value.save_as(file)
    document = PdfDocument(file)
    code = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())[0].text
    document.close()
    assert code.startswith(server.url)

    page.locator(".more summary").first.click()  # the trainee reads Chinese, the stranger may not
    expect(page.locator(".share a")).to_have_text(code)

    stranger = visitors(width="phone", locale=locale, javascript=False)
    stranger.goto(code)
    expect(stranger.get_by_role("heading", level=1)).to_have_text(valid)
    expect(stranger.locator("main")).not_to_contain_text("李秀兰")
    stranger.get_by_role("textbox").last.fill("李秀兰")
    stranger.get_by_role("button", name=compare, exact=True).click()
    expect(stranger.locator("#compare")).to_contain_text(right)


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_revoked_one_is_told_to_whoever_types_its_code(server, visitors, locale):
    code = revoked_code(server)
    page = visitors(width="phone", locale=locale)
    page.goto("/verify")
    assert_good(page)
    page.locator("#code").fill(f"{code[:5]}-{code[5:]}".lower())
    page.get_by_role("button", name=WORDS[locale][3], exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile(WORDS[locale][4]))
    assert_good(page)


def test_a_template_is_previewed_and_can_still_be_saved(server, visitors):
    page = visitors()
    page.expect_trouble("asks another site: chrome")  # the browser's own viewer of PDFs
    sign_in(page, "admin", "manage2026")
    page.goto("/admin/certificates/templates")
    assert_good(page)
    page.locator("main tbody a").first.click()
    page.locator("#title").fill("结业证明")
    with page.context.expect_event("response", lambda answer: "/preview/" in answer.url) as waiting:
        page.get_by_role("button", name="预览中文样张：短姓名").click()
    assert waiting.value.headers["content-type"] == "application/pdf"
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存，以后发的证书用新内容")).to_be_visible()
    expect(page.locator("#title")).to_have_value("结业证明")
