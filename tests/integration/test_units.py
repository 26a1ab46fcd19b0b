"""The tree of units: reading it, changing it, and who belonged where."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from academy.audit.models import AuditEntry
from academy.db import db
from academy.errors import UserError
from academy.organizations import services
from academy.organizations.models import Membership, Unit
from academy.organizations.services import UnitValues
from academy.signals import person_moved, unit_moved
from tests.factories import make_person, make_unit
from tests.support import count_queries


@pytest.fixture
def tree(app):
    """A city, two districts, a subdistrict and a community in the first."""
    city = make_unit("江城市", code="3700")
    east, west = make_unit("云桥区", parent=city), make_unit("松岭区", parent=city)
    street = make_unit("白塔街道", parent=east)
    community = make_unit("桂花社区", parent=street)
    return {"city": city, "east": east, "west": west, "street": street, "community": community}


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make_person("admin", name="陈立"))


def rows(answer) -> dict[str, list[str]]:
    return {
        row.one("th").text: [cell.text for cell in row.find_all("td")]
        for row in answer.page.one("tbody").find_all("tr")
    }


def save(client, form, unit, **values):
    """Send the form of the unit; the page has others beside it."""
    main = form.page.one("main")
    own = next(node for node in main.find_all("form") if node.get("action") == f"/admin/units/{unit.id}")
    data = {node["name"]: node.get("value", "") for node in own.find_all("input") if node.get("name")}
    for node in own.find_all("select"):
        data[node["name"]] = next((one["value"] for one in node.find_all("option") if "selected" in one.attributes), "")
    return client.post(f"/admin/units/{unit.id}", data=data | values)


# --- reading ---


def test_the_tree_counts_people_with_those_below(admin, tree):
    for unit, number in ((tree["community"], 3), (tree["street"], 1), (tree["west"], 2)):
        for _n in range(number):
            make_person(unit=unit)
    make_person(unit=tree["community"], is_active=False)
    found = rows(admin.get("/admin/units"))
    assert [found[name][1:3] for name in ("江城市", "云桥区", "白塔街道", "桂花社区", "松岭区")] == [
        ["0", "6"],
        ["0", "4"],
        ["1", "4"],
        ["3", "3"],
        ["2", "2"],
    ]
    assert list(found) == ["江城市", "云桥区", "白塔街道", "桂花社区", "松岭区"]


@pytest.mark.parametrize("number", [2, 60])
def test_the_tree_asks_the_same_few_questions_however_large_it_is(admin, tree, number):
    for _n in range(number):
        make_person(unit=make_unit(parent=tree["street"]))
    with count_queries() as queries:
        admin.get("/admin/units")
    queries.assert_at_most(4)
    with count_queries() as queries:
        admin.get("/admin/units?q=单位")
    queries.assert_at_most(4)


def test_a_large_tree_is_shown_level_by_level(admin, tree):
    streets = [make_unit(parent=tree["west"]) for _n in range(8)]
    for number in range(220):
        make_unit(parent=streets[number % 8])
    answer = admin.get("/admin/units")
    assert set(rows(answer)) == {"江城市", "云桥区", "松岭区"}
    answer = admin.get(f"/admin/units?under={tree['east'].id}")
    assert set(rows(answer)) == {"云桥区", "白塔街道", "桂花社区"}
    assert answer.page.find("nav", class_="crumb").find("a", text="江城市")


def test_units_are_found_by_part_of_a_name_or_code(admin, tree):
    make_unit("100%社区", parent=tree["street"], level="community")
    assert set(rows(admin.get("/admin/units?q=桂花"))) == {"桂花社区"}
    assert rows(admin.get("/admin/units?q=桂花"))["桂花社区"][0] == "江城市 › 云桥区 › 白塔街道 › 桂花社区"
    assert set(rows(admin.get("/admin/units?q=3700"))) == {"江城市"}
    assert set(rows(admin.get("/admin/units?q=%25"))) == {"100%社区"}
    assert "没有找到“没有的”" in admin.get("/admin/units?q=没有的").words


def test_unit_admins_see_their_subtree_and_change_nothing(sign_in, tree):
    client = sign_in(make_person("unit_admin", unit=tree["east"]))
    answer = client.get("/admin/units")
    assert set(rows(answer)) == {"云桥区", "白塔街道", "桂花社区"}
    assert not answer.page.one("main").find("a", text="修改")
    assert "没有找到" in client.get("/admin/units?q=松岭").words
    assert client.get(f"/admin/units?under={tree['west'].id}").status_code == 200
    assert "松岭区" not in client.get(f"/admin/units?under={tree['west'].id}").words
    for address in ("/admin/units/new", f"/admin/units/{tree['east'].id}"):
        assert client.get(address).status_code == 403
    assert client.post(f"/admin/units/{tree['east'].id}/deactivate").status_code == 403


def test_the_tree_as_services_give_it(tree):
    assert services.children(None) == [tree["city"]]
    assert services.children(tree["city"]) == [tree["east"], tree["west"]]
    assert services.ancestors(tree["community"]) == [tree["city"], tree["east"], tree["street"]]
    found = db.session.scalars(services.subtree(tree["east"].path)).all()
    assert set(found) == {tree["east"], tree["street"], tree["community"]}
    assert [option.label for option in services.options([tree["east"].path])] == [
        "云桥区",
        "\u3000白塔街道",
        "\u3000\u3000桂花社区",
    ]
    assert services.options([]) == []


# --- changing ---


def test_an_admin_adds_a_unit(admin, tree):
    form = admin.get(f"/admin/units/new?under={tree['street'].id}")
    assert form.page.one("select", name="level").find("option", selected="")["value"] == "community"
    answer = admin.submit(form, "/admin/units/new", name="  西门社区\u3000", code="370001001002", name_en="Ximen")
    assert answer.status_code == 303
    unit = db.session.scalar(select(Unit).where(Unit.name == "西门社区"))
    assert unit.path == f"{tree['street'].path}{unit.id}/"
    assert (unit.level, unit.code, unit.name_en) == ("community", "370001001002", "Ximen")
    assert db.session.scalar(select(AuditEntry.action)) == "unit.added"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "请填写名称"),
        ({"name": "桂花社区"}, "已经有“桂花社区”"),
        ({"name": "长" * 81}, "名称最多 80 个字"),
        ({"level": "city"}, "市不能放在街道下面"),
        ({"level": "planet"}, "请从列表中选择层级"),
        ({"parent_id": "424242"}, "请从列表中选择上级单位"),
        ({"code": "3700"}, "代码 3700 已经用在“江城市”上"),
    ],
)
def test_a_unit_that_does_not_fit_is_explained_and_kept_in_the_form(admin, tree, changes, words):
    form = admin.get(f"/admin/units/new?under={tree['street'].id}")
    answer = admin.submit(form, "/admin/units/new", **({"name": "新社区"} | changes))
    assert answer.status_code == 422
    assert words in answer.words
    assert answer.page.one("input", name="name")["value"] == changes.get("name", "新社区")


def test_a_unit_moves_with_everything_below(admin, tree):
    form = admin.get(f"/admin/units/{tree['street'].id}")
    offered = {option.get("value") for option in form.page.one("select", name="parent_id").find_all("option")}
    assert str(tree["street"].id) not in offered
    assert str(tree["community"].id) not in offered
    assert save(admin, form, tree["street"], parent_id=str(tree["west"].id)).status_code == 303
    assert tree["street"].path == f"{tree['west'].path}{tree['street'].id}/"
    assert tree["community"].path == f"{tree['street'].path}{tree['community'].id}/"
    entry = db.session.scalar(select(AuditEntry))
    assert entry.detail["changes"] == {"parent": ["云桥区", "松岭区"]}


def test_a_move_is_told(tree, stack):
    heard = []

    def hear(sender, unit, old_path):
        heard.append((unit, old_path, unit.path))

    stack.enter_context(unit_moved.connected_to(hear))
    street, old_path = tree["street"], tree["street"].path
    services.change_unit(street, 1, UnitValues("白塔街道", "subdistrict", tree["east"], code="9"))
    assert heard == []
    services.change_unit(street, 2, UnitValues("白塔街道", "subdistrict", tree["west"]))
    assert heard == [(street, old_path, f"{tree['west'].path}{street.id}/")]


def test_a_unit_cannot_move_below_itself(tree):
    with pytest.raises(UserError, match="它自己或它的下级"):
        services.change_unit(tree["east"], 1, UnitValues("云桥区", "district", tree["street"]))
    with pytest.raises(UserError, match="下面有街道“白塔街道”"):
        services.change_unit(tree["east"], 1, UnitValues("云桥区", "subdistrict", tree["city"]))


def test_paths_stay_true_after_many_moves(tree):
    street = tree["street"]
    for parent in (tree["west"], tree["city"], None, tree["east"]):
        assert services.change_unit(street, street.version, UnitValues(street.name, street.level, parent))
    for unit in db.session.scalars(select(Unit)):
        above = unit.parent.path if unit.parent else "/"
        assert unit.path == f"{above}{unit.id}/"


def test_two_admins_with_one_form_lose_nothing(admin, tree):
    unit = tree["community"]
    form = admin.get(f"/admin/units/{unit.id}")
    assert save(admin, form, unit, name="桂花苑社区").status_code == 303
    answer = save(admin, form, unit, name="金桂社区", code="77")
    assert answer.status_code == 409
    assert "桂花苑社区" in answer.words
    assert answer.page.one("input", name="name")["value"] == "金桂社区"
    db.session.refresh(unit)
    assert (unit.name, unit.code) == ("桂花苑社区", None)
    assert save(admin, answer, unit).status_code == 303
    db.session.refresh(unit)
    assert (unit.name, unit.code, unit.version) == ("金桂社区", "77", 3)


def test_saving_without_a_change_records_nothing(admin, tree):
    form = admin.get(f"/admin/units/{tree['city'].id}")
    assert save(admin, form, tree["city"]).status_code == 303
    assert tree["city"].version == 1
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_a_unit_in_use_stays(admin, tree):
    answer = admin.post(f"/admin/units/{tree['street'].id}/deactivate")
    assert answer.status_code == 409
    assert "“白塔街道”下面还有 1 个单位在用" in answer.words
    person = make_person(unit=tree["community"])
    answer = admin.post(f"/admin/units/{tree['community'].id}/deactivate")
    assert answer.status_code == 409
    assert "“桂花社区”还有 1 名在册人员" in answer.words
    person.is_active = False
    keeper = make_person("unit_admin", unit=tree["community"])
    keeper.unit = None
    assert "还有 1 位单位管理员管理“桂花社区”" in admin.post(f"/admin/units/{tree['community'].id}/deactivate").words
    keeper.roles.clear()
    assert admin.post(f"/admin/units/{tree['community'].id}/deactivate").status_code == 303
    assert "桂花社区" not in admin.get("/admin/units").words
    assert "桂花社区" in admin.get("/admin/units?retired=1").words


def test_a_closed_unit_opens_again_below_an_open_one_only(admin, tree):
    tree["community"].is_active = tree["street"].is_active = False
    answer = admin.post(f"/admin/units/{tree['community'].id}/reactivate")
    assert answer.status_code == 409
    assert "上级单位“白塔街道”已经停用" in answer.words
    assert admin.post(f"/admin/units/{tree['street'].id}/reactivate").status_code == 303
    assert admin.post(f"/admin/units/{tree['community'].id}/reactivate").status_code == 303


def test_units_that_do_not_exist(admin):
    for address in ("/admin/units/424242", "/admin/units/99999999999999999999"):
        assert admin.get(address).status_code == 404
    assert "还没有单位" in admin.get("/admin/units").words


@pytest.mark.parametrize("top", [True, False])
def test_the_database_refuses_two_siblings_of_one_name(tree, top):
    with pytest.raises(IntegrityError):
        make_unit("江城市" if top else "云桥区", parent=None if top else tree["city"])


# --- memberships ---


@pytest.fixture
def news(stack):
    """The memberships that `person_moved` told of."""
    heard = []

    def hear(sender, person, membership):
        heard.append((person, membership.unit_id))

    stack.enter_context(person_moved.connected_to(hear))
    return heard


def spans(person) -> list[tuple]:
    query = select(Membership.unit_id, Membership.post, Membership.started_on, Membership.ended_on)
    return [
        tuple(row) for row in db.session.execute(query.where(Membership.person_id == person.id).order_by(Membership.id))
    ]


def test_moving_closes_one_membership_and_opens_the_next(tree, news):
    person, first, second = make_person(), tree["community"], tree["west"]
    services.move_person(person, first, "grid_worker", date(2025, 1, 5))
    services.move_person(person, first, "secretary", date(2025, 6, 1))
    services.move_person(person, second, "secretary", date(2026, 3, 2))
    assert spans(person) == [
        (first.id, "grid_worker", date(2025, 1, 5), date(2025, 6, 1)),
        (first.id, "secretary", date(2025, 6, 1), date(2026, 3, 2)),
        (second.id, "secretary", date(2026, 3, 2), None),
    ]
    assert (person.unit_id, person.post) == (second.id, "secretary")
    assert news == [(person, first.id), (person, first.id), (person, second.id)]


def test_staying_put_changes_nothing(tree, news):
    person = make_person()
    services.move_person(person, tree["west"], "", date(2025, 1, 5))
    assert services.move_person(person, tree["west"], "", date(2025, 2, 5)) is None
    assert len(spans(person)) == 1
    assert len(news) == 1


def test_a_second_move_on_one_day_replaces_the_first(tree):
    person = make_person()
    for unit in (tree["west"], tree["community"]):
        services.move_person(person, unit, "", date(2025, 1, 5))
    assert spans(person) == [(tree["community"].id, "", date(2025, 1, 5), None)]


def test_one_may_belong_nowhere(tree, news):
    person = make_person()
    services.move_person(person, tree["west"], "", date(2025, 1, 5))
    assert services.move_person(person, None, "volunteer", date(2025, 2, 5)) is None
    assert spans(person) == [(tree["west"].id, "", date(2025, 1, 5), date(2025, 2, 5))]
    assert (person.unit_id, person.post) == (None, "volunteer")
    assert len(news) == 1


def test_nobody_moves_into_the_past_or_into_a_closed_unit(tree):
    person = make_person()
    services.move_person(person, tree["west"], "", date(2025, 1, 5))
    with pytest.raises(UserError, match="不能早于"):
        services.move_person(person, tree["community"], "", date(2024, 1, 5))
    tree["community"].is_active = False
    with pytest.raises(UserError, match="已经停用"):
        services.move_person(person, tree["community"], "", date(2025, 2, 5))
