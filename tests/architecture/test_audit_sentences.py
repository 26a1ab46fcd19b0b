"""Every act that lands in the audit log has a sentence of its own there."""

from __future__ import annotations

import re

from academy.audit import labels
from tests.architecture.source import files, name, read

RECORDED = re.compile(r"""\brecord\(\s*["']([a-z_]+\.[a-z_]+)["']""")


def test_every_recorded_act_has_a_sentence(app):
    missing = [
        f"{name(path)}: {action}"
        for path in files("*.py", "academy", "courses")
        for action in RECORDED.findall(read(path))
        if action not in labels.SENTENCES
    ]
    assert not missing, "register a sentence with academy.audit.labels for:\n" + "\n".join(missing)
