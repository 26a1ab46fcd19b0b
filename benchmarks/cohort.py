"""Many people who sit the same timed exam: who they are, and how each of them talks to the server."""

from __future__ import annotations

import http.client
import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from academy.accounts.models import Person, PersonRole
from academy.db import db
from academy.organizations.models import Unit
from benchmarks.visitor import Visitor, signed_in
from courses.catalog.models import Course, LessonVersion
from courses.learning.services import enrol
from courses.quizzes.models import QuizVersion
from tests.support.html import Node, parse

EXAM_SECONDS = 3600
SECONDS_TO_ANSWER = 30


@dataclass(frozen=True)
class Cohort:
    """The people, and the address of the lesson that starts the exam."""

    visitors: list[Visitor]
    lesson: str


def gather(app: Flask, size: int) -> Cohort:
    """Make `size` people and enrol them in the course whose exam has the most questions."""
    with app.app_context():
        lesson, course, quiz = _exam()
        quiz.time_limit_seconds, quiz.attempts_allowed, quiz.retry_wait_seconds = EXAM_SECONDS, 0, 0
        unit = db.session.scalars(select(Unit).where(Unit.level == "community").order_by(Unit.id)).first()
        people = [
            Person(username=f"cohort{number}", name=f"考生{number}", unit=unit, password_hash="-", post="grid_worker")
            for number in range(size)
        ]
        for person in people:
            person.roles.append(PersonRole(role="trainee"))
        db.session.add_all(people)
        db.session.flush()
        for person in people:
            enrol(person, course)
        db.session.commit()
        path = f"/learn/{course.slug}/{lesson.lesson_id}"
        return Cohort([signed_in(app, person) for person in people], path)


def _exam() -> tuple[LessonVersion, Course, QuizVersion]:
    query = (
        select(LessonVersion, Course)
        .join(Course, Course.current_version_id == LessonVersion.version_id)
        .where(LessonVersion.type == "quiz", Course.withdrawn_at.is_(None))
    )
    found = [
        (lesson, course, db.session.get_one(QuizVersion, lesson.content["quiz_version_id"]))
        for lesson, course in db.session.execute(query)
    ]
    return max(found, key=lambda each: (each[2].question_count, each[0].id))


@dataclass
class Reply:
    """What came back: the status, where it leads, and the body."""

    status: int
    location: str
    text: str

    @property
    def data(self) -> Any:
        """The JSON."""
        return json.loads(self.text)


@dataclass
class Candidate:
    """One person in the exam: the connection, the attempt, and which answers each question takes."""

    port: int
    visitor: Visitor
    chance: random.Random
    token: str = ""
    ticket: str = ""
    choices: dict[int, list[str]] = field(default_factory=dict)

    def start(self, lesson: str) -> None:
        """Press the button that starts the exam."""
        reply = self.post(f"{lesson}/quiz", {})
        if reply.status != 303 or "/attempts/" not in reply.location:
            raise AssertionError(f"the exam did not start: {reply.status} {reply.text[:300]}")
        self.token = reply.location.split("?")[0].rsplit("/", 1)[-1]

    def read(self, choices: dict[int, list[str]] | None = None) -> None:
        """Open the paper, all questions of which come with the page; `choices` are those that somebody else has read from it."""
        reply = self.get(f"/attempts/{self.token}")
        if reply.status != 200:
            raise AssertionError(f"the paper: {reply.status} {reply.text[:300]}")
        self.ticket = reply.text.partition('data-ticket="')[2].partition('"')[0]
        self.choices = choices or {int(card["data-position"]): _choices(card) for card in _cards(reply.text)}

    def invent(self, position: int) -> list[str]:
        """Return some answer to a question."""
        values = self.choices[position]
        return [self.chance.choice(values)] if values else [f"第{self.chance.randrange(10**9)}号"]

    def save(self, position: int, answer: list[str], sequence: int | None = None) -> Reply:
        """Send one answer as the script does."""
        form: dict[str, Any] = {"answer": answer}
        if sequence is not None:
            form["sequence"] = sequence
        headers = {"Accept": "application/json", "X-Ticket": self.ticket}
        return self.post(f"/attempts/{self.token}/saves/{position}", form, **headers)

    def get(self, path: str) -> Reply:
        """Ask for a page."""
        return self._send("GET", path, None, {})

    def post(self, path: str, form: dict[str, Any], **headers: str) -> Reply:
        """Send a form."""
        body = urlencode({**form, "csrf_token": self.visitor.csrf}, doseq=True).encode()
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)
        cookie = "; ".join(f"{name}={value}" for name, value in self.visitor.cookies.items())
        try:
            connection.request(method, path, body, {"Cookie": cookie, "Accept-Language": "zh-CN", **headers})
            response = connection.getresponse()
            return Reply(response.status, response.headers.get("Location", ""), response.read().decode())
        finally:
            connection.close()


def _cards(text: str) -> list[Node]:
    return parse(text).find_all("div", class_="q")


def _choices(card: Node) -> list[str]:
    """Return what may be chosen; nothing for a question that is answered by typing."""
    controls = card.find_all("input", name="answer")
    chosen = [control for control in controls if (control.get("type") or "text") in ("radio", "checkbox")]
    return [control.get("value") or "" for control in chosen]
