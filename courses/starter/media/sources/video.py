"""Films a storyboard: typst draws the layers, numpy moves them, ffmpeg encodes.

A storyboard (slides/<name>.yaml) lists scenes and subtitle cues. Reading time sets the
length of every cue, and with it the whole timeline, so text and picture cannot drift apart.
"""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import typst
import yaml
from PIL import Image
from sound import ambient_bed

HERE = Path(__file__).parent
WIDTH, HEIGHT, FPS = 1280, 720, 25
LEAD_SECONDS, TAIL_SECONDS, CUE_GAP = 1.2, 1.4, 0.16
SCENE_FADE, LAYER_FADE = 0.45, 0.55
GROUNDS = {
    "pine": (18, 69, 60),
    "night": (14, 50, 55),
}
LATTICE = (
    "M16 0L0 16M32 0l16 16M48 32L32 48M16 48L0 32M16 0h16M0 16v16M17 17h14v14H17zM24 0v17M24 31v17M0 24h17M31 24h17"
)


@dataclass
class Cue:
    """One subtitle, with its place on the timeline in seconds."""

    zh: str
    en: str
    start: float
    end: float


@dataclass
class Layer:
    """A drawing that appears at `start` and, if `end` is set, goes again."""

    pixels: np.ndarray
    box: tuple[int, int, int, int]
    start: float
    end: float | None
    motion: str


@dataclass
class Scene:
    """A slide: when it is on screen and the layers on it."""

    start: float
    end: float
    layers: list[Layer] = field(default_factory=list)


def reading_seconds(zh: str, en: str) -> float:
    """Return how long a cue must stay: about 5 characters (zh) or 16 letters (en) a second."""
    return round(max(3.0, len(zh) / 5.6 + 0.5, len(en) / 19 + 0.2), 2)


def plan(story: dict[str, Any]) -> tuple[list[Cue], list[dict[str, Any]], float]:
    """Lay the storyboard on a timeline.

    Returns the cues, the scenes (each with start, end and `shows`: layer name, start, end,
    motion), and the length of the film in seconds.
    """
    clock, cues, scenes = LEAD_SECONDS, [], []
    for number, scene in enumerate(story["scenes"]):
        begin = clock if number else 0.0
        first = begin + SCENE_FADE if number else 0.2
        shows = [_show(item, first) for item in scene.get("show", [])]
        for cue in scene["cues"]:
            length = reading_seconds(cue["zh"], cue["en"])
            cues.append(Cue(cue["zh"], cue["en"], clock, clock + length))
            shows += [_show(item, max(clock, first)) for item in cue.get("show", [])]
            clock += length + CUE_GAP
        scenes.append({"id": scene["id"], "start": begin, "end": clock, "shows": _with_lit(shows)})
    clock += TAIL_SECONDS
    scenes[-1]["end"] = clock
    return cues, scenes, clock


def _show(item: str | dict[str, Any], base: float) -> dict[str, Any]:
    if isinstance(item, str):
        item = {"layer": item}
    return {
        "layer": item["layer"],
        "start": base + item.get("delay", 0.0),
        "end": None,
        "motion": item.get("motion", "rise"),
    }


def _with_lit(shows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add to each numbered point (p1, p2 …) its bright twin, shown until the next point comes."""
    points = [s for s in shows if s["layer"][0] == "p" and s["layer"][1:].isdigit()]
    lit = []
    for number, point in enumerate(points):
        end = points[number + 1]["start"] if number + 1 < len(points) else None
        lit.append({**point, "layer": point["layer"] + "*", "end": end})
    return shows + lit


def draw_layers(name: str, scenes: list[dict[str, Any]]) -> dict[tuple[str, str], np.ndarray]:
    """Typeset every layer of the film and return it as RGBA pixels."""
    wanted = [(scene["id"], show["layer"]) for scene in scenes for show in scene["shows"]]
    pages = typst.compile(
        str(HERE / "slides" / f"{name}.typ"),
        root=str(HERE),
        format="png",
        ppi=72.0,
        sys_inputs={"layers": json.dumps(wanted)},
    )
    if isinstance(pages, bytes):
        pages = [pages]
    drawn = [np.asarray(Image.open(io.BytesIO(page)).convert("RGBA")) for page in pages]
    return dict(zip(wanted, drawn, strict=True))


def ground(kind: str) -> np.ndarray:
    """Return the background: a deep colour with the house lattice fading in from the left."""
    across = np.linspace(0, 1, WIDTH, dtype=np.float32)[None, :, None]
    picture = np.full((HEIGHT, WIDTH, 3), GROUNDS[kind], np.float32)
    svg = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {HEIGHT}'><defs><pattern id='l' "
        f"width='64' height='64' patternUnits='userSpaceOnUse'><path transform='scale(1.3333)' d='{LATTICE}' "
        f"fill='none' stroke='#fff' stroke-width='1.3'/></pattern></defs>"
        f"<rect width='{WIDTH}' height='{HEIGHT}' fill='url(#l)'/></svg>"
    )
    source = (
        "#set page(width: 1280pt, height: 720pt, margin: 0pt, fill: none)\n"
        f'#image(bytes({json.dumps(svg)}), format: "svg", width: 100%)'
    )
    page = typst.compile(source.encode(), format="png", ppi=72.0)
    lattice = np.asarray(Image.open(io.BytesIO(page)).convert("RGBA"), np.float32)[..., 3:] / 255
    fade = np.clip((across - 0.45) / 0.4, 0, 1) * 0.11
    return picture + (255 - picture) * lattice * fade


def assemble(story: dict[str, Any]) -> tuple[list[Cue], list[Scene], float]:
    """Draw the film's layers and cut each to the box that holds its ink."""
    cues, planned, length = plan(story)
    drawn = draw_layers(story["name"], planned)
    scenes = []
    for item in planned:
        scene = Scene(item["start"], item["end"])
        for show in item["shows"]:
            rgba = drawn[item["id"], show["layer"]]
            rows, columns = np.nonzero(rgba[..., 3])
            if not len(rows):
                raise ValueError(f"{story['name']}: layer {item['id']}/{show['layer']} is empty")
            box = (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1)
            cut = rgba[box[0] : box[1], box[2] : box[3]].astype(np.float32)
            scene.layers.append(Layer(cut, box, show["start"], show["end"], show["motion"]))
        scenes.append(scene)
    return cues, scenes, length


def ease(value: float) -> float:
    """Return a smooth 0..1 curve that slows down towards its end."""
    value = min(max(value, 0.0), 1.0)
    return 1 - (1 - value) ** 3


def paint(canvas: np.ndarray, layer: Layer, moment: float) -> None:
    """Blend one layer onto the canvas in the state it has at `moment`."""
    share = ease((moment - layer.start) / LAYER_FADE)
    if layer.end is not None:
        share = min(share, 1 - ease((moment - layer.end) / LAYER_FADE))
    if share <= 0:
        return
    top, bottom, left, right = layer.box
    ink, alpha = layer.pixels[..., :3], layer.pixels[..., 3:] / 255
    if layer.motion == "wipe":
        grown = ease((moment - layer.start) / 1.6)
        right = left + max(1, round((right - left) * grown))
        ink, alpha = ink[:, : right - left], alpha[:, : right - left]
    else:
        alpha = alpha * share
    shift = {"rise": 18, "drop": -46}.get(layer.motion, 0)
    shift = 0 if layer.end is not None and moment > layer.end else round(shift * (1 - share))
    cut_top, cut_bottom = max(0, -(top + shift)), min(bottom - top, HEIGHT - top - shift)
    ink, alpha = ink[cut_top:cut_bottom], alpha[cut_top:cut_bottom]
    spot = canvas[top + shift + cut_top : top + shift + cut_bottom, left:right]
    spot += (ink - spot) * alpha


def moving(scene: Scene, moment: float) -> tuple[object, ...]:
    """Return a key that stays the same for as long as the slide stands still."""
    span = {"wipe": 1.6}
    key: list[object] = []
    for layer in scene.layers:
        still = span.get(layer.motion, LAYER_FADE)
        age = moment - layer.start
        gone = layer.end is not None and moment - layer.end
        key.append(-1 if age <= 0 else (moment if age < still else 1))
        key.append(-1 if gone is False or gone <= 0 else (moment if gone < LAYER_FADE else 1))
    return tuple(key)


def frames(story: dict[str, Any], scenes: list[Scene], length: float) -> Iterator[np.ndarray]:
    """Yield the film frame by frame, RGB bytes."""
    back = ground(story["ground"])
    last: dict[int, tuple[tuple[object, ...], np.ndarray]] = {}

    def slide(number: int, moment: float) -> np.ndarray:
        key = moving(scenes[number], moment)
        if number not in last or last[number][0] != key:
            canvas = back.copy()
            for layer in scenes[number].layers:
                paint(canvas, layer, moment)
            last[number] = (key, canvas)
        return last[number][1]

    for count in range(round(length * FPS)):
        moment = count / FPS
        number = max(i for i, scene in enumerate(scenes) if moment >= scene.start or i == 0)
        picture = slide(number, moment)
        since = moment - scenes[number].start
        if number and since < SCENE_FADE:
            picture = back + (slide(number - 1, moment) - back) * (1 - since / SCENE_FADE)
        yield _finish(picture, moment, length, scenes)


def _finish(picture: np.ndarray, moment: float, length: float, scenes: list[Scene]) -> np.ndarray:
    """Add the progress line with a notch per scene; fade in at the start, out at the end."""
    frame = np.clip(picture, 0, 255).astype(np.uint8)
    frame[HEIGHT - 6 :] = (12, 44, 38)
    frame[HEIGHT - 6 :, : round(WIDTH * moment / length)] = (143, 216, 198)
    for scene in scenes[1:]:
        column = round(WIDTH * scene.start / length)
        frame[HEIGHT - 6 :, column - 1 : column + 2] = (12, 44, 38)
    light = min(1.0, 0.25 + moment / 0.6, 0.25 + (length - moment) / 0.8)
    return frame if light >= 1 else (frame * light).astype(np.uint8)


def encode(story: dict[str, Any], target: Path, scratch: Path) -> tuple[list[Cue], float]:
    """Film one storyboard to `target` (mp4) and return its cues and length."""
    cues, scenes, length = assemble(story)
    wave = scratch / f"{story['name']}.wav"
    ambient_bed(wave, length, story["chord"], [scene.start for scene in scenes[1:]])
    command = [
        "ffmpeg", "-y", "-loglevel", "error",
        "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-",
        "-i", str(wave),
        "-c:v", "libx264", "-profile:v", "main", "-level", "3.1", "-pix_fmt", "yuv420p",
        "-preset", "slow", "-crf", "27", "-tune", "animation", "-x264-params", "ipratio=1.15",
        "-g", str(2 * FPS), "-keyint_min", str(2 * FPS), "-sc_threshold", "0",
        "-vf", "scale=out_color_matrix=bt709:out_range=tv",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
        "-c:a", "aac", "-b:a", "48k", "-ar", "44100", "-shortest", "-movflags", "+faststart",
        "-map_metadata", "-1", "-metadata", f"title={story['title']}", "-metadata:s:a:0", "language=zxx",
        "-fflags", "+bitexact", str(target),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert process.stdin is not None
    for frame in frames(story, scenes, length):
        process.stdin.write(frame.tobytes())
    process.stdin.close()
    if process.wait():
        raise RuntimeError(f"ffmpeg could not encode {target.name}")
    return cues, length


def still(story: dict[str, Any], scene_id: str) -> Image.Image:
    """Return the finished slide of one scene, as it looks just before the next one comes."""
    _, scenes, _ = assemble(story)
    number = [scene["id"] for scene in story["scenes"]].index(scene_id)
    when = scenes[number].end - 0.05
    canvas = ground(story["ground"])
    for layer in scenes[number].layers:
        paint(canvas, layer, when)
    return Image.fromarray(np.clip(canvas, 0, 255).astype(np.uint8))


def load(path: Path) -> dict[str, Any]:
    """Read a storyboard."""
    story: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return story


def timestamp(seconds: float) -> str:
    """Return 75.5 as 00:01:15.500, as WebVTT wants it."""
    whole = round(seconds * 1000)
    return f"{whole // 3600000:02}:{whole // 60000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"


def webvtt(cues: list[Cue], language: str) -> str:
    """Return the subtitles of one language ("zh" or "en") as a WebVTT file."""
    blocks = ["WEBVTT"]
    for number, cue in enumerate(cues, 1):
        text = wrap(cue.zh, 24) if language == "zh" else wrap(cue.en, 46)
        blocks.append(f"{number}\n{timestamp(cue.start)} --> {timestamp(cue.end)}\n{text}")
    return "\n\n".join(blocks) + "\n"


def wrap(text: str, width: int) -> str:
    """Break a subtitle into two lines near its middle, at a space or after punctuation."""
    if len(text) <= width:
        return text
    breaks = [i + 1 for i, sign in enumerate(text[:-1]) if sign in "，。；：、？ "]
    middle = min(breaks, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle].strip()}\n{text[middle:].strip()}"
