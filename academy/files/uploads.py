"""Resumable uploads: the server's half of the tus protocol 1.0 (https://tus.io/protocols/resumable-upload).

While a browser sends bytes no database transaction is open, so that a slow network never holds up anybody's writes.
"""

import base64
import binascii
import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO

from flask import current_app
from sqlalchemy import func, select

from academy.accounts.models import Person
from academy.clock import now
from academy.db import db
from academy.errors import UserError
from academy.files import storage
from academy.files.models import StoredFile, Upload
from academy.files.recognition import KINDS
from academy.files.services import clean_name, disk_error, store_path
from academy.i18n import _

HAND_IN_KINDS = ("picture", "document", "office")
HAND_IN_BYTES = 20 * 1024 * 1024
HAND_IN_DAY_BYTES = 400 * 1024 * 1024
"""What somebody who is no author may upload: files to hand in, of bounded size, and so much in a day."""
KEPT_FOR = timedelta(days=2)
OPEN_UPLOADS_LIMIT = 20


def parse_metadata(header: str) -> dict[str, str]:
    """Return the `Upload-Metadata` of the protocol: comma-separated "key base64". Broken pairs are passed over."""
    result: dict[str, str] = {}
    for pair in header.split(",")[:20]:
        key, _space, value = pair.strip().partition(" ")
        try:
            result[key] = base64.b64decode(value, validate=True).decode("utf-8")[:400]
        except (binascii.Error, UnicodeDecodeError):
            continue
    return result


def begin(owner: Person, length: int, name: str, wanted: str) -> Upload:
    """Make room for an upload of `length` bytes. Raises UserError when it is too large or too many are under way."""
    limit = current_app.config["SETTINGS"].max_upload_bytes
    if length <= 0:
        raise UserError(_("“%(name)s”是空文件。请另选一个文件", name=clean_name(name)), 422)
    if length > limit:
        raise UserError(_("上传失败：文件超过 %(limit)s MB。请压缩后再上传", limit=limit // (1024 * 1024)), 413)
    open_now = select(Upload).where(Upload.owner_id == owner.id, Upload.file_id.is_(None))
    if len(db.session.scalars(open_now.limit(OPEN_UPLOADS_LIMIT)).all()) >= OPEN_UPLOADS_LIMIT:
        raise UserError(_("同时上传的文件太多。请等前面的传完"), 429)
    upload = Upload(
        token=secrets.token_urlsafe(18),
        owner_id=owner.id,
        name=clean_name(name),
        wanted_kind=wanted if wanted and set(wanted.split("+")) <= set(KINDS) else "",
        length=length,
    )
    db.session.add(upload)
    part(upload).touch()
    return upload


def check_hand_in(owner: Person, length: int, name: str, wanted: str) -> None:
    """Hold an upload of somebody who is no author against what may be handed in. Raises UserError with a sentence."""
    if not wanted or not set(wanted.split("+")) <= set(HAND_IN_KINDS):
        raise UserError(_("您没有上传这类文件的权限"), 403)
    if length > HAND_IN_BYTES:
        limit = HAND_IN_BYTES // (1024 * 1024)
        raise UserError(_("“%(name)s”超过 %(limit)s MB。请压缩后再上传", name=clean_name(name), limit=limit), 413)
    since = now() - timedelta(days=1)
    stored = select(func.coalesce(func.sum(StoredFile.size), 0)).where(
        StoredFile.owner_id == owner.id, StoredFile.created_at > since
    )
    if (db.session.scalar(stored) or 0) + length > HAND_IN_DAY_BYTES:
        limit = HAND_IN_DAY_BYTES // (1024 * 1024)
        raise UserError(_("一天最多上传 %(limit)s MB，今天已经满了。请明天再传，或者先压缩", limit=limit), 429)


def find(owner: Person, token: str) -> Upload | None:
    """Return the person's own upload, or None."""
    return db.session.scalar(select(Upload).where(Upload.token == token, Upload.owner_id == owner.id))


def part(upload: Upload) -> Path:
    """Return where the bytes received so far lie."""
    return storage.folder("uploads") / upload.token


def receive(upload: Upload, offset: int, stream: IO[bytes]) -> int:
    """Append what `stream` brings at `offset` and return the new offset; finishing is left to `finish`.

    Raises UserError 409 when the offset is not where the file ends, 413 when more comes than was announced, 507 when the
    disk is full. Bytes that arrived before an interruption are kept.
    """
    path, length = part(upload), upload.length
    db.session.commit()
    try:
        with path.open("r+b") as file:
            if file.seek(0, os.SEEK_END) != offset:
                raise UserError(_("续传的位置对不上，请重新选择这个文件继续上传"), 409)
            while chunk := stream.read(min(storage.CHUNK_BYTES, length - offset + 1)):
                if offset + len(chunk) > length:
                    raise UserError(_("收到的内容比文件本身还多，请重新上传"), 413)
                file.write(chunk)
                offset += len(chunk)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError as error:
        raise UserError(_("这次上传已经过期，请重新选择文件"), 410) from error
    except OSError as error:
        raise disk_error(error) from error
    return offset


def finish(upload: Upload, owner: Person) -> StoredFile:
    """Turn a complete upload into a stored file; a second call returns the same one. Raises UserError like `store_path`."""
    if upload.file_id:
        return db.session.get_one(StoredFile, upload.file_id)
    path = part(upload)
    try:
        file = store_path(path, upload.name, owner, upload.wanted_kind)
    except UserError:
        discard(upload)
        raise
    upload.file_id = file.id
    return file


def discard(upload: Upload) -> None:
    """Forget an upload and its bytes."""
    part(upload).unlink(missing_ok=True)
    db.session.delete(upload)


def sweep() -> int:
    """Discard uploads that nobody has continued for two days, and return how many.

    So goes what a process left behind that was killed while it wrote: half an export, a file out of a form.
    """
    stale = db.session.scalars(
        select(Upload).where(Upload.updated_at < now() - KEPT_FOR, Upload.file_id.is_(None))
    ).all()
    for upload in stale:
        discard(upload)
    under_way = set(db.session.scalars(select(Upload.token).where(Upload.file_id.is_(None))))
    oldest = (now() - KEPT_FOR).timestamp()
    for path in storage.folder("uploads").iterdir():
        with suppress(FileNotFoundError):  # whoever wrote it may be done with it at this very moment
            if path.name not in under_way and path.stat().st_mtime < oldest:
                path.unlink()
    return len(stale)
