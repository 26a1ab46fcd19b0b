"""What `make check` runs: style, types, imports, translations, migrations. Everything is run, also after a failure.

python -m tests.support.checks
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

PYTHON = [sys.executable, "-m"]
IMPORTS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))"
CHECKS: list[tuple[str, list[str]]] = [
    ("style", [*PYTHON, "ruff", "check", "--output-format", "concise", "."]),
    ("layout (make format mends it)", [*PYTHON, "ruff", "format", "--check", "--output-format", "concise", "."]),
    ("types", [*PYTHON, "mypy"]),
    ("who may import whom", [sys.executable, "-c", IMPORTS]),
    ("translations", [*PYTHON, "flask", "--app", "app", "i18n", "check"]),
    ("migrations equal the models", [*PYTHON, "pytest", "-q", "tests/architecture/test_migrations.py"]),
]


def run(title: str, command: list[str]) -> bool:
    """Run one check; its words are shown only when it fails."""
    started = time.monotonic()
    print(f"  {title} …", end=" ", flush=True)
    environment = {**os.environ, "ACADEMY_ENV": "development", "PYTHONPATH": "."}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    passed = done.returncode == 0
    print(f"{'ok' if passed else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
    if not passed:
        print("\n".join(f"    {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-80:]), flush=True)
    return passed


def main() -> int:
    """Run all checks; the status is 1 if one failed."""
    print("Checking", flush=True)
    failed = [title for title, command in CHECKS if not run(title, command)]
    print(f"Checks failed: {', '.join(failed)}." if failed else "All checks passed.", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
