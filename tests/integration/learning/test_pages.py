"""The trainee's pages: what they show, to whom, and what they ask of the database."""

from __future__ import annotations

import pytest

from academy.db import db
from courses.learning.services import open_lesson
from courses.textbooks.services.reading import Report, record_shown
from tests.factories import (
    make_completion,
    make_course,
    make_enrolment,
    make_person,
    make_progress,
    make_quiz,
    make_textbook,
    make_unit,
)
from tests.factories.catalog import chapter_lesson, quiz_lesson, text_lesson, video_lesson
from tests.integration.learning.helpers import lessons_of, make_student
from tests.support import count_queries


@pytest.fixture
def trainee(app):
    return make_person(name="李秀兰", unit=make_unit("桂花社区"), post="grid_worker")


@pytest.fixture
def browser(sign_in, trainee):
    return sign_in(trainee)


# -- home ----------------------------------------------------------------------------------------------------------


def test_a_visitor_is_welcomed(client):
    make_course(title="议事协商", title_en="Consultation")
    page = client.get("/")
    assert "议事协商" in page.words and page.page.find("a", text="登录，开始学习")


def test_a_visitor_is_welcomed_where_nothing_is_published(client):
    assert "课程正在准备" in client.get("/").words


def test_a_newcomer_is_shown_where_to_begin(browser):
    make_course(title="议事协商", obligation="required")
    make_course(title="选修的课", obligation="elective")
    page = browser.get("/")
    assert "李秀兰" in page.words and "桂花社区 · 网格员" in page.words
    assert "还没有选课" in page.words and "议事协商" in page.words and "选修的课" not in page.words


def test_home_leads_to_the_exact_place_in_one_click(browser, trainee, clock):
    course = make_course([text_lesson(), video_lesson(600_000, title="看一遍")], title="议事协商")
    enrolment = make_enrolment(trainee, course)
    text, video = lessons_of(enrolment)
    make_progress(enrolment, text)
    make_progress(enrolment, video, done=False, position="522000")
    page = browser.get("/")
    section = page.page.one("section", class_="resume")
    assert "1.2 看一遍" in section.text and "上次看到 08:42，还剩 1 分 18 秒" in section.text
    assert "已完成 1 / 2 节" in section.text
    lesson = browser.get(section.one("a")["href"])
    assert lesson.page.one("div", class_="player")["data-position-ms"] == "522000"


def test_home_shows_the_credit_hours_of_this_year(browser, trainee, clock):
    make_completion(trainee, make_course([text_lesson()], credit_hundredths=150, obligation="required"))
    make_completion(trainee, make_course([text_lesson()], credit_hundredths=75, obligation="elective"))
    make_completion(course=make_course([text_lesson()], credit_hundredths=900))
    card = browser.get("/").page.one("div", class_="earned").text
    assert "2.25" in card and "1.5" in card and "0.75" in card
    clock.move(days=400)
    assert "0" in browser.get("/").page.one("div", class_="earned").text


def test_home_shows_the_textbook_one_reads(browser, trainee, clock):
    book = make_textbook(title="社区工作十讲")
    chapter = book.current_edition.chapters[0]
    opened = clock.move()
    clock.move(minutes=5)
    record_shown(trainee, chapter, Report([], "", opened))
    assert "社区工作十讲" in browser.get("/").words


def test_home_asks_little_however_much_there_is(browser, trainee, clock):
    book = make_textbook()
    opened = clock.move()
    clock.move(minutes=5)
    record_shown(trainee, book.current_edition.chapters[0], Report([], "", opened))
    for number in range(8):
        enrolment = make_enrolment(trainee, make_course([text_lesson() for _ in range(10)]))
        if number % 2:
            make_progress(enrolment, lessons_of(enrolment)[0])
        make_course()
    make_completion(trainee, make_course([text_lesson()]))
    browser.get("/")
    with count_queries() as queries:
        browser.get("/")
    queries.assert_at_most(8)


# -- the course page -------------------------------------------------------------------------------------------------


def test_a_course_can_be_read_without_signing_in(client):
    make_course(slug="consultation", title="议事协商", goals=["主持一次议事会"])
    page = client.get("/courses/consultation")
    assert page.page.one("h1").text == "议事协商" and "登录后加入学习" in page.words
    assert "主持一次议事会" in client.get("/courses/consultation?tab=about").words


def test_joining_leads_to_the_first_lesson(browser):
    course = make_course(slug="consultation")
    answer = browser.submit(browser.get("/courses/consultation"), action="/enrol")
    first = course.current_version.chapters[0].lessons[0].lesson_id
    assert (answer.status_code, answer.location) == (303, f"/learn/consultation/{first}")
    assert "已加入这门课" in browser.get(answer.location).page.one("div", class_="flashes").text


def test_joining_twice_is_harmless(browser):
    make_course(slug="consultation")
    page = browser.get("/courses/consultation")
    locations = {browser.submit(page, action="/enrol").location for _ in range(2)}
    assert len(locations) == 1


def test_the_course_page_says_how_far_one_is(browser, trainee):
    course = make_course(
        [text_lesson(title="为什么要商量"), quiz_lesson(make_quiz(), title="练习")], slug="consultation"
    )
    enrolment = make_enrolment(trainee, course)
    make_progress(enrolment, lessons_of(enrolment)[0])
    page = browser.get("/courses/consultation")
    assert "继续学习：1.2 练习" in page.words.replace(" ：", "：") or "1.2 练习" in page.words
    assert "1 / 2" in page.page.one("ul", class_="reqs").text and "0 / 1" in page.page.one("ul", class_="reqs").text


def test_a_withdrawn_course_is_there_for_those_who_study_it(browser, trainee, client, clock):
    course = make_course(slug="old")
    make_enrolment(trainee, course)
    course.withdrawn_at = clock.move()
    assert "已下架" in browser.get("/courses/old").words
    assert client.get("/courses/old").status_code == 404
    assert client.get("/courses/never-was").status_code == 404


def test_a_course_page_asks_little(browser, trainee):
    book = make_textbook()
    lessons = [text_lesson(f"第{number}段") for number in range(30)] + [chapter_lesson(book), quiz_lesson(make_quiz())]
    enrolment = make_enrolment(trainee, make_course(lessons, chapters=4, slug="long"))
    make_progress(enrolment, lessons_of(enrolment)[0])
    with count_queries() as queries:
        browser.get("/courses/long")
    queries.assert_at_most(8)


# -- lessons ---------------------------------------------------------------------------------------------------------


def address(enrolment, place=0):
    return f"/learn/{enrolment.course.slug}/{lessons_of(enrolment)[place].lesson_id}"


def test_who_has_not_joined_is_offered_to(browser):
    course = make_course(slug="consultation", title="议事协商")
    lesson = course.current_version.chapters[0].lessons[0]
    answer = browser.get(f"/learn/consultation/{lesson.lesson_id}")
    assert answer.status_code == 403 and "属于《议事协商》" in answer.words
    assert browser.submit(answer, action="/enrol").status_code == 303


def test_a_lesson_needs_a_sign_in(client):
    course = make_course(slug="consultation")
    lesson = course.current_version.chapters[0].lessons[0]
    assert client.get(f"/learn/consultation/{lesson.lesson_id}").status_code in (302, 303)


@pytest.mark.parametrize("number", ["0", "999999", "99999999999999999999"])
def test_a_lesson_that_is_not_there(browser, trainee, number):
    make_enrolment(trainee, make_course(slug="consultation"))
    assert browser.get(f"/learn/consultation/{number}").status_code == 404


def test_a_lesson_of_another_course_is_not_there(browser, trainee):
    make_enrolment(trainee, make_course(slug="consultation"))
    other = make_enrolment(trainee, make_course())
    assert browser.get(f"/learn/consultation/{lessons_of(other)[0].lesson_id}").status_code == 404


@pytest.mark.parametrize("kind", ["text", "video", "quiz", "chapter"])
def test_a_lesson_shows_its_rule_and_its_neighbours(browser, trainee, kind):
    described = {
        "text": text_lesson,
        "video": video_lesson,
        "quiz": lambda **values: quiz_lesson(make_quiz(), **values),
        "chapter": lambda **values: chapter_lesson(make_textbook(), **values),
    }[kind](title="中间")
    course = make_course([text_lesson(title="前面"), described, text_lesson(title="后面")])
    enrolment = make_enrolment(trainee, course)
    page = browser.get(address(enrolment, 1))
    assert page.page.one("h1").text == "1.2 中间"
    neighbours = page.page.one("nav", class_="pn").text
    assert "1.1 前面" in neighbours and "1.3 后面" in neighbours
    assert page.page.one("div", class_="rule").text


def test_opening_a_page_writes_nothing(browser, trainee):
    enrolment = make_enrolment(trainee)
    browser.get(address(enrolment))
    assert (enrolment.state, enrolment.last_lesson_id) == ("enrolled", None)


def test_missing_minutes_are_shown_without_scripts_too(browser, trainee):
    enrolment = make_enrolment(trainee, make_course([video_lesson(600_000)]))
    make_progress(enrolment, lessons_of(enrolment)[0], done=False, covered=[[0, 190_000], [260_000, 500_000]])
    progress = make_progress(enrolment, lessons_of(enrolment)[0], done=False, share_num=43, share_den=60)
    assert progress.covered
    words = browser.get(address(enrolment)).words
    assert "还差 2 段：03:10–04:20、08:20–10:00" in words and "已看 71%" in words


def test_a_lesson_whose_type_is_not_installed_loses_nothing(browser, trainee):
    course = make_course([{"type": "hologram", "content": {"x": 1}}, text_lesson()])
    enrolment = make_enrolment(trainee, course)
    page = browser.get(address(enrolment))
    assert page.status_code == 200 and "hologram" in page.words and "您的进度都在" in page.words
    assert browser.post(address(enrolment) + "/open", json={}).status_code == 200
    assert browser.get(f"/courses/{course.slug}").status_code == 200
    assert browser.get("/").status_code == 200


def test_going_on_opens_the_lesson_where_one_stopped(browser, trainee):
    enrolment = make_enrolment(trainee, make_course(slug="consultation"))
    open_lesson(trainee.id, enrolment, lessons_of(enrolment)[1])
    assert browser.get("/learn/consultation").location == address(enrolment, 1)
    make_course(slug="other")
    assert browser.get("/learn/other").location == "/courses/other"


def test_a_quiz_is_started_from_its_lesson(browser, trainee):
    enrolment = make_enrolment(trainee, make_course([quiz_lesson(make_quiz())]))
    page = browser.get(address(enrolment))
    answer = browser.submit(page, action="/quiz")
    assert answer.status_code == 303 and answer.location.startswith("/attempts/")
    assert browser.submit(page, action="/quiz").location == answer.location
    assert enrolment.last_lesson_id == lessons_of(enrolment)[0].lesson_id


def test_a_lesson_without_a_quiz_starts_none(browser, trainee):
    enrolment = make_enrolment(trainee)
    assert browser.post(address(enrolment) + "/quiz").status_code == 404


def test_the_last_lesson_done_by_word_leads_to_the_course(app, sign_in, clock):
    student = make_student(sign_in, make_course([text_lesson("只有一段话")], slug="short"))
    page = student.client.get(student.url(0, "").rstrip("/"))
    clock.move(seconds=5)
    answer = student.client.submit(page, action="/done")
    assert answer.location == "/courses/short"
    assert "全部学完，计入 1.5 学时" in student.client.get(answer.location).page.one("div", class_="flashes").text


@pytest.mark.parametrize("kind", ["text", "video", "quiz", "chapter"])
def test_a_lesson_asks_little_however_long_the_course(browser, trainee, kind):
    described = {
        "text": text_lesson,
        "video": video_lesson,
        "quiz": lambda: quiz_lesson(make_quiz()),
        "chapter": lambda: chapter_lesson(make_textbook()),
    }[kind]()
    course = make_course([described, *[text_lesson(f"第{number}段") for number in range(40)]])
    enrolment = make_enrolment(trainee, course)
    make_progress(enrolment, lessons_of(enrolment)[0], done=False)
    url = address(enrolment)
    with count_queries() as queries:
        browser.get(url)
    queries.assert_at_most(8)


def test_the_pages_speak_english(english, sign_in, clock):
    course = make_course([text_lesson(title="为什么", title_en="Why talk")], title="议事协商", title_en="Consultation")
    person = make_person(locale="en")
    sign_in(person, english)
    enrolment = make_enrolment(person, course)
    page = english.get(address(enrolment))
    assert page.page.one("h1").text == "1.1 Why talk" and "I have read it" in page.words
    make_progress(enrolment, lessons_of(enrolment)[0])
    assert "Courses" in english.get("/courses").page.one("h1").text
    db.session.expire_all()
