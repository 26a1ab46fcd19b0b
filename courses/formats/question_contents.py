"""The contents of question types as file formats make and read them.

Every builder takes texts in both forms (`Rich`) and writes plain text where nothing that can be seen would be lost, Markdown
otherwise: one form for a whole question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from courses.formats.rich_text import Rich, one_line
from courses.question_types.options import make, new_id
from courses.question_types.text import clean_line, clean_text

Content = dict[str, Any]
BLANK = re.compile(r"[_＿]{2,}")
GAP = re.compile(r"\[\[\s*(\w+)\s*\]\]")
BLANK_SIGN = "____"
NOTHING = Rich()
_WEIGHT = re.compile(r"[+-]?[\d./]{1,40}(?:[eE][+-]?\d{1,2})?")


@dataclass
class About:
    """What every question has besides what its type asks for."""

    stem: Rich
    explanation: Rich = field(default_factory=Rich)
    hints: Sequence[Rich] = ()


def is_markdown(content: Content) -> bool:
    """Whether the texts of a content are Markdown."""
    return content.get("format") == "markdown"


def _written(about: About, others: Sequence[Rich] = ()) -> tuple[Content, list[str]]:
    """Return the common part of a content, and the other texts on one line each."""
    everything = [about.stem, about.explanation, *about.hints, *others]
    markdown = any(each.structured for each in everything)

    def said(rich: Rich) -> str:
        return clean_text(rich.markdown if markdown else rich.plain)

    content: Content = {"stem": _raw(about.stem, markdown), "explanation": _raw(about.explanation, markdown)}
    hints = [said(hint) for hint in about.hints if said(hint)]
    if hints:
        content["hints"] = hints[:3]
    if markdown:
        content["format"] = "markdown"
    return content, [clean_line(one_line(said(rich))) for rich in others]


def _raw(rich: Rich, markdown: bool) -> str:
    """Markdown keeps its indents; plain text is tidied as the editor does."""
    return rich.markdown.strip("\n").rstrip() if markdown else clean_text(rich.plain)


def choice(about: About, options: Sequence[Rich], right: Sequence[int], *, multiple: bool, keep_order: bool) -> Content:
    """Return a single or multiple choice; `right` are positions of options."""
    content, texts = _written(about, options)
    made = make(texts)
    ids = [made[position]["id"] for position in right if 0 <= position < len(made)]
    content |= {"options": made, "keep_order": keep_order}
    if multiple:
        return {**content, "correct": sorted(set(ids)), "scoring": "all_or_nothing"}
    return {**content, "correct": ids[0] if ids else ""}


def true_false(about: About, right: bool) -> Content:
    """Return a statement that is true or false."""
    return {**_written(about)[0], "correct": right}


def text_blank(answers: Sequence[str], case: bool = False) -> Content:
    """Return a blank that takes these wordings."""
    kept = list(dict.fromkeys(clean_line(answer) for answer in answers if clean_line(answer)))
    return {"kind": "text", "answers": kept, "case": True} if case else {"accepted": kept}


def number_blank(value: str, tolerance: str = "0", units: Sequence[Content] = (), required: bool = False) -> Content:
    """Return a blank that takes a number."""
    return {
        "kind": "number",
        "value": value,
        "tolerance": tolerance,
        "units": list(units),
        "unit_required": bool(units) and required,
    }


def fill_in(about: About, blanks: Sequence[Content]) -> Content:
    """Return a text with blanks; where the stem has none for the last one, it is put at the end."""
    content = _written(about)[0]
    if len(blanks) == 1 and not BLANK.search(content["stem"]):
        content["stem"] += (
            BLANK_SIGN if content["stem"].endswith((" ", "：", ":")) or not content["stem"] else f" {BLANK_SIGN}"
        )
    return {**content, "blanks": list(blanks)}


def matching(
    about: About, pairs: Sequence[tuple[Rich, Rich]], extras: Sequence[Rich] = (), scoring: str = "per_pair"
) -> Content:
    """Return pairs to be put together, and right sides that belong nowhere."""
    sides = [side for pair in pairs for side in pair]
    content, texts = _written(about, [*sides, *extras])
    made: list[Content] = []
    for index in range(len(pairs)):
        left, right = texts[2 * index], texts[2 * index + 1]
        # from the left side alone: browsers are given the id before they may be given the pair
        made.append({"id": new_id(left, [each["id"] for each in made]), "left": left, "right": right})
    taken = [each["id"] for each in made]
    extra: list[Content] = []
    for text in texts[2 * len(pairs) :]:
        extra.append({"id": new_id(text, [*taken, *(each["id"] for each in extra)]), "text": text})
    return {**content, "pairs": made, "extras": extra, "scoring": scoring}


def ordering(about: About, items: Sequence[Rich], scoring: str = "all") -> Content:
    """Return things to be put in order, given in the right one."""
    content, texts = _written(about, items)
    return {**content, "items": make(texts), "scoring": scoring}


def essay(about: About, model_answer: Rich = NOTHING, limits: tuple[int | None, int | None] = (None, None)) -> Content:
    """Return a question that people mark."""
    content, _texts = _written(about)
    answer = model_answer.markdown if is_markdown(content) else clean_text(model_answer.plain)
    return {
        **content,
        "min_chars": limits[0] or 0,
        "max_chars": limits[1] or 2000,
        "rubric": [],
        "model_answer": answer,
    }


def cloze(about: About, gaps: Sequence[Content]) -> Content:
    """Return a text with gaps of several kinds; the stem has [[1]], [[2]] and so on."""
    content = _written(about)[0]
    content["stem"] = content["stem"].replace("\\[\\[", "[[").replace("\\]\\]", "]]")
    return {**content, "gaps": list(gaps)}


def choice_gap(key: str, options: Sequence[str], right: int, weight: int = 1) -> Content:
    """Return a gap of a cloze in which one of several words is chosen."""
    made = make(clean_line(option) for option in options)
    return {"id": key, "kind": "choice", "options": made, "correct": made[right]["id"], "weight": weight}


def text_gap(key: str, answers: Sequence[str], weight: int = 1, case: bool = False) -> Content:
    """Return a gap of a cloze in which a word is written."""
    gap: Content = {
        "id": key,
        "kind": "text",
        "answers": list(dict.fromkeys(clean_line(each) for each in answers)),
        "weight": weight,
    }
    return {**gap, "case": True} if case else gap


def number_gap(key: str, value: str, tolerance: str = "0", weight: int = 1) -> Content:
    """Return a gap of a cloze in which a number is written."""
    return {"id": key, "kind": "number", "value": value, "tolerance": tolerance, "weight": weight}


# -- reading -------------------------------------------------------------------------------------------------------


def option_texts(content: Content) -> list[str]:
    """Return the texts of the options."""
    return [str(option["text"]) for option in content.get("options", [])]


def right_options(content: Content) -> set[int]:
    """Return the positions of the right options."""
    correct = content.get("correct")
    ids = set(correct) if isinstance(correct, list) else {correct}
    return {index for index, option in enumerate(content.get("options", [])) if option["id"] in ids}


def blank_answers(blank: Content) -> list[str]:
    """Return the wordings that a text blank takes, in today's form or the older one."""
    return list(blank.get("answers") or blank.get("accepted") or [])


def is_number(blank: Content) -> bool:
    """Whether a blank or gap takes a number."""
    return blank.get("kind") == "number"


def number(text: str) -> str | None:
    """Return a number as it is stored ("3.5"), or None when the text is none."""
    try:
        value = Decimal(text.strip().replace(",", ".") if text.count(",") == 1 and "." not in text else text.strip())
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 30:
        return None
    return f"{value.normalize():f}" if value else "0"


def weight(text: str) -> Fraction | None:
    """Return a number exactly; None when it is none, or so large or long that nobody weighs with it."""
    plain = text.strip()
    try:
        return Fraction(plain) if _WEIGHT.fullmatch(plain) else None
    except (ValueError, ZeroDivisionError):
        return None


def percent(text: str) -> Fraction | None:
    """Return a number of hundredths such as 33.33333 as an exact share; thirds, sixths and so on are recognised."""
    hundredths = weight(text.strip() or "0")
    if hundredths is None:
        return None
    value = hundredths / 100
    near = value.limit_denominator(30)
    return near if abs(near - value) < Fraction(1, 2000) else value


# -- what formats without a place of their own keep in tags -----------------------------------------------------------

SCORING_TAGS = {"all_or_nothing": "计分-全对", "social_work": "计分-社工考试"}


def scoring_tag(question_type: str, content: Content) -> list[str]:
    """Return the tag that names the scoring of a multiple choice, where weights cannot."""
    word = SCORING_TAGS.get(str(content.get("scoring"))) if question_type == "multiple_choice" else None
    return [word] if word else []


def names_scoring(tags: Sequence[str]) -> bool:
    """Return whether a tag names the scoring, so that weights say nothing about it."""
    return not set(SCORING_TAGS.values()).isdisjoint(tags)


def scored_by_tag(content: Content, tags: Sequence[str]) -> tuple[Content, tuple[str, ...]]:
    """Return the content with the scoring that a tag names, and the other tags."""
    rules = {word: rule for rule, word in SCORING_TAGS.items()}
    named = [rules[tag] for tag in tags if tag in rules]
    if named and "options" in content and "scoring" in content:
        content = {**content, "scoring": named[0]}
    return content, tuple(tag for tag in tags if tag not in rules)
