"""Who asks: a connection to the server, and people who are signed in without typing a password."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, g, session
from flask_login import login_user
from flask_wtf.csrf import generate_csrf

from benchmarks.app import CPU_PATH, QUERIES_HEADER


@dataclass
class Visitor:
    """A browser's memory: its cookies, and the token that its pages carry."""

    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""


@dataclass(frozen=True)
class Ask:
    """One request of a visitor. `form` or `json` is posted; the answer has to have the status `expect`."""

    visitor: Visitor
    path: str
    form: dict[str, Any] | None = None
    json: Any = None
    expect: int = 200
    keep_cookies: bool = True

    @property
    def method(self) -> str:
        """POST where there is something to post."""
        return "GET" if self.form is None and self.json is None else "POST"

    def headers(self) -> dict[str, str]:
        """Return what a browser would send along."""
        headers = {"Accept-Language": "zh-CN", "Cookie": "; ".join(f"{k}={v}" for k, v in self.visitor.cookies.items())}
        if self.json is not None:
            headers["Content-Type"] = headers["Accept"] = "application/json"
        elif self.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.method == "POST":
            headers["X-CSRFToken"] = self.visitor.csrf
        return headers

    def body(self) -> bytes | None:
        """Return what is posted."""
        if self.json is not None:
            return json.dumps(self.json).encode()
        return urlencode(self.form, doseq=True).encode() if self.form is not None else None


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def queries(self) -> int:
        """How many queries the server made."""
        return int(self.headers.get(QUERIES_HEADER.lower(), -1))

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()


class UnexpectedAnswerError(RuntimeError):
    """The server did not answer as the benchmark supposes; figures would mean nothing."""


class Http:
    """One connection that stays open, as a browser's does."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def cpu_seconds(self) -> float:
        """Return the CPU time, user and system, that the server process has used since its start."""
        self.connection.request("GET", CPU_PATH)
        return json.loads(self.connection.getresponse().read())["nanoseconds"] / 1e9

    def send(self, ask: Ask) -> Answer:
        """Ask and check the status."""
        self.connection.request(ask.method, ask.path, ask.body(), ask.headers())
        response = self.connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        return self.checked(ask, answer, response.msg.get_all("Set-Cookie") or [])

    @staticmethod
    def checked(ask: Ask, answer: Answer, cookies: list[str]) -> Answer:
        """Return the answer if its status is the one expected, and let the visitor keep the cookies."""
        if answer.status != ask.expect:
            raise UnexpectedAnswerError(f"{ask.method} {ask.path}: {answer.status} instead of {ask.expect}")
        if ask.keep_cookies:
            for line in cookies:
                name, _equals, value = line.partition(";")[0].partition("=")
                ask.visitor.cookies[name] = value
        return answer


def signed_in(app: Flask, person: Any) -> Visitor:
    """Return a visitor whose session is that of `person`."""
    with app.test_request_context():
        g.pop("csrf_token", None)  # where a context is open already, that of the last visitor is still there
        login_user(person, force=True)
        token = generate_csrf()
        serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = serializer.dumps(dict(session))
    return Visitor({str(app.config["SESSION_COOKIE_NAME"]): cookie}, token)
