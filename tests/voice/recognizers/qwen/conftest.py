"""What tests of Qwen3-ASR in this process share."""

from concurrent.futures import Future
from typing import Any

import pytest

from emads_voice.voice.models.batcher import Batcher


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What was handed to any batcher, in order: there it is answered, or waits for its turn."""
    questions: list[object] = []
    submit = Batcher.submit

    def watched(batcher: Batcher[Any, Any], question: object) -> Future[Any]:
        future = submit(batcher, question)
        questions.append(question)
        return future

    monkeypatch.setattr(Batcher, "submit", watched)
    return questions
