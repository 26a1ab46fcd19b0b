"""Which data of people this room keeps."""

from sqlalchemy import select

from academy.i18n import lazy as _l
from academy.personal_data import decline, export
from courses.practice.models import (
    MockExam,
    NotebookEntry,
    PracticeItem,
    PracticeRecord,
    PracticeSession,
    PracticeSettings,
)

_KEY = "together with the answer it would be the answer key"
export(
    "practice_settings",
    _l("错题本设置"),
    PracticeSettings,
    lambda person_id: PracticeSettings.person_id == person_id,
    by=("person_id",),
)
export(
    "notebook",
    _l("错题本"),
    NotebookEntry,
    lambda person_id: NotebookEntry.person_id == person_id,
    by=("person_id",),
    left_out={"last_right": _KEY},
)
export(
    "practice_answers",
    _l("练习中的答案"),
    PracticeRecord,
    lambda person_id: PracticeRecord.person_id == person_id,
    by=("person_id",),
    left_out={"fraction_numerator": _KEY, "fraction_denominator": "belongs to the numerator"},
)
export(
    "practice_sessions",
    _l("练习"),
    PracticeSession,
    lambda person_id: PracticeSession.person_id == person_id,
    by=("person_id",),
)
export(
    "practice_items",
    _l("练习中的题"),
    PracticeItem,
    lambda person_id: PracticeItem.session_id.in_(
        select(PracticeSession.id).where(PracticeSession.person_id == person_id)
    ),
    left_out={"fraction_numerator": _KEY, "fraction_denominator": "belongs to the numerator"},
)
export(
    "mock_exams",
    _l("模拟考试"),
    MockExam,
    lambda person_id: MockExam.person_id == person_id,
    by=("person_id",),
)
decline("notebook_pending", "attempts are exported; this says only which of them still wait for their key")
