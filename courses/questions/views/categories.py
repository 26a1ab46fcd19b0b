"""The categories of the bank: the tree with counts, and changing it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.audit.services import record
from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.permissions import requires
from academy.web.lookups import get_or_404
from courses.questions import services, usage
from courses.questions.forms import TOP, AddCategoryForm, CategoryForm, PlaceForm
from courses.questions.models import Category
from courses.questions.rules.tree import MOST_LEVELS, Shelf, Tree
from courses.questions.services import shelves
from courses.questions.views.blueprint import blueprint
from courses.vocabulary import SUBJECTS

FORBIDDEN = 403


@blueprint.get("/studio/questions/categories")
@requires("questions.edit")
def categories() -> str:
    """Show the tree: what lies on each shelf, and with everything below."""
    known = services.tree()
    form = AddCategoryForm(formdata=None).offer(known)
    parent = request.args.get("parent", TOP, type=int)
    form.parent.data = parent if parent in known else TOP
    return _tree_page(form)


def _tree_page(form: AddCategoryForm) -> str:
    known = services.tree()
    return render_template(
        "questions/categories.html",
        form=form,
        shelves=known,
        held=shelves.counts(known),
        first={beside[0].id for beside in _siblings(known)},
        last={beside[-1].id for beside in _siblings(known)},
        subjects=SUBJECTS,
        most_levels=MOST_LEVELS,
        unshelved=shelves.unshelved(),
    )


def _siblings(known: Tree) -> list[list[Shelf]]:
    return [beside for parent in (None, *(each.id for each in known)) if (beside := known.children(parent))]


@blueprint.post("/studio/questions/categories")
@requires("questions.edit")
def add_category() -> ResponseReturnValue:
    """Put in a new category."""
    form = AddCategoryForm().offer(services.tree())
    if form.validate_on_submit():
        parent_id = form.parent.data or None
        try:
            category = shelves.add(form.name.data or "", parent_id, form.subject.data if parent_id is None else "")
        except UserError as error:
            form.blame(error)
        else:
            path = services.tree().path(category.id)
            record("question_category.added", category, label=path)
            flash(_("添加了分类“%(name)s”", name=path), "ok")
            return redirect(url_for("questions.categories", _anchor=f"c{category.id}"), 303)
    return _tree_page(form), 422


@blueprint.get("/studio/questions/categories/<int:category_id>")
@requires("questions.edit")
def category(category_id: int) -> str:
    """Show what can be done with a category."""
    return _page(get_or_404(Category, category_id))


def _page(
    category: Category, form: CategoryForm | None = None, place: PlaceForm | None = None, mistake: str = ""
) -> str:
    known = services.tree()
    shelf = known.get(category.id)
    top = category.parent_id is None
    if form is None:
        form = CategoryForm(formdata=None, top=top, name=category.name, subject=category.subject)
    parents = place or PlaceForm(formdata=None, target=category.parent_id or TOP)
    foreign = (
        0 if "admin" in current_person.role_names else shelves.foreign(current_person, known.within([category.id]))
    )
    return render_template(
        "questions/category.html",
        category=category,
        shelf=shelf,
        above=known.above(category.id),
        form=form,
        place=parents.offer_parents(known, category.id),
        others=PlaceForm(formdata=None, target=TOP, prefix="merge").offer_others(known, category.id),
        held=shelves.counts(known)[category.id],
        inside=len(known.children(category.id)),
        drawn=usage.uses_of_shelves([category.id]),
        foreign=foreign,
        mistake=mistake,
        subjects=SUBJECTS,
    )


@blueprint.post("/studio/questions/categories/<int:category_id>")
@requires("questions.edit")
def save_category(category_id: int) -> ResponseReturnValue:
    """Rename a category; at the top, also its subject."""
    found = get_or_404(Category, category_id)
    form = CategoryForm(top=found.parent_id is None)
    before = services.tree().path(found.id)
    if form.validate_on_submit():
        subject = form.subject.data if form.subject else ""
        try:
            changed = shelves.rename(found, form.name.data or "", subject, current_person)
        except UserError as error:
            form.blame(error)
            return _page(found, form), error.status
        if changed:
            record("question_category.changed", found, label=before, to=services.tree().path(found.id))
        flash(_("分类已经保存"), "ok")
        return redirect(url_for("questions.category", category_id=found.id), 303)
    return _page(found, form), 422


@blueprint.post("/studio/questions/categories/<int:category_id>/move")
@requires("questions.edit")
def move_category(category_id: int) -> ResponseReturnValue:
    """Put a category below another or at the top; with `go` up or down, one place among those beside it."""
    found = get_or_404(Category, category_id)
    if request.form.get("go") in ("up", "down"):
        return _step(found, request.form["go"] == "up")
    before, was_open = services.tree().path(found.id), _is_open(found.id)
    form = PlaceForm().offer_parents(services.tree(), found.id)
    if not form.validate_on_submit():
        return _page(found, place=form), 422
    try:
        moved = shelves.move(found, form.target.data or None, current_person)
    except UserError as error:
        if error.status == FORBIDDEN:
            return _page(found, mistake=error.message), error.status
        form.blame(UserError(error.message, error.status, "target"))
        return _page(found, place=form), error.status
    if moved:
        path = services.tree().path(found.id)
        record("question_category.moved", found, label=before, to=path)
        flash(_("现在是“%(path)s”", path=path), "ok")
        if _is_open(found.id) and not was_open:
            flash(_("上级分类开放练习，所以学员现在也能练这里的题"), "warn")
    return redirect(url_for("questions.category", category_id=found.id), 303)


def _step(found: Category, up: bool) -> ResponseReturnValue:
    path = services.tree().path(found.id)
    try:
        moved = shelves.step(found, up, current_person)
    except UserError as error:
        flash(error.message, "warn")
    else:
        if moved:
            record("question_category.reordered", found, label=path)
    return redirect(url_for("questions.categories", _anchor=f"c{found.id}"), 303)


def _is_open(category_id: int) -> bool:
    shelf = services.tree().get(category_id)
    return bool(shelf and shelf.open)


@blueprint.get("/studio/questions/categories/<int:category_id>/merge")
@requires("questions.edit")
def merge_category(category_id: int) -> ResponseReturnValue:
    """Show what merging a category into another does."""
    found, known = get_or_404(Category, category_id), services.tree()
    target = known.get(request.args.get("merge-target", TOP, type=int))
    if target is None:
        return _page(found, mistake=_("选一个要并过去的分类")), 422
    try:
        shelves.need_change(current_person, known, found.id)
        steps = shelves.merger(known, found.id, target.id)
    except UserError as error:
        return _page(found, mistake=error.message), error.status
    held = shelves.counts(known)
    gone = [each.id for each in steps if each.merged]
    return render_template(
        "questions/category_merge.html",
        category=found,
        shelf=known.get(found.id),
        target=target,
        used=sum(held[each].own for each in gone),
        retired=sum(held[each].own_retired for each in gone),
        moved=[known.path(each.id) for each in steps if not each.merged],
        merged=[known.path(each.id) for each in steps if each.merged and each.id != found.id],
        opens=target.open and not _is_open(found.id),
    )


@blueprint.post("/studio/questions/categories/<int:category_id>/merge")
@requires("questions.edit")
def do_merge_category(category_id: int) -> ResponseReturnValue:
    """Merge a category into another."""
    found, known = get_or_404(Category, category_id), services.tree()
    target = known.get(request.form.get("target", TOP, type=int))
    if target is None:
        return _page(found, mistake=_("选一个要并过去的分类")), 422
    path = known.path(found.id)
    try:
        number = shelves.merge(found, target.id, current_person)
    except UserError as error:
        return _page(found, mistake=error.message), error.status
    record("question_category.merged", label=path, to=target.path, count=number)
    said = ngettext(
        "已把“%(name)s”的 %(n)s 道题并到“%(to)s”",
        "已把“%(name)s”的 %(n)s 道题并到“%(to)s”",
        number,
        name=path,
        n=number,
        to=target.path,
    )
    flash(said, "ok")
    return redirect(url_for("questions.categories", _anchor=f"c{target.id}"), 303)


@blueprint.post("/studio/questions/categories/<int:category_id>/delete")
@requires("questions.edit")
def delete_category(category_id: int) -> ResponseReturnValue:
    """Take an empty category away."""
    found = get_or_404(Category, category_id)
    path = services.tree().path(found.id)
    try:
        shelves.remove(found, current_person)
    except UserError as error:
        return _page(found, mistake=error.message), error.status
    record("question_category.deleted", label=path)
    flash(_("删除了分类“%(name)s”", name=path), "ok")
    return redirect(url_for("questions.categories"), 303)
