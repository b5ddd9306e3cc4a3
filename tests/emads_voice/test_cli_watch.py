"""How far a recording is, and how long it will still take."""

import asyncio

import pytest

from emads_voice.cli.watch import Watch
from emads_voice.testing import run_virtual
from emads_voice.voice.recognizer import Segment


class Shown:
    def __init__(self) -> None:
        self.now = 0.0
        self.lines: list[str] = []
        self.written: list[Segment] = []
        self.watch = Watch("a.wav", self.lines.append, self.written.extend, clock=lambda: self.now)


def test_it_tells_percent_and_the_time_left() -> None:
    shown = Shown()
    assert shown.watch.told == "a.wav: listening"
    shown.now = 30
    shown.watch.heard(300, 1200, [Segment("Hello.", 0, 1)])
    assert shown.watch.told == "a.wav: 25%, 90 s left".replace("90 s", "2 min")
    shown.now = 100
    shown.watch.heard(1140, 1200, [])
    assert shown.watch.told == "a.wav: 95%, 5 s left"
    assert shown.written == [Segment("Hello.", 0, 1)]
    assert shown.watch.reached == "it is written down up to 1.0 s, and nothing after that"


def test_sides_are_parts_of_the_whole() -> None:
    shown = Shown()
    shown.watch.side(1, 2).heard(10, 10, [Segment("Hello.", 0, 1)])
    assert shown.watch.told.startswith("a.wav: 50%")
    shown.watch.side(2, 2).heard(5, 10, [])
    assert shown.watch.told.startswith("a.wav: 75%")
    assert not shown.written, "they are written down in the order of time, in the end"


def test_a_line_is_shown_every_ten_seconds() -> None:
    shown = Shown()

    async def work() -> str:
        await asyncio.sleep(35)
        return "done"

    assert run_virtual(shown.watch.during(work())) == "done"
    assert shown.lines == ["a.wav: listening"] * 3


def test_it_stops_when_the_work_fails() -> None:
    async def work() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        run_virtual(Shown().watch.during(work()))
