"""The Nu HTML checker, over a folder of saved pages in one run."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tests.support.provision import find_java, find_validator

# A checker that runs for two seconds has nothing from a compiler that optimizes for hours.
SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# What the checker says about things that are right: each with its reason.
ACCEPTED: tuple[str, ...] = ()


def validate(folder: Path) -> list[str]:
    """Return the errors in all `.html` files of a folder, as "page:line: message"."""
    java, jar = find_java(), find_validator()
    if java is None or jar is None:
        raise RuntimeError("Java or the HTML validator is missing: python -m tests.support.provision")
    command = [
        java,
        *SHORT_LIVED,
        "-Xss4m",
        "-jar",
        str(jar),
        "--errors-only",
        "--exit-zero-always",
        "--format",
        "json",
        str(folder),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = done.stderr[done.stderr.find("{") :]
    if not report:
        raise RuntimeError(f"the HTML validator gave no report: {done.stdout}{done.stderr}")
    errors = [message for message in json.loads(report)["messages"] if message["type"] != "info"]
    return [line for line in map(_line, errors) if not any(re.search(each, line) for each in ACCEPTED)]


def _line(message: dict) -> str:
    page = Path(unquote(urlsplit(message.get("url", "")).path)).name
    extract = " ".join(message.get("extract", "").split())[:160]
    return f"{page}:{message.get('lastLine', 0)}: {message['message']}  …{extract}…"
