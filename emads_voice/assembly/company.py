"""The sample: the CTO and the COO of a company, answering from a chat model and a handbook."""

from __future__ import annotations

from emads_voice.agents import Specialist, company_agents
from emads_voice.settings import Settings, load_settings

from . import configured
from .memory import make_memory


def sample_company(settings: Settings | None = None) -> tuple[Specialist, ...]:
    """The agents that answer where none are named: ``serve(sample_company())``.

    Args:
        settings: name the chat model and the handbook; by default those of this process.

    Raises:
        SettingsError, MessagesError, HandbookError: a choice that cannot be had; the message says what to do.
    """
    settings = settings or load_settings()
    catalogue = configured.make_catalogue(settings)
    chat = configured.make_chat_model(settings)
    handbook = configured.make_handbook(settings, configured.make_embeddings(settings), catalogue)
    memory = make_memory(settings, lambda: handbook.handbook)
    return company_agents([chat, handbook] if chat else [handbook], catalogue=catalogue, memory=memory)


def sample_origin(settings: Settings) -> str:
    """What the sample answers from, as people are told it."""
    own = settings.handbook is not None
    handbook = f"handbook {configured.handbook_path(settings)}" if own else "the sample handbook"
    return f"{settings.model}, else {handbook}" if settings.model else handbook
