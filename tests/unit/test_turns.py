"""How many requests a process works on at the same moment."""

from __future__ import annotations

import threading

import pytest

from academy.web import turns
from academy.web.turns import Turns


class Work:
    """An application whose requests last until they are let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Event()

    def __call__(self, environ, start_response):
        self.begun.release()
        self.go_on.wait(10)
        return [b"done"]

    def ask(self, app, times):
        threads = [threading.Thread(target=app, args=({}, None)) for _each in range(times)]
        for thread in threads:
            thread.start()
        return threads

    def has_begun(self, times):
        return all(self.begun.acquire(timeout=5) for _each in range(times))


@pytest.fixture
def work():
    work = Work()
    yield work
    work.go_on.set()


def test_no_more_than_these_are_worked_on(work, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT_SECONDS", 60)
    threads = work.ask(Turns(work, at_once=2), 3)
    assert work.has_begun(2)
    assert not work.begun.acquire(timeout=0.2)
    work.go_on.set()
    assert work.has_begun(1)
    for thread in threads:
        thread.join(10)


def test_whoever_has_waited_long_goes_on_without_a_turn(work, monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT_SECONDS", 0.05)
    work.ask(Turns(work, at_once=1), 2)
    assert work.has_begun(2)


def test_a_request_that_fails_gives_its_turn_back(monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT_SECONDS", 60)

    def fails(environ, start_response):
        raise ValueError("no")

    app = Turns(fails, at_once=1)
    for _each in range(3):
        with pytest.raises(ValueError, match="no"):
            app({}, None)


def test_sending_the_answer_takes_no_turn(monkeypatch):
    monkeypatch.setattr(turns, "LONGEST_WAIT_SECONDS", 60)
    app = Turns(lambda environ, start_response: iter([b"slow"]), at_once=1)
    first, second = app({}, None), app({}, None)
    assert list(first) == list(second) == [b"slow"]
