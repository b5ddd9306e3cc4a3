"""Speakerphones: our own words come back, up to as loud as we are, and are not answered."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from emads_voice.channels.conversation.remarks.echo import is_echo
from emads_voice.testing import ScriptedLine, ScriptedRecognizer, ScriptedSynthesizer
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Transcript

ANSWER = "Your parcel is on its way and will arrive on Monday before noon."


@pytest.mark.parametrize(
    ("heard", "cut", "echo"),
    [
        ("Your parcel is on its way.", True, True),
        ("your partial is on its way and will", True, True),  # as recognisers mishear it
        ("Your parcel", True, True),
        ("Your parcel is 12", True, True),  # figures are written in another way than said
        ("12", True, False),
        ("Monday", False, False),  # over the last word: an answer
        ("Where is it now?", True, False),
        ("No, I want it on Tuesday.", True, False),
        ("yes", True, False),
        ("", True, False),
    ],
)
def test_what_is_ours(heard: str, cut: bool, echo: bool) -> None:
    assert is_echo(heard, ANSWER, cut=cut) is echo


def test_vietnamese_without_its_accents_too() -> None:
    said = "Dạ, đơn hàng của anh sẽ đến vào thứ Hai tuần sau."
    assert is_echo("don hang cua anh se den", said, cut=True)
    assert not is_echo("tôi không nghe rõ anh nói gì", said, cut=True)


@dataclass
class _Echoing(ScriptedRecognizer):
    """Hears its script where the caller speaks, and else what was said last, as an echo brings it."""

    synthesizer: ScriptedSynthesizer = field(default_factory=ScriptedSynthesizer)

    async def transcribe(self, audio: Any, **told: Any) -> Transcript:
        if np.abs(audio.samples).max() > 0.45:  # the caller is louder than we are
            return await super().transcribe(audio, **told)
        text = self.synthesizer.spoken[-1][0]
        return Transcript(text, ENGLISH, audio.duration_s, self.name)


@pytest.mark.parametrize("echo", [0.1, 0.35, 0.5, 0.8, 1.0])
def test_an_echo_as_loud_as_we_are_is_never_answered(call: Any, echo: float) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet(2)
        await line.speak(1.2, loudness=0.6)
        await line.until_answered()
        await line.until_quiet(4)

    synthesizer = ScriptedSynthesizer()
    recognizer = _Echoing(["Where is my parcel?"], synthesizer=synthesizer)
    done = call(
        caller,
        recognizer=recognizer,
        synthesizer=synthesizer,
        answers=[ANSWER],
        line=ScriptedLine(echo=echo),
        opening="greeting",
    )
    assert done.conversation == ["Where is my parcel?", ANSWER]
    assert len(done.line.clears) <= 2  # after that a voice must be louder than the echo
