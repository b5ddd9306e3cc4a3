"""Everything a deployment has: whoever answers, and what hears, speaks, routes and remembers for them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from langchain_core.messages import BaseMessage
from langgraph.graph import StateGraph

from emads_voice import configured_backends
from emads_voice.agents import Agent, Route, Router
from emads_voice.agents.agent import label
from emads_voice.agents.dialogue import dialogue_act
from emads_voice.agents.routing.router import check_learnable
from emads_voice.channels.preemptive.generation import PreemptiveGeneration
from emads_voice.channels.thread_lock import ThreadLocks
from emads_voice.channels.turn import VoiceGraph
from emads_voice.graph import VoiceContext, VoiceInput, VoiceState, create_voice_graph
from emads_voice.memory import Memory
from emads_voice.messages import Catalogue
from emads_voice.observability import redact
from emads_voice.sequences import several
from emads_voice.settings import Settings, load_settings
from emads_voice.voice.hotwords import distinct
from emads_voice.voice.languages import ENGLISH, Language, find_language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer
from emads_voice.voice.text import reading
from emads_voice.voice.text.language import warm_up

from . import configured
from .agents import agents_of, voice_graph_of
from .decisions import make_decisions, weighing
from .memory import make_memory
from .opening import Opening
from .records import make_ledger
from .storage import Checkpointer, Store, look_for_database, open_storage


@dataclass(frozen=True)
class Assistant:
    """Everything a deployment has, shared by all its conversations; made by `assemble`.

    Attributes:
        settings: what else the deployment chose.
        recognizer: hears.
        synthesizer: speaks.
        graph: the voice graph, not yet compiled.
        catalogue: what is said of our own accord.
        hotwords: what recognisers are told: the names of the agents and the terms of the settings.
        agents: who answers; none are known of a voice graph that was brought along.
        router: chooses among them; None likewise.
        preemptive: what the graph's agents and router are wrapped in; None likewise.
        checkpointer: keeps conversations; None: what the settings name does, Postgres or a file in the data folder.
        store: what agents and the memory keep across conversations; None: what the settings name, if there is a memory.
        memory: what is remembered of decisions and of callers; None of a voice graph that was brought along.
        origin: where the agents come from, as people are told it; "" if nobody said.
        graph_id: what ``langgraph.json`` calls the graph; None where it names none.
        opening: what the agents have open until :meth:`aclose`; None for nothing.
    """

    settings: Settings
    recognizer: Recognizer
    synthesizer: Synthesizer
    graph: StateGraph[VoiceState, VoiceContext, VoiceInput, VoiceState]
    catalogue: Catalogue
    hotwords: tuple[str, ...] = ()
    agents: tuple[Agent, ...] = ()
    router: Router | None = None
    preemptive: PreemptiveGeneration | None = None
    checkpointer: Checkpointer | None = None
    store: Store | None = None
    memory: Memory | None = None
    origin: str = ""
    graph_id: str | None = None
    opening: Opening | None = None

    async def aclose(self) -> None:
        """Close what the agents have open, when nobody will ask them any more."""
        if self.opening:
            await self.opening.aclose()

    async def warm_up(
        self, *, typed: bool = False, loaded: Callable[[str, float], None] | None = None
    ) -> None:
        """Load the models now, side by side, so that no caller waits for them.

        Args:
            typed: questions will come in writing, so the recogniser is not needed.
            loaded: told of each part as soon as it is there: what it is, and the seconds it took.

        Raises:
            StorageError: the database that the settings name does not answer. Besides, what the parts raise.
        """
        if not self.checkpointer:
            await look_for_database(self.settings)

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
        speaking.append(load("readings of figures", partial(asyncio.to_thread, reading.warm_up, languages)))
        # Reading the phrases takes as long as a caller notices.
        acting = [load("dialogue acts", partial(asyncio.to_thread, dialogue_act, "hello"))]
        # The first number it looks up takes it 0.1 s, which would be every call's.
        redacting = [load("redaction", partial(asyncio.to_thread, redact, "+44 20 7946 0958 or 12345678"))]
        answering = [load(f"agent {label(agent.name)}", agent.warm_up) for agent in self.agents]
        routing = (
            [load("router", partial(self.router.warm_up, self.agents))]
            if self.router and len(self.agents) > 1
            else []
        )
        remembering = (
            [load("memory", partial(asyncio.to_thread, self.memory.relevance.warm_up))]
            if self.memory and routing  # else nothing else needs the embeddings, and perhaps nobody asks
            else []
        )
        # Whoever speaks only English is not asked which language it is.
        identifying = (
            [load("language of texts", partial(asyncio.to_thread, warm_up))]
            if any(language != ENGLISH for language in languages)
            else []
        )
        await asyncio.gather(
            *hearing, *speaking, *acting, *redacting, *routing, *remembering, *answering, *identifying
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[VoiceGraph]:
        """The graph, compiled with what keeps conversations, for a process that nobody shares them with.

        Raises:
            StorageError: as :meth:`open_with_locks`.
        """
        async with self.open_with_locks() as (graph, _):
            yield graph

    @asynccontextmanager
    async def open_with_locks(self) -> AsyncIterator[tuple[VoiceGraph, ThreadLocks]]:
        """The graph, compiled with what keeps conversations, and what keeps others from them meanwhile.

        ``async with locks.hold("monday"): await run_turn(graph, …, thread_id="monday")``.

        Raises:
            StorageError: the data folder cannot be written, the file in it is damaged, or the database of the settings
                or the checkpointer that was given does not answer.
        """
        remembers = self.memory is not None
        opening = open_storage(self.settings, self.checkpointer, self.store, remembers=remembers)
        async with opening as (threads, store):
            graph = self.graph.compile(checkpointer=threads.saver, store=store, name="voice")
            if self.memory:
                self.memory.use(store)
            try:
                yield graph, threads.locks
            finally:
                if self.memory:
                    self.memory.use(None)


def assemble(
    agents: object,
    *,
    name: str | None = None,
    description: str | None = None,
    checkpointer: Checkpointer | None = None,
    store: Store | None = None,
    router: Router | None = None,
    recognizer: Recognizer | None = None,
    synthesizer: Synthesizer | None = None,
    languages: Sequence[str | Language] | None = None,
    settings: Settings | None = None,
) -> Assistant:
    """Put agents together with whatever else a conversation takes, as the settings say where nothing is given.

    Nothing heavy is loaded yet: see :meth:`Assistant.warm_up`.

    Args:
        agents: who answers: a compiled LangGraph graph, an `Agent`, whatever else `as_agent` takes, or a sequence of
            these; or a voice graph of your own, which `create_voice_graph` made.
        name: of an agent that has none of its own.
        description: likewise: what it should be asked about, in one sentence.
        checkpointer: keeps conversations, in place of what the settings name; or what opens one, such as
            ``AsyncPostgresSaver.from_conn_string(…)``. Its tables are there already.
        store: what agents remember across conversations, or what opens it.
        router: chooses among several agents.
        recognizer: turns speech into text.
        synthesizer: turns text into speech.
        languages: those callers speak, the first one's greeting first: ``["en", "vi"]``.
        settings: all that is not given here; by default from the environment.

    Raises:
        ValueError: what was given for agents cannot be asked.
        SettingsError, MessagesError, BackendError, HandbookError: a choice that cannot be had; the message says what
            to do.
    """
    settings = settings or load_settings()
    if languages is not None:
        spoken = tuple(
            each if isinstance(each, Language) else find_language(each)
            for each in several("Languages", languages)
        )
        settings = settings.model_copy(update={"languages": spoken or settings.languages})
    catalogue = configured.make_catalogue(settings)
    recognizer = recognizer or configured_backends.make_recognizer(settings)
    synthesizer = synthesizer or configured_backends.make_synthesizer(settings)
    if own := voice_graph_of(agents):
        if router:
            raise ValueError("A voice graph has a router already: give it to create_voice_graph instead.")
        return Assistant(
            settings=settings,
            recognizer=recognizer,
            synthesizer=synthesizer,
            graph=own.graph,
            catalogue=catalogue,
            hotwords=distinct(settings.hotwords),
            checkpointer=checkpointer or own.checkpointer,
            store=store or own.store,
        )
    asked = agents_of(agents, name=name, description=description)
    if router is None:
        check_learnable(asked)
    hotwords = distinct([*(label(agent.name) for agent in asked), *settings.hotwords])
    router = router or (_OnlyAgent() if len(asked) == 1 else configured.make_router(settings))
    preemptive = PreemptiveGeneration(asked, router, synthesizer)
    memory = make_memory(settings)
    return Assistant(
        settings=settings,
        recognizer=recognizer,
        synthesizer=synthesizer,
        graph=create_voice_graph(
            preemptive.agents,
            router=preemptive.router,
            recognizer=recognizer,
            audit=make_ledger(settings),
            languages=settings.languages,
            hotwords=hotwords,
            catalogue=catalogue,
            policy=weighing(settings),
            proposals=make_decisions(settings).proposals,
            memory=memory,
        ),
        catalogue=catalogue,
        hotwords=hotwords,
        agents=asked,
        router=router,
        preemptive=preemptive,
        checkpointer=checkpointer,
        store=store,
        memory=memory,
    )


class _OnlyAgent:
    """The router of one agent, which is always asked: so its answer may be begun preemptively."""

    async def warm_up(self, agents: Sequence[Agent]) -> None:
        """Nothing to load."""

    async def route(self, messages: Sequence[BaseMessage], agents: Sequence[Agent]) -> Route:
        return Route(agents=[agent.name for agent in agents], reason="There is nobody else.")
