"""The reader, and what it reports."""

from typing import Any, cast

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from academy.accounts.models import Person
from academy.accounts.rules import safe_path
from academy.errors import UserError, wants_json
from academy.i18n import _, localized, ngettext
from academy.permissions import public, signed_in
from academy.web.filters import show_duration
from academy.web.lookups import get_or_404
from courses.textbooks.models import EditionChapter, Paragraph
from courses.textbooks.rules import reading_minutes
from courses.textbooks.rules.appearance import FACES, PAPERS, SIZES, SPACINGS, Appearance
from courses.textbooks.services import shelf as services
from courses.textbooks.services.reading import Report, Shown, mark_read, opening, opening_time, record_shown
from courses.textbooks.views.blueprint import blueprint
from courses.textbooks.views.shelf import opened_or_404, reader_id

COOKIE = "reader"
YEAR_SECONDS = 365 * 24 * 3600
MOST_ANCHORS = 2000
MOST_REPORTS = 60
MOST = 2**31 - 1
OFFERED = {"sizes": SIZES, "spacings": SPACINGS, "faces": FACES, "papers": PAPERS}


@blueprint.get("/textbooks/<slug>/<int:chapter_id>")
@public
def read(slug: str, chapter_id: int) -> str:
    """Show a chapter of the present edition."""
    return _page(*_chapter_or_404(slug, chapter_id))


def _chapter_or_404(slug: str, chapter_id: int) -> tuple[services.OpenBook, int]:
    opened = opened_or_404(slug)
    at = opened.at(chapter_id)
    if at is None:
        abort(404)
    return opened, at


def _page(opened: services.OpenBook, at: int, token: str = "", problem: str = "") -> str:
    """Return the reader at chapter number `at`; `token` is kept where the chapter was opened earlier."""
    chapter = opened.chapters[at]
    paragraphs = services.paragraphs_of(chapter)
    state = opened.states.get(chapter.chapter_id)
    shown = set(state.shown) if state else set()
    if reader_id() and not token:
        token = opening(current_user.id, chapter.id)
    return render_template(
        "textbooks/reader.html",
        opened=opened,
        chapter=chapter,
        paragraphs=paragraphs,
        before=opened.chapters[at - 1] if at else None,
        after=opened.chapters[at + 1] if at + 1 < len(opened.chapters) else None,
        position=_position(paragraphs, state.position_anchor if state else ""),
        minutes=reading_minutes(chapter.characters),
        rest=reading_minutes(sum(len(each.text) for each in paragraphs if each.anchor not in shown)),
        token=token,
        problem=problem,
        appearance=appearance(),
        offered=OFFERED,
    )


def _position(paragraphs: list[Paragraph], anchor: str) -> str:
    """Return where to open the chapter; "" at its beginning, or where the paragraph is no longer there."""
    return anchor if anchor in {each.anchor for each in paragraphs[1:]} else ""


def appearance() -> Appearance:
    """Return how this visitor likes to read: from the profile, else from the cookie."""
    chosen = services.appearance_of(current_user.id) if reader_id() else None
    return chosen or Appearance.from_cookie(request.cookies.get(COOKIE, ""))


@blueprint.post("/textbooks/settings")
@public
def settings() -> ResponseReturnValue:
    """Keep how the reader should look: for those signed in on every device, for others in this browser."""
    chosen = appearance().changed(request.form)
    if reader_id():
        services.keep_appearance(current_user.id, chosen)
    target = safe_path(request.form.get("next")) or url_for("textbooks.shelf")
    response = Response(status=204) if wants_json() else cast(Response, redirect(target, 303))
    response.set_cookie(COOKIE, chosen.cookie(), max_age=YEAR_SECONDS, samesite="Lax", httponly=True)
    return response


@blueprint.post("/textbooks/shown/<int:edition_chapter_id>")
@signed_in
def shown(edition_chapter_id: int) -> ResponseReturnValue:
    """Take in which paragraphs a page has shown, and answer what counts."""
    chapter = get_or_404(EditionChapter, edition_chapter_id)
    results = [record_shown(_me(), chapter, report) for report in _reports(chapter)]
    return _answer(results[-1])


def _me() -> Person:
    return cast(Person, current_user._get_current_object())


def _reports(chapter: EditionChapter) -> list[Report]:
    """Return the reports of this request, one or several; ends it with 400 for what no page of ours would send."""
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        abort(400)
    several = data.get("reports", [data])
    if not isinstance(several, list) or not 0 < len(several) <= MOST_REPORTS:
        abort(400)
    return [_report(chapter, each) for each in several]


def _report(chapter: EditionChapter, data: Any) -> Report:
    if not isinstance(data, dict):
        abort(400)
    anchors, position = data.get("shown", []), data.get("position") or ""
    if not isinstance(anchors, list) or len(anchors) > MOST_ANCHORS or not isinstance(position, str):
        abort(400)
    if not all(isinstance(anchor, str) for anchor in anchors):
        abort(400)
    visible, sequence = _number(data, "visible", 0), _number(data, "sequence", None)
    opened_at = opening_time(data.get("session"), current_user.id, chapter.id)
    if opened_at is None:
        raise UserError(_("这一页打开得太久了，请刷新后接着读"), 403)
    return Report(anchors, position, opened_at, visible or 0, sequence)


def _number(data: dict[str, Any], name: str, default: int | None) -> int | None:
    value = data.get(name, default)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST):
        abort(400)
    return value


def _answer(result: Shown) -> dict[str, Any]:
    left = result.total - len(result.shown)
    return {
        "percent": int(result.share * 100),
        "done": not left,
        "message": ngettext("本章还差 %(n)s 段", "本章还差 %(n)s 段", left) if left else _("本章读完了"),
        "shown": result.shown,
        "rest": _("还需约 %(n)s 分钟", n=reading_minutes(result.rest)) if left else "",
    }


@blueprint.post("/textbooks/<slug>/<int:chapter_id>/done")
@signed_in
def done(slug: str, chapter_id: int) -> ResponseReturnValue:
    """Take the reader's word for having read a chapter, where no script can tell: if there has been time for it."""
    opened, at = _chapter_or_404(slug, chapter_id)
    chapter, token = opened.chapters[at], request.form.get("session", "")
    opened_at = opening_time(token, current_user.id, chapter.id)
    if opened_at is None:
        return _page(opened, at, problem=_("教材刚刚出了新版，或者这一页放得太久了。请从这里接着读")), 409
    result, lacking = mark_read(_me(), chapter, opened_at)
    if result is None:
        wait = _("读完这一章还需要一些时间。请接着读，再过 %(time)s 就可以记为读完", time=show_duration(lacking))
        return _page(opened, at, token=token, problem=wait), 422
    flash(_("“%(title)s”读完了", title=localized(chapter, "title")), "ok")
    if at + 1 == len(opened.chapters):
        return redirect(url_for("textbooks.book", slug=slug), 303)
    return redirect(url_for("textbooks.read", slug=slug, chapter_id=opened.chapters[at + 1].chapter_id), 303)
