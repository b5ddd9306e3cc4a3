"""The embedded models, loaded once for all tests."""

import pytest

from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.synthesizers.piper import PiperSynthesizer


@pytest.fixture(scope="session")
def whisper() -> WhisperRecognizer:
    return WhisperRecognizer()


@pytest.fixture(scope="session")
def piper() -> PiperSynthesizer:
    return PiperSynthesizer("en_US-joe-medium")
