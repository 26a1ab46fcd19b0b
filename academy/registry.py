"""Finds plug-ins and rooms by looking at folders, so that nothing outside has to name them."""

import importlib
import pkgutil
from dataclasses import dataclass
from types import ModuleType
from typing import Any

ROOM_MODULES = ("models", "views", "cli", "navigation", "jobs", "listeners", "personal_data")


def discover(package: str, attribute: str = "PLUGIN") -> dict[str, Any]:
    """Import every module and sub-package of `package` and collect its `attribute`, by the plug-in's `key`.

    Modules without the attribute are helpers and are passed over. Raises ValueError when two plug-ins share a key.
    """
    found: dict[str, Any] = {}
    for info in sorted(pkgutil.iter_modules(importlib.import_module(package).__path__), key=lambda info: info.name):
        plugin = getattr(importlib.import_module(f"{package}.{info.name}"), attribute, None)
        if plugin is None:
            continue
        if plugin.key in found:
            raise ValueError(f"two plug-ins of {package} are called {plugin.key!r}")
        found[plugin.key] = plugin
    return dict(sorted(found.items(), key=lambda item: (getattr(item[1], "order", 100), item[0])))


@dataclass(frozen=True)
class Room:
    """One feature folder with the furniture that it has."""

    name: str
    modules: dict[str, ModuleType]

    def gather(self, module: str, attribute: str) -> list[Any]:
        """Return the list called `attribute` of the room's `module`, or an empty one."""
        return list(getattr(self.modules.get(module), attribute, []))


def rooms(package: str) -> list[Room]:
    """Return every room of `package`, with its furniture imported."""
    found = []
    for info in sorted(pkgutil.iter_modules(importlib.import_module(package).__path__), key=lambda info: info.name):
        if not info.ispkg:
            continue
        name = f"{package}.{info.name}"
        present = {child.name for child in pkgutil.iter_modules(importlib.import_module(name).__path__)}
        modules = {part: importlib.import_module(f"{name}.{part}") for part in ROOM_MODULES if part in present}
        found.append(Room(info.name, modules))
    return found
