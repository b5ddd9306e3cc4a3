"""A live mouth: what is fed is spoken once, what was heard is told, and nothing it meets is lost or left running."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import pytest

from emads_voice.channels.live_mouth import AHEAD, LiveMouth
from emads_voice.channels.playout import Line
from emads_voice.channels.speaker import Speaker as RealSpeaker
from emads_voice.channels.transport import Samples
from emads_voice.testing import ScriptedSynthesizer, run_virtual
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH


class Speaker:
    """Notes the lines it is given, and hears them at once."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    async def room(self, lines: int) -> None: ...

    async def drained(self) -> None: ...

    def stop(self) -> None: ...

    def grown(self, line: Line) -> None: ...

    def say(self, line: Line) -> None:
        line.over = True
        self.lines.append(line.text)


@pytest.mark.parametrize(
    "fed",
    [
        [],
        ["One sentence. And ", "another."],
        ["One sentence. And ", "another.", "\n"],  # its writer said that it is over
        ["One sentence. "],
    ],
)
async def test_however_an_answer_is_fed_it_is_spoken_once(fed: Sequence[str]) -> None:
    speaker = Speaker()
    mouth = LiveMouth(ScriptedSynthesizer(), speaker, rate=8_000)  # type: ignore[arg-type]
    for piece in fed:
        mouth.feed(piece, language=ENGLISH)
    speech = await mouth.finish("One sentence. And another.", language=ENGLISH)
    assert speech.heard == "One sentence. And another."
    assert [line.strip() for line in speaker.lines] == ["One sentence.", "And another."]


class Wire:
    """A line nobody listens to: no mark comes back."""

    rate = 8_000

    async def play(self, samples: Samples) -> None: ...

    async def mark(self, name: str) -> None: ...

    async def clear(self) -> None: ...


def speaking(test: Callable[[RealSpeaker], Awaitable[None]]) -> None:
    """On virtual time, with a speaker that is closed behind it; nothing is left running."""

    async def main() -> None:
        speaker = RealSpeaker(Wire())  # type: ignore[arg-type]
        await test(speaker)
        await speaker.close()
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main())


def test_stopping_tells_the_words_that_were_heard_of_this_answer_only() -> None:
    async def test(speaker: RealSpeaker) -> None:
        first = LiveMouth(ScriptedSynthesizer(), speaker, 8_000)
        await first.finish("Something else.", language=ENGLISH)
        mouth = LiveMouth(ScriptedSynthesizer(), speaker, 8_000)
        finishing = asyncio.create_task(mouth.finish("One two three four five six.", language=ENGLISH))
        await asyncio.sleep(0.5)
        assert await mouth.stop() == "One two"
        speech = await finishing
        assert (speech.heard, speech.interrupted, speech.error) == ("One two", True, "")
        assert not mouth.finished
        mouth.feed("More.", language=ENGLISH)
        assert (await mouth.finish("More.", language=ENGLISH)).heard == "One two"
        assert not speaker.busy

    speaking(test)


def test_who_gives_up_waiting_leaves_nothing_running() -> None:
    async def test(speaker: RealSpeaker) -> None:
        mouth = LiveMouth(ScriptedSynthesizer(), speaker, 8_000)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(mouth.finish("One. Two. Three. Four. Five.", language=ENGLISH), 0.1)
        await mouth.stop()

    speaking(test)


def test_what_could_be_spoken_is_heard_before_the_failure_is_told() -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer({"Two two.": SynthesisError("The voice is gone.")})
        mouth = LiveMouth(synthesizer, speaker, 8_000)
        speech = await mouth.finish("One one. Two two. Three.", language=ENGLISH)
        assert (speech.heard, speech.error) == ("One one.", "The voice is gone.")
        assert mouth.finished

    speaking(test)


def test_a_synthesiser_with_a_bug_is_told_of_not_raised(caplog: pytest.LogCaptureFixture) -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer({"One.": KeyError("a bug")})
        speech = await LiveMouth(synthesizer, speaker, 8_000).finish("One.", language=ENGLISH)
        assert speech.error == "KeyError: 'a bug'"

    speaking(test)
    assert "failed in a way it should not" in caplog.text


def test_what_has_no_sound_is_heard_in_its_place() -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer()
        mouth = LiveMouth(synthesizer, speaker, 8_000)
        speech = await mouth.finish("Before.\n***\nAfter.", language=ENGLISH)
        assert speech.heard == "Before.\n***\nAfter."
        assert [text for text, _ in synthesizer.spoken] == ["Before.", "After."]

    speaking(test)


def test_a_sentence_is_ready_before_it_is_needed_but_not_a_whole_answer() -> None:
    async def test(speaker: RealSpeaker) -> None:
        synthesizer = ScriptedSynthesizer()
        mouth = LiveMouth(synthesizer, speaker, 8_000)
        mouth.feed("This one is one. " * 20 + "End.", language=ENGLISH)
        await asyncio.sleep(0.5)
        # One is played, AHEAD wait.
        assert len(synthesizer.spoken) == 1 + AHEAD
        await mouth.stop()

    speaking(test)
