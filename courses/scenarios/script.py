"""Reading a drill from the plain text in which an author writes it.

    指标：安全、时效、居民满意

    ## 1 第一个电话
    正文，可以分段，可以用 Markdown。

    - 先问里面几个人 → 2
      后果：问清了，一位老人带着一个孩子。
      得分：安全 +2，时效 +1
      最佳：先人后事，人有没有危险决定后面的快慢。
    - 我给物业打个电话 → 3
      后果：挂断才发现没有留电话。
      点评：……

    ## 8 都平安
    结尾的正文。
    结局：好
    复盘：……
    参考：接好一个求助电话；电梯困人：谁做什么

A scene begins with a heading: its name (a number or a word), then its title. The first one is where the drill begins. The keywords
may be Chinese or English, colons and signs of either width, an arrow is → or ->. Whatever cannot be read is told with its line.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from academy.i18n import LazyString
from academy.i18n import lazy as _l

MOST_SCENES = 60
MOST_CHOICES = 6
MOST_MEASURES = 5
MOST_POINTS = 100
_ARROW = re.compile(r"→|⇒|➜|➔|[-=—–－＝]+[>＞]")
_HEADING = re.compile(r"^[#＃]{1,6}\s*(.*)$")
_BULLET = re.compile(r"^(?:[-*+•·●○▪－＊＋]|\(?（?[0-9０-９A-Ha-h一二三四五六七八九]{1,2}[.、)）．])\s*(\S.*)$")
_NUMBERED = re.compile(r"^(\d{1,3})[、.．:：)）]\s*(\S.*)$")
_FIELD = re.compile(r"^([^\s：:]{1,12})\s*[：:]\s*(.*)$")
_POINTS = re.compile(r"([^\d+\-−－＋,，;；、]*?)\s*([+\-−－＋]?\s*\d{1,4})(?=$|[,，;；、\s])")
_WORDS = {
    "measures": ("指标", "measures", "measure"),
    "then": ("后果", "结果", "then", "consequence", "result"),
    "points": ("得分", "分数", "计分", "score", "points"),
    "best": ("最佳", "最好", "best"),
    "why": ("点评", "说明", "comment", "why"),
    "ending": ("结局", "ending"),
    "debrief": ("复盘", "debrief"),
    "see": ("参考", "课时", "see"),
}
_KEYWORDS = {word: key for key, words in _WORDS.items() for word in words}
_ENDINGS = {
    "good": ("好", "好结局", "优", "good"),
    "fair": ("中", "一般", "良", "fair", "ok"),
    "poor": ("差", "坏", "坏结局", "poor", "bad"),
}
_ENDING_OF = {word: key for key, words in _ENDINGS.items() for word in words}
_OF_CHOICE = {"then", "points", "best", "why"}


@dataclass(frozen=True)
class Issue:
    """Something about the text: in which line (0: the whole), what and what to do; `blocking`: publication has to wait."""

    line: int
    message: LazyString
    blocking: bool = True


@dataclass
class Choice:
    """A decision: where it leads and what it does. `points`: pairs of a measure and what it changes by."""

    text: str
    target: str
    line: int
    then: str = ""
    points: list[tuple[str, int]] = field(default_factory=list)
    best: bool = False
    why: str = ""
    to: str = ""


@dataclass
class Scene:
    """A scene, or an ending ("good", "fair", "poor") with its debrief and the titles of lessons to look at."""

    id: str
    title: str
    line: int
    text: str = ""
    choices: list[Choice] = field(default_factory=list)
    ending: str = ""
    debrief: str = ""
    see: list[str] = field(default_factory=list)


@dataclass
class Script:
    """A drill as it was read, with what could not be read."""

    measures: list[str] = field(default_factory=list)
    scenes: list[Scene] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)


def key_of(name: str) -> str:
    """Return a name as names are compared: width, case and blanks do not matter."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().strip("。.").casefold()


def read(text: str) -> Script:
    """Return the drill that `text` describes; nothing raises, what is wrong is in `issues`."""
    reader = _Reader()
    for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        reader.take(number, line)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.script = Script()
        self.scene: Scene | None = None
        self.choice: Choice | None = None
        self.into = "text"
        self.strayed = False

    def blame(self, line: int, message: LazyString) -> None:
        self.script.issues.append(Issue(line, message))

    def take(self, number: int, raw: str) -> None:
        line = raw.strip().strip("\u3000\ufeff")
        if found := _HEADING.match(line):
            self._heading(number, found[1].strip(), line)
        elif self.scene is None:
            self._before(number, line)
        elif (found := _BULLET.match(line)) and (arrows := list(_ARROW.finditer(found[1]))):
            self._choice(number, found[1], arrows[-1])
        elif (found := _FIELD.match(line)) and (key := _KEYWORDS.get(key_of(found[1]))):
            self._field(number, key, found[2].strip())
        elif _BULLET.match(line) and self.choice is not None and raw[:1] not in " \t\u3000":
            self.blame(
                number, _l("“%(text)s”没有写选了以后去哪里。在后面加上箭头和场景代号，例如“→ 2”", text=_short(line))
            )
        else:
            self._more(raw.rstrip() if self.choice is None else line)

    def _before(self, number: int, line: str) -> None:
        found = _FIELD.match(line)
        if found and _KEYWORDS.get(key_of(found[1])) == "measures":
            self._measures(number, found[2])
        elif line and not self.strayed:
            self.strayed = True
            self.blame(
                number,
                _l("“%(text)s”写在第一个场景前面。先写一行场景标题，例如“## 1 第一个电话”", text=_short(line)),
            )

    def _heading(self, number: int, words: str, line: str) -> None:
        if self.scene is None and line[1:2] not in ("#", "＃") and not words[:1].isdigit():
            return  # the title of the whole text
        self.choice, self.into = None, "text"
        if not words:
            self.blame(number, _l("这个场景没有标题。在 ## 后面写代号和标题，例如“## 1 第一个电话”"))
        numbered = _NUMBERED.match(words)
        first, _blank, rest = re.split(r"[|｜]", words, maxsplit=1)[0].partition(" ")
        if numbered and not re.match(r"^\d+[:：.]\d", words):
            first, rest = numbered[1], numbered[2]
        elif re.search(r"[|｜]", words):
            first, rest = (part.strip() for part in re.split(r"[|｜]", words, maxsplit=1))
        first = first.strip() or f"?{number}"
        scene = Scene(first, rest.strip() or first, number)
        earlier = next((each for each in self.script.scenes if key_of(each.id) == key_of(scene.id)), None)
        if earlier is not None:
            self.blame(
                number,
                _l(
                    "场景代号“%(id)s”和第 %(line)s 行的重复了。每个场景在 ## 后面写一个不同的代号，例如“## 2 回话”",
                    id=_short(scene.id),
                    line=earlier.line,
                ),
            )
        if len(self.script.scenes) == MOST_SCENES:
            self.blame(number, _l("场景太多了，最多 %(n)s 个。请分成两节", n=MOST_SCENES))
        self.scene = scene
        if len(self.script.scenes) < MOST_SCENES:
            self.script.scenes.append(scene)

    def _choice(self, number: int, whole: str, arrow: re.Match[str]) -> None:
        scene = self.scene
        assert scene is not None
        text, target = whole[: arrow.start()].strip(), whole[arrow.end() :].strip()
        self.choice, self.into = Choice(text, target, number), "then"
        if not target:
            self.blame(number, _l("箭头后面没有写去哪里。写上场景代号，例如“→ 2”"))
        if not text:
            self.blame(number, _l("这个选项没有文字。在箭头前面写上可以怎么做"))
        if len(scene.choices) == MOST_CHOICES:
            self.blame(number, _l("一个场景最多 %(n)s 个选项。请合并几个", n=MOST_CHOICES))
        elif len(scene.choices) < MOST_CHOICES:
            scene.choices.append(self.choice)

    def _field(self, number: int, key: str, value: str) -> None:
        scene, choice = self.scene, self.choice
        assert scene is not None
        if key in _OF_CHOICE:
            if choice is None:
                self.blame(number, _l("这一行要写在一个选项下面。先写“- 选项 → 场景代号”，再写它的后果和得分"))
            elif key == "points":
                self._points(number, choice, value)
            else:
                self._words_of_choice(choice, key, value)
        elif key == "measures":
            self.blame(number, _l("指标要写在第一个场景前面，例如“指标：安全、时效、居民满意”"))
        elif key == "ending":
            self._ending(number, scene, value)
        elif key == "see":
            scene.see += [part.strip() for part in re.split(r"[；;|｜]", value) if part.strip()]
        else:
            self.choice, self.into = None, "debrief"
            self._more(value)

    def _words_of_choice(self, choice: Choice, key: str, value: str) -> None:
        if key == "best":
            choice.best = True
        self.into = "then" if key == "then" else "why"
        self._more(value)

    def _ending(self, number: int, scene: Scene, value: str) -> None:
        self.choice, self.into = None, "text"
        scene.ending = _ENDING_OF.get(key_of(value), "")
        if not scene.ending:
            scene.ending = "fair"
            self.blame(number, _l("“%(text)s”看不懂。结局写“好”“中”或“差”，例如“结局：好”", text=_short(value)))

    def _measures(self, number: int, value: str) -> None:
        names = [part.strip() for part in re.split(r"[、，,；;|｜]", value) if part.strip()]
        if len({key_of(name) for name in names}) != len(names) or not 1 <= len(names) <= MOST_MEASURES:
            self.blame(number, _l("指标写 1 到 %(n)s 个不同的名称，用顿号隔开", n=MOST_MEASURES))
        self.script.measures = [name[:20] for name in names[:MOST_MEASURES]]

    def _points(self, number: int, choice: Choice, value: str) -> None:
        if re.sub(r"[\s,，;；、]", "", _POINTS.sub("", value)) or not value:
            self.blame(
                number, _l("“%(text)s”看不懂。得分要写成“安全 +2，时效 -1”这样，名称在前，数字在后", text=_short(value))
            )
            return
        for name, amount in _POINTS.findall(value):
            changed = int(re.sub(r"[−－]", "-", amount).replace("＋", "+").replace(" ", ""))
            if abs(changed) > MOST_POINTS:
                self.blame(number, _l("一次最多加减 %(n)s 分", n=MOST_POINTS))
                continue
            choice.points.append((name.strip(), changed))

    def _more(self, line: str) -> None:
        where: Any = self.choice if self.choice is not None else self.scene
        setattr(where, self.into, f"{getattr(where, self.into)}\n{line}")

    def finish(self) -> Script:
        for scene in self.script.scenes:
            scene.text, scene.debrief = scene.text.strip("\n").rstrip(), scene.debrief.strip()
            for choice in scene.choices:
                choice.then, choice.why = choice.then.strip(), choice.why.strip()
        return self.script


def _short(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:24]}…"
