"""What anybody may see: whether a certificate is genuine. Nothing more than that needs, and nothing for search engines."""

from typing import Any

from flask import Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.clock import now
from academy.i18n import _
from academy.permissions import public
from academy.web.filters import local_date
from courses.certificates.models import Certificate
from courses.certificates.rules.codes import LENGTH, is_code, read_code, shown
from courses.certificates.rules.wording import KINDS, REASONS, masked_name, same_name
from courses.certificates.services.guessing import WINDOW, misses
from courses.certificates.services.listing import by_code, replacing
from courses.certificates.views.blueprint import blueprint

CODE_LONGEST = 40
NAME_LONGEST = 60


@blueprint.get("/verify")
@public
def verify() -> ResponseReturnValue:
    """Ask for a code; with one, go to its page."""
    typed = request.args.get("code", "")[:CODE_LONGEST]
    code = read_code(typed)
    if not code:
        return _page("certificates/verify.html", 200, typed="", problem="")
    if not is_code(code):
        return _page("certificates/verify.html", 422, typed=typed, problem=_problem(code))
    return redirect(url_for("certificates.look", code=code), 303)


@blueprint.get("/c/<code>")
@public
def look(code: str) -> ResponseReturnValue:
    """Say whether a certificate is genuine, and what it says; the name only in part."""
    return _look(code, None)


@blueprint.post("/c/<code>")
@public
def compare(code: str) -> ResponseReturnValue:
    """Say whether the certificate is in the name that was typed."""
    return _look(code, request.form.get("name", "").strip()[:NAME_LONGEST])


def _look(typed: str, name: str | None) -> ResponseReturnValue:
    address = request.remote_addr or ""
    if misses.too_many(address):
        minutes = int(WINDOW.total_seconds()) // 60
        return _page("certificates/wait.html", 429, minutes=minutes)
    code = read_code(typed[:CODE_LONGEST])
    if code != typed and is_code(code):
        return redirect(url_for("certificates.look", code=code), 303)
    found = by_code(code) if is_code(code) else None
    if found is None:
        misses.note(address)
        problem = _("没有核验码是 %(code)s 的证书", code=shown(code)) if is_code(code) else _problem(code)
        return _page("certificates/verify.html", 404, typed=typed[:CODE_LONGEST], problem=problem)
    matches = same_name(name, found.recipient) if name else None
    if matches is False:
        misses.note(address)
    return _page("certificates/public.html", 200, **_facts(found), name=name or "", matches=matches)


def _facts(found: Certificate) -> dict[str, Any]:
    return {
        "certificate": found,
        "state": found.state(local_date(now())),
        "code": shown(found.code),
        "masked": masked_name(found.recipient),
        "kinds": KINDS,
        "reasons": REASONS,
        "newer": replacing(found) if found.revoked_reason == "replaced" else None,
        "own": current_person.is_authenticated and current_person.id == found.person_id,
    }


def _problem(code: str) -> str:
    if len(code) != LENGTH:
        return _("核验码是 %(length)s 位字母和数字，这里是 %(n)s 位", length=LENGTH, n=len(code))
    return _("这个核验码抄错了：每个核验码里有一位是校验位，和其余各位对不上。请再对一遍")


def _page(template: str, status: int, **values: Any) -> Response:
    response = make_response(render_template(template, **values), status)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
