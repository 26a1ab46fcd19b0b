"""Every address says who may open it; what says nothing is refused, and fails here."""

from __future__ import annotations

from werkzeug.routing import IntegerConverter

from academy.permissions import access_of
from tests.architecture.source import files, read, templates

TURNED_AWAY = {302, 303, 401, 403}


def test_every_endpoint_carries_an_access_mark(site):
    known = {"public", "signed_in", "ticket", *site.app.extensions["permissions"]}
    marks = {endpoint: access_of(site.app, endpoint) for endpoint in site.app.view_functions}
    assert {endpoint: mark for endpoint, mark in marks.items() if mark not in known} == {}


def test_every_permission_is_asked_for_somewhere(site):
    used = {access_of(site.app, endpoint) for endpoint in site.app.view_functions}
    source = "".join(read(path) for path in [*files("*.py", "academy", "courses"), *templates()])
    unused = [
        name
        for name in site.app.extensions["permissions"]
        if name not in used and source.count(f'"{name}"') + source.count(f"'{name}'") < 2
    ]
    assert unused == []


def test_signed_out_visitors_get_no_further_than_public_pages(app):
    client, let_in = app.test_client(), []
    for rule in app.url_map.iter_rules():
        if access_of(app, rule.endpoint) == "public":
            continue
        method = sorted(rule.methods - {"HEAD", "OPTIONS"})[0]
        answer = client.open(_an_address(app, rule), method=method)
        if answer.status_code not in TURNED_AWAY:
            let_in.append(f"{method} {rule} answers {answer.status_code}")
    assert let_in == []


def _an_address(app, rule) -> str:
    values = {name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()}
    with app.test_request_context():
        return app.url_for(rule.endpoint, **values)
