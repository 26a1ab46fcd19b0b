"""The entries of the bars: declared by the rooms in `views.NAVIGATION`, shown to those who may open them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from sqlalchemy import Select, select

from academy.db import db
from academy.i18n import lazy as _l
from academy.permissions import can

GROUPS = {
    "studio": {"teaching": _l("教学"), "insight": _l("批阅与统计")},
    "admin": {
        "overview": _l("总览"),
        "training": _l("培训管理"),
        "people": _l("人员与单位"),
        "reports": _l("统计"),
        "system": _l("系统"),
    },
}


@dataclass(frozen=True)
class NavItem:
    """One entry of a bar.

    area: "trainee", "studio" or "admin"; group: heading in the left bar; covers: further endpoints it stands for;
    permission: None for everybody, signed in or not; waiting: how many things wait there, shown beside the label: a number,
    or the query that counts them, which is asked together with those of the other entries;
    values: of the endpoint's address, for entries that share one ((("key", "completion"),)).
    """

    area: str
    key: str
    label: Any
    endpoint: str
    icon: str
    order: int = 100
    group: str = ""
    permission: str | None = None
    signed_in: bool = True
    covers: tuple[str, ...] = ()
    waiting: Callable[[], int | Select[int]] | None = None
    values: tuple[tuple[str, str], ...] = ()


def init_app(app: Flask, items: Iterable[NavItem]) -> None:
    """Keep the items, in order."""
    app.extensions["navigation"] = sorted(items, key=lambda item: item.order)
    app.jinja_env.globals["navigation"] = navigation


def navigation(area: str) -> list[Any]:
    """Return the entries of `area` for this request: a list of items, or of (heading, items) where there are groups."""
    items = [item for item in current_app.extensions["navigation"] if item.area == area and _visible(item)]
    entries = [(item.group, _entry(item)) for item in items]
    if area not in GROUPS:
        return [entry for _group, entry in entries]
    grouped = [(label, [entry for group, entry in entries if group == key]) for key, label in GROUPS[area].items()]
    return [(label, members) for label, members in grouped if members]


def _visible(item: NavItem) -> bool:
    if item.permission:
        return can(item.permission)
    return not item.signed_in or bool(current_user.is_authenticated)


def _entry(item: NavItem) -> dict[str, Any]:
    endpoint, values = request.endpoint or "", dict[str, Any](item.values)
    return {
        "key": item.key,
        "label": item.label,
        "url": url_for(item.endpoint, **values),
        "icon": item.icon,
        "current": (endpoint == item.endpoint or endpoint in item.covers)
        and values.items() <= (request.view_args or {}).items(),
        "waiting": _waiting(item),
    }


def _waiting(item: NavItem) -> int:
    """Return how many things wait at an entry; asked for once a request, however often the bar is printed."""
    if item.waiting is None:
        return 0
    known: dict[str, dict[str, int]] = g.setdefault("navigation_waiting", {})
    if item.area not in known:
        known[item.area] = _all_waiting(item.area)
    return known[item.area].get(item.key, 0)


def _all_waiting(area: str) -> dict[str, int]:
    """Return what waits at the entries of a bar: what is given as queries is asked in one."""
    found: dict[str, int] = {}
    asked: dict[str, Select[int]] = {}
    for item in current_app.extensions["navigation"]:
        if item.area != area or item.waiting is None or not _visible(item):
            continue
        value = item.waiting()
        if isinstance(value, int):
            found[item.key] = value
        else:
            asked[item.key] = value
    if asked:
        row = db.session.execute(select(*(query.scalar_subquery() for query in asked.values()))).one()
        found.update(zip(asked, row, strict=True))
    return found
