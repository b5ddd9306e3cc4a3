"""Dialogue acts as they arrive by telephone: spoken by the embedded voice, recognised at 8 kHz."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from emads_voice.agents.dialogue import Act, Dialogue
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers.vietnamese import VietnameseRecognizer
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.synthesizers.espeak import EspeakSynthesizer


async def by_telephone(said: str, language: Language, recognizer: Recognizer) -> str:
    """What is recognised of it."""
    pieces = [piece async for piece in EspeakSynthesizer().synthesize(said, language=language)]
    whole = Audio(np.concatenate([piece.samples for piece in pieces]), pieces[0].rate)
    return (await recognizer.transcribe(whole.resample(8_000), language=language)).text


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("Can you speak more slowly?", Act.SLOWER),
        ("Hold on a moment.", Act.WAIT),
        ("Are you a robot?", Act.IDENTITY),
    ],
)
def test_english(said: str, act: Act) -> None:
    found = Dialogue().act(asyncio.run(by_telephone(said, ENGLISH, WhisperRecognizer())))
    assert found is not None
    assert found.act is act


@pytest.mark.parametrize(
    ("said", "act"),
    [
        ("Nói chậm lại.", Act.SLOWER),
        ("Cho tôi gặp nhân viên.", Act.PERSON),
    ],
)
def test_vietnamese(said: str, act: Act) -> None:
    found = Dialogue().act(asyncio.run(by_telephone(said, VIETNAMESE, VietnameseRecognizer())))
    assert found is not None
    assert found.act is act
