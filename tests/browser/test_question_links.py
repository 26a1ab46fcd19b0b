"""From the editor of a question to the paragraph that explains it: found, looked at, saved, and read by who has handed in."""

from __future__ import annotations

import re

from playwright.sync_api import expect
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from courses.quizzes import services as quizzes
from tests.browser.journeys import PASSWORD, add_person, inside
from tests.factories import make_attempt, make_question
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

STEM = "群发通知以前，先要想好写给谁看。"
WORDS = "报告五要素"


def test_a_question_leads_to_its_paragraph(server: RunningServer, visitors) -> None:
    with inside(server):
        add_person("linked", name="罗小满", locale="zh")
        teacher, trainee = (
            db.session.scalars(select(Person).where(Person.username == name)).one() for name in ("instructor", "linked")
        )
        question = make_question("true_false", teacher, stem=STEM, correct=True, explanation="看的人不同，写法不同。")
        quiz = quizzes.create_quiz(teacher, "通知怎么写")
        quizzes.add_question(quiz, question, 100)
        token = make_attempt(trainee, quizzes.freeze(quiz)).token
        address = f"/studio/questions/{question.id}"

    desk = visitors(locale="zh")
    sign_in(desk, "instructor", "teach2026")
    desk.goto(address)
    desk.locator("#explanation").fill("看的人不同，写法也不同。")
    desk.locator("[name=references_q]").fill(WORDS)
    desk.locator("[name=references_q]").press("Enter")
    desk.locator("#references .hits button").first.click()
    chosen = desk.locator("#references .chosen a")
    expect(chosen).to_contain_text("社区工作十讲")
    desk.locator("button[value=preview]").click()
    expect(desk.locator("#preview")).to_contain_text(STEM)
    desk.locator("#preview summary").click()
    expect(desk.locator("#preview .src")).to_contain_text("写法也不同")
    expect(desk.locator("#explanation")).to_have_value("看的人不同，写法也不同。")
    desk.evaluate("scrollTo(0, 0)")  # so that the bar at the top covers nothing
    assert_good(desk)
    desk.locator("button[value=save]").click()
    desk.wait_for_url(re.compile(rf"{address}$"))
    expect(desk.locator("#references .chosen a")).to_have_count(1)

    page = visitors(locale="zh")
    sign_in(page, "linked", PASSWORD)
    page.goto(f"/attempts/{token}")
    assert page.locator(".read-on").count() == 0
    page.goto(f"/attempts/{token}/check")
    page.locator("form[action$='/submit'] button").first.click()
    page.wait_for_url("**/result")
    page.locator(".read-on a").click()
    page.wait_for_url(re.compile(r"/textbooks/community-work/\d+#p-"))
    paragraph = page.locator(f"#{page.url.partition('#')[2]}")
    expect(paragraph).to_contain_text(WORDS)
    expect(paragraph).to_be_in_viewport()
