"""The list of people and what its keepers may do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from academy.accounts.models import Person, SignInGuard
from academy.accounts.services import passwords
from academy.audit.models import AuditEntry
from academy.clock import now
from academy.db import db
from academy.organizations.models import Membership
from tests.factories import make_person, make_unit
from tests.factories.people import PASSWORD
from tests.support import count_queries


@pytest.fixture
def tree(app):
    """A city with two districts, each with a community."""
    city = make_unit("江城市")
    east, west = make_unit("云桥区", parent=city), make_unit("松岭区", parent=city)
    return {
        "city": city,
        "east": east,
        "west": west,
        "community": make_unit("桂花社区", parent=east, level="community"),
        "other": make_unit("石桥社区", parent=west, level="community"),
    }


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make_person("admin", name="陈立", username="boss"))


@pytest.fixture
def keeper(tree, sign_in):
    """Somebody who keeps the eastern district."""
    return sign_in(make_person("unit_admin", name="赵敏", unit=tree["east"]))


def names(answer) -> list[str]:
    table = answer.page.find("tbody")
    return [row.one("th").text for row in table.find_all("tr")] if table else []


def actions() -> list[str]:
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("秀兰", ["李秀兰"]),
        ("兰", ["李秀兰"]),
        ("ＬＩＸＩＵ", ["李秀兰"]),
        ("138-0013", ["李秀兰"]),
        ("ou yang", ["Ouyang Feng"]),
        ("yang f", ["Ouyang Feng"]),
        ("%", []),
        ("_", []),
        ("没有", []),
    ],
)
def test_people_are_found_by_any_name_however_typed(admin, asked, found):
    make_person(name="李秀兰", username="lixiulan", phone="13800138000")
    make_person(name="Ouyang Feng", username="ouyang")
    answer = admin.get("/admin/people", query_string={"q": asked})
    assert names(answer) == found
    assert answer.page.one("input", id="f-q")["value"] == asked


def test_filters_narrow_the_list(admin, tree):
    here = make_person(name="本社区", unit=tree["community"], post="grid_worker", last_sign_in_at=now())
    make_person("instructor", name="讲师", unit=tree["other"], last_sign_in_at=now())
    make_person(name="停用的", is_active=False)
    db.session.add(
        SignInGuard(
            login=here.username, failures=5, first_failure_at=now(), locked_until=datetime(2999, 1, 1, tzinfo=UTC)
        )
    )
    for query, found in [
        (f"unit={tree['east'].id}", {"本社区"}),
        (f"unit={tree['city'].id}", {"本社区", "讲师"}),
        ("role=instructor", {"讲师"}),
        ("post=grid_worker", {"本社区"}),
        ("state=inactive", {"停用的"}),
        ("state=locked", {"本社区"}),
        ("state=never", {"陈立"}),
        ("state=all", {"本社区", "讲师", "停用的", "陈立"}),
        ("", {"本社区", "讲师", "陈立"}),
        ("unit=999999&role=king&state=gone&post=none&page=x", {"本社区", "讲师", "陈立"}),
    ]:
        assert set(names(admin.get(f"/admin/people?{query}"))) == found, query


@pytest.mark.parametrize("number", [3, 45])
def test_the_list_asks_the_same_few_questions_however_long_it_is(admin, tree, keeper, number):
    for _n in range(number):
        make_person("trainee", unit=tree["community"], phone=f"1380013{_n:04}")
    address = f"/admin/people?q=学员&unit={tree['east'].id}"
    for client in (admin, keeper):
        with count_queries() as queries:
            answer = client.get(address)
        queries.assert_at_most(7)
        assert len(names(answer)) == min(number, 20)


def test_unit_admins_see_their_subtree_only(keeper, tree):
    inside = make_person(name="里面的人", unit=tree["community"])
    outside = make_person(name="外面的人", unit=tree["other"])
    nowhere = make_person(name="没有单位")
    assert set(names(keeper.get("/admin/people"))) == {"赵敏", "里面的人"}
    assert keeper.get(f"/admin/people/{inside.id}").status_code == 200
    for person in (outside, nowhere):
        assert keeper.get(f"/admin/people/{person.id}").status_code == 404
        assert keeper.post(f"/admin/people/{person.id}/deactivate").status_code == 404


@pytest.mark.parametrize("roles", [("admin",), ("unit_admin",), ("instructor",), ("trainee", "class_supervisor")])
def test_unit_admins_only_read_about_those_with_other_roles(keeper, tree, roles):
    person = make_person(*roles, unit=tree["community"])
    page = keeper.get(f"/admin/people/{person.id}")
    assert "这个人不归您管理" in page.words
    assert not page.page.one("main").find("form", method="post")
    data = {"name": "x", "username": "taken-over", "version": "1", "unit_id": str(tree["community"].id), "post": ""}
    assert keeper.post(f"/admin/people/{person.id}", data=data).status_code == 403
    for act in ("deactivate", "reactivate", "password", "unlock"):
        assert keeper.post(f"/admin/people/{person.id}/{act}").status_code == 403
    db.session.refresh(person)
    assert person.is_active
    assert passwords.matches(person.password_hash, PASSWORD)


def test_trainees_and_instructors_do_not_get_in(sign_in):
    for role in ("trainee", "instructor", "class_supervisor"):
        assert sign_in(make_person(role)).get("/admin/people").status_code == 403


def test_an_admin_adds_somebody_who_can_then_sign_in(admin, client, tree):
    form = admin.get(f"/admin/people/new?unit={tree['community'].id}")
    added = admin.submit(
        form, "/admin/people/new", name="王芳", username="Wang Fang", phone="138 0013 8000", post="grid_worker"
    )
    assert added.status_code == 303
    slip = admin.get(added.location)
    password = slip.page.one("code", class_="secret").text
    person = db.session.scalar(select(Person).where(Person.username == "wangfang"))
    assert (person.phone, person.unit_id, person.post) == ("13800138000", tree["community"].id, "grid_worker")
    assert person.role_names == {"trainee"}
    assert person.must_change_password
    assert db.session.scalar(select(Membership.unit_id).where(Membership.person_id == person.id)) == person.unit_id
    assert actions() == ["person.added"]

    assert admin.get(added.location).status_code == 302, "the password is shown once"
    entered = client.submit(client.get("/sign-in"), action="/sign-in", login="wangfang", password=password)
    assert entered.status_code == 303
    assert client.get("/").location.startswith("/me/password")


def test_a_unit_admin_adds_trainees_in_the_own_subtree_only(keeper, tree):
    form = keeper.get("/admin/people/new")
    assert not form.page.find("input", name="roles")
    offered = [option.get("value") for option in form.page.one("select", name="unit_id").find_all("option")]
    assert offered == ["", str(tree["east"].id), str(tree["community"].id)]
    for unit_id in (str(tree["other"].id), ""):
        answer = keeper.submit(form, "/admin/people/new", name="王芳", username="wang", unit_id=unit_id)
        assert answer.status_code == 422
    answer = keeper.submit(
        form, "/admin/people/new", name="王芳", username="wang", unit_id=str(tree["community"].id), roles="admin"
    )
    assert answer.status_code == 303
    assert db.session.scalar(select(Person).where(Person.username == "wang")).role_names == {"trainee"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "请填写姓名"),
        ({"name": "长" * 61}, "姓名最多 60 个字"),
        ({"username": ""}, "请填写登录名"),
        ({"username": "a/b"}, "登录名只能用"),
        ({"username": "BOSS"}, "登录名“boss”已经有人用了"),
        ({"phone": "138"}, "现在是 3 位"),
        ({"phone": "13900139000"}, "已经用在另一个账号上"),
        ({"unit_id": "424242"}, "请从列表中选择单位"),
        ({"roles": None}, "请至少选择一个角色"),
        ({"roles": "unit_admin"}, "管理哪个单位"),
        ({"roles": "king"}, "请从列表中选择角色"),
        ({"post": "king"}, "请从列表中选择岗位"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(admin, tree, changes, words):
    make_person(phone="13900139000")
    values = {"name": "王芳", "username": "wangfang", "unit_id": str(tree["community"].id)} | changes
    answer = admin.submit(admin.get("/admin/people/new"), "/admin/people/new", **values)
    assert answer.status_code == 422
    assert words in answer.words
    if "name" not in changes:
        assert answer.page.one("input", name="name")["value"] == "王芳"
    assert actions() == []


def test_changing_somebody_moves_them_and_is_recorded(admin, tree, clock):
    person = make_person(name="王芳", unit=tree["community"], post="grid_worker", phone="13800138000")
    db.session.add(
        Membership(person_id=person.id, unit_id=person.unit_id, post=person.post, started_on=date(2025, 1, 5))
    )
    form = admin.get(f"/admin/people/{person.id}")
    changes = {"unit_id": str(tree["other"].id), "post": "secretary", "phone": "13900139000"}
    roles = {"roles": ["trainee", "unit_admin"], "role_unit_id": str(tree["west"].id)}
    answer = _save(admin, form, person, **changes, **roles)
    assert answer.status_code == 303
    db.session.refresh(person)
    assert (person.unit_id, person.post, person.version) == (tree["other"].id, "secretary", 2)
    assert person.scope_paths == (tree["west"].path,)
    rows = db.session.execute(
        select(Membership.unit_id, Membership.started_on, Membership.ended_on).order_by(Membership.id)
    ).all()
    today = date(2026, 3, 2)
    assert [tuple(row) for row in rows] == [
        (tree["community"].id, date(2025, 1, 5), today),
        (tree["other"].id, today, None),
    ]
    entry = db.session.scalar(select(AuditEntry))
    assert (entry.action, entry.actor_name, entry.subject_label) == ("person.changed", "陈立", "王芳")
    assert entry.detail["changes"] == {
        "phone": ["138****8000", "139****9000"],
        "unit": ["桂花社区", "石桥社区"],
        "post": ["网格员", "社区书记"],
        "roles": ["学员", "学员、单位管理员（松岭区）"],
    }


def _save(client, form, person, **values):
    """Send the form about the person itself; the page has others beside it."""
    fields = [
        node for node in form.page.one("main").find_all("form") if node.get("action") == f"/admin/people/{person.id}"
    ]
    assert len(fields) == 1
    data = {}
    for node in fields[0].walk():
        if (
            node.tag == "input"
            and node.get("name")
            and (node.get("type") != "checkbox" or "checked" in node.attributes)
        ):
            data.setdefault(node["name"], []).append(node.get("value", ""))
        elif node.tag == "select":
            chosen = [option for option in node.find_all("option") if "selected" in option.attributes]
            data[node["name"]] = [option.get("value", "") for option in chosen] or [""]
    for name, value in values.items():
        data[name] = value if isinstance(value, list) else [value]
    return client.post(f"/admin/people/{person.id}", data=data)


def test_saving_without_a_change_records_nothing(admin, tree):
    person = make_person(unit=tree["community"])
    assert _save(admin, admin.get(f"/admin/people/{person.id}"), person).status_code == 303
    db.session.refresh(person)
    assert person.version == 1
    assert actions() == []


def test_two_admins_with_one_form_lose_nothing(admin, tree):
    person = make_person(name="王芳", unit=tree["community"])
    form = admin.get(f"/admin/people/{person.id}")
    assert _save(admin, form, person, name="王小芳").status_code == 303
    answer = _save(admin, form, person, name="王大芳", post="volunteer")
    assert answer.status_code == 409
    assert "王小芳" in answer.words
    assert answer.page.one("input", name="name")["value"] == "王大芳"
    db.session.refresh(person)
    assert person.name == "王小芳"
    assert _save(admin, answer, person).status_code == 303
    db.session.refresh(person)
    assert (person.name, person.post) == ("王大芳", "volunteer")


def test_deactivation_ends_sessions_and_can_be_undone(admin, sign_in, tree):
    person = make_person(unit=tree["community"])
    theirs = sign_in(person)
    assert admin.post(f"/admin/people/{person.id}/deactivate").status_code == 303
    assert theirs.get("/me").status_code == 302
    assert admin.post(f"/admin/people/{person.id}/deactivate").status_code == 303
    assert admin.post(f"/admin/people/{person.id}/reactivate").status_code == 303
    db.session.refresh(person)
    assert person.is_active
    assert theirs.get("/me").status_code == 302, "an old session stays over"
    assert actions() == ["person.deactivated", "person.reactivated"]


def test_nobody_comes_back_into_a_unit_that_is_closed(admin, tree):
    tree["community"].is_active = False
    person = make_person(unit=tree["community"], is_active=False)
    answer = admin.post(f"/admin/people/{person.id}/reactivate")
    assert answer.status_code == 409
    assert "已经停用，请先给这个人换一个单位" in answer.words


def test_the_last_admin_and_oneself_stay(app, sign_in):
    boss = make_person("admin", name="陈立")
    client = sign_in(boss)
    answer = client.post(f"/admin/people/{boss.id}/deactivate")
    assert answer.status_code == 409
    assert "不能停用自己的账号" in answer.words
    answer = _save(client, client.get(f"/admin/people/{boss.id}"), boss, roles=["trainee"])
    assert answer.status_code == 422
    assert "不能取消自己的管理员角色" in answer.words
    other = make_person("admin")
    assert client.post(f"/admin/people/{other.id}/deactivate").status_code == 303
    db.session.refresh(boss)
    assert boss.role_names == {"admin"}


def test_a_reset_password_is_shown_once_and_unlocks(admin, client, tree):
    person = make_person(username="wang", unit=tree["community"])
    for _try in range(5):
        client.submit(client.get("/sign-in"), action="/sign-in", login="wang", password="wrong-password")
    assert "暂时锁定" in admin.get("/admin/people").words
    reset = admin.post(f"/admin/people/{person.id}/password")
    password = admin.get(reset.location).page.one("code", class_="secret").text
    answer = client.submit(client.get("/sign-in"), action="/sign-in", login="wang", password=password)
    assert answer.status_code == 303
    assert actions() == ["sign_in.locked", "person.password_reset"]
    stored = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "person.password_reset"))
    assert password not in str(stored.detail)


def test_unlocking(admin, client):
    person = make_person(username="wang", phone="13800138000")
    for _try in range(5):
        client.submit(client.get("/sign-in"), action="/sign-in", login="138 0013 8000", password="wrong-password")
    assert "以前不能登录" in admin.get(f"/admin/people/{person.id}").words
    assert admin.post(f"/admin/people/{person.id}/unlock").status_code == 303
    answer = client.submit(client.get("/sign-in"), action="/sign-in", login="13800138000", password=PASSWORD)
    assert answer.status_code == 303


@pytest.mark.parametrize("address", ["/admin/people/424242", "/admin/people/99999999999999999999", "/admin/people/x"])
def test_people_who_do_not_exist_are_not_found(admin, address):
    assert admin.get(address).status_code == 404


def test_the_page_of_a_person_asks_little(admin, tree):
    person = make_person(unit=tree["community"])
    address = f"/admin/people/{person.id}"
    with count_queries() as queries:
        admin.get(address)
    queries.assert_at_most(6)
