"""Holds the marked texts against the .po files of a language, and adds what is missing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.plurals import get_plural
from babel.messages.pofile import escape, read_po

from academy.languages.texts import Text

_PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]")


@dataclass(frozen=True)
class Entry:
    """One entry of a .po file. `translations` has one text, or several where the text counts."""

    message: str
    plural: str
    translations: tuple[str, ...]
    fuzzy: bool
    path: Path
    line: int


@dataclass(frozen=True)
class Problem:
    """Something a translator has to look at. `kind`: untranslated, stale, placeholders or conflict."""

    kind: str
    message: str
    where: str
    detail: str = ""


def entries(folder: Path) -> list[Entry]:
    """Return all entries of the .po files in `folder`."""
    found = []
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=folder.name)
        for message in catalogue:
            if not message.id:
                continue
            singular, plural = (message.id, "") if isinstance(message.id, str) else message.id
            texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
            found.append(Entry(singular, plural, texts, message.fuzzy, path, message.lineno or 0))
    return found


def problems(texts: Iterable[Text], folder: Path) -> list[Problem]:
    """Return what is wrong with the language in `folder`, for the texts that the project has."""
    wanted: dict[tuple[str, bool], Text] = {}
    for text in texts:
        wanted.setdefault((text.message, bool(text.plural)), text)
    known: dict[tuple[str, bool], list[Entry]] = defaultdict(list)
    for entry in entries(folder):
        known[entry.message, bool(entry.plural)].append(entry)
    found = [
        Problem("untranslated", text.message, f"{text.path}:{text.line}")
        for key, text in wanted.items()
        if not any(_is_done(entry) for entry in known.get(key, ()))
    ]
    for key, same in known.items():
        if key not in wanted:
            found.extend(Problem("stale", entry.message, _place(entry)) for entry in same)
        else:
            found.extend(_faults(same))
    return found


def _is_done(entry: Entry) -> bool:
    return not entry.fuzzy and all(entry.translations)


def _place(entry: Entry) -> str:
    return f"{entry.path.name}:{entry.line}"


def _faults(same: list[Entry]) -> Iterator[Problem]:
    done = [entry for entry in same if _is_done(entry)]
    for entry in done:
        wanted = _placeholders(entry.message) | _placeholders(entry.plural)
        for translation in entry.translations:
            wrong = _placeholders(translation) - wanted
            missing = set() if entry.plural else wanted - _placeholders(translation)
            if wrong or missing:
                yield Problem("placeholders", entry.message, _place(entry), ", ".join(sorted(wrong | missing)))
    if len({entry.translations for entry in done}) > 1:
        yield Problem("conflict", done[0].message, ", ".join(map(_place, done)))


def _placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


def add_missing(texts: Iterable[Text], folder: Path) -> dict[str, int]:
    """Append what `folder` lacks to the .po files of the rooms, untranslated; return how many went into which file."""
    known = {(entry.message, bool(entry.plural)) for entry in entries(folder)}
    missing: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        key = (text.message, bool(text.plural))
        if key not in known:
            known.add(key)
            missing[text.room].append(text)
    folder.mkdir(parents=True, exist_ok=True)
    forms = int(get_plural(folder.name).num_plurals)
    for room, new in missing.items():
        path = folder / f"{room}.po"
        before = path.read_text(encoding="utf-8") if path.exists() else _header(folder.name)
        path.write_text(before.rstrip("\n") + "\n" + "".join(_blank(text, forms) for text in new), encoding="utf-8")
    return {f"{room}.po": len(new) for room, new in sorted(missing.items())}


def _header(locale: str) -> str:
    plural = get_plural(locale)
    lines = (
        f"Language: {locale}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        f"Plural-Forms: {plural.plural_forms}",
    )
    return 'msgid ""\nmsgstr ""\n' + "".join(f'"{line}\\n"\n' for line in lines)


def _blank(text: Text, forms: int) -> str:
    place = f"\n#: {text.path}:{text.line}\nmsgid {escape(text.message)}\n"
    if text.plural:
        empty = "".join(f'msgstr[{form}] ""\n' for form in range(forms))
        return f"{place}msgid_plural {escape(text.plural)}\n{empty}"
    return place + 'msgstr ""\n'
