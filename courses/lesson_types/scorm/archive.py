"""A zip that somebody made elsewhere, looked at before any of it is unpacked."""

import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from academy.errors import UserError
from academy.i18n import _

MEBIBYTE = 1024 * 1024
MAX_FILES = 5_000
MAX_TOTAL_BYTES = 600 * MEBIBYTE
MAX_PATH_CHARACTERS = 240
MAX_DEPTH = 30
RATIO_FROM_BYTES = 10 * MEBIBYTE
MAX_RATIO = 200
CHUNK_BYTES = 256 * 1024
UTF8_FLAG, ENCRYPTED_FLAG = 0x800, 0x1
SYMLINK_SYSTEM = 3
IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db")
FIELD = "package_upload"


def refused(sentence: str) -> UserError:
    """Return the error that stands at the field where the package was chosen."""
    return UserError(sentence, 422, FIELD)


@dataclass(frozen=True)
class Member:
    """A file in the package: its path as the package writes it, and the entry of the zip."""

    path: str
    info: zipfile.ZipInfo


class Archive:
    """A zip that was found to be safe to unpack: `members` by their path."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._zip = archive
        size = Path(str(archive.filename)).stat().st_size
        files = [info for info in archive.infolist() if not info.is_dir()]
        if len(files) > MAX_FILES:
            raise refused(
                _("压缩包里有 %(n)s 个文件，最多 %(limit)s 个。请删掉用不到的文件再打包", n=len(files), limit=MAX_FILES)
            )
        self.members = _members(files)
        _check_sizes(files, size)

    def read(self, path: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes."""
        member = self.members[path]
        if member.info.file_size > limit:
            raise refused(_("“%(path)s”有 %(size)s MB，太大了", path=path, size=-(-member.info.file_size // MEBIBYTE)))
        return b"".join(self.chunks(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Return the bytes of a file bit by bit. Raises UserError when the zip is damaged or lies about them."""
        try:
            with self._open(path) as stream:
                while chunk := stream.read(CHUNK_BYTES):
                    yield chunk
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
            raise _damaged(path) from error
        except Exception as error:  # zlib.error, lzma.LZMAError: each compression has one of its own
            if type(error).__module__ in ("zlib", "lzma", "_lzma"):
                raise _damaged(path) from error
            raise

    def _open(self, path: str) -> IO[bytes]:
        return self._zip.open(self.members[path].info)


def open_archive(path: Path) -> Archive:
    """Open the zip at `path`. Raises UserError with what is wrong and what to do."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise refused(_("这个压缩包打不开，可能没有传完整或已经损坏。请重新导出后再上传")) from error
    return Archive(archive)


def _damaged(path: str) -> UserError:
    return refused(_("压缩包里的“%(path)s”读不出来，文件已经损坏。请重新导出后再上传", path=path))


def decoded_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry as whoever packed it meant it.

    Zips that do not say that a name is UTF-8 were read as code page 437; on Chinese Windows it was GBK.
    """
    if info.flag_bits & UTF8_FLAG:
        return info.orig_filename
    try:
        raw = info.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return info.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.orig_filename


def _members(files: list[zipfile.ZipInfo]) -> dict[str, Member]:
    found: dict[str, Member] = {}
    for info in files:
        name = decoded_name(info)
        if name.startswith(IGNORED[0]) or name.rsplit("/", 1)[-1] in IGNORED:
            continue
        path = _safe_path(name)
        _check_entry(info, path)
        if path in found:
            raise refused(_("压缩包里有两个文件都叫“%(path)s”。请重新打包", path=path))
        found[path] = Member(path, info)
    return found


def _safe_path(name: str) -> str:
    """Return the path within the package. Raises UserError for one that leads out of it."""
    if "\0" in name or any(not character.isprintable() for character in name):
        raise refused(_("压缩包里有一个文件名含有看不见的字符：“%(path)s”。请改名后重新打包", path=_shown(name)))
    slashed = name.replace("\\", "/")
    steps = slashed.split("/")
    if slashed.startswith("/") or ":" in steps[0]:
        raise refused(
            _("压缩包里的“%(path)s”写的是绝对路径，不安全，没有解压。请用原来的工具重新导出", path=_shown(name))
        )
    if ".." in steps:
        raise refused(
            _("压缩包里的“%(path)s”指到了包的外面（..），不安全，没有解压。请用原来的工具重新导出", path=_shown(name))
        )
    path = str(PurePosixPath(slashed))
    if len(path) > MAX_PATH_CHARACTERS or path.count("/") > MAX_DEPTH or path == ".":
        raise refused(_("压缩包里的路径“%(path)s”太长或层数太多。请缩短文件夹名再打包", path=_shown(name)))
    return path


def _shown(name: str) -> str:
    kept = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return kept if len(kept) <= 80 else f"{kept[:80]}…"


def _check_entry(info: zipfile.ZipInfo, path: str) -> None:
    if info.flag_bits & ENCRYPTED_FLAG:
        raise refused(_("压缩包里的“%(path)s”加了密码，打不开。请去掉密码再打包", path=path))
    mode = info.external_attr >> 16
    if info.create_system == SYMLINK_SYSTEM and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        raise refused(
            _("压缩包里的“%(path)s”不是普通文件，是一个链接。请把它指向的文件放进包里，再重新打包", path=path)
        )
    if info.file_size > RATIO_FROM_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size):
        raise refused(
            _(
                "“%(path)s”解开以后会从 %(small)s KB 变成 %(large)s MB，像是用来撑满磁盘的压缩炸弹，没有解压",
                path=path,
                small=-(-info.compress_size // 1024),
                large=info.file_size // MEBIBYTE,
            )
        )


def _check_sizes(files: list[zipfile.ZipInfo], size: int) -> None:
    if sum(info.compress_size for info in files) > size:
        raise refused(_("压缩包里的文件互相重叠，像是用来撑满磁盘的压缩炸弹，没有解压"))
    total = sum(info.file_size for info in files)
    if total > MAX_TOTAL_BYTES:
        raise refused(
            _(
                "压缩包解开以后有 %(size)s MB，最多 %(limit)s MB。请压缩里面的视频和图片，或分成几个包",
                size=-(-total // MEBIBYTE),
                limit=MAX_TOTAL_BYTES // MEBIBYTE,
            )
        )
