"""Sending files, whole or by byte range, at the same cost at any offset."""

from pathlib import Path

from flask import Response, abort, send_file

from academy.files import storage
from academy.files.models import StoredFile

DAY_SECONDS = 24 * 3600


def send(file: StoredFile, download: bool = False) -> Response:
    """Answer with the file. The caller has checked that the person may read it; 404 when the bytes are gone."""
    path = storage.place(file.sha256)
    if not path.exists():
        abort(404)
    return send_path(path, file.media_type, etag=file.sha256, name=file.name if download else None)


def send_path(path: Path, media_type: str, etag: str, name: str | None = None) -> Response:
    """Answer with a file of ours; `name` makes it a download."""
    response = send_file(
        path, mimetype=media_type, etag=etag, conditional=True, as_attachment=bool(name), download_name=name
    )
    response.headers["Cache-Control"] = f"private, max-age={DAY_SECONDS}"
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'"
    return response
