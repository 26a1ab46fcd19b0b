"""Questions between file formats and the bank: plain values, and what a format for questions has to offer.

A format turns bytes into `Question`s and back. It knows the content of question types only by their JSON (the builders
in `question_contents`); what is a good question is said by the type itself (`faults`).
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar

from academy.i18n import LazyString
from academy.i18n import lazy as _l
from academy.registry import discover
from courses.formats.reading_tables import TableError, decode
from courses.question_types.installed import all_types

Content = dict[str, Any]

MAX_BYTES = 50 * 1024 * 1024
MAX_QUESTIONS = 20_000
PICTURE = "picture:"
"""Begins the address of a picture that came with the file, until it is stored: ``picture:0``, ``picture:1`` …"""
DIFFICULTY_TAG = "难度-"
SEPARATOR = " / "
"""Stands between the names in the path of a category."""
SLASH_IN_NAME = "∕"
"""A slash (U+2215) inside of a name, which parts nothing."""
_PICTURE = re.compile(r"!\[((?:[^\]\\]|\\.)*)\]\(picture:(\d{1,6})\)")
_BLANKS = re.compile(r"[_＿]{2,}")
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "correct": (),
    "format": ("", None, "plain"),
    "kind": ("", None, "text"),
    "min_chars": (0, None),
    "max_chars": (2000, None),
    "weight": (1, None),
}
_MOODLE_SLASH = re.compile(r"(?<!/)/(?!/)")
_MOODLE_TOP = re.compile(r"\$\w+\$|top")
_DIFFICULTY_WORDS = {"easy": "易", "hard": "难"}


@dataclass(frozen=True)
class Place:
    """Where something stands in a file: a line or row counted from 1 (0: unknown), and what it is called there."""

    line: int = 0
    row: int = 0
    element: str = ""


@dataclass(frozen=True)
class Note:
    """A sentence about a place. "problem": the question is left out; "loss": something of it did not come along."""

    place: Place
    message: LazyString | str
    severity: str = "problem"


@dataclass(frozen=True)
class Question:
    """A question as it stands in a file. `notes` are sentences about what of it did not come along."""

    type: str
    content: Content
    difficulty: str = "medium"
    tags: tuple[str, ...] = ()
    category: str = ""
    marks_hundredths: int = 100
    place: Place = field(default=Place(), compare=False)
    notes: tuple[LazyString, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Picture:
    """A picture that came with a file."""

    name: str
    data: bytes


@dataclass
class Reading:
    """What was found in a file: questions that can be kept, everything else by its place, the pictures."""

    questions: list[Question] = field(default_factory=list)
    problems: list[Note] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    found: int = 0

    def keep(self, picture: Picture) -> str:
        """Keep a picture once, and return its address until it is stored."""
        if picture not in self.pictures:
            self.pictures.append(picture)
        return f"{PICTURE}{self.pictures.index(picture)}"

    def complain(self, place: Place, message: LazyString | str, severity: str = "problem") -> None:
        """Note a question (or a part of the file) that cannot be read."""
        self.problems.append(Note(place, message, severity))

    def take(self, question: Question) -> None:
        """Take a question, or say what is wrong with it."""
        self.found += 1
        wrong = faults(question)
        if wrong:
            for message in wrong:
                self.complain(question.place, message)
        else:
            self.questions.append(question)

    def refuse(self, place: Place, message: LazyString | str) -> None:
        """Note a question that was found and cannot be kept."""
        self.found += 1
        self.complain(place, message)


@dataclass(frozen=True)
class Loss:
    """What a file cannot carry of a question. `whole`: the question is left out."""

    number: int
    message: LazyString
    whole: bool = False


@dataclass
class Writing:
    """A file that was written, and what it could not carry."""

    data: bytes
    losses: list[Loss] = field(default_factory=list)


PictureSource = Callable[[str], Picture | None]
"""Gives the picture at an address of a text, or None when there is none."""


class FormatError(ValueError):
    """A file that cannot be read at all; `message` is a whole sentence, `place` is where reading stopped."""

    def __init__(self, message: LazyString | str, place: Place | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.place = place or Place()


class QuestionFormat(ABC):
    """A file format for questions. Stateless."""

    key: ClassVar[str]
    name: ClassVar[LazyString]
    about: ClassVar[LazyString]
    """What it is and where it comes from, in one sentence."""
    extension: ClassVar[str]
    media_type: ClassVar[str]
    order: ClassVar[int] = 100
    sample: ClassVar[str] = ""
    """A short example, where the format can be typed."""

    def template(self) -> bytes:
        """Return a file to begin with: the sample, or the first example of every type that the format can carry."""
        if self.sample:
            return self.sample.encode("utf-8-sig")
        examples = [Question(key, type_.examples[0].content) for key, type_ in all_types().items()]
        return self.write(examples, lambda _address: None).data

    @abstractmethod
    def recognises(self, data: bytes, name: str) -> bool:
        """Whether a file looks like this format. Formats are asked in their order; must not raise."""

    @abstractmethod
    def read(self, data: bytes, name: str = "") -> Reading:
        """Read a file. Raises FormatError when it cannot be read at all."""

    @abstractmethod
    def write(self, questions: Sequence[Question], pictures: PictureSource) -> Writing:
        """Write questions; what cannot be carried is listed."""


@lru_cache
def question_formats() -> dict[str, QuestionFormat]:
    """Return the installed formats by key, in the order in which they are tried and shown."""
    return discover("courses.formats", "QUESTION_FORMAT")


def recognise(data: bytes, name: str) -> QuestionFormat:
    """Return the format of a file. Raises FormatError."""
    if not data.strip(b"\0 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise FormatError(_l("这个文件是空的"))
    for known in question_formats().values():
        if known.recognises(data, name):
            return known
    known_names = "、".join(str(known.name) for known in question_formats().values())
    raise FormatError(_l("认不出这是哪种题目文件。可以导入：%(names)s", names=known_names))


def read_text(data: bytes) -> str:
    """Return the text of a file in UTF-8, UTF-16 or GB18030, with one kind of line end. Raises FormatError."""
    if len(data) > MAX_BYTES:
        raise FormatError(_l("文件超过 %(limit)s MB。请分成几个文件", limit=MAX_BYTES // 1024 // 1024))
    try:
        text = decode(data)
    except TableError as error:
        raise FormatError(_l("看不出文件里的文字是什么编码。请另存为 UTF-8 编码的文件，再上传")) from error
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def looks_like_text(data: bytes) -> str:
    """Return the beginning of a file as text for recognising it; empty when it is no text."""
    if data.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return ""
    try:
        return read_text(data[:MAX_BYTES])[:200_000]
    except FormatError:
        return ""


def faults(question: Question) -> list[LazyString]:
    """Return what keeps a question from being used here: its type is missing, or the type finds problems."""
    type_ = all_types().get(question.type)
    if type_ is None:
        return [_l("题型“%(key)s”没有安装，这道题不能导入", key=question.type)]
    return [problem.message for problem in type_.problems(question.content)]


def with_difficulty(tags: Iterable[str], difficulty: str) -> list[str]:
    """Return tags with the difficulty among them, for formats that have no other place for it."""
    word = _DIFFICULTY_WORDS.get(difficulty)
    return [*tags, *([DIFFICULTY_TAG + word] if word else [])]


def without_difficulty(tags: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Return tags without the difficulty, and the difficulty."""
    words = {DIFFICULTY_TAG + word: key for key, word in _DIFFICULTY_WORDS.items()}
    kept, difficulty = [], "medium"
    for tag in dict.fromkeys(tags):
        if tag in words:
            difficulty = words[tag]
        else:
            kept.append(tag)
    return tuple(kept), difficulty


def with_pictures(question: Question, addresses: Sequence[str | None]) -> Question:
    """Return the question with the addresses of its stored pictures; where one is None, its name in words."""

    def said(text: str) -> str:
        def replaced(match: re.Match[str]) -> str:
            address = addresses[int(match[2])] if int(match[2]) < len(addresses) else None
            return f"![{match[1]}]({address})" if address else f"[{match[1]}]"

        return _PICTURE.sub(replaced, text)

    def walked(value: Any) -> Any:
        if isinstance(value, str):
            return said(value) if PICTURE in value else value
        if isinstance(value, list):
            return [walked(item) for item in value]
        return {key: walked(item) for key, item in value.items()} if isinstance(value, dict) else value

    return replace(question, content=walked(question.content))


def read_category(path: str) -> str:
    """Return the path of a category as Moodle writes it ("$course$/top/a/b//c") as one of ours ("a / b∕c")."""
    names = (name.strip().replace("//", SLASH_IN_NAME) for name in _MOODLE_SLASH.split(path))
    return SEPARATOR.join(name for name in names if name and not _MOODLE_TOP.fullmatch(name))


def write_category(path: str) -> str:
    """Return the path of a category as Moodle writes it, without what stands above the first name."""
    names = (name.replace("/", "//").replace(SLASH_IN_NAME, "//") for name in path.split(SEPARATOR))
    return "/".join(name for name in names if name)


def essence(question: Question) -> Any:
    """Return what makes two questions the same: type and content without ids, emptiness and what is said by default."""
    names: dict[str, str] = {}
    _learn_names(question.content, names)
    return [question.type, _without_ids(question.content, names)]


def _learn_names(value: Any, names: dict[str, str]) -> None:
    if isinstance(value, dict):
        text = value.get("text", value.get("left"))
        if isinstance(value.get("id"), str) and isinstance(text, str):
            names[value["id"]] = text
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _learn_names(item, names)


def _without_ids(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_without_ids(item, names) for item in value]
    if not isinstance(value, dict):
        return names.get(value, value) if isinstance(value, str) else value
    kept = {
        "answers" if key == "accepted" else key: _without_ids(item, names) for key, item in value.items() if key != "id"
    }
    if isinstance(kept.get("stem"), str):
        kept["stem"] = _BLANKS.sub("____", kept["stem"])
    if isinstance(kept.get("correct"), list):
        kept["correct"] = sorted(map(str, kept["correct"]))
    return {key: item for key, item in kept.items() if item not in _DEFAULTS.get(key, ("", False, None, [], "0"))}
