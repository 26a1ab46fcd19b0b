"""A scenario as a question on a phone: by keyboard, with the focus led along, in two tabs, and with the network cut."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.journeys import PASSWORD, add_person, inside
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

LESSON, NUMBER = "练习：常见纠纷与协议", 9
FIRST, SECOND, THIRD, FAIR = "请周阿姨先回家", "原因还没有查清", "按两千算", "水停了，气没有停"


def open_question(page: Page) -> str:
    sign_in(page, "stepper", PASSWORD)
    page.goto("/courses/mediation")
    page.locator("form[action='/courses/mediation/enrol'] button").first.click()
    page.goto("/courses/mediation")
    page.goto(page.locator("a[href^='/learn/mediation/']", has_text=LESSON).first.get_attribute("href"))
    page.locator("form[action$='/quiz'] button").click()
    page.wait_for_url("**/attempts/**")
    address = f"{page.url.split('?')[0]}?n={NUMBER}"
    page.goto(address)
    return address


def choice(page: Page, words: str):
    return page.locator("[data-card] .drill-choice", has_text=words)


def scene(page: Page, title: str) -> None:
    """Wait for a scene; its title has the focus, and says what came of the decision."""
    heading = page.locator("[data-step-focus]", has_text=title)
    expect(heading).to_be_focused()
    described = heading.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").inner_text()


def test_a_way_through_a_scenario_on_a_phone(server: RunningServer, visitors) -> None:
    with inside(server):
        add_person("stepper", name="罗小满", locale="zh")
    page = visitors(width="phone", locale="zh")
    address = open_question(page)
    assert "水表前" not in page.content() and "选定就不能退回" in page.locator("[data-card]").inner_text()
    other = page.context.new_page()
    other.goto(address)

    choice(page, FIRST).focus()
    page.keyboard.press("Enter")
    scene(page, "一条门缝")
    assert_good(page)
    choice(page, SECOND).press("Enter")
    scene(page, "水表前")

    # The other tab still shows the first scene: what it sends does not count, and it is shown where the question stands.
    other.bring_to_front()
    if choice(other, "陪周阿姨").count():
        choice(other, "陪周阿姨").click()
        expect(other.locator("[data-card] [role=alert]")).to_contain_text("已经在别处往下走了")
    expect(other.locator("[data-step-focus]")).to_have_text("水表前")
    other.close()

    page.expect_trouble("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    choice(page, THIRD).click()
    expect(page.locator("[data-step-wait]")).to_contain_text("存在本机")
    expect(choice(page, THIRD)).to_be_disabled()
    page.context.set_offline(False)
    scene(page, FAIR)
    expect(page.locator("[data-count='answered']").first).to_have_text("1")
    page.reload()
    expect(page.locator("[data-card]")).to_contain_text("这道题答完了")
