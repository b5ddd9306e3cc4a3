"""An answer that changes after it was begun is treated alike by every mouth: only what somebody heard of it stays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest

from emads_voice.agents.agent import Say
from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.channels.live_events import LiveEvent
from emads_voice.channels.speaking.live_mouth import LiveMouth
from emads_voice.channels.speaking.speaker import Speaker
from emads_voice.channels.transport import Samples
from emads_voice.testing import ScriptedAgent, ScriptedLine, ScriptedSynthesizer, run_virtual
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.mouth import ClipMouth, Speech
from emads_voice.voice.sound.audio import Audio

RATE = 8_000


class Wire:
    """A line that plays what it is sent, and says nothing."""

    rate = RATE

    def __init__(self) -> None:
        self.played: list[Samples] = []

    async def play(self, samples: Samples) -> None:
        self.played.append(samples)

    async def mark(self, name: str) -> None: ...

    async def clear(self) -> None: ...

    def tell(self, event: LiveEvent) -> None: ...

    @property
    def sound(self) -> Samples:
        return np.concatenate(self.played)


def into_a_clip(synthesizer: ScriptedSynthesizer, fed: str, whole: str) -> tuple[Speech, Samples]:
    async def main() -> tuple[Speech, Samples]:
        mouth = ClipMouth(synthesizer)
        mouth.feed(fed, language=ENGLISH)
        await asyncio.sleep(1)
        speech = await mouth.finish(whole, language=ENGLISH)
        assert mouth.audio
        return speech, mouth.audio.samples

    return run_virtual(main())


def on_a_line_that_is_held(synthesizer: ScriptedSynthesizer, fed: str, whole: str) -> tuple[Speech, Samples]:
    async def main() -> tuple[Speech, Samples]:
        wire = Wire()
        speaker = Speaker(wire)  # type: ignore[arg-type]
        speaker.hold()  # as while the caller may have begun to speak: nothing has been heard yet
        mouth = LiveMouth(synthesizer, speaker, RATE)
        mouth.feed(fed, language=ENGLISH)
        await asyncio.sleep(1)
        finishing = asyncio.create_task(mouth.finish(whole, language=ENGLISH))
        await asyncio.sleep(1)
        speaker.resume()
        speech = await finishing
        await speaker.close()
        return speech, wire.sound

    return run_virtual(main())


@pytest.mark.parametrize("through", [into_a_clip, on_a_line_that_is_held])
@pytest.mark.parametrize(
    ("fed", "whole", "sentences"),
    [
        ("The first try. It fai", "The second try.", ["The second try."]),
        ("We begin. It costs three. It", "We begin. It costs four.", ["We begin.", "It costs four."]),
        ("One. Two. Thr", "One. Two. Other.", ["One.", "Two.", "Other."]),
        ("One. Two. Three. Four.", "One.", ["One."]),
        ("One. *Two.*\n", "One. *Two.* Sorry, that is all.", ["One.", "Two.", "Sorry, that is all."]),
        ("\n One. Tw", "One. Two.", ["One.", "Two."]),
        ("One. ***\n Two. Three.", "One. Other.", ["One.", "Other."]),
    ],
)
def test_what_nobody_heard_is_taken_back_and_nothing_is_said_twice(
    through: Callable[[ScriptedSynthesizer, str, str], tuple[Speech, Samples]],
    fed: str,
    whole: str,
    sentences: list[str],
) -> None:
    synthesizer = ScriptedSynthesizer(rate=RATE)
    speech, sound = through(synthesizer, fed, whole)
    assert (speech.text, speech.played.split()) == (whole, whole.split())
    assert (speech.interrupted, speech.error) == (False, "")
    expected = np.concatenate([synthesizer.tone(sentence).samples for sentence in sentences])
    np.testing.assert_allclose(sound[sound != 0], expected[expected != 0], atol=1e-6)


@pytest.mark.parametrize("through", [into_a_clip, on_a_line_that_is_held])
def test_a_failure_of_what_is_taken_back_does_not_silence_the_rest(
    through: Callable[[ScriptedSynthesizer, str, str], tuple[Speech, Samples]],
) -> None:
    synthesizer = ScriptedSynthesizer({"Two.": SynthesisError("It cannot be said.")}, rate=RATE)
    speech, _ = through(synthesizer, "One. Two. Three.", "One. Other.")
    assert (speech.played, speech.error) == ("One. Other.", "")


BEGUN = "We should wait until the audit is over."  # 1.95 s


@pytest.mark.parametrize("whole", ["Other words.", BEGUN + " Other words."])
def test_a_caller_hears_the_sentence_that_was_begun_and_then_the_new_answer(whole: str) -> None:
    synthesizer, wire = ScriptedSynthesizer(rate=RATE), Wire()

    async def main() -> None:
        speaker = Speaker(wire)  # type: ignore[arg-type]
        mouth = LiveMouth(synthesizer, speaker, RATE)
        mouth.feed(BEGUN + " That waits. So does that. And that.", language=ENGLISH)
        await asyncio.sleep(0.5)
        speech = await mouth.finish(whole, language=ENGLISH)
        assert speech.played == BEGUN + " Other words."
        assert mouth.finished
        await speaker.close()

    run_virtual(main())
    expected = [synthesizer.tone(text).samples for text in (BEGUN, "Other words.")]
    np.testing.assert_allclose(wire.sound, np.concatenate(expected), atol=1e-6)


def test_a_sentence_that_is_still_being_made_ends_where_its_sound_ends() -> None:
    wire = Wire()

    async def main() -> None:
        speaker = Speaker(wire)  # type: ignore[arg-type]
        mouth = LiveMouth(ScriptedSynthesizer(rate=RATE, pace=1.2), speaker, RATE)
        mouth.feed(BEGUN + " That waits.", language=ENGLISH)
        await asyncio.sleep(1.3)
        speech = await mouth.finish("Other words.", language=ENGLISH)
        assert speech.played in ("We should wait Other words.", "We should wait until Other words.")
        assert mouth.finished
        await speaker.close()

    run_virtual(main())
    made_s = len(wire.sound) / RATE
    assert 1.0 + 0.6 <= made_s <= 1.1 + 0.6 + 1e-6


def test_who_is_held_in_the_middle_of_a_sentence_does_not_go_on_with_it() -> None:
    wire = Wire()

    async def main() -> None:
        speaker = Speaker(wire)  # type: ignore[arg-type]
        mouth = LiveMouth(ScriptedSynthesizer(rate=RATE), speaker, RATE)
        mouth.feed(BEGUN + " That waits.", language=ENGLISH)
        await asyncio.sleep(1.0)
        speaker.hold()
        finishing = asyncio.create_task(mouth.finish("Other words.", language=ENGLISH))
        await asyncio.sleep(1.0)
        speaker.resume()
        speech = await finishing
        assert speech.played == "We should wait until Other words."
        await speaker.close()

    run_virtual(main())


def test_an_interruption_while_the_old_answer_is_taken_back_is_the_end() -> None:
    class Slow(ScriptedSynthesizer):
        """Takes its time to stop."""

        async def synthesize(self, text: str, **how: Any) -> AsyncIterator[Audio]:
            try:
                async for piece in super().synthesize(text, **how):
                    yield piece
            finally:
                await asyncio.sleep(0.2)

    async def main() -> None:
        synthesizer = Slow(rate=RATE, pace=0.9)
        speaker = Speaker(Wire())  # type: ignore[arg-type]
        mouth = LiveMouth(synthesizer, speaker, RATE)
        mouth.feed(BEGUN + " That waits.", language=ENGLISH)
        await asyncio.sleep(1.0)
        finishing = asyncio.create_task(mouth.finish("Other words.", language=ENGLISH))
        await asyncio.sleep(0.1)
        played = await mouth.stop()
        speech = await finishing
        assert (speech.played, speech.interrupted) == (played, True)
        assert ("Other words.", ENGLISH) not in synthesizer.spoken
        await speaker.close()

    run_virtual(main())


class GivesUp(ScriptedAgent):
    """Says its first answer, that it is over, and then that it failed."""

    async def answer(self, *args: Any, say: Say | None = None, **how: Any) -> Analysis:
        analysis = await super().answer(*args, say=say, **how)
        assert say
        say("\n")
        raise ModelError(f"The model is down after {len(analysis.answer)} characters.")


def test_an_agent_that_gives_up_is_not_heard_twice(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    answer = "We should begin right now. It is cheap."
    done = call(caller, hears=["A question"], agent=GivesUp("cto", [answer]))
    assert done.conversation[-1].startswith(answer + " ")
    assert done.said[:2] == ["We should begin right now.", "It is cheap."]
    assert len(done.said) == len(set(done.said)) > 2
