"""A question while it is being written: what was typed, what is wrong with it, and the draft it makes.

Used by the pages of the bank and by those of a quiz, which write questions with the same editor.
"""

from dataclasses import dataclass, field
from typing import Any

from academy.i18n import _
from courses.question_types.base import Content, FormValues, QuestionType, common_form, first
from courses.question_types.text import clean_line
from courses.questions import services
from courses.questions.models import Category, Question
from courses.questions.rules import DIFFICULTIES, MEDIUM, Draft, split_tags
from courses.questions.rules.tree import PATH_LIMIT, join_path, path_problem, split_path

SPARE_ROWS = 2
"""How many empty rows “one more” brings without scripts."""


@dataclass
class Editor:
    """What the editor page shows. `problems` maps a field to its sentence."""

    type: QuestionType
    content: Content
    difficulty: str = MEDIUM
    tags: str = ""
    category: str = ""
    problems: dict[str, str] = field(default_factory=dict)
    spare: int = 0

    @property
    def values(self) -> dict[str, Any]:
        """What the type's own editor.html needs."""
        return {**common_form(self.content), **self.type.to_form(self.content, self.spare)}

    @property
    def draft(self) -> Draft:
        """The question that was written."""
        return Draft(self.type.key, self.content, self.difficulty, tuple(split_tags(self.tags)))

    def shelf(self) -> Category | None:
        """Return the category whose path was written; what is new of it is made."""
        return services.category_named(self.category) if self.category else None


def blank(type_: QuestionType, category: str = "") -> Editor:
    """Return the editor of a new question."""
    return Editor(type_, type_.empty(), category=category)


def opened(question: Question, type_: QuestionType) -> Editor:
    """Return the editor of a question as it is."""
    version = question.current
    return Editor(
        type_,
        version.content if version else type_.empty(),
        version.difficulty if version else MEDIUM,
        "、".join(version.tags) if version else "",
        services.tree().path(question.category_id),
    )


def sent(type_: QuestionType, form: FormValues) -> Editor:
    """Return the editor with what was typed, judged. “One more row” is not judged."""
    difficulty = first(form, "difficulty")
    editor = Editor(
        type_,
        type_.from_form(form),
        difficulty if difficulty in DIFFICULTIES else MEDIUM,
        clean_line(first(form, "tags")),
        join_path(split_path(first(form, "category")[: 2 * PATH_LIMIT])),
    )
    if wants_more(form):
        editor.spare = SPARE_ROWS if first(form, "action") == "more" else 0
        return editor
    for problem in type_.problems(editor.content):
        editor.problems.setdefault(problem.field, str(problem.message))
    if wrong := path_problem(editor.category):
        editor.problems["category"] = str(wrong)
    return editor


def wants_more(form: FormValues) -> bool:
    """Whether a button for one more row, or for one less, was pressed."""
    action = first(form, "action")
    return action == "more" or action.startswith("drop-")


def differences(theirs: Editor, mine: Editor) -> list[tuple[str, str, str]]:
    """Return (what, stored, typed) for everything in which two states of a question differ."""
    rows = [
        (_("题干"), _text(theirs, "stem"), _text(mine, "stem")),
        (_("答案"), _key(theirs), _key(mine)),
        (_("解析"), _text(theirs, "explanation"), _text(mine, "explanation")),
        (_("难度"), str(DIFFICULTIES[theirs.difficulty]), str(DIFFICULTIES[mine.difficulty])),
        (_("标签"), theirs.tags, mine.tags),
        (_("分类"), theirs.category, mine.category),
    ]
    found = [row for row in rows if row[1] != row[2]]
    if not found and theirs.content != mine.content:
        found.append((_("选项"), _options(theirs), _options(mine)))
    return found


def _text(editor: Editor, name: str) -> str:
    return str(editor.content.get(name, ""))


def _key(editor: Editor) -> str:
    return editor.type.answer_text(editor.content, editor.type.correct_answer(editor.content))


def _options(editor: Editor) -> str:
    return _("；").join(str(option.get("text", "")) for option in editor.content.get("options", []))
