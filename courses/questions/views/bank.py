"""The list of the bank: what is looked for stands in the address."""

from dataclasses import dataclass, replace

from flask import abort, render_template, request, url_for

from academy.accounts.session import current_person
from academy.audit.models import AuditEntry
from academy.i18n import _, ngettext
from academy.i18n import lazy as _l
from academy.permissions import requires
from academy.web.pagination import paginate
from courses.question_types import installed
from courses.questions import asking, filters, services
from courses.questions.rules import DIFFICULTIES
from courses.questions.rules.tree import Tree
from courses.questions.services import Wanted, bulk, finding
from courses.questions.views.blueprint import blueprint

PER_PAGE = 30
MOST_TAGS_OFFERED = 60
SORTS = {
    finding.NEWEST: _l("最近修改的在前"),
    finding.OLDEST: _l("最早修改的在前"),
    finding.STEM: _l("按题干"),
    finding.MOST_USED: _l("用得最多的在前"),
}
USES = {finding.USED: _l("用过的"), finding.UNUSED: _l("没用过的")}


@dataclass(frozen=True)
class Chip:
    """One thing that is asked for, and the address without it."""

    label: str
    url: str


@blueprint.get("/studio/questions")
@requires("questions.edit")
def bank() -> str:
    """List the questions that fit what is looked for."""
    wanted, address, change = bulk.asked_for(request.args, current_person)
    if "change" in address and change is None:
        abort(404)
    shelves, owners = services.tree(), finding.owners()
    page = paginate(services.find(wanted), PER_PAGE)
    return render_template(
        "questions/bank.html",
        page=page,
        wanted=wanted,
        address=address,
        chips=_chips(wanted, change, shelves, dict(owners)),
        change=change,
        may_undo=change is not None and bulk.may_undo(change),
        states=filters.states(),
        mine=current_person.id,
        owners=owners,
        tags=_tags(wanted),
        sorts=SORTS,
        uses=USES,
        types=installed.all_types(),
        type_of=installed.get,
        categories=shelves,
        difficulties=DIFFICULTIES,
        acts=acts(),
        packed=asking.packed([question.id for question in page.items]),
        most=asking.MOST_IDS,
        may_edit=services.may_edit,
    )


def acts() -> dict[str, str]:
    """Return what may be done to many questions at once, by key."""
    offered = {
        "move": _("移到分类…"),
        "tag": _("加标签…"),
        "untag": _("去掉标签…"),
        "difficulty": _("改难度…"),
        "retire": _("停用这些题"),
        "restore": _("恢复使用这些题"),
        "owner": _("换负责人…"),
        "export": _("导出"),
    }
    if "admin" not in current_person.role_names:
        del offered["owner"]
    return offered


def _tags(wanted: Wanted) -> list[tuple[str, int]]:
    """Return the tags to offer: those chosen, and those most used."""
    found = finding.tags_in_use(MOST_TAGS_OFFERED)
    known = {tag for tag, _count in found}
    return [(tag, 0) for tag in wanted.tags if tag not in known] + found


def _chips(wanted: Wanted, change: AuditEntry | None, shelves: Tree, owners: dict[int, str]) -> list[Chip]:
    """Return everything that is asked for, each with the address without it."""
    nothing = Wanted(sort=wanted.sort, state=wanted.state)
    parts = [
        ("q", _("“%(words)s”", words=wanted.q)),
        ("category_id", shelves.path(wanted.category_id) or _("没有分类")),
        ("type_key", str(installed.get(wanted.type_key).name) if wanted.type_key else ""),
        ("difficulty", _("难度：%(word)s", word=DIFFICULTIES.get(wanted.difficulty, ""))),
        ("owner_id", _whose(wanted, owners)),
        ("used", str(USES.get(wanted.used, ""))),
    ]
    found = [
        Chip(label, _without(replace(wanted, **{name: getattr(nothing, name)}), change))
        for name, label in parts
        if getattr(wanted, name) != getattr(nothing, name)
    ]
    for tag in wanted.tags:
        rest = tuple(each for each in wanted.tags if each != tag)
        found.append(Chip(_("标签：%(tag)s", tag=tag), _without(replace(wanted, tags=rest), change)))
    if wanted.ids is not None:
        count = len(wanted.ids)
        label = ngettext("只看这 %(n)s 道题", "只看这 %(n)s 道题", count, n=count)
        state = filters.IN_USE if wanted.state == filters.ANY else wanted.state
        found.append(Chip(label, _without(replace(wanted, ids=None, state=state), None)))
    return found


def _without(wanted: Wanted, change: AuditEntry | None) -> str:
    values = asking.address(wanted, current_person.id)
    if change is not None:
        values.pop("id", None)
        values["change"] = change.id
    return url_for("questions.bank", **values)


def _whose(wanted: Wanted, owners: dict[int, str]) -> str:
    if wanted.owner_id == current_person.id:
        return _("我的题")
    return _("%(name)s的题", name=owners.get(wanted.owner_id or 0, "—"))
