"""Packages while they run: who may, from where, what their reports are worth, and what authors see."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import select

from academy.config import ConfigurationError, load_settings
from academy.db import db
from courses.learning.models import Enrolment, Evidence, LessonProgress, LessonWork
from courses.learning.services.pages import lesson_in
from tests.factories import make_course, make_enrolment, make_person
from tests.factories.packages import HERE, STARTER, manifest, package_lesson, zipped, zipped_folder
from tests.support import count_queries

CONTENT = "http://content.localhost"
WELL_FORMED = (
    '<!doctype html><html lang="zh"><head><title>一</title></head><body><main><h1>一</h1></main></body></html>'
)
PACKAGE = {
    "imsmanifest.xml": manifest(),
    "index.html": WELL_FORMED,
    "film.mp4": bytes(range(256)) * 40,
    "old.html": WELL_FORMED.replace("一", "中文"),
}


def buttons(page):
    return [button for button in page.find_all("button") if button.get("data-package-run")]


class Studying:
    """Somebody who studies a course with one package."""

    def __init__(self, sign_in, content=None, **values):
        self.author = make_person("instructor")
        self.course = make_course([package_lesson(content or zipped(PACKAGE), **values)], owner=self.author)
        self.person = make_person()
        make_enrolment(self.person, self.course)
        self.client = sign_in(self.person)
        self.address = f"/learn/{self.course.slug}/{self.lesson_id}"

    @property
    def lesson_id(self) -> int:
        return self.course.chapters[0].lessons[0].id

    def run_url(self, number=0) -> str:
        page = self.client.get(self.address).page
        return buttons(page)[number]["data-package-run"].removeprefix(CONTENT)

    def body(self, number=0):
        return self.client.get(self.run_url(number), base_url=CONTENT).page.one("body")

    def report(self, body, sequence=1, ended=False, sco="one", **written):
        values = {name.replace("__", "."): value for name, value in written.items()}
        sent = {"sco": sco, "sequence": sequence, "cmi": values, "ended": ended}
        return self.client.post(body["data-report-url"], base_url=CONTENT, json=sent)

    def progress(self) -> LessonProgress:
        return db.session.scalars(select(LessonProgress)).one()

    def work(self) -> LessonWork:
        return db.session.scalars(select(LessonWork)).one()


@pytest.fixture
def studying(app, sign_in):
    return Studying(sign_in)


def test_a_package_is_uploaded_in_the_lessons_editor(app, sign_in):
    author = make_person("instructor")
    course = make_course(
        [{"type": "scorm", "content": {"file_id": None, "scos": [], "least_minutes": 0}}], owner=author, published=False
    )
    client = sign_in(author)
    address = f"/studio/courses/{course.id}/lessons/{course.chapters[0].lessons[0].id}"
    form = client.get(address)
    bad = client.submit(form, action=address, package_upload=(io.BytesIO(zipped({"x.html": "x"})), "a.zip"))
    assert bad.status_code == 422 and "imsmanifest.xml" in bad.words
    good = client.submit(form, action=address, package_upload=(io.BytesIO(zipped(PACKAGE)), "a.zip"), least_minutes="5")
    assert good.status_code == 303
    content = db.session.get(type(course.chapters[0].lessons[0]), course.chapters[0].lessons[0].id).content
    assert content["version"] == "1.2" and content["least_minutes"] == 5 and content["sha256"]
    assert "SCORM 1.2" in client.get(good.location).words
    again = client.submit(client.get(good.location), action=address)
    assert again.status_code == 303


def test_a_package_runs_reports_and_resumes(studying, clock):
    body = studying.body()
    assert body["data-version"] == "1.2" and json.loads(body["data-values"])["cmi.core.entry"] == "ab-initio"
    clock.move(minutes=2)
    answer = studying.report(
        body,
        cmi__core__lesson_status="incomplete",
        cmi__core__lesson_location="3",
        cmi__suspend_data="记着",
        cmi__core__exit="suspend",
        cmi__core__session_time="00:01:30",
    )
    assert answer.status_code == 200 and answer.json == {"done": False, "said": ""}
    again = json.loads(studying.body()["data-values"])
    assert again["cmi.core.entry"] == "resume" and again["cmi.suspend_data"] == "记着"
    assert again["cmi.core.lesson_location"] == "3" and again["cmi.core.total_time"] == "0000:01:30.00"
    clock.move(minutes=1)
    body = studying.body()
    clock.move(minutes=1)
    answer = studying.report(body, ended=True, cmi__core__lesson_status="passed", cmi__core__score__raw="85")
    assert answer.json["done"]
    assert studying.progress().completed_at and db.session.scalars(select(Enrolment)).one().state == "completed"
    words = studying.client.get(studying.address).words
    assert "通过" in words and "85%" in words


def test_it_is_logged_as_a_claim_and_is_never_study_time(studying, clock):
    body = studying.body()
    clock.move(minutes=30)
    studying.report(body, cmi__core__lesson_status="completed", cmi__core__session_time="00:29:00")
    evidence = db.session.scalars(select(Evidence).where(Evidence.kind == "work")).one()
    assert evidence.credited["claimed_by"] == "package" and evidence.credited["completed"]
    assert evidence.study_seconds == 0 and studying.progress().study_seconds == 0


def test_steps_that_come_past_the_package_earn_nothing(studying):
    direct = {"sco": "one", "sequence": 1, "cmi": {"cmi.core.lesson_status": "passed"}, "ended": True}
    answer = studying.client.post(f"{studying.address}/work", json=direct)
    assert answer.status_code == 422 and "课件" in answer.json["error"]
    assert db.session.scalars(select(LessonWork)).all() == []


@pytest.mark.parametrize("completion, said, done", [
    ({"rule": "passed", "percent": 80}, {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "79"}, False),
    ({"rule": "passed", "percent": 80}, {"cmi.core.lesson_status": "passed", "cmi.core.score.raw": "80"}, True),
    ({"rule": "passed", "percent": 80}, {"cmi.core.lesson_status": "failed", "cmi.core.score.raw": "99"}, False),
    ({"rule": "passed", "percent": 80}, {"cmi.core.lesson_status": "passed"}, True),
    ({"rule": "completed"}, {"cmi.core.lesson_status": "failed"}, True),
    ({"rule": "completed"}, {"cmi.core.lesson_status": "browsed", "cmi.core.score.raw": "99"}, False),
])  # fmt: skip
def test_the_author_chooses_what_the_packages_word_is_worth(app, sign_in, completion, said, done):
    studying = Studying(sign_in, completion=completion)
    answer = studying.report(studying.body(), **{name.replace(".", "__"): value for name, value in said.items()})
    assert answer.json["done"] is done


def test_a_least_time_runs_by_the_servers_clock(app, sign_in, clock):
    studying = Studying(sign_in, least_minutes=3)
    body = studying.body()
    clock.move(minutes=1)
    early = studying.report(body, 1, cmi__core__lesson_status="completed", cmi__core__session_time="09:00:00")
    assert not early.json["done"] and "2 分钟" in early.json["said"]
    assert "2 分钟" in studying.client.get(studying.address).words
    clock.move(minutes=2)
    assert studying.report(body, 2, cmi__core__lesson_status="completed").json["done"]


def test_repeated_late_and_overtaken_reports_count_once(studying, clock):
    first = studying.body()
    studying.report(first, 5, cmi__core__lesson_location="5")
    assert studying.report(first, 4, cmi__core__lesson_location="4").status_code == 200
    assert studying.report(first, 5, cmi__core__lesson_location="9").status_code == 200
    clock.move(seconds=5)
    second = studying.body()
    assert json.loads(second["data-values"])["cmi.core.lesson_location"] == "5"
    studying.report(second, 1, cmi__core__lesson_location="6")
    overtaken = studying.report(first, 6, cmi__core__lesson_location="7")
    assert overtaken.status_code == 409
    assert studying.work().state["scos"]["one"]["values"]["cmi.core.lesson_location"] == "6"


@pytest.mark.parametrize(
    "sent",
    [
        [],
        1,
        "x",
        None,
        {},
        {"sco": "one"},
        {"sco": "other", "sequence": 1, "cmi": {}},
        {"sco": "one", "sequence": -1, "cmi": {}},
        {"sco": "one", "sequence": 1, "cmi": []},
    ],
)
def test_rubbish_is_refused_and_changes_nothing(studying, sent):
    answer = studying.client.post(studying.body()["data-report-url"], base_url=CONTENT, json=sent)
    assert answer.status_code in (400, 422)
    assert db.session.scalars(select(LessonWork)).all() == []


def test_a_huge_report_is_bounded(studying):
    body = studying.body()
    values = {
        "cmi.suspend_data": "x" * 70_000,
        "cmi.core.lesson_location": "2",
        **{f"cmi.interactions.{n}.id": "q" * 200 for n in range(900)},
    }
    answer = studying.client.post(
        body["data-report-url"], base_url=CONTENT, json={"sco": "one", "sequence": 1, "cmi": values}
    )
    assert answer.status_code == 200
    assert len(json.dumps(studying.work().state)) < 150_000 and studying.work().state["cut"]
    huge = json.dumps({"sco": "one", "sequence": 2, "cmi": {"cmi.suspend_data": "x" * 2_000_000}})
    assert (
        studying.client.post(
            body["data-report-url"], base_url=CONTENT, data=huge, content_type="application/json"
        ).status_code
        == 413
    )


def test_the_word_in_the_address_is_all_there_is(studying, clock, client):
    url = studying.run_url()
    stranger = client.get(url, base_url=CONTENT)
    assert stranger.status_code == 200 and "Set-Cookie" not in stranger.headers
    token = url.split("/")[2]
    forged = url.replace(token, token[:-2] + ("aa" if token[-2:] != "aa" else "bb"))
    assert client.get(forged, base_url=CONTENT).status_code == 403
    clock.move(hours=13)
    assert client.get(url, base_url=CONTENT).status_code == 403


def test_it_ends_with_the_sign_in(studying, client):
    url = studying.run_url()
    studying.person.session_key = "another"
    assert client.get(url, base_url=CONTENT).status_code == 403
    assert client.post(url.replace("run/0", "report"), base_url=CONTENT, json={}).status_code == 403


def test_the_two_origins_are_apart(studying, client):
    url = studying.run_url()
    client.strict_html = False
    assert client.get(url).status_code == 404
    for path in ("/sign-in", "/", studying.address, "/me", "/uploads"):
        assert studying.client.get(path, base_url=CONTENT).status_code in (404, 405), path
    policy = studying.client.get(studying.address).headers["Content-Security-Policy"]
    assert f"frame-src {CONTENT}" in policy
    assert "frame-src" not in studying.client.get("/me").headers["Content-Security-Policy"]


def test_files_are_sent_as_what_they_are(studying, client):
    body = studying.body()
    files = body["data-launch"].rsplit("/", 1)[0]
    page = client.get(body["data-launch"], base_url=CONTENT)
    assert page.status_code == 200 and page.content_type == "text/html; charset=utf-8"
    headers = page.headers
    assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"
    assert "form-action 'none'" in headers["Content-Security-Policy"] and "private" in headers["Cache-Control"]
    assert "frame-ancestors 'self' http://localhost" in headers["Content-Security-Policy"]
    part = client.get(f"{files}/film.mp4", base_url=CONTENT, headers={"Range": "bytes=5-9"})
    assert part.status_code == 206 and part.data == bytes([5, 6, 7, 8, 9]) and part.content_type == "video/mp4"
    client.strict_html = False
    for path in ("nothing.html", "imsmanifest.xml/../../x", "..%2f..%2fsecret_key", "%2e%2e/secret_key"):
        assert client.get(f"{files}/{path}", base_url=CONTENT).status_code == 404, path


def test_a_package_that_was_replaced_says_so(studying):
    body = studying.body()
    lesson = lesson_in(studying.course.current_version_id, studying.lesson_id)
    lesson.content = {**lesson.content, "sha256": "0" * 64}
    answer = studying.report(body, cmi__core__lesson_status="passed")
    assert answer.status_code == 409 and "换过" in answer.json["error"]


def test_a_package_of_several_parts_is_rolled_up(app, sign_in, clock):
    studying = Studying(sign_in, zipped_folder(HERE / "two-parts"))
    page = studying.client.get(studying.address).page
    assert [button["data-package-title"] for button in buttons(page)] == [
        "接起电话",
        "问一问",
        "一张图",
    ]
    assert studying.body(0)["data-launch"].endswith("/start.html?part=read")
    assert json.loads(studying.body(1)["data-values"])["cmi.scaled_passing_score"] == "0.6"
    assert studying.body(2)["data-reports"] == "false"
    for number, name in enumerate(["read", "quiz", "sheet"]):
        body = studying.body(number)
        clock.move(minutes=1)
        answer = studying.report(body, sco=name, cmi__completion_status="completed", cmi__score__scaled="0.7")
        assert answer.json["done"] is (name == "sheet")
    assert studying.client.get(studying.run_url(0).replace("run/0", "run/3"), base_url=CONTENT).status_code == 404


def test_authors_try_a_package_and_nothing_counts(app, sign_in):
    studying = Studying(sign_in)
    author = sign_in(studying.author)
    page = author.get(f"/studio/courses/{studying.course.id}/preview/{studying.lesson_id}").page
    url = buttons(page)[0]["data-package-run"].removeprefix(CONTENT)
    body = author.get(url, base_url=CONTENT).page.one("body")
    assert body["data-report-url"] == ""
    sent = {"sco": "one", "sequence": 1, "cmi": {"cmi.core.lesson_status": "passed"}}
    assert author.post(url.replace("run/0", "report"), base_url=CONTENT, json=sent).status_code == 400


def test_authors_see_what_packages_claim(studying, sign_in, clock):
    author = sign_in(studying.author)
    results = f"/studio/courses/{studying.course.id}/packages/{studying.lesson_id}"
    assert "还没有人" in author.get(results).words
    body = studying.body()
    clock.move(minutes=2)
    studying.report(
        body,
        cmi__core__lesson_status="failed",
        cmi__core__score__raw="40",
        cmi__core__session_time="00:01:05",
        cmi__interactions__0__id="lamp",
        cmi__interactions__0__student_response="<script>a</script>",
        cmi__interactions__0__result="wrong",
    )
    listed = author.get(results).words
    assert studying.person.name in listed and "未通过" in listed and "40%" in listed and "1 分 5 秒" in listed
    one = author.get(f"{results}/{studying.person.id}")
    assert "lamp" in one.words and "<script>a</script>" in one.words and "错" in one.words
    assert sign_in(make_person("instructor")).get(results).status_code == 403
    assert author.get(f"{results}/{studying.author.id}").status_code == 404
    assert studying.client.get(results).status_code == 403


def test_the_list_of_results_is_cheap(studying, sign_in):
    for _each in range(6):
        person = make_person()
        enrolment = make_enrolment(person, studying.course)
        studying.person = person
        studying.client = sign_in(person)
        studying.report(studying.body(), cmi__core__lesson_status="passed")
        assert enrolment.id
    author, address = sign_in(studying.author), f"/studio/courses/{studying.course.id}/packages/{studying.lesson_id}"
    with count_queries() as queries:
        author.get(address)
    queries.assert_at_most(7)


def test_a_lesson_with_a_package_is_as_cheap_as_any(studying):
    studying.report(studying.body(), cmi__core__lesson_status="incomplete")
    with count_queries() as queries:
        studying.client.get(studying.address)
    queries.assert_at_most(8)


def test_the_starters_package_is_taken_in(app, sign_in):
    studying = Studying(sign_in, zipped_folder(STARTER / "visit-preparation"))
    body = studying.body()
    assert json.loads(body["data-values"])["cmi.student_data.mastery_score"] == "70"


def test_a_server_without_a_place_for_packages_says_so(studying):
    away = "http://10.1.2.3:8000"
    studying.client.get(studying.address, base_url=away)
    login = studying.client.get(studying.address, base_url=away)
    assert login.status_code in (200, 302)


def test_the_place_for_packages_is_an_origin(tmp_path):
    env = {"ACADEMY_INSTANCE": str(tmp_path)}
    assert (
        load_settings({**env, "ACADEMY_CONTENT_ORIGIN": "https://content.example.cn/"}).content_origin
        == "https://content.example.cn"
    )
    for wrong in ("content.example.cn", "https://content.example.cn/path", "ftp://x", "https://x; script-src *"):
        with pytest.raises(ConfigurationError, match="ACADEMY_CONTENT_ORIGIN"):
            load_settings({**env, "ACADEMY_CONTENT_ORIGIN": wrong})
