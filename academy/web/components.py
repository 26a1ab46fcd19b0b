"""The two components that stand on a page a hundred times, made in Python: a macro of Jinja takes several times as long.

Templates use them as the others, from components/ui.html.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup, escape

SPRITE = "img/icons.svg"


def icon(name: str, *more: str, **named: str) -> Markup:
    """Return a picture from the sprite; `class` and `label` as components/ui.html explains them."""
    values = dict(zip(("class", "label"), more, strict=False)) | named
    sprite = current_app.jinja_env.globals["asset"](SPRITE)  # type: ignore[operator]
    return _icon(sprite, str(name), str(values.pop("class", "")), str(values.pop("label", "")), *values)


@lru_cache(maxsize=1024)
def _icon(sprite: str, name: str, class_: str, label: str) -> Markup:
    classes = f"i {class_}" if class_ else "i"
    spoken = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
    return Markup('<svg class="{}" {} focusable="false"><use href="{}#i-{}"/></svg>').format(
        classes, spoken, sprite, name
    )


def tag(text: Any, kind: str = "", icon_name: str = "") -> Markup:
    """Return a word with a coloured ground; `text` is escaped unless it is Markup."""
    classes = f"tag {kind}" if kind else "tag"
    picture = icon(icon_name) if icon_name else ""
    return Markup(f'<span class="{escape(classes)}">{picture}{escape(text)}</span>')  # noqa: S704 - each part is escaped


def init_app(app: Flask) -> None:
    """Give them to components/ui.html."""
    app.jinja_env.globals["icon_component"] = icon
    app.jinja_env.globals["tag_component"] = tag
