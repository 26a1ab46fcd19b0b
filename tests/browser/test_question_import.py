"""Importing a file with mistakes: what is wrong is said by line, the rest is chosen, imported, and taken back."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.journeys import PASSWORD, add_person, inside, press
from tests.support.browsing import assert_good, sign_in

FILE = """\
漏水了，先做什么？{=先听完 ~当场判断 ####先让情绪有出口。}

急救电话是 120。{T}

权重不对{~%60%甲 ~%60%乙 ~丙}

没有配对{=甲

急救电话是 120。{T}
"""
WORDS = {
    "zh": {
        "link": "导入",
        "send": "读出来核对",
        "all": "导入全部 2 道",
        "done": "已经导入 2 道题。",
        "undo": "撤销这次导入",
        "undone": "这一批已经撤销",
        "wrong": "权重对不上",
        "export": "导出",
        "lost": "这种格式带不走的",
    },
    "en": {
        "link": "Import",
        "send": "Read and look at it",
        "all": "Import all 2 questions",
        "done": "2 questions have been imported.",
        "undo": "Undo this import",
        "undone": "This import has been undone",
        "wrong": "The weights do not add up",
        "export": "Export",
        "lost": "What this format cannot carry",
    },
}


@pytest.mark.parametrize(("locale", "width"), [("zh", "desktop"), ("en", "phone")])
def test_an_import_with_mistakes(server, visitors, tmp_path: Path, locale: str, width: str):
    words = WORDS[locale]
    file = tmp_path / f"questions-{locale}.gift"
    file.write_bytes(FILE.encode("gb18030"))
    with inside(server):
        add_person(f"importer{locale}", "instructor", name="方晓", locale=locale)
    page = visitors(width=width, locale=locale)
    sign_in(page, f"importer{locale}", PASSWORD)
    page.goto(f"{server.url}/studio/questions")
    press(page, page.get_by_role("link", name=words["link"], exact=True))
    assert_good(page)
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=words["send"]).click()
    expect(page.get_by_text(words["wrong"])).to_be_visible()
    page.locator("summary", has_text="漏水了").click()
    page.evaluate("window.scrollTo(0, 0)")  # the sticky bar would lie over a field half way
    assert_good(page)
    page.get_by_role("button", name=words["all"]).click()
    expect(page.get_by_text(words["done"])).to_be_visible()
    assert_good(page)
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.get_by_text(words["undone"])).to_be_visible()
    page.goto(f"{server.url}/studio/questions")
    page.get_by_role("link", name=words["export"], exact=True).click()
    page.get_by_role("link", name="Aiken").click()
    expect(page.get_by_role("heading", name=words["lost"])).to_be_visible()
    assert_good(page)
    with page.expect_download() as download:
        page.locator("a[href*='/export/aiken']").click()
    assert "ANSWER: " in download.value.path().read_text(encoding="utf-8")
