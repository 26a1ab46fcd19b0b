"""Languages: Chinese is written in the source, every other language is a folder of .po files under `translations/`.

One translations object is bound per request; looking a string up is then a dictionary access.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.pofile import read_po
from flask import Flask
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

SOURCE = "zh"
HTML_LANG = {"zh": "zh-CN"}
FOLDER = Path(__file__).parent / "translations"


@dataclass(frozen=True)
class Catalogue:
    """The strings of one language."""

    locale: str
    strings: dict[str, str]
    plurals: dict[str, tuple[str, ...]]

    def gettext(self, message: str) -> str:
        """Return the translation of `message`, or `message` itself."""
        return self.strings.get(message) or message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return the form that fits `number`; languages with more than two forms need a rule of their own here."""
        forms = self.plurals.get(singular)
        if not forms:
            return singular if number == 1 else plural
        return forms[0] if number == 1 else forms[-1]


@lru_cache
def locales() -> dict[str, Path | None]:
    """Return the languages that can be chosen: the source first, then every folder with .po files."""
    found: dict[str, Path | None] = {SOURCE: None}
    found.update({path.name: path for path in sorted(FOLDER.iterdir()) if any(path.glob("*.po"))})
    return found


def html_lang(locale: str) -> str:
    """Return the value of the lang attribute for a language."""
    return HTML_LANG.get(locale, locale.replace("_", "-"))


@lru_cache
def languages() -> tuple[tuple[str, str, str], ...]:
    """Return the languages to choose from: folder, value of the lang attribute, and what the language calls itself."""
    return tuple((locale, html_lang(locale), Locale.parse(locale).get_display_name() or locale) for locale in locales())


@lru_cache
def catalogue(locale: str) -> Catalogue:
    """Load the strings of `locale`. Raises KeyError for a language that is not there."""
    folder = locales()[locale]
    strings: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for path in sorted(folder.glob("*.po")) if folder else []:
        with path.open("rb") as file:
            for message in read_po(file, locale=locale):
                if not message.id:
                    continue
                if isinstance(message.id, str):
                    strings[message.id] = str(message.string)
                elif isinstance(message.string, tuple) and all(message.string):
                    plurals[message.id[0]] = message.string
    return Catalogue(locale, strings, plurals)


_bound: ContextVar[Catalogue] = ContextVar("catalogue", default=Catalogue(SOURCE, {}, {}))  # noqa: B039


def current_locale() -> str:
    """Return the language of this request, for example "zh" or "en"."""
    return _bound.get().locale


def bind(locale: str) -> None:
    """Use `locale` from here on in this context; an unknown language falls back to the source."""
    _bound.set(catalogue(locale if locale in locales() else SOURCE))


@contextmanager
def using(locale: str) -> Iterator[None]:
    """Use `locale` inside the block."""
    token = _bound.set(catalogue(locale))
    try:
        yield
    finally:
        _bound.reset(token)


def gettext(message: str, /, **values: Any) -> str:
    """Translate `message` and fill in its named placeholders."""
    text = _bound.get().gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: Any) -> str:
    """Translate a sentence that counts; `%(n)s` is the number."""
    return _bound.get().ngettext(singular, plural, n) % {"n": n, **values}


_ = gettext


class LazyString:
    """A string that is translated when it is shown, for names given at import time."""

    __slots__ = ("_message", "_values")

    def __init__(self, message: str, values: dict[str, Any]) -> None:
        self._message = message
        self._values = values

    def __str__(self) -> str:
        return gettext(self._message, **self._values)

    def __html__(self) -> str:
        return str(escape(str(self)))

    def __repr__(self) -> str:
        return f"LazyString({self._message!r})"

    def __mod__(self, values: Any) -> str:
        return str(self) % values

    def __add__(self, other: object) -> str:
        return str(self) + str(other)

    def __radd__(self, other: object) -> str:
        return str(other) + str(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other)

    def __hash__(self) -> int:
        return hash(self._message)

    def __len__(self) -> int:
        return len(str(self))

    def __contains__(self, part: str) -> bool:
        return part in str(self)


def lazy(message: str, /, **values: Any) -> Any:
    """Mark `message` for translation when it is shown."""
    return LazyString(message, values)


def pack(message: Any) -> list[Any]:
    """Return a lazy string as JSON, to be kept and shown later in the reader's language."""
    if not isinstance(message, LazyString):
        return [str(message), None]
    values = {name: pack(value) if isinstance(value, LazyString) else value for name, value in message._values.items()}
    return [message._message, values]


def unpack(packed: list[Any]) -> Any:
    """Return what `pack` was given."""
    message, values = packed
    if values is None:
        return message
    return LazyString(message, {name: unpack(v) if isinstance(v, list) else v for name, v in values.items()})


def localized(thing: Any, field: str) -> str:
    """Return `thing.field` in the language of this request, falling back to the Chinese one.

    English text of bilingual content lies in `field_en`; `thing` may be an object or a mapping.
    """
    read = thing.get if isinstance(thing, dict) else lambda name: getattr(thing, name, None)
    locale = current_locale()
    other = read(f"{field}_{locale}") if locale != SOURCE else None
    return other or read(field) or ""


@pass_eval_context
def _template_gettext(context: EvalContext, message: str, /, **values: Any) -> str:
    """Translate for a template; in HTML the translation is trusted and the values are escaped."""
    return _filled(context, _bound.get().gettext(message), values)


@pass_eval_context
def _template_ngettext(context: EvalContext, singular: str, plural: str, n: int, /, **values: Any) -> str:
    """Translate a sentence that counts for a template; `%(num)s` is the number, too."""
    return _filled(context, _bound.get().ngettext(singular, plural, n), {"num": n, **values})


def _filled(context: EvalContext, text: str, values: dict[str, Any]) -> str:
    """Fill in the values as Jinja's own functions do, at a fraction of their cost: a page has a hundred such texts."""
    if not context.autoescape:
        return text % values if "%" in text else text
    if "%" in text:
        text = text % {name: v if type(v) is int else escape(v) for name, v in values.items()}
    return Markup(text)  # noqa: S704 - translations are ours, and the values have been escaped


def init_app(app: Flask) -> None:
    """Give templates `_`, `gettext`, `ngettext`, `languages` and the filter `local`."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(gettext=_template_gettext, _=_template_gettext, ngettext=_template_ngettext)
    app.jinja_env.globals["languages"] = languages
    app.jinja_env.filters["local"] = localized
