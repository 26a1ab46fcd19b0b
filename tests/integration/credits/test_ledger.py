"""The ledger: append-only, once each, reversals, sums as of a past day, the rule set in force."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.organizations.places import place
from academy.organizations.services import UnitValues, change_unit
from academy.signals import attempt_submitted
from academy.web.filters import local_date
from courses.credits import services as credits
from courses.credits.models import LedgerEntry, RuleChoice
from courses.credits.rules import facts, installed
from courses.credits.rules.loading import read_rule_set
from courses.credits.services.choosing import choose_rule_set
from courses.credits.services.ledger import Wanted, sums
from courses.learning.services.progress import add_evidence, advance, begin_progress
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, QuizVersion
from tests.factories import make_completion, make_course, make_enrolment, make_entry, make_person, make_quiz, make_unit
from tests.factories.catalog import quiz_lesson, text_lesson, video_lesson

DAY = date(2026, 3, 2)


def count():
    return db.session.scalar(select(func.count()).select_from(LedgerEntry))


@pytest.mark.parametrize(
    "column", [column.name for column in LedgerEntry.__table__.columns if column.name != "unit_path"]
)
def test_the_database_refuses_to_change_an_entry(app, column):
    entry = make_entry()
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(text(f"UPDATE ledger_entry SET {column} = {column} WHERE id = {entry.id}"))
    db.session.rollback()


@pytest.mark.parametrize("statement", [update(LedgerEntry).values(reason="x"), delete(LedgerEntry), delete(RuleChoice)])
def test_the_database_refuses_to_delete_entries(app, statement):
    make_entry()
    choose_rule_set(make_person("admin"), "full_hours", local_date(now()), None)
    db.session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        db.session.execute(statement)
    db.session.rollback()
    assert count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "gift"},
        {"hours": -1},
        {"hours": 10_000_001},
        {"kind": "recognised"},
        {"kind": "reversed", "hours": -1, "reason": "x"},
        {"obligation": "free"},
        {"category": "sport"},
    ],
)
def test_the_database_refuses_what_no_entry_may_be(app, values):
    with pytest.raises(IntegrityError):
        make_entry(**values)


def test_the_same_thing_stands_once(app):
    person, source = make_person(), credits.Source("course", 7, "课")
    earned = facts.course(minutes=60, stated=2, earned_on=DAY)
    assert len(credits.earn(person, earned, source)) == 1
    assert credits.earn(person, earned, source) == []
    assert count() == 1


def test_posting_at_the_very_same_moment_stands_once(app):
    person = make_person()
    db.session.commit()
    identity = person.id

    def once(number):
        with app.app_context():
            made = credits.earn(
                db.session.get_one(Person, identity),
                facts.course(minutes=60, stated=2, earned_on=DAY),
                credits.Source("course", 7, "课"),
            )
            db.session.commit()
            return len(made)

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(once, range(6))) == [0] * 5 + [1]
    assert count() == 1


def test_another_rule_set_does_not_give_the_hours_again(app, clock):
    person, source = make_person(), credits.Source("course", 7, "课")
    credits.earn(person, facts.course(minutes=60, stated=2), source)
    choose_rule_set(make_person("admin"), "minutes_45", local_date(now()), None)
    assert credits.earn(person, facts.course(minutes=60, stated=2), source) == []


def test_a_reversal_takes_back_and_stands_beside(app, clock):
    unit = make_unit()
    person, admin = make_person(unit=unit), make_person("admin")
    entry = make_entry(person, 150)
    person.unit = make_unit()
    clock.move(days=40)
    reversal = credits.reverse(entry, admin, "重复")
    assert (reversal.amount_hundredths, reversal.earned_on, reversal.unit_id) == (-150, entry.earned_on, unit.id)
    assert credits.total(person.id, date(2026, 1, 1), date(2026, 12, 31)) == 0
    for again, status in ((entry, 409), (reversal, 409)):
        with pytest.raises(UserError) as refused:
            credits.reverse(again, admin, "再来")
        assert refused.value.status == status
    with pytest.raises(UserError):
        credits.reverse(make_entry(person), admin, "  ")


def test_reversing_at_the_same_moment_reverses_once(app):
    entry, admin = make_entry(hours=150), make_person("admin")
    db.session.commit()
    identity, by = entry.id, admin.id

    def once(number):
        with app.app_context():
            try:
                credits.reverse(db.session.get_one(LedgerEntry, identity), db.session.get_one(Person, by), "重复")
                db.session.commit()
            except UserError:
                db.session.rollback()
                return 0
            return 1

    with ThreadPoolExecutor(5) as pool:
        assert sum(pool.map(once, range(5))) == 1
    assert db.session.scalar(select(func.sum(LedgerEntry.amount_hundredths))) == 0


def test_a_past_day_gives_the_same_numbers_for_ever(app, clock):
    admin, old = make_person("admin"), make_unit("旧社区")
    person = make_person(unit=old)
    entry = make_entry(person, 200)
    seen = local_date(now())
    year = (date(2026, 1, 1), date(2026, 12, 31))

    def as_known():
        db.session.expire_all()
        return credits.total(person.id, *year, known_on=seen), [
            each.total for each in credits.totals_by_year(person.id, known_on=seen)
        ]

    before = as_known()
    clock.move(days=1)
    make_entry(person, 300, day=DAY - timedelta(days=5))
    credits.reverse(entry, admin, "录错")
    person.unit = make_unit("新社区")
    above = make_unit("新的市")
    change_unit(old, old.version, UnitValues(name=old.name, level="community", parent=above))
    assert as_known() == before == (200, [200])
    assert credits.total(person.id, *year) == 300
    assert entry.unit_id == old.id


def test_kinds_count_a_reversal_where_the_entry_stood(app):
    person, admin = make_person(), make_person("admin")
    entry = make_entry(person, 200, kind="backfilled")
    make_entry(person, 100)
    credits.reverse(entry, admin, "重复")
    year = credits.sums([person.id], date(2026, 1, 1), date(2026, 12, 31))[person.id]
    assert dict(year.by_kind) == {"backfilled": 0, "earned": 100} and year.total == 100
    assert dict(credits.totals_by_year(person.id)[0].by_kind) == {"backfilled": 0, "earned": 100}


steps = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.integers(0, 900), st.integers(0, 20)),
        st.tuples(st.just("undo"), st.integers(0, 30)),
    ),
    max_size=12,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_no_sum_is_ever_negative_and_the_past_stays(app, clock, actions):
    person, admin = make_person(), make_person("admin")
    entries, snapshots = [], []
    for action in actions:
        if action[0] == "add":
            entries.append(make_entry(person, action[1], day=DAY - timedelta(days=action[2])))
        elif entries:
            entry = entries[action[1] % len(entries)]
            if credits.reversal_of(entry) is None:
                credits.reverse(entry, admin, "试")
        today = local_date(now())
        snapshots.append((today, credits.total(person.id, date(2026, 1, 1), date(2026, 12, 31), known_on=today)))
        clock.move(days=1)
    for day, amount in snapshots:
        assert amount >= 0
        assert credits.total(person.id, date(2026, 1, 1), date(2026, 12, 31), known_on=day) == amount


CAPPED = """\
key: as_stated
name: 有上限
name_en: Capped
summary: 说明
summary_en: About it
versions:
  - version: 1
    since: 2026-01-01
    rules:
      - {key: stated, for: course, text: 规则, text_en: rule, stated: true}
    caps:
      - {per: day, hours: 6, text: 每天最多 6 学时, text_en: At most 6 a day}
      - {per: year, hours: 10, text: 每年最多 10 学时, text_en: At most 10 a year}
    examples:
      - {says: 例, says_en: example, for: course, given: {stated: 8}, hours: 6}
"""


@pytest.fixture
def capped(monkeypatch):
    found = installed.Installed({"as_stated": read_rule_set(CAPPED, "as_stated.yaml")}, ())
    monkeypatch.setattr(installed, "installed", lambda: found)


def test_caps_hold_back_and_say_so(app, capped):
    person = make_person()
    amounts = []
    for number, day in enumerate((DAY, DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)), 1):
        made = credits.earn(
            person, facts.course(minutes=1, stated=4, earned_on=day), credits.Source("course", number, "课")
        )
        amounts += [each.amount_hundredths for each in made]
    assert amounts == [400, 200, 400]
    held = db.session.scalars(select(LedgerEntry).where(LedgerEntry.amount_hundredths == 200)).one()
    assert any("每天最多 6 学时" in sentence for sentence in credits.sentences(held))


def test_caps_hold_at_the_same_moment(app, capped):
    person = make_person()
    db.session.commit()
    identity = person.id

    def once(number):
        with app.app_context():
            credits.earn(
                db.session.get_one(Person, identity),
                facts.course(minutes=1, stated=4, earned_on=DAY),
                credits.Source("course", number, "课"),
            )
            db.session.commit()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(once, range(1, 6)))
    assert db.session.scalar(select(func.sum(LedgerEntry.amount_hundredths))) == 600


def test_the_nearest_unit_decides_and_a_choice_begins_on_its_day(app, clock):
    city = make_unit()
    district = make_unit(parent=city)
    community = make_unit(parent=district)
    admin, today = make_person("admin"), local_date(now())
    choose_rule_set(admin, "minutes_45", today, None)
    choose_rule_set(admin, "full_hours", today + timedelta(days=2), district)
    key = lambda unit, days: credits.in_force(unit.path, today + timedelta(days=days)).rule_set.key  # noqa: E731
    assert credits.in_force(city.path, today - timedelta(days=1)).rule_set.key == "as_stated"
    assert [key(community, days) for days in (0, 1, 2, 3)] == ["minutes_45", "minutes_45", "full_hours", "full_hours"]
    assert key(city, 3) == "minutes_45"
    choose_rule_set(admin, "", today + timedelta(days=3), district)
    assert key(community, 3) == "minutes_45"
    with pytest.raises(UserError, match="今天"):
        choose_rule_set(admin, "full_hours", today - timedelta(days=1), None)
    with pytest.raises(UserError):
        choose_rule_set(admin, "nothing", today, None)


def test_a_set_that_is_gone_stops_nobody_and_entries_stay(app, clock, monkeypatch, sign_in):
    person, admin = make_person(), make_person("admin")
    choose_rule_set(admin, "full_hours", local_date(now()), None)
    entry = credits.earn(person, facts.course(minutes=60), credits.Source("course", 1, "课"))[0]
    left = installed.Installed({"as_stated": installed.installed().sets["as_stated"]}, ())
    monkeypatch.setattr(installed, "installed", lambda: left)
    with pytest.raises(UserError, match="没有安装"):
        credits.in_force("", local_date(now()))
    assert any("没有安装" in sentence for sentence in credits.sentences(entry))
    assert make_completion().state == "completed"
    assert count() == 1
    assert sign_in(admin).get("/admin/credit-rules").status_code == 200


def test_a_quiz_passed_in_a_course_earns_where_the_rules_reward_tests(app, sign_in, clock):

    choose_rule_set(make_person("admin"), "video_length", local_date(now()), None)
    quiz = make_quiz()
    enrolment = make_enrolment(course=make_course([quiz_lesson(quiz), text_lesson()]))
    lesson = enrolment.version.chapters[0].lessons[0]

    version = db.session.get_one(QuizVersion, lesson.content["quiz_version_id"])
    origin = {"enrolment_id": enrolment.id, "lesson_id": lesson.lesson_id, "lesson_version_id": lesson.id}
    attempt = quizzes.start_attempt(db.session.get_one(Person, enrolment.person_id), version, origin=origin)
    quizzes.submit(attempt)
    assert count() == 0
    attempt = db.session.get_one(Attempt, attempt.id)
    attempt.passed = True
    for _again in range(2):
        attempt_submitted.send(attempt, attempt=attempt)
    entry = db.session.scalars(select(LedgerEntry).where(LedgerEntry.category == "quiz")).one()
    assert (entry.amount_hundredths, entry.rule, entry.source_id) == (50, "test_passed", quiz.id)


def test_only_all_of_a_course_counts_where_the_rules_say_so(app, clock):
    choose_rule_set(make_person("admin"), "full_hours", local_date(now()), None)
    course = make_course([video_lesson(3_600_000, completion={"rule": "watched", "percent": 90})])
    enrolment = make_enrolment(course=course)
    enrolment.version.minutes = 60
    lesson = enrolment.version.chapters[0].lessons[0]
    progress = begin_progress(enrolment, lesson)
    for end in (3_300_000, 3_600_000):
        evidence = add_evidence(progress, lesson, "watched", credited={"segments": [[0, end]]})
        advance(enrolment, progress, lesson, evidence, covered=[[0, end]])
        assert enrolment.state == "completed"
        assert count() == (end == 3_600_000)
    assert db.session.scalars(select(LedgerEntry)).one().amount_hundredths == 100


def test_study_time_is_never_counted_as_credit(app, clock):
    enrolment = make_completion(course=make_course(credit_hundredths=50))
    entry = db.session.scalars(select(LedgerEntry)).one()
    assert entry.amount_hundredths == 50 and entry.evidence["facts"]["stated"] == "0.5"
    assert enrolment.person_id == entry.person_id


def test_sums_down_the_tree_agree_with_the_entries(app, clock):
    city = make_unit("市")
    districts = [make_unit(parent=city) for _ in range(2)]
    for number, district in enumerate(districts, 1):
        make_entry(make_person(unit=make_unit(parent=district, level="community")), 100 * number)
    make_entry(make_person(unit=city), 25)
    make_entry(make_person(), 10)
    found = sums(Wanted(place(make_person("admin"), str(city.id))))
    assert found.total.hundredths == 325 == sum(each.hundredths for each in found.units)
    assert [each.hundredths for each in found.units] == [25, 100, 200]
