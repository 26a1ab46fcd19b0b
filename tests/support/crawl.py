"""Walks through a running site the way links lead, so that every page type is met without a list of addresses."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.html import Node, parse


@dataclass
class Visited:
    """A page that the walk came to."""

    endpoint: str
    path: str
    status: int
    html: str

    @property
    def name(self) -> str:
        """A file name for the page."""
        words = "".join(letter if letter.isalnum() else "-" for letter in urllib.parse.unquote(self.path)).strip("-")
        return f"{self.endpoint}--{words or 'home'}"[:120] + ".html"


@dataclass
class Walker:
    """A visitor who remembers cookies, reads HTML and sends forms."""

    base: str
    app: Flask
    # How many pages of one endpoint are visited; most look alike.
    most: int = 2
    most_of: Mapping[str, int] = field(default_factory=dict)
    # Forms that may be sent on the way, because they lead to page types that no link leads to.
    may_post: frozenset[str] = frozenset()
    # From an endpoint to others that take the same arguments and that only a script or a typed address leads to.
    beside: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies, urllib.request.ProxyHandler({}))
        self.opener.addheaders = [("Accept", "text/html")]

    def open(self, path: str, data: list[tuple[str, str]] | None = None) -> tuple[int, str, str]:
        """Return status, final path and HTML ("" for anything else) of an address."""
        body = urllib.parse.urlencode(data).encode() if data is not None else None
        request = urllib.request.Request(urllib.parse.urljoin(self.base, path), body)
        if body is not None:
            request.add_header("Referer", self.base)
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            final = urllib.parse.urlsplit(answer.url)
            path = urllib.parse.urlunsplit(("", "", final.path, final.query, ""))
            is_page = answer.headers.get_content_type() == "text/html"
            return answer.status, path, answer.read().decode("utf-8") if is_page else ""

    def sign_in(self, username: str, password: str) -> None:
        """Sign in with the form."""
        form = parse(self.open("/sign-in")[2]).one("input", name="login")
        while form.tag != "form" and form.parent:
            form = form.parent
        data = [*hidden_values(form), ("login", username), ("password", password)]
        status, path, _html = self.open(form.get("action") or "/sign-in", data)
        if status != 200 or path.startswith("/sign-in"):
            raise AssertionError(f"{username} cannot sign in: {status} at {path}")

    def endpoint(self, path: str, method: str = "GET") -> str | None:
        """Return the endpoint that answers an address, None if there is none."""
        try:
            return self.app.url_map.bind("localhost").match(urllib.parse.urlsplit(path).path, method=method)[0]
        except HTTPException:
            return None

    def walk(self, *starts: str) -> Iterator[Visited]:
        """Yield each page once, breadth first."""
        waiting: deque[tuple[str, list[tuple[str, str]] | None]] = deque((start, None) for start in starts)
        seen: set[str] = set(starts)
        counts: Counter[str] = Counter()
        while waiting:
            path, data = waiting.popleft()
            asked = self.endpoint(path, "GET" if data is None else "POST")
            if asked is None or counts[asked] >= self.most_of.get(asked, self.most):
                continue
            counts[asked] += 1
            status, final, html = self.open(path, data)
            endpoint = self.endpoint(final)
            if not html or endpoint is None:
                continue
            if endpoint != asked:
                seen.add(final)
                counts[endpoint] += 1
            yield Visited(endpoint, final, status, html)
            for following in self._ways_on(final, parse(html)):
                if following[0] not in seen:
                    seen.add(following[0])
                    waiting.append(following)

    def _ways_on(self, path: str, page: Node) -> Iterator[tuple[str, list[tuple[str, str]] | None]]:
        for link in page.find_all("a"):
            address = link.get("href") or ""
            if address and "download" not in link.attributes:
                target = urllib.parse.urldefrag(urllib.parse.urljoin(path, address)).url
                if target.startswith("/") and self.endpoint(target) not in {None, "static"}:
                    yield target, None
        if address := self._beside(path):
            yield address, None
        for form in page.find_all("form", method="post"):
            target = urllib.parse.urljoin(path, form.get("action") or path)
            if self.endpoint(target, "POST") in self.may_post:
                yield target, hidden_values(form)

    def _beside(self, path: str) -> str | None:
        routes = self.app.url_map.bind("localhost")
        endpoint, arguments = routes.match(urllib.parse.urlsplit(path).path)
        return routes.build(self.beside[endpoint], arguments) if endpoint in self.beside else None


def hidden_values(form: Node) -> list[tuple[str, str]]:
    """Return the hidden fields of a form, and the first of its buttons that has a name."""
    values = [(node["name"], node.get("value") or "") for node in form.find_all("input", type="hidden")]
    button = next((node for node in form.find_all("button") if node.get("name")), None)
    return [*values, (button["name"], button.get("value") or "")] if button else values
