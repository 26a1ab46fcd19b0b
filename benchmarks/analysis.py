"""How long the item analysis of a very large quiz takes: `python -m benchmarks.analysis [sqlite|postgresql|all]`.

73,000 people, as many as the college trained until the end of 2021, each hand in one attempt at a quiz of 20 questions.
The analysis runs as its job does; its time and the most memory that it took above what the process held before are printed.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import threading
import time
from datetime import timedelta

from flask import Flask
from sqlalchemy import insert, select, text

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from benchmarks.site import prepared
from benchmarks.world import application
from courses.analysis.services import ask_for, compute, kept
from courses.question_types import installed
from courses.questions.rules import Draft
from courses.quizzes import services as quizzes
from courses.quizzes.models import Attempt, QuizVersion, Response

PEOPLE = int(os.environ.get("PEOPLE") or 73_000)
QUESTIONS = 20
MARKS = 100
BATCH = 5_000
MOST_SECONDS = 5.0


def quiz_of_many() -> QuizVersion:
    """Make a quiz of 20 questions with four options each."""
    author = db.session.scalars(select(Person).where(Person.username == "instructor")).one()
    quiz = quizzes.create_quiz(author, "大规模考试")
    example = installed.all_types()["single_choice"].examples[0].content
    for number in range(QUESTIONS):
        quizzes.add_drafts(quiz, [Draft("single_choice", {**example, "stem": f"第 {number + 1} 题"})], author)
    return quizzes.freeze(quiz)


def sit(version: QuizVersion) -> None:
    """Let everybody hand in; who knows more answers more."""
    chance = random.Random(20211231)
    slots = [(slot.position, slot.question_version) for slot in version.slots]
    first = 1 + max(db.session.scalars(select(Person.id)))
    started = now() - timedelta(days=1)
    attempt_id = 1 + max(db.session.scalars(select(Attempt.id)), default=0)
    for begin in range(0, PEOPLE, BATCH):
        people, attempts, responses = [], [], []
        for number in range(begin, min(begin + BATCH, PEOPLE)):
            person_id, ability = first + number, chance.gauss(0, 1)
            people.append({"id": person_id, "username": f"many{number}", "name": f"学员{number}", "password_hash": "-"})
            right = 0
            for position, question in slots:
                options = [each["id"] for each in question.content["options"]]
                key = installed.get(question.type).correct_answer(question.content)
                knows = chance.gauss(ability, 1) > (position - 10) / 8
                answer = key if knows else chance.choice(options)
                earned = int(answer == key)
                right += earned
                responses.append(_response(attempt_id + number, position, question.id, answer, earned))
            attempts.append(
                _attempt(attempt_id + number, person_id, version, started, right, chance.randrange(300, 3000))
            )
        db.session.execute(insert(Person), people)
        db.session.execute(insert(Attempt), attempts)
        db.session.execute(insert(Response), responses)
        db.session.commit()


def _response(attempt_id: int, position: int, question_version_id: int, answer: str, earned: int) -> dict[str, object]:
    return {
        "attempt_id": attempt_id,
        "position": position,
        "question_version_id": question_version_id,
        "marks_hundredths": MARKS,
        "answer": answer,
        "sequence": 1,
        "saved_at": now(),
        "fraction_numerator": earned,
    }


def _attempt(
    attempt_id: int, person_id: int, version: QuizVersion, started, right: int, seconds: int
) -> dict[str, object]:
    return {
        "id": attempt_id,
        "token": f"many-{attempt_id}",
        "quiz_id": version.quiz_id,
        "quiz_version_id": version.id,
        "person_id": person_id,
        "number": 1,
        "state": "submitted",
        "started_at": started,
        "submitted_at": started + timedelta(seconds=seconds),
        "submitted_by": "person",
        "score_numerator": right * MARKS,
        "marks_hundredths": QUESTIONS * MARKS,
        "passed": right >= QUESTIONS * 0.6,
    }


class Meter(threading.Thread):
    """Looks every few milliseconds how much memory the process holds."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0
        self.going = True

    def run(self) -> None:
        """Look until told to stop."""
        while self.going:
            self.most = max(self.most, held())
            time.sleep(0.01)


def held() -> int:
    """Return the memory that this process holds now, in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def measure(app: Flask) -> tuple[float, float, int]:
    """Return seconds, CPU seconds of this process and bytes above what was held before."""
    with app.app_context():
        version = quiz_of_many()
        sit(version)
        db.session.execute(text("ANALYZE"))  # what a database does by itself soon after such a load
        db.session.commit()
        author = db.session.scalars(select(Person).where(Person.username == "instructor")).one()
        ask_for(version, "first", author)
        db.session.commit()
        db.session.expire_all()
        before, meter = held(), Meter()
        meter.start()
        clock, cpu = time.perf_counter(), time.process_time()
        compute(version.id, "first")
        db.session.commit()
        took, used = time.perf_counter() - clock, time.process_time() - cpu
        meter.going = False
        meter.join()
        row = kept(version.id)
        if row is None or row.result["summary"]["count"] != PEOPLE:
            raise RuntimeError("the analysis did not count everybody")
        return took, used, meter.most - before


def main() -> int:
    """Measure and print; fail when it takes too long."""
    asked = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    late = False
    for kind in ["sqlite", "postgresql"] if asked == "all" else [asked]:
        with prepared(kind) as site:
            took, used, grown = measure(application(site))
        late = late or took > MOST_SECONDS
        print(
            f"{kind}: {PEOPLE} attempts × {QUESTIONS} questions in {took:.2f} s ({used:.2f} s CPU), {grown / 1e6:.0f} MB more"
        )
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
