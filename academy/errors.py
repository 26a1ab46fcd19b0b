"""Errors that a person sees: each is a clear sentence, with the right status, on a page that helps."""

import errno
import logging
import secrets
from typing import Any

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from academy.i18n import _

log = logging.getLogger(__name__)
FULL = (errno.ENOSPC, errno.EDQUOT)
PAGES = (400, 403, 404, 409, 413, 422, 429, 500)


class UserError(Exception):
    """Something that the person can mend.

    message: a whole sentence in the person's language; status: the HTTP status; field: the form field it belongs to.
    """

    def __init__(self, message: str, status: int = 422, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.field = field


def wants_json() -> bool:
    """Return whether the caller is a script of ours that reads JSON."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def error_page(status: int, message: str | None = None, **context: Any) -> tuple[Any, int]:
    """Return the page (or JSON) for `status` with the sentence `message`."""
    if wants_json():
        return {"error": message or str(status), **context}, status
    name = status if status in PAGES else (500 if status >= 500 else 400)
    return render_template(f"errors/{name}.html", message=message, status=status, **context), status


def is_full_disk(error: BaseException) -> bool:
    """Return whether an error says that there is no room left, be it for a file or for the database."""
    if isinstance(error, OSError):
        return error.errno in FULL
    return isinstance(error, OperationalError) and "disk is full" in str(error.orig)


def init_app(app: Flask) -> None:
    """Install the handlers."""

    @app.errorhandler(UserError)
    def _user_error(error: UserError) -> ResponseReturnValue:
        return error_page(error.status, error.message)

    @app.errorhandler(HTTPException)
    def _http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None or (error.code or 500) < 400:
            return error.get_response()
        return error_page(error.code or 500)

    @app.errorhandler(CSRFError)
    def _csrf_error(error: CSRFError) -> ResponseReturnValue:
        return app.login_manager.unauthorized()  # type: ignore[attr-defined]

    @app.errorhandler(Exception)
    def _crash(error: Exception) -> ResponseReturnValue:
        if is_full_disk(error):
            log.error("the disk is full: %s", error)
            return error_page(507, _("服务器的磁盘满了，这次没有保存。请联系管理员；之前保存的内容都还在"))
        reference = secrets.token_hex(2).upper()
        log.exception("error %s at %s %s", reference, request.method, request.path)
        if app.testing or app.debug:
            raise error
        g._login_user = app.login_manager.anonymous_user()  # type: ignore[attr-defined]  # asking who it is may fail again
        return error_page(500, _("系统出了问题，编号 %(reference)s。", reference=reference), reference=reference)
