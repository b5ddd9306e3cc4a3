"""Qwen3-ASR in this process keeps to what every recogniser is asked to keep to."""

from pathlib import Path

import pytest

from emads_voice.testing import RecognizerConformance, Sample
from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.recognizer import Recognizer
from tiny_qwen import HOTWORDS, Utterance


@pytest.fixture(scope="module")
def qwen(tiny_qwen: Path, tiny_aligner: Path) -> Recognizer:
    return init_recognizer(f"qwen-asr:{tiny_qwen}", aligner=str(tiny_aligner))


class TestQwen(RecognizerConformance):
    @pytest.fixture
    def recognizer(self, qwen: Recognizer) -> Recognizer:
        return qwen

    @pytest.fixture
    def sample(self, utterances: dict[str, Utterance]) -> Sample:
        said = utterances["kubernetes-en"]
        return Sample(said.audio, said.text, said.language, HOTWORDS)  # it was trained with these only
