"""An instructor makes a course with a film and a quiz from nothing, publishes it, and goes on working at the draft."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import (
    PASSWORD,
    QUIZ,
    SOON,
    Tour,
    Words,
    add_person,
    button,
    inside,
    link,
    press,
    sign_out,
)
from tests.support.browsing import sign_in, too_wide
from tests.support.server import HOME, RunningServer

FILM = HOME / "courses/starter/media/four-measures.mp4"
SUBTITLES = HOME / "courses/starter/media/four-measures.zh.vtt"
COURSE = ("楼道协商怎么开头", "How to Begin on a Staircase")
TEXT = "## 先问一声\n\n进门先说自己是谁。\n\n- 听完再说\n- **记下来**"
BYTES_PER_SECOND = 2_000_000
# Pasted questions begin with these, in every language of the screen.
MARKS = ("【单选】", "【多选】", "【判断】", "【填空】")
WAYS = [("zh", "desktop"), ("en", "phone")]


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The site with an instructor and a trainee for each way."""
    with inside(server):
        for locale, _width in WAYS:
            add_person(f"author{locale}", "instructor", name="Wen", locale=locale)
            add_person(f"reader{locale}", name="Lin", locale=locale)
    return server


def fill(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"main [name={name}]").fill(value)


def saved(page: Page, words: str) -> None:
    expect(page.locator(".flashes")).to_contain_text(words)


def begin_course(page: Page, say: Words, tour: Tour) -> None:
    tour.glance(page)
    press(page, link(page, say("建立课程")))
    tour.look(page, press(page, button(page, say("建立课程"))))
    expect(page.locator(".errsum")).to_be_focused()
    fill(page, title=COURSE[0], title_en=COURSE[1], cover_text="楼道")
    press(page, button(page, say("建立课程")))
    tour.glance(page)


def see_what_is_missing(page: Page, say: Words, tour: Tour) -> None:
    press(page, link(page, say("检查并发布")))
    tour.glance(page)
    expect(page.locator(".reqs > li")).not_to_have_count(0)
    expect(button(page, say("发布课程"))).to_have_count(0)
    press(page, page.locator(".reqs").get_by_role("link").first)
    fill(
        page, summary="讲怎样把第一次楼道协商开起来。", summary_en="How to hold the first talk.", goals="会开头\n会收尾"
    )
    press(page, button(page, say("保存"), exact=True))
    saved(page, say("已保存"))


def add_chapter(page: Page, say: Words) -> None:
    press(page, page.locator(".stepper").get_by_role("link", name=say("课程内容")))
    press(page, link(page, say("添加章")))
    fill(page, title="第一步", title_en="The First Step")
    press(page, button(page, say("添加章")))


def add_lesson(page: Page, say: Words, kind: str, title: str, title_en: str) -> None:
    if not page.locator("main [name=type]").count():
        press(page, link(page, say("添加一节")))
    page.locator(f"main label:has([name=type][value={kind}])").click()
    fill(page, title=title, title_en=title_en)
    press(page, button(page, say("添加并编辑")))


def write_text(page: Page, say: Words, tour: Tour) -> None:
    add_lesson(page, say, "text", "说在前面", "First of All")
    page.locator("main [name=body]").fill(TEXT)
    expect(page.locator("[data-md-preview] li strong")).to_have_text("记下来", timeout=SOON)
    tour.glance(page)
    press(page, button(page, say("保存"), exact=True))
    saved(page, say.pick("说在前面", "First of All"))


def upload_film(page: Page, say: Words, tour: Tour) -> None:
    """Upload at the speed of a slow office line, so that the bar can be seen moving."""
    add_lesson(page, say, "video", "看一段", "A Film")
    line = page.context.new_cdp_session(page)
    limits = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": BYTES_PER_SECOND}
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", limits)
    box = page.locator("[data-upload][data-kind=video]")
    box.locator("input[type=file]").set_input_files(FILM)
    seen = set()
    while not box.locator("[name=video_id]").input_value():
        seen.add(box.locator("[data-upload-bar]").evaluate("bar => bar.hidden ? -1 : bar.value"))
        page.wait_for_timeout(50)
        assert len(seen) < 1000
    assert any(0 < each < 100 for each in seen), f"the bar stood at {sorted(seen)}"
    line.detach()
    expect(box.locator("[data-upload-state]")).to_contain_text(say("上传好了，保存后生效"))
    page.locator("[data-upload] input[type=file]").nth(1).set_input_files(SUBTITLES)
    expect(page.locator("main [name=subtitles_zh_id]")).not_to_have_value("", timeout=SOON)
    tour.look(page)
    press(page, button(page, say("保存"), exact=True))
    saved(page, say.pick("看一段", "A Film"))
    expect(page.locator("[data-upload][data-kind=video] [data-upload-name]")).to_have_text(FILM.name)


def build_quiz(page: Page, say: Words, tour: Tour) -> None:
    """One question is written, three are pasted; a mistake in the paste names its line."""
    add_lesson(page, say, "quiz", "练一练", "Practice")
    press(page, button(page, say("保存"), exact=True))
    press(page, link(page, say("编辑题目和规则")))
    press(page, link(page, say("单选")))
    tour.look(page, press(page, button(page, say("加入测验"))))
    # In the other language another one: the bank has this one by then, and says so.
    fill(page, stem=say.pick("开头先说什么？", "What comes first?"), explanation="对方先要知道您是谁。")
    for index, text in enumerate(("先说自己是谁", "先说规定")):
        page.locator("main [name=option_text]").nth(index).fill(text)
    page.locator("main [name=correct]").first.check()
    press(page, button(page, say("加入测验")))
    expect(page.locator("[data-slot]")).to_have_count(1)
    press(page, link(page, say("粘贴一组题")))
    fill(page, text=QUIZ.replace("答案：B", "答案：F"))
    tour.look(page, press(page, button(page, say("检查"))))
    expect(page.locator(".errsum li")).to_have_count(1)
    fill(page, text=QUIZ)
    tour.look(page, press(page, button(page, say("检查"))))
    press(page, button(page, say("加入测验")))
    expect(page.locator("[data-slot]")).to_have_count(4)
    tour.glance(page)
    press(page, link(page, say("返回课程")))


def give_credit(page: Page, say: Words, tour: Tour) -> None:
    press(page, page.locator(".stepper").get_by_role("link", name=say("考核与结业")))
    fill(page, credit_hours="0.3")
    tour.look(page, press(page, button(page, say("保存"), exact=True)))
    fill(page, credit_hours="0.5")
    press(page, button(page, say("保存"), exact=True))
    tour.glance(page)


def publish(page: Page, say: Words, tour: Tour, first: bool) -> None:
    press(page, link(page, say("检查并发布")))
    tour.glance(page)
    press(page, button(page, say("发布课程") if first else say("发布新版本")))
    saved(page, say.pick(COURSE[0], COURSE[1]))


def lessons_as_a_trainee_sees_them(page: Page, say: Words) -> list[str]:
    """Find the course in the catalogue and return the titles of its lessons."""
    page.goto("/courses")
    page.locator("main [type=search]").fill(say.pick("楼道", "staircase"))
    press(page, button(page, say("搜索")))
    press(page, link(page, say.pick(*COURSE)))
    return page.locator(".tree .lesson .t").evaluate_all("all => all.map(each => each.firstChild.data.trim())")


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_an_instructor_publishes_a_course_from_nothing(prepared, visitors, tmp_path, locale, width):
    say, page = Words(locale), visitors(width=width, locale=locale)
    tour = Tour(tmp_path, say, names=MARKS)
    sign_in(page, f"author{locale}", PASSWORD)
    begin_course(page, say, tour)
    see_what_is_missing(page, say, tour)
    add_chapter(page, say)
    write_text(page, say, tour)
    upload_film(page, say, tour)
    build_quiz(page, say, tour)
    give_credit(page, say, tour)
    publish(page, say, tour, first=True)
    reader = visitors(width=width, locale=locale)
    sign_in(reader, f"reader{locale}", PASSWORD)
    first = say.pick("说在前面", "First of All")
    assert [re.sub(r"^[\d.]+ ", "", each) for each in lessons_as_a_trainee_sees_them(reader, say)] == [
        first,
        say.pick("看一段", "A Film"),
        say.pick("练一练", "Practice"),
    ]
    change_the_draft(page, reader, say, tour)
    sign_out(page, say)
    tour.close()


def change_the_draft(page: Page, reader: Page, say: Words, tour: Tour) -> None:
    """A change shows to trainees when it is published, not before."""
    press(page, page.locator(".stepper").get_by_role("link", name=say("课程内容")))
    press(page, page.locator(".outl .it a").first)
    fill(page, title="换了标题", title_en="Another Title")
    press(page, button(page, say("保存"), exact=True))
    assert not any(re.search("换了标题|Another", each) for each in lessons_as_a_trainee_sees_them(reader, say))
    publish(page, say, tour, first=False)
    assert any(re.search("换了标题|Another", each) for each in lessons_as_a_trainee_sees_them(reader, say))


def test_two_editors_lose_nothing(prepared, visitors, tmp_path):
    say, page = Words("zh"), visitors()
    tour = Tour(tmp_path, say)
    sign_in(page, "instructor", "teach2026")
    open_lesson(page, "老旧小区")
    other = page.context.new_page()
    other.goto(page.url)
    fill(page, body="甲写的\n正文")
    press(page, button(page, "保存", exact=True))
    fill(other, body="乙写的\n正文")
    response = press(other, button(other, "保存", exact=True))
    assert response.status == 409
    tour.look(other, response)
    expect(other.locator(".compare textarea").first).to_have_value("乙写的\n正文")
    expect(other.locator(".compare textarea").last).to_have_value("甲写的\n正文")
    expect(other.locator("main [name=body]")).to_have_value("乙写的\n正文")
    press(other, button(other, "保存", exact=True))
    page.reload()
    expect(page.locator("main [name=body]")).to_have_value("乙写的\n正文")
    tour.close()


def open_lesson(page: Page, course: str) -> None:
    """Open the first lesson of a course of the demo in the studio."""
    page.goto("/studio")
    press(page, page.locator(".courses h2 a", has_text=course))
    press(page, page.locator(".outl .it a").first)


def test_a_session_that_ends_while_writing_loses_nothing(prepared, visitors, tmp_path):
    say, page = Words("zh"), visitors()
    tour = Tour(tmp_path, say)
    sign_in(page, "instructor", "teach2026")
    open_lesson(page, "志愿服务")
    fill(page, body="写到一半\n登录过期了 <b>&amp;")
    page.context.clear_cookies()
    response = press(page, button(page, "保存", exact=True))
    assert response.status == 401
    tour.look(page, response)
    page.locator("[name=login]").fill("instructor")
    page.locator("[name=password]").fill("teach2026")
    tour.look(page, press(page, button(page, "登录并继续")))
    expect(page.locator("dl.held")).to_contain_text("写到一半")
    press(page, button(page, "继续提交"))
    expect(page.locator("main [name=body]")).to_have_value("写到一半\n登录过期了 <b>&amp;")
    saved(page, "已保存")
    tour.close()


def test_a_file_that_is_not_what_it_says_is_refused_at_its_field(prepared, visitors, tmp_path):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio")
    press(page, page.locator(".courses h2 a", has_text="议事协商"))
    press(page, page.locator(".outl .it a", has_text="看一遍四量工作法"))
    lie = tmp_path / "看起来像.mp4"
    lie.write_bytes(b"%PDF-1.7 not a film")
    box = page.locator("[data-upload][data-kind=video]")
    box.locator("input[type=file]").set_input_files(lie)
    expect(box.locator("[data-upload-error]")).to_be_visible(timeout=SOON)
    expect(box.locator("[data-upload-name]")).to_have_text(FILM.name)
    assert too_wide(page) == []


def test_pressing_twice_makes_one_course(prepared, visitors):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio/courses/new")
    fill(page, title="只建一次")
    with page.expect_navigation():
        button(page, "建立课程").dblclick(no_wait_after=True)
    page.goto("/studio?q=只建一次")
    expect(page.locator(".courses > li")).to_have_count(1)
