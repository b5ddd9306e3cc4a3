import logging
from collections.abc import Callable, Iterator

import pytest

from emads_voice.observability.log_throttle import LONGEST, ThrottleFilter


class Time:
    """A clock that stands still until it is moved, and what was to be called later."""

    def __init__(self) -> None:
        self.now = 0.0
        self.later: list[tuple[float, Callable[[], None]]] = []

    def __call__(self) -> float:
        return self.now

    def call_later(self, delay_s: float, call: Callable[[], None]) -> None:
        self.later.append((self.now + delay_s, call))

    def move(self, seconds: float) -> None:
        self.now += seconds
        due = [call for at, call in self.later if at <= self.now]
        self.later = [(at, call) for at, call in self.later if at > self.now]
        for call in due:
            call()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def log(time: Time) -> Iterator[logging.Logger]:
    logger = logging.getLogger("tests.log_throttle")
    logger.addFilter(ThrottleFilter(clock=time, later=time.call_later))
    yield logger
    logger.filters.clear()


def test_many_lines_in_a_second_become_one_and_a_count(
    log: logging.Logger, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(121):
        log.warning("knock %d", number)
    assert caplog.messages == ["knock 0"]
    time.move(1)
    assert caplog.messages == ["knock 0", "… and 120 more"]


def test_a_flood_is_one_line_a_second_all_the_while(
    log: logging.Logger, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(1000):
        log.warning("knock")
        time.move(0.01)
    assert len(caplog.messages) <= 11
    time.move(2)
    said = [int(text.split(" and ")[1].split()[0]) for text in caplog.messages if " and " in text]
    assert sum(said) + sum("knock" in text for text in caplog.messages) == 1000


def test_lines_that_are_rare_are_left_as_they_are(
    log: logging.Logger, time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        log.error("knock %d", number)
        time.move(1.5)
    assert caplog.messages == ["knock 0", "knock 1", "knock 2"]
    assert {record.levelno for record in caplog.records} == {logging.ERROR}


def test_what_was_left_out_is_said_by_the_next_line_where_no_loop_runs(
    time: Time, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("tests.log_throttle.threads")
    log.filters[:] = [ThrottleFilter(clock=time)]
    for _ in range(3):
        log.warning("knock")
    time.move(5)
    log.warning("later")
    assert caplog.messages == ["knock", "later … and 2 more since the last line"]


def test_no_line_is_longer_than_a_stranger_may_make_it(
    log: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    log.warning("a request for %s", "x" * 60_000)
    assert len(caplog.messages[0]) == LONGEST + 1
