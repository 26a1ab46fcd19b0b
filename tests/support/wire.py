"""Somebody who talks to a running server without a browser: a script, fast and without scruples."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.support.html import Node, parse

SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back; redirects are not followed."""

    status: int
    location: str
    text: str

    @property
    def page(self) -> Node:
        """The page as a tree."""
        return parse(self.text)

    @property
    def data(self) -> Any:
        """The JSON."""
        return json.loads(self.text)


@dataclass
class Wire:
    """A session with the server at `base`. Each request has a connection of its own, so that threads may share it."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page."""
        return self._send("GET", path, None, headers)

    def post(self, path: str, form: dict[str, Any] | None = None, **headers: str) -> Answer:
        """Send a form, with the token of this session."""
        body = urlencode({**(form or {}), "csrf_token": self.csrf}, doseq=True).encode()
        return self._send("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def post_json(self, path: str, data: Any) -> Answer:
        """Send JSON, as our scripts do."""
        headers = {"Content-Type": "application/json", "Accept": "application/json", "X-CSRFToken": self.csrf}
        return self._send("POST", path, json.dumps(data).encode(), headers)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in with the form, and keep the token that pages carry."""
        self.csrf = self.get("/sign-in").page.find_all("input", name="csrf_token")[0]["value"]
        answer = self.post("/sign-in", {"login": username, "password": password})
        assert answer.status == 303, answer.text[:2000]
        self.csrf = self.get("/").page.one("meta", name="csrf-token")["content"]

    def _send(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        address = urlsplit(self.base)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=SECONDS)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, {"Cookie": cookie, "Accept-Language": "zh-CN", **headers})
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for line in response.msg.get_all("Set-Cookie") or ():
            name, _equals, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(response.status, response.headers.get("Location", ""), text)
