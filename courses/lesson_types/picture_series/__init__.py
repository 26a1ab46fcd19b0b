"""A series of pictures with captions, one below the other; progress is counted by the pictures shown."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import Length

from academy.errors import UserError
from academy.files.models import StoredFile
from academy.files.pictures import WIDTHS
from academy.i18n import _, current_locale, ngettext
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm, strip
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule
from courses.lesson_types.files import FileIdField, UploadField, load_file, picked_file

MOST = 16
WORDS = ("alt", "alt_en", "caption", "caption_en")
LEAST_WEIGHT = 30
"""A picture takes a look of some seconds, however short its caption."""
CHARACTERS_PER_MINUTE = 300


def _words(label: Any, limit: int) -> StringField:
    return StringField(label, filters=[strip], validators=[Length(max=limit, message=_l("最多 %(max)d 个字"))])


def _fields(number: int) -> dict[str, FileField | StringField | FileIdField | BooleanField]:
    """Return the fields of one picture; `number` is its place, from 1."""
    return {
        f"p{number}_id": FileIdField(),
        f"p{number}_upload": UploadField(_l("图片文件"), kind="picture"),
        f"p{number}_alt": _words(_l("替代文字"), 300),
        f"p{number}_alt_en": _words(_l("英文替代文字"), 600),
        f"p{number}_caption": _words(_l("图注"), 500),
        f"p{number}_caption_en": _words(_l("英文图注"), 1000),
        f"p{number}_out": BooleanField(_l("保存时删去这一张")),
    }


class _PictureSeriesForm(BaseForm):
    """The author's form: as many places as a series may have pictures. `move`: "up-3" or "down-3" of a button."""

    move = HiddenField()


PictureSeriesForm: type[BaseForm] = type(
    "PictureSeriesForm",
    (_PictureSeriesForm,),
    {name: field for number in range(1, MOST + 1) for name, field in _fields(number).items()},
)


class PictureSeries(LessonType):
    """Pictures in order: {"pictures": [{"file_id", "width", "height", "alt", "alt_en", "caption", "caption_en"}]}."""

    key = "picture_series"
    name = _l("图集")
    icon = "image"
    order = 25
    measure = "units"
    rules = (Rule("shown", _l("看完一定比例的图片"), 100), Rule("opened", _l("不作要求，打开就算学完")))
    form = PictureSeriesForm
    styles = ("parts/pictures",)
    scripts = ("pictures",)

    def empty(self) -> dict[str, Any]:
        """Return a series without pictures."""
        return {"pictures": []}

    def problems(self, content: Content) -> list[Problem]:
        """Return that there are no pictures, or which of them have no alternative text."""
        pictures = content.get("pictures", [])
        if not pictures:
            return [Problem(_("还没有上传图片"), "p1_upload")]
        return [
            Problem(_("第 %(n)s 张图没有替代文字。看不见图的学员靠它知道图上是什么", n=number), f"p{number}_alt")
            for number, each in enumerate(pictures, 1)
            if not each.get("alt")
        ]

    def lacks(self, content: Content) -> str:
        """Return that pictures or their alternative texts are missing, if they are."""
        pictures = content.get("pictures", [])
        if not pictures:
            return _("缺图片")
        return "" if all(each.get("alt") for each in pictures) else _("缺替代文字")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values, in places from the first one on."""
        values: dict[str, Any] = {}
        for number, each in enumerate(content.get("pictures", [])[:MOST], 1):
            values[f"p{number}_id"] = each["file_id"]
            values |= {f"p{number}_{name}": each.get(name, "") for name in WORDS}
        return values

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the pictures in their order, without gaps; a button may have asked to move one of them."""
        kept = {each["file_id"] for each in content.get("pictures", [])}
        places = [number for number in range(1, MOST + 1) if not form[f"p{number}_out"].data]
        places = _moved([number for number in places if form[f"p{number}_id"].data], form.move.data or "")
        pictures = [self._picture(form, number, kept) for number in places]
        for number in set(range(1, MOST + 1)) - set(places):
            if not form[f"p{number}_id"].data and any(form[f"p{number}_{name}"].data for name in WORDS):
                raise UserError(_("写了文字，还没有选图片。选一张图，或者清空这一格"), 422, f"p{number}_upload")
        return {"pictures": pictures}

    def _picture(self, form: Any, number: int, kept: set[int]) -> dict[str, Any]:
        chosen = form[f"p{number}_id"].data
        file = load_file(picked_file(form, f"p{number}", chosen if chosen in kept else None))
        if file is None:
            raise UserError(_("找不到这个文件，请重新上传"), 422, f"p{number}_upload")
        return self.picture_of(file, {name: form[f"p{number}_{name}"].data or "" for name in WORDS})

    def picture_of(self, file: StoredFile, words: Mapping[str, str]) -> dict[str, Any]:
        """Return how a picture stands in the content."""
        size = {"width": file.fact("width", 1), "height": file.fact("height", 1)}
        return {"file_id": file.id, **size, **{name: words.get(name, "") for name in WORDS}}

    def editor(self, content: Content, owner_id: int) -> dict[str, Any]:
        """Return how many places there are, and how many are taken."""
        return {"series": {"most": MOST, "taken": len(content.get("pictures", []))}}

    def files(self, content: Content) -> frozenset[int]:
        """Return all pictures."""
        return frozenset(each["file_id"] for each in content.get("pictures", []))

    def size(self, content: Content) -> int:
        """Return the number of pictures."""
        return max(1, len(content.get("pictures", [])))

    def unit_weights(self, content: Content) -> list[int]:
        """Return the characters of each caption, and as much again as a look at the picture takes."""
        return [LEAST_WEIGHT + len(each.get("caption", "")) for each in content.get("pictures", [])]

    def minutes(self, content: Content) -> int:
        """Return the minutes that looking through takes."""
        return max(1, round(sum(self.unit_weights(content)) / CHARACTERS_PER_MINUTE)) if content.get("pictures") else 0

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and number of pictures."""
        n = len(content.get("pictures", []))
        return ngettext("图集 %(n)s 张", "图集 %(n)s 张", n)

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the pictures in the language of the request, each in two widths."""
        english = current_locale() == "en"
        small, large = WIDTHS
        return {
            "pictures": [
                {
                    "src": context.page_url(each["file_id"], large),
                    "small": context.page_url(each["file_id"], small),
                    "width": each["width"],
                    "height": each["height"],
                    **{name: (english and each.get(f"{name}_en")) or each.get(name, "") for name in ("alt", "caption")},
                    "lang": "" if english and each.get("caption_en") else "zh-CN",
                }
                for each in content.get("pictures", [])
            ]
        }

    def search_text(self, content: Content) -> str:
        """Return all captions and alternative texts."""
        return " ".join(each[name] for each in content.get("pictures", []) for name in WORDS if each.get(name))

    def requirement(self, completion: Mapping[str, Any], content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "opened":
            return _("打开就算学完")
        if rule["percent"] == 100:
            n = len(content.get("pictures", []))
            return ngettext("看完全部 %(n)s 张图自动记为完成", "看完全部 %(n)s 张图自动记为完成", n)
        return _("看完 %(percent)s%% 的图自动记为完成", percent=rule["percent"])

    def missing(self, content: Content, completion: Mapping[str, Any], share: Fraction) -> str:
        """Return how many pictures are still to be looked at."""
        rest = self.goal(completion) - share
        if rest <= 0:
            return ""
        n = int(-(-rest * self.size(content) // 1))
        return ngettext("再看 %(n)s 张图就学完了", "再看 %(n)s 张图就学完了", n)


def _moved(places: list[int], move: str) -> list[int]:
    """Return the places with one of them a step up or down, as a button ("up-3") asks; anything else changes nothing."""
    way, _dash, text = move.partition("-")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else 0
    if way not in ("up", "down") or number not in places:
        return places
    at = places.index(number)
    to = min(len(places) - 1, max(0, at + (1 if way == "down" else -1)))
    places.insert(to, places.pop(at))
    return places


PLUGIN = PictureSeries()
