"""The benchmark runs through and writes its figures; what they are depends on the machine, the queries do not."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.server import HOME, environment

QUERIES_AT_MOST = {"home": 8, "lesson-text": 8, "lesson-video": 8, "lesson-quiz": 8, "quiz-save": 3}


def test_the_benchmark_runs_and_pages_ask_few_queries(tmp_path):
    target = tmp_path / "figures.json"
    values = environment(tmp_path, ROUNDS="1", ONLY="home lesson quiz-save", JSON=str(target))
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks"], cwd=HOME, env=values, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "lesson: video" in done.stdout
    figures = json.loads(target.read_text(encoding="utf-8"))["databases"]["sqlite"]
    assert all(each["cpu_ms"] > 0 and each["bytes"] > 0 and each["ratio"] > 0 for each in figures.values())
    assert {
        key: figures[key]["queries"] for key, most in QUERIES_AT_MOST.items() if figures[key]["queries"] > most
    } == {}
