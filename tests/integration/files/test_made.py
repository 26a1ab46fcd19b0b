"""Files made from others: two who make the same one at the same moment."""

from __future__ import annotations

from academy.files import storage


def test_two_who_make_the_same_file_do_not_disturb_each_other(tmp_path):
    target = tmp_path / "w640.webp"
    with storage.made(target) as first:
        first.write_bytes(b"first")
        with storage.made(target) as second:
            second.write_bytes(b"second")
    assert target.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [target]
