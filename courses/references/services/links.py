"""Links of questions: where they lead for whom, changing them, and finding something to link to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Integer, Select, bindparam, delete, insert, literal, select, union_all

from academy.db import db
from academy.errors import UserError
from academy.i18n import LazyString, ngettext
from courses.questions.models import QuestionVersion
from courses.references import kinds, rules
from courses.references.kinds import Choice, LinkKind
from courses.references.models import QuestionLink
from courses.references.rules import Target

HITS = 8
QUERY_LIMIT = 60


@dataclass(frozen=True)
class Link:
    """A link as it is shown. Where its thing has gone, `title` is what it was called, and `url` is empty."""

    target: Target
    title: str
    icon: str = "link"
    leads: Callable[[], str] | None = None

    @property
    def gone(self) -> bool:
        """Whether it leads nowhere any more."""
        return self.leads is None

    @property
    def url(self) -> str:
        """The address of its thing; known during a request only."""
        return self.leads() if self.leads else ""


# -- where links lead ----------------------------------------------------------------------------------------------


def of_questions(question_ids: Iterable[int], person_id: int | None) -> dict[int, list[Link]]:
    """Return the links of these questions that lead somewhere this person may go, by question. One query, however many."""
    ids = sorted(set(question_ids))
    if not ids:
        return {}
    links = _columns(QuestionLink.question_id).where(QuestionLink.question_id.in_(ids))
    return _found(links.cte("links"), person_id)


def of_versions(version_ids: Iterable[int], person_id: int | None) -> dict[int, list[Link]]:
    """Return the same for versions of questions, by version. One query."""
    ids = sorted(set(version_ids))
    if not ids:
        return {}
    links = _columns(QuestionVersion.id).join(QuestionVersion, QuestionVersion.question_id == QuestionLink.question_id)
    return _found(links.where(QuestionVersion.id.in_(ids)).cte("links"), person_id)


def of_holders(holders: Select[int, int], person_id: int | None, **values: Any) -> dict[int, list[Link]]:
    """Return the same for whatever a query names: its columns are `holder` (a number) and `version_id`. One query.

    `values` are those of the query's parameters. What is asked is made once for a query that stays the same: making it
    costs several times what asking it does.
    """
    return _read(_of_holders(holders, tuple(kinds.all_kinds())), person_id, values)


@lru_cache(maxsize=16)
def _of_holders(holders: Select[int, int], known: tuple[LinkKind, ...]) -> CompoundSelect[Any]:
    held = holders.subquery()
    links = (
        _columns(held.c.holder)
        .join(QuestionVersion, QuestionVersion.question_id == QuestionLink.question_id)
        .join(held, held.c.version_id == QuestionVersion.id)
    )
    return _of_all_kinds(links.cte("links"), known)


def _columns(holder: Any) -> Select[Any]:
    return select(
        holder.label("holder"),
        QuestionLink.position,
        QuestionLink.kind,
        QuestionLink.target_id.label("target"),
        QuestionLink.place,
    )


def _found(links: CTE, person_id: int | None) -> dict[int, list[Link]]:
    """Return by holder, in order, the links whose things are there. One query for all kinds together."""
    return _read(_of_all_kinds(links, kinds.all_kinds()), person_id, {})


def _of_all_kinds(links: CTE, known: Sequence[LinkKind]) -> CompoundSelect[Any]:
    return union_all(*[kind.found(links, bindparam("person", type_=Integer)) for kind in known])


def _read(query: CompoundSelect[Any], person_id: int | None, values: Mapping[str, Any]) -> dict[int, list[Link]]:
    rows = sorted(
        db.session.execute(query, {"person": person_id or 0, **values}), key=lambda row: (row.holder, row.position)
    )
    found: dict[int, list[Link]] = {}
    for row in rows:
        kind = kinds.get(row.kind)
        if kind is not None:
            target = Target(row.kind, row.target, row.place)
            found.setdefault(row.holder, []).append(Link(target, kind.title(row), kind.icon, partial(kind.url, row)))
    return found


# -- for the author ------------------------------------------------------------------------------------------------


def stored(question_id: int) -> list[QuestionLink]:
    """Return the links of a question as they are kept, in order. One query."""
    query = select(QuestionLink).where(QuestionLink.question_id == question_id).order_by(QuestionLink.position)
    return list(db.session.scalars(query))


def target_of(link: QuestionLink) -> Target:
    """Return where a stored link leads."""
    return Target(link.kind, link.target_id, link.place)


def shown(targets: Sequence[Target], labels: Mapping[Target, str] | None = None) -> list[Link]:
    """Return these targets as links, as everybody sees them; what has gone keeps its label. One query, none without any."""
    if not targets:
        return []
    lines = [
        select(
            literal(0).label("holder"),
            literal(number).label("position"),
            literal(target.kind).label("kind"),
            literal(target.id).label("target"),
            literal(target.place).label("place"),
        )
        for number, target in enumerate(targets)
    ]
    there = {link.target: link for link in _found(union_all(*lines).cte("links"), None).get(0, [])}
    return [there.get(target, Link(target, (labels or {}).get(target, ""))) for target in targets]


def change(question_id: int, before: Sequence[Target], after: Sequence[Target]) -> None:
    """Store what somebody made of the links that they had seen. Raises UserError (422) when there are too many, or one of the new ones is not there."""
    kept = {target_of(each): each.label for each in stored(question_id)}
    wanted = rules.merged(list(kept), before, after)
    if wanted == list(kept):
        return
    check_count(wanted)
    links = shown(wanted, kept)
    db.session.execute(delete(QuestionLink).where(QuestionLink.question_id == question_id))
    rows = [
        {
            "question_id": question_id,
            "position": position,
            "kind": link.target.kind,
            "target_id": link.target.id,
            "place": link.target.place,
            "label": link.title[: rules.LABEL_LIMIT],
        }
        for position, link in enumerate((each for each in links if not each.gone or each.target in kept), 1)
    ]
    if rows:
        db.session.execute(insert(QuestionLink), rows)


def check_count(targets: Sequence[Target]) -> None:
    """Raise UserError (422) for more links than a question may have."""
    if len(targets) > rules.MOST_LINKS:
        most = rules.MOST_LINKS
        raise UserError(
            ngettext("一道题最多 %(n)s 处讲解出处，先去掉一处", "一道题最多 %(n)s 处讲解出处，先去掉一处", most),
            status=422,
            field="references",
        )


def search(words: str) -> list[tuple[LazyString, str, list[Choice]]]:
    """Return what these words find, as (name of the kind, its icon, choices). A fixed number of queries per kind."""
    words = words.strip()[:QUERY_LIMIT]
    if not words:
        return []
    found = [(kind.name, kind.icon, kind.search(words, HITS)) for kind in kinds.all_kinds()]
    return [(name, icon, choices) for name, icon, choices in found if choices]
