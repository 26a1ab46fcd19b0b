"""The completion report: who sees what, what is counted, and that exports equal the screen."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select

from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.organizations.services.units import UnitValues, change_unit
from courses.formats.xlsx_table import XlsxTable
from courses.learning.models import Enrolment
from tests.factories import make_course, make_person, make_unit
from tests.support import count_queries
from tests.support.databases import others_may_write

ADDRESS = "/admin/reports/completion"


@pytest.fixture
def tree(app):
    """A city with two districts, in the first of which a community."""
    city = make_unit("江城市")
    first, second = make_unit("云桥区", city), make_unit("松岭区", city)
    street = make_unit("白塔街道", first)
    return {"city": city, "first": first, "second": second, "street": street, "home": make_unit("塔前社区", street)}


def enrol(unit, course, state="enrolled", days_ago=10, **person):
    """Enrol a new person some days ago, in a state reached the day after."""
    somebody = make_person(unit=unit, post="grid_worker", **person)
    begun = now() - timedelta(days=days_ago)
    enrolment = Enrolment(
        person_id=somebody.id,
        course_id=course.id,
        version_id=course.current_version_id,
        unit_id=unit.id,
        unit_path=unit.path,
        post="grid_worker",
        state=state,
        required_count=2,
        done_count=2 if state == "completed" else 0,
        enrolled_at=begun,
        started_at=begun + timedelta(days=1) if state != "enrolled" else None,
        completed_at=begun + timedelta(days=1) if state == "completed" else None,
    )
    db.session.add(enrolment)
    db.session.flush()
    return enrolment


def units_of(answer):
    """Return the rows of the chart: name to (rate, completed / enrolled)."""
    table = answer.page.one("table", class_="bc")
    rows = {}
    for row in table.one("tbody").find_all("tr"):
        rows[row.one("th").text] = (row.one("b").text, row.one("span", class_="q").text)
    return rows


@pytest.fixture
def three(tree, clock):
    """Three people in one course: completed and under way in the first district, not begun in the second."""
    course = make_course(title="议事协商")
    enrol(tree["home"], course, "completed", name="李秀兰")
    enrol(tree["home"], course, "studying", name="马卫东")
    enrol(tree["second"], course, "enrolled", name="许建军")
    return course


def test_the_city_is_told_by_its_districts(three, tree, sign_in):
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"unit": tree["city"].id})
    assert units_of(answer) == {
        "云桥区": ("50.0%", "1 / 2"),
        "松岭区": ("0.0%", "0 / 1"),
        "合计": ("33.3%", "1 / 3"),
    }


def test_the_page_says_where_it_stands(three, tree, sign_in):
    page = sign_in(make_person("admin")).get(ADDRESS, query_string={"unit": tree["first"].id}).page
    assert page.one("h1").text == "结业情况：云桥区"
    assert "江城市" in page.one("nav", class_="crumb").text


def test_a_district_leads_to_its_subdistricts(three, tree, sign_in):
    client = sign_in(make_person("admin"))
    page = client.get(ADDRESS, query_string={"unit": tree["city"].id}).page
    link = page.one("table", class_="bc").one("a", text="云桥区")["href"]
    assert set(units_of(client.get(link))) == {"白塔街道", "合计"}


def test_a_community_lists_its_people(three, tree, sign_in):
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"unit": tree["home"].id})
    assert "李秀兰" in answer.words and "许建军" not in answer.words


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"state": "completed"}, {"李秀兰"}),
        ({"state": "open"}, {"马卫东", "许建军"}),
        ({"name": "卫东"}, {"马卫东"}),
        ({"name": "%"}, set()),
        ({"post": "secretary"}, set()),
        ({"post": "grid_worker"}, {"李秀兰", "马卫东", "许建军"}),
    ],
)
def test_people_are_filtered(three, sign_in, filters, names):
    page = sign_in(make_person("admin")).get(ADDRESS, query_string=filters).page
    table = page.find("table", class_="cards")
    rows = table.one("tbody").find_all("tr") if table else []
    assert {row.one("th").text for row in rows} == names


def test_another_course_is_left_out(three, tree, sign_in):
    other = make_course(title="应急值守")
    enrol(tree["home"], other, "completed")
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"course": other.id})
    assert units_of(answer)["合计"] == ("100.0%", "1 / 1")


def test_states_are_those_of_the_last_day(three, tree, sign_in):
    day = (now() - timedelta(days=10)).date().isoformat()
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"to": day, "unit": tree["city"].id})
    assert units_of(answer)["合计"] == ("0.0%", "0 / 3")


def test_who_enrolled_before_the_period_is_left_out(three, tree, sign_in):
    enrol(tree["home"], three, "completed", days_ago=400)
    day = (now() - timedelta(days=30)).date().isoformat()
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"from": day})
    assert units_of(answer)["合计"] == ("33.3%", "1 / 3")


def test_moving_does_not_change_the_report(three, tree, sign_in):
    person = make_person(unit=tree["home"], name="搬走的人")
    enrolment = enrol(tree["home"], three, "completed")
    enrolment.person_id = person.id
    person.unit_id = tree["second"].id
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"unit": tree["first"].id})
    assert units_of(answer)["合计"] == ("66.7%", "2 / 3")


def test_a_unit_that_is_hung_elsewhere_takes_its_people_along(three, tree, sign_in):
    street = tree["street"]
    change_unit(street, street.version, UnitValues(street.name, street.level, parent=tree["second"]))
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"unit": tree["second"].id})
    assert units_of(answer)["合计"] == ("33.3%", "1 / 3")


def test_a_unit_admin_sees_the_own_subtree(three, tree, sign_in):
    answer = sign_in(make_person("unit_admin", unit=tree["first"])).get(ADDRESS)
    assert units_of(answer)["合计"] == ("50.0%", "1 / 2")


def test_a_unit_admin_cannot_look_elsewhere(three, tree, sign_in):
    client = sign_in(make_person("unit_admin", unit=tree["first"]))
    assert client.get(ADDRESS, query_string={"unit": tree["second"].id}).status_code == 404


@pytest.mark.parametrize("role", ["trainee", "instructor"])
def test_others_see_no_report(app, sign_in, role):
    assert sign_in(make_person(role)).get(ADDRESS).status_code == 403


def test_a_day_that_cannot_be_read_is_said_and_the_report_still_shown(three, sign_in):
    answer = sign_in(make_person("admin")).get(ADDRESS, query_string={"from": "昨天"})
    assert answer.status_code == 422 and "昨天" in answer.words and "李秀兰" in answer.words


@pytest.mark.parametrize("filters", [{"key": "x", "extension": "y"}, {"unit": "99999"}, {"unit": "-1"}, {"page": "0"}])
def test_odd_addresses_do_no_harm(three, sign_in, filters):
    assert sign_in(make_person("admin")).get(ADDRESS, query_string=filters).status_code in (200, 404)


def test_a_report_that_is_not_installed_is_not_found(app, sign_in):
    assert sign_in(make_person("admin")).get("/admin/reports/nothing").status_code == 404


def test_the_csv_equals_the_screen(three, sign_in):
    client = sign_in(make_person("admin"))
    screen = [
        row.one("th").text for row in client.get(ADDRESS).page.one("table", class_="cards").one("tbody").find_all("tr")
    ]
    answer = client.get(f"{ADDRESS}/export.csv", query_string={"table": "people"})
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == screen


def test_the_workbook_equals_the_screen(three, tree, sign_in):
    client = sign_in(make_person("admin"))
    filters = {"unit": tree["city"].id}
    screen = units_of(client.get(ADDRESS, query_string=filters))
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{ADDRESS}/export.xlsx", query_string=filters).get_data()))
    lines = [row for row in book["单位"].iter_rows(values_only=True) if row[0] in screen]
    assert {row[0]: (row[5], f"{row[2]} / {row[1]}") for row in lines} == screen


def test_an_export_is_logged(three, sign_in):
    client = sign_in(make_person("admin"))
    answer = client.post(f"{ADDRESS}/export.xlsx?state=open")
    assert answer.status_code == 303 and "state=open" in answer.location
    assert db.session.scalar(select(AuditEntry.action)) == "report.exported"


def test_a_long_workbook_becomes_a_job(three, sign_in, monkeypatch):
    monkeypatch.setattr("courses.reports.views.JOB_ROWS", 1)
    client = sign_in(make_person("admin"))
    page = client.get(client.post(f"{ADDRESS}/export.xlsx").location)
    assert "文件准备好了" in page.words


@pytest.mark.sqlite_only
def test_a_long_workbook_keeps_nobody_from_writing(three, sign_in, monkeypatch):
    write = XlsxTable.write

    def slowly(self, tables):
        for piece in write(self, tables):
            assert others_may_write()
            yield piece

    monkeypatch.setattr("courses.reports.views.JOB_ROWS", 1)
    monkeypatch.setattr(XlsxTable, "write", slowly)
    client = sign_in(make_person("admin"))
    assert "文件准备好了" in client.get(client.post(f"{ADDRESS}/export.xlsx").location).words


@pytest.mark.parametrize("address", ["export.doc", "export.csv?table=nothing"])
def test_what_cannot_be_exported_is_not_found(three, sign_in, address):
    assert sign_in(make_person("admin")).get(f"{ADDRESS}/{address}").status_code == 404


def test_the_report_asks_few_questions_however_many_people(three, tree, sign_in):
    for _number in range(30):
        enrol(tree["home"], three, "studying")
    client = sign_in(make_person("admin"))
    with count_queries() as queries:
        client.get(ADDRESS)
    queries.assert_at_most(8)
