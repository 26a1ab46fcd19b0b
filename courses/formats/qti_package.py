"""QTI files: a package (zip with imsmanifest.xml), or one item as XML."""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from urllib.parse import unquote

from academy.i18n import lazy as _l
from courses.formats import qti_item, qti_parts
from courses.formats.questions import MAX_BYTES, MAX_QUESTIONS, FormatError, Picture, Place, Reading
from courses.formats.safe_xml import Element, begins_with, parse

MAX_UNPACKED = 200 * 1024 * 1024
MAX_FILES = 30_000
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
ITEM_ROOTS = ("assessmentItem", "qti-assessment-item")
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError)


class Package:
    """The files of a package, read one at a time and within bounds."""

    def __init__(self, data: bytes) -> None:
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(data))
            infos = self.archive.infolist()
        except _BROKEN as error:
            raise FormatError(_l("打不开这个压缩包，文件可能没有下载完整")) from error
        if len(infos) > MAX_FILES or sum(info.file_size for info in infos) > MAX_UNPACKED:
            raise FormatError(_l("压缩包展开后太大。请分成几个包"))
        self.names = {posixpath.normpath(info.filename): info for info in infos if not info.is_dir()}

    def read(self, name: str) -> bytes:
        """Return a file. Raises FormatError."""
        try:
            with self.archive.open(self.names[name]) as stream:
                return stream.read(MAX_BYTES + 1)
        except (*_BROKEN, KeyError) as error:
            raise FormatError(_l("压缩包里的“%(name)s”读不出来", name=name)) from error

    def items(self) -> list[str]:
        """Return the XML files, in the order of the manifest where it names them."""
        found = [name for name in self.names if name.lower().endswith(".xml") and not _is_manifest(name)]
        order: dict[str, int] = {}
        for manifest in [name for name in self.names if _is_manifest(name)][:1]:
            base = posixpath.dirname(manifest)
            for resource in parse(self.read(manifest)).iter("resource"):
                href = posixpath.normpath(posixpath.join(base, unquote(resource.get("href"))))
                order.setdefault(href, len(order))
        return sorted(found, key=lambda name: (order.get(name, len(order)), name))


def _is_manifest(name: str) -> bool:
    return posixpath.basename(name).lower() == "imsmanifest.xml"


def version_of(data: bytes, name: str = "") -> int:
    """Return 3 for QTI 3, 2 for QTI 2 (also what cannot be told apart), 1 for QTI 1.2, 0 for none of them."""
    if data.startswith(b"PK\x03\x04"):
        return _version_of_package(data)
    head = (
        data[:20_000].decode("utf-8", "replace")
        if b"\0" not in data[:200]
        else data[:20_000].decode("utf-16", "replace")
    )
    if begins_with(head, ("questestinterop",)):
        return 1
    if begins_with(head, ("qti-assessment-item", "qti-assessment-test")):
        return 3
    return 2 if begins_with(head, ("assessmentItem", "assessmentTest")) else 0


def _version_of_package(data: bytes) -> int:
    try:
        package = Package(data)
        for name in package.items()[:50]:
            found = version_of(package.read(name)[:20_000])
            if found:
                return found
        return 2 if any(_is_manifest(name) for name in package.names) else 0
    except FormatError:
        return 0


def read(data: bytes, name: str) -> Reading:
    """Read a package or an item. Raises FormatError."""
    reading = Reading()
    if not data.startswith(b"PK\x03\x04"):
        root = parse(data)
        if root.name == "questestinterop":
            raise FormatError(_l("这是 QTI 1.2。请在原来的系统里导出为 QTI 2.1、2.2 或 3.0"))
        if root.name not in ITEM_ROOTS:
            raise FormatError(_l("这里面没有题目，只有试卷的结构。请上传整个压缩包"))
        _take(reading, root, "", lambda _source: None)
        return reading
    package, kept = Package(data), dict[str, str]()
    for item in package.items():
        if reading.found >= MAX_QUESTIONS:
            reading.complain(Place(element=item), _l("一次最多导入 %(limit)s 道题，后面的没有读", limit=MAX_QUESTIONS))
            break
        try:
            root = parse(package.read(item))
        except FormatError as error:
            reading.refuse(Place(line=error.place.line, element=item), error.message)
            continue
        if root.name == "questestinterop":
            reading.refuse(Place(element=item), _l("这是 QTI 1.2。请在原来的系统里导出为 QTI 2.1、2.2 或 3.0"))
        elif root.name in ITEM_ROOTS:
            _take(reading, root, item, _finder(reading, package, item, kept))
    return reading


def _finder(reading: Reading, package: Package, item: str, kept: dict[str, str]) -> Callable[[str], str | None]:
    """Return what finds the pictures of an item; one that many items show is unpacked once."""

    def find(source: str) -> str | None:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(item), unquote(source)))
        if path not in package.names or not path.lower().endswith(PICTURES):
            return None
        if path not in kept:
            kept[path] = reading.keep(Picture(posixpath.basename(path), package.read(path)))
        return kept[path]

    return find


def _take(reading: Reading, root: Element, name: str, pictures: Callable[[str], str | None]) -> None:
    place = Place(line=0 if name else root.line, element=name or root.get("identifier")[:80])
    try:
        question = qti_item.read(qti_parts.normalised(root), pictures)
    except qti_item.Refused as refused:
        reading.refuse(place, refused.message)
        return
    reading.take(type(question)(question.type, question.content, place=place, notes=question.notes))
