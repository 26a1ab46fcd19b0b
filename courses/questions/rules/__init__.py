"""What a question is, whatever its type: what is searched, what difficulty means, how plain text is read. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from academy.i18n import lazy as _l
from courses.formats.plain_questions import LineProblem, TextQuestion, parse, write
from courses.question_types.base import PlainError, PlainParts, QuestionType, format_of, hints_of
from courses.question_types.installed import all_types
from courses.question_types.text import MARKDOWN, clean_line, clean_text, escape, plain_of, split_escaped, unescape

DIFFICULTIES = {"easy": _l("易"), "medium": _l("中"), "hard": _l("难")}
_PLAIN_DIFFICULTIES = {
    "易": "easy",
    "中": "medium",
    "难": "hard",
    "容易": "easy",
    "中等": "medium",
    "困难": "hard",
}
MEDIUM = "medium"
MOST_TAGS, TAG_LIMIT = 10, 20
DEFAULT_HUNDREDTHS = 100
"""Marks of a question where nothing else is said: one mark."""

_SPACES = re.compile(r"\s+")
_TAG_SEPARATORS = re.compile(r"[、,，;；\s]+")


@dataclass(frozen=True)
class Draft:
    """A question that is not in the bank yet; `line` is where it stood in a text."""

    type: str
    content: dict[str, Any]
    difficulty: str = MEDIUM
    tags: tuple[str, ...] = ()
    marks_hundredths: int = DEFAULT_HUNDREDTHS
    line: int = field(default=0, compare=False)


def may_change(owner_id: int | None, person_id: int, roles: Collection[str]) -> bool:
    """Whether a person may change what `owner_id` wrote: their own, or anything for an administrator."""
    return "admin" in roles or (owner_id is not None and owner_id == person_id)


def searchable(text: str) -> str:
    """Fold text as it is searched: width, case and spaces make no difference."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def search_text(content: dict[str, Any], tags: Iterable[str] = ()) -> str:
    """Return everything one may search a question by: its texts, wherever the type keeps them, and its tags."""
    keys = [key for key in content if key not in ("correct", "scoring", "format")]
    form = format_of(content)
    parts = [plain_of(text, form) for key in keys for text in _texts(content[key])]
    return searchable(" ".join([*parts, *tags]))


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return [text for key, item in value.items() if key != "id" for text in _texts(item)]
    return []


def split_tags(text: str) -> list[str]:
    """Return the tags of a typed list, each once."""
    return [tag[:TAG_LIMIT] for tag in dict.fromkeys(_TAG_SEPARATORS.split(text)) if tag][:MOST_TAGS]


# -- plain text ----------------------------------------------------------------------------------------------------


def read_plain(text: str) -> tuple[list[Draft], list[LineProblem]]:
    """Read questions from plain text; those with a problem are left out, each problem names its line."""
    questions, problems = parse(text)
    by_label = {label: type_ for type_ in all_types().values() for label in type_.plain_labels}
    drafts = []
    for question in questions:
        type_ = by_label.get(question.label)
        if type_ is None:
            problems.append(LineProblem(question.lines["stem"], _unknown(question.label)))
            continue
        draft, found = _interpreted(question, type_)
        problems += found
        if draft is not None:
            drafts.append(draft)
    return drafts, sorted(problems, key=lambda problem: problem.line)


def write_plain(drafts: Iterable[Draft]) -> str:
    """Write questions as plain text; only for contents without problems and installed types."""
    words = {key: word for word, key in reversed(_PLAIN_DIFFICULTIES.items())}
    questions = []
    for draft in drafts:
        type_ = all_types()[draft.type]
        parts = type_.to_plain(draft.content)
        explanation = str(draft.content.get("explanation", ""))
        hints = "|".join(escape(hint, "|｜") for hint in hints_of(draft.content))
        extra = {**parts.extra, **({"提示": hints} if hints else {})}
        if format_of(draft.content) == MARKDOWN:
            extra["文字格式"] = "Markdown"
        questions.append(
            TextQuestion(
                label=type_.plain_labels[0],
                stem=parts.stem,
                options=tuple(parts.options),
                answer=parts.answer,
                explanation=explanation,
                difficulty="" if draft.difficulty == MEDIUM else words[draft.difficulty],
                tags=draft.tags,
                centimarks=None if draft.marks_hundredths == DEFAULT_HUNDREDTHS else draft.marks_hundredths,
                extra=extra,
            )
        )
    return write(questions)


def _unknown(label: str) -> Any:
    known = "、".join(type_.plain_labels[0] for type_ in all_types().values() if type_.plain_labels)
    return _l("不认识的题型“%(label)s”，可以写：%(known)s", label=label, known=known)


def _interpreted(question: TextQuestion, type_: QuestionType) -> tuple[Draft | None, list[LineProblem]]:
    start = question.lines["stem"]
    parts = PlainParts(question.stem, question.options, question.answer, question.extra)
    try:
        content = type_.from_plain(parts)
    except PlainError as error:
        return None, [LineProblem(question.lines.get(error.part, start), error.message)]
    content["explanation"] = clean_text(question.explanation)
    if question.extra.get("文字格式", "").casefold() == MARKDOWN:
        content["format"] = MARKDOWN
    hints = [clean_line(unescape(hint)) for hint in split_escaped(question.extra.get("提示", ""), "|｜")]
    if any(hints):
        content["hints"] = [hint for hint in hints if hint]
    found = [LineProblem(start, problem.message) for problem in type_.problems(content)]
    difficulty = _PLAIN_DIFFICULTIES.get(question.difficulty or "中")
    if difficulty is None:
        line = question.lines.get("extra", start)
        found.append(LineProblem(line, _l("难度应为易、中或难，现在是“%(word)s”", word=question.difficulty)))
    if found or difficulty is None:
        return None, found
    marks = question.centimarks or DEFAULT_HUNDREDTHS
    tags = tuple(split_tags("、".join(question.tags)))
    return Draft(type_.key, content, difficulty, tags, marks, start), []
