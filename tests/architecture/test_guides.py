"""What the guides put in quotation marks stands on the screen in the same words."""

from __future__ import annotations

import re

import pytest

from academy.i18n import catalogue
from academy.languages.texts import collect
from tests.architecture.source import HOME, read

GUIDES = ("trainee", "instructor")
# Texts with a number in them, and the names that languages have for themselves.
PARAPHRASED = {"看第几页的文字", "几点几分 已保存", "EN", "中文"}
PLACEHOLDER = re.compile(r"%\(\w+\)s")


def on_screen(locale: str) -> list[str]:
    texts = [text for found in collect(HOME) for text in (found.message, found.plural)]
    if locale != "zh":
        known = catalogue(locale)
        texts = [*known.strings.values(), *(form for forms in known.plurals.values() for form in forms)]
    return [PLACEHOLDER.sub("", text) for text in texts]


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("audience", GUIDES)
def test_words_in_quotation_marks_stand_on_the_screen(audience, locale):
    texts = on_screen(locale)
    guide = read(HOME / "docs" / "guides" / f"{audience}.{locale}.md")
    quoted = {" ".join(words.split()) for words in re.findall(r"“([^”]+)”", guide)} - PARAPHRASED
    assert len(quoted) > 20
    assert sorted(words for words in quoted if not any(words in text for text in texts)) == []
