"""Recognition streams: the recogniser's own, or the whole utterance transcribed whenever it is to settle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from emads_voice.testing import ScriptedRecognizer
from emads_voice.voice.languages import VIETNAMESE, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.streaming import RecognitionStream, open_stream

FRAME = Audio(np.full(160, 0.1, np.float32), 8_000)


async def test_a_recogniser_that_cannot_stream_transcribes_all_that_was_said_so_far() -> None:
    recognizer = ScriptedRecognizer(["We want", "We want to move."])
    stream = open_stream(recognizer, language=VIETNAMESE, hotwords=["Kubernetes", "EMADS"])
    assert stream.partial == ""
    for _ in range(3):
        stream.feed(FRAME)
    assert (await stream.settle()).text == stream.partial == "We want"
    stream.feed(FRAME)  # they go on
    assert (await stream.settle()).text == stream.partial == "We want to move."
    await stream.close()
    await stream.close()
    sounds = [(audio.rate, len(audio.samples), *asked) for audio, *asked in recognizer.asked]
    assert sounds == [(8_000, length, VIETNAMESE, ("Kubernetes", "EMADS")) for length in (480, 640)]


async def test_a_recogniser_that_streams_is_asked_for_its_own_stream() -> None:
    class Stream:
        partial = ""

        def feed(self, audio: Audio) -> None: ...

        async def settle(self) -> Transcript:
            return Transcript("heard while it was said", None, 0, "streaming")

        async def close(self) -> None: ...

    class Streaming(ScriptedRecognizer):
        def stream(
            self, *, language: Language | None = None, hotwords: Sequence[str] = ()
        ) -> RecognitionStream:
            assert (language, hotwords) == (VIETNAMESE, ["Kubernetes", "EMADS"])
            return Stream()

    stream = open_stream(Streaming([]), language=VIETNAMESE, hotwords=["Kubernetes", "EMADS"])
    assert (await stream.settle()).text == "heard while it was said"
