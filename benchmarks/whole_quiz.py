"""What a whole quiz of 20 questions costs, from opening it to the review: web server and database together.

The requests are those that the page and its script make: start, page with all questions, twenty saves, check, hand in, result.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass

import psutil
from flask import Flask
from sqlalchemy import func, select

from academy.db import db
from benchmarks.scenarios import AskJson, filled_in
from benchmarks.visitor import Ask, Http, Visitor
from courses.catalog.models import LessonVersion
from courses.question_types import installed
from courses.questions.rules import Draft
from courses.quizzes import services as quizzes
from tests.support.html import parse

QUESTIONS = 20
MOST_MS = 60.0
TYPES = ("single_choice", "multiple_choice", "true_false", "fill_in")


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU of the web server and of the database server, and statements, for one person's quiz.

    The web server's are those of each time somebody sat it. Other work on the machine only ever adds to one of them, so
    the middle one is what counts and the least one says how far to trust it. The database server's are a mean: the system
    counts its many processes in hundredths of a second.
    """

    web_ms: tuple[float, ...]
    database_ms: float
    queries: float
    requests: int

    @property
    def total_ms(self) -> float:
        """Everything together."""
        return statistics.median(self.web_ms) + self.database_ms

    def __str__(self) -> str:
        verdict = "met" if self.total_ms <= MOST_MS else "NOT MET"
        return (
            f"A quiz of {QUESTIONS} questions, {self.requests} requests: {statistics.median(self.web_ms):.1f} ms CPU of the web "
            f"server ({min(self.web_ms):.1f} to {max(self.web_ms):.1f} in {len(self.web_ms)} sittings), "
            f"{self.database_ms:.1f} ms of the database server, {self.queries:.0f} statements; "
            f"together {self.total_ms:.1f} ms, aim ≤ {MOST_MS:g}: {verdict}"
        )


def prepare(app: Flask, lesson: str) -> None:
    """Put a quiz of 20 questions into the lesson at this address, in the throw-away database only."""
    with app.app_context():
        quiz = quizzes.create_quiz(None, "二十题", attempts_allowed=0, time_limit_seconds=3600)
        drafts = []
        for number in range(QUESTIONS):
            key = TYPES[number % len(TYPES)]
            content = installed.all_types()[key].examples[0].content
            drafts.append(Draft(key, {**content, "stem": f"{content['stem']}（{number}）"}))
        quizzes.add_drafts(quiz, drafts, None)
        version = quizzes.freeze(quiz)
        lesson_id = int(lesson.rsplit("/", 1)[-1])
        for row in db.session.scalars(select(LessonVersion).where(LessonVersion.lesson_id == lesson_id)):
            row.content = {**row.content, "quiz_id": quiz.id, "quiz_version_id": version.id}
        db.session.commit()


def measure(http: Http, lesson: str, visitors: list[Visitor], server: int | None) -> Cost:
    """Let everybody sit the quiz once to warm up and twice to be measured."""
    for visitor in visitors:
        _sit(http, visitor, lesson)
    database, web, asked = database_seconds(server), [], []
    for visitor in [*visitors, *visitors]:
        before = http.cpu_seconds()
        asked.append(_sit(http, visitor, lesson))
        web.append(1000 * (http.cpu_seconds() - before))
    database = database_seconds(server) - database
    queries = sum(queries for _requests, queries in asked)
    return Cost(tuple(web), 1000 * database / len(asked), queries / len(asked), asked[0][0])


def _sit(http: Http, visitor: Visitor, lesson: str) -> tuple[int, int]:
    """Sit the quiz as a browser does; return how many requests and how many statements it took."""
    answers = [http.send(Ask(visitor, f"{lesson}/quiz", form={}, expect=303))]
    page = answers[0].headers["location"].split("?")[0]
    answers.append(http.send(Ask(visitor, page)))
    first = filled_in(parse(answers[1].text))
    base = first.address.rsplit("/", 1)[0]
    for position in range(1, QUESTIONS + 1):
        answers.append(http.send(AskJson(visitor, f"{base}/{position}", form=first.values, ticket=first.ticket)))
    answers.append(http.send(Ask(visitor, f"{page}/check")))
    answers.append(http.send(Ask(visitor, f"{page}/submit", form={}, expect=303)))
    answers.append(http.send(Ask(visitor, f"{page}/result")))
    return len(answers), sum(answer.queries for answer in answers)


def database_server(app: Flask) -> int | None:
    """Return the process that all others of the database server descend from; None where there is no server."""
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            return None
        session = psutil.Process(db.session.scalar(select(func.pg_backend_pid())) or 0)
        return session.ppid()


def database_seconds(server: int | None) -> float:
    """Return the CPU seconds that a database server and its sessions have used so far."""
    if server is None:
        return 0.0
    parent = psutil.Process(server)
    used = [process.cpu_times() for process in (parent, *parent.children(recursive=True))]
    return sum(times.user + times.system for times in used)
