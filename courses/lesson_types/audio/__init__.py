"""A sound recording with its transcript; progress is counted by the milliseconds that were really played."""

from fractions import Fraction
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import Length

from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web import markdown
from academy.web.filters import show_clock, show_duration
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule
from courses.lesson_types.files import FileIdField, UploadField, load_file, picked_file


class AudioForm(BaseForm):
    """The author's form."""

    audio_id = FileIdField()
    audio_upload = UploadField(_l("音频文件"), kind="audio")
    transcript = TextAreaField(_l("文字稿"), validators=[Length(max=60_000, message=_l("文字稿最多 60000 字"))])


class Audio(LessonType):
    """An audio lesson: {"file_id", "duration_ms", "transcript"}."""

    key = "audio"
    name = _l("音频")
    icon = "vol"
    order = 15
    measure = "time"
    rules = (Rule("listened", _l("听完一定比例，快进跳过的不计入"), 90), Rule("opened", _l("不作要求，打开就算学完")))
    form = AudioForm
    styles = ("parts/audio",)

    def empty(self) -> dict[str, Any]:
        """Return a lesson without a recording."""
        return {"file_id": None, "duration_ms": 0, "transcript": ""}

    def problems(self, content: Content) -> list[Problem]:
        """Return what is missing: the recording, or the transcript, without which who cannot hear cannot learn."""
        found = [] if content.get("file_id") else [Problem(_("还没有上传音频文件"), "audio_upload")]
        if not content.get("transcript", "").strip():
            found.append(Problem(_("还没有文字稿。听不清、不方便听的学员靠它学"), "transcript"))
        return found

    def lacks(self, content: Content) -> str:
        """Return that the file or the transcript is missing, if it is."""
        if not content.get("file_id"):
            return _("缺文件")
        return "" if content.get("transcript", "").strip() else _("缺文字稿")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        return {"audio_id": content.get("file_id"), "transcript": content.get("transcript", "")}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes; the duration is what the server measured."""
        file = load_file(picked_file(form, "audio", content.get("file_id")))
        return {
            "file_id": file.id if file else None,
            "duration_ms": file.fact("duration_ms", 0) if file else 0,
            "transcript": (form.transcript.data or "").replace("\r\n", "\n").strip(),
        }

    def files(self, content: Content) -> frozenset[int]:
        """Return the recording."""
        return frozenset([content["file_id"]] if content.get("file_id") else [])

    def size(self, content: Content) -> int:
        """Return the length in milliseconds."""
        return max(1, content.get("duration_ms", 0))

    def minutes(self, content: Content) -> int:
        """Return the length in minutes, rounded up."""
        return -(-content.get("duration_ms", 0) // 60_000)

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        return _("音频 %(clock)s", clock=show_clock(content.get("duration_ms", 0) / 1000))

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the address of the recording, and the transcript."""
        file = load_file(content.get("file_id"))
        return {
            "audio_url": context.media_url(file.id, file.name) if file else "",
            "media_type": file.media_type if file else "",
            "duration_ms": content.get("duration_ms", 0),
            "position_ms": int(context.position) if context.position.isdecimal() else 0,
            "notes": markdown.render(content["transcript"]) if content.get("transcript") else "",
            "notes_title": _("文字稿"),
        }

    def search_text(self, content: Content) -> str:
        """Return the transcript."""
        return markdown.render(content.get("transcript", "")).striptags()

    def requirement(self, completion: Any, content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "opened":
            return _("打开就算学完")
        return _("听完 %(percent)s%% 自动记为完成", percent=rule["percent"])

    def missing(self, content: Content, completion: Any, share: Fraction) -> str:
        """Return the time that is still to be listened to."""
        rest = self.goal(completion) - share
        if rest <= 0:
            return ""
        return _("再听 %(duration)s就学完了", duration=show_duration(-(-rest * self.size(content) // 1000)))


PLUGIN = Audio()
