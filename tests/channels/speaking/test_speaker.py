"""The speaker, on a line that loses, delays and repeats marks, in whatever order it is told what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from emads_voice.channels.live_events import Cut, LiveEvent, Saying
from emads_voice.channels.speaking.playout import Sentence
from emads_voice.channels.speaking.speaker import CHUNK_S, LEAD_S, MARK_PATIENCE_S, Speaker
from emads_voice.channels.transport import Samples
from emads_voice.testing import VirtualTimeLoop, run_virtual

RATE = 8_000
WORDS = "alpha beta gamma delta epsilon zeta eta theta"


class Wire:
    """Notes what it is told, and when."""

    rate = RATE
    speaker: Speaker

    def __init__(self) -> None:
        self.log: list[tuple[str, float, Any]] = []
        self.marks: list[str] = []
        self.shown: list[LiveEvent] = []

    def tell(self, event: LiveEvent) -> None:
        self.shown.append(event)

    async def play(self, samples: Samples) -> None:
        self._note("play", samples)

    async def mark(self, name: str) -> None:
        self.marks.append(name)
        self._note("mark", name)

    async def clear(self) -> None:
        self._note("clear", None)

    def _note(self, what: str, value: Any) -> None:
        self.log.append((what, asyncio.get_running_loop().time(), value))

    def told(self, what: str) -> list[Any]:
        return [value for kind, _, value in self.log if kind == what]


def line(text: str = WORDS, seconds: float = 1.0, level: float = 0.5) -> Sentence:
    return Sentence(text, RATE, np.full(round(seconds * RATE), level, np.float32), whole=True)


def speaking(test: Callable[[Wire], Awaitable[None]]) -> Callable[[], None]:
    """A test on virtual time, with a speaker that is closed behind it."""

    def run() -> None:
        async def main() -> None:
            wire = Wire()
            wire.speaker = Speaker(wire)  # type: ignore[arg-type]
            await test(wire)
            await wire.speaker.close()
            assert asyncio.all_tasks() == {asyncio.current_task()}

        run_virtual(main())

    return run


@speaking
async def test_sound_is_sent_ahead_of_its_playing_but_not_far(wire: Wire) -> None:
    speaker = wire.speaker
    began = asyncio.get_running_loop().time()
    speaker.say(line(seconds=2))
    await asyncio.sleep(1)
    sent_s = sum(len(samples) for samples in wire.told("play")) / RATE
    assert 1 + LEAD_S <= sent_s <= 1 + LEAD_S + CHUNK_S + 1e-9
    await asyncio.sleep(2)
    assert wire.log[-1][0] == "mark"
    assert speaker.quiet_since == pytest.approx(began + 2)
    assert speaker.busy  # until the mark is back
    speaker.mark_returned(wire.marks[0])
    assert not speaker.busy


@speaking
async def test_what_is_held_goes_on_from_the_word_that_was_cut(wire: Wire) -> None:
    speaker = wire.speaker
    first, second = line("one two three four ", 2), line("five six", 1)
    speaker.say(first)
    speaker.say(second)
    await asyncio.sleep(1)
    speaker.hold()
    assert first.played == "one two "
    assert speaker.left == "three four five six"
    await asyncio.sleep(5)
    assert wire.log[-1][0] == "clear"
    speaker.resume()
    await asyncio.sleep(4)
    assert [len(told) for told in (wire.told("clear"), wire.marks)] == [1, 2]
    speaker.mark_returned(wire.marks[-1])
    assert (first.played, second.played) == (first.text, second.text)


@speaking
async def test_a_line_is_told_what_is_said_and_what_was_not_played(wire: Wire) -> None:
    speaker = wire.speaker
    speaker.say(line("one two three four ", 2))
    await asyncio.sleep(1)
    speaker.hold()
    speaker.resume()
    await asyncio.sleep(0.1)
    assert wire.shown == [Saying("one two three four "), Cut("three four "), Saying("three four ")]


@speaking
async def test_a_line_that_knows_how_much_it_played_has_it_go_on_from_there(wire: Wire) -> None:
    speaker = wire.speaker
    first, second = line("one two three four ", 2), line("five six", 1)
    speaker.say(first)
    speaker.say(second)
    await asyncio.sleep(2.3)
    speaker.hold()
    assert speaker.left == "five six"
    speaker.played(RATE)  # its sound card began late
    assert (first.played, speaker.left) == ("one two ", "three four five six")
    assert wire.shown[-1] == Cut("three four five six")
    speaker.resume()
    await asyncio.sleep(5)
    for mark in wire.marks:
        speaker.mark_returned(mark)
    assert (first.played, second.played, speaker.busy) == (first.text, second.text, False)


@speaking
async def test_what_was_stopped_does_not_come_back_though_less_was_played(wire: Wire) -> None:
    speaker = wire.speaker
    only = line("one two three four ", 2)
    speaker.say(only)
    await asyncio.sleep(1.5)
    speaker.hold()
    speaker.stop()
    speaker.played(RATE)
    assert (only.played, speaker.left, speaker.busy) == ("one two ", "", False)
    speaker.resume()
    await asyncio.sleep(1)
    assert wire.log[-1][0] == "clear"


@speaking
async def test_what_is_said_while_held_waits(wire: Wire) -> None:
    speaker = wire.speaker
    speaker.hold()
    speaker.say(line())
    await asyncio.sleep(1)
    assert wire.log == []
    speaker.stop()  # forgets, but the other side keeps the floor
    speaker.say(line())
    await asyncio.sleep(1)
    assert wire.log == []
    speaker.resume()
    await asyncio.sleep(1)
    assert wire.told("play")


@speaking
async def test_stopping_lets_go_whoever_waits_even_if_more_is_said_at_once(wire: Wire) -> None:
    speaker = wire.speaker
    speaker.say(line())
    waiting = asyncio.create_task(speaker.drained())
    await asyncio.sleep(0.5)
    speaker.stop()
    speaker.say(line("another"))
    await asyncio.sleep(0.01)
    assert waiting.done()
    assert speaker.busy


@speaking
async def test_marks_that_never_come_are_not_waited_for_long(wire: Wire) -> None:
    speaker = wire.speaker
    only = line()
    speaker.say(only)
    began = asyncio.get_running_loop().time()
    await speaker.drained()
    assert only.played == only.text
    assert asyncio.get_running_loop().time() - began == pytest.approx(1 + MARK_PATIENCE_S, abs=0.01)


@speaking
async def test_nothing_overtakes_a_clear(wire: Wire) -> None:
    speaker = wire.speaker
    blocked = asyncio.Event()
    play = wire.play

    async def slow(samples: Samples) -> None:
        await blocked.wait()
        await play(samples)

    wire.play = slow  # type: ignore[method-assign]
    speaker.say(line())
    await asyncio.sleep(0.1)
    speaker.stop()
    speaker.say(line("after", level=0.1))
    await asyncio.sleep(0.1)
    blocked.set()
    await asyncio.sleep(0.5)
    kinds = [kind for kind, _, _ in wire.log]
    assert kinds[:3] == ["play", "clear", "play"]
    assert all(samples[0] == np.float32(0.1) for samples in wire.told("play")[1:])


@speaking
async def test_a_line_that_fails_loses_what_was_said_and_nothing_else(wire: Wire) -> None:
    speaker = wire.speaker
    play, failing = wire.play, True

    async def fail(samples: Samples) -> None:
        if failing:
            raise RuntimeError("a bug")
        await play(samples)

    wire.play = fail  # type: ignore[method-assign]
    speaker.say(line())
    await speaker.drained()
    failing = False
    speaker.say(line())
    await asyncio.sleep(1)
    assert wire.told("play")


@speaking
async def test_our_loudness_lasts_as_long_as_its_echo(wire: Wire) -> None:
    speaker = wire.speaker
    assert speaker.loudness() == 0
    speaker.say(line(seconds=0.5, level=0.4))
    await asyncio.sleep(1.0)
    assert speaker.loudness() == pytest.approx(0.4)
    await asyncio.sleep(0.2)
    assert speaker.loudness() == 0


@speaking
async def test_there_is_room_when_what_waited_is_being_sent_or_forgotten(wire: Wire) -> None:
    speaker = wire.speaker
    for _ in range(3):
        speaker.say(line())
    waiting = asyncio.create_task(speaker.room(2))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    speaker.stop()
    await asyncio.wait_for(waiting, 1)


def more(wire: Wire, growing: Sentence, seconds: float, *, whole: bool = False) -> None:
    growing.grow(np.full(round(seconds * RATE), 0.5, np.float32))
    growing.whole = whole
    wire.speaker.grown(growing)


@speaking
async def test_a_sentence_is_sent_while_it_grows_and_marked_when_it_is_whole(wire: Wire) -> None:
    growing = line(seconds=CHUNK_S / 2)
    growing.whole = False
    wire.speaker.say(growing)
    await asyncio.sleep(0.1)
    assert wire.log == []  # too little to begin with
    more(wire, growing, 0.1)
    await asyncio.sleep(0.01)
    assert [len(samples) / RATE for samples in wire.told("play")] == [CHUNK_S]
    more(wire, growing, 0.2, whole=True)
    await asyncio.sleep(0.4)
    assert np.concatenate(wire.told("play")).tolist() == growing.samples.tolist()
    assert [kind for kind, _, _ in wire.log][-1] == "mark"
    wire.speaker.mark_returned(wire.marks[0])
    assert growing.played == growing.text
    assert not wire.speaker.busy


@speaking
async def test_the_end_of_a_sentence_may_become_known_after_all_of_it_was_sent(wire: Wire) -> None:
    growing = line(seconds=0.2)
    growing.whole = False
    wire.speaker.say(growing)
    await asyncio.sleep(1)
    assert wire.told("mark") == []
    more(wire, growing, 0, whole=True)
    await asyncio.sleep(0.01)
    assert len(wire.told("mark")) == 1


@speaking
async def test_sound_that_is_late_leaves_a_silence_that_is_no_words(wire: Wire) -> None:
    growing = line("one two three four five six", 0.5)
    growing.whole = False
    wire.speaker.say(growing)
    await asyncio.sleep(3)
    more(wire, growing, 2.5, whole=True)
    await asyncio.sleep(0.6)  # heard: 0.5 s, and 0.6 s of what follows
    wire.speaker.hold()
    assert growing.played == "one two "


@speaking
async def test_what_is_held_while_it_grows_goes_on_where_it_was_cut(wire: Wire) -> None:
    growing = line("one two three four five six", 1.0)
    growing.whole = False
    wire.speaker.say(growing)
    await asyncio.sleep(0.5)
    wire.speaker.hold()
    more(wire, growing, 0.5)
    await asyncio.sleep(1)
    wire.speaker.resume()
    more(wire, growing, 0.5, whole=True)
    await wire.speaker.drained()
    again_s = sum(len(samples) for samples in wire.told("play")[8:]) / RATE  # 0.8 s were sent before
    assert 1.5 <= again_s <= 1.8
    assert growing.played == growing.text


class Calls(RuleBasedStateMachine):
    """Any order of what a call does to its speaker."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner(loop_factory=VirtualTimeLoop)
        self.said: list[Sentence] = []
        self.stopped = 0  # lines that were said before the last stop
        self.played: list[str] = []
        self.run(self._open())

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    async def _open(self) -> None:
        self.wire = Wire()
        self.speaker = Speaker(self.wire)  # type: ignore[arg-type]

    def do(self, what: Callable[[], object]) -> None:
        async def main() -> None:
            what()
            await asyncio.sleep(0)

        self.run(main())

    @rule(
        text=st.sampled_from(["", "One. ", WORDS, "服务器很好，没有问题。"]),
        seconds=st.sampled_from([0, 0.05, 1.3]),
    )
    def say(self, text: str, seconds: float) -> None:
        if self.said and not self.said[-1].whole:  # the mouth ends one sentence before it begins another
            self.grow(0, whole=True)
        said = line(text, seconds)
        self.said.append(said)
        self.played.append("")
        self.do(lambda: self.speaker.say(said))

    @rule(text=st.sampled_from(["", WORDS]), seconds=st.sampled_from([0.05, 0.3]))
    def say_what_still_grows(self, text: str, seconds: float) -> None:
        self.say(text, 0)
        self.said[-1].whole = False
        self.grow(seconds, whole=False)

    @precondition(lambda self: self.said and not self.said[-1].whole)
    @rule(seconds=st.sampled_from([0, 0.02, 0.1, 1.0]), whole=st.booleans())
    def grow(self, seconds: float, whole: bool) -> None:
        growing = self.said[-1]

        def more() -> None:
            growing.grow(np.full(round(seconds * RATE), 0.5, np.float32))
            growing.whole = whole
            self.speaker.grown(growing)

        self.do(more)
        self.played[-1] = growing.played  # what was an estimate may have been put right

    @rule(seconds=st.sampled_from([0.01, 0.1, 0.35, 1.0, 4.0]))
    def wait(self, seconds: float) -> None:
        self.run(asyncio.sleep(seconds))

    @rule()
    def hold(self) -> None:
        self.do(lambda: self.speaker.hold())

    @rule()
    def resume(self) -> None:
        self.do(lambda: self.speaker.resume())

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1, 0.7]))
    def hold_for_nothing(self, seconds: float) -> None:
        self.do(lambda: self.speaker.hold())
        self.do(lambda: self.speaker.resume())
        self.run(asyncio.sleep(seconds))

    @rule()
    def stop(self) -> None:
        self.do(lambda: self.speaker.stop())
        self.stopped = len(self.said)

    @precondition(lambda self: self.wire.marks)
    @rule(data=st.data())
    def a_mark_comes_back(self, data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(self.wire.marks))  # late, twice, out of order, after a clear
        self.do(lambda: self.speaker.mark_returned(name))

    @rule()
    def everything_said_since_the_last_stop_is_heard_once_we_may_speak(self) -> None:
        if self.said and not self.said[-1].whole:
            self.grow(0, whole=True)

        async def main() -> None:
            self.speaker.resume()
            await asyncio.wait_for(self.speaker.drained(), 200)

        self.run(main())
        assert not self.speaker.busy
        assert all(each.played == each.text for each in self.said[self.stopped :])

    @invariant()
    def what_was_heard_is_a_beginning_of_what_was_said(self) -> None:
        assert all(each.text.startswith(each.played) for each in self.said)

    @invariant()
    def what_was_heard_stays_heard(self) -> None:
        assert all(now.played.startswith(before) for now, before in zip(self.said, self.played, strict=True))
        self.played = [each.played for each in self.said]

    @invariant()
    def sentences_are_heard_in_order(self) -> None:
        current = self.said[self.stopped :]
        unfinished = [i for i, each in enumerate(current) if each.played != each.text]
        assert not unfinished or not any(each.played for each in current[unfinished[0] + 1 :])

    @invariant()
    def no_sound_is_sent_that_was_not_said(self) -> None:
        assert all(0 <= each.sent <= len(each.samples) for each in self.said)

    def teardown(self) -> None:
        self.run(self.speaker.close())
        self.runner.close()


TestCalls = Calls.TestCase
TestCalls.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
