"""A quiz on paper: the paper itself, the answer sheet, and the key for instructors, as PDF."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Any

from flask import current_app

from academy.i18n import _, current_locale, localized, ngettext, using
from academy.printing import typeset
from academy.web.filters import show_duration, show_hundredths
from courses.question_types.base import PrintParts
from courses.quizzes.models import Quiz
from courses.quizzes.services.papers import PaperQuestion, draft_paper
from courses.quizzes.services.pictures import pictures_of

TEMPLATE = Path(__file__).parent.parent / "print" / "paper.typ"
TRUE_FALSE = ["√", "×"]
BLANK = re.compile(r"_{2,}")
WRITING_LINES = 6
LONG_STEM = 400
_COUNTED = "一二三四五六七八九十"


class Sheet(StrEnum):
    """The three documents of a quiz on paper."""

    PAPER = "paper"
    ANSWERS = "sheet"
    KEY = "key"


def print_quiz(quiz: Quiz, kind: Sheet, letter: str, locale: str) -> bytes:
    """Return one document of a draft as PDF; the same draft and bank give the same bytes.

    `letter` says which of the equivalent papers; where questions are drawn it fixes the draw. Raises PrintingError when
    the paper cannot be set.
    """
    paper = draft_paper(quiz, letter)
    with using(locale):
        pictures = pictures_of(question.print_parts().picture for question in paper)
        data = _data(quiz, kind, letter, paper, {address: name for address, (name, _content) in pictures.items()})
    return typeset(TEMPLATE, {**data, "lang": locale}, pictures=dict(pictures.values()))


def _data(
    quiz: Quiz, kind: Sheet, letter: str, paper: Sequence[PaperQuestion], pictures: Mapping[str, str]
) -> dict[str, Any]:
    total = sum(question.marks_hundredths for question in paper)
    lettered = _("%(letter)s 卷", letter=letter) if quiz.paper_count > 1 else ""
    name, title = _names()[kind], localized(quiz, "title")
    facts = [
        _("满分 %(marks)s 分", marks=show_hundredths(total)),
        ngettext("%(n)s 题", "%(n)s 题", len(paper)),
        _("时间 %(duration)s", duration=show_duration(quiz.time_limit_seconds)) if quiz.time_limit_seconds else "",
    ]
    return {
        "kind": kind.value,
        "college": localized(current_app.config["SETTINGS"], "college"),
        "title": title,
        "heading": " ".join(filter(None, [title, lettered if kind is Sheet.PAPER else "", name])),
        "mark": " · ".join(filter(None, [name, lettered])) or title,
        "facts": [fact for fact in facts if fact] + ([lettered] if lettered and kind is not Sheet.PAPER else []),
        "fields": [_("单位"), _("姓名"), _("编号"), _("得分")],
        "notes": _notes(kind),
        "total": show_hundredths(total),
        "page": _("第 {n} 页，共 {total} 页"),
        "words": {
            "section": _("部分"),
            "total": _("合计"),
            "full": _("满分"),
            "got": _("得分"),
            "number": _("题号"),
            "marks": _("分值"),
            "answer": _("答案和解析"),
        },
        "sections": [_section(*each, kind=kind, pictures=pictures) for each in _parts(paper)],
    }


def _names() -> dict[Sheet, str]:
    return {Sheet.PAPER: "", Sheet.ANSWERS: _("答题卡"), Sheet.KEY: _("参考答案")}


def _notes(kind: Sheet) -> str:
    if kind is Sheet.ANSWERS:
        return _("选择题用铅笔把选中的字母涂满；判断题正确涂 √，错误涂 ×。其他题写在框里或线上。")
    if kind is Sheet.KEY:
        return _("供任课老师阅卷用，请勿发给学员。")
    return ""


def _parts(paper: Sequence[PaperQuestion]) -> list[tuple[str, str, list[PaperQuestion]]]:
    """Return (title, instructions, questions) of the sections; a paper without any is parted by its types where it can.

    It can where the questions of each type stand together.
    """
    if any(question.section for question in paper):
        parted = groupby(paper, key=lambda question: question.section.number if question.section else 0)
        groups = [list(questions) for _number, questions in parted]
        heads = [group[0].section for group in groups]
        return [
            (head.title if head else "", head.instructions if head else "", group)
            for head, group in zip(heads, groups, strict=True)
        ]
    groups = [list(questions) for _key, questions in groupby(paper, key=lambda question: question.type.key)]
    kinds = [group[0].type for group in groups]
    if not 1 < len(groups) == len({kind.key for kind in kinds}) <= len(_COUNTED):
        return [("", "", list(paper))]
    return [
        (_("%(ordinal)s、%(type)s题", ordinal=_ordinal(place), type=kind.name), "", group)
        for place, (kind, group) in enumerate(zip(kinds, groups, strict=True))
    ]


def _ordinal(place: int) -> str:
    return _COUNTED[place] if current_locale() == "zh" else str(place + 1)


def _section(
    title: str, instructions: str, questions: Sequence[PaperQuestion], *, kind: Sheet, pictures: Mapping[str, str]
) -> dict[str, Any]:
    marks = show_hundredths(sum(question.marks_hundredths for question in questions))
    worth = {question.marks_hundredths for question in questions}
    alike = bool(title) and len(worth) == 1 and len(questions) > 1
    facts = _("（共 %(n)s 题，%(marks)s 分）", n=len(questions), marks=marks)
    if alike:
        each = show_hundredths(min(worth))
        facts = _("（共 %(n)s 题，每题 %(each)s 分，共 %(marks)s 分）", n=len(questions), each=each, marks=marks)
    return {
        "title": title,
        "short": re.split(r"[、.．\s]", title, maxsplit=1)[0][:8] if title else "",
        "facts": facts if title else "",
        "instructions": instructions,
        "marks": marks,
        "questions": [_question(question, kind, pictures, say_marks=not alike) for question in questions],
    }


def _question(question: PaperQuestion, kind: Sheet, pictures: Mapping[str, str], *, say_marks: bool) -> dict[str, Any]:
    parts = question.print_parts()
    marks = show_hundredths(question.marks_hundredths)
    key = question.printed_key() if kind is Sheet.KEY else ("", "")
    bubbles, blanks = _places(parts, truth=question.is_true_or_false)
    return {
        "number": str(question.number),
        "marks": _("（%(marks)s 分）", marks=marks) if say_marks else "",
        "marks-only": marks,
        "stem": parts.stem,
        "lists": [[list(line) for line in lines] for lines in parts.lists],
        "picture": pictures.get(parts.picture, ""),
        "alt": parts.alt,
        "areas": [list(area) for area in parts.areas],
        "long": len(parts.stem) > LONG_STEM or bool(parts.picture),
        "bubbles": bubbles,
        "blanks": blanks,
        "lines": WRITING_LINES * (2 if list(parts.blanks) == [""] else 1),
        "key": key[0],
        "explanation": key[1],
    }


def _places(parts: PrintParts, *, truth: bool) -> tuple[list[str], list[str]]:
    """Return (bubbles, labels of blanks) of a question on the answer sheet; neither: lines to write on."""
    gaps = len(BLANK.findall(parts.stem))
    labels = [label for label in parts.blanks if label]
    if truth:
        return TRUE_FALSE, []
    if gaps:
        return [], [f"({number})" for number in range(1, gaps + 1)] if gaps > 1 else [""]
    if labels:
        return [], labels
    if len(parts.lists) == 1 and not parts.blanks:
        return [label for label, _words in parts.lists[0] if label], []
    return [], []
