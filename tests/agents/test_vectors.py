"""The vectors that ship are those of the texts that ship."""

from pathlib import Path

import numpy as np

import emads_voice.agents.vectors
from emads_voice.agents import (
    CachedEmbeddings,
    E5Embeddings,
    ExemplarRouter,
    HandbookModel,
    company_agents,
    load_handbook,
)
from emads_voice.agents.embeddings import NamedEmbeddings

SHIPPED = Path(emads_voice.agents.vectors.__file__).parent
HANDBOOK = Path(__file__).parents[2] / "examples" / "handbook"


class Named(NamedEmbeddings):
    """Has the real one's name but embeds nothing."""

    name = E5Embeddings.name

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise AssertionError(
            f'the shipped vectors are outdated: run "make vectors" ({len(texts)} texts, "{texts[0]}"…)'
        )

    def embed_query(self, text: str) -> list[float]:
        raise AssertionError(text)


async def test_nothing_that_ships_needs_embedding(tmp_path: Path) -> None:
    embeddings = CachedEmbeddings(Named(), tmp_path, SHIPPED)
    model = HandbookModel(handbook=load_handbook(HANDBOOK), embeddings=embeddings)
    model.warm_up()
    await ExemplarRouter(embeddings).warm_up(company_agents([model]))
    assert not any(tmp_path.iterdir())  # noqa: ASYNC240


def test_they_are_what_the_model_gives(e5: CachedEmbeddings) -> None:
    # Exemplars are learnt as a recogniser would write them.
    (vector,) = e5.embed_documents(["should we move our order system to kubernetes"])
    shipped = np.concatenate([np.load(path) for path in SHIPPED.glob("*.npy")]).astype(np.float32)
    assert (shipped @ np.array(vector, np.float32)).max() > 0.999


def test_changed_documents_are_embedded_again(tmp_path: Path) -> None:
    class Counting(Named):
        calls = 0

        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            self.calls += 1
            return [[1.0, 0.0] for _ in texts]

    counting = Counting()
    embeddings = CachedEmbeddings(counting, tmp_path, SHIPPED)
    embeddings.embed_documents(["one"])
    embeddings.embed_documents(["one"])
    embeddings.embed_documents(["one", "two"])
    assert counting.calls == 2
