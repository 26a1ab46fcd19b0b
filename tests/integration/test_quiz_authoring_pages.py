"""Writing a quiz: settings, questions, order, marks, trying it out; and what happens when two do it at once."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from academy.db import db
from courses.questions import services as questions
from courses.questions.models import Question, QuestionVersion
from courses.quizzes import services
from courses.quizzes.models import Quiz
from tests.factories import make_person, make_question, make_quiz
from tests.support import count_queries

PASTED = """【单选 2分】先做什么？
A. 判断谁对谁错
B. 先听完
答案：B

【判断】第一次上门就要问清楚。
答案：错误
"""


@pytest.fixture
def teacher(app):
    return make_person("instructor")


@pytest.fixture
def desk(teacher, sign_in):
    return sign_in(teacher)


@pytest.fixture
def quiz(teacher):
    return make_quiz("single_choice", "true_false", "fill_in", owner=teacher, title="单元测验")


def stems(quiz):
    return [slot.question.current.content["stem"] for slot in services.slots(quiz)]


def page_of(quiz, tail=""):
    return f"/studio/quizzes/{quiz.id}{tail}"


# -- who may -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tail", ["", "/write?type=true_false", "/pick", "/paste", "/preview"])
def test_only_the_author_and_administrators(sign_in, quiz, tail):
    assert sign_in(make_person("trainee")).get(page_of(quiz, tail)).status_code == 403
    assert sign_in(make_person("instructor")).get(page_of(quiz, tail)).status_code == 403
    assert sign_in(make_person("admin")).get(page_of(quiz, tail)).status_code == 200


@pytest.mark.parametrize("tail", ["", "/questions", "/write", "/pick", "/paste"])
def test_nobody_changes_somebody_elses_quiz(sign_in, quiz, tail):
    assert sign_in(make_person("instructor")).post(page_of(quiz, tail), data={"title": "改名"}).status_code == 403
    assert quiz.title == "单元测验"


@pytest.mark.parametrize("path", ["/studio/quizzes/999", "/studio/quizzes/99999999999999", "/studio/quizzes/999/paste"])
def test_a_quiz_that_does_not_exist(desk, path):
    assert desk.get(path).status_code == 404


def test_the_list_holds_ones_own(desk, quiz):
    make_quiz("true_false", owner=make_person("instructor"), title="别人的测验")
    words = desk.get("/studio/quizzes").words
    assert "单元测验" in words
    assert "别人的测验" not in words


def test_a_new_quiz_begins_with_its_name(desk, teacher):
    page = desk.get("/studio/quizzes")
    assert desk.submit(page, title=" ").status_code == 422
    answer = desk.submit(page, title="新的测验")
    assert answer.status_code == 303
    assert db.session.scalar(select(Quiz)).owner_id == teacher.id
    assert "还没有题目，至少要有一题" in desk.get(answer.location).words


# -- settings ------------------------------------------------------------------------------------------------------


def test_settings_are_saved(desk, quiz):
    page = desk.get(page_of(quiz))
    values = {"title": "期末测验", "minutes": "45", "pass_percent": "80", "attempts_allowed": "0", "wait_hours": "2",
              "shuffle_questions": "y", "review_policy": "after_pass"}  # fmt: skip
    form = next(form for form in page.page.find_all("form") if form.find("input", name="minutes"))
    held = {node["name"]: node.get("value") for node in form.find_all("input") if node.get("type") != "checkbox"}
    answer = desk.post(form["action"], data={**held, **values})
    assert answer.status_code == 303
    assert (quiz.title, quiz.time_limit_seconds, quiz.pass_percent, quiz.attempts_allowed) == ("期末测验", 2700, 80, 0)
    assert (quiz.retry_wait_seconds, quiz.shuffle_questions, quiz.shuffle_options) == (7200, True, False)
    assert quiz.review_policy == "after_pass"


GOOD = {"title": "测验", "minutes": "", "pass_percent": "60", "attempts_allowed": "3", "review_policy": "never"}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "写上测验名称"),
        ("title", "长" * 121, "名称不能超过 120 个字"),
        ("minutes", "0", "时间应为 1 到 1440 分钟"),
        ("minutes", "1441", "时间应为 1 到 1440 分钟"),
        ("pass_percent", "101", "及格线应为 0 到 100"),
        ("attempts_allowed", "-1", "次数应为 0 到 100"),
        ("wait_hours", "721", "间隔应为 0 到 720 小时"),
        ("review_policy", "always", "选择什么时候公布答案"),
        ("minutes", "很久", "时间应为整数"),
        ("pass_percent", "", "写上及格线"),
    ],
)
def test_wrong_settings_are_refused_and_kept_on_the_page(desk, quiz, field, value, sentence):
    answer = desk.post(page_of(quiz), data={**GOOD, "version": quiz.lock_version, field: value})
    assert answer.status_code == 422
    assert sentence in answer.words
    assert "有错误：" in answer.page.one("title").text
    if field == "title":
        assert answer.page.one("input", id="title")["value"] == value
    assert quiz.title == "单元测验"


def test_two_editors_on_one_draft_lose_nothing(desk, quiz):
    seen = quiz.lock_version
    assert desk.post(page_of(quiz), data={**GOOD, "title": "甲的名称", "version": seen}).status_code == 303
    answer = desk.post(page_of(quiz), data={**GOOD, "title": "乙的名称", "version": seen})
    assert answer.status_code == 409
    assert "别人刚刚也修改了这一页" in answer.words
    assert "甲的名称" in answer.words
    assert answer.page.one("input", id="title")["value"] == "乙的名称"
    assert quiz.title == "甲的名称"
    newest = answer.page.one("input", name="version")["value"]
    assert desk.post(page_of(quiz), data={**GOOD, "title": "乙的名称", "version": newest}).status_code == 303
    assert quiz.title == "乙的名称"


# -- questions: order, marks, removal ------------------------------------------------------------------------------


def arrange(desk, quiz, action="", marks=None, ids=None):
    slots = services.slots(quiz)
    data = {"slot": ids or [slot.id for slot in slots], "action": action}
    data |= {f"marks-{slot.id}": (marks or {}).get(slot.id, "1") for slot in slots}
    return desk.post(page_of(quiz, "/questions"), data=data)


def test_buttons_move_and_remove(desk, quiz):
    before, (first, second, _third) = stems(quiz), services.slots(quiz)
    arrange(desk, quiz, f"down:{first.id}")
    assert stems(quiz) == [before[1], before[0], before[2]]
    arrange(desk, quiz, f"up:{first.id}")
    assert stems(quiz) == before
    arrange(desk, quiz, f"remove:{second.id}")
    assert stems(quiz) == [before[0], before[2]]
    assert db.session.scalar(select(func.count()).select_from(Question)) == 3, "the bank keeps it"


def test_typed_marks_survive_any_button(desk, quiz):
    first, second, _ = services.slots(quiz)
    answer = arrange(desk, quiz, f"down:{first.id}", {first.id: "２.５", second.id: "0.25"})
    assert answer.status_code == 303
    assert (first.marks_hundredths, second.marks_hundredths) == (250, 25)


@pytest.mark.parametrize("text", ["", "0", "-1", "很多", "1.234", "1001", "nan", "inf", "1e9"])
def test_marks_that_are_none_are_refused_and_stay_on_the_page(desk, quiz, text):
    slot = services.slots(quiz)[0]
    answer = arrange(desk, quiz, "", {slot.id: text})
    assert answer.status_code == 422
    assert "分值应为 0.01 到 1000 之间的数" in answer.words
    assert answer.page.one("input", name=f"marks-{slot.id}")["value"] == text
    assert slot.marks_hundredths == 100


def test_an_order_from_an_old_page_changes_nothing_but_the_marks(desk, quiz):
    before, slots = stems(quiz), services.slots(quiz)
    answer = arrange(desk, quiz, "", {slots[0].id: "5"}, ids=[slots[1].id, slots[0].id])
    assert answer.status_code == 303
    assert "题目已经变化" in desk.get(answer.location).page.text
    assert stems(quiz) == before
    assert slots[0].marks_hundredths == 500


@pytest.mark.parametrize("action", ["remove:999999", "up:", "down:x", "explode:1", "remove:" + "9" * 40])
def test_a_button_for_something_that_is_gone_does_nothing(desk, quiz, action):
    before = stems(quiz)
    assert arrange(desk, quiz, action).status_code == 303
    assert stems(quiz) == before


# -- adding --------------------------------------------------------------------------------------------------------


def test_a_question_is_written_for_the_quiz(desk, quiz, teacher):
    page = desk.get(page_of(quiz, "/write?type=single_choice"))
    answer = desk.submit(
        page, "/write", stem="新题的题干", option_text=["甲", "乙", "", ""], correct="1", marks="2.5", tags="接待、调解"
    )
    assert answer.status_code == 303
    slot = services.slots(quiz)[-1]
    version = slot.question.current
    assert (slot.marks_hundredths, version.content["stem"], version.tags) == (250, "新题的题干", ["接待", "调解"])
    assert version.content["correct"] == version.content["options"][1]["id"]
    assert slot.question.category.name == "单元测验"
    assert slot.question.owner_id == teacher.id


def test_what_is_wrong_with_a_new_question_is_said_and_kept(desk, quiz):
    page = desk.get(page_of(quiz, "/write?type=single_choice"))
    answer = desk.submit(
        page, "/write", stem="题干", option_text=["甲", "甲", "", ""], marks="x", explanation="解析在此"
    )
    assert answer.status_code == 422
    for sentence in ("选项 B 和选项 A 的内容一样", "选出哪一项是正确答案", "分值应为 0.01 到 1000"):
        assert sentence in answer.words
    assert answer.page.one("textarea", id="explanation").raw_text.strip() == "解析在此"
    assert len(services.slots(quiz)) == 3


def test_more_rows_without_scripts(desk, quiz):
    page = desk.get(page_of(quiz, "/write?type=multiple_choice"))
    answer = desk.submit(
        page, "/write", button="再加一个选项", stem="题干", option_text=["甲", "乙", "丙", "丁"], correct=["0", "3"]
    )
    assert answer.status_code == 200
    rows = answer.page.find_all("input", name="option_text")
    assert [row["value"] for row in rows] == ["甲", "乙", "丙", "丁", "", ""]
    assert [box["value"] for box in answer.page.find_all("input", name="correct") if "checked" in box.attributes] == [
        "0",
        "3",
    ]


@pytest.mark.parametrize("type_key", ["", "nothing", "../x"])
def test_an_unknown_type_is_a_404(desk, quiz, type_key):
    assert desk.get(page_of(quiz, f"/write?type={type_key}")).status_code == 404
    assert desk.post(page_of(quiz, "/write"), data={"type": type_key}).status_code == 404


def test_questions_are_picked_from_the_bank(desk, quiz, teacher):
    wanted, other = make_question(stem="漏水怎么办？"), make_question("true_false", stem="消防通道")
    page = desk.get(page_of(quiz, "/pick?q=漏水怎么办"))
    assert "漏水怎么办" in page.words
    assert "消防通道" not in page.words
    answer = desk.post(page_of(quiz, "/pick"), data={"question": [wanted.id, wanted.id, "x"]})
    assert answer.status_code == 303
    assert [slot.question_id for slot in services.slots(quiz)][-1] == wanted.id
    assert "没有找到题目" in desk.get(page_of(quiz, "/pick?q=漏水怎么办")).words
    assert other.id not in [slot.question_id for slot in services.slots(quiz)]


def test_picking_nothing_says_so(desk, quiz):
    answer = desk.post(page_of(quiz, "/pick"))
    assert "还没有选题目" in desk.get(answer.location).page.text


def test_a_retired_question_cannot_be_picked(desk, quiz):
    question = make_question()
    questions.retire(question)
    desk.post(page_of(quiz, "/pick"), data={"question": question.id})
    assert len(services.slots(quiz)) == 3


def test_pasting_shows_first_and_adds_then(desk, quiz):
    page = desk.get(page_of(quiz, "/paste"))
    shown = desk.submit(page, "/paste", button="检查", text=PASTED)
    assert shown.status_code == 200
    assert "认出了 2 道题，没有问题" in shown.words
    assert len(services.slots(quiz)) == 3
    answer = desk.submit(shown, "/paste", button="加入测验")
    assert answer.status_code == 303
    assert [slot.marks_hundredths for slot in services.slots(quiz)][-2:] == [200, 100]


def test_a_form_that_is_sent_twice_adds_once(desk, quiz):
    for _ in range(2):
        desk.post(page_of(quiz, "/paste"), data={"text": PASTED, "action": "add"})
        data = {"type": "true_false", "stem": "对吗？", "correct": "true", "marks": "1"}
        assert desk.post(page_of(quiz, "/write"), data=data).status_code == 303
    assert len(services.slots(quiz)) == 6
    assert db.session.scalar(select(func.count()).select_from(Question)) == 6


def test_problems_of_a_paste_name_their_lines_and_nothing_is_added(desk, quiz):
    text = PASTED.replace("答案：B", "答案：E") + "\n没有题型的一行"
    answer = desk.post(page_of(quiz, "/paste"), data={"text": text, "action": "add"})
    assert answer.status_code == 422
    assert "第 4 行：答案里的“E”不是选项" in answer.words
    assert "第 9 行：这一行不属于任何一道题" in answer.words
    assert answer.page.one("textarea", id="text").raw_text.strip() == text.strip()
    assert len(services.slots(quiz)) == 3


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_paste_says_so(desk, quiz, text):
    assert desk.post(page_of(quiz, "/paste"), data={"text": text}).status_code == 422


def test_pasted_markup_stays_text(desk, quiz):
    desk.post(page_of(quiz, "/paste"), data={"text": "【判断】<script>alert(1)</script>\n答案：对", "action": "add"})
    body = desk.get(page_of(quiz)).get_data(as_text=True)
    assert "<script>alert" not in body
    assert "&lt;script&gt;alert" in body


# -- trying it out -------------------------------------------------------------------------------------------------


def test_the_preview_grades_and_keeps_nothing(desk, quiz):
    page = desk.get(page_of(quiz, "/preview?n=2"))
    assert "正确答案" not in page.words
    answer = desk.get(page_of(quiz, "/preview?n=2&try=1&answer=false"))
    assert "得 1 分，满分 1 分" in answer.words
    assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 3


@pytest.mark.parametrize("n", ["0", "4", "-1"])
def test_a_preview_of_nothing_is_a_404(desk, quiz, n):
    assert desk.get(page_of(quiz, f"/preview?n={n}")).status_code == 404


def test_an_empty_quiz_can_be_opened_everywhere(desk, teacher):
    empty = services.create_quiz(teacher, "空的")
    for tail in ("", "/preview", "/pick", "/paste"):
        assert desk.get(page_of(empty, tail)).status_code == 200


@pytest.mark.parametrize(
    ("back", "shown"), [("/studio/courses/1/outline", True), ("https://elsewhere.example/", False)]
)
def test_the_way_back_to_the_course(desk, quiz, back, shown):
    assert ("返回课程" in desk.get(page_of(quiz, f"?back={back}")).words) is shown
    assert ("返回课程" in desk.get(page_of(quiz)).words) is shown, "remembered while one adds questions"


# -- cost ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("tail", "most"), [("", 9), ("/preview?n=3", 10), ("/pick", 10), ("/paste", 6)])
def test_pages_cost_the_same_however_long_the_quiz_is(desk, teacher, tail, most):
    address = page_of(make_quiz(*["true_false"] * 25, owner=teacher), tail)
    with count_queries() as queries:
        desk.get(address)
    queries.assert_at_most(most)
