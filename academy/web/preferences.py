"""Language, text size and light or dark: from the profile, else from a cookie, else from the browser."""

from dataclasses import dataclass
from functools import lru_cache

from flask import Flask, Response, g, request
from flask_login import current_user
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from academy import i18n
from academy.permissions import TICKET, access_of

COOKIE = "prefs"
TEXTS = ("md", "lg", "xl", "xxl")
THEMES = ("auto", "light", "dark")
YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Preferences:
    """How this person reads."""

    locale: str = i18n.SOURCE
    theme: str = "auto"
    text: str = "md"

    @property
    def lang(self) -> str:
        """The value of the html element's lang attribute."""
        return i18n.html_lang(self.locale)

    def store(self, response: Response) -> None:
        """Keep them in the browser."""
        value = f"{self.locale}.{self.theme}.{self.text}"
        response.set_cookie(COOKIE, value, max_age=YEAR_SECONDS, samesite="Lax", httponly=True)


def checked(locale: str | None, theme: str | None, text: str | None, default: Preferences) -> Preferences:
    """Return preferences with each value replaced by the default's where it is not one that we offer."""
    return Preferences(
        locale if locale in i18n.locales() else default.locale,
        theme if theme in THEMES else default.theme,
        text if text in TEXTS else default.text,
    )


def from_request() -> Preferences:
    """Return what the cookie says, else what the browser's languages suggest."""
    return _asked_for(request.cookies.get(COOKIE, ""), request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=256)
def _asked_for(cookie: str, languages: str) -> Preferences:
    chosen = cookie.split(".")
    accepted = parse_accept_header(languages, LanguageAccept)
    default = Preferences(locale=accepted.best_match(list(i18n.locales()), default=i18n.SOURCE))
    return checked(chosen[0], chosen[1], chosen[2], default) if len(chosen) == 3 else default


def init_app(app: Flask) -> None:
    """Bind the language before each request and give templates `prefs`."""

    @app.before_request
    def _bind() -> None:
        if request.endpoint == "static":
            return
        g.prefs = from_request()
        ticketed = request.endpoint and access_of(app, request.endpoint) == TICKET
        if not ticketed and current_user.is_authenticated:
            person = current_user
            g.prefs = checked(person.locale, person.theme, person.text_size, default=g.prefs)
        i18n.bind(g.prefs.locale)

    @app.context_processor
    def _context() -> dict[str, object]:
        return {"prefs": g.get("prefs") or Preferences()}
