"""The test client: a browser without a window that looks at every page it gets.

It differs from Flask's in four things. Requests run in a context of their own, as they do behind a server, so that
nothing (user, language, database session) leaks from the test into the page. What the test wrote is committed before a
request and read afresh after it. Unsafe requests carry the CSRF token unless `client.csrf` is False. And every HTML
answer is held against the rules in tests/support/html.py.
"""

from __future__ import annotations

import contextvars
from typing import Any

from flask import has_app_context
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from academy.db import db
from tests.support.html import Node, faults, parse

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_SEED = "0123456789abcdef0123456789abcdef01234567"


class Answer(TestResponse):
    """A response with its page read."""

    @property
    def page(self) -> Node:
        """The HTML of the answer as a tree."""
        if not hasattr(self, "_page"):
            self._page = parse(self.get_data(as_text=True))
        return self._page

    @property
    def words(self) -> str:
        """The text of <main>, or of the whole page where there is none."""
        return (self.page.find("main") or self.page).text


class AcademyClient(FlaskClient):
    """See the module."""

    csrf = True
    strict_html = True

    def __init__(self, application: Any, response_wrapper: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(application, Answer, *args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> Answer:
        """Send one request; see the module for what is done before and after."""
        method = str(kwargs.get("method", "GET")).upper()
        if self.csrf and method not in SAFE:
            headers = dict(kwargs.pop("headers", None) or {})
            headers.setdefault("X-CSRFToken", self.csrf_token())
            kwargs["headers"] = headers
        kwargs.setdefault("buffered", True)
        testing = has_app_context()
        if testing:
            db.session.commit()
        answer = contextvars.Context().run(super().open, *args, **kwargs)
        if testing:
            db.session.expire_all()
        if self.strict_html and answer.mimetype == "text/html" and answer.location is None:
            self._look_at(method, answer)
        return answer

    def csrf_token(self) -> str:
        """Return a token that belongs to this client's session."""
        with self.session_transaction() as session:
            seed = session.setdefault("csrf_token", CSRF_SEED)
        secret = self.application.config.get("WTF_CSRF_SECRET_KEY") or self.application.secret_key
        return URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(seed)

    def submit(self, answer: Answer, /, action: str | None = None, button: str | None = None, **values: Any) -> Answer:
        """Send a form of a page the way a browser does: with the values that it already holds, and `values` changed.

        `action` is a part of the form's address (needed when the page has several forms that post), `button` the text
        of the button pressed. A value None leaves the field out, a list sends it several times.
        """
        form = _choose_form(answer, action)
        data = _held_values(form)
        if button is not None:
            pressed = form.one("button", text=button)
            if pressed.get("name"):
                data[pressed["name"]] = [pressed.get("value") or ""]
        for name, value in values.items():
            if value is None:
                data.pop(name, None)
            else:
                data[name] = value if isinstance(value, list) else [value]
        address = form.get("action") or answer.request.full_path.rstrip("?")
        if (form.get("method") or "get").lower() == "get":
            return self.get(address, query_string=data)
        return self.post(address, data=data)

    def _look_at(self, method: str, answer: Answer) -> None:
        body = answer.get_data(as_text=True)
        found = faults(body) if body else []
        if found:
            listed = "\n  ".join(found[:20])
            raise AssertionError(
                f"{method} {answer.request.path} answers {answer.status_code} with faulty HTML:\n  {listed}"
            )


def _choose_form(answer: Answer, action: str | None) -> Node:
    forms = answer.page.find_all("form")
    if action is not None:
        forms = [form for form in forms if action in (form.get("action") or answer.request.path)]
        forms = [form for form in forms if form.get("action") == action] or forms
    else:
        inside = answer.page.find("main")
        forms = inside.find_all("form", method="post") if inside else forms
    if len(forms) != 1:
        addresses = [form.get("action") for form in answer.page.find_all("form")]
        raise AssertionError(f"{len(forms)} forms match {action!r}; the page has forms to {addresses}")
    return forms[0]


def _held_values(form: Node) -> dict[str, list[Any]]:
    data: dict[str, list[Any]] = {}
    for node in form.walk():
        name = node.get("name")
        if not name or "disabled" in node.attributes:
            continue
        if node.tag == "textarea":
            data.setdefault(name, []).append(node.raw_text.removeprefix("\r").removeprefix("\n"))
        elif node.tag == "select":
            data.setdefault(name, []).extend(_chosen(node))
        elif node.tag == "input" and _is_sent(node):
            data.setdefault(name, []).append(node.get("value", "on"))
    return data


def _is_sent(node: Node) -> bool:
    kind = node.get("type", "text")
    if kind in {"submit", "button", "reset", "image", "file"}:
        return False
    return kind not in {"checkbox", "radio"} or "checked" in node.attributes


def _chosen(select: Node) -> list[str]:
    options = select.find_all("option")
    chosen = [option for option in options if "selected" in option.attributes]
    if not chosen and "multiple" not in select.attributes:
        chosen = options[:1]
    return [option.get("value", option.text) or "" for option in chosen]
