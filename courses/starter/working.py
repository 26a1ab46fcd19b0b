"""How the demo people take the steps of lessons that one works through: a small function for each such type of the catalogue."""

from collections.abc import Callable, Iterator
from typing import Any

from academy.accounts.models import Person
from courses.catalog.models import LessonVersion
from courses.lesson_types.scenario import running

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


STEPS: dict[str, Callable[[Person, LessonVersion], Iterator[dict[str, Any]]]] = {
    "scenario": _drill,
    "link": _reflection,
}


def steps_of(person: Person, lesson: LessonVersion) -> Iterator[dict[str, Any]]:
    """Yield the values that a demo person sends, one after the other; nothing for a type without a function here."""
    make = STEPS.get(lesson.type)
    return make(person, lesson) if make else iter(())
