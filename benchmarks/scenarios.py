"""What is asked: each scenario is a list of equal requests, made afresh for every round."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from benchmarks.visitor import Answer, Ask, Http, Visitor
from benchmarks.world import World
from tests.support.html import Node, parse

MILLISECONDS_PER_BEAT = 100


@dataclass
class Scenario:
    """A kind of request.

    requests: makes those of one round; layout: of the bare page it is compared with; ratio, queries: the aims, None where
    there is none; after: is shown the answers of a round.
    """

    key: str
    name: str
    requests: Callable[[], list[Ask]]
    ratio: float | None = None
    queries: int | None = None
    layout: str = "trainee"
    visitor: str = "reader"
    after: Callable[[list[Answer]], None] = field(default=lambda answers: None)


def page(world: World, key: str, name: str, path: str, times: int = 30, **values: Any) -> Scenario:
    """Return a scenario that opens one page many times."""
    visitor: Visitor = getattr(world, values.get("visitor", "reader"))
    return Scenario(key, name, lambda: [Ask(visitor, path)] * times, **values)


def pages(world: World) -> list[Scenario]:
    """Return the pages that are only looked at."""
    lessons = world.lessons
    found = [
        page(world, "home", "home", "/", ratio=2.5, queries=8),
        page(world, "catalogue", "catalogue", "/courses"),
        page(world, "course", "course", f"/courses/{world.slug}"),
        page(world, "lesson-text", "lesson: text", lessons["text"], ratio=2.5, queries=8),
        page(world, "lesson-video", "lesson: video", lessons["video"], ratio=2.5, queries=8),
        page(world, "lesson-quiz", "lesson: quiz", lessons["quiz"], ratio=2.5, queries=8),
        page(world, "reader", "reader chapter", world.chapter),
    ]
    report = page(world, "report", "report", "/admin/reports/completion", 20, layout="console", visitor="admin")
    return [*found, report]


def entering(world: World, http: Http) -> list[Scenario]:
    """Return the sign-in: its page, and the password check, which is slow on purpose."""
    guest = Visitor()
    form = parse(http.send(Ask(guest, "/sign-in")).text).find("input", name="csrf_token")
    guest.csrf = form["value"] if form else ""
    filled = {"login": world.username, "password": world.password, "csrf_token": guest.csrf}
    enter = Ask(guest, "/sign-in", form=filled, expect=303, keep_cookies=False)
    return [
        Scenario("sign-in-page", "sign-in: page", lambda: [Ask(Visitor(), "/sign-in")] * 30, layout="bare"),
        Scenario("sign-in", "sign-in: password", lambda: [enter] * 8, layout="bare"),
    ]


class Sitting:
    """All learners sit the same quiz: they start it, answer two questions, look at one, and hand in."""

    def __init__(self, world: World) -> None:
        self.learners = world.learners
        self.lesson = world.lessons["quiz"]
        self.tokens: list[str] = []
        self.answers: list[Filled] = []

    def scenarios(self) -> list[Scenario]:
        """Return them in the order in which they have to be run."""
        return [
            Scenario("quiz-start", "quiz: start", self.start, after=self.started),
            Scenario("quiz-question", "quiz: question", self.look, after=self.looked, layout="bare"),
            Scenario("quiz-save", "quiz: save an answer", self.save, ratio=1.0),
            Scenario("quiz-finish", "quiz: finish", self.finish),
        ]

    def start(self) -> list[Ask]:
        return [Ask(learner, f"{self.lesson}/quiz", form={}, expect=303) for learner in self.learners]

    def started(self, answers: list[Answer]) -> None:
        self.tokens = [answer.headers["location"].rsplit("/", 1)[-1] for answer in answers]

    def look(self) -> list[Ask]:
        return [Ask(learner, f"/attempts/{token}") for learner, token in zip(self.learners, self.tokens, strict=True)]

    def looked(self, answers: list[Answer]) -> None:
        self.answers = [filled_in(parse(answer.text)) for answer in answers]

    def save(self) -> list[Ask]:
        """Answer as the page's script does: the form as it is, and JSON is asked for in return."""
        return [
            AskJson(learner, each.address, form=each.values, ticket=each.ticket)
            for _again in range(2)
            for learner, each in zip(self.learners, self.answers, strict=True)
        ]

    def finish(self) -> list[Ask]:
        return [
            Ask(learner, f"/attempts/{token}/submit", form={}, expect=303)
            for learner, token in zip(self.learners, self.tokens, strict=True)
        ]


@dataclass(frozen=True)
class AskJson(Ask):
    """A form sent by a script that reads JSON, with the ticket of its page."""

    ticket: str = ""

    def headers(self) -> dict[str, str]:
        """Return what the script sends along."""
        return {**super().headers(), "Accept": "application/json", "X-Ticket": self.ticket}


@dataclass(frozen=True)
class Filled:
    """The answer form of a quiz page once something is answered: where the script sends it, and what it holds."""

    address: str
    ticket: str
    values: dict[str, Any]


def filled_in(page: Node) -> Filled:
    """Fill in the answer form of a quiz page."""
    form = page.find("form", id="answer-form")
    if form is None:
        raise RuntimeError("the page of a quiz has no answer form")
    values: dict[str, Any] = {}
    for control in form.find_all("input"):
        name, kind = control.get("name"), control.get("type", "text")
        if name and (kind not in {"radio", "checkbox"} or name not in values) and name != "flagged":
            values[name] = control.get("value") or "好"
    position = form["action"].rsplit("/", 1)[-1]
    return Filled(f"{form['data-save'].rsplit('/', 1)[0]}/{position}", form["data-ticket"], values)


class Watching:
    """All learners watch the same film and report every few seconds."""

    def __init__(self, world: World, http: Http) -> None:
        self.lesson = world.lessons["video"]
        self.learners = world.learners
        openings = [http.send(Ask(learner, f"{self.lesson}/open", json={})) for learner in self.learners]
        self.sessions = [json.loads(answer.body)["session"] for answer in openings]
        self.beats = count(1)

    def scenarios(self) -> list[Scenario]:
        return [Scenario("heartbeat", "heartbeat", self.watch, ratio=0.8)]

    def watch(self) -> list[Ask]:
        """Return two reports of each learner, in which a little more of the film is played."""
        return [
            Ask(learner, f"{self.lesson}/watched", json=report(session, number))
            for number in (next(self.beats), next(self.beats))
            for learner, session in zip(self.learners, self.sessions, strict=True)
        ]


def report(session: str, number: int) -> dict[str, Any]:
    """Return what a player says when it has played the `number`th piece."""
    start, end = (number - 1) * MILLISECONDS_PER_BEAT, number * MILLISECONDS_PER_BEAT
    return {
        "session": session,
        "sequence": number,
        "segments": [[start, end]],
        "position": end,
        "played": MILLISECONDS_PER_BEAT,
    }


def everything(world: World, http: Http) -> list[Scenario]:
    """Return all scenarios, in the order of the table."""
    return [
        *entering(world, http),
        *pages(world),
        *Sitting(world).scenarios(),
        *Watching(world, http).scenarios(),
    ]
