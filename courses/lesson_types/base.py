"""What a lesson type is.

A type is a folder with a module attribute `PLUGIN`, a `player.html` (included in the trainee's lesson page) and an
`editor.html` (included in the author's form). A lesson's `content` is a JSON-able dict that only its type understands;
`completion` is {"rule": key, "percent": 1..100} in the type's own rules.

Progress is a share from 0 to 1 of what the type measures; a lesson is done when the share reaches the rule's goal.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar

from academy.i18n import _
from academy.web.forms import BaseForm

Content = Mapping[str, Any]


def _no_lesson(title: str) -> str:
    """Return that no lesson is called so."""
    return ""


@dataclass(frozen=True)
class Problem:
    """Something that is missing before publication: a whole sentence, and the editor's field it belongs to."""

    message: str
    field: str = ""


@dataclass(frozen=True)
class Rule:
    """One way to complete a lesson of the type. `percent` is the default share asked for; None when it has no share."""

    key: str
    label: Any
    percent: int | None = None


@dataclass(frozen=True)
class PlayerContext:
    """What a type needs to know to show a lesson to one person.

    person_id: who looks; media_url(file_id, name) and page_url(file_id, page) make addresses that the room which shows
    the lesson has checked; covered: intervals done so far (milliseconds, or units from 0); position: where to resume;
    preview: True when an author looks and nothing counts. For
    types that measure "work": state as `take` left it, work_url where steps are posted to, revision that they name; token:
    what every form of a preview sends along instead (components/work.html prints both). lesson_url(title): the address of
    the lesson of the same course that has this title in either language, "" when there is none.
    """

    person_id: int
    media_url: Any
    page_url: Any
    start_quiz_url: str = ""
    covered: list[list[int]] = field(default_factory=list)
    position: str = ""
    preview: bool = False
    state: Mapping[str, Any] = field(default_factory=dict)
    work_url: str = ""
    revision: int = 0
    token: str = ""
    lesson_url: Callable[[str], str] = _no_lesson


@dataclass(frozen=True)
class Gate:
    """A question inside a recording, behind which nothing is credited before it is answered.

    key: its lasting name within the lesson, over versions; it comes at a point between from_ms and to_ms, which may be the
    same; right: only the right answer lets one go on.
    """

    key: str
    question_version_id: int
    from_ms: int
    to_ms: int
    right: bool = False


@dataclass(frozen=True)
class Taken:
    """What becomes of a step in a lesson that one works through.

    state: where the person stands now, kept for the type; share: how far the lesson is done in all; evidence: what is
    appended to the record about this step, small and without anything that need not be kept; message: what to say.
    """

    state: dict[str, Any]
    share: Fraction
    evidence: dict[str, Any] = field(default_factory=dict)
    message: str = ""


def step_fields(context: PlayerContext) -> dict[str, Any]:
    """Return what the forms of a lesson that one works through need: see templates/components/work.html."""
    return {"url": context.work_url, "revision": context.revision, "token": context.token}


class LessonType(ABC):
    """Contract of a lesson type.

    `measure` says where its evidence comes from. "time": milliseconds of a recording watched; "units": numbered parts
    shown (paragraphs, pages); "reading": paragraphs of a textbook, reported by the signal `chapter_read`; "attempt": a
    quiz, reported by the signal `attempt_submitted`; "work": steps that one takes on the page, judged by `take`.

    `styles` and `scripts` are sheets and scripts of static/ ("parts/scenario") that both the player and the editor load.
    """

    key: ClassVar[str]
    name: ClassVar[Any]
    icon: ClassVar[str]
    order: ClassVar[int] = 100
    measure: ClassVar[str]
    rules: ClassVar[tuple[Rule, ...]]
    form: ClassVar[type[BaseForm]]
    asks: ClassVar[bool] = False
    """Whether authors may put questions of the bank into it; they then lie in the content as `lesson_types.questions` says."""
    styles: ClassVar[tuple[str, ...]] = ()
    scripts: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def empty(self) -> dict[str, Any]:
        """Return the content of a new lesson."""

    @abstractmethod
    def problems(self, content: Content) -> list[Problem]:
        """Return what is missing before the lesson can be published."""

    def problems_of_all(self, contents: Sequence[Content]) -> list[list[Problem]]:
        """Return the `problems` of several lessons; a type that asks the database asks it once for all of them."""
        return [self.problems(content) for content in contents]

    def cautions_of_all(self, contents: Sequence[Content]) -> list[list[str]]:
        """Return sentences about what the author should look at before publishing; they hinder nothing."""
        return [[] for _content in contents]

    @abstractmethod
    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the values that fill `form` from `content`."""

    @abstractmethod
    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that a valid `form` describes; raises academy.errors.UserError with the field to mend."""

    def prepare(self, form: Any, content: Content) -> None:  # noqa: B027 - most types have nothing to prepare
        """Do beforehand what takes long in `from_form`, while others may write; changes no row. Raises as `from_form` does."""

    def editor(self, content: Content, owner_id: int) -> dict[str, Any]:
        """Return what `editor.html` needs besides the form and `files`, what is shown of each file that the form names."""
        return {}

    def freeze(self, content: Content) -> dict[str, Any]:
        """Return the content as it is published: whatever it refers to is pinned to its version."""
        return dict(content)

    def preview(self, content: Content) -> dict[str, Any]:
        """Return the content as `freeze` would make it, for showing a draft to its author; nothing is stored."""
        return dict(content) if self.problems(content) else self.freeze(content)

    def same(self, content: Content, published: Content) -> bool:
        """Return whether freezing the draft again would give what is published; nothing is stored."""
        return self.preview(content) == dict(published)

    def same_of_all(self, pairs: Sequence[tuple[Content, Content]]) -> list[bool]:
        """Return `same` for several lessons; a type that asks the database asks it once for all of them."""
        return [self.same(content, published) for content, published in pairs]

    def lacks(self, content: Content) -> str:
        """Return in a word or two what an author still has to bring ("缺文件"), or an empty string. Asks no database."""
        return ""

    def files(self, content: Content) -> frozenset[int]:
        """Return the ids of stored files that whoever studies the lesson may read."""
        return frozenset()

    def size(self, content: Content) -> int:
        """Return what progress is measured against: milliseconds, or the number of units; at least 1."""
        return 1

    def unit_weights(self, content: Content) -> list[int]:
        """Return the characters in each unit (for "units"), by which showing them is held against the clock."""
        return []

    def minutes(self, content: Content) -> int:
        """Return the minutes a trainee will need, or 0 when the author has to say."""
        return 0

    @abstractmethod
    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length in the language of the request, for example "视频 21:30"."""

    def gates(self, content: Content) -> tuple[Gate, ...]:
        """Return the questions inside a published recording (for "time")."""
        return ()

    def in_order(self, content: Content) -> bool:
        """Return whether seeking ahead is held back on the first viewing (for "time")."""
        return False

    @abstractmethod
    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return what `player.html` needs."""

    def take(self, content: Content, state: Mapping[str, Any], values: Mapping[str, Any]) -> Taken:
        """Judge a step, sent as a form or as JSON, in a lesson that measures "work".

        `values` come from a browser and may be anything; `state` is what this method returned before, at first {}. Raises
        academy.errors.UserError with the field to mend; then nothing has changed.
        """
        raise NotImplementedError(f"lessons of the type {self.key} take no steps")

    def share_taken(self, taken: Taken, completion: Mapping[str, Any]) -> Fraction:
        """Return how far the lesson is done after a step under its rule; a type whose rules ask for different things says."""
        return taken.share

    def handed_in(self, content: Content, state: Mapping[str, Any]) -> str:
        """Return what the author of the course may read of somebody's work, as plain text; "" when there is nothing."""
        return ""

    def search_text(self, content: Content) -> str:
        """Return plain text by which the course can be found."""
        return ""

    def checked_completion(self, completion: Mapping[str, Any]) -> dict[str, Any]:
        """Return the rule in normal form; an unknown rule becomes the type's first."""
        rule = next((rule for rule in self.rules if rule.key == completion.get("rule")), self.rules[0])
        if rule.percent is None:
            return {"rule": rule.key}
        percent = completion.get("percent")
        valid = isinstance(percent, int) and not isinstance(percent, bool) and 1 <= percent <= 100
        return {"rule": rule.key, "percent": percent if valid else rule.percent}

    def goal(self, completion: Mapping[str, Any]) -> Fraction:
        """Return the share that completes the lesson; 0 means that opening it is enough."""
        rule = self.checked_completion(completion)
        return Fraction(rule["percent"], 100) if "percent" in rule else self.plain_goal(rule["rule"])

    def plain_goal(self, rule: str) -> Fraction:
        """Return the goal of a rule without a share."""
        return Fraction(0) if rule == "opened" else Fraction(1)

    @abstractmethod
    def requirement(self, completion: Mapping[str, Any], content: Content) -> str:
        """Return the rule as a sentence for the trainee, for example "看完 90% 自动记为完成"."""

    def missing(self, content: Content, completion: Mapping[str, Any], share: Fraction) -> str:
        """Return what is still needed as a sentence, or an empty string when the lesson is done."""
        return "" if share >= self.goal(completion) else _("还差一点就学完了")
