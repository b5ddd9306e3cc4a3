"""What is done from time to time is done once more at the end, unless the end may not wait for it."""

from __future__ import annotations

import logging
import threading

import pytest

from emads_voice.observability.ledger.repeating import Repeated


def test_it_is_done_once_more_at_the_end() -> None:
    done: list[int] = []
    work = Repeated("Counting", 3600, lambda: done.append(1))
    work.start()
    work.stop()
    assert done == [1]


def test_the_end_does_not_wait_for_what_takes_too_long(caplog: pytest.LogCaptureFixture) -> None:
    may_end = threading.Event()
    work = Repeated("Exporting", 3600, may_end.wait, last_within_s=0.01)
    work.start()
    with caplog.at_level(logging.WARNING):
        work.stop()
    may_end.set()
    assert "Exporting is left for the next start" in caplog.text


def test_what_failed_before_is_not_tried_again_at_the_end() -> None:
    tried: list[int] = []

    def fail() -> None:
        tried.append(1)
        work._stopped.set()  # the end comes while it is being tried
        raise OSError("nobody answers")

    work = Repeated("Exporting", 0.001, fail, last_within_s=3)
    work.start()
    work.stop()
    assert tried == [1]
