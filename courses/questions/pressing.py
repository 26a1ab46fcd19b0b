"""What the buttons of an editor of questions say, and what follows; for the pages of the bank and those of a quiz."""

from academy.accounts.models import Person
from courses.question_types.base import FormValues, first, plain_stem
from courses.questions import editing, extending, services
from courses.questions.editing import Editor
from courses.questions.models import Question

PREVIEW, AGAIN, ANYWAY = "preview", "again", "anyway"
"""Besides saving: look at it; write another one after; save though the bank has it."""


def comes_back(form: FormValues) -> bool:
    """Whether the form came for something else than being saved: the page then comes back with everything typed."""
    return editing.wants_more(form) or wants_preview(form) or extending.asked(form)


def wants_preview(form: FormValues) -> bool:
    """Whether the question is to be shown as trainees will see it."""
    return first(form, "action") == PREVIEW


def goes_on(form: FormValues) -> bool:
    """Whether another one is to be written after this one."""
    return first(form, "action") in (AGAIN, f"{ANYWAY}-{AGAIN}")


def anyway(form: FormValues) -> str:
    """Return what the button says that saves nevertheless, and goes on where one wanted to."""
    return f"{ANYWAY}-{AGAIN}" if goes_on(form) else ANYWAY


def doubles(
    editor: Editor, form: FormValues, person: Person, question: Question | None = None
) -> list[extending.Alike]:
    """Return the questions of the bank that say the same, unless the author knows, or has not touched the stem.

    A form that is sent twice has made one of them itself.
    """
    if first(form, "action").startswith(ANYWAY):
        return []
    if question is not None:
        was = question.current.content if question.current else {}
        return extending.alike(editor.draft, question.id) if plain_stem(was) != plain_stem(editor.content) else []
    found = extending.alike(editor.draft)
    return [] if found and services.sent_again(editor.draft, person) else found
