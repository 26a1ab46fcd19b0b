"""Questions of the bank inside a recording: how they lie in a lesson's content, and what of it is frozen.

`content["questions"]` is a list of {"key", "question_id", "from_ms", "to_ms", "right"}; published, each also carries the
"version_id" of the question as it was then. The key stays with the place in the lesson over all versions, so that nobody
is asked twice. `content["in_order"]` is true where seeking ahead is held back on the first viewing.
"""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from academy.db import db
from academy.i18n import _
from academy.web.filters import show_clock
from courses.lesson_types.base import Content, Gate, Problem
from courses.questions.models import Question

MOST_QUESTIONS = 20
EARLIEST_MS = 1000
"""A question at the very start, or at the very end, would be asked of somebody who sees no film."""
FIELD = "questions"


def placed(content: Content) -> list[dict[str, Any]]:
    """Return the questions of a lesson, those that come first before the others."""
    return sorted(content.get("questions", ()), key=lambda each: (each["from_ms"], each["to_ms"]))


def new_key() -> str:
    """Return a key for a question that is put into a lesson."""
    return secrets.token_hex(6)


def gates_of(content: Content) -> tuple[Gate, ...]:
    """Return the questions of a published lesson."""
    return tuple(
        Gate(each["key"], each["version_id"], each["from_ms"], each["to_ms"], bool(each.get("right")))
        for each in content.get("questions", ())
        if "version_id" in each
    )


def versions_of(contents: Iterable[Content]) -> dict[int, int | None]:
    """Return by question the version that would be published now, None for one that is retired. No query without questions."""
    wanted = {each["question_id"] for content in contents for each in content.get("questions", ())}
    if not wanted:
        return {}
    query = select(Question.id, Question.current_version_id, Question.retired_at).where(Question.id.in_(sorted(wanted)))
    return {row.id: None if row.retired_at else row.current_version_id for row in db.session.execute(query)}


def frozen(content: Content, versions: dict[int, int | None]) -> dict[str, Any]:
    """Return the content with each question pinned to its version; without the key "questions" where there is none."""
    rest = {name: value for name, value in content.items() if name != "questions"}
    pinned = [{**each, "version_id": versions.get(each["question_id"])} for each in placed(content)]
    return {**rest, "questions": pinned} if pinned else rest


def problems_of(content: Content, duration_ms: int, versions: dict[int, int | None]) -> list[Problem]:
    """Return what has to be mended about the questions before publication."""
    found = []
    for each in placed(content):
        at = show_clock(each["from_ms"] / 1000)
        if versions.get(each["question_id"]) is None:
            found.append(Problem(_("%(time)s 处的片中题已经停用，请换一道或移除", time=at), FIELD))
        elif duration_ms and each["to_ms"] > duration_ms - EARLIEST_MS:
            found.append(Problem(_("%(time)s 处的片中题排在了片子结束以后，请改时间", time=at), FIELD))
    return found


def spread(new: int, duration_ms: int) -> list[int]:
    """Return points, in whole seconds, for `new` questions: evenly over the recording, for the author to change."""
    step = max(duration_ms, 2 * EARLIEST_MS) / (new + 1)
    return [max(EARLIEST_MS, round(step * number / 1000) * 1000) for number in range(1, new + 1)]
