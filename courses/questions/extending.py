"""What rooms above add to the pages of a question: sections of its editor, and knowledge of questions much like it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from academy.accounts.models import Person
from courses.question_types.base import FormValues
from courses.questions.models import Question
from courses.questions.rules import Draft

PRESSED = "section-"
"""Begins what the buttons of sections say: pressing one brings the page back with everything typed, and saves nothing."""


class EditorSection(ABC):
    """A part of the form in which a question is written, about something that is kept elsewhere. Stateless.

    `template` shows it inside the form, `notice` above the form; they find what `opened` or `sent` gave as `held`. Names of
    its fields begin with its key; its buttons are called `action` and say PRESSED + key + …; its problems are told at the
    element that has the key as id.
    """

    key: ClassVar[str]
    template: ClassVar[str]
    notice: ClassVar[str] = ""
    order: ClassVar[int] = 100

    @abstractmethod
    def opened(self, question: Question | None) -> Mapping[str, Any]:
        """Return what is shown of a question as it is; None: of one that is not written yet."""

    @abstractmethod
    def sent(self, question: Question | None, form: FormValues) -> Mapping[str, Any]:
        """Return what is shown after the form came back, with what was chosen in it and what a button asks for."""

    def asks(self, form: FormValues) -> bool:
        """Whether the form came for something of this section, though none of its buttons was pressed."""
        return False

    def problems(self, question: Question | None, form: FormValues) -> Mapping[str, str]:
        """Return what is wrong with what was chosen, by field."""
        return {}

    @abstractmethod
    def save(self, question: Question, form: FormValues, person: Person) -> None:
        """Keep what was chosen. Raises UserError with its key as field where that cannot be; nothing is saved then."""


_sections: dict[str, EditorSection] = {}


def add_section(section: EditorSection) -> None:
    """Register a section; the same key again replaces it."""
    _sections[section.key] = section


def sections() -> list[EditorSection]:
    """Return the sections, in their order."""
    return sorted(_sections.values(), key=lambda section: section.order)


@dataclass(frozen=True)
class Held:
    """A section with what it shows."""

    section: EditorSection
    values: Mapping[str, Any]


def opened(question: Question | None) -> list[Held]:
    """Return all sections of a question as it is."""
    return [Held(each, each.opened(question)) for each in sections()]


def sent(question: Question | None, form: FormValues) -> list[Held]:
    """Return all sections with what came back in the form."""
    return [Held(each, each.sent(question, form)) for each in sections()]


def asked(form: FormValues) -> bool:
    """Whether the form came for something of a section, and not to be saved."""
    pressed = any(each.startswith(PRESSED) for each in form.getlist("action"))
    return pressed or any(each.asks(form) for each in sections())


def problems(question: Question | None, form: FormValues) -> dict[str, str]:
    """Return what is wrong with what was chosen in any section."""
    return {field: text for each in sections() for field, text in each.problems(question, form).items()}


def save(question: Question, form: FormValues, person: Person) -> None:
    """Keep what was chosen in all sections."""
    for each in sections():
        each.save(question, form, person)


@dataclass(frozen=True)
class Alike:
    """A question of the bank that says the same as another one: to the letter (`exact`), or nearly."""

    question_id: int
    stem: str
    exact: bool


Finder = Callable[[Draft, int | None], Iterable[Alike]]
_finders: list[Finder] = []


def finds_alike(finder: Finder) -> Finder:
    """Register who knows which questions in use are like a draft; the second argument is the question to leave out."""
    _finders.append(finder)
    return finder


def alike(draft: Draft, own_id: int | None = None) -> list[Alike]:
    """Return the questions in use that say the same as a draft, those to the letter first."""
    found = [each for finder in _finders for each in finder(draft, own_id)]
    return sorted(found, key=lambda each: (not each.exact, each.question_id))
