"""A series of pictures on a phone and a wide screen, and audio that is really played."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.files.services import store_path
from tests.browser.journeys import PASSWORD, add_person, inside, wait_until
from tests.factories import make_course
from tests.support.browsing import assert_good, sign_in
from tests.support.server import RunningServer

TONE = Path(__file__).resolve().parents[1] / "fixtures" / "tone.mp3"


@pytest.fixture(scope="module")
def prepared(server: RunningServer) -> RunningServer:
    """The demo, with a short audio lesson and people to listen and look."""
    with inside(server):
        author = db.session.scalars(select(Person).where(Person.username == "instructor")).one()
        with tempfile.TemporaryDirectory() as folder:
            file = store_path(Path(shutil.copy(TONE, folder)), "tone.mp3", author, "audio")
        content = {"file_id": file.id, "duration_ms": file.fact("duration_ms"), "transcript": "一个长音，六秒。"}
        lesson = {
            "type": "audio",
            "content": content,
            "title": "听一听",
            "completion": {"rule": "listened", "percent": 50},
        }
        make_course([{**lesson, "title_en": "Listen"}], owner=author, slug="audio", title="音频课", title_en="Audio")
        for locale in ("zh", "en"):
            add_person(f"ears{locale}", name="罗小满", locale=locale)
    return server


def join(page, slug: str) -> None:
    page.goto(f"/courses/{slug}")
    page.locator("form[action$='/enrol'] button").first.click()


@pytest.mark.parametrize(("locale", "width"), [("zh", "desktop"), ("en", "phone")])
def test_audio_counts_what_is_played(prepared, visitors, locale, width):
    page = visitors(width=width, locale=locale)
    sign_in(page, f"ears{locale}", PASSWORD)
    join(page, "audio")
    expect(page.locator(".player.audio .plyr")).to_be_visible()
    assert_good(page)
    page.locator(".plyr__controls [data-plyr=play]").press("Enter")
    wait_until(page, "document.querySelector('audio').currentTime > 4")
    page.locator(".plyr__controls [data-plyr=play]").press("Enter")
    expect(page.locator("main[data-done], main .note.ok:not([hidden])").first).to_be_visible()


@pytest.mark.parametrize(("locale", "width"), [("zh", "phone"), ("en", "desktop")])
def test_pictures_are_looked_through(prepared, visitors, locale, width):
    page = visitors(width=width, locale=locale)
    sign_in(page, f"ears{locale}", PASSWORD)
    join(page, "home-visits")
    page.goto("/courses/home-visits")
    name = "一眼看懂：入户走访六步" if locale == "zh" else "At a Glance: A Home Visit in Six Steps"
    page.goto(page.locator("a", has_text=name).first.get_attribute("href") or "")
    assert page.locator(".pictures img").count() == 6
    assert_good(page)
    if width == "phone":
        for number in range(2, 7):
            page.locator("[data-pictures-step='1']").click()
            expect(page.locator("[data-pictures-place]")).to_contain_text(str(number))
        expect(page.locator("[data-pictures-step='1']")).to_be_disabled()
        page.locator("[data-pictures-list]").press("ArrowLeft")
        expect(page.locator("[data-pictures-place]")).to_contain_text("5")
    else:
        expect(page.locator("[data-pictures-bar]")).to_be_hidden()


def test_an_author_sees_the_places_of_a_series(prepared, visitors):
    page = visitors()
    sign_in(page, "instructor", "teach2026")
    page.goto("/studio")
    page.get_by_role("link", name="入户走访").first.click()
    page.get_by_role("link", name="一眼看懂：入户走访六步").first.click()
    expect(page.locator(".picture-slot details[open]")).to_have_count(1)
    expect(page.locator(".picture-now")).to_have_count(6)
    assert_good(page)
