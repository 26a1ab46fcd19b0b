"""Multiple choice: any number of the options is right, and three rules for an answer that is partly so."""

from fractions import Fraction
from typing import Any

from academy.i18n import lazy as _l
from courses.question_types import options
from courses.question_types.base import (
    Content,
    Example,
    FormValues,
    PlainError,
    PlainParts,
    Problem,
    QuestionType,
    answer_values,
    as_content,
    first,
)

ALL_OR_NOTHING = "all_or_nothing"
PER_OPTION = "per_option"
SOCIAL_WORK = "social_work"
RULES = {
    ALL_OR_NOTHING: _l("全部选对才得分"),
    PER_OPTION: _l("按选项给分：选对一项得一份，选错一项扣一份，扣完为止"),
    SOCIAL_WORK: _l("社工考试规则：有选错的不得分；少选的，每选对一项得本题分值的四分之一"),
}
SCORING_FIELD = "计分"
_PLAIN_RULES = {ALL_OR_NOTHING: "全对", PER_OPTION: "按选项", SOCIAL_WORK: "社工考试"}
# The examination gives 0.5 of 2 marks for each right option of an incomplete answer. It never has more than four right
# options; where there are more, each earns its equal part, so that an incomplete answer never earns everything.
_SOCIAL_WORK_SHARE = Fraction(1, 4)


class MultipleChoice(QuestionType):
    """Content: ``options``, ``correct`` (ids), ``scoring`` (one of RULES), ``keep_order``. Answer: ids."""

    key = "multiple_choice"
    name = _l("多选")
    icon = "quiz"
    order = 20
    plain_labels = ("多选", "多选题", "多项选择", "多项选择题")

    def empty(self) -> Content:
        """See QuestionType."""
        return {
            "stem": "",
            "options": [],
            "correct": [],
            "scoring": ALL_OR_NOTHING,
            "keep_order": False,
            "explanation": "",
        }

    def own_problems(self, content: Content) -> list[Problem]:
        """See QuestionType."""
        found = options.problems(content)
        ids = [option["id"] for option in options.listed(content)]
        correct = content.get("correct")
        if not self.correct_answer(content):
            found.append(Problem("correct", _l("选出哪几项是正确答案")))
        elif not isinstance(correct, list) or any(value not in ids for value in correct):
            found.append(Problem("correct", _l("正确答案里有不存在的选项，重新选一次")))
        if content.get("scoring") not in list(RULES):
            found.append(Problem("scoring", _l("选择一种给分办法")))
        return found

    def public(self, content: object, order_seed: str | None) -> Content:
        """With the scoring rule: a trainee must know whether guessing costs marks."""
        return {**options.public(content, order_seed), "rule": str(RULES[_rule(content)])}

    def parse_answer(self, form: FormValues) -> Any:
        """See QuestionType."""
        chosen = sorted({value for value in answer_values(form, options.MOST, options.ID_LIMIT) if value})
        return chosen or None

    def is_answered(self, answer: object) -> bool:
        """See QuestionType."""
        return bool(_ids(answer))

    def grade(self, content: object, answer: object) -> Fraction:
        """By the content's rule; a content without right options gives nothing."""
        right, chosen = set(self.correct_answer(content)), set(_ids(answer))
        if not right or not chosen:
            return Fraction(0)
        if chosen == right:
            return Fraction(1)
        hits, misses = len(chosen & right), len(chosen - right)
        rule = _rule(content)
        if rule == PER_OPTION:
            return max(Fraction(0), Fraction(hits - misses, len(right)))
        if rule == SOCIAL_WORK and not misses:
            return hits * min(_SOCIAL_WORK_SHARE, Fraction(1, len(right)))
        return Fraction(0)

    def scored_by(self, content: Content, rule: str) -> Content:
        """With another rule, for papers whose rule is the same for all questions."""
        return {**content, "scoring": rule} if rule in RULES else content

    def correct_answer(self, content: object) -> Any:
        """See QuestionType."""
        return sorted(set(_ids(as_content(content).get("correct"))))

    def review(self, content: object, answer: object, order_seed: str | None) -> Content:
        """See QuestionType."""
        shown = options.review(content, _ids(answer), self.correct_answer(content), order_seed)
        return {**shown, "rule": str(RULES[_rule(content)])}

    def answer_text(self, content: object, answer: object, order_seed: str | None = None) -> str:
        """See QuestionType."""
        return options.text(content, _ids(answer), order_seed)

    def own_from_form(self, form: FormValues) -> Content:
        """See QuestionType."""
        content, correct = options.from_form(form)
        return {
            **content,
            "correct": sorted(correct),
            "scoring": first(form, "scoring")[:32] or ALL_OR_NOTHING,
        }

    def to_form(self, content: object, spare: int = 0) -> dict[str, Any]:
        """See QuestionType."""
        form = options.to_form(content, self.correct_answer(content), spare)
        return {**form, "scoring": _rule(content), "rules": RULES}

    def from_plain(self, parts: PlainParts) -> Content:
        """See QuestionType."""
        content = options.from_plain(parts)
        positions = options.plain_letters(parts)
        if not positions:
            raise PlainError("answer", _l("写上答案，例如“答案：ABD”"))
        named = parts.extra.get(SCORING_FIELD, _PLAIN_RULES[ALL_OR_NOTHING])
        rules = [rule for rule, word in _PLAIN_RULES.items() if word == named]
        if not rules:
            words = "、".join(_PLAIN_RULES.values())
            raise PlainError("extra", _l("不认识的给分办法“%(named)s”，可以写：%(words)s", named=named, words=words))
        correct = sorted(content["options"][position]["id"] for position in positions)
        return {**content, "correct": correct, "scoring": rules[0]}

    def to_plain(self, content: object) -> PlainParts:
        """See QuestionType."""
        rule = _rule(content)
        extra = {} if rule == ALL_OR_NOTHING else {SCORING_FIELD: _PLAIN_RULES[rule]}
        return options.to_plain(content, self.correct_answer(content), extra)


def _ids(value: object) -> list[str]:
    """The option ids in a stored or sent list."""
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def _rule(content: object) -> str:
    """The scoring rule of a content; the strictest when it names none that we know."""
    rule = as_content(content).get("scoring")
    return rule if isinstance(rule, str) and rule in RULES else ALL_OR_NOTHING


def _example(scoring: str, graded: list[tuple[list[int], Fraction]]) -> Example:
    listed = options.make(["事先公布议题", "请利益相关的居民到场", "只请积极分子", "会后公示结果", "由居委会代为决定"])
    ids = [option["id"] for option in listed]
    content = {
        "stem": "召开居民议事会，下列做法恰当的有哪些？",
        "options": listed,
        "correct": sorted([ids[0], ids[1], ids[3]]),
        "scoring": scoring,
        "keep_order": False,
        "explanation": "议题和结果都要公开，相关的人都要能到场说话。",
    }
    return Example(content, [([ids[index] for index in chosen], fraction) for chosen, fraction in graded])


MultipleChoice.examples = (
    _example(ALL_OR_NOTHING, [([0, 1, 3], Fraction(1)), ([0, 1], Fraction(0)), ([0, 1, 2, 3], Fraction(0))]),
    _example(
        PER_OPTION,
        [
            ([0, 1, 3], Fraction(1)),
            ([0, 1], Fraction(2, 3)),
            ([0, 1, 2], Fraction(1, 3)),
            ([2, 4], Fraction(0)),
            ([0, 1, 2, 3, 4], Fraction(1, 3)),
        ],
    ),
    _example(
        SOCIAL_WORK,
        [([0, 1, 3], Fraction(1)), ([0, 1], Fraction(1, 2)), ([3], Fraction(1, 4)), ([0, 1, 2], Fraction(0))],
    ),
)

PLUGIN = MultipleChoice()
