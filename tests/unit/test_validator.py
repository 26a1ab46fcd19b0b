"""The runner of the Nu HTML checker reports what is wrong, and only that."""

from __future__ import annotations

import pytest

from tests.support.provision import find_java
from tests.support.validator import validate

SOUND = "<!doctype html><html lang=zh-CN><head><meta charset=utf-8><title>学习</title></head><body><h1>学习</h1></body></html>"


@pytest.mark.skipif(find_java() is None, reason="needs Java, which the browser tests bring")
def test_errors_name_the_page_and_the_line(tmp_path):
    (tmp_path / "sound.html").write_text(SOUND, encoding="utf-8")
    (tmp_path / "not sound.html").write_text(
        SOUND.replace("<h1>", "<h1 align=left><ul><p>x</p></ul>"), encoding="utf-8"
    )
    found = validate(tmp_path)
    assert found
    assert {line.split(":")[0] for line in found} == {"not sound.html"}
