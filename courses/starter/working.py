"""How the demo people take the steps of lessons that one works through: a small function for each such type of the catalogue."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from academy.accounts.models import Person
from academy.clock import now
from courses.catalog.models import LessonVersion
from courses.lesson_types.scorm.running import Heard, Run
from courses.scenarios import running

REFLECTIONS = (
    "看完最大的感受是，值班台上的电话表要经常核对。我们社区的电话表是去年贴上去的，我昨天逐个拨了一遍，有三个已经打不通，"
    "今天就换上新的，再请另一位同事下个月核对一次。",
    "以前我总觉得先把事办了再回话，现在明白，来电人最难熬的是不知道有没有人管。以后接到求助，先回一句谁在来、几点到、"
    "我几点再打给您，说到做到。",
)


def _drill(person: Person, lesson: LessonVersion) -> Iterator[dict[str, Any]]:
    """Yield the steps of the best run; some people take a bad turn in the first scene, and lose time."""
    drill = lesson.content["drill"]
    path: list[int] = []
    while True:
        run = running.replay(drill, path)
        if run is None or drill["scenes"][run.at]["ending"]:
            return
        place = running.best_of(drill, run.at) or 0
        if person.id % 3 == 0 and not path:
            place = next(other for other in range(len(drill["scenes"][run.at]["choices"])) if other != place)
        path.append(place)
        yield {"choice": place}


def _reflection(person: Person, lesson: LessonVersion) -> Iterator[dict[str, Any]]:
    yield {"text": REFLECTIONS[person.id % len(REFLECTIONS)]}


def _package(person: Person, lesson: LessonVersion) -> Iterator[Heard]:
    """Yield what a package reports: how far one is, then the score."""
    began = int(now().timestamp() * 1000)
    run = Run(person.id, "", lesson.content["sha256"], "", "", began, began)
    right = person.id % 3 != 0
    half = {
        "cmi.core.lesson_status": "incomplete",
        "cmi.core.lesson_location": "2",
        "cmi.core.session_time": "00:00:50",
    }
    asked = {
        "cmi.interactions.0.id": "lamp",
        "cmi.interactions.0.type": "choice",
        "cmi.interactions.0.student_response": "b",
        "cmi.interactions.0.correct_responses.0.pattern": "b",
        "cmi.interactions.0.result": "correct",
        "cmi.interactions.1.id": "silent",
        "cmi.interactions.1.type": "choice",
        "cmi.interactions.1.student_response": "c" if right else "a",
        "cmi.interactions.1.correct_responses.0.pattern": "c",
        "cmi.interactions.1.result": "correct" if right else "wrong",
    }
    whole = {
        "cmi.core.lesson_status": "passed",
        "cmi.core.score.raw": "100" if right else "86",
        "cmi.core.score.max": "100",
        "cmi.core.lesson_location": "5",
        "cmi.core.session_time": "00:01:50",
    }
    sco = lesson.content["scos"][0]["id"]
    yield Heard({"sco": sco, "sequence": 1, "cmi": half}, run)
    yield Heard({"sco": sco, "sequence": 2, "cmi": {**whole, **asked}, "ended": True}, run)


STEPS: dict[str, Callable[[Person, LessonVersion], Iterator[Mapping[str, Any]]]] = {
    "scenario": _drill,
    "link": _reflection,
    "scorm": _package,
}


def steps_of(person: Person, lesson: LessonVersion) -> Iterator[Mapping[str, Any]]:
    """Yield the values that a demo person sends, one after the other; nothing for a type without a function here."""
    make = STEPS.get(lesson.type)
    return make(person, lesson) if make else iter(())
