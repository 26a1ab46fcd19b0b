"""What references add to the editor of a question: where it is explained, and which regulations it rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

from academy.accounts.models import Person
from academy.errors import UserError
from courses.question_types.base import FormValues, first
from courses.questions.extending import PRESSED, EditorSection
from courses.questions.models import Question
from courses.references import rules
from courses.references.rules import Target
from courses.references.services import links, regulations

FIND, ADD, DROP = "find", "add:", "drop:"


def _pressed(form: FormValues, key: str) -> str:
    """Return what a button of a section asks for; empty when none of its buttons was pressed."""
    action, start = first(form, "action"), f"{PRESSED}{key}-"
    return action[len(start) :] if action.startswith(start) else ""


class Explained(EditorSection):
    """Links to paragraphs and lessons: chosen ones travel in the form, so that searching loses nothing."""

    key = "references"
    template = "references/_links.html"
    order = 10

    def opened(self, question: Question | None) -> Mapping[str, Any]:
        """See EditorSection. Two queries, one without links."""
        kept = links.stored(question.id) if question else []
        targets = [links.target_of(each) for each in kept]
        labels = {links.target_of(each): each.label for each in kept}
        return self._shown(targets, links.shown(targets, labels))

    def sent(self, question: Question | None, form: FormValues) -> Mapping[str, Any]:
        """See EditorSection. What a button asks for has been done; its search is asked again, so that its hits stay."""
        before, chosen = self._before(form), self._chosen(form)
        labels = {links.target_of(each): each.label for each in links.stored(question.id)} if question else {}
        pressed, words = _pressed(form, self.key), first(form, "references_q").strip()
        said = words if self.asks(form) or pressed.startswith((FIND, ADD, DROP)) else ""
        return self._shown(before, links.shown(chosen, labels), said, searched=bool(said))

    def asks(self, form: FormValues) -> bool:
        """See EditorSection: the Enter key in the field for words searches, it does not save."""
        words = first(form, "references_q").strip()
        return not first(form, "action") and words not in ("", first(form, "references_asked"))

    def _shown(
        self, before: Iterable[Target], chosen: list[links.Link], words: str = "", *, searched: bool = False
    ) -> Mapping[str, Any]:
        return {
            "before": before,
            "chosen": chosen,
            "there": {link.target for link in chosen},
            "words": words,
            "searched": searched,
            "hits": links.search(words) if searched else [],
            "most": rules.MOST_LINKS,
            "full": len(chosen) >= rules.MOST_LINKS,
        }

    def _before(self, form: FormValues) -> list[Target]:
        return rules.read_targets(form.getlist("references_before"))

    def _chosen(self, form: FormValues) -> list[Target]:
        """Return what the form says after its button was pressed."""
        chosen, pressed = rules.read_targets(form.getlist("references_chosen")), _pressed(form, self.key)
        if pressed.startswith(ADD):
            new = rules.read_targets([pressed.removeprefix(ADD)])
            return list(dict.fromkeys([*chosen, *new]))[: max(len(chosen), rules.MOST_LINKS)]
        gone = rules.read_targets([pressed.removeprefix(DROP)]) if pressed.startswith(DROP) else []
        return [each for each in chosen if each not in gone]

    def problems(self, question: Question | None, form: FormValues) -> Mapping[str, str]:
        """See EditorSection."""
        try:
            links.check_count(self._chosen(form))
        except UserError as error:
            return {self.key: error.message}
        return {}

    def save(self, question: Question, form: FormValues, person: Person) -> None:
        """See EditorSection."""
        links.change(question.id, self._before(form), self._chosen(form))


class Regulated(EditorSection):
    """The regulations that a question rests on, and whether one of them has changed since it was checked."""

    key = "regulations"
    template = "references/_regulations.html"
    notice = "references/_notice.html"
    order = 20

    def opened(self, question: Question | None) -> Mapping[str, Any]:
        """See EditorSection. Two queries, one more where something has changed."""
        rests = regulations.of_question(question.id) if question else []
        ids = [rest.regulation.id for rest in rests]
        return self._shown(rests, ids, ids, mark=False)

    def sent(self, question: Question | None, form: FormValues) -> Mapping[str, Any]:
        """See EditorSection."""
        rests = regulations.of_question(question.id) if question else []
        return self._shown(rests, self._before(form), self._chosen(form), mark=bool(first(form, "regulations_checked")))

    def _shown(
        self, rests: list[regulations.Rest], before: list[int], chosen: list[int], *, mark: bool
    ) -> Mapping[str, Any]:
        offered = {each.id: each for each in regulations.choices()}
        return {
            "rests": {rest.regulation.id: rest for rest in rests},
            "flagged": [rest for rest in rests if rest.flagged],
            "before": before,
            "chosen": [offered[each] for each in chosen if each in offered],
            "offered": [each for each in offered.values() if each.id not in chosen],
            "mark": mark,
            "most": rules.MOST_REGULATIONS,
        }

    def _before(self, form: FormValues) -> list[int]:
        return _ids(form.getlist("regulations_before"))

    def _chosen(self, form: FormValues) -> list[int]:
        """Return what the form says after its button was pressed: the one in the list counts, whether or not it was added."""
        pressed = _pressed(form, self.key)
        chosen = _ids([*form.getlist("regulations_chosen"), first(form, "regulations_more")])
        gone = _ids([pressed.removeprefix(DROP)]) if pressed.startswith(DROP) else []
        return [each for each in chosen if each not in gone]

    def problems(self, question: Question | None, form: FormValues) -> Mapping[str, str]:
        """See EditorSection."""
        try:
            regulations.check_count(self._chosen(form))
        except UserError as error:
            return {self.key: error.message}
        return {}

    def save(self, question: Question, form: FormValues, person: Person) -> None:
        """See EditorSection. Where the author says so, the question counts as checked from now on."""
        regulations.choose(question.id, self._before(form), self._chosen(form), person)
        if first(form, "regulations_checked"):
            regulations.mark_checked(question, seen_numbers(form.getlist("regulations_seen")), person)


def _ids(written: Iterable[str]) -> list[int]:
    return list(dict.fromkeys(int(each) for each in written if each.isdecimal() and len(each) < 10))


def seen_numbers(written: Iterable[str]) -> dict[int, int]:
    """Read “regulation:change” as forms carry it; what no page of ours would send is left out."""
    pairs = (each.split(":") for each in written)
    return {
        int(pair[0]): int(pair[1])
        for pair in pairs
        if len(pair) == 2 and all(part.isdecimal() and len(part) < 10 for part in pair)
    }
