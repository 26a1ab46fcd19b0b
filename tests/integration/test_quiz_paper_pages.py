"""The pages for sections, draws, windows, allowances and printing."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from sqlalchemy import select

from academy.db import db
from courses.quizzes import services
from courses.quizzes.models import QuizSection
from courses.quizzes.services import Granted
from tests.factories import make_person, make_quiz
from tests.factories.quizzes import fill_shelf, make_drawn, make_section
from tests.support import count_queries

ANYTHING = Granted(extra_seconds=600, extra_attempts=1, paper="", reason="视力不便")


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


def page_of(quiz, tail=""):
    return f"/studio/quizzes/{quiz.id}{tail}"


@pytest.mark.parametrize("tail", ["/sections/0", "/draws/0", "/allowances", "/paper", "/paper/A/key.pdf"])
def test_the_pages_are_the_authors(sign_in, teacher, tail):
    quiz = make_quiz(owner=teacher)
    assert sign_in(make_person("trainee")).get(page_of(quiz, tail)).status_code == 403
    assert sign_in(make_person("instructor")).get(page_of(quiz, tail)).status_code == 403
    assert sign_in(make_person("admin")).get(page_of(quiz, tail)).status_code == 200


def test_a_section_is_written_and_changed(desk, teacher):
    quiz = make_quiz("true_false", owner=teacher)
    page = desk.get(page_of(quiz, "/sections/0"))
    assert "写上标题" in desk.submit(page, "/sections/", title=" ").words
    assert desk.submit(page, "/sections/", title="一、判断题", order="yes", minutes="10").status_code == 303
    heading = db.session.scalar(select(QuizSection))
    assert (heading.title, heading.shuffle_questions, heading.time_limit_seconds) == ("一、判断题", True, 600)
    assert "一、判断题" in desk.get(page_of(quiz)).words
    slot = services.slots(quiz)[0]
    data = {"slot": [slot.key, heading.key], f"marks-{slot.id}": "1", "action": f"up:{heading.key}"}
    desk.post(page_of(quiz, "/questions"), data=data)
    assert [row.key for row in services.rows(quiz)] == [heading.key, slot.key]
    data = {"slot": [heading.key, slot.key], f"marks-{slot.id}": "1", "action": f"remove:{heading.key}"}
    desk.post(page_of(quiz, "/questions"), data=data)
    assert services.rows(quiz) == [slot]
    assert desk.get(page_of(quiz, "/sections/999")).status_code == 404


def test_a_draw_says_how_many_there_are_and_is_saved(desk, teacher):
    shelf, quiz = fill_shelf(), make_quiz("true_false", owner=teacher)
    page = desk.get(page_of(quiz, "/draws/0"))
    assert "分类、标签、难度至少选一样" in desk.submit(page, "/draws/", count="3", marks="2").words
    values = {"category_id": str(shelf.id), "tags": "接待要点", "count": "15", "marks": "1.5"}
    counted = desk.submit(page, "/draws/", button="看看有多少题", **values)
    assert "符合条件的只有 12 道，不够抽" in counted.words
    assert len(services.slots(quiz)) == 1
    assert desk.submit(page, "/draws/", **{**values, "count": "5"}).status_code == 303
    slot = services.slots(quiz)[-1]
    assert (slot.draw_count, slot.marks_hundredths) == (5, 150)
    assert slot.draw_from == {"category_id": shelf.id, "tags": ["接待要点"]}
    words = desk.get(page_of(quiz)).words
    assert "随机抽 5 道" in words
    assert "有 12 道可抽" in words
    assert "6 题 · 满分 8.5 分" in words
    assert desk.get(page_of(quiz, f"/draws/{services.slots(quiz)[0].id}")).status_code == 404


def test_a_person_is_found_and_given_time(desk, teacher):
    quiz, person = make_quiz(owner=teacher), make_person(name="欧阳晓")
    found = desk.get(page_of(quiz, "/allowances?q=欧阳"))
    assert "欧阳晓" in found.words
    page = desk.get(page_of(quiz, f"/allowances?person={person.id}"))
    assert "写上原因" in desk.submit(page, "/allowances", extra_minutes="20").words
    assert "至少填一样" in desk.submit(page, "/allowances", reason="视力不便").words
    assert desk.submit(page, "/allowances", extra_minutes="20", reason="视力不便").status_code == 303
    granted = services.allowance_of(quiz, person.id)
    assert (granted.extra_seconds, granted.granted_by_id) == (1200, teacher.id)
    listed = desk.get(page_of(quiz, "/allowances"))
    assert "视力不便" in listed.words
    assert desk.submit(listed, f"/allowances/{granted.id}/withdraw").status_code == 303
    assert services.allowance_of(quiz, person.id) is None


def test_windows_are_typed_in_the_colleges_time(desk, teacher):
    quiz = make_quiz(owner=teacher)
    values = {"title": "测验", "pass_percent": "60", "attempts_allowed": "3", "review_policy": "never",
              "version": quiz.lock_version, "opens_at": "2026-07-09T08:30", "closes_at": "2026-07-09 17:30"}  # fmt: skip
    assert desk.post(page_of(quiz), data=values).status_code == 303
    assert (quiz.opens_at.hour, quiz.closes_at.hour) == (0, 9)
    assert 'value="2026-07-09T08:30"' in desk.get(page_of(quiz)).get_data(as_text=True)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"opens_at": "2026-07-09T08:30", "closes_at": "2026-07-09T08:30"}, "截止时间应在开放时间以后"),
        ({"opens_at": "明天"}, "开放时间写成"),
        ({"feedback": "after_closing"}, "要写上什么时候截止"),
        ({"unit_id": "999"}, "从列表中选择单位"),
        ({"access_code": "码" * 41}, "进入密码不能超过 40 个字符"),
        ({"tries_allowed": "11"}, "每题的次数应为 1 到 10"),
    ],
)
def test_wrong_rules_are_refused(desk, teacher, values, sentence):
    quiz = make_quiz(owner=teacher)
    given = {"title": "测验", "pass_percent": "60", "attempts_allowed": "3", "review_policy": "never",
             "version": quiz.lock_version, **values}  # fmt: skip
    answer = desk.post(page_of(quiz), data=given)
    assert answer.status_code == 422
    assert sentence in answer.words


def words_of(answer):
    document = pypdfium2.PdfDocument(BytesIO(answer.get_data()))
    return "".join(page.get_textpage().get_text_range() for page in document)


def test_paper_sheet_and_key_are_printed(desk, teacher):
    quiz = make_drawn(4, owner=teacher, paper_count=2, title="期末考试")
    assert "B 卷" in desk.get(page_of(quiz, "/paper")).words
    papers = {letter: words_of(desk.get(page_of(quiz, f"/paper/{letter}/paper.pdf"))) for letter in "AB"}
    assert papers["A"] != papers["B"]
    for letter, words in papers.items():
        assert f"{letter} 卷" in words
        assert words.count("接待题") == 4
        assert "正确答案" not in words
    key = words_of(desk.get(page_of(quiz, "/paper/A/key.pdf")))
    assert "参考答案" in key
    assert "正确" in key
    assert "√" in words_of(desk.get(page_of(quiz, "/paper/A/sheet.pdf")))
    again = [desk.get(page_of(quiz, "/paper/A/paper.pdf?lang=en")).get_data() for _ in range(2)]
    assert again[0] == again[1]
    for tail in ("/paper/C/paper.pdf", "/paper/A/nothing.pdf", "/paper/AB/key.pdf"):
        assert desk.get(page_of(quiz, tail)).status_code == 404


def test_what_is_printed_is_what_is_sat(app):
    quiz = make_drawn(4, paper_count=2)
    version = services.freeze(quiz)
    person = make_person()
    services.grant(quiz, person, Granted(0, 0, "B", "补考"), None)
    sat = [question.stem for question in services.paper(services.start_attempt(person, version))]
    assert sat == [question.stem for question in services.draft_paper(quiz, "B")]


def test_the_preview_shows_drawn_questions_and_sections(desk, teacher):
    quiz = make_drawn(4, owner=teacher)
    heading = make_section(quiz, "一、抽到的题", instructions="每题 2 分")
    services.move_slot(quiz, heading, -1)
    words = desk.get(page_of(quiz, "/preview?n=2")).words
    assert "第 2 题，共 5 题" in words
    assert "一、抽到的题" in words
    assert "每题 2 分" in words
    assert "接待题" in words
    assert desk.get(page_of(quiz, "/preview?paper=Z")).status_code == 404


@pytest.mark.parametrize(("tail", "most"), [("", 11), ("/preview?n=3", 11), ("/paper", 9), ("/allowances", 7)])
def test_pages_cost_the_same_however_much_is_drawn(desk, teacher, tail, most):
    quiz = make_drawn(10, owner=teacher)
    for difficulty in ("easy", "medium"):
        services.set_draw(quiz, None, 1, {"difficulty": difficulty}, 100)
    for _ in range(5):
        services.grant(quiz, make_person(), ANYTHING, teacher)
    address = page_of(quiz, tail)
    db.session.commit()
    with count_queries() as queries:
        desk.get(address)
    queries.assert_at_most(most)
