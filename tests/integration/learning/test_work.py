"""Lessons that one works through: the drill and the reflection, as forms, in the studio's preview, and what authors read of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from academy.db import db
from courses.learning.models import Evidence, LessonWork
from courses.learning.services.recompute import recompute
from tests.factories import make_course, make_person
from tests.integration.learning.helpers import make_student
from tests.support import count_queries
from tests.unit.test_scenario import SMALL

REFLECTION = "值班台上的电话表要经常核对，昨天我逐个拨了一遍，有三个已经打不通，今天就换上新的，再请一位同事下个月核对一次，写进值班日志。"


def scenario(**values):
    return {"type": "scenario", "content": {"text": SMALL, "text_en": ""}, "title": "演练", **values}


def link(**values):
    content = {"url": "https://www.example.org/a?b=1", "about": "看第二段", "question": "", "least": 20, "most": 100}
    return {"type": "link", "content": content, "title": "看网页", **values}


@pytest.fixture
def author(app):
    return make_person("instructor")


@pytest.fixture
def student(sign_in, author):
    return make_student(sign_in, make_course([scenario(), link()], owner=author))


def page_of(student, place=0):
    return student.client.get(f"/learn/{student.slug}/{student.lesson_ids[place]}")


def choose(student, text, answer=None):
    """Press the button of a choice on the page."""
    answer = answer or page_of(student)
    form = next(each for each in answer.page.find_all("form") if each["action"].endswith("/work"))
    data = {node["name"]: node["value"] for node in form.find_all("input")}
    button = form.find("button", text=text)
    return student.client.post(form["action"], data={**data, button["name"]: button["value"]})


def test_a_drill_is_played_with_forms_to_its_debrief(student):
    shown = page_of(student)
    assert "铃响了" in shown.words and "问清了" not in shown.words and "最佳" not in shown.words
    answer = choose(student, "先挂")
    assert answer.status_code == 303 and answer.location.endswith("#work")
    shown = page_of(student)
    assert "没有问清" in shown.words and "先人后事" not in shown.words
    choose(student, "再问")
    shown = page_of(student)
    assert "复盘" in shown.words and "更好的选择：先问" in shown.words and "先人后事" in shown.words
    assert "学完了" in shown.words and student.progress().completed_at is not None
    entries = db.session.scalars(select(Evidence).where(Evidence.kind == "work").order_by(Evidence.id)).all()
    assert [entry.credited["choice"] for entry in entries] == [2, 1] and entries[1].credited["kind"] == "good"
    assert list(recompute(mend=False)) == []


def test_back_is_not_possible_inside_a_run(student):
    first = page_of(student)
    choose(student, "先挂", first)
    late = choose(student, "先问", first)
    assert late.status_code == 409 and "另一个页面" in late.words and "又是他" in late.words
    assert db.session.scalar(select(LessonWork.revision)) == 1


@pytest.mark.parametrize("choice", ["7", "-1", "x", "", "0" * 2000])
def test_a_choice_that_is_none_is_refused_and_counts_nothing(student, choice):
    answer = student.client.post(student.url(0, "work"), data={"choice": choice})
    assert answer.status_code == 422 and "请从列出的做法里选一个" in answer.words
    assert student.progress() is None or student.progress().share_num == 0


def test_finishing_cannot_be_claimed(student):
    for values in ({"path": [0]}, {"runs": 1, "choice": None}, {"share": 1, "done": True}, {"again": True}):
        assert student.client.post(student.url(0, "work"), json=values).status_code in (409, 422)
    assert student.progress() is None or student.progress().completed_at is None


def test_the_rule_of_points_asks_for_another_run(sign_in, author):
    student = make_student(sign_in, make_course([scenario(completion={"rule": "points", "percent": 80})], owner=author))
    choose(student, "先挂")
    choose(student, "再问")
    assert student.progress().completed_at is None and "还要有一次得分达到 80%" in page_of(student).words
    choose(student, "再来一次")
    choose(student, "先问")
    assert student.progress().completed_at is not None


def test_a_reflection_is_kept_when_it_is_refused_and_may_be_revised(student):
    shown = page_of(student, 1)
    out = shown.page.one("a", text="打开网页")
    assert out["rel"] == "noopener noreferrer" and out["target"] == "_blank" and "www.example.org" in shown.words
    url = student.url(1, "work")
    refused = student.client.post(url, data={"text": "太短了\n<b>", "revision": "0"})
    assert refused.status_code == 422 and "还差" in refused.words
    assert refused.page.one("textarea").raw_text.lstrip("\r\n") == "太短了\n<b>"
    assert student.client.post(url, data={"text": REFLECTION, "revision": "0"}).status_code == 303
    assert student.progress(1).completed_at is not None
    assert student.client.post(url, data={"text": "好" * 101, "revision": "1"}).status_code == 422
    assert student.client.post(url, data={"text": "好" * 100, "revision": "1"}).status_code == 303
    assert "好" * 100 in page_of(student, 1).page.one("textarea").raw_text


def test_authors_read_what_was_handed_in_and_others_do_not(student, sign_in, author):
    student.client.post(student.url(1, "work"), data={"text": f"={REFLECTION}"})
    course = student.enrolment.course
    address = f"/studio/courses/{course.id}/lessons/{student.lesson_ids[1]}/work"
    client = sign_in(author)
    with count_queries() as queries:
        shown = client.get(address)
    queries.assert_at_most(8)
    assert REFLECTION in shown.words and student.enrolment.version is not None
    table = client.get(f"{address}.csv")
    assert table.data.decode().startswith("\ufeff") and f"'={REFLECTION}" in table.data.decode()
    assert sign_in(make_person("instructor")).get(address).status_code == 403
    assert sign_in(make_person()).get(address).status_code == 403
    assert client.get(f"/studio/courses/{course.id}/lessons/999999/work").status_code == 404


def test_a_page_of_a_drill_asks_little(student):
    choose(student, "先挂")
    with count_queries() as queries:
        page_of(student)
    queries.assert_at_most(9)


# ---- the studio's preview ----


def step(client, answer, text):
    form = next(each for each in answer.page.find_all("form") if each["action"].endswith("/work"))
    data = {node["name"]: node["value"] for node in form.find_all("input")}
    button = form.find("button", text=text)
    return client.post(form["action"], data={**data, button["name"]: button["value"]})


def test_an_author_plays_the_draft_and_nothing_is_stored(sign_in, author):
    course = make_course([scenario()], owner=author, published=False)
    lesson = course.chapters[0].lessons[0]
    client = sign_in(author)
    first = client.get(f"/studio/courses/{course.id}/preview/{lesson.id}")
    second = step(client, first, "先挂")
    assert second.status_code == 200 and "又是他" in second.words
    third = step(client, second, "不接")
    assert "电话要接" in third.words and "更好的选择" in third.words
    assert "铃响了" in step(client, third, "再来一次").words
    assert db.session.scalar(select(LessonWork.progress_id)) is None
    address = f"/studio/courses/{course.id}/preview/{lesson.id}/work"
    forged = client.post(address, data={"token": "eyJ9.x", "choice": "0"})
    assert forged.status_code == 200 and "都好" in forged.words, "a false token begins anew"
    assert client.post(address, data={"choice": "9"}).status_code == 422
    assert sign_in(make_person("instructor")).post(address, data={"choice": "0"}).status_code == 403


def test_a_draft_with_mistakes_says_so_and_is_kept(sign_in, author):
    course = make_course([{"type": "scenario", "content": {"text": "", "text_en": ""}}], owner=author, published=False)
    lesson = course.chapters[0].lessons[0]
    client = sign_in(author)
    address = f"/studio/courses/{course.id}/lessons/{lesson.id}"
    broken = SMALL.replace("→ 2", "→ 九", 1)
    saved = client.submit(client.get(address), action=address, title="演练", text=broken)
    assert saved.status_code == 303
    shown = client.get(address)
    assert (
        "第 6 行：没有代号是“九”的场景" in shown.words
        and broken.strip() in shown.page.one("textarea", name="text").raw_text
    )
    assert "第 6 行" in client.get(f"/studio/courses/{course.id}/preview/{lesson.id}").words
    client.submit(client.get(address), action=address, title="演练", text=SMALL)
    shown = client.get(address)
    assert "剧本走得通：4 个场景，其中 2 个结局" in shown.words and shown.page.one("svg", width="390")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("www.gov.cn/a", "https://www.gov.cn/a"),
        (" https://例子.中国/路?x=1#y ", "https://例子.中国/路?x=1#y"),
        ("http://www.gov.cn", None),
        ("javascript:alert(1)", None),
        ("https://user:pw@www.gov.cn/", None),
        ("https://gov", None),
        ("https://a b.cn", None),
        ("https://[::1", None),
        ("//", None),
    ],
)
def test_only_safe_addresses_are_taken(sign_in, author, typed, kept):
    course = make_course([link()], owner=author, published=False)
    lesson = course.chapters[0].lessons[0]
    client = sign_in(author)
    address = f"/studio/courses/{course.id}/lessons/{lesson.id}"
    answer = client.submit(client.get(address), action=address, url=typed)
    assert answer.status_code == (303 if kept else 422)
    db.session.expire_all()
    assert lesson.content["url"] == (kept or "https://www.example.org/a?b=1")
    if not kept:
        assert answer.page.one("input", name="url")["value"] == typed.strip()
