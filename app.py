"""The application: the only module that knows both packages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from academy import alone, cli, db, errors, i18n, navigation, permissions
from academy.accounts import session
from academy.config import Settings, load_settings
from academy.jobs import queue
from academy.registry import Room, rooms
from academy.web import (
    assets,
    components,
    filters,
    foreign,
    lookups,
    preferences,
    security,
    templating,
    transactions,
    turns,
)
from academy.web.answers import Answer

HOME = Path(__file__).resolve().parent
PLUGIN_ROOMS = ("question_types", "lesson_types", "reports")


class Academy(Flask):
    """Flask, told once what it would find out anew for each hook of each request: no view or hook of ours is a coroutine."""

    response_class = Answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function as it is."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Build the site from `settings` (default: from the environment)."""
    settings = settings or load_settings()
    app = Academy("academy", root_path=str(HOME), instance_path=str(settings.instance))
    app.config.update(settings.flask(), SETTINGS=settings, TIME_ZONE=settings.time_zone)
    app.config["MIGRATIONS"] = HOME / "academy" / "migrations"
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.trusted_proxies,
            x_proto=settings.trusted_proxies,
            x_host=settings.trusted_proxies,
        )
    found = [*rooms("academy"), *rooms("courses")]
    _prepare_templates(app, settings)
    db.init_app(app)
    alone.init_app(app)
    foreign.init_app(app)
    transactions.init_app(app)
    session.init_app(app)
    preferences.init_app(app)
    permissions.init_app(app, _gather(found, "views", "PERMISSIONS", mapping=True))
    csrf = CSRFProtect(app)
    navigation.init_app(app, _gather(found, "views", "NAVIGATION"))
    for part in (i18n, filters, errors, security, assets, components, queue, lookups):
        part.init_app(app)
    _open_rooms(app, found)
    for endpoint, view in app.view_functions.items():
        if permissions.access_of(app, endpoint) == permissions.TICKET:
            csrf.exempt(view)
    turns.init_app(app, settings)
    return app


def _prepare_templates(app: Flask, settings: Settings) -> None:
    templating.init_app(app)
    plugins = {name: FileSystemLoader(HOME / "courses" / name) for name in PLUGIN_ROOMS}
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(HOME / "templates"), PrefixLoader(plugins)])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["can"] = permissions.can
    app.jinja_env.globals["current_person"] = session.current_person
    app.jinja_env.globals["site"] = settings
    app.jinja_env.globals["locales"] = i18n.locales


def _gather(found: list[Room], module: str, attribute: str, mapping: bool = False) -> list[Any]:
    if mapping:
        return [getattr(room.modules[module], attribute, {}) for room in found if module in room.modules]
    return [item for room in found for item in room.gather(module, attribute)]


def _open_rooms(app: Flask, found: list[Room]) -> None:
    for blueprint in _gather(found, "views", "blueprints"):
        app.register_blueprint(blueprint)
    for room in found:
        if "cli" in room.modules:
            app.cli.add_command(room.modules["cli"].group)
    cli.init_app(app, [])
