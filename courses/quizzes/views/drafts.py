"""Writing a quiz: its settings, its questions and their order, and trying it out."""

from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, func, select

from academy.accounts.rules import safe_path
from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.permissions import requires
from academy.web.lookups import identity
from academy.web.pagination import paginate
from academy.web.transactions import keep_changes
from courses.question_types import installed
from courses.questions import editing, extending, pressing, previewing
from courses.questions import services as questions
from courses.questions.models import Question
from courses.questions.rules import DEFAULT_HUNDREDTHS, DIFFICULTIES, read_plain
from courses.quizzes import rules, services
from courses.quizzes.forms import NewQuizForm, SettingsForm
from courses.quizzes.models import Quiz, QuizSlot
from courses.quizzes.views.blueprint import blueprint
from courses.quizzes.views.own import own_quiz, questions_of

MOST_PICKED = 100


# -- the list ------------------------------------------------------------------------------------------------------


@blueprint.get("/studio/quizzes")
@requires("quizzes.edit")
def index() -> str:
    """List the person's own quizzes; all of them for an administrator."""
    return _index_page(NewQuizForm(formdata=None))


def _index_page(form: NewQuizForm) -> str:
    each = case((QuizSlot.draw_count > 0, QuizSlot.draw_count), else_=1)
    count = (
        select(func.coalesce(func.sum(each), 0)).where(QuizSlot.quiz_id == Quiz.id).correlate(Quiz).scalar_subquery()
    )
    query = select(Quiz, count.label("questions")).where(~Quiz.generated)
    query = query.order_by(Quiz.updated_at.desc(), Quiz.id.desc())
    if "admin" not in current_person.role_names:
        query = query.where(Quiz.owner_id == current_person.id)
    return render_template("quizzes/index.html", page=paginate(query, scalars=False), form=form)


@blueprint.post("/studio/quizzes")
@requires("quizzes.edit")
def create() -> ResponseReturnValue:
    """Make an empty quiz."""
    form = NewQuizForm()
    if not form.validate_on_submit():
        return _index_page(form), 422
    quiz = services.create_quiz(current_person, form.title.data)
    return redirect(url_for("quizzes.edit", quiz_id=quiz.id), 303)


# -- one quiz ------------------------------------------------------------------------------------------------------


@blueprint.get("/studio/quizzes/<int:quiz_id>")
@requires("quizzes.edit")
def edit(quiz_id: int) -> str:
    """Show settings and questions. `back` is the page of a course that one came from."""
    quiz = own_quiz(quiz_id)
    if back := safe_path(request.args.get("back")):
        session["quiz_back"] = [quiz.id, back]
    return _edit_page(quiz, SettingsForm.of(quiz))


def _edit_page(quiz: Quiz, form: SettingsForm, **context: Any) -> str:
    came_from = session.get("quiz_back", [0, ""])
    rows = services.rows(quiz)
    offers = services.offers(rows)
    values: dict[str, Any] = {
        "quiz": quiz,
        "rows": rows,
        "numbers": services.numbers(rows),
        "offers": offers,
        "count": services.question_count(rows),
        "total": services.total_marks(rows),
        "problems": services.problems_of(rows, offers, quiz.id),
        "to_check": services.to_check(rows, offers),
        "shelves": {each.id: each.path for each in questions.tree()} if offers else {},
        "difficulties": DIFFICULTIES,
        "form": form,
        "back": came_from[1] if came_from[0] == quiz.id else "",
        "types": installed.all_types(),
        "type_of": installed.get,
        "typed_marks": {},
        "bad_marks": set(),
    }
    return render_template("quizzes/edit.html", **{**values, **context})


@blueprint.post("/studio/quizzes/<int:quiz_id>")
@requires("quizzes.edit")
def save_settings(quiz_id: int) -> ResponseReturnValue:
    """Save the settings, unless somebody else did meanwhile."""
    quiz = own_quiz(quiz_id)
    form = SettingsForm()
    if not form.validate_on_submit():
        return _edit_page(quiz, form), 422
    try:
        services.update_settings(quiz, form.seen_version, **form.settings())
    except UserError as error:
        theirs = form.differences(quiz)
        form.hold(quiz.lock_version)
        return _edit_page(quiz, form, theirs=theirs, form_has_errors=True), error.status
    flash(_("测验规则已经保存"), "ok")
    return redirect(url_for("quizzes.edit", quiz_id=quiz.id), 303)


@blueprint.post("/studio/quizzes/<int:quiz_id>/questions")
@requires("quizzes.edit")
def arrange(quiz_id: int) -> ResponseReturnValue:
    """Save the marks and the order as they stand on the page, then do what the button says: up, down or remove."""
    quiz = own_quiz(quiz_id)
    keys = request.form.getlist("slot")
    ids = [int(text) for text in keys if text.isdecimal() and len(text) < 10]
    typed = {slot_id: request.form.get(f"marks-{slot_id}", "") for slot_id in ids}
    marks = {slot_id: rules.hundredths(text) for slot_id, text in typed.items()}
    if bad := {slot_id for slot_id, value in marks.items() if value is None}:
        form = SettingsForm.of(quiz)
        form.form_errors.append(_("分值应为 0.01 到 1000 之间的数，最多两位小数"))
        return _edit_page(quiz, form, typed_marks=typed, bad_marks=bad, form_has_errors=True), 422
    services.set_marks(quiz, {slot_id: value for slot_id, value in marks.items() if value is not None})
    try:
        services.reorder(quiz, keys)
    except UserError as error:
        flash(error.message, "warn")
        return redirect(questions_of(quiz), 303)
    _press(quiz, request.form.get("action", ""))
    return redirect(questions_of(quiz), 303)


def _press(quiz: Quiz, action: str) -> None:
    """Do what a button of one row says; a row that is gone by now is left alone."""
    verb, _colon, key = action.partition(":")
    row = services.row_of(quiz, key)
    if row is None:
        return
    if verb == "remove":
        is_question = isinstance(row, QuizSlot) and not row.is_draw
        services.remove_slot(quiz, row)
        flash(_("题目已经移出这份测验，题库里还有") if is_question else _("已经移走"), "ok")
    elif verb in ("up", "down"):
        services.move_slot(quiz, row, -1 if verb == "up" else 1)


# -- adding questions ----------------------------------------------------------------------------------------------


@blueprint.get("/studio/quizzes/<int:quiz_id>/write")
@requires("quizzes.edit")
def write(quiz_id: int) -> str:
    """Show the editor of a new question for this quiz."""
    quiz = own_quiz(quiz_id)
    type_ = installed.all_types().get(request.args.get("type", ""))
    if type_ is None:
        abort(404)
    return _write_page(quiz, editing.blank(type_, quiz.title), "1")


def _write_page(quiz: Quiz, editor: editing.Editor, marks: str, alike: list[extending.Alike] | None = None) -> str:
    posted, form = request.method == "POST", request.form
    if posted and pressing.comes_back(form):
        editor.problems = {}
    return render_template(
        "quizzes/write.html",
        quiz=quiz,
        editor=editor,
        marks=marks,
        alike=alike,
        anyway=pressing.anyway(form),
        sections=extending.sent(None, form) if posted else extending.opened(None),
        preview=previewing.previewed(editor.type, editor.content) if pressing.wants_preview(form) else None,
        categories=questions.tree(),
        difficulties=DIFFICULTIES,
        form_has_errors=bool(editor.problems or alike),
    )


@blueprint.post("/studio/quizzes/<int:quiz_id>/write")
@requires("quizzes.edit")
def add_written(quiz_id: int) -> ResponseReturnValue:
    """Put a new question into the bank and into this quiz."""
    quiz = own_quiz(quiz_id)
    type_ = installed.all_types().get(request.form.get("type", ""))
    if type_ is None:
        abort(404)
    editor, typed = editing.sent(type_, request.form), request.form.get("marks", "")
    if pressing.comes_back(request.form):
        return _write_page(quiz, editor, typed)
    marks = rules.hundredths(typed)
    if marks is None:
        editor.problems["marks"] = _("分值应为 0.01 到 1000 之间的数，最多两位小数")
    editor.problems.update(extending.problems(None, request.form))
    if marks is None or editor.problems:
        return _write_page(quiz, editor, typed), 422
    if found := pressing.doubles(editor, request.form, current_person):
        keep_changes()  # what was worked out to find them
        return _write_page(quiz, editor, typed, found), 409
    try:
        draft = replace(editor.draft, marks_hundredths=marks)
        question = services.add_draft(quiz, draft, current_person, editor.shelf())
        extending.save(question, request.form, current_person)
    except UserError as error:
        editor.problems[error.field or "stem"] = error.message
        return _write_page(quiz, editor, typed), error.status
    flash(_("题目已经加入测验，也放进了题库"), "ok")
    if pressing.goes_on(request.form):
        return redirect(url_for("quizzes.write", quiz_id=quiz.id, type=type_.key), 303)
    return redirect(questions_of(quiz), 303)


@blueprint.get("/studio/quizzes/<int:quiz_id>/pick")
@requires("quizzes.edit")
def pick(quiz_id: int) -> str:
    """Show questions of the bank that are not in this quiz yet."""
    quiz = own_quiz(quiz_id)
    q, type_key = request.args.get("q", "").strip(), request.args.get("type", "")
    category_id = request.args.get("category", type=identity)
    there = [slot.question_id for slot in services.slots(quiz) if slot.question_id]
    query = questions.search(q, category_id, type_key, without=there)
    return render_template(
        "quizzes/pick.html",
        quiz=quiz,
        page=paginate(query),
        q=q,
        type_key=type_key,
        category_id=category_id,
        types=installed.all_types(),
        type_of=installed.get,
        categories=questions.tree(),
        difficulties=DIFFICULTIES,
    )


@blueprint.post("/studio/quizzes/<int:quiz_id>/pick")
@requires("quizzes.edit")
def add_picked(quiz_id: int) -> ResponseReturnValue:
    """Add the chosen questions."""
    quiz = own_quiz(quiz_id)
    ids = {int(text) for text in request.form.getlist("question") if text.isdecimal() and len(text) < 10}
    query = select(Question).where(Question.id.in_(sorted(ids)[:MOST_PICKED]), Question.retired_at.is_(None))
    chosen = list(db.session.scalars(query.order_by(Question.id)))
    if not chosen:
        flash(_("还没有选题目。勾选要加入的题，再按“加入测验”"), "warn")
        return redirect(url_for("quizzes.pick", quiz_id=quiz.id), 303)
    count = services.add_questions(quiz, [(question, DEFAULT_HUNDREDTHS) for question in chosen])
    flash(ngettext("加入了 %(n)s 道题", "加入了 %(n)s 道题", count), "ok")
    return redirect(questions_of(quiz), 303)


@blueprint.get("/studio/quizzes/<int:quiz_id>/paste")
@requires("quizzes.edit")
def paste(quiz_id: int) -> str:
    """Show the field for pasting several questions as plain text."""
    return _paste_page(own_quiz(quiz_id), "")


def _paste_page(quiz: Quiz, text: str, **context: Any) -> str:
    return render_template(
        "quizzes/paste.html",
        **{"quiz": quiz, "text": text, "drafts": [], "problems": [], "type_of": installed.get, **context},
    )


@blueprint.post("/studio/quizzes/<int:quiz_id>/paste")
@requires("quizzes.edit")
def add_pasted(quiz_id: int) -> ResponseReturnValue:
    """Read pasted text: show what was understood and what was not, and add it when asked to."""
    quiz = own_quiz(quiz_id)
    text = request.form.get("text", "")
    drafts, problems = read_plain(text)
    if not text.strip() or problems:
        empty = not text.strip()
        return _paste_page(quiz, text, drafts=drafts, problems=problems, empty=empty, form_has_errors=True), 422
    if request.form.get("action") != "add":
        return _paste_page(quiz, text, drafts=drafts, checked=True)
    count = services.add_drafts(quiz, drafts, current_person, questions.shelf_at([quiz.title]))
    flash(ngettext("加入了 %(n)s 道题", "加入了 %(n)s 道题", count), "ok")
    return redirect(questions_of(quiz), 303)


# -- trying it out -------------------------------------------------------------------------------------------------


@blueprint.get("/studio/quizzes/<int:quiz_id>/preview")
@requires("quizzes.edit")
def preview(quiz_id: int) -> str:
    """Show a question as trainees will see it; a given answer is graded on the spot, and nothing is kept."""
    quiz = own_quiz(quiz_id)
    number, letter = request.args.get("n", 1, type=int), request.args.get("paper", "A")
    if letter not in tuple(rules.LETTERS):
        abort(404)
    paper = services.draft_paper(quiz, letter)
    if not 1 <= number <= max(1, len(paper)):
        abort(404)
    question, reviewed = (paper[number - 1] if paper else None), None
    if question is not None and "try" in request.args:
        question = question.tried(request.args)
        if question.answered or not question.type.stepwise:
            reviewed = question.reviewed(question.graded(), show_key=True)
    return render_template(
        "quizzes/preview.html",
        quiz=quiz,
        paper=paper,
        number=number,
        question=question,
        each=reviewed,
        letter=letter,
        letters=rules.LETTERS[: quiz.paper_count if quiz.paper_count > 1 else None]
        if any(slot.is_draw for slot in quiz.slots)
        else "",
    )
