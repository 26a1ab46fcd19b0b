"""Cloze: a text with numbered gaps, each filled with words, a number or one of some options."""

from fractions import Fraction
from typing import Any

from academy.i18n import _
from academy.i18n import lazy as _l
from courses.question_types.base import (
    Content,
    Example,
    FormValues,
    PlainError,
    PlainParts,
    PrintParts,
    Problem,
    QuestionType,
    as_content,
    asked,
    common_form,
    format_of,
    plain_stem,
    text_of,
)
from courses.question_types.cloze import gaps as reading
from courses.question_types.cloze.gaps import CHOICE, GAP, MOST, NUMBER, TEXT
from courses.question_types.options import LETTERS
from courses.question_types.rows import SHOW_RULE, answers_by_id, form_rows, given_by_id, shows_rule, shuffled
from courses.question_types.text import clean_text, plain_of

ANSWER_LIMIT = 200
USUAL = 3
BLANK = "____"


class Cloze(QuestionType):
    """Content: a stem with ``[[1]]`` … and ``gaps`` (see `gaps`), ``show_rule``. Answer: gap id → text or option id."""

    key = "cloze"
    name = _l("综合填空")
    icon = "text"
    order = 60
    plain_labels = ("完形", "完形填空", "综合填空")

    def empty(self) -> Content:
        """See QuestionType."""
        return {"stem": "", "gaps": [], SHOW_RULE: False, "explanation": ""}

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        named = GAP.findall(text_of(content, "stem"))
        gaps = reading.listed(content)
        ids = [gap["id"] for gap in gaps]
        if not named:
            return [Problem("stem", _l("题干里用 [[1]]、[[2]] 表示要填的地方，至少一处"))]
        if len(named) > MOST:
            return [Problem("stem", _l("最多 %(most)s 个空，现在有 %(count)s 个", most=MOST, count=len(named)))]
        if len(set(named)) < len(named):
            return [Problem("stem", _l("题干里每个空的编号只能出现一次"))]
        found = []
        missing = [name for name in named if name not in ids]
        spare = [name for name in ids if name not in named]
        if missing:
            found.append(Problem("gap-1", _l("题干里的 [[%(name)s]] 还没有答案", name=missing[0])))
        if spare:
            found.append(Problem("gap-1", _l("题干里没有 [[%(name)s]]，去掉这一行或在题干里写上", name=spare[0])))
        if len(set(ids)) < len(ids):
            found.append(Problem("gap-1", _l("有两行写的是同一个空")))
        for number, gap in enumerate(gaps, 1):
            sentence = reading.wrong_with(gap)
            if sentence:
                found.append(Problem(f"gap-{number}", sentence))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """The stem cut at its gaps, and for each gap what may be given away: its kind and its options."""
        shown = asked(content)
        pieces = GAP.split(shown["stem"])
        known = {gap["id"]: gap for gap in reading.listed(content)}
        form = format_of(content)
        places = []
        for name in pieces[1::2]:
            gap = known.get(name, {})
            options = reading.options_of(gap) if gap.get("kind") == CHOICE else []
            if order_seed is not None:
                options = shuffled(options, f"{order_seed}:{name}")
            listed = [{"id": option["id"], "text": plain_of(option["text"], form)} for option in options]
            places.append({"id": name, "kind": reading.kind_of(gap), "options": listed})
        rule = str(_l("每个空按份数给分，填对的得分")) if shows_rule(content) else ""
        return {**shown, "parts": pieces[::2], "gaps": places, "limit": ANSWER_LIMIT, "rule": rule}

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType. Keeps what was typed; folding is for grading."""
        return answers_by_id(form, MOST, ANSWER_LIMIT)

    def is_answered(self, answer: object) -> bool:
        """Answered means every gap has something in it; the sheet should not hide a forgotten one."""
        given = given_by_id(answer)
        return bool(given) and all(given.values())

    def grade(self, content: object, answer: object) -> Fraction:
        """The weights of the gaps that are right, of all weights."""
        gaps, given = reading.listed(content), given_by_id(answer)
        whole = sum(reading.weight_of(gap) for gap in gaps)
        earned = sum(reading.weight_of(gap) for gap in gaps if reading.fits(gap, given.get(gap["id"], "")))
        return Fraction(earned, whole) if whole else Fraction(0)

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        return {gap["id"]: reading.right_answer(gap) for gap in reading.listed(content)}

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType. ``answers`` has for each gap what was given, what counts, whether it did."""
        given = given_by_id(answer)
        known = {gap["id"]: gap for gap in reading.listed(content)}
        shown = self.public(content, order_seed)
        answers = []
        for place in shown["gaps"]:
            gap, value = known.get(place["id"], {}), given.get(place["id"], "")
            answers.append(
                {
                    "id": place["id"],
                    "given": reading.said(gap, value),
                    "right": reading.accepted(gap),
                    "hit": reading.fits(gap, value),
                }
            )
        return {**shown, "answers": answers}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        given = given_by_id(answer)
        said = [(gap["id"], reading.said(gap, given.get(gap["id"], ""))) for gap in reading.listed(content)]
        if not any(text for _name, text in said):
            return ""
        return _("；").join(f"{name}) {text or BLANK}" for name, text in said)

    def print_parts(self, content: object, order_seed: str | None) -> PrintParts:
        """The text with numbered lines to write on; the options of a gap are a list of their own."""
        shown = self.public(content, order_seed)
        stem = GAP.sub(lambda match: f"（{match[1]}）{BLANK}", plain_stem(content))
        lists = []
        for place in shown["gaps"]:
            lines = [(LETTERS[index], option["text"]) for index, option in enumerate(place["options"])]
            if lines:
                lists.append([(f"({place['id']})", ""), *lines])
        return PrintParts(stem, lists)

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType. ``gap_name`` is the number in the text, ``gap_answer`` is written as in plain text."""
        rows = form_rows(form, "gap", ("answer",), ("name", "kind", "weight"))
        found = [reading.from_words(row["name"], row["kind"], row["answer"], row["weight"]) for row in rows]
        return {"gaps": found, SHOW_RULE: bool(form.getlist(SHOW_RULE))}

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType. Gaps that the text has and no row yet get one."""
        rows = [reading.to_words(gap) for gap in reading.listed(content)]
        have = {row["name"] for row in rows}
        named = GAP.findall(text_of(as_content(content), "stem"))
        rows += [reading.blank(name) for name in dict.fromkeys(named) if name not in have]
        wanted = max(USUAL if not named else 0, len(rows) + spare)
        number = 1
        while len(rows) < min(wanted, MOST):
            while str(number) in {row["name"] for row in rows}:
                number += 1
            rows.append(reading.blank(str(number)))
        return {
            **common_form(content),
            "gaps": rows[:MOST],
            "kinds": reading.KINDS,
            "most": MOST,
            SHOW_RULE: shows_rule(content),
        }

    def from_plain(self, parts: PlainParts) -> Content:
        """One gap a line, ``1) 答案``; see `gaps`. See QuestionType."""
        if parts.options:
            raise PlainError("options", _l("综合填空的选项写在答案里，例如 1) *对的 / 错的"))
        lines = [line.strip() for line in parts.answer.split("\n") if line.strip()]
        found = [reading.from_line(line) for line in lines]
        named = GAP.findall(parts.stem)
        if not named:
            raise PlainError("stem", _l("题干里用 [[1]]、[[2]] 表示要填的地方，至少一处"))
        gaps = [gap for gap in found if gap is not None]
        if len(gaps) < len(found) or sorted(gap["id"] for gap in gaps) != sorted(named):
            raise PlainError("answer", _l("答案每个空一行，写成“1) 答案”，编号和题干里的 [[1]] 一样"))
        return {"stem": clean_text(parts.stem), "gaps": gaps, SHOW_RULE: parts.extra.get("计分") == "告诉学员"}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        answer = "\n".join(reading.to_line(gap) for gap in reading.listed(content))
        extra = {"计分": "告诉学员"} if shows_rule(content) else {}
        return PlainParts(stem=text_of(as_content(content), "stem"), answer=answer, extra=extra)


def _options(*texts: str) -> list[dict[str, str]]:
    return reading.made_options(texts)


_TIMES = _options("三天前", "当天", "一个月后")
Cloze.examples = (
    Example(
        {
            "stem": "议事会的议题要在[[1]]公布，到会的人应有[[2]]的代表；21 户里要 [[3]] 户以上同意才满三分之二。",
            "gaps": [
                {"id": "1", "kind": CHOICE, "options": _TIMES, "correct": _TIMES[0]["id"], "weight": 1},
                {"id": "2", "kind": TEXT, "answers": ["利益相关", "相关各方"], "weight": 1},
                {"id": "3", "kind": NUMBER, "value": "14", "tolerance": "0", "weight": 2},
            ],
            SHOW_RULE: False,
            "explanation": "21 的三分之二是 14。",
        },
        [
            ({"1": _TIMES[0]["id"], "2": "利益相关", "3": "１４"}, Fraction(1)),
            ({"1": _TIMES[0]["id"], "2": "相关各方", "3": "15"}, Fraction(1, 2)),
            ({"3": "14"}, Fraction(1, 2)),
            ({"1": "三天前", "2": "", "3": "约14"}, Fraction(0)),
            (["利益相关"], Fraction(0)),
        ],
    ),
    Example(
        {
            "stem": "热线是[[1]]。",
            "gaps": [{"id": "1", "kind": TEXT, "answers": ["12345", "*1/2|3"], "weight": 1}],
            SHOW_RULE: True,
            "explanation": "",
        },
        [({"1": "12345"}, Fraction(1)), ({"1": "*1/2|3"}, Fraction(1)), ({"1": "114"}, Fraction(0))],
    ),
)

PLUGIN = Cloze()
