"""Files are sent whole or by range, at the same cost at any offset."""

from __future__ import annotations

import io

import pytest

from academy.files import delivery, storage
from tests.factories import make_stored_file
from tests.factories.studio import PDF, VIDEO, sample


@pytest.fixture
def get(app):
    """Send a file for the given headers and read the answer."""

    def act(file, **headers):
        with app.test_request_context(headers={name.replace("_", "-"): value for name, value in headers.items()}):
            answer = delivery.send(file)
            answer.direct_passthrough = False
            body = answer.get_data()
            answer.close()
            return answer, body

    return act


def test_a_whole_file(get):
    file = make_stored_file(name=PDF)
    answer, body = get(file)
    assert (answer.status_code, answer.mimetype, body) == (200, "application/pdf", sample(PDF))
    assert answer.headers["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize("start", [0, 1, 1_000_000, 3_000_000])
def test_a_range_at_any_offset(get, start):
    answer, body = get(make_stored_file(name=VIDEO), Range=f"bytes={start}-{start + 999}")
    assert (answer.status_code, body) == (206, sample(VIDEO)[start : start + 1000])
    assert answer.headers["Content-Range"] == f"bytes {start}-{start + 999}/{len(sample(VIDEO))}"


def test_the_last_bytes(get):
    answer, body = get(make_stored_file(name=VIDEO), Range="bytes=-500")
    assert (answer.status_code, body) == (206, sample(VIDEO)[-500:])


def test_a_range_beyond_the_end(get):
    file = make_stored_file(name=PDF)
    with pytest.raises(Exception, match="416"):
        get(file, Range=f"bytes={file.size + 10}-")


def test_a_high_offset_reads_no_more_than_the_range(app, monkeypatch):
    """Reading from the first byte on would make seeking in a long film slow."""
    file = make_stored_file(name=VIDEO)
    read = []
    real = io.BufferedReader.read

    class Counting(io.BufferedReader):
        def read(self, size=-1):
            data = real(self, size)
            read.append(len(data))
            return data

    monkeypatch.setattr("builtins.open", lambda path, mode="r", *rest, **named: Counting(io.FileIO(path)))
    with app.test_request_context(headers={"Range": "bytes=3000000-3000999"}):
        answer = delivery.send(file)
        answer.direct_passthrough = False
        assert len(answer.get_data()) == 1000
        answer.close()
    assert 0 < sum(read) <= 16_384


def test_a_file_that_the_browser_has_is_not_sent_again(get):
    file = make_stored_file(name=PDF)
    answer, _body = get(file, If_None_Match=f'"{file.sha256}"')
    assert answer.status_code == 304


def test_a_file_whose_bytes_are_gone(get):
    file = make_stored_file(name=PDF)
    storage.place(file.sha256).unlink()
    with pytest.raises(Exception, match="404"):
        get(file)


def test_a_file_cannot_run_scripts(get):
    answer, _body = get(make_stored_file(name=PDF))
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
