"""The rule sets that are installed: every file of `rule_sets/`, found by itself."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from academy.i18n import _
from courses.credits.rules.loading import RuleFileError, read_rule_set
from courses.credits.rules.sets import DEFAULT_SET, RuleSet, Version

FOLDER = Path(__file__).parent.parent / "rule_sets"


@dataclass(frozen=True)
class Installed:
    """The sets by key, in their order, and what is wrong with files that could not be used."""

    sets: dict[str, RuleSet]
    problems: tuple[str, ...]


def read_folder(folder: Path) -> Installed:
    """Read every .yaml file of a folder; a faulty one is left out and spoken of in `problems`."""
    found: dict[str, RuleSet] = {}
    problems = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            one = read_rule_set(path.read_text(encoding="utf-8-sig"), path.name)
            if one.key != path.stem:
                raise RuleFileError(path.name, 1, _("代号“%(key)s”要和文件名一样", key=one.key))
        except (RuleFileError, UnicodeDecodeError) as error:
            problems.append(str(error))
            continue
        found[one.key] = one
    return Installed(dict(sorted(found.items(), key=lambda item: (item[1].order, item[0]))), tuple(problems))


@lru_cache
def installed() -> Installed:
    """Return what is installed; read once."""
    return read_folder(FOLDER)


def rule_set(key: str) -> RuleSet | None:
    """Return a set, or None when it is not installed (any more)."""
    return installed().sets.get(key)


def version_of(key: str, number: int) -> Version | None:
    """Return a version of a set, or None when set or version are not installed (any more)."""
    found = rule_set(key)
    return found.version(number) if found else None


def default() -> tuple[RuleSet, Version]:
    """Return the set that applies where nobody has chosen one."""
    found = installed().sets[DEFAULT_SET]
    return found, found.newest
