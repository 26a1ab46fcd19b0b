"""Rebuilds the films and documents of the starter catalogue from the sources in this folder.

    python build.py                 everything
    python build.py films [name]    films, subtitles and posters
    python build.py documents [name]
    python build.py stills FOLDER   one PNG per slide, to look at

Needs ffmpeg, the Noto Sans CJK and Noto Serif CJK fonts, and `pip install typst numpy pillow pyyaml`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import typst
import video

HERE = Path(__file__).parent
MEDIA = HERE.parent
POSTER_LIMIT_BYTES = 120_000


def build_film(path: Path) -> None:
    """Film one storyboard: mp4, subtitles in two languages, and the poster."""
    story = video.load(path)
    name = story["name"]
    with tempfile.TemporaryDirectory() as scratch:
        cues, length = video.encode(story, MEDIA / f"{name}.mp4", Path(scratch))
    for language in ("zh", "en"):
        (MEDIA / f"{name}.{language}.vtt").write_text(video.webvtt(cues, language), encoding="utf-8")
    poster = video.still(story, story["poster"])
    target = MEDIA / f"{name}.jpg"
    for quality in (88, 80, 72, 64):
        poster.save(target, quality=quality, optimize=True, progressive=True)
        if target.stat().st_size < POSTER_LIMIT_BYTES:
            break
    print(f"{name}.mp4  {length:.1f} s, {(MEDIA / f'{name}.mp4').stat().st_size:,} bytes")


def build_document(path: Path) -> None:
    """Typeset one document to PDF, with the fonts it uses embedded in part."""
    target = MEDIA / f"{path.stem}.pdf"
    typst.compile(str(path), output=str(target), root=str(HERE), format="pdf")
    print(f"{target.name}  {target.stat().st_size:,} bytes")


def build_stills(folder: Path) -> None:
    """Write every finished slide as a PNG, to be looked at by a person."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted((HERE / "slides").glob("*.yaml")):
        story = video.load(path)
        for scene in story["scenes"]:
            video.still(story, scene["id"]).save(folder / f"{story['name']}-{scene['id']}.png")


def main(arguments: list[str]) -> None:
    """Build what the command line asks for."""
    what, name = (arguments + ["all", "*"][len(arguments) :])[:2]
    if what == "stills":
        build_stills(Path(name))
    if what in ("all", "documents"):
        for path in sorted((HERE / "documents").glob(f"{name}.typ")):
            if path.stem != "form":
                build_document(path)
    if what in ("all", "films"):
        for path in sorted((HERE / "slides").glob(f"{name}.yaml")):
            build_film(path)


if __name__ == "__main__":
    main(sys.argv[1:])
