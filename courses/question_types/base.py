"""The contract of a question type.

A question's ``content`` and a trainee's ``answer`` are JSON values. Both come from a database that may
be older than the code, from an import, or from a forged request, so every method below is total: it
takes any JSON value and never raises, except where its docstring says so.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Protocol

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from courses.question_types.text import (
    MARKDOWN,
    PLAIN,
    clean_line,
    clean_markdown,
    clean_text,
    plain_of,
    without_controls,
)

Content = dict[str, Any]

STEM_LIMIT = 2_000
EXPLANATION_LIMIT = 5_000
MOST_HINTS, HINT_LIMIT = 3, 300
ANSWER_FIELD = "answer"


class FormValues(Protocol):
    """What a type needs of a submitted form; a werkzeug ``MultiDict`` is one."""

    def getlist(self, key: str, /) -> list[str]:
        """All values sent under this name, in order."""
        ...


@dataclass(frozen=True)
class Problem:
    """One thing that must be mended before a question can be asked.

    ``field`` is the id of the editor's input, so that an error summary can link to it. ``message`` is a lazy
    translation, so it speaks the reader's language and not the finder's.
    """

    field: str
    message: LazyString


@dataclass(frozen=True)
class PlainParts:
    """The type's own part of a question in the plain text format (``courses.formats.plain_questions``)."""

    stem: str
    options: Sequence[str] = ()
    answer: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


class PlainError(ValueError):
    """Plain text that this type cannot read; ``part`` says which: ``stem``, ``options``, ``answer`` or ``extra``."""

    def __init__(self, part: str, message: LazyString) -> None:
        super().__init__(str(message))
        self.part = part
        self.message = message


class StepError(ValueError):
    """A step that cannot be taken from where the answer stands; `message` is a sentence for who answers."""

    def __init__(self, message: LazyString) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True)
class Example:
    """A valid content and answers with the fraction each must earn; shown in help, run by the contract tests."""

    content: Content
    graded: Sequence[tuple[Any, Fraction]]


@dataclass(frozen=True)
class PrintParts:
    """What a printed paper shows of a question: plain lines, nothing of the key.

    ``lists`` are printed beside or below each other: options, or a left and a right side; each line is a label (``A``,
    ``1``, or empty) and its text. ``blanks`` are the labels of the places where the answer is written; empty where one
    marks a line of a list. ``picture`` is an address under ``/pictures/`` with ``areas``: (number, shape, x, y, w, h)
    in thousandths of the picture.
    """

    stem: str
    lists: Sequence[Sequence[tuple[str, str]]] = ()
    blanks: Sequence[str] = ()
    picture: str = ""
    alt: str = ""
    areas: Sequence[tuple[str, str, int, int, int, int]] = ()


@dataclass(frozen=True)
class HandPart:
    """A piece of an answer that a person judges. ``part`` names it within its question, empty for the whole answer.

    ``rubric`` is one of courses.question_types.rubric; empty where marks are given freely. ``weight``: what a part is worth
    within its question, in hundredths; 0 for the whole answer.
    """

    part: str
    stem: str
    answer: str
    model_answer: str = ""
    rubric: Sequence[Mapping[str, Any]] = ()
    format: str = "plain"
    weight: int = 0


class QuestionType(ABC):
    """One way to ask. Subclasses are stateless; one instance serves all requests."""

    order: ClassVar[int] = 100
    """Where the type stands in lists of types."""
    key: ClassVar[str]
    """Stored with every question; never changes."""
    name: ClassVar[LazyString]
    """Shown beside every question, for example 单选."""
    icon: ClassVar[str]
    """Name in the icon sprite."""
    plain_labels: ClassVar[tuple[str, ...]] = ()
    """What may stand in 【】 in the plain text format; the first is the one written."""
    examples: ClassVar[tuple[Example, ...]]
    marked_by_hand: ClassVar[bool] = False
    """Whether a person judges answers: ``grade`` then gives None for an answered question, which waits for a marker."""
    stepwise: ClassVar[bool] = False
    """Whether an answer grows step by step and what is asked next follows from it; see `step` and `advance`."""
    installed: ClassVar[bool] = True
    """False only for the stand-in of a type that is gone."""

    def template(self, part: str) -> str:
        """Return the name of the type's template: ``answer``, ``review`` or ``editor``."""
        return f"question_types/{self.key}/{part}.html"

    # -- content ---------------------------------------------------------------------------------

    @abstractmethod
    def empty(self) -> Content:
        """The content that a new question's editor starts with."""

    def problems(self, content: object) -> list[Problem]:
        """All that is wrong with this content, in the order of the editor's fields."""
        values = as_content(content)
        stem = text_of(values, "stem")
        found = []
        if not stem:
            found.append(Problem("stem", _l("写上题干")))
        elif len(stem) > STEM_LIMIT:
            found.append(
                Problem(
                    "stem",
                    _l(
                        "题干不能超过 %(limit)s 个字，现在有 %(length)s 个",
                        limit=STEM_LIMIT,
                        length=len(stem),
                    ),
                )
            )
        found += self.own_problems(values)
        explanation = text_of(values, "explanation")
        if len(explanation) > EXPLANATION_LIMIT:
            found.append(
                Problem(
                    "explanation",
                    _l(
                        "解析不能超过 %(limit)s 个字，现在有 %(length)s 个",
                        limit=EXPLANATION_LIMIT,
                        length=len(explanation),
                    ),
                )
            )
        return [*found, *_hint_problems(values)]

    @abstractmethod
    def own_problems(self, content: Content) -> list[Problem]:
        """What is wrong apart from stem, explanation and hints, which every type has."""

    @abstractmethod
    def public(self, content: object, order_seed: str | None) -> Content:
        """What a browser may be given before the key may be shown: no key, no explanation, no hint.

        Begins with ``asked(content)``: the stem, and how the texts are written.
        The same ``order_seed`` always gives the same order of options; ``None`` keeps the author's.
        """

    def step(self, content: object, answer: object, order_seed: str | None) -> Content:
        """What a browser may be given once the answer stands so, before the key may be shown; most types ask the same always."""
        return self.public(content, order_seed)

    # -- answers ---------------------------------------------------------------------------------

    @abstractmethod
    def parse_answer(self, form: FormValues) -> Any:
        """The answer in a submitted form, as JSON of bounded size; ``None`` when there is none."""

    def advance(self, content: object, before: object, given: object, order_seed: str | None) -> Any:
        """The answer to keep when `given`, from `parse_answer`, comes after `before`; only asked where ``stepwise``.

        Raises StepError when that is no step from there; what was answered then stays.
        """
        return given

    @abstractmethod
    def is_answered(self, answer: object) -> bool:
        """Whether the answer sheet shows this as answered."""

    @abstractmethod
    def grade(self, content: object, answer: object) -> Fraction | None:
        """The share of the marks earned, from 0 to 1, exact; never raises, whatever the answer.

        None only where ``marked_by_hand``: the answer waits for a person. No answer earns 0 everywhere.
        """

    def scored_by(self, content: Content, rule: str) -> Content:
        """The same question under a scoring rule that its paper prescribes; unchanged where the type has no such rule."""
        return content

    def hand_parts(self, content: object, answer: object) -> list[HandPart]:
        """The pieces of an answer that wait for a person; there are some exactly where ``grade`` gives None."""
        return []

    def grade_with(self, content: object, answer: object, shares: Mapping[str, Fraction]) -> Fraction | None:
        """What the answer earns with the shares that persons gave to its ``hand_parts``; None while one is missing."""
        return self.grade(content, answer)

    @abstractmethod
    def correct_answer(self, content: object) -> Any:
        """An answer that earns everything; only for when the key may be shown."""

    @abstractmethod
    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """What ``review.html`` shows: ``public`` with what was answered and what is right marked in it.

        Only for when the key may be shown.
        """

    @abstractmethod
    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """The answer in one line for lists and exports; empty when there is none."""

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """The question on paper, from what is public. This fits stems with options; other types say more."""
        shown = self.public(content, order_seed)
        options = [option for option in shown.get("options", []) if isinstance(option, dict)]
        form = format_of(content)
        lines = [(text_of(option, "letter"), plain_of(text_of(option, "text"), form)) for option in options]
        return PrintParts(stem=plain_stem(content), lists=[lines] if lines else [])

    # -- editor ----------------------------------------------------------------------------------

    def from_form(self, form: FormValues) -> Content:
        """The content that an editor form describes, complete or not; ``problems`` judges it."""
        rich = first(form, "format") == MARKDOWN
        clean = clean_markdown if rich else clean_text
        content: Content = {"stem": clean(first(form, "stem")), **({"format": MARKDOWN} if rich else {})}
        content.update(self.own_from_form(form))
        content["explanation"] = clean(first(form, "explanation"))
        hints = [hint for hint in map(clean_line, form.getlist("hint")[: MOST_HINTS + 1]) if hint]
        return {**content, "hints": hints} if hints else content

    @abstractmethod
    def own_from_form(self, form: FormValues) -> Content:
        """The type's own keys of the content."""

    @abstractmethod
    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """What ``editor.html`` needs to show this content, with at least ``spare`` empty rows where a type has rows."""

    # -- plain text ------------------------------------------------------------------------------

    @abstractmethod
    def from_plain(self, parts: PlainParts) -> Content:
        """Content from the plain text format. Raises PlainError with a sentence for the writer."""

    @abstractmethod
    def to_plain(self, content: object) -> PlainParts:
        """The plain text of a content without problems."""


def as_content(value: object) -> Content:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def text_of(content: Mapping[str, Any], key: str) -> str:
    """A text of a content; empty when it is missing or of another kind."""
    value = content.get(key)
    return value if isinstance(value, str) else ""


def format_of(content: object) -> str:
    """How the texts of a content are written: ``plain`` or ``markdown``."""
    return MARKDOWN if as_content(content).get("format") == MARKDOWN else PLAIN


def asked(content: object) -> Content:
    """The stem as a browser gets it, with how it and the other texts are written; ``format`` is left out when plain."""
    values = as_content(content)
    rich = {"format": MARKDOWN} if format_of(values) == MARKDOWN else {}
    return {"stem": text_of(values, "stem"), **rich}


def plain_stem(content: object) -> str:
    """The words of the stem, for lists, searches, tables and paper."""
    return plain_of(text_of(as_content(content), "stem"), format_of(content))


def hints_of(content: object) -> list[str]:
    """What helps a trainee who is stuck, the gentlest first."""
    hints = as_content(content).get("hints")
    return [hint for hint in hints if isinstance(hint, str) and hint] if isinstance(hints, list) else []


def common_form(content: object) -> dict[str, Any]:
    """What every editor shows, whatever the type; there is a row for every hint that may be written."""
    values, hints = as_content(content), hints_of(content)
    return {
        "stem": text_of(values, "stem"),
        "explanation": text_of(values, "explanation"),
        "format": format_of(values),
        "hints": hints + [""] * (MOST_HINTS - len(hints)),
    }


def _hint_problems(content: Content) -> list[Problem]:
    hints = hints_of(content)
    if len(hints) > MOST_HINTS:
        return [Problem("hint-1", _l("最多写 %(most)s 条提示，现在有 %(count)s 条", most=MOST_HINTS, count=len(hints)))]
    return [
        Problem(f"hint-{number}", _l("第 %(number)s 条提示不能超过 %(limit)s 个字", number=number, limit=HINT_LIMIT))
        for number, hint in enumerate(hints, 1)
        if len(hint) > HINT_LIMIT
    ]


def first(form: FormValues, name: str) -> str:
    """The first value of a form field, or an empty text."""
    values = form.getlist(name)
    return values[0] if values else ""


def answer_values(form: FormValues, limit: int, length: int) -> list[str]:
    """At most ``limit`` values of the answer field, each cut to ``length`` characters and storable anywhere."""
    return [without_controls(value[:length]) for value in form.getlist(ANSWER_FIELD)[:limit]]
