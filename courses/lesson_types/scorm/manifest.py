"""imsmanifest.xml: which version of SCORM a package is, what can be launched in it, and under which headings."""

import posixpath
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import unquote

from academy.i18n import _
from courses.lesson_types.scorm.archive import Archive, refused
from courses.lesson_types.scorm.xml import Element, parse

NAME = "imsmanifest.xml"
MAX_BYTES = 5 * 1024 * 1024
MAX_SCOS = 200
MAX_TEXT = 200
MAX_LAUNCH_DATA = 4_096
OTHERS = {
    "cmi5.xml": "cmi5",
    "tincan.xml": "xAPI (Tin Can)",
    ".crs": "AICC",
    ".au": "AICC",
    "moodle_backup.xml": "Moodle",
}


@dataclass(frozen=True)
class Sco:
    """Something that can be launched. `path` lies in the package, `query` is what its address ends with.

    `reports`: whether it speaks to the run time; what does not counts as done when it is opened. `mastery`: the score from
    0 to 100 from which SCORM 1.2 calls it passed; `passing`: the same for SCORM 2004, from -1 to 1.
    """

    id: str
    title: str
    path: str
    query: str = ""
    reports: bool = True
    launch_data: str = ""
    mastery: str = ""
    passing: str = ""


@dataclass
class Manifest:
    """What a package says of itself. `tree`: (depth, heading, number of the SCO or None) in the order of the contents."""

    version: str
    edition: str
    title: str
    scos: list[Sco] = field(default_factory=list)
    tree: list[tuple[int, str, int | None]] = field(default_factory=list)

    def as_content(self) -> dict[str, Any]:
        """Return it as a lesson keeps it."""
        return {
            "version": self.version,
            "edition": self.edition,
            "title": self.title,
            "scos": [asdict(sco) for sco in self.scos],
            "tree": [list(line) for line in self.tree],
        }


def find_root(paths: Collection[str]) -> str:
    """Return the folder of the manifest, "" for the top. Raises UserError when there is none, or which is unclear."""
    if NAME in paths:
        return ""
    found = sorted(path for path in paths if posixpath.basename(path).lower() == NAME)
    if len(found) == 1 and found[0].count("/") <= 1 and posixpath.basename(found[0]) == NAME:
        return posixpath.dirname(found[0]) + "/"
    if found:
        raise refused(
            _(
                "imsmanifest.xml 应该在压缩包的最外层，这里在“%(path)s”。请打开那个文件夹，选中里面的全部文件再压缩",
                path=found[0],
            )
        )
    raise refused(_without(paths))


def _without(paths: Collection[str]) -> str:
    for path in sorted(paths):
        for ending, name in OTHERS.items():
            if path.lower().endswith(ending):
                return _(
                    "这是 %(name)s 格式的包，这里只能用 SCORM 1.2 和 SCORM 2004。请在制作工具里改用这两种格式导出",
                    name=name,
                )
    if any(path.lower().endswith(".zip") for path in paths):
        return _("压缩包里没有 imsmanifest.xml，但有另一个压缩包。请把里面那个解压出来单独上传")
    return _("压缩包里没有 imsmanifest.xml，不是 SCORM 课件包。请在制作工具里选“导出为 SCORM 1.2”或“SCORM 2004”")


def read_manifest(archive: Archive) -> tuple[str, Manifest]:
    """Return the folder of the manifest and what it says. Raises UserError with the place and what to do."""
    root = find_root(archive.members)
    tree = parse(archive.read(root + NAME, MAX_BYTES), NAME)
    if tree.name != "manifest":
        raise refused(_("imsmanifest.xml 的最外层不是 <manifest>，不是 SCORM 课件包"))
    return root, _Building(tree, [path.removeprefix(root) for path in archive.members if path.startswith(root)]).built()


def version_of(tree: Element) -> tuple[str, str]:
    """Return the version ("1.2" or "2004") and how the package itself writes it. Raises UserError for any other."""
    written = tree.words("metadata", "schemaversion")
    told = written.lower()
    if told in ("1.2", "scorm 1.2"):
        return "1.2", "1.2"
    if "2004" in told or told in ("cam 1.3", "1.3", "scorm 1.3"):
        return "2004", written
    if written:
        raise refused(
            _(
                "这个包写的版本是“%(version)s”，这里只能用 SCORM 1.2 和 SCORM 2004。请在制作工具里改用这两种格式导出",
                version=written[:40],
            )
        )
    spaces = _spaces(tree)
    if "adlcp_v1p3" in spaces:
        return "2004", "2004"
    if "adlcp_rootv1p2" in spaces or "imscp_rootv1p1p2" in spaces:
        return "1.2", "1.2"
    raise refused(_("imsmanifest.xml 没有写明版本（schemaversion）。请在制作工具里选“SCORM 1.2”或“SCORM 2004”重新导出"))


def _spaces(tree: Element) -> str:
    spaces, waiting = [tree.space], [tree]
    while waiting:
        element = waiting.pop()
        spaces.append(element.space)
        waiting += element.children
    return " ".join(spaces).lower()


class _Building:
    def __init__(self, tree: Element, paths: list[str]) -> None:
        self.tree = tree
        self.paths = {path.lower(): path for path in paths} | {path: path for path in paths}
        self.resources = self._resources()
        version, edition = version_of(tree)
        self.manifest = Manifest(version, edition, "")

    def _resources(self) -> dict[str, tuple[Element, str]]:
        resources = self.tree.first("resources")
        if resources is None:
            return {}
        base = self.tree.get("base") + resources.get("base")
        return {each.get("identifier"): (each, base + each.get("base")) for each in resources.each("resource")}

    def built(self) -> Manifest:
        organization = self._organization()
        if organization is not None:
            self.manifest.title = organization.words("title")[:MAX_TEXT]
            for item in organization.each("item"):
                self._add_item(item, 0)
        if not self.manifest.scos:
            self._add_loose()
        if not self.manifest.scos:
            raise refused(
                _("imsmanifest.xml 里没有可以打开的内容：organization 的 item 没有指向任何网页。请用原来的工具重新导出")
            )
        self.manifest.title = self.manifest.title or self.manifest.scos[0].title
        return self.manifest

    def _organization(self) -> Element | None:
        organizations = self.tree.first("organizations")
        if organizations is None:
            return None
        wanted = organizations.get("default")
        all_of_them = list(organizations.each("organization"))
        return next((each for each in all_of_them if each.get("identifier") == wanted), next(iter(all_of_them), None))

    def _add_item(self, item: Element, depth: int) -> None:
        hidden = item.get("isvisible").lower() == "false"
        title = item.words("title")[:MAX_TEXT] or item.get("identifier")[:MAX_TEXT]
        reference = item.get("identifierref")
        number = self._add_sco(item, title, reference) if reference and not hidden else None
        if not hidden:
            self.manifest.tree.append((depth, title, number))
        for child in item.each("item"):
            self._add_item(child, depth + 1)

    def _add_sco(self, item: Element, title: str, reference: str) -> int:
        if reference not in self.resources:
            raise refused(
                _(
                    "imsmanifest.xml 第 %(line)s 行的“%(title)s”指向 resource “%(name)s”，可是没有这个 resource",
                    line=item.line,
                    title=title,
                    name=reference[:MAX_TEXT],
                )
            )
        resource, base = self.resources[reference]
        facts = {
            "launch_data": item.words("datafromlms") or item.words("dataFromLMS"),
            "mastery": item.words("masteryscore"),
            "passing": _passing(item),
        }
        return self._launchable(
            resource, base, title, item.get("identifier") or reference, item.get("parameters"), facts
        )

    def _add_loose(self) -> None:
        """Take the SCOs of a package without contents."""
        for name, (resource, base) in self.resources.items():
            if resource.get("scormtype").lower() == "sco" and resource.get("href"):
                title = name[:MAX_TEXT] or resource.get("href")[:MAX_TEXT]
                self.manifest.tree.append((0, title, self._launchable(resource, base, title, name, "", {})))

    def _launchable(
        self, resource: Element, base: str, title: str, identity: str, parameters: str, facts: dict[str, str]
    ) -> int:
        path, query = self._address(resource, base, parameters)
        if len(self.manifest.scos) >= MAX_SCOS:
            raise refused(_("这个包里可以打开的内容超过 %(limit)s 个。请分成几个包", limit=MAX_SCOS))
        taken = {sco.id for sco in self.manifest.scos}
        identity = identity[:MAX_TEXT] if identity[:MAX_TEXT] not in taken else f"{identity[:180]}-{len(taken)}"
        self.manifest.scos.append(
            Sco(
                id=identity,
                title=title,
                path=path,
                query=query,
                reports=resource.get("scormtype").lower() != "asset",
                launch_data=facts.get("launch_data", "")[:MAX_LAUNCH_DATA],
                mastery=facts.get("mastery", "")[:20],
                passing=facts.get("passing", "")[:20],
            )
        )
        return len(self.manifest.scos) - 1

    def _address(self, resource: Element, base: str, parameters: str) -> tuple[str, str]:
        href = resource.get("href")
        if not href:
            raise refused(
                _(
                    "imsmanifest.xml 第 %(line)s 行的 resource 没有写要打开哪个网页（href）。请用原来的工具重新导出",
                    line=resource.line,
                )
            )
        whole = base + href
        if "://" in whole or whole.startswith("//"):
            raise refused(
                _(
                    "imsmanifest.xml 第 %(line)s 行要打开包外面的网站“%(url)s”。内容要都放在包里才能用",
                    line=resource.line,
                    url=whole[:MAX_TEXT],
                )
            )
        place, mark, query = _split(whole)
        path = posixpath.normpath(unquote(place.replace("\\", "/")))
        found = self.paths.get(path) or self.paths.get(path.lower())
        if found is None:
            raise refused(
                _(
                    "imsmanifest.xml 第 %(line)s 行要打开“%(path)s”，可是包里没有这个文件。请用原来的工具重新导出",
                    line=resource.line,
                    path=path[:MAX_TEXT],
                )
            )
        return found, _joined(mark + query, parameters)[:1000]


def _split(href: str) -> tuple[str, str, str]:
    ends = [place for place in (href.find("?"), href.find("#")) if place >= 0]
    end = min(ends, default=len(href))
    return href[:end], href[end : end + 1], href[end + 1 :]


def _joined(query: str, parameters: str) -> str:
    """Add an item's parameters to the end of an address, as the content packaging of SCORM tells."""
    added = parameters.lstrip("?&")
    if not added:
        return query
    if added.startswith("#"):
        return query if "#" in query else query + added
    return f"{query}&{added}" if query.startswith("?") else f"?{added}{query}"


def _passing(item: Element) -> str:
    primary = item.first("sequencing", "objectives", "primaryObjective")
    if primary is None or primary.get("satisfiedbymeasure").lower() != "true":
        return ""
    return primary.words("minNormalizedMeasure") or "1.0"
