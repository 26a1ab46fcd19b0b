"""Makers of assignments and of what is handed in."""

from __future__ import annotations

from typing import Any

from courses.assignments.models import AssignmentMark, Submission
from courses.assignments.services import marking, writing
from courses.assignments.services.marking import Judgement
from courses.assignments.services.writing import Written
from courses.lesson_types.assignment import PLUGIN, rubric
from courses.lesson_types.registry import lesson_type

RUBRIC = "记录事实\n10 都有\n6.5 缺一两项\n0 没有\n\n急事先办\n5 当天办\n0 没有看出"
"""Fifteen points in all."""
WORK = "六月十二日上午走访一户独居老人，看见灶台上的锅烧穿了，燃气软管有裂口，当天报修并且打电话确认。"


def assignment_lesson(completion: dict[str, Any] | None = None, **content: Any) -> dict[str, Any]:
    """Describe a lesson with an assignment for make_course; further arguments are of its content."""
    assert lesson_type("assignment") is PLUGIN
    made = {
        **PLUGIN.empty(),
        "task": "写一份走访记录",
        "least": 20,
        "most": 200,
        "criteria": rubric.read(RUBRIC),
        "resubmissions": 1,
        "sample": "参考答案在这里",
        **content,
    }
    completion = completion or {"rule": "passed", "percent": 60}
    return {"type": "assignment", "content": made, "title": "走访作业", "completion": completion}


def make_submission(enrolment: Any, person: Any, text: str = WORK, files: tuple[int, ...] = ()) -> Submission:
    """Let somebody hand in the first lesson of the course."""
    lesson = enrolment.version.chapters[0].lessons[0]
    revision = writing.work_of(enrolment, lesson).revision
    draft = writing.save_draft(person, enrolment, lesson, Written(text, files, revision))
    writing.hand_in(person, enrolment, lesson, draft)
    return draft


def make_mark(submission: Submission, owner: Any, *chosen: int | None, **values: Any) -> AssignmentMark:
    """Mark a submission with these levels; further arguments are of the Judgement."""
    case = marking.find_case(submission.id)
    assert case is not None
    given = {"remarks": ["", ""], "comment": "", "returned": False, "seen": 0, **values}
    return marking.mark(case, owner, Judgement(chosen=list(chosen), **given))
