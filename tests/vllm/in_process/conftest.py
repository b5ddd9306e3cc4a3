"""vLLM in this process: loading it takes most of the time of these tests, so they share one."""

from pathlib import Path

import pytest

from emads_voice.voice.backends import init_recognizer
from emads_voice.voice.recognizers.qwen.vllm import QwenVllmRecognizer


@pytest.fixture(scope="session")
def recognizer(tiny_qwen: Path) -> QwenVllmRecognizer:
    made = init_recognizer(f"qwen-asr-vllm:{tiny_qwen}")
    assert isinstance(made, QwenVllmRecognizer)
    return made
