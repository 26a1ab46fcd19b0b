"""A page elsewhere on the web, and what the trainee writes about it; done when that is sent in."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any
from urllib.parse import urlsplit

from wtforms import StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from academy.errors import UserError
from academy.i18n import _, ngettext
from academy.i18n import lazy as _l
from academy.web import markdown
from academy.web.forms import BaseForm, strip
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule, Taken, step_fields

URL_LIMIT = 1000
LEAST, MOST = 50, 1000
LARGEST = 3000
"""A reflection of so many hanzi still fits well into what a step may send."""
ABOUT_LIMIT = 5000
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"^[^\s/@\\.]+(\.[^\s/@\\.]+)+$")


def checked_url(text: str) -> str:
    """Return the address in full; raises ValueError with a sentence. An address without https:// gets it."""
    text = text.strip()
    if not text:
        return ""
    if not _SCHEME.match(text) or re.match(r"^[^/:]+:\d+(/|$)", text):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(_("这个网址写得不对。请从浏览器的地址栏里整行复制过来")) from error
    if parts.scheme.lower() != "https":
        raise ValueError(_("只能用 https:// 开头的网址，别的不安全。看看这个网站有没有 https 的地址"))
    if parts.username is not None or not _HOST.match(host) or re.search(r"[\s<>\"\\\x00-\x1f]", text):
        raise ValueError(_("这个网址写得不对。请从浏览器的地址栏里整行复制过来"))
    return text


def length_of(text: str) -> int:
    """Return how many characters were written, without blanks."""
    return len(re.sub(r"\s", "", text))


class CountField(StringField):
    """A number of characters, kept as it was typed until it is understood."""

    def number(self, default: int) -> int:
        """Return the number of a valid form."""
        return int(self.data) if self.data else default


def _count(label: Any) -> CountField:
    return CountField(label, filters=[strip])


class LinkForm(BaseForm):
    """The author's form."""

    url = StringField(
        _l("网址"), filters=[strip], validators=[Length(max=URL_LIMIT, message=_l("网址最多 1000 个字符"))]
    )
    about = TextAreaField(_l("为什么看、怎么看"), validators=[Length(max=ABOUT_LIMIT, message=_l("说明最多 5000 字"))])
    question = StringField(
        _l("心得的题目"), filters=[strip], validators=[Length(max=200, message=_l("心得的题目最多 200 字"))]
    )
    least = _count(_l("最少几个字"))
    most = _count(_l("最多几个字"))

    def validate_url(self, field: Any) -> None:
        """An address that a browser opens safely."""
        try:
            field.data = checked_url(field.data or "")
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def validate_least(self, field: Any) -> None:
        """A number of characters."""
        _check_count(field)

    def validate_most(self, field: Any) -> None:
        """A number of characters, not below the least."""
        _check_count(field)
        least = self.least.data or ""
        if least.isascii() and least.isdecimal() and len(least) < 6 and int(least) > field.number(MOST):
            raise ValidationError(_("最多的字数不能小于最少的字数"))


def _check_count(field: Any) -> None:
    text = field.data or ""
    if text and not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= LARGEST):
        raise ValidationError(_("字数应是 1 到 %(most)s 之间的整数", most=LARGEST))


class Link(LessonType):
    """A link with a reflection: {"url", "about", "question", "least", "most"}."""

    key = "link"
    name = _l("外部链接与心得")
    icon = "link"
    order = 58
    measure = "work"
    rules = (Rule("sent", _l("写好心得，交上来")),)
    form = LinkForm
    styles = ("parts/link",)
    scripts = ("guard",)

    def empty(self) -> dict[str, Any]:
        """Return a lesson without an address."""
        return {"url": "", "about": "", "question": "", "least": LEAST, "most": MOST}

    def problems(self, content: Content) -> list[Problem]:
        """Return that the address is missing, if it is."""
        return [] if content.get("url") else [Problem(_("还没有填网址"), "url")]

    def lacks(self, content: Content) -> str:
        """Return that the address is missing, if it is."""
        return "" if content.get("url") else _("缺网址")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        counts = {"least": str(content.get("least", LEAST)), "most": str(content.get("most", MOST))}
        return {**{name: content.get(name, "") for name in ("url", "about", "question")}, **counts}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes."""
        return {
            "url": form.url.data or "",
            "about": (form.about.data or "").replace("\r\n", "\n").strip(),
            "question": form.question.data or "",
            "least": form.least.number(LEAST),
            "most": form.most.number(MOST),
        }

    def length_label(self, content: Content, minutes: int) -> str:
        """Return the kind and the minutes."""
        return _("外部链接 约 %(n)s 分钟", n=minutes) if minutes else _("外部链接")

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return where to go, what to write about, and what was sent in."""
        return {
            "link": {
                "url": content.get("url", ""),
                "domain": urlsplit(content.get("url", "")).hostname or "",
                "html": markdown.render(content.get("about", "")),
                "question": content.get("question", ""),
                "least": content.get("least", LEAST),
                "most": content.get("most", MOST),
                "text": context.state.get("text", ""),
                "sent": bool(context.state.get("text")),
                "step": step_fields(context),
            }
        }

    def take(self, content: Content, state: Mapping[str, Any], values: Mapping[str, Any]) -> Taken:
        """Keep the reflection that is sent in, also one that replaces an earlier one."""
        typed = values.get("text")
        text = typed.replace("\r\n", "\n").strip() if isinstance(typed, str) else ""
        length, least, most = length_of(text), content.get("least", LEAST), content.get("most", MOST)
        if not length:
            raise UserError(_("心得还是空的。写好再交"), 422, "text")
        if length < least:
            raise UserError(
                _(
                    "写了 %(length)s 字，至少要 %(least)s 字，还差 %(n)s 字",
                    length=length,
                    least=least,
                    n=least - length,
                ),
                422,
                "text",
            )
        if length > most:
            raise UserError(
                _("写了 %(length)s 字，最多 %(most)s 字，请删去 %(n)s 字", length=length, most=most, n=length - most),
                422,
                "text",
            )
        said = _("心得改好了") if state.get("text") else _("心得交上了")
        return Taken({"text": text}, Fraction(1), {"characters": length}, said)

    def handed_in(self, content: Content, state: Mapping[str, Any]) -> str:
        """Return the reflection."""
        return str(state.get("text", ""))

    def search_text(self, content: Content) -> str:
        """Return what the author wrote."""
        return f"{markdown.render(content.get('about', '')).striptags()} {content.get('question', '')}".strip()

    def requirement(self, completion: Mapping[str, Any], content: Content) -> str:
        """Return the rule as a sentence."""
        least, most = content.get("least", LEAST), content.get("most", MOST)
        return _("看完网页，交一份 %(least)s 到 %(most)s 字的心得，就算学完", least=least, most=most)

    def missing(self, content: Content, completion: Mapping[str, Any], share: Fraction) -> str:
        """Return that the reflection is missing."""
        n = content.get("least", LEAST)
        return "" if share >= 1 else ngettext("还差一份心得，至少 %(n)s 字", "还差一份心得，至少 %(n)s 字", n)


PLUGIN = Link()
