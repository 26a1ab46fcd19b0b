"""The rules of a sitting: time, order of answers, score, resits, draws, and what may be shown when.

Pure: every moment, setting and answer comes in as a value. Marks are hundredths of a mark; shares are exact.
"""

from courses.quizzes.rules.answers import CLOCK_SLACK_MS, accepted_sequence, is_newer, milliseconds
from courses.quizzes.rules.draws import LETTERS, letter_for
from courses.quizzes.rules.scores import (
    MOST_HUNDREDTHS,
    GradeMethod,
    Score,
    add_up,
    final,
    has_passed,
    hundredths,
    kept,
    marks_missing,
)
from courses.quizzes.rules.showing import (
    Feedback,
    ReviewPolicy,
    may_show_key,
    option_seed,
    paper_order,
    question_order,
)
from courses.quizzes.rules.starting import Refusal, Start, Terms, code_fits, is_admitted, may_start
from courses.quizzes.rules.timing import (
    GRACE,
    State,
    SubmittedBy,
    deadline,
    end_of,
    is_overdue,
    later,
    remaining_seconds,
    section_ends,
    takes_answers,
)

__all__ = [
    "CLOCK_SLACK_MS",
    "GRACE",
    "LETTERS",
    "MOST_HUNDREDTHS",
    "Feedback",
    "GradeMethod",
    "Refusal",
    "ReviewPolicy",
    "Score",
    "Start",
    "State",
    "SubmittedBy",
    "Terms",
    "accepted_sequence",
    "add_up",
    "code_fits",
    "deadline",
    "end_of",
    "final",
    "has_passed",
    "hundredths",
    "is_admitted",
    "is_newer",
    "is_overdue",
    "kept",
    "later",
    "letter_for",
    "marks_missing",
    "may_show_key",
    "may_start",
    "milliseconds",
    "option_seed",
    "paper_order",
    "question_order",
    "remaining_seconds",
    "section_ends",
    "takes_answers",
]
