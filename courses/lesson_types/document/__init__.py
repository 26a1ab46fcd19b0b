"""A PDF document, shown page by page as pictures; progress is counted by the pages shown."""

from fractions import Fraction
from typing import Any

from academy.files.models import StoredFile
from academy.files.services import describe
from academy.i18n import _
from academy.i18n import lazy as _l
from academy.web.forms import BaseForm
from courses.lesson_types.base import Content, LessonType, PlayerContext, Problem, Rule
from courses.lesson_types.files import FileIdField, UploadField, load_file, picked_file

LEAST_WEIGHT = 40
"""A page of drawings still takes two seconds."""
MOST_WEIGHT = 400
"""A page of form fields and small print is looked over, not read aloud."""
CHARACTERS_PER_MINUTE = 300


class DocumentForm(BaseForm):
    """The author's form."""

    document_id = FileIdField()
    document_upload = UploadField(_l("PDF 文件"), kind="document")


class Document(LessonType):
    """A document lesson: {"file_id", "pages", "weights": characters of each page}."""

    key = "document"
    name = _l("文档")
    icon = "file"
    order = 30
    measure = "units"
    rules = (Rule("shown", _l("看完一定比例的页"), 100), Rule("opened", _l("不作要求，打开就算学完")))
    form = DocumentForm

    def empty(self) -> dict[str, Any]:
        """Return a lesson without a document."""
        return {"file_id": None, "pages": 0}

    def problems(self, content: Content) -> list[Problem]:
        """Return that the document is missing, if it is."""
        return [] if content.get("file_id") else [Problem(_("还没有上传 PDF 文件"), "document_upload")]

    def lacks(self, content: Content) -> str:
        """Return that the file is missing, if it is."""
        return "" if content.get("file_id") else _("缺文件")

    def to_form(self, content: Content) -> dict[str, Any]:
        """Return the form's values."""
        return {"document_id": content.get("file_id")}

    def from_form(self, form: Any, content: Content) -> dict[str, Any]:
        """Return the content that the form describes; pages are what the server counted."""
        file = load_file(picked_file(form, "document", content.get("file_id")))
        return self.content_of(file) if file else self.empty()

    def content_of(self, file: StoredFile) -> dict[str, Any]:
        """Return the content of a lesson that shows `file`."""
        weights = [min(MOST_WEIGHT, max(LEAST_WEIGHT, len(text))) for text in file.fact("page_texts", [])]
        return {"file_id": file.id, "pages": file.fact("pages", 0), "weights": weights}

    def files(self, content: Content) -> frozenset[int]:
        """Return the document."""
        return frozenset([content["file_id"]] if content.get("file_id") else [])

    def size(self, content: Content) -> int:
        """Return the number of pages."""
        return max(1, content.get("pages", 0))

    def unit_weights(self, content: Content) -> list[int]:
        """Return the characters of each page, within bounds."""
        return list(content.get("weights") or [LEAST_WEIGHT] * content.get("pages", 0))

    def minutes(self, content: Content) -> int:
        """Return the minutes that looking it through takes."""
        return max(1, round(sum(self.unit_weights(content)) / CHARACTERS_PER_MINUTE))

    def length_label(self, content: Content, minutes: int) -> str:
        """Return kind and length."""
        return _("文档 PDF · %(n)s 页", n=content.get("pages", 0))

    def player(self, content: Content, context: PlayerContext) -> dict[str, Any]:
        """Return the pages: picture, text, and the address of the whole file."""
        file = load_file(content.get("file_id"))
        if file is None:
            return {"pages": [], "download_url": "", "file": None}
        texts = file.fact("page_texts", [])
        pages = [
            {"number": number, "url": context.page_url(file.id, number), "text": texts[number - 1]}
            for number in range(1, len(texts) + 1)
        ]
        return {"pages": pages, "download_url": context.media_url(file.id, file.name), "file": describe(file)}

    def requirement(self, completion: Any, content: Content) -> str:
        """Return the rule as a sentence."""
        rule = self.checked_completion(completion)
        if rule["rule"] == "opened":
            return _("打开就算学完")
        if rule["percent"] == 100:
            return _("看完全部 %(n)s 页自动记为完成", n=content.get("pages", 0))
        return _("看完 %(percent)s%% 的页自动记为完成", percent=rule["percent"])

    def missing(self, content: Content, completion: Any, share: Fraction) -> str:
        """Return how many pages are still to be looked at."""
        rest = self.goal(completion) - share
        return "" if rest <= 0 else _("再看 %(n)s 页就学完了", n=-(-rest * self.size(content) // 1))


PLUGIN = Document()
