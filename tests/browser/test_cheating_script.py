"""A script that claims what nobody has watched is credited no more than the time that passed, at double speed."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.wire import Wire

COURSE = "consultation"
MAX_SPEED = 2
# The opening is noted a moment before its answer arrives here.
SLACK_MS = 500


@pytest.fixture
def wire(server):
    wire = Wire(server.url)
    wire.sign_in("unitadmin", "district2026")
    assert wire.post(f"/courses/{COURSE}/enrol").status == 303
    return wire


@pytest.fixture
def film(wire):
    """The address of a lesson with a film, and the film's length in milliseconds."""
    contents = wire.get(f"/courses/{COURSE}").page
    for link in contents.find_all("a"):
        if (address := link.get("href", "") or "").startswith(f"/learn/{COURSE}/"):
            player = wire.get(address).page.find(data_player="")
            if player is not None:
                return address, int(player["data-duration-ms"])
    raise AssertionError("the course has no film")


def opening(wire: Wire, lesson: str) -> str:
    answer = wire.post_json(f"{lesson}/open", {})
    assert answer.status == 200, answer.text
    return answer.data["session"]


def everything(session: str, number: int, length: int) -> dict:
    """A report that claims the whole film at once."""
    return {"session": session, "sequence": number, "segments": [[0, length]], "position": length, "played": length}


def watched(state: dict) -> int:
    return sum(end - start for start, end in state["covered"])


def test_claiming_the_whole_film_earns_the_time_that_passed(wire, film):
    lesson, length = film
    before = watched(wire.post_json(f"{lesson}/open", {}).data)
    started = time.monotonic()
    sessions = [opening(wire, lesson) for _tab in range(4)]
    states = []

    def attack(session: str) -> None:
        for number in range(1, 13):
            got = wire.post_json(f"{lesson}/watched", everything(session, number, length))
            assert got.status == 200 or got.data["code"] == "other_player", got.text
            if got.status == 200:
                states.append(got.data)
            time.sleep(0.05)

    with ThreadPoolExecutor(len(sessions)) as pool:
        list(pool.map(attack, sessions))
    passed_ms = (time.monotonic() - started) * 1000

    # In real time there would be about as much again; each state tells all that is credited, whatever the tab.
    assert max(map(watched, states)) - before <= MAX_SPEED * passed_ms + SLACK_MS
    assert not states[-1]["done"]
    assert watched(wire.post_json(f"{lesson}/open", {}).data) - before <= MAX_SPEED * passed_ms + SLACK_MS


def test_a_replayed_report_earns_nothing(wire, film):
    lesson, length = film
    session = opening(wire, lesson)
    assert wire.post_json(f"{lesson}/take-over", {"session": session}).status == 200
    time.sleep(0.5)
    first = wire.post_json(f"{lesson}/watched", everything(session, 1, length)).data
    time.sleep(0.5)
    again = [wire.post_json(f"{lesson}/watched", everything(session, 1, length)).data for _time in range(5)]
    assert [each["credited"] for each in again] == [0] * 5
    assert {watched(each) for each in again} == {watched(first)}


def test_a_forged_opening_is_refused(wire, film):
    lesson, length = film
    before = watched(wire.post_json(f"{lesson}/open", {}).data)
    assert wire.post_json(f"{lesson}/watched", everything("forged", 1, length)).status in (403, 409)
    assert wire.post_json(f"{lesson}/watched", {"session": "forged", "segments": "all"}).status == 400
    assert watched(wire.post_json(f"{lesson}/open", {}).data) == before
