"""What `make test` runs: each part of the tests with its own pytest, all of them, and a summary at the end.

python -m tests.support.suite [PART ...] [-- PYTEST_ARGUMENT ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path

from tests.support import provision

REPORTS = Path("build/tests")
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Part:
    """A part of the tests: what it is, and how pytest is asked for it."""

    what: str
    arguments: list[str]
    workers: int = 1
    needs_browser: bool = False


PARTS = {
    "unit": Part("rules and plug-ins, without a database", ["tests/unit"], workers=2),
    "architecture": Part("the house keeps its own rules", ["tests/architecture", "--database", "all"]),
    "integration": Part("services and pages on SQLite", ["tests/integration"], workers=2),
    "postgresql": Part(
        "services and pages on PostgreSQL", ["tests/integration", "--database", "postgresql"], workers=2
    ),
    "browser": Part(
        "journeys in Chromium, accessibility, valid HTML",
        ["tests/browser", "--no-loadscope-reorder"],
        workers=3,  # one more than the others: journeys often wait
        needs_browser=True,
    ),
}


@dataclass
class Result:
    """How a part ended."""

    status: int
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __str__(self) -> str:
        word = "ok" if self.status == 0 else "FAILED"
        counts = f"{self.passed:5} passed {self.failed:4} failed {self.skipped:4} skipped"
        return f"{word:7}{counts}  {self.seconds:6.0f} s"


def run(name: str, extra: list[str]) -> Result:
    """Run one part and read its counts from the report."""
    part, report = PARTS[name], REPORTS / f"{name}.xml"
    print(f"\n== {name}: {part.what}", flush=True)
    report.unlink(missing_ok=True)
    wanted = os.environ.get("TEST_WORKERS") or str(part.workers)
    workers = ["-n", wanted, "--dist", "loadfile"] if part.workers > 1 else []
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *workers, *part.arguments, *extra]
    started = time.monotonic()
    status = subprocess.run(command, check=False, env={**os.environ, "PYTHONPATH": "."}).returncode
    if status == NOTHING_COLLECTED and extra:
        status = 0
    return _count(Result(status, time.monotonic() - started), report)


def _count(result: Result, report: Path) -> Result:
    if not report.exists():
        return result
    suites = list(ElementTree.parse(report).iter("testsuite"))

    def total(name: str) -> int:
        return sum(int(suite.get(name, 0)) for suite in suites)

    result.failed = total("failures") + total("errors")
    result.skipped = total("skipped")
    result.passed = total("tests") - result.failed - result.skipped
    return result


def main(arguments: list[str]) -> int:
    """Run the chosen parts, all without a choice; the status is 1 if anything failed or is missing."""
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    names, extra = arguments[:cut] or list(PARTS), arguments[cut + 1 :]
    if unknown := set(names) - set(PARTS):
        print(f"There is no part called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    REPORTS.mkdir(parents=True, exist_ok=True)
    lacking = any(PARTS[name].needs_browser for name in names) and provision.main() != 0
    results = {}
    for name in names:
        if not (lacking and PARTS[name].needs_browser):
            results[name] = run(name, extra)
    return summarize(results, [name for name in names if name not in results])


def summarize(results: dict[str, Result], left_out: list[str]) -> int:
    """Print how each part ended, and the sums in a line of their own."""
    print("\n== summary")
    for name, result in results.items():
        print(f"  {name:14}{result}")
    for name in left_out:
        print(f"  {name:14}NOT RUN: something that it needs is missing, see the first lines")
    passed, failed, skipped = (
        sum(getattr(result, each) for result in results.values()) for each in ("passed", "failed", "skipped")
    )
    print(f"\n{passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 1 if left_out or any(result.status for result in results.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
