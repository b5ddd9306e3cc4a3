"""A chat server on loopback, and specialists that ask it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel

from chat_server import ChatServer
from emads_voice.agents import CTOAnalysis, Specialist, create_specialist


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    server = ChatServer(lambda _: [])
    yield server
    server.close()


@pytest.fixture
def cto(chat: ChatServer) -> Callable[..., Specialist]:
    """Makes a CTO that asks the chat server, and then whoever is given besides."""
    langchain_openai = pytest.importorskip("langchain_openai", reason='it takes the extra "openai"')
    model = langchain_openai.ChatOpenAI(model="test-model", base_url=chat.url, api_key="sk", max_retries=0)

    def make(*more: BaseChatModel, **options: Any) -> Specialist:
        return create_specialist(
            "cto",
            title="Chief Technology Officer",
            description="Technology.",
            exemplars=["Which cloud?"],
            instructions="Judge technology.",
            form=CTOAnalysis,
            models=[model, *more],
            **options,
        )

    return make
