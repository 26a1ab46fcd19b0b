"""Quizzes (drafts), their frozen versions, attempts and responses."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from academy.accounts.models import Person
from academy.clock import now
from academy.db import Base, Json, JsonDict, PrimaryKey
from courses.questions.models import Question, QuestionVersion


def _settings_checks() -> tuple[CheckConstraint, ...]:
    return (
        CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400", name="time_limit_sane"
        ),
        CheckConstraint("pass_percent BETWEEN 0 AND 100", name="pass_percent_range"),
        CheckConstraint("attempts_allowed BETWEEN 0 AND 100", name="attempts_allowed_range"),
        CheckConstraint("review_policy IN ('after_submission','after_pass','never')", name="review_policy_known"),
        CheckConstraint("grade_method IN ('best','last','average')", name="grade_method_known"),
        CheckConstraint("opens_at IS NULL OR closes_at IS NULL OR opens_at < closes_at", name="opens_before_closing"),
        CheckConstraint("feedback <> ''", name="feedback_named"),
        CheckConstraint("feedback <> 'after_closing' OR closes_at IS NOT NULL", name="closes_before_feedback"),
        CheckConstraint("tries_allowed BETWEEN 1 AND 10", name="tries_allowed_range"),
        CheckConstraint("penalty_hundredths BETWEEN 0 AND 100", name="penalty_range"),
        CheckConstraint("paper_count BETWEEN 1 AND 4", name="paper_count_range"),
    )


class QuizSettings:
    """What a quiz asks for. `attempts_allowed` 0 means without limit; no time limit is NULL.

    `unit_id`: only people of this unit and of those below it. `access_code`: what must be typed to start, empty for none.
    `tries_allowed` and `penalty_hundredths` (the share of a question's marks that each wrong try costs) are for the
    feedback mode "retries". `paper_count`: how many equivalent papers there are, A to D; 1 for none.
    """

    title: Mapped[str] = mapped_column(String(120))
    title_en: Mapped[str] = mapped_column(String(160), default="")
    time_limit_seconds: Mapped[int | None]
    pass_percent: Mapped[int] = mapped_column(default=60)
    attempts_allowed: Mapped[int] = mapped_column(default=3)
    retry_wait_seconds: Mapped[int] = mapped_column(default=0)
    shuffle_questions: Mapped[bool] = mapped_column(default=False)
    shuffle_options: Mapped[bool] = mapped_column(default=False)
    review_policy: Mapped[str] = mapped_column(String(20), default="after_submission")
    grade_method: Mapped[str] = mapped_column(String(10), default="best")
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    access_code: Mapped[str] = mapped_column(String(40), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id", ondelete="RESTRICT"))
    feedback: Mapped[str] = mapped_column(String(20), default="after_submission")
    tries_allowed: Mapped[int] = mapped_column(default=3)
    penalty_hundredths: Mapped[int] = mapped_column(default=33)
    paper_count: Mapped[int] = mapped_column(default=1)


class Quiz(QuizSettings, Base):
    """The draft that its author edits.

    A generated one has no author: it stands behind papers that are put together for one person, such as mock exams, and
    no list shows it.
    """

    __tablename__ = "quiz"
    __table_args__ = _settings_checks()

    id: Mapped[PrimaryKey]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    lock_version: Mapped[int] = mapped_column(default=1)
    generated: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    slots: Mapped[list[QuizSlot]] = relationship(
        back_populates="quiz", cascade="all, delete-orphan", order_by="QuizSlot.position"
    )
    sections: Mapped[list[QuizSection]] = relationship(
        cascade="all, delete-orphan", order_by="QuizSection.position", passive_deletes=True
    )


class QuizSection(Base):
    """The heading of a part of the draft's paper. It holds the questions that follow, up to the next heading.

    `position` counts together with those of the slots. `shuffle_questions` NULL: as the quiz says. The time limit counts
    from the end of the section before, see rules.section_ends.
    """

    __tablename__ = "quiz_section"
    __table_args__ = (
        CheckConstraint(
            "time_limit_seconds IS NULL OR time_limit_seconds BETWEEN 60 AND 86400", name="time_limit_sane"
        ),
        Index("ix_quiz_section_quiz_id_position", "quiz_id", "position"),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    instructions: Mapped[str] = mapped_column(String(1000), default="")
    shuffle_questions: Mapped[bool | None]
    time_limit_seconds: Mapped[int | None]

    @property
    def key(self) -> str:
        """What the row is called in the list of the draft's rows."""
        return f"section-{self.id}"


class QuizSlot(Base):
    """One place of the draft: a question, or a draw of several; with the marks that each is worth in hundredths.

    A draw takes `draw_count` questions at random from the bank; `draw_from` says which: {"category_id", "tags" (each of
    them), "difficulty"}, all of them optional. A draw whose category is gone finds nothing, and its author is told.
    """

    __tablename__ = "quiz_slot"
    __table_args__ = (
        UniqueConstraint("quiz_id", "question_id"),
        CheckConstraint("marks_hundredths BETWEEN 1 AND 100000", name="marks_positive"),
        CheckConstraint("(question_id IS NULL) = (draw_count > 0)", name="question_or_draw"),
        CheckConstraint("draw_count BETWEEN 0 AND 100", name="draw_count_range"),
        Index("ix_quiz_slot_quiz_id_position", "quiz_id", "position"),
        Index("ix_quiz_slot_question_id", "question_id"),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    question_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="RESTRICT"))
    draw_count: Mapped[int] = mapped_column(default=0)
    draw_from: Mapped[JsonDict] = mapped_column(default=dict)
    position: Mapped[int]
    marks_hundredths: Mapped[int] = mapped_column(default=100)

    quiz: Mapped[Quiz] = relationship(back_populates="slots")
    question: Mapped[Question | None] = relationship()

    @property
    def key(self) -> str:
        """What the row is called in the list of the draft's rows."""
        return str(self.id)

    @property
    def is_draw(self) -> bool:
        """Whether the questions are drawn at random."""
        return self.draw_count > 0

    @property
    def count(self) -> int:
        """How many questions of a paper come from here."""
        return self.draw_count or 1


class QuizVersion(QuizSettings, Base):
    """A frozen quiz: what trainees sit; never edited. `digest` tells whether the draft has changed since.

    The number of questions and the sum of their marks are kept for pages that only announce the quiz. `plan` is the shape
    of the paper: {"sections": [{"title", "instructions", "shuffle", "seconds", "first", "count"}], "draws": [{"first",
    "count", "marks", "from"}]}. The draws are those made at every start; what is the same for all, or for all with one
    letter, is in `slots`.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (
        *_settings_checks(),
        UniqueConstraint("quiz_id", "number"),
        CheckConstraint("question_count > 0 AND marks_hundredths > 0", name="has_questions"),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="RESTRICT"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    question_count: Mapped[int]
    marks_hundredths: Mapped[int]
    plan: Mapped[JsonDict] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=now)

    quiz: Mapped[Quiz] = relationship()
    slots: Mapped[list[QuizVersionSlot]] = relationship(
        back_populates="quiz_version", cascade="all, delete-orphan", order_by="QuizVersionSlot.position"
    )


class QuizVersionSlot(Base):
    """One question of a frozen quiz, in the version that it had; `paper` is empty where all papers have it."""

    __tablename__ = "quiz_version_slot"
    __table_args__ = (CheckConstraint("marks_hundredths > 0", name="marks_positive"),)

    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    paper: Mapped[str] = mapped_column(String(1), primary_key=True, default="")
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="RESTRICT"))
    marks_hundredths: Mapped[int]

    quiz_version: Mapped[QuizVersion] = relationship(back_populates="slots")
    question_version: Mapped[QuestionVersion] = relationship()


class QuizAllowance(Base):
    """What one person is granted beyond the rules of a quiz: more time, more attempts, or a certain paper."""

    __tablename__ = "quiz_allowance"
    __table_args__ = (
        UniqueConstraint("quiz_id", "person_id"),
        CheckConstraint("extra_seconds BETWEEN 0 AND 86400", name="extra_seconds_range"),
        CheckConstraint("extra_attempts BETWEEN 0 AND 100", name="extra_attempts_range"),
        CheckConstraint("paper IN ('','A','B','C','D')", name="paper_known"),
        CheckConstraint("extra_seconds > 0 OR extra_attempts > 0 OR paper <> ''", name="allows_something"),
        Index("ix_quiz_allowance_person_id", "person_id"),
    )

    id: Mapped[PrimaryKey]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    extra_seconds: Mapped[int] = mapped_column(default=0)
    extra_attempts: Mapped[int] = mapped_column(default=0)
    paper: Mapped[str] = mapped_column(String(1), default="")
    reason: Mapped[str] = mapped_column(String(200))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    granted_by: Mapped[Person | None] = relationship(foreign_keys=[granted_by_id])


class Attempt(Base):
    """One sitting. `seed` fixes its shuffling; `origin` says from where it was started and is set by the server.

    The score is exact: `score_numerator / score_denominator` hundredths of a mark out of `marks_hundredths`, which leaves
    out questions whose type was not installed. `submitted_by` is "person" or "deadline". `awaiting` counts the answers that
    wait for a marker: until it is 0 the score is what has been earned so far, and nobody has passed. `network` is where it
    was started from, without the last part of the address.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("person_id", "quiz_id", "number"),
        CheckConstraint("state IN ('open','submitted')", name="state_known"),
        CheckConstraint("(state = 'submitted') = (submitted_at IS NOT NULL)", name="submitted_has_time"),
        CheckConstraint("submitted_by IN ('','person','deadline')", name="submitted_by_known"),
        CheckConstraint("score_denominator > 0", name="score_denominator_positive"),
        CheckConstraint("awaiting >= 0", name="awaiting_counted"),
        CheckConstraint("awaiting = 0 OR NOT passed", name="nobody_passes_early"),
        Index("ix_attempt_state_deadline_at", "state", "deadline_at"),
        Index(
            "uq_attempt_open_once",
            "person_id",
            "quiz_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_attempt_quiz_version_id", "quiz_version_id"),
    )

    id: Mapped[PrimaryKey]
    token: Mapped[str] = mapped_column(String(40), unique=True, default=lambda: secrets.token_urlsafe(12))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="RESTRICT"))
    quiz_version_id: Mapped[int] = mapped_column(ForeignKey("quiz_version.id", ondelete="RESTRICT"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    number: Mapped[int]
    seed: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(2**31))
    paper: Mapped[str] = mapped_column(String(1), default="")
    network: Mapped[str] = mapped_column(String(45), default="")
    state: Mapped[str] = mapped_column(String(10), default="open")
    origin: Mapped[JsonDict] = mapped_column(default=dict)
    return_path: Mapped[str] = mapped_column(String(300), default="")
    started_at: Mapped[datetime] = mapped_column(default=now)
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[str] = mapped_column(String(10), default="")
    score_numerator: Mapped[int] = mapped_column(BigInteger, default=0)
    score_denominator: Mapped[int] = mapped_column(BigInteger, default=1)
    marks_hundredths: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool] = mapped_column(default=False)
    awaiting: Mapped[int] = mapped_column(default=0)

    quiz_version: Mapped[QuizVersion] = relationship()


class Response(Base):
    """One question of an attempt, in the version drawn for it, and the last acknowledged answer to it.

    All rows of an attempt are there from its start; `saved_at` is empty until something is saved. `position` is the place
    in the attempt's paper, whatever the shuffling; `marks_hundredths` is what the question is worth in it. `closes_at` is
    when the time of its section ends, empty where only the attempt's own time counts.

    `sequence` is the moment of the answer in milliseconds by the server's clock, as the browser reckons it, so that an
    answer given earlier never overwrites a later one, whenever it arrives. The fraction is empty until graded, and stays
    so where the question's type is not installed, and while `awaiting` says that a marker has to read the answer.
    `locked`: it was checked and takes no further answer. `confidence`: how sure the person said to be, where asked.
    """

    __tablename__ = "response"
    __table_args__ = (
        CheckConstraint("sequence >= 0", name="sequence_counted"),
        CheckConstraint("fraction_denominator > 0", name="fraction_denominator_positive"),
        CheckConstraint("marks_hundredths > 0", name="marks_positive"),
        CheckConstraint("confidence BETWEEN 1 AND 9", name="confidence_range"),
        Index("ix_response_question_version_id", "question_version_id"),
        Index("ix_response_awaiting", "attempt_id", sqlite_where=text("awaiting"), postgresql_where=text("awaiting")),
    )

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id", ondelete="RESTRICT"))
    marks_hundredths: Mapped[int]
    closes_at: Mapped[datetime | None]
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    flagged: Mapped[bool] = mapped_column(default=False)
    sequence: Mapped[int] = mapped_column(BigInteger, default=0)
    saved_at: Mapped[datetime | None]
    fraction_numerator: Mapped[int | None]
    fraction_denominator: Mapped[int] = mapped_column(default=1)
    awaiting: Mapped[bool] = mapped_column(default=False)
    locked: Mapped[bool] = mapped_column(default=False)
    confidence: Mapped[int | None]

    question_version: Mapped[QuestionVersion] = relationship()


class QuizTry(Base):
    """One answer that was checked while the attempt was open: appended to, never changed.

    `number` counts the tries at one question; the fraction is what the answer earns by itself; `hint` is how many hints
    were to be seen afterwards. What the question earns in the end follows from these rows by the quiz's feedback mode.
    """

    __tablename__ = "quiz_try"
    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "position"], ["response.attempt_id", "response.position"], ondelete="CASCADE"
        ),
        CheckConstraint("number > 0", name="number_counted"),
        CheckConstraint(
            "fraction_denominator > 0 AND fraction_numerator BETWEEN 0 AND fraction_denominator", name="fraction_range"
        ),
        CheckConstraint("hint >= 0", name="hint_counted"),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[Any] = mapped_column(Json, nullable=True)
    fraction_numerator: Mapped[int]
    fraction_denominator: Mapped[int]
    confidence: Mapped[int | None]
    hint: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(default=now)


class QuizEvent(Base):
    """Something that happened during an attempt, as a fact: appended to, never changed, and judged by no program.

    `kind`: left and back (the page was not in front, and was again), network (answers came from another network, `detail`
    says which), second_tab. The same event told again is one row.
    """

    __tablename__ = "quiz_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "kind", "at"),
        CheckConstraint("kind IN ('left','back','network','second_tab')", name="kind_known"),
    )

    id: Mapped[PrimaryKey]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(String(45), default="")


class QuizCodeGuess(Base):
    """How often somebody has typed a wrong access code since `since`."""

    __tablename__ = "quiz_code_guess"
    __table_args__ = (CheckConstraint("wrong > 0", name="wrong_counted"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id", ondelete="CASCADE"), primary_key=True)
    wrong: Mapped[int]
    since: Mapped[datetime]
