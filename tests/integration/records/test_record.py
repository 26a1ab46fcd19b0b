"""The record on its pages: what it shows, to whom, as of when; the PDF."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.organizations.services import move_person
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import LedgerEntry
from courses.records.services.printing import record_pdf
from courses.records.services.record import gather
from tests.factories import make_completion, make_course, make_enrolment, make_person, make_progress, make_unit
from tests.factories.catalog import text_lesson
from tests.support import count_queries


@pytest.fixture
def district(app):
    return make_unit("云桥区", level="district", name_en="Yunqiao District")


@pytest.fixture
def trainee(district, clock):
    person = make_person(name="李秀兰")
    move_person(person, district, "grid_worker", local_date(now()))
    return person


@pytest.fixture
def browser(sign_in, trainee):
    return sign_in(trainee)


def learn(person, title="议事协商", hundredths=200, **facts):
    return make_completion(
        person, make_course([text_lesson(title="为什么要商量")], title=title, credit_hundredths=hundredths, **facts)
    )


def texts(content: bytes) -> str:
    with pypdfium2.PdfDocument(content) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


# -- what it shows -----------------------------------------------------------------------------------------------------


def test_it_says_why(browser, trainee, clock):
    learn(trainee)
    clock.move(days=365)
    learn(trainee, "应急值守", 150, obligation="elective")
    page = browser.get("/me/record")
    assert "2027 年学时" in page.words and "共 1.5 学时：必修 0，选修 1.5" in page.words
    assert "共 2 学时：必修 2，选修 0" in page.words and "累计 3.5 学时" in page.words
    assert "完成“议事协商”" in page.words and "为什么要商量" in page.words
    rows = page.page.one("section", id="courses").find_all("tr")
    assert [row.one("th").text for row in rows[1:]] == ["应急值守", "议事协商"]
    assert page.page.one("svg", class_="sb", aria_label="2026 年：必修 2，选修 0")


def test_hours_taken_back_are_shown_as_such(browser, trainee):
    learn(trainee)
    entry = db.session.scalars(select(LedgerEntry)).one()
    credits.reverse(entry, make_person("admin"), "课程开错了人")
    page = browser.get("/me/record")
    assert "累计 0 学时" in page.words and "已冲正" in page.words and "课程开错了人" in page.words


def test_study_time_stands_apart(browser, trainee):
    enrolment = learn(trainee)
    page = browser.get("/me/record")
    assert "它和学时是两回事" in page.page.one("section", id="study").text
    assert enrolment.state == "completed"


def test_a_newcomer(browser):
    page = browser.get("/me/record")
    assert "还没有学时" in page.words and page.page.find("section", id="courses") is None


def test_it_is_ones_own(browser):
    learn(make_person(), "别人的课")
    assert "别人的课" not in browser.get("/me/record").words


def test_it_asks_little(browser, trainee):
    for _ in range(12):
        learn(trainee)
    with count_queries() as queries:
        browser.get("/me/record")
    queries.assert_at_most(9)


def test_it_speaks_english(english, sign_in, district):
    person = make_person(locale="en", unit=district)
    sign_in(person, english)
    make_completion(person, make_course([text_lesson()], title="议事协商", title_en="Consultation"))
    page = english.get("/me/record")
    assert "Consultation" in page.words and page.page.one("h1").text == "My record"


# -- as known on a day -------------------------------------------------------------------------------------------------


def facts(person, day):
    """Everything the record says in numbers, as of a day."""
    record = gather(person, day)
    return (
        record.total,
        [(year.year, year.total, dict(year.by_obligation), dict(year.by_kind)) for year in record.years],
        [(line.slug, line.state, line.completed_at, line.credit, line.study_seconds) for line in record.courses],
        [(stay.unit.id, stay.post, stay.first, stay.last) for stay in record.stays],
        [(each.period, each.state, each.earned, each.goal) for each in record.standings],
        record.code,
    )


def test_a_past_day_stays_the_same_after_entries_corrections_and_moves(trainee, district, clock):
    learn(trainee)
    begun = make_enrolment(trainee, make_course([text_lesson(), text_lesson()], title="没学完的课"))
    day = local_date(now())
    clock.move(days=1)
    before = facts(trainee, day)

    learn(trainee, "后来学的")
    for chapter in begun.version.chapters:
        for lesson in chapter.lessons:
            make_progress(begun, lesson)
    entry = db.session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).first()
    credits.reverse(entry, make_person("admin"), "记错了")
    clock.move(days=30)
    move_person(trainee, make_unit("松岭区", level="district"), "secretary", local_date(now()))
    assert facts(trainee, day) == before
    assert facts(trainee, local_date(now())) != before


def test_the_day_is_chosen_on_the_page(browser, trainee, clock):
    learn(trainee)
    clock.move(days=10)
    learn(trainee, "后来学的")
    page = browser.get(f"/me/record?on={(local_date(now()) - timedelta(days=5)).isoformat()}")
    assert "后来学的" not in page.words and "当天结束时知道的情况" in page.words and "累计 2 学时" in page.words


@pytest.mark.parametrize("typed", ["昨天", "2026-02-30", "2999-01-01", "1900-01-01"])
def test_what_is_no_day_is_said(browser, typed):
    answer = browser.get(f"/me/record?on={typed}")
    assert answer.status_code == 422 and typed in answer.words


# -- of somebody else --------------------------------------------------------------------------------------------------


def test_an_officer_opens_it_and_that_is_noted(sign_in, trainee, district):
    learn(trainee)
    officer = sign_in(make_person("unit_admin", unit=district))
    ask = officer.get(f"/admin/people/{trainee.id}/record")
    assert "会记在操作日志里" in ask.words and "议事协商" not in ask.words
    assert officer.get(f"/admin/people/{trainee.id}/record.pdf").status_code == 302
    assert officer.submit(ask).status_code == 303
    page = officer.get(f"/admin/people/{trainee.id}/record")
    assert page.page.one("h1").text == "李秀兰的学习档案" and "议事协商" in page.words
    assert officer.get(f"/admin/people/{trainee.id}/record.pdf").mimetype == "application/pdf"
    noted = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "record.looked_at")).one()
    assert noted.subject_id == trainee.id


def test_nobody_out_of_reach(sign_in, trainee, browser):
    assert browser.get(f"/admin/people/{trainee.id}/record").status_code == 403
    other = sign_in(make_person("unit_admin", unit=make_unit("松岭区", level="district")))
    assert other.get(f"/admin/people/{trainee.id}/record").status_code == 404
    assert other.post(f"/admin/people/{trainee.id}/record").status_code == 404
    assert other.get("/admin/people/99999999999/record").status_code == 404


# -- on paper ----------------------------------------------------------------------------------------------------------


def test_the_pdf_holds_what_the_page_shows(browser, trainee):
    learn(trainee)
    answer = browser.get("/me/record.pdf?lang=zh")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    words = texts(answer.data)
    for piece in ("李秀兰", "议事协商", "累计学时", "第 1 页，共 1 页", gather(trainee).code):
        assert piece in words, piece


def test_the_pdf_in_english(browser, trainee):
    learn(trainee, title_en="Consultation")
    words = texts(browser.get("/me/record.pdf?lang=en").data)
    assert "Training record" in words and "Consultation" in words and "Page 1 of 1" in words


def test_a_long_record_and_rare_names(trainee):
    trainee.name = "㼆龘#panic()[x]"
    for number in range(40):
        learn(trainee, f"第 {number} 门课 *不是粗体*")
    content = record_pdf(gather(trainee), "zh")
    with pypdfium2.PdfDocument(content) as document:
        assert len(document) > 2
    words = texts(content)
    assert "㼆龘" in words and "#panic()[x]" in words, "what looks like markup is text"


def test_a_day_that_is_none_has_no_pdf(browser):
    assert browser.get("/me/record.pdf?on=x").status_code == 404
