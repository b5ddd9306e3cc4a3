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
from emads_voice.agents.exemplars import usual_questions
from emads_voice.agents.quality.embedded import EmbeddedJudge
from emads_voice.agents.quality.scorecard import load_scorecard, shipped_scorecards


async def embed_into(folder: Path, handbook: Path) -> None:
    """Embed the company's exemplars, a handbook and the scorecards, unless their vectors are there."""
    embeddings = CachedEmbeddings(E5Embeddings(), folder)
    model = HandbookModel(handbook=load_handbook(handbook), embeddings=embeddings)
    model.warm_up()
    await ExemplarRouter(embeddings).warm_up(company_agents([model]))
    embeddings.embed_documents(list(usual_questions()))
    for name in shipped_scorecards():
        EmbeddedJudge(embeddings).warm_up(load_scorecard(name))


if __name__ == "__main__":
    here = Path(__file__).parent
    for old in here.glob("*.npy"):
        old.unlink()
    asyncio.run(embed_into(here, Path(sys.argv[1])))
