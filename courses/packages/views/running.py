"""What answers on the origin for foreign content: the page that runs a package, its files, and where it reports.

No cookie of ours comes here. Who asks is told by the signed word in the address alone.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import abort, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from academy.accounts.models import Person
from academy.db import db
from academy.files.delivery import send_path
from academy.permissions import public
from academy.web.foreign import apart
from courses.lesson_types.scorm import running, standing, unpacking
from courses.packages import services
from courses.packages.views.blueprint import blueprint

MAX_REPORT_BYTES = 1024 * 1024
GUESSED_BYTES = 2 * 1024 * 1024
HOUR_SECONDS = 3600
# What a package may do: whatever it likes, with its own files. 'self' is the origin for foreign content, never ours.
FILE_POLICY = "; ".join(
    (
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",
        "object-src 'none'",
        "worker-src blob:",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'self' {home}",
    )
)
PAGE_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors {home}",
    )
)


def _run_or_refuse(token: str) -> running.Run:
    run = running.read(token)
    if run is None or not run.is_of(db.session.get(Person, run.person_id)):
        abort(403)
    return run


def _place(run: running.Run) -> services.Place | None:
    """Return the lesson that a run's address for steps leads to, for the person of the run."""
    try:
        endpoint, values = current_app.url_map.bind("").match(run.work_url, method="POST")
    except HTTPException:
        return None
    if endpoint != "learning.work":
        return None
    return services.find_place(run.person_id, values["slug"], values["lesson_id"], run.sha256)


@blueprint.get("/packages/<token>/run/<int:number>")
@public
@apart
def run(token: str, number: int) -> ResponseReturnValue:
    """Show the page that holds the run time of SCORM and, in a frame, SCO `number` of the package."""
    run = _run_or_refuse(token)
    place = _place(run) if run.work_url else None
    content = place.lesson.content if place else unpacking.contents(run.sha256)
    if content is None or number >= len(content["scos"]) or (run.work_url and place is None):
        abort(404)
    sco, version = content["scos"][number], content["version"]
    kept = services.state_at(place).get("scos", {}).get(sco["id"], {}) if place else {}
    person = db.session.get_one(Person, run.person_id)
    begun = running.begin(run)
    page = render_template(
        "packages/run.html",
        sco=sco,
        version=version,
        launch=url_for("packages.file", token=begun, path=sco["path"])
        + quote(sco["query"], safe="?#&=%/:;,+@!~'()*$-._"),
        values=standing.resumed(sco, version, kept),
        learner={"id": running.pseudonym(person), "name": person.name},
        report_url=url_for("packages.report", token=begun) if run.work_url else "",
        home=run.home,
    )
    return page, 200, {"Content-Security-Policy": PAGE_POLICY.format(home=run.home), "Referrer-Policy": "no-referrer"}


@blueprint.get("/packages/<token>/files/<path:path>")
@public
@apart
def file(token: str, path: str) -> ResponseReturnValue:
    """Send a file of the package, by range where one is asked for."""
    run = _run_or_refuse(token)
    found = unpacking.find(run.sha256, path)
    if found is None:
        abort(404)
    response = send_path(found.place, found.media_type, etag=f"{run.sha256[:16]}-{found.place.name}")
    response.headers["Content-Type"] = found.media_type + _charset(found.place, found.media_type)
    response.headers["Content-Security-Policy"] = FILE_POLICY.format(home=run.home)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = f"private, max-age={HOUR_SECONDS}"
    return response


def _charset(place: Path, media_type: str) -> str:
    """Say UTF-8 where it is; of anything else the page itself says what it is (older Chinese packages are in GBK)."""
    if not media_type.startswith("text/") or place.stat().st_size > GUESSED_BYTES:
        return ""
    try:
        place.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return ""
    return "; charset=utf-8"


@blueprint.post("/packages/<token>/report")
@public
@apart
def report(token: str) -> ResponseReturnValue:
    """Take what the package says. Only the run's own page is told what became of it."""
    if (request.content_length or 0) > MAX_REPORT_BYTES:
        abort(413)
    run = _run_or_refuse(token)
    try:
        values: Any = request.get_json(force=True, silent=True)
    except RecursionError:
        abort(400)
    if not isinstance(values, dict) or not run.work_url:
        abort(400)
    outcome = services.hear(_place(run), run, values)
    return {"done": outcome.progress.completed_at is not None, "said": outcome.message}


def exempt(state: Any) -> None:
    """Let reports come without a token for forms: the word in their address is one."""
    state.app.extensions["csrf"].exempt(report)


blueprint.record_once(exempt)
