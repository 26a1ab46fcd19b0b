"""What tests of studying share: somebody at a lesson, reporting like the scripts do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from academy.db import db
from courses.learning.models import Enrolment, LessonProgress
from courses.learning.rules.intervals import total
from tests.factories import make_course, make_enrolment, make_person
from tests.factories.catalog import text_lesson, video_lesson


def lessons_of(enrolment: Enrolment) -> list[Any]:
    """Return the lessons of the version under study, in order."""
    return [lesson for chapter in enrolment.version.chapters for lesson in chapter.lessons]


@dataclass
class Student:
    """Somebody enrolled, with a browser."""

    client: Any
    enrolment: Enrolment
    slug: str
    lesson_ids: list[int]
    tokens: dict[int, str] = field(default_factory=dict)
    sequence: int = 0

    def url(self, place: int, action: str) -> str:
        """Return the address of an action on lesson number `place`."""
        return f"/learn/{self.slug}/{self.lesson_ids[place]}/{action}"

    def open(self, place: int = 0) -> dict[str, Any]:
        """Open a lesson; remember the token."""
        answer = self.client.post(self.url(place, "open"), json={})
        assert answer.status_code == 200, answer.get_json()
        self.tokens[place] = answer.json["session"]
        return answer.json

    def watch(self, *segments: tuple[int, int], place: int = 0, **changes: Any) -> Any:
        """Report stretches watched; the sequence grows by itself."""
        self.sequence += 1
        end = segments[-1][1] if segments else 0
        played = sum(max(0, to - start) for start, to in segments)
        payload = {
            "session": self.tokens.get(place, "none"),
            "sequence": self.sequence,
            "segments": [list(pair) for pair in segments],
            "position": max(0, end),
            "played": min(played, 10**9),
            **changes,
        }
        return self.client.post(self.url(place, "watched"), json=payload)

    def show(self, *units: int, place: int = 0, **changes: Any) -> Any:
        """Report parts shown."""
        self.sequence += 1
        payload = {
            "session": self.tokens.get(place, "none"),
            "sequence": self.sequence,
            "shown": [str(unit) for unit in units],
            "position": str(units[-1]) if units else "",
            "visible": 1000,
            **changes,
        }
        return self.client.post(self.url(place, "shown"), json=payload)

    def progress(self, place: int = 0) -> LessonProgress | None:
        """Return how far the student is in a lesson."""
        db.session.expire_all()
        query = db.select(LessonProgress).filter_by(enrolment_id=self.enrolment.id, lesson_id=self.lesson_ids[place])
        return db.session.scalar(query)

    def credited(self, place: int = 0) -> int:
        """Return the milliseconds, or parts, that count."""
        progress = self.progress(place)
        return total(progress.covered) if progress else 0


def make_student(sign_in: Any, course: Any = None, person: Any = None) -> Student:
    """Return somebody enrolled in a course with a video of ten minutes and a text of three paragraphs (by default)."""
    person = person or make_person()
    course = course or make_course([video_lesson(600_000), text_lesson(LONG_TEXT), video_lesson(600_000)])
    enrolment = make_enrolment(person, course)
    lesson_ids = [lesson.lesson_id for lesson in lessons_of(enrolment)]
    return Student(sign_in(person), enrolment, enrolment.course.slug, lesson_ids)


LONG_TEXT = "\n\n".join("居民有话好好说" * 20 for _ in range(3))
"""Three paragraphs of 140 characters: seven seconds each."""
