"""``python -m emads_voice.agents.vectors.make HANDBOOK``: embed what ships, into this folder."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from emads_voice.agents import (
    CachedEmbeddings,
    E5Embeddings,
    ExemplarRouter,
    HandbookModel,
    company_agents,
    load_handbook,
)


async def embed_into(folder: Path, handbook: Path) -> None:
    """Embed the company's exemplars and a handbook, for search and routing, unless their vectors are there."""
    embeddings = CachedEmbeddings(E5Embeddings(), folder)
    model = HandbookModel(handbook=load_handbook(handbook), embeddings=embeddings)
    model.warm_up()
    await ExemplarRouter(embeddings).warm_up(company_agents([model]))


if __name__ == "__main__":
    here = Path(__file__).parent
    for old in here.glob("*.npy"):
        old.unlink()
    asyncio.run(embed_into(here, Path(sys.argv[1])))
