"""From an essay that is typed to its mark, an appeal, and a corrected key: the trainee on a phone, the instructor at a desk."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from academy.accounts.models import Person
from academy.db import db
from courses.marking.models import Appeal
from courses.question_types.rubric import read_rubric
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt
from tests.browser.journeys import Tour, Words, add_person, button, inside, link, press, use
from tests.factories import make_question
from tests.factories.people import PASSWORD
from tests.support.browsing import sign_in

FRESH_DEMO = True

SOON = 20_000
RUBRIC = "Facts: 4 complete, 2 partly, 0 missing\nSteps: 6 clear, 3 vague, 0 none"
SAID = "First I hear both of them, then we look at the place together, and at last we agree on who pays."
ENGLISH = {"stem": "Water comes through a ceiling. What do you do?", "explanation": "Facts before blame."}


def put_quiz(server, name: str) -> tuple[str, int]:
    """Put a quiz of a choice, an essay and a case on the site, and start it; return the attempt's path and the quiz."""
    with inside(server):
        owner = db.session.scalars(db.select(Person).where(Person.username == "instructor")).one()
        person = add_person(name, name="Ming")
        quiz = quizzes.create_quiz(owner, f"Test {name}", title_en=f"Test {name}")
        essay = make_question(
            "essay", owner, rubric=read_rubric(RUBRIC), model_answer="Listen, look, agree.", min_chars=20, **ENGLISH
        )
        options = [{"id": "a", "text": "Listen"}, {"id": "b", "text": "Judge"}]
        choice = make_question("single_choice", owner, options=options, correct="b", **ENGLISH)
        parts = [
            {
                "id": "1",
                "type": "single_choice",
                "weight": 200,
                "content": {"stem": "Who is heard first?", "options": options, "correct": "a", "explanation": ""},
            },
            {
                "id": "2",
                "type": "essay",
                "weight": 300,
                "content": {"stem": "And then?", "min_chars": 0, "max_chars": 300, "rubric": [], "model_answer": ""},
            },
        ]
        case = make_question("case", owner, material="Two neighbours and one pipe.", parts=parts, **ENGLISH)
        for question in (essay, choice, case):
            quizzes.add_question(quiz, question, 1000)
        attempt = quizzes.start_attempt(person, quizzes.freeze(quiz))
        return f"/attempts/{attempt.token}", quiz.id


def answers_of(server, path: str) -> list:
    with inside(server):
        attempt = db.session.scalars(db.select(Attempt).where(Attempt.token == path.split("/")[-1])).one()
        return [question.answer for question in sorted(quizzes.paper(attempt), key=lambda each: each.position)]


def write(server, page, path, say, tour) -> None:
    """The trainee writes: every change is saved, and counted."""
    tour.look(page, page.goto(path))
    page.locator("textarea[name='answer']").fill(SAID)
    expect(page.locator("[data-count-now]")).to_contain_text(str(len(SAID.replace(" ", ""))))
    page.locator("[data-next]").click()
    page.locator("[data-card] .opt-c").first.click()
    page.locator("[data-next]").click()
    expect(page.locator("[data-card] .material")).to_be_visible()
    tour.look(page)
    page.locator("[data-card] .opt-c").first.click()
    page.locator("textarea[name='answer-2']").fill("We write down what we agreed on.")
    press(page, page.locator("[data-next]"))
    assert answers_of(server, path) == [SAID, "a", {"1": "a", "2": "We write down what we agreed on."}]
    tour.look(page, press(page, page.locator("form[action$='/submit'] button")))
    expect(page.locator("h1")).to_have_text(
        say.pick("已得 0 分，还有 2 题等老师批阅", "0 marks so far; 2 questions are still to be marked")
    )


def mark(desk, say, tour) -> None:
    """The instructor marks the essay by its rubric and the case by its part."""
    card = desk.locator("section.card", has=desk.get_by_role("heading", name=f"Test essayist{say.locale}"))
    tour.look(desk, desk.goto("/studio/marking"))
    tour.look(desk, press(desk, card.get_by_role("link", name=re.compile("Water")).nth(1)))
    expect(desk.locator("article")).to_contain_text(SAID)
    tour.look(desk, press(desk, button(desk, say("保存，批下一份"))))  # nothing chosen: said, and nothing lost
    expect(desk.locator(".errsum")).to_contain_text(say("每个方面都选一档"))
    desk.locator("input[name='level--1'][value='1']").check()
    desk.locator("input[name='level--2'][value='2']").check()
    expect(desk.locator("[data-sum]")).to_contain_text("7")
    desk.get_by_label(re.compile(say("评语"))).first.fill("Good facts; who does what, and when?")
    tour.look(desk, press(desk, button(desk, say("保存，批下一份"))))
    desk.goto("/studio/marking")
    press(desk, card.get_by_role("link", name=re.compile(say("开始批阅"))))
    desk.get_by_label(say("分数"), exact=True).fill("3")
    press(desk, button(desk, say("保存，批下一份")))


def ask(page, path, say, tour) -> None:
    """The trainee sees the marks, and asks about the choice."""
    tour.look(page, page.goto(f"{path}/result"))
    expect(page.locator("main")).to_contain_text("Good facts; who does what, and when?")
    press(page, page.locator("article", has_text="Judge").get_by_role("link", name=say("对这道题的评分有疑问")).first)
    tour.look(page)
    page.locator("#reason").fill("Listening comes first: chapter three says so.")
    press(page, button(page, say("提交申请")))
    expect(page.locator("main")).to_contain_text(say("等老师答复"))


def regrade_and_answer(server, desk, quiz_id, say, tour) -> None:
    """The instructor sees who would change, changes it, and answers."""
    tour.look(desk, desk.goto(f"/studio/marking/{quiz_id}/regrade"))
    desk.locator("#question").select_option(index=1)
    desk.get_by_label(say("这道题给所有人满分")).check()
    press(desk, button(desk, say("看看谁会变")))
    expect(desk.locator("main")).to_contain_text(say("会变的答卷"))
    tour.look(desk)
    desk.locator("#reason").fill("The key was wrong")
    press(desk, button(desk, say.count("确认，改 %(num)s 份成绩", 1)))
    expect(desk.locator("main")).to_contain_text(say("已完成"))
    desk.goto("/studio/marking")
    press(desk, link(desk, say("成绩复核")))
    with inside(server):
        appeal_id = db.session.scalars(db.select(Appeal.id).order_by(Appeal.id.desc())).first()
    tour.look(desk, press(desk, desk.locator(f"a[href$='/appeals/{appeal_id}']")))
    desk.locator("#answer").fill("You are right, the key was wrong.")
    press(desk, button(desk, say("分数不变")))


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_marking(server, visitors, tmp_path, locale):
    say = Words(locale)
    tour = Tour(tmp_path, say)
    path, quiz_id = put_quiz(server, f"essayist{locale}")
    page, desk = visitors(width="phone", locale=locale), visitors(locale=locale)
    sign_in(page, f"essayist{locale}", PASSWORD)
    write(server, page, path, say, tour)
    sign_in(desk, "instructor", "teach2026")
    use(desk, locale)
    mark(desk, say, tour)
    ask(page, path, say, tour)
    regrade_and_answer(server, desk, quiz_id, say, tour)
    page.goto(f"{path}/result")
    expect(page.locator("main")).to_contain_text("You are right, the key was wrong.")
    tour.look(page)
    tour.close()
