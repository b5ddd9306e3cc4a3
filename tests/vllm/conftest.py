"""What tests with the real vLLM share: ``make test-vllm``, in an environment with qwen-asr and the vLLM it pins."""

import asyncio
import os
import sys
from collections import deque
from pathlib import Path

import numpy as np
import pytest

from emads_voice.channels.transport import Sound
from emads_voice.testing import ScriptedLine
from emads_voice.voice.sound.audio import Audio
from tiny_qwen import Utterance, build
from tiny_qwen import utterances as all_utterances


@pytest.fixture(scope="session")
def tiny_qwen() -> Path:
    """The folder of the tiny recogniser, as ``make test-qwen`` built it, or built now."""
    return build(Path(os.environ.get("TINY_QWEN") or Path(sys.prefix, "tiny-qwen"))).model


@pytest.fixture(scope="session")
def utterances() -> dict[str, Utterance]:
    """What the tiny recogniser knows, said clearly, by key: "kubernetes-en"."""
    return all_utterances()


class SpokenLine(ScriptedLine):
    """A line whose caller says recordings; between them it is silent."""

    def __init__(self) -> None:
        super().__init__(sends_silence=False)
        self._said: deque[np.ndarray] = deque()

    async def say(self, audio: Audio) -> None:
        """Send a recording at the pace it was spoken."""
        samples = audio.resample(self.rate).samples
        self._said.extend(samples[start : start + 160] for start in range(0, len(samples) - 159, 160))
        while self._said:
            await asyncio.sleep(0.02)

    async def talk(self) -> None:
        """Send what is said, and silence, until cancelled."""
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += 0.02
            await asyncio.sleep(due - loop.time())
            self.bring(Sound(self._said.popleft() if self._said else np.zeros(160, np.float32)))


@pytest.fixture
def spoken_line() -> type[SpokenLine]:
    """Makes a line whose caller says recordings, where an event loop runs."""
    return SpokenLine
