"""Changing many questions at once: choosing what to do, looking at what it would do, doing it, taking it back."""

from collections import Counter
from dataclasses import replace

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from academy.accounts.models import Person, PersonRole
from academy.accounts.rules import safe_path
from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.permissions import requires
from academy.web.lookups import MAX_ID
from courses.question_types import installed
from courses.questions import asking, services, usage
from courses.questions.models import Question, QuestionVersion
from courses.questions.rules import DIFFICULTIES, split_tags
from courses.questions.rules.tree import join_path, path_problem, split_path
from courses.questions.services import bulk, changes, finding
from courses.questions.views.bank import acts
from courses.questions.views.blueprint import blueprint

TICKED, PAGE, ALL = "ticked", "page", "all"
SHOWN = 5
"""How many questions a confirmation names of each kind."""
NO_SHELF, NOT_MADE = "none", -1


@blueprint.get("/studio/questions/bulk")
@requires("questions.edit")
def bulk_change() -> ResponseReturnValue:
    """Ask what is still needed (where to, which tags …), then show what would become of the questions."""
    act_key, ids = request.args.get("do", ""), _chosen()
    if act_key not in acts():
        flash(_("先选要对这些题做什么"), "warn")
        return redirect(_back(), 303)
    if not ids:
        flash(_("还没有选题目。勾选几道题，或者选“本页”“全部”"), "warn")
        return redirect(_back(), 303)
    if act_key == "export":
        return redirect(_export(ids), 303)
    act, problem = _act(act_key)
    if act is None:
        return _ask(act_key, ids, problem)
    return _confirm(act, bulk.plan(act, ids, current_person))


@blueprint.post("/studio/questions/bulk")
@requires("questions.edit")
def bulk_do() -> ResponseReturnValue:
    """Do it to the questions that were shown."""
    ids = asking.ids_in(request.form.getlist("ids"))
    act, problem = _act(request.form.get("do", ""), make=True)
    if act is None or not ids:
        raise UserError(problem or _("还没有选题目。勾选几道题，或者选“本页”“全部”"), 422)
    outcome, entry = bulk.carry_out(act, ids, current_person)
    if entry is None:
        flash(_("没有要改的：这些题已经是这样了，或者您不能修改"), "info")
        return redirect(_back(), 303)
    count = len(outcome.changed)
    said = ngettext("改好了 %(n)s 道题。", "改好了 %(n)s 道题。", count, n=count)
    if outcome.left_out:
        said += ngettext("跳过了 %(n)s 道。", "跳过了 %(n)s 道。", outcome.left_out, n=outcome.left_out)
    more = _("看这些题，也可以撤销") if bulk.may_undo(entry) else _("看这些题")
    flash(Markup('{} <a href="{}">{}</a>').format(said, url_for("questions.bank", change=entry.id), more), "ok")
    return redirect(_back(), 303)


@blueprint.post("/studio/questions/changes/<int:entry_id>/undo")
@requires("questions.edit")
def bulk_undo(entry_id: int) -> ResponseReturnValue:
    """Take a change back."""
    entry = (bulk.change_of(entry_id, current_person) if entry_id <= MAX_ID else None) or abort(404)
    count = bulk.undo(entry, current_person)
    if count:
        flash(ngettext("已撤销：%(n)s 道题恢复了原样", "已撤销：%(n)s 道题恢复了原样", count, n=count), "ok")
    else:
        flash(_("没有可以撤销的：这些题后来又改过，或者已经撤销了"), "info")
    return redirect(url_for("questions.bank", change=entry.id), 303)


# -- which questions -----------------------------------------------------------------------------------------------


def _chosen() -> list[int]:
    """Return the questions that the list's form means: those ticked, those of the page, or all that fit."""
    which = request.args.get("which", TICKED)
    if which == ALL:
        return finding.ids(bulk.asked_for(request.args, current_person)[0], asking.MOST_IDS)
    return list(asking.ids_in(request.args.getlist("page_ids" if which == PAGE else "row")))


def _export(ids: list[int]) -> str:
    wanted, address, _change = bulk.asked_for(request.args, current_person)
    if request.args.get("which") != ALL:
        address = asking.address(replace(wanted, ids=tuple(ids)), current_person.id)
    return url_for("exchange.export", **address)


def _back() -> str:
    """Return the list that one came from."""
    return safe_path(request.values.get("back")) or url_for("questions.bank")


# -- what to do ----------------------------------------------------------------------------------------------------


def _act(key: str, make: bool = False) -> tuple[changes.Act | None, str]:
    """Return the act with what it needs, or None and what is missing; empty where nothing was sent yet.

    With `make`, a new shelf is made.
    """
    makers = {"move": lambda: _move(make), "tag": _tags, "untag": _tags, "difficulty": _level, "owner": _keeper}
    if key == "retire":
        return changes.Retire(), ""
    if key == "restore":
        return changes.Restore(), ""
    if key not in makers or key not in acts():
        return None, _("先选要对这些题做什么")
    found = makers[key]()
    if isinstance(found, str):
        return None, found
    if key == "untag" and isinstance(found, changes.AddTags):
        return changes.TakeTags(found.added), ""
    return found, ""


def _move(make: bool) -> changes.Act | str:
    to, names = request.values.get("to"), split_path(request.values.get("path", ""))
    if to is None:
        return ""
    if names:
        return _move_to(names, make)
    if to == NO_SHELF:
        return changes.Move(None)
    found = services.tree().get(asking.number(to))
    return changes.Move(found.id, found.path) if found else _("选一个分类，或者写一个新的")


def _move_to(names: list[str], make: bool) -> changes.Act | str:
    path = join_path(names)
    if wrong := path_problem(path):
        return str(wrong)
    found, missing = services.tree().nearest(names)
    if missing and not make:
        return changes.Move(NOT_MADE, path)
    shelf_id = services.category_named(path).id if found is None or missing else found.id
    return changes.Move(shelf_id, services.tree().path(shelf_id))


def _tags() -> changes.AddTags | str:
    text = request.values.get("tags")
    if text is None:
        return ""
    ticked = [tag for each in request.values.getlist("tag_off") for tag in split_tags(each)]
    tags = tuple(dict.fromkeys([*split_tags(text), *ticked]))
    return changes.AddTags(tags) if tags else _("至少写一个标签")


def _level() -> changes.Act | str:
    level = request.values.get("level")
    if level is None:
        return ""
    return changes.SetDifficulty(level) if level in DIFFICULTIES else _("选一个难度")


def _keeper() -> changes.Act | str:
    text = request.values.get("keeper")
    if text is None:
        return ""
    person = next((each for each in _keepers() if str(each.id) == text), None)
    return changes.GiveTo(person.id, person.name) if person else _("选一位老师")


def _keepers() -> list[Person]:
    """Return the people who may keep questions, by name."""
    writes = Person.roles.any(PersonRole.role.in_(("instructor", "admin")))
    return list(db.session.scalars(select(Person).where(writes, Person.is_active).order_by(Person.name, Person.id)))


# -- pages ---------------------------------------------------------------------------------------------------------


def _ask(act_key: str, ids: list[int], problem: str) -> ResponseReturnValue:
    """Show the form for what an act needs."""
    typed = {"to", "path", "tags", "tag_off", "level", "keeper"}
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in typed]
    held = (
        db.session.execute(
            select(QuestionVersion.tags)
            .join(Question, Question.current_version_id == QuestionVersion.id)
            .where(Question.id.in_(ids))
        )
        if act_key == "untag"
        else ()
    )
    page = render_template(
        "questions/bulk_ask.html",
        act_key=act_key,
        heading=acts()[act_key].rstrip("…"),
        count=len(ids),
        kept=kept,
        problem=problem,
        form_has_errors=bool(problem),
        back=_back(),
        categories=services.tree(),
        difficulties=DIFFICULTIES,
        keepers=_keepers() if act_key == "owner" else [],
        tags_there=list(Counter(tag for row in held for tag in row.tags).most_common()),
        most=asking.MOST_IDS,
    )
    return page, 422 if problem else 200


def _confirm(act: changes.Act, outcome: bulk.Plan) -> str:
    shown = [row.id for rows in (outcome.changed, *outcome.skipped.values()) for row in rows[:SHOWN]]
    uses = usage.uses_of([row.id for row in outcome.changed]) if isinstance(act, changes.Retire) else {}
    values = ("to", "path", "tags", "tag_off", "level", "keeper")
    return render_template(
        "questions/bulk_confirm.html",
        act=act,
        sentence=_sentence(act),
        plan=outcome,
        questions=_named(shown),
        shown=SHOWN,
        used=[(question_id, each) for question_id, each in uses.items() if any(use.published for use in each)],
        opens=isinstance(act, changes.Move) and _opens(act),
        rewrites=isinstance(act, changes.AddTags | changes.TakeTags | changes.SetDifficulty),
        undoable=not isinstance(act, changes.AddTags | changes.TakeTags | changes.SetDifficulty),
        kept=[(name, value) for name in values for value in request.args.getlist(name)],
        packed=asking.packed([row.id for row in outcome.changed]),
        back=_back(),
        cut=request.args.get("which") == ALL and _total() > asking.MOST_IDS,
        most=asking.MOST_IDS,
        type_of=installed.get,
    )


def _sentence(act: changes.Act) -> str:
    """Return what the act is, as the heading of its confirmation."""
    told = act.told()
    if isinstance(act, changes.Move):
        return _("移到“%(to)s”", to=told["to"]) if act.category_id is not None else _("从分类里拿出来")
    if isinstance(act, changes.GiveTo):
        return _("负责人换成%(to)s", to=told["to"])
    sentences = {
        "retire": _("停用这些题"),
        "restore": _("恢复使用这些题"),
        "tag": _("加上标签：%(tags)s", tags=told.get("tags", "")),
        "untag": _("去掉标签：%(tags)s", tags=told.get("tags", "")),
        "difficulty": _("难度改成：%(word)s", word=told.get("difficulty", "")),
    }
    return sentences[act.key]


def _named(ids: list[int]) -> dict[int, Question]:
    query = select(Question).join(Question.current).options(contains_eager(Question.current))
    return {question.id: question for question in db.session.scalars(query.where(Question.id.in_(ids)))}


def _opens(act: changes.Move) -> bool:
    """Whether the shelf is one that trainees practise from; a new one is, where what lies above it is."""
    shelves = services.tree()
    shelf = shelves.get(act.category_id) or shelves.nearest(split_path(act.path))[0]
    return bool(shelf and shelf.open)


def _total() -> int:
    wanted = bulk.asked_for(request.args, current_person)[0]
    return (
        db.session.scalar(
            select(func.count()).select_from(Question).join(Question.current).where(*finding.conditions(wanted))
        )
        or 0
    )
