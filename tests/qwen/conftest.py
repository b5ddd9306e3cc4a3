"""What tests with the tiny Qwen3-ASR share. They run in an environment of their own: ``make test-qwen``."""

import sys
from pathlib import Path

import pytest

from tiny_qwen import TinyQwen, Utterance, build
from tiny_qwen import utterances as all_utterances


@pytest.fixture(scope="session")
def tiny_checkpoints() -> TinyQwen:
    """Built once for the environment the tests run in."""
    return build(Path(sys.prefix) / "tiny-qwen")


@pytest.fixture(scope="session")
def tiny_qwen(tiny_checkpoints: TinyQwen) -> Path:
    """The folder of a recogniser that ``Qwen3ASRModel.from_pretrained`` loads."""
    return tiny_checkpoints.model


@pytest.fixture(scope="session")
def tiny_aligner(tiny_checkpoints: TinyQwen) -> Path:
    """The folder of an aligner that ``Qwen3ForcedAligner.from_pretrained`` loads."""
    return tiny_checkpoints.aligner


@pytest.fixture(scope="session")
def utterances() -> dict[str, Utterance]:
    """What the tiny recogniser knows, said clearly, by key: "kubernetes-en"."""
    return all_utterances()
