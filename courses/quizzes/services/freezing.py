"""What a draft still lacks, the papers that it makes, and the frozen version that trainees sit."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from academy.db import db
from academy.errors import UserError
from academy.i18n import _
from courses.question_types import installed
from courses.questions.models import QuestionVersion
from courses.quizzes.models import Quiz, QuizSection, QuizSlot, QuizVersion, QuizVersionSlot
from courses.quizzes.rules import LETTERS, draws
from courses.quizzes.services import allowances, pools
from courses.quizzes.services.drafts import (
    Row,
    lock,
    only_slots,
    question_count,
    rows,
    rows_of,
    settings_of,
    slots_of,
    total_marks,
)


def numbers(listed: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """Return the first and the last question number of each question and draw, by the row's key."""
    found, number = {}, 1
    for slot in only_slots(listed):
        found[slot.key] = (number, number + slot.count - 1)
        number += slot.count
    return found


def plan_of(listed: Sequence[Row]) -> dict[str, Any]:
    """Return the shape of the paper: its sections and its draws, by the positions that they fill. See QuizVersion."""
    sections: list[dict[str, Any]] = []
    drawing: list[dict[str, Any]] = []
    position = 1
    for row in listed:
        if isinstance(row, QuizSection):
            sections.append(
                {
                    "title": row.title,
                    "instructions": row.instructions,
                    "shuffle": row.shuffle_questions,
                    "seconds": row.time_limit_seconds,
                    "first": position,
                    "count": 0,
                }
            )
            continue
        if row.is_draw:
            drawing.append(
                {"first": position, "count": row.count, "marks": row.marks_hundredths, "from": dict(row.draw_from)}
            )
        if sections:
            sections[-1]["count"] += row.count
        position += row.count
    return {"sections": sections, "draws": drawing}


# -- draws of a draft ----------------------------------------------------------------------------------------------


def offers(listed: Sequence[Row]) -> dict[str, list[pools.Candidate]]:
    """Return what each draw of a draft may take, by the row's key; the draft's own questions are left out. One query."""
    return offers_of([listed])[0]


def offers_of(drafts: Iterable[Sequence[Row]]) -> list[dict[str, list[pools.Candidate]]]:
    """Return the same for several drafts. One query, none where nothing is drawn."""
    own = [only_slots(listed) for listed in drafts]
    fixed = [{slot.question_id for slot in slots if slot.question_id} for slots in own]
    drawing = [(place, slot) for place, slots in enumerate(own) for slot in slots if slot.is_draw]
    found = pools.found([(slot.draw_from, fixed[place]) for place, slot in drawing])
    result: list[dict[str, list[pools.Candidate]]] = [{} for _ in own]
    for (place, slot), candidates in zip(drawing, found, strict=True):
        result[place][slot.key] = candidates
    return result


def pool_size(quiz: Quiz, rule: pools.Rule) -> int:
    """Return from how many questions a draw by this rule would choose; the draft's own questions are left out."""
    fixed = {slot.question_id for slot in slots_of([quiz.id])[quiz.id] if slot.question_id}
    return len(pools.found([(rule, fixed)])[0])


def _paper(
    quiz_id: int, slots: Sequence[QuizSlot], offered: dict[str, list[pools.Candidate]], number: int
) -> dict[str, list[int]] | None:
    """Return the question versions that each draw gives to paper `number` (0 is A), or None when there are too few."""
    drawing = [slot for slot in slots if slot.is_draw]
    chances = [{each.question_id: each.difficulty for each in offered[slot.key]} for slot in drawing]
    hands = draws.paper_of([slot.count for slot in drawing], chances, draws.seed_of("quiz", quiz_id), number)
    if hands is None:
        return None
    versions = {each.question_id: each.version_id for slot in drawing for each in offered[slot.key]}
    return {slot.key: [versions[each] for each in hand] for slot, hand in zip(drawing, hands, strict=True)}


@dataclass(frozen=True)
class Placed:
    """A question on a paper: its place, its marks in hundredths, and the version that it has; `paper` empty for all."""

    position: int
    marks_hundredths: int
    version_id: int
    paper: str = ""


def placed(quiz_id: int, listed: Sequence[Row], letters: str) -> list[Placed]:
    """Return the questions of a draft's papers, those of draws once for each letter. One query where anything is drawn.

    The same draft and the same bank always give the same papers. Draws that find too few stay empty.
    """
    slots = only_slots(listed)
    offered, at, result = offers(listed), numbers(listed), []
    papers = {letter: _paper(quiz_id, slots, offered, LETTERS.index(letter)) or {} for letter in letters}
    for slot in slots:
        first = at[slot.key][0]
        if slot.is_draw:
            for letter, hands in papers.items():
                drawn = enumerate(hands.get(slot.key, ()), first)
                result += [Placed(position, slot.marks_hundredths, version, letter) for position, version in drawn]
        elif slot.question is not None and slot.question.current_version_id is not None:
            result.append(Placed(first, slot.marks_hundredths, slot.question.current_version_id))
    return result


def contents(wanted: Iterable[Placed]) -> dict[int, QuestionVersion]:
    """Return the question versions of a paper by their ids. One query."""
    ids = {each.version_id for each in wanted}
    return {each.id: each for each in db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(ids)))}


# -- ready? --------------------------------------------------------------------------------------------------------


def problems(quiz: Quiz) -> list[str]:
    """Return what must be mended before trainees can sit the quiz, as sentences."""
    return problems_of_all([quiz.id])[quiz.id]


def problems_of_all(quiz_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return what must be mended in each of these drafts. Two queries, three where questions are drawn."""
    listed = rows_of(quiz_ids)
    offered = offers_of(listed.values())
    return {
        quiz_id: problems_of(listed[quiz_id], offer, quiz_id) for quiz_id, offer in zip(listed, offered, strict=True)
    }


def problems_of(listed: Sequence[Row], offered: dict[str, list[pools.Candidate]], quiz_id: int = 0) -> list[str]:
    """Return what must be mended in these rows of a draft; `offered` is what `offers` says of them."""
    slots = only_slots(listed)
    if not slots:
        return [_("还没有题目，至少要有一题")]
    found, at, short = _empty_sections(listed), numbers(listed), False
    for slot in slots:
        if slot.is_draw:
            lacks = _draw_problems(slot, at[slot.key], len(offered[slot.key]))
            short, found = short or bool(lacks), found + lacks
        else:
            found += _question_problems(slot, at[slot.key][0])
    if not short and offered and _paper(quiz_id, slots, offered, 0) is None:
        found.append(_("几处随机抽题争同样的题，合起来不够抽。往题库里加题，或者少抽几道"))
    return found


def _empty_sections(listed: Sequence[Row]) -> list[str]:
    sections = plan_of(listed)["sections"]
    return [_("“%(title)s”下面还没有题目", title=each["title"]) for each in sections if not each["count"]]


def _draw_problems(slot: QuizSlot, place: tuple[int, int], size: int) -> list[str]:
    if size >= slot.draw_count:
        return []
    return [
        _(
            "第 %(first)s–%(last)s 题要从题库抽 %(count)s 道，符合条件的只有 %(size)s 道。往题库里加题、放宽条件，或者少抽几道",
            first=place[0],
            last=place[1],
            count=slot.draw_count,
            size=size,
        )
    ]


def _question_problems(slot: QuizSlot, number: int) -> list[str]:
    question = slot.question
    version = question.current if question else None
    found = []
    if question is not None and question.retired_at is not None:
        found.append(_("第 %(number)s 题已经停用，换一题或者移走", number=number))
    if version is None:
        return [*found, _("第 %(number)s 题没有内容", number=number)]
    for problem in installed.get(version.type).problems(version.content):
        found.append(_("第 %(number)s 题：%(problem)s", number=number, problem=str(problem.message)))
    return found


# -- freezing ------------------------------------------------------------------------------------------------------


def freeze(quiz: Quiz) -> QuizVersion:
    """Return the frozen version of the draft as it is now: the newest one if nothing has changed since, else a new one.

    Draws are made at the start of every attempt; with equivalent papers they are made here, once for each letter. Raises
    UserError (422) when the draft has no question to ask, or the bank too few for a lettered paper.
    """
    lock(quiz)
    listed = _usable(rows(quiz))
    if not only_slots(listed):
        raise UserError(_("测验“%(title)s”还没有题目", title=quiz.title), status=422)
    digest = digest_of(quiz, listed)
    latest = _latest(quiz)
    if latest is not None and latest.digest == digest:
        return latest
    plan, letters = plan_of(listed), ""
    if quiz.paper_count > 1 and plan["draws"]:
        letters, plan["draws"] = LETTERS[: quiz.paper_count], []
    version = QuizVersion(
        quiz_id=quiz.id,
        number=latest.number + 1 if latest else 1,
        digest=digest,
        question_count=question_count(listed),
        marks_hundredths=total_marks(listed),
        plan=plan,
        **settings_of(quiz),
    )
    chosen = placed(quiz.id, listed, letters)
    for letter in letters:
        if sum(each.paper in ("", letter) for each in chosen) < version.question_count:
            raise UserError(_("测验“%(title)s”可以抽的题不够，出不成卷", title=quiz.title), status=422)
    version.slots = [
        QuizVersionSlot(
            position=each.position,
            paper=each.paper,
            question_version_id=each.version_id,
            marks_hundredths=each.marks_hundredths,
        )
        for each in chosen
    ]
    db.session.add(version)
    db.session.flush()
    if latest is not None:
        allowances.follow(quiz.id)
    return version


def _usable(listed: Sequence[Row]) -> list[Row]:
    """Return the rows without questions that say nothing."""
    return [
        row
        for row in listed
        if isinstance(row, QuizSection) or row.is_draw or (row.question and row.question.current_version_id)
    ]


def _latest(quiz: Quiz) -> QuizVersion | None:
    query = select(QuizVersion).where(QuizVersion.quiz_id == quiz.id).order_by(QuizVersion.number.desc()).limit(1)
    return db.session.scalar(query)


def is_unchanged(quiz: Quiz, listed: Sequence[Row], version: QuizVersion) -> bool:
    """Whether freezing the draft with these rows now would give this version again."""
    return version.quiz_id == quiz.id and version.digest == digest_of(quiz, _usable(listed))


def digest_of(quiz: Quiz, listed: Sequence[Row]) -> str:
    """Return a mark of the draft's settings and rows, which changes when any of them does."""
    what = [settings_of(quiz), [_said(row) for row in listed]]
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=_plain).encode()).hexdigest()


def _said(row: Row) -> list[Any]:
    if isinstance(row, QuizSection):
        return ["section", row.title, row.instructions, row.shuffle_questions, row.time_limit_seconds]
    if row.is_draw:
        return ["draw", row.draw_count, row.draw_from, row.marks_hundredths]
    return [row.question.current_version_id if row.question else None, row.marks_hundredths]


def _plain(value: Any) -> str:
    """Write a moment the same way whatever time zone it came in."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
