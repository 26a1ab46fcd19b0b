"""What is asked of whom, how far they are, carrying over; the pages of the admin, the line on the home page, the report."""

from __future__ import annotations

from datetime import UTC, date, datetime

import openpyxl
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.clock import freeze, now
from academy.db import db
from academy.errors import UserError
from academy.organizations.services import move_person
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import AnnualRequirement, CarryOverRun, LedgerEntry, RequirementNote
from courses.credits.rules.requirements import BEHIND, MET, ON_WAY, Goal
from courses.credits.services import carry_over, requirements
from courses.credits.services.requirement_people import Asking, people_asked
from courses.credits.services.requirements import RequirementValues
from courses.records.services.record import gather
from tests.factories import make_person, make_unit
from tests.support import count_queries


@pytest.fixture
def city(app, clock):
    return make_unit("江城市")


@pytest.fixture
def district(city):
    return make_unit("云桥区", parent=city)


def ask(unit=None, post="", total=5000, required=0, elective=0, from_year=None, span=1, due=(12, 31)):
    values = RequirementValues(
        unit, post, span, from_year or local_date(now()).year, Goal(required, elective, total), due
    )
    latest = requirements.revisions(unit, post, span, values.from_year)
    return requirements.set_requirement(values, latest[-1].id if latest else 0, None)


def give(person, hundredths, obligation="required", on=None, kind="earned"):
    entry = credits.post(
        credits.Posting(
            key=f"test:{db.session.scalar(select(func.count(LedgerEntry.id)))}",
            person=person,
            source=credits.Source("course", 1, "一门课"),
            amount_hundredths=hundredths,
            obligation=obligation,
            category="course",
            earned_on=on or local_date(now()),
            kind=kind,
        )
    )
    db.session.flush()
    return entry


def trainee_in(unit, post="grid_worker", **values):
    person = make_person(**values)
    move_person(person, unit, post, local_date(now()))
    return person


def standing(person):
    found = gather(person).standings
    return found[0] if found else None


# -- setting -----------------------------------------------------------------------------------------------------------


def test_a_change_is_a_revision_and_nothing_is_lost(city):
    first = ask(city)
    second = ask(city, total=6000)
    assert (first.revision, second.revision) == (1, 2) and first.total_hundredths == 5000
    assert ask(city, total=6000) is None, "the same again is no change"
    person = trainee_in(city)
    assert standing(person).goal.total == 6000
    requirements.withdraw(second, None)
    assert standing(person) is None


def test_two_at_once_cannot_both_change_it(city):
    ask(city)
    values = RequirementValues(city, "", 1, 2026, Goal(0, 0, 9000))
    with pytest.raises(UserError) as error:
        requirements.set_requirement(values, 0, None)
    assert error.value.status == 409


def test_years_that_are_over_are_not_rewritten(city):
    with pytest.raises(UserError) as error:
        ask(city, from_year=2025)
    assert error.value.field == "from_year"
    assert ask(city, from_year=2025, span=3) is not None, "the period is still running"


def test_the_database_refuses_changes_and_contradictions(city):
    row = ask(city)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(update(AnnualRequirement).where(AnnualRequirement.id == row.id).values(total_hundredths=1))
    bad = AnnualRequirement(unit_id=city.id, from_year=2026, revision=9, required_hundredths=5, total_hundredths=4)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(bad)
    twice = AnnualRequirement(unit_id=None, from_year=2026, total_hundredths=4)
    again = AnnualRequirement(unit_id=None, from_year=2026, total_hundredths=5)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add_all([twice, again])


# -- whose -------------------------------------------------------------------------------------------------------------


def test_the_nearest_unit_and_the_post_decide(city, district):
    ask(None, total=1000)
    ask(city, total=2000)
    ask(city, "grid_worker", total=3000)
    ask(district, total=4000)
    assert standing(trainee_in(city, "secretary")).goal.total == 2000
    assert standing(trainee_in(city)).goal.total == 3000
    assert standing(trainee_in(district)).goal.total == 4000
    assert standing(trainee_in(make_unit("别的市"))).goal.total == 1000
    assert standing(make_person("instructor", unit=city)) is None


def test_who_moves_is_asked_by_the_new_place_and_keeps_the_hours(city, district, clock):
    ask(city, total=3000)
    ask(district, total=1000)
    person = trainee_in(city)
    give(person, 1000)
    assert standing(person).state != MET
    clock.move(days=100)
    move_person(person, district, "grid_worker", local_date(now()))
    assert standing(person).state == MET


def test_a_year_that_is_over_stays_as_it_was_when_people_move(city, district, clock):
    ask(city, total=3000)
    ask(district, total=1000)
    person = trainee_in(city)
    give(person, 1000)
    clock.move(days=320)
    move_person(person, district, "grid_worker", local_date(now()))
    last_year = [each for each in gather(person).standings if each.period.first_year == 2026]
    assert [each.state for each in last_year] == [BEHIND] and last_year[0].goal.total == 3000


def test_three_years_at_a_time(city, clock):
    ask(city, "social_worker", total=7200, span=3)
    person = trainee_in(city, "social_worker")
    give(person, 4000)
    clock.move(days=500)
    give(person, 3200)
    found = standing(person)
    assert found.period.last_year == 2028 and found.state == MET


def test_many_at_once_agree_with_one_by_one(city, district, clock):
    ask(None, total=1000)
    ask(district, total=2000)
    ask(city, "secretary", total=1500)
    people = [trainee_in(unit, post) for unit in (city, district) for post in ("secretary", "grid_worker")]
    for index, person in enumerate(people):
        give(person, 500 * index)
    clock.move(days=60)
    move_person(people[0], district, "secretary", local_date(now()))
    with count_queries() as queries:
        found = {who.person_id: who.standing for who in people_asked(Asking(2026, 1, local_date(now())))}
    queries.assert_at_most(3)
    for person in people:
        one = standing(person)
        assert (found[person.id].state, found[person.id].earned, found[person.id].goal) == (
            one.state,
            one.earned,
            one.goal,
        )


def test_the_report_of_a_past_day_stays_the_same(city, district, clock):
    ask(city, total=1000)
    people = [trainee_in(city) for _ in range(3)]
    give(people[0], 1000)
    entry = give(people[1], 700)
    day = local_date(now())

    def figures():
        asking = Asking(2026, 1, day, day)
        return [
            (who.person_id, who.unit_path, who.post, who.standing.state, who.standing.earned, who.standing.goal)
            for who in people_asked(asking)
        ]

    clock.move(days=1)
    before = figures()
    assert len(before) == 3
    give(people[2], 1000, on=day)
    credits.reverse(entry, make_person("admin"), "记错了")
    move_person(people[0], district, "secretary", local_date(now()))
    ask(city, total=9000)
    trainee_in(city)
    people[2].is_active = False
    db.session.add(
        AuditEntry(action="person.deactivated", subject_type="person", subject_id=people[2].id, at=now(), detail={})
    )
    db.session.flush()
    assert figures() == before


# -- carrying over -----------------------------------------------------------------------------------------------------


def sums(person):
    rows = db.session.execute(
        select(
            func.extract("year", LedgerEntry.earned_on), LedgerEntry.obligation, func.sum(LedgerEntry.amount_hundredths)
        )
        .where(LedgerEntry.person_id == person.id)
        .group_by(func.extract("year", LedgerEntry.earned_on), LedgerEntry.obligation)
    )
    return {(int(year), obligation): int(amount) for year, obligation, amount in rows if amount}


@pytest.fixture
def surplus(city, clock):
    ask(city, required=5600, total=8400)
    rich, poor = trainee_in(city, name="有余"), trainee_in(city, name="不足")
    give(rich, 7000)
    give(rich, 2000, "elective")
    give(poor, 6000)
    clock.move(days=320)
    return rich, poor


def test_the_surplus_comes_back_as_electives(surplus):
    rich, poor = surplus
    before = sum(sums(rich).values())
    run = carry_over.carry_over(2026, None)
    assert (run.people, run.amount_hundredths) == (1, 600)
    assert sums(rich) == {(2026, "required"): 6400, (2026, "elective"): 2000, (2027, "elective"): 600}
    assert sum(sums(rich).values()) == before and sums(poor) == {(2026, "required"): 6000}
    assert [each.state for each in gather(rich).standings if each.period.first_year == 2026] == [MET]


def test_it_is_done_once_and_can_be_undone(surplus):
    rich, _poor = surplus
    before = sums(rich)
    run = carry_over.carry_over(2026, None)
    with pytest.raises(UserError):
        carry_over.carry_over(2026, None)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.add(CarryOverRun(year=2026, rule="x"))
    with pytest.raises(UserError):
        carry_over.undo(run, None, " ")
    carry_over.undo(run, None, "任务改了")
    carry_over.undo(run, None, "再按一次")
    assert sums(rich) == before
    again = carry_over.carry_over(2026, None)
    assert again.id != run.id and sums(rich)[2027, "elective"] == 600


def test_nobody_with_a_surplus_is_no_run(city, clock):
    clock.move(days=320)
    with pytest.raises(UserError):
        carry_over.carry_over(2026, None)


def test_the_entries_say_why(surplus, sign_in):
    rich, _poor = surplus
    carry_over.carry_over(2026, None)
    words = sign_in(rich).get("/me/record").words
    assert "由“2026 年的多余学时”结转 6 学时，计入 2027 年" in words


# -- pages -------------------------------------------------------------------------------------------------------------


def test_an_admin_sets_changes_and_withdraws(sign_in, city):
    client = sign_in(make_person("admin"))
    trainee_in(city)
    empty = client.get("/admin/requirements")
    assert "今年还没有定任务" in empty.words
    form = client.get("/admin/requirements/new")
    bad = client.submit(form, unit_id=str(city.id), required="５６", total="40", from_year="2026", note="文件")
    assert bad.status_code == 422 and "总学时不能少于必修与选修之和" in bad.words
    assert bad.page.one("input", name="note")["value"] == "文件"
    assert client.submit(bad, total="84").status_code == 303
    page = client.get("/admin/requirements")
    assert "共 84 学时，其中必修 56 学时" in page.words and "1 人" in page.words
    row = db.session.scalars(select(AnnualRequirement)).one()
    edit = client.get(f"/admin/requirements/{row.id}")
    assert client.submit(edit, action=f"/admin/requirements/{row.id}", total="90").status_code == 303
    assert client.submit(edit, action=f"/admin/requirements/{row.id}", total="91").status_code == 409, (
        "somebody else was a moment earlier"
    )
    latest = db.session.scalars(select(AnnualRequirement).order_by(AnnualRequirement.id.desc())).first()
    assert client.post(f"/admin/requirements/{latest.id}/withdraw").status_code == 303
    assert "今年还没有定任务" in client.get("/admin/requirements").words
    acts = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["requirement.set", "requirement.set", "requirement.withdrawn"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"total": "很多"}, "学时应是数字"),
        ({"total": "99999"}, "学时应在 0 到 2000 之间"),
        ({"total": "1.234"}, "学时应是数字"),
        ({"total": "NaN"}, "学时应是数字"),
        ({"from_year": "2020", "total": "50"}, "过去的年度已经算完"),
        ({"from_year": "明年", "total": "50"}, "请填年份"),
        ({"due_month": "2", "due_day": "30", "total": "50"}, "这个月没有 30 日"),
    ],
)
def test_bad_input_is_said(sign_in, city, values, sentence):
    client = sign_in(make_person("admin"))
    answer = client.submit(client.get("/admin/requirements/new"), **values)
    assert answer.status_code == 422 and sentence in answer.words


def test_only_admins(sign_in, city):
    client = sign_in(make_person("unit_admin", unit=city))
    assert client.get("/admin/requirements").status_code == 403
    assert client.post("/admin/requirements/carry-over").status_code == 403


def test_carrying_over_on_its_page(sign_in, surplus):
    client = sign_in(make_person("admin"))
    page = client.get("/admin/requirements/carry-over")
    assert "有余" in page.words and "不足" not in page.words and "6 学时" in page.words
    assert client.post("/admin/requirements/carry-over", data={"year": "2026"}).status_code == 303
    assert client.post("/admin/requirements/carry-over", data={"year": "2026"}).status_code == 409
    assert client.post("/admin/requirements/carry-over", data={"year": "1999"}).status_code == 404
    done = client.get("/admin/requirements/carry-over?year=2026")
    assert "2026 年已经结转" in done.words
    assert client.submit(done, reason="").status_code == 422
    assert client.submit(done, reason="算错了").status_code == 303
    assert "可以结转的" in client.get("/admin/requirements/carry-over?year=2026").words


def test_one_quiet_line_on_the_home_page(sign_in, city, clock):
    ask(city, required=1000, total=2000)
    person = trainee_in(city)
    client = sign_in(person)
    give(person, 350)
    clock.move(days=30)
    with count_queries() as queries:
        page = client.get("/")
    queries.assert_at_most(9)
    assert "2026 年任务还差必修 6.5 学时、不限类别 10 学时" in page.words
    give(person, 2000)
    assert "2026 年任务 20 学时，已达标" in client.get("/").words


def test_the_note_comes_twice_at_most_and_is_closed_for_good(sign_in, city):
    with freeze(datetime(2026, 3, 2, 1, tzinfo=UTC)) as clock:
        ask(city)
        person = trainee_in(city)
        client = sign_in(person)
        assert "知道了" not in client.get("/").words
        for month in (10, 12):
            clock.move(seconds=(datetime(2026, month, 5, 1, tzinfo=UTC) - now()).total_seconds())
            page = client.get("/")
            assert "2026 年任务12 月 31 日截止，还差 50 学时" in page.words
            key = page.page.one("input", name="key")["value"]
            assert client.post("/me/requirement-note", data={"key": key}).status_code == 303
            assert client.post("/me/requirement-note", data={"key": key}).status_code == 303
            assert "知道了" not in client.get("/").words
        assert len(db.session.scalars(select(RequirementNote)).all()) == 2
        client.post("/me/requirement-note", data={"key": "no-such-key"})
        assert len(db.session.scalars(select(RequirementNote)).all()) == 2


# -- the report --------------------------------------------------------------------------------------------------------


@pytest.fixture
def reported(city, district, clock):
    ask(city, total=1000)
    done, begun, late = trainee_in(district, name="甲"), trainee_in(district, name="乙"), trainee_in(city, name="丙")
    give(done, 1000)
    clock.move(days=60)
    give(begun, 900)
    other = make_unit("别的市")
    trainee_in(other, name="丁")
    return done, begun, late


def test_the_report_counts_by_unit(sign_in, reported, city, district):
    page = sign_in(make_person("admin")).get("/admin/reports/annual")
    assert page.status_code == 200 and "已达标 1 人" in page.words and "有任务 3 人" in page.words
    assert {ON_WAY, BEHIND} <= {standing(person).state for person in reported}
    down = sign_in(make_person("admin")).get(f"/admin/reports/annual?unit={district.id}&state=met")
    assert "甲" in down.words and "乙" not in down.words


def test_the_report_keeps_to_the_scope(sign_in, reported, city, district):
    client = sign_in(make_person("unit_admin", unit=district))
    words = client.get("/admin/reports/annual").words
    assert "甲" in words and "丙" not in words and "丁" not in words
    assert client.get(f"/admin/reports/annual?unit={city.id}").status_code == 404


def test_the_report_asks_little_and_exports_the_same(sign_in, reported, city, tmp_path):
    client = sign_in(make_person("admin"))
    with count_queries() as queries:
        page = client.get("/admin/reports/annual")
    queries.assert_at_most(7)
    assert page.status_code == 200
    text = client.get("/admin/reports/annual/export.csv?table=people").data.decode("utf-8-sig")
    rows = text.splitlines()
    assert len(rows) == 1 + 4 and any("还差 10 学时" in row for row in rows)
    path = tmp_path / "report.xlsx"
    path.write_bytes(client.get("/admin/reports/annual/export.xlsx").data)
    assert len(openpyxl.load_workbook(path).worksheets) == 2
    assert client.get("/admin/reports/annual?to=gestern").status_code == 422


def test_a_deadline_before_the_end_of_the_year(city, clock):
    ask(city, due=(6, 30))
    person = trainee_in(city)
    give(person, 4900)
    clock.move(days=130)
    assert standing(person).state == BEHIND
    give(person, 100, on=date(2026, 7, 9))
    assert standing(person).state == MET, "what comes late still counts"
