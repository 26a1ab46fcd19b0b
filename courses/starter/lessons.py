"""From an entry of course.yaml to a lesson's content: one small function for each lesson type that the catalogue uses."""

import shutil
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from academy.accounts.models import Person
from academy.db import db
from academy.errors import UserError
from academy.files.models import StoredFile
from academy.files.services import store_path
from courses.lesson_types.assignment import rubric
from courses.lesson_types.link import checked_url
from courses.lesson_types.registry import lesson_types
from courses.lesson_types.scorm import unpacking
from courses.questions import rules as questions
from courses.questions.models import Category
from courses.questions.services import shelf_at
from courses.quizzes import services as quizzes
from courses.quizzes.services.drafts import add_drafts
from courses.starter.films import film_rules
from courses.starter.reading import HOME, CatalogueError, media, need, read_text, read_yaml
from courses.textbooks.models import Textbook
from courses.vocabulary import SUBJECTS

Entry = dict[str, Any]
MINUTE_SECONDS = 60
PACKAGES = HOME / "packages"
"""The packages as plain files; they are zipped when they are loaded."""


class LessonMaker:
    """Makes the contents of one course's lessons. The questions come to the shelf of `title`, below that of `subject`."""

    def __init__(self, folder: Path, owner: Person, title: str, subject: str) -> None:
        self.folder = folder
        self.owner = owner
        self.title = title
        self.subject = subject
        self.makers: dict[str, Callable[[Entry], dict[str, Any]]] = {
            "text": self._text,
            "video": self._video,
            "document": self._document,
            "textbook_chapter": self._textbook_chapter,
            "quiz": self._quiz,
            "scorm": self._scorm,
            "scenario": self._scenario,
            "link": self._link,
            "assignment": self._assignment,
            "audio": self._audio,
            "picture_series": self._picture_series,
        }

    def content(self, entry: Entry) -> dict[str, Any]:
        """Return the content of a lesson. Raises CatalogueError with the file and what to mend."""
        kind = need(entry, "type", self.folder)
        if kind not in self.makers or kind not in lesson_types():
            raise CatalogueError(f"{self.folder}: “{kind}” is not a lesson type of the catalogue.")
        return self.makers[kind](entry)

    def _text(self, entry: Entry) -> dict[str, Any]:
        return {"body": read_text(self.folder / need(entry, "file", self.folder))}

    def _video(self, entry: Entry) -> dict[str, Any]:
        file = self._file(need(entry, "video", self.folder), "video")
        subtitles = {locale: self._file(name, "subtitles").id for locale, name in entry.get("subtitles", {}).items()}
        content = {"file_id": file.id, "duration_ms": file.fact("duration_ms"), "subtitles": subtitles}
        content["notes"] = read_text(self.folder / entry["notes"]) if entry.get("notes") else ""
        poster = Path(entry["video"]).with_suffix(".jpg").name
        if (media(entry["video"]).parent / poster).exists():
            content["poster_id"] = self._file(poster, "picture").id
        shelf = self._shelf() if entry.get("questions") else None
        return {**content, **film_rules(entry, self.folder, self.owner, shelf)}

    def _document(self, entry: Entry) -> dict[str, Any]:
        file = self._file(need(entry, "document", self.folder), "document")
        kind = lesson_types()["document"]
        return kind.content_of(file)  # type: ignore[attr-defined]

    def _textbook_chapter(self, entry: Entry) -> dict[str, Any]:
        book = db.session.scalar(select(Textbook).where(Textbook.slug == need(entry, "textbook", self.folder)))
        number = need(entry, "chapter", self.folder)
        if book is None or not 1 <= number <= len(book.chapters):
            raise CatalogueError(f"{self.folder}: there is no chapter {number} in textbook “{entry['textbook']}”.")
        chapter = book.chapters[number - 1]
        return {"textbook_id": book.id, "chapter_id": chapter.id, "characters": len(chapter.body)}

    def _quiz(self, entry: Entry) -> dict[str, Any]:
        path = self.folder / need(entry, "file", self.folder)
        drafts, problems = questions.read_plain(read_text(path))
        if problems:
            raise CatalogueError("\n".join(f"{path}:{problem.line}: {problem.message}" for problem in problems))
        quiz = quizzes.create_quiz(
            self.owner,
            need(entry, "title", path),
            title_en=entry.get("title_en", ""),
            time_limit_seconds=entry["minutes"] * MINUTE_SECONDS if entry.get("minutes") else None,
            pass_percent=entry.get("pass_percent", 60),
            attempts_allowed=entry.get("attempts", 3),
            shuffle_options=True,
            feedback=entry.get("feedback", "after_submission"),
            tries_allowed=entry.get("tries", 3),
        )
        add_drafts(quiz, drafts, self.owner, self._shelf())
        return {"quiz_id": quiz.id}

    def _shelf(self) -> Category:
        return shelf_at([str(SUBJECTS[self.subject]), self.title], self.subject)

    def _scenario(self, entry: Entry) -> dict[str, Any]:
        path = self.folder / need(entry, "file", self.folder)
        texts = {"text": read_text(path), "text_en": ""}
        if entry.get("file_en"):
            texts["text_en"] = read_text(self.folder / entry["file_en"])
        found = lesson_types()["scenario"].problems(texts)
        if found:
            raise CatalogueError("\n".join(f"{path}: {problem.message}" for problem in found))
        return texts

    def _link(self, entry: Entry) -> dict[str, Any]:
        try:
            url = checked_url(need(entry, "url", self.folder))
        except ValueError as error:
            raise CatalogueError(f"{self.folder}: {entry['url']}: {error}") from error
        about = read_text(self.folder / entry["file"]) if entry.get("file") else ""
        asked: dict[str, Any] = {name: entry[name] for name in ("question", "least", "most") if name in entry}
        return {**lesson_types()["link"].empty(), "url": url, "about": about, **asked}

    def _assignment(self, entry: Entry) -> dict[str, Any]:
        path = self.folder / need(entry, "rubric", self.folder)
        try:
            criteria = rubric.read(read_text(path))
        except UserError as error:
            raise CatalogueError(f"{path}: {error.message}") from error
        names = ("hand_in", "least", "most", "kinds", "resubmissions", "anonymous")
        content = {**lesson_types()["assignment"].empty(), **{name: entry[name] for name in names if name in entry}}
        content["task"] = read_text(self.folder / need(entry, "file", self.folder)).strip()
        content["sample"] = read_text(self.folder / entry["sample"]).strip() if entry.get("sample") else ""
        return {**content, "criteria": criteria, "most_files": entry.get("files", content["most_files"])}

    def _audio(self, entry: Entry) -> dict[str, Any]:
        file = self._file(need(entry, "audio", self.folder), "audio")
        transcript = read_text(self.folder / need(entry, "transcript", self.folder))
        return {"file_id": file.id, "duration_ms": file.fact("duration_ms"), "transcript": transcript}

    def _picture_series(self, entry: Entry) -> dict[str, Any]:
        kind = lesson_types()["picture_series"]
        listed = read_yaml(self.folder / need(entry, "file", self.folder))
        pictures = [
            kind.picture_of(self._file(need(each, "picture", self.folder), "picture"), each)  # type: ignore[attr-defined]
            for each in listed
        ]
        return {"pictures": pictures}

    def _scorm(self, entry: Entry) -> dict[str, Any]:
        source = PACKAGES / need(entry, "package", self.folder)
        with tempfile.TemporaryDirectory() as folder:
            zipped = shutil.make_archive(str(Path(folder) / source.name), "zip", source)
            file = store_path(Path(zipped), f"{source.name}.zip", self.owner, "package")
        return {**unpacking.take_in(file), "least_minutes": 0}

    def _file(self, name: str, kind: str) -> StoredFile:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(shutil.copy(media(name), folder))
            return store_path(copy, name, self.owner, kind)


def hundredths(text: Any, where: Path) -> int:
    """Return credit hours ("1.5") in hundredths, exactly. Raises CatalogueError when they are not a number."""
    try:
        return int(Decimal(str(text)) * 100)
    except ArithmeticError as error:
        raise CatalogueError(f"{where}: credit_hours “{text}” is not a number.") from error
