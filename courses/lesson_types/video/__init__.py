"""A recording; progress is counted by the milliseconds that were really watched."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from wtforms import BooleanField, TextAreaField
from wtforms.validators import Length

from academy.i18n import _, ngettext
from academy.i18n import lazy as _l
from academy.web import markdown
from academy.web.filters import show_clock, show_duration
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, Gate, LessonType, PlayerContext, Problem, Rule
from courses.lesson_types.files import FileIdField, UploadField, load_file, picked_file
from courses.lesson_types.questions import frozen, gates_of, problems_of, versions_of

SUBTITLE_LOCALES = {"zh": _l("中文字幕"), "en": _l("英文字幕")}


class VideoForm(BaseForm):
    """The author's form: each file is uploaded with the form, or named by the id of a finished upload."""

    video_id = FileIdField()
    video_upload = UploadField(_l("视频文件"), kind="video")
    subtitles_zh_id = FileIdField()
    subtitles_zh_upload = UploadField(_l("中文字幕"), kind="subtitles")
    subtitles_en_id = FileIdField()
    subtitles_en_upload = UploadField(_l("英文字幕"), kind="subtitles")
    in_order = BooleanField(_l("第一次看不能往后拖"))
    notes = TextAreaField(_l("讲义"), validators=[Length(max=60_000, message=_l("讲义最多 60000 字"))])


class Video(LessonType):
    """A video lesson: {"file_id", "duration_ms", "subtitles": {"zh": file id}, "poster_id", "notes"}.

    Where the author wants it also "in_order" and "questions"; see `lesson_types.questions`.
    """

    key = "video"
    name = _l("视频")
    icon = "video"
    order = 10
    measure = "time"
    rules = (Rule("watched", _l("看完一定比例，快进跳过的不计入"), 90), Rule("opened", _l("不作要求，打开就算学完")))
    form = VideoForm
    asks = True

    def empty(self) -> dict[str, Any]:
        """Return a lesson without a recording."""
        return {"file_id": None, "duration_ms": 0, "subtitles": {}, "notes": ""}

    def problems(self, content: Content) -> list[Problem]:
        """Return that the recording is missing, if it is, and what is wrong with the questions in it."""
        return self.problems_of_all([content])[0]

    def problems_of_all(self, contents: Sequence[Content]) -> list[list[Problem]]:
        """Return what is missing in each; one query where there are questions, else none."""
        versions = versions_of(contents)
        return [
            problems_of(content, content.get("duration_ms", 0), versions)
            if content.get("file_id")
            else [Problem(_("还没有上传视频文件"), "video_upload")]
            for content in contents
        ]

    def freeze(self, content: Content) -> dict[str, Any]:
        """Pin the questions to their versions."""
        return frozen(content, versions_of([content]))

    def same_of_all(self, pairs: Sequence[tuple[Content, Content]]) -> list[bool]:
        """Return whether each is as published; one query where there are questions, else none."""
        versions = versions_of([content for content, _published in pairs])
        return [frozen(content, versions) == dict(published) for content, published in pairs]

    def lacks(self, content: Content) -> str:
        """Return that the file is missing, if it is."""
        return "" if content.get("file_id") else _("缺文件")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        subtitles = content.get("subtitles", {})
        values = {f"subtitles_{locale}_id": subtitles.get(locale) for locale in SUBTITLE_LOCALES}
        own = {"notes": content.get("notes", ""), "in_order": bool(content.get("in_order"))}
        return {"video_id": content.get("file_id"), **own, **values}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes; the duration is what the server measured."""
        file = load_file(picked_file(form, "video", content.get("file_id")))
        kept = content.get("subtitles", {})
        picked = {locale: picked_file(form, f"subtitles_{locale}", kept.get(locale)) for locale in SUBTITLE_LOCALES}
        return {
            "file_id": file.id if file else None,
            "duration_ms": file.fact("duration_ms", 0) if file else 0,
            "subtitles": {locale: identity for locale, identity in picked.items() if identity},
            "notes": (form.notes.data or "").replace("\r\n", "\n").strip(),
            **({"in_order": True} if form.in_order.data else {}),
            **({"questions": content["questions"]} if content.get("questions") else {}),
            **({"poster_id": content["poster_id"]} if file and content.get("poster_id") else {}),
        }

    def files(self, content: Content) -> frozenset[int]:
        """Return recording, subtitles and poster."""
        ids = {content.get("file_id"), content.get("poster_id"), *content.get("subtitles", {}).values()}
        return frozenset(identity for identity in ids if identity)

    def size(self, content: Content) -> int:
        """Return the length in milliseconds."""
        return max(1, content.get("duration_ms", 0))

    def minutes(self, content: Content) -> int:
        """Return the length in minutes, rounded up."""
        return -(-content.get("duration_ms", 0) // 60_000)

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        return _("视频 %(clock)s", clock=show_clock(content.get("duration_ms", 0) / 1000))

    def gates(self, content: Content) -> tuple[Gate, ...]:
        """Return the questions in it."""
        return gates_of(content)

    def in_order(self, content: Content) -> bool:
        """Return whether the first viewing is in order."""
        return bool(content.get("in_order"))

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the addresses of the recording and its subtitles, and the handout."""
        file = load_file(content.get("file_id"))
        tracks = [
            {"locale": locale, "label": SUBTITLE_LOCALES[locale], "url": context.media_url(identity, f"{locale}.vtt")}
            for locale, identity in content.get("subtitles", {}).items()
        ]
        poster = content.get("poster_id")
        return {
            "video_url": context.media_url(file.id, file.name) if file else "",
            "media_type": file.media_type if file else "",
            "poster_url": context.media_url(poster, "poster.jpg") if poster else "",
            "tracks": tracks,
            "duration_ms": content.get("duration_ms", 0),
            "position_ms": int(context.position) if context.position.isdecimal() else 0,
            "notes": markdown.render(content["notes"]) if content.get("notes") else "",
        }

    def search_text(self, content: Content) -> str:
        """Return the handout."""
        return markdown.render(content.get("notes", "")).striptags()

    def requirement(self, completion: Any, content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "opened":
            return _("打开就算学完")
        return "".join([_("看完 %(percent)s%% 自动记为完成", percent=rule["percent"]), *self._conditions(content)])

    @staticmethod
    def _conditions(content: Content) -> list[str]:
        number, said = len(content.get("questions", ())), []
        if number:
            said.append(
                ngettext("；中间有 %(n)s 道题，答了再往下看", "；中间有 %(n)s 道题，答了再往下看", number, n=number)
            )
        if content.get("in_order"):
            said.append(_("；第一次看不能往后拖"))
        return said

    def missing(self, content: Content, completion: Any, share: Fraction) -> str:
        """Return the time that is still to be watched."""
        rest = self.goal(completion) - share
        if rest <= 0:
            return ""
        return _("再看 %(duration)s就学完了", duration=show_duration(-(-rest * self.size(content) // 1000)))


PLUGIN = Video()
