"""The upload endpoints (tus 1.0). An upload belongs to whoever began it; what it is used for, other rooms decide."""

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue

from academy.accounts.session import current_person
from academy.clock import now
from academy.files import uploads
from academy.files.models import Upload
from academy.files.services import describe
from academy.permissions import can, signed_in
from academy.web.transactions import keep_changes

blueprint = Blueprint("files", __name__)
blueprints = [blueprint]
PERMISSIONS = {"files.upload": {"instructor", "admin"}}
TUS = {"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Extension": "creation,termination"}


def _answer(status: int, **headers: str) -> Response:
    return Response(status=status, headers={**TUS, **headers})


def _own(token: str) -> Upload:
    upload = uploads.find(current_person, token)
    if upload is None:
        abort(404)
    return upload


@blueprint.post("/uploads")
@signed_in
def create() -> ResponseReturnValue:
    """Begin an upload (tus: creation): of anything for authors, of what may be handed in for everybody else."""
    length = request.headers.get("Upload-Length", "")
    if not length.isdecimal() or len(length) > 15:
        abort(400)
    facts = uploads.parse_metadata(request.headers.get("Upload-Metadata", ""))
    name, kind = facts.get("filename", ""), facts.get("kind", "")
    if not can("files.upload"):
        uploads.check_hand_in(current_person, int(length), name, kind)
    upload = uploads.begin(current_person, int(length), name, kind)
    return _answer(201, Location=url_for("files.status", token=upload.token), **{"Upload-Offset": "0"})


@blueprint.get("/uploads/<token>")
@signed_in
def status(token: str) -> ResponseReturnValue:
    """Say how much has arrived (HEAD, tus: core); describe the upload, and its file once it is complete (GET)."""
    upload = _own(token)
    if request.method == "HEAD":
        return _answer(200, **_offset_headers(upload))
    if not upload.file_id:
        return {"done": False, "received": upload.received, "length": upload.length}
    file = uploads.finish(upload, current_person)
    return {"done": True, "file": describe(file)}


def _offset_headers(upload: Upload) -> dict[str, str]:
    path = uploads.part(upload)
    received = upload.length if upload.file_id else (path.stat().st_size if path.exists() else 0)
    return {"Upload-Offset": str(received), "Upload-Length": str(upload.length), "Cache-Control": "no-store"}


@blueprint.patch("/uploads/<token>")
@signed_in
def append(token: str) -> ResponseReturnValue:
    """Take more bytes (tus: core); the last ones complete the file."""
    upload = _own(token)
    position = request.headers.get("Upload-Offset", "")
    if request.mimetype != "application/offset+octet-stream" or not position.isdecimal() or len(position) > 15:
        abort(400)
    request.max_content_length = upload.length + 1
    upload.received = uploads.receive(upload, int(position), request.stream)
    upload.updated_at = now()
    if upload.received == upload.length:
        keep_changes()
        uploads.finish(upload, current_person)
    return _answer(204, **{"Upload-Offset": str(upload.received)})


@blueprint.delete("/uploads/<token>")
@signed_in
def terminate(token: str) -> ResponseReturnValue:
    """Give an upload up (tus: termination)."""
    uploads.discard(_own(token))
    return _answer(204)
