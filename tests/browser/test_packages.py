"""Packages of SCORM in a real browser: they run, report and resume; a hostile one reaches nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.factories.packages import HERE, manifest, zipped, zipped_folder
from tests.support.browsing import assert_good, sign_in
from tests.support.server import HOME, environment

HOSTILE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>坏课件</title><h1>坏课件</h1><ul id="got"></ul>
<iframe name="sink" title="sink"></iframe><form id="f" method="post" target="sink"><input name="theme" value="dark"></form>
<script>
var got = {};
function tried(name, act) { try { var value = act(); got[name] = value === undefined ? "ran" : String(value); } catch (e) { got[name] = "refused"; } }
var home = "http://127.0.0.1:" + location.port;
tried("top document", function () { return top.document.title; });
tried("grandparent", function () { return parent.parent.document.body.innerHTML; });
tried("token", function () { return parent.parent.document.querySelector("meta[name=csrf-token]").content; });
tried("cookies", function () { return document.cookie || "none"; });
tried("parent cookies", function () { return parent.document.cookie || "none"; });
tried("top navigation", function () { top.location = "/sign-out"; });
tried("form", function () { var f = document.getElementById("f"); f.action = home + "/preferences"; f.submit(); });
tried("frame", function () { var f = document.createElement("iframe"); f.id = "spy"; f.src = home + "/me"; document.body.appendChild(f); });
tried("worker", function () { navigator.serviceWorker.register("worker.js").then(function () { got.service = "ran"; }, function () { got.service = "refused"; }); });
["x", 1, null, [], {package: "saved"}, {package: "ended", next: true}, {package: "__proto__"}, {package: "constructor"}, {package: {}},
 {messageId: "1", method: "LMSFinish"}].forEach(function (rubbish) { parent.parent.postMessage(rubbish, "*"); });
function ask(name, url, how) { fetch(url, how).then(function (r) { return r.text().then(function (t) { got[name] = "read " + r.status + (r.type || ""); }); }, function () { got[name] = "refused"; }); }
ask("me", home + "/me", {credentials: "include"});
ask("own page", "/me", {credentials: "include"});
ask("progress", home + "/learn/x/1/done", {method: "POST", credentials: "include", mode: "no-cors"});
ask("elsewhere", "https://elsewhere.example/", {});
window.got = got;
</script>"""

MAKE = """
import sys
sys.path.insert(0, {home!r})
from pathlib import Path
from sqlalchemy import select
from app import create_app
from academy.accounts.models import Person
from academy.db import db
from tests.factories import make_course, make_enrolment
from tests.factories.packages import package_lesson
with create_app().test_request_context():
    people = {{person.username: person for person in db.session.scalars(select(Person))}}
    for name in {names!r}:
        lesson = package_lesson(Path({folder!r}, name + ".zip").read_bytes())
        make_enrolment(people["trainee"], make_course([lesson], owner=people["instructor"], slug=name, title=name))
    db.session.commit()
"""


@pytest.fixture(scope="module")
def packages(server, tmp_path_factory):
    """Three courses with a package each, besides the demo."""
    folder = tmp_path_factory.mktemp("packages")
    (folder / "two-parts.zip").write_bytes(zipped_folder(HERE / "two-parts"))
    (folder / "hostile.zip").write_bytes(
        zipped({"imsmanifest.xml": manifest(), "index.html": HOSTILE, "worker.js": ""})
    )
    code = MAKE.format(home=str(HOME), names=["two-parts", "hostile"], folder=str(folder))
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=HOME, env={**os.environ, **environment(server.instance)}
    )
    return server


def lesson_of(page, slug: str) -> None:
    page.goto(f"/learn/{slug}")
    page.wait_for_selector("[data-package]")


@pytest.fixture
def trainee(packages, visitors):
    page = visitors()
    page.expect_trouble(f"asks another site: http://content.localhost:{packages.port}/")
    sign_in(page, "trainee", "study2026")
    return page


def inside(page):
    return page.frame_locator("[data-package-stage] iframe").frame_locator("#content")


def test_the_starters_package_runs_reports_and_resumes(packages, trainee):
    page = trainee
    page.goto("/courses/home-visits")
    page.get_by_role("button", name="加入").first.click()
    page.goto("/courses/home-visits")
    page.get_by_role("link", name="练一练：上门走访前的准备").first.click()
    page.wait_for_selector("[data-package]")
    assert_good(page)
    page.get_by_role("button", name="打开课件").click()
    content = inside(page)
    content.get_by_role("button", name="下一页").click()
    content.get_by_label("问清楚报修到了哪一步").check()
    content.get_by_label("上次走访卡上记的事").check()
    content.get_by_role("button", name="看看对不对").click()
    content.get_by_text("带着答复上门").wait_for()
    page.get_by_role("button", name="关上课件").click()
    page.get_by_text("学习中").first.wait_for()
    page.reload()
    page.get_by_role("button", name="接着学").click()
    content.get_by_text("带着答复上门").wait_for()  # where it was left, with the answers given
    content.get_by_role("button", name="下一页").click()
    for name in ("工作证", "空白走访卡", "充满电的手机", "一次性鞋套", "写着姓名"):
        content.get_by_role("checkbox", name=name).check()
    for last in ("先留言条或打电话", "大声报姓名再敲"):
        content.get_by_role("button", name="看看对不对").click()
        content.get_by_role("button", name="下一页").click()
        content.get_by_role("radio", name=last).check()
        content.get_by_role("radio", name={"先": "201 室：老人", "大": "您好，我是社区的小李"}[last[0]]).check()
    content.get_by_role("button", name="看看对不对").click()
    content.get_by_role("button", name="下一页").click()
    content.get_by_text("100", exact=True).wait_for()
    page.get_by_text("这一节学完了").first.wait_for()
    page.get_by_role("button", name="关上课件").click()
    page.locator("[data-package-results]").get_by_text("通过").wait_for()
    assert "100%" in page.locator("[data-package-results]").inner_text()


def test_a_package_with_frames_of_its_own_runs(packages, trainee):
    page = trainee
    lesson_of(page, "two-parts")
    page.get_by_role("button", name="接起电话").click()
    content = inside(page)
    content.get_by_text("||ab-initio").wait_for()
    content.frame_locator("iframe").get_by_role("button", name="读完了").click()
    page.get_by_text("1 / 3").wait_for()
    page.goto("/")  # walks away without closing
    lesson_of(page, "two-parts")
    page.get_by_role("button", name="接起电话").click()
    content.get_by_text("read|值班记录|resume").wait_for()
    page.get_by_role("button", name="问一问").click()
    content.frame_locator("iframe").get_by_role("button", name="问地址").click()
    page.locator(".package-row", has_text="问一问").get_by_text("80%").wait_for()
    page.get_by_role("button", name="一张图").click()
    page.get_by_text("3 / 3").wait_for()
    page.get_by_text("这一节学完了").first.wait_for()


def test_a_hostile_package_reaches_nothing(packages, trainee):
    page = trainee
    for trouble in ("console:", "asks another site", "script error", "404 for GET http://content.localhost"):
        page.expect_trouble(trouble)
    lesson_of(page, "hostile")
    address, cookies = page.url, page.context.cookies()
    theme = page.locator("html").get_attribute("data-theme")
    page.get_by_role("button", name="打开课件").click()
    inside(page).get_by_role("heading", name="坏课件").wait_for()
    page.wait_for_timeout(1500)
    frame = next(frame for frame in page.frames if "/files/index.html" in frame.url)
    got = frame.evaluate("window.got")
    refused = {"top document", "grandparent", "token", "top navigation", "service", "me", "progress", "elsewhere"}
    assert {name: got.get(name) for name in refused} == dict.fromkeys(refused, "refused")
    assert got["cookies"] == got["parent cookies"] == "none"
    assert got["own page"] == "read 404basic"
    assert all("/me" not in each.url for each in page.frames)
    assert page.url == address
    assert [each["value"] for each in page.context.cookies() if each["name"] == "session"] == [
        each["value"] for each in cookies if each["name"] == "session"
    ]
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == theme
    assert "未开始" in page.locator("[data-package-results]").inner_text()
    assert page.locator("[data-package-stage] iframe").count() == 0


def test_an_author_reads_what_was_reported(packages, visitors):
    page = visitors(width="phone")
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio")
    page.get_by_role("link", name="two-parts").first.click()
    page.get_by_role("link", name="1.1").first.click()
    page.get_by_role("link", name="看学员的成绩").click()
    page.get_by_role("table").wait_for()
    assert_good(page)
    page.get_by_role("table").get_by_role("link").first.click()
    page.get_by_text("先问哪一句？").wait_for()
    assert_good(page)
