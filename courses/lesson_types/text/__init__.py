"""Text written in Markdown; progress is counted by the paragraphs shown."""

from fractions import Fraction
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web import markdown
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule

BODY_LIMIT = 60_000
CHARACTERS_PER_MINUTE = 300


class TextForm(BaseForm):
    """The author's form."""

    body = TextAreaField(_l("正文"), validators=[Length(max=BODY_LIMIT, message=_l("正文最多 60000 字，请分成几节"))])


class Text(LessonType):
    """A text lesson: {"body": Markdown}."""

    key = "text"
    name = _l("图文")
    icon = "doc"
    order = 20
    measure = "units"
    rules = (Rule("shown", _l("读完正文的一定比例"), 100), Rule("opened", _l("不作要求，打开就算学完")))
    form = TextForm

    def empty(self) -> dict[str, Any]:
        """Return a lesson without text."""
        return {"body": ""}

    def problems(self, content: Content) -> list[Problem]:
        """Return that the text is missing, if it is."""
        return [] if content.get("body", "").strip() else [Problem(_("正文还是空的"), "body")]

    def lacks(self, content: Content) -> str:
        """Return that the text is missing, if it is."""
        return "" if content.get("body", "").strip() else _("缺正文")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        return {"body": content.get("body", "")}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes."""
        return {"body": (form.body.data or "").replace("\r\n", "\n").strip()}

    def freeze(self, content: Content) -> dict[str, Any]:
        """Pin the number of characters of each paragraph, by which reading is counted."""
        return {"body": content["body"], "weights": [len(block.text) for block in markdown.blocks(content["body"])]}

    def size(self, content: Content) -> int:
        """Return the number of paragraphs."""
        return max(1, len(self.unit_weights(content)))

    def unit_weights(self, content: Content) -> list[int]:
        """Return the characters of each paragraph."""
        if "weights" in content:
            return list(content["weights"])
        return [len(block.text) for block in markdown.blocks(content.get("body", ""))]

    def minutes(self, content: Content) -> int:
        """Return the minutes that reading takes."""
        return max(1, round(sum(self.unit_weights(content)) / CHARACTERS_PER_MINUTE))

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        return _("图文 约 %(n)s 分钟", n=minutes or self.minutes(content))

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the paragraphs."""
        return {"blocks": markdown.blocks(content.get("body", ""))}

    def search_text(self, content: Content) -> str:
        """Return the text without marks."""
        return " ".join(block.text for block in markdown.blocks(content.get("body", "")))

    def requirement(self, completion: Any, content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "opened":
            return _("打开就算学完")
        if rule["percent"] == 100:
            return _("读完全文自动记为完成")
        return _("读完 %(percent)s%% 自动记为完成", percent=rule["percent"])

    def missing(self, content: Content, completion: Any, share: Fraction) -> str:
        """Return how many paragraphs are still to be read."""
        rest = self.goal(completion) - share
        return "" if rest <= 0 else _("再读 %(n)s 段就学完了", n=-(-rest * self.size(content) // 1))


PLUGIN = Text()
