"""Addresses of static files that change with their content, so that browsers may keep them for a year."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for


def init_app(app: Flask) -> None:
    """Add `v=<content hash>` to every address of a static file."""
    folder = Path(app.static_folder or "static")

    @lru_cache(maxsize=2048)
    def digest(name: str, stamp: float) -> str:
        return hashlib.sha256((folder / name).read_bytes()).hexdigest()[:10]

    @lru_cache(maxsize=2048)
    def kept(name: str) -> str:
        path = folder / name
        return digest(name, path.stat().st_mtime) if path.is_file() else ""

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint != "static" or "v" in values or not values.get("filename"):
            return
        name = values["filename"]
        version = (
            digest(name, (folder / name).stat().st_mtime) if app.debug and (folder / name).is_file() else kept(name)
        )
        if version:
            values["v"] = version

    @lru_cache(maxsize=2048)
    def address(root: str, name: str) -> str:
        return url_for("static", filename=name)

    def asset(name: str) -> str:
        """Return the address of a static file; a page has twenty of them, and they stay the same."""
        return url_for("static", filename=name) if app.debug else address(request.script_root, name)

    app.jinja_env.globals["asset"] = asset
