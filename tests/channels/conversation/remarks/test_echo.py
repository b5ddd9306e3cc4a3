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


@pytest.mark.parametrize("echo", [0.5, 0.9])
@pytest.mark.parametrize("opening", [None, "greeting"])
def test_an_echo_without_words_does_not_make_us_stutter(call: Any, echo: float, opening: Any) -> None:
    class Deaf(ScriptedRecognizer):
        async def transcribe(self, audio: Any, **told: Any) -> Transcript:
            if np.abs(audio.samples).max() > 0.45:  # the caller
                return await super().transcribe(audio, **told)
            return Transcript("", None, audio.duration_s, self.name)

    async def caller(line: ScriptedLine) -> None:
        if opening:
            await line.until_answered()
            await line.until_quiet(2)
        await line.speak(1.2, loudness=0.6)
        await line.until_answered()
        await line.until_quiet(4)

    done = call(
        caller,
        recognizer=Deaf(["Where is my parcel?"]),
        answers=[f"{ANSWER} {ANSWER} {ANSWER}"],
        line=ScriptedLine(echo=echo),
        opening=opening,
    )
    assert done.conversation == ["Where is my parcel?", f"{ANSWER} {ANSWER} {ANSWER}"]
    assert len(done.line.clears) <= 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            "Here is the plan for today. It is a long one, and there is much to say.",
            "What is the plan for today?",
        ),
        (
            "Your parcel is on its way and will arrive on Monday.",
            "So my parcel is on its way and will arrive?",
        ),
        ("Đơn hàng của anh sẽ đến vào thứ Hai tuần sau ạ.", "Đơn hàng của anh đến vào thứ Hai tuần sau"),
        ("The meeting is on Monday at nine in the big room.", "The meeting is on Monday at nine."),
    ],
)
def test_who_says_our_words_again_is_no_echo(call: Any, ours: str, theirs: str) -> None:
    """We fall silent when they begin, and an echo would too."""

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.2)
        await line.until_answered()
        await line.wait(0.6)
        await line.speak(1.3)
        await line.until_quiet(3)

    done = call(caller, hears=["When?", theirs], answers=[ours, "As I said."])
    assert done.conversation[-2:] == [theirs, "As I said."]


def test_after_an_echo_the_caller_is_let_in_again(call: Any) -> None:
    """An echo is remembered as far as it was loud, and not for ever."""

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.2, loudness=0.6)
        await line.until_answered()
        await line.wait(6)
        await line.speak(1.0, loudness=0.6)
        await line.until_quiet(4)

    synthesizer = ScriptedSynthesizer()
    recognizer = _Echoing(["Where is my parcel?", "And the other one?"], synthesizer=synthesizer)
    long = " ".join([ANSWER] * 5)
    done = call(
        caller,
        recognizer=recognizer,
        synthesizer=synthesizer,
        answers=[long, "It is here."],
        line=ScriptedLine(echo=0.9),
    )
    assert done.conversation[-2:] == ["And the other one?", "It is here."]
