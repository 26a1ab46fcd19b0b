"""An admin adds a unit and a person, and drills from the city to that person in the report; a unit admin sees a part."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from academy.accounts.models import Person
from academy.audit.models import AuditEntry
from academy.db import db
from courses.catalog.models import Course
from tests.browser.journeys import SOON, Tour, Words, button, inside, link, menu, press, sign_out, use
from tests.factories import make_completion, make_course
from tests.support.browsing import sign_in
from tests.support.server import RunningServer

FRESH_DEMO = True

OWN_PASSWORD = "xinqiao-2026-anjia"
COURSE = ("一小课", "A Small Course")
# From the city down, in both languages; the last is the unit that the admin adds.
DOWN = [("江城市", "Jiangcheng"), ("云桥区", "Yunqiao District"), ("白塔街道", "Baita Subdistrict")]
WAYS = [("zh", "desktop"), ("en", "phone")]
NEW_UNITS = {"zh": ("新桥社区", "Xinqiao Community"), "en": ("桥东社区", "Qiaodong Community")}
NAMES = {"zh": "孟小溪", "en": "Meng Xiaoxi"}


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The site with a course of two short texts."""
    with inside(server):
        make_course(slug="small", title=COURSE[0], title_en=COURSE[1])
    return server


def choose(page: Page, name: str, words: str) -> None:
    """Choose the entry of a list that holds these words, however far it is indented."""
    entry = page.locator(f"main [name={name}] option", has_text=words).first
    page.locator(f"main [name={name}]").select_option(entry.get_attribute("value"))


def add_unit(page: Page, say: Words, tour: Tour) -> None:
    menu(page, say("组织机构"))
    press(page, link(page, say("添加单位")))
    tour.look(page, press(page, button(page, say("添加"), exact=True)))
    choose(page, "parent_id", say.pick(*DOWN[-1]))
    page.locator("main [name=level]").select_option("community")
    for field, words in zip(("name", "name_en"), NEW_UNITS[say.locale], strict=True):
        page.locator(f"main [name={field}]").fill(words)
    press(page, button(page, say("添加"), exact=True))
    expect(page.locator("main")).to_contain_text(say.pick(*NEW_UNITS[say.locale]))
    tour.glance(page)


def add_person(page: Page, say: Words, tour: Tour, username: str) -> str:
    """Return the temporary password, which is shown once."""
    menu(page, say("人员"))
    press(page, link(page, say("添加人员")))
    page.locator("main [name=name]").fill(NAMES[say.locale])
    tour.look(page, press(page, button(page, say("添加"), exact=True)))
    page.locator("main [name=username]").fill(username)
    choose(page, "unit_id", say.pick(*NEW_UNITS[say.locale]))
    press(page, button(page, say("添加"), exact=True))
    tour.look(page)
    return page.locator("code.secret").inner_text()


def sign_in_for_the_first_time(page: Page, say: Words, tour: Tour, username: str, temporary: str) -> None:
    """One is led to a password of one's own, and to nothing else before."""
    sign_in(page, username, temporary)
    expect(page).to_have_url(re.compile("/me/password"))
    page.goto("/courses")
    expect(page).to_have_url(re.compile("/me/password"))
    tour.look(page)
    page.locator("[name=current]").fill(temporary)
    for field in ("new", "again"):
        page.locator(f"[name={field}]").fill("12345678")
    tour.look(page, press(page, button(page, say("保存新密码"))))
    page.locator("[name=current]").fill(temporary)
    for field in ("new", "again"):
        page.locator(f"[name={field}]").fill(OWN_PASSWORD)
    press(page, button(page, say("保存新密码")))
    expect(page).to_have_url(re.compile("/courses"))


def finish_course(server: RunningServer, username: str) -> None:
    with inside(server):
        person = db.session.scalars(select(Person).where(Person.username == username)).one()
        make_completion(person, db.session.scalars(select(Course).where(Course.slug == "small")).one())


def row_of(page: Page, name: str) -> Locator:
    return page.locator("table.bc tbody tr").filter(has=page.get_by_role("rowheader", name=name, exact=True))


def figures(row: Locator) -> list[int]:
    """Return completed and all of a line of the report."""
    return [int(number) for number in re.findall(r"\d+", row.locator(".q").inner_text())]


def drill(page: Page, say: Words, tour: Tour) -> None:
    """Walk down the tree; on each page the sum is what the line above said."""
    menu(page, say("结业情况"))
    tour.glance(page)
    for names in [*DOWN, NEW_UNITS[say.locale]]:
        row = row_of(page, say.pick(*names))
        promised = figures(row)
        press(page, row.get_by_role("link"))
        expect(page.locator("h1")).to_contain_text(say.pick(*names))
        tour.glance(page)
        if names in DOWN:
            assert figures(page.locator("table.bc tr.sum")) == promised
    expect(people_on(page)).to_have_count(1)
    expect(people_on(page)).to_contain_text(NAMES[say.locale])
    expect(people_on(page)).to_contain_text(say("已结业"))
    expect(page.locator(".kpi").first).to_contain_text("100")


def people_on(page: Page) -> Locator:
    return page.locator("section[aria-labelledby=people] tbody tr")


def download(page: Page, name: str) -> Path:
    with page.expect_download(timeout=SOON) as loading:
        button(page, name).click()
    return Path(loading.value.path())


def compare_exports(page: Page, say: Words) -> None:
    """At the subdistrict: what is exported is what the screen shows, in both formats."""
    press(page, page.get_by_role("navigation").get_by_role("link", name=say.pick(*DOWN[-1])))
    shown = [
        (row.get_by_role("rowheader").inner_text(), *figures(row)) for row in page.locator("table.bc tbody tr").all()
    ]
    names = [row.get_by_role("rowheader").inner_text() for row in people_on(page).all()]
    text = download(page, say("导出人员 CSV")).read_bytes()
    assert text.startswith(b"\xef\xbb\xbf"), "Excel needs the mark to read Chinese"
    table = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    start = next(number for number, row in enumerate(table) if row and row[0] == say("姓名"))
    assert [row[0] for row in table[start + 1 :]] == names
    book = openpyxl.load_workbook(io.BytesIO(download(page, say("导出 Excel")).read_bytes()))
    rows = list(book[say("单位")].values)
    start = next(number for number, row in enumerate(rows) if row[0] == say("单位") and row[1])
    assert [(row[0], int(row[2]), int(row[1])) for row in rows[start + 1 :]] == shown
    people = list(book[say("人员")].values)
    assert [row[0] for row in people[-len(names) :]] == names


def read_the_log(page: Page, say: Words, tour: Tour) -> None:
    menu(page, say("操作日志"))
    tour.glance(page)
    log = page.locator("table.log")
    unit, person, report = say.pick(*NEW_UNITS[say.locale]), NAMES[say.locale], say("结业情况")
    for sentence in ("添加了单位“%(subject)s”", "添加了人员“%(subject)s”", "导出了报表“%(subject)s”（%(format)s）"):
        start = say(sentence, subject="|", format="").split("|")[0]
        expect(log.get_by_text(start).first).to_be_visible()
    expect(log).to_contain_text(person)
    expect(log).to_contain_text(NEW_UNITS[say.locale][0] if unit else report)


@pytest.mark.parametrize(("locale", "width"), WAYS)
def test_an_admin_finds_the_person_just_finished(prepared, visitors, tmp_path, locale, width):
    say, page = Words(locale), visitors(width=width, locale=locale)
    with inside(prepared):
        names = tuple(db.session.scalars(select(Person.name)))
        typed = [text for detail in db.session.scalars(select(AuditEntry.detail)) for text in detail.values()]
    reasons = [text for text in typed if isinstance(text, str)]
    tour = Tour(tmp_path, say, names=(*names, *sorted(reasons, key=len, reverse=True), NAMES["zh"]))
    username = f"meng{locale}"
    sign_in(page, "admin", "manage2026")
    use(page, locale)
    add_unit(page, say, tour)
    temporary = add_person(page, say, tour, username)
    newcomer = visitors(width=width, locale=locale)
    sign_in_for_the_first_time(newcomer, say, tour, username, temporary)
    finish_course(prepared, username)
    drill(page, say, tour)
    compare_exports(page, say)
    read_the_log(page, say, tour)
    sign_out(page, say)
    tour.close()


def test_a_unit_admin_sees_the_own_part_only(prepared, visitors):
    page = visitors()
    sign_in(page, "unitadmin", "district2026")
    menu(page, "结业情况")
    expect(page.locator("h1")).to_contain_text("云桥区")
    expect(page.locator("main")).not_to_contain_text("松岭区")
    menu(page, "人员")
    units = page.locator("main [name=unit] option").all_inner_texts()
    assert any("白塔街道" in each for each in units)
    assert not any("松岭区" in each or "青石街道" in each for each in units)
    expect(page.locator(".roster")).not_to_contain_text("石桥社区")
    menu(page, "组织机构")
    expect(page.locator("main")).not_to_contain_text("松岭区")
    with inside(prepared):
        other = db.session.scalars(select(Person).where(Person.username == "hegh")).one()
        assert other.unit is not None
        paths = [f"/admin/people/{other.id}", f"/admin/reports/completion?unit={other.unit.id}"]
    for path in [*paths, "/admin/audit", "/studio"]:
        answer = page.goto(path)
        assert answer.status in (403, 404), f"{path} answers {answer.status}"


def test_wrong_passwords_lock_and_an_admin_unlocks(prepared, visitors):
    page = visitors()
    for left in (4, 3, 2, 1, 0):
        page.goto("/sign-in")
        page.locator("[name=login]").fill("hegh")
        page.locator("[name=password]").fill("not-the-password")
        response = press(page, button(page, "登录"))
        expect(page.locator("[name=login]")).to_have_value("hegh")
        expect(page.locator(".errsum")).to_contain_text(f"还可以再试 {left} 次" if left else "暂时不能登录")
        assert response.status == (422 if left else 429)
    admin = visitors()
    sign_in(admin, "admin", "manage2026")
    use(admin, "zh")
    admin.goto("/admin/people?q=hegh")
    expect(admin.locator(".roster")).to_contain_text("暂时锁定")
    press(admin, admin.locator(".roster th a"))
    press(admin, button(admin, "解除锁定"))
    expect(admin.locator("main")).not_to_contain_text("暂时锁定")
