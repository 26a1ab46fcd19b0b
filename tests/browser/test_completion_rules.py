"""An author writes a rule, a trainee reads it and meets it; another one knows it all and tests out."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from academy.db import db
from courses.catalog.models import Course
from courses.catalog.publication import publish
from courses.question_types import installed
from courses.quizzes.models import Attempt
from tests.browser.journeys import PASSWORD, add_person, inside
from tests.factories import make_course, make_quiz
from tests.factories.catalog import text_lesson
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

SHORT = "有事好商量。"


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> int:
    """A course of three short texts by an author of its own, and a quiz that is no lesson; returns the course's id."""
    with inside(server):
        author = add_person("ruler", "instructor", name="陈老师")
        for name in ("walker", "knower"):
            add_person(name, name="林同学")
        make_quiz("true_false", owner=author, title="免修卷", pass_percent=80, attempts_allowed=1)
        lessons = [text_lesson(SHORT, title=f"短文{each}") for each in "甲乙丙"]
        course = make_course(lessons, owner=author, slug="ruled", title="有规则的课", published=False)
        db.session.flush()
        publish(course, author)
        return course.id


def choose(page, name: str, text: str) -> None:
    page.locator(f"[name='{name}']").select_option(label=text)


@pytest.mark.parametrize("javascript", [True, False])
def test_author_writes_a_rule_and_trainees_meet_it(prepared, server, visitors, javascript):
    author = visitors(width="desktop", locale="zh", javascript=javascript)
    sign_in(author, "ruler", PASSWORD)
    author.goto(f"{server.url}/studio/courses/{prepared}/completion")
    if javascript:
        _write(author)
        _study(visitors, server)
        _test_out(visitors, server)
    else:
        author.get_by_role("button", name="平均分").first.click()
        expect(author.locator("[data-rules-preview]")).to_contain_text("课程里没有测验")
        author.get_by_role("button", name="去掉：全部测验平均至少多少分").click()
        expect(author.locator("[data-rules-preview]")).not_to_contain_text("课程里没有测验")


def _write(page) -> None:
    page.get_by_role("radio", name="做到其中几项就行").check()
    page.locator("[name=root-n]").fill("2")
    page.get_by_role("button", name="去掉：学完全部必学内容").click()
    for place, title in enumerate(("1.1 短文甲", "1.2 短文乙", "1.3 短文丙")):
        page.get_by_role("button", name="学完某一节", exact=True).click()
        expect(page.locator(f"[id='r-{place}-lesson']")).to_be_focused()
        choose(page, f"r-{place}-lesson", title)
    choose(page, "test_out_quiz", "免修卷")
    page.locator("[name=test_out_percent]").fill("80")
    page.locator("[name=test_out_attempts]").fill("1")
    page.locator("[name=test_out_attempts]").blur()
    expect(page.locator("[data-rules-preview]")).to_contain_text("下面 3 项里做到 2 项")
    expect(page.locator("[data-rules-preview]")).to_contain_text("可以免修：测验《免修卷》至少 80 分")
    assert_good(page)
    page.locator(".savebar").get_by_role("button", name="保存").click()
    expect(page.locator(".flashes")).to_contain_text("已保存")
    page.get_by_role("link", name="检查并发布").click()
    expect(page.locator("main")).to_contain_text("现在 下面 3 项里做到 2 项")
    page.get_by_role("button", name="发布新版本").click()
    expect(page.locator(".flashes")).to_contain_text("发布好了")


def _study(visitors, server) -> None:
    page = visitors(width="phone", locale="zh")
    sign_in(page, "walker", PASSWORD)
    page.goto(f"{server.url}/courses/ruled")
    page.get_by_role("button", name="加入学习").click()
    page.goto(f"{server.url}/courses/ruled")
    expect(page.locator("main")).to_contain_text("3 选 2，已完成 0 项")
    assert_good(page)
    for title in ("短文甲", "短文丙"):
        page.goto(f"{server.url}/courses/ruled")
        page.locator(".rule-left").get_by_role("link", name=title).click()
        expect(page.locator("[data-progress-message]")).to_contain_text("这一节学完了", timeout=30_000)
    page.goto(f"{server.url}/courses/ruled")
    expect(page.locator(".chead .tag.ok")).to_have_text("已学完")
    expect(page.locator("main")).to_contain_text("学时已计入学习档案")


def _test_out(visitors, server) -> None:
    page = visitors(width="desktop", locale="en")
    sign_in(page, "knower", PASSWORD)
    page.goto(f"{server.url}/courses/ruled")
    assert_good(page)
    page.get_by_role("button", name="Know it already? Test out").click()
    with inside(server):
        attempt = db.session.scalars(select(Attempt).where(Attempt.state == "open").order_by(Attempt.id.desc())).first()
        question = attempt.quiz_version.slots[0].question_version
        right = installed.get(question.type).correct_answer(question.content)
    page.locator(f"input[type=radio][value='{str(right).lower()}']").check()
    page.goto(page.url.split("?")[0] + "/check")
    page.locator("main form button[type=submit]").last.click()
    page.goto(f"{server.url}/courses/ruled")
    expect(page.locator(".chead .tag.ok")).to_have_text("Test-out")
    with inside(server):
        assert db.session.scalar(select(Course.id).where(Course.slug == "ruled"))
