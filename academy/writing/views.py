"""Preview of Markdown, and pictures that texts refer to."""

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from academy.accounts.session import current_person
from academy.db import db
from academy.errors import UserError
from academy.files.delivery import send
from academy.files.models import StoredFile
from academy.files.services import store_stream
from academy.i18n import _
from academy.permissions import requires, signed_in
from academy.web import markdown
from academy.web.transactions import accepts_files

blueprint = Blueprint("writing", __name__)
blueprints = [blueprint]
PERMISSIONS = {"writing.use": {"instructor", "admin"}}
TEXT_LIMIT = 100_000
PICTURE_LIMIT_BYTES = 21 * 1024 * 1024
HASH_SHOWN = 32


@blueprint.post("/writing/preview")
@requires("writing.use")
def preview() -> ResponseReturnValue:
    """Return the HTML that readers of the posted Markdown will see."""
    sent = request.get_json(silent=True)
    text = sent.get("text", "") if isinstance(sent, dict) else None
    if not isinstance(text, str) or len(text) > TEXT_LIMIT:
        raise UserError(_("文字太长，请分成几节"), 413)
    return {"html": str(markdown.render(text))}


@blueprint.post("/writing/pictures")
@requires("writing.use")
@accepts_files(PICTURE_LIMIT_BYTES)
def add_picture() -> ResponseReturnValue:
    """Take a picture in, and return the Markdown that shows it."""
    sent = request.files.get("picture")
    if sent is None or not sent.filename:
        raise UserError(_("没有收到图片，请重新选择"), 422)
    file = store_stream(sent.stream, sent.filename, current_person, "picture")
    address = url_for("writing.picture", sha256=file.sha256[:HASH_SHOWN], name=file.name)
    label = file.name.rsplit(".", 1)[0].replace("[", "").replace("]", "")
    return {"markdown": f"![{label}]({address})", "name": file.name}


@blueprint.get("/pictures/<sha256>/<name>")
@signed_in
def picture(sha256: str, name: str) -> ResponseReturnValue:
    """Show a picture of a text. Its address holds 128 bits of its hash, which only readers of the text know."""
    if len(sha256) != HASH_SHOWN or not sha256.isalnum():
        abort(404)
    query = select(StoredFile).where(StoredFile.sha256.startswith(sha256), StoredFile.kind == "picture").limit(1)
    file = db.session.scalar(query)
    if file is None:
        abort(404)
    return send(file)
