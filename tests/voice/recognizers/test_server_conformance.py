"""Hosted recognisers, and those with a fallback, keep to what every recogniser keeps to: whisper-base, behind both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emads_voice.testing.conformance import RecognizerConformance, Sample
from emads_voice.testing.recognition_server import recognition_app, serving
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.recognizers.fallback import FallbackRecognizer
from emads_voice.voice.recognizers.whisper import WhisperRecognizer
from emads_voice.voice.sound.audio import Audio

MODEL = "Qwen/Qwen3-ASR-1.7B"


@pytest.fixture(scope="module")
def sample(recordings: Path) -> Sample:
    return Sample(Audio.load(recordings / "en_az_weather.flac"), "the weather like", ENGLISH)


@pytest.fixture(scope="module")
def hosted(whisper: WhisperRecognizer) -> Iterator[Recognizer]:
    with serving(recognition_app(whisper, model=MODEL)) as url:
        yield init_recognizer("dashscope", base_url=f"{url}/compatible-mode/v1", api_key="any")


@pytest.fixture(scope="module")
def tasks(whisper: WhisperRecognizer) -> Iterator[Recognizer]:
    with serving(recognition_app(whisper, model=MODEL)) as url:
        name = "dashscope:qwen-audio-3.1-asr-flash-streaming"
        yield init_recognizer(name, base_url=f"{url}/compatible-mode/v1", api_key="any")


@pytest.fixture(scope="module")
def fallback(whisper: WhisperRecognizer) -> FallbackRecognizer:
    return FallbackRecognizer([init_recognizer(f"openai:{MODEL}", base_url="http://127.0.0.1:9/v1"), whisper])


class TestDashScope(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, hosted: Recognizer) -> Recognizer:
        return hosted


class TestDashScopeTasks(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, tasks: Recognizer) -> Recognizer:
        return tasks


class TestLadderWhoseServerIsGone(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, fallback: FallbackRecognizer) -> Recognizer:
        return fallback
