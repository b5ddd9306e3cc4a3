"""The telephone as an application: alone, mounted in another, or beside LangGraph's server."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from fastapi import FastAPI
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from emads_voice.agents import Router
from emads_voice.assembly.assistant import Assistant, assemble
from emads_voice.assembly.calls import answer_calls, answer_phone
from emads_voice.assembly.decisions import make_decisions, make_planner
from emads_voice.assembly.records import keeping_records, make_ledger
from emads_voice.assembly.storage import Checkpointer, Store
from emads_voice.channels.admission import Admission
from emads_voice.channels.api.app import create_api
from emads_voice.channels.api.decisions import Reviewing
from emads_voice.channels.api.requests.keys import ApiKeys
from emads_voice.channels.api.settings import load_api_settings
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.conversation.options import ConversationOptions
from emads_voice.channels.pages.calls import calls_pages
from emads_voice.channels.pages.decisions import decisions_pages
from emads_voice.channels.pages.talk_page import talk_page
from emads_voice.channels.realtime.asking import Understanding
from emads_voice.channels.realtime.keys import minting
from emads_voice.channels.realtime.keys.client_secrets import ClientSecrets
from emads_voice.channels.realtime.sessions import Doorway, Sessions
from emads_voice.channels.realtime.sound_formats import RATE
from emads_voice.channels.server.app import create_app, create_bare_app, join_api, only_this_machine
from emads_voice.channels.server.metrics_page import metrics_page
from emads_voice.channels.thread_lock import ThreadLocks
from emads_voice.channels.transport import Transport
from emads_voice.channels.turn import VoiceGraph
from emads_voice.channels.twilio.call_control import TwilioCalls
from emads_voice.channels.twilio.settings import TwilioSettings, load_twilio_settings
from emads_voice.decisions.notices import Notices
from emads_voice.decisions.notifying import Notifier
from emads_voice.graph.decision.replanning import Replanning
from emads_voice.messages import Catalogue
from emads_voice.observability.exporting import scraped
from emads_voice.settings import Settings
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer

from .overview import Talks

_log = logging.getLogger(__name__)


def phone_app(
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
    options: ConversationOptions | None = None,
    settings: Settings | None = None,
    graph_id: str | None = None,
) -> FastAPI:
    """An application that answers the phone for these agents: LangGraph's ``http.app``, or part of your own.

    Its lifespan loads the models and opens what keeps conversations. An application that is mounted in another has none
    unless the other one passes it on::

        phone = phone_app(graph)
        app = FastAPI(lifespan=phone.router.lifespan_context)
        app.mount("/voice", phone)  # EMADS_PUBLIC_URL=https://example.com/voice

    Until then it answers every request with 503, and the log says why.

    Args:
        agents: who answers; this and what follows is as for `assemble`.
        name: of an agent that has none of its own.
        description: what it should be asked about, likewise.
        checkpointer: keeps conversations, or opens what does.
        store: what agents remember across conversations, or what opens it.
        router: chooses among several agents.
        recognizer: turns speech into text.
        synthesizer: turns text into speech.
        languages: those callers speak.
        options: how calls are conducted.
        settings: all that is not given here; the telephone's are in the environment.
        graph_id: in LangGraph's server, the name its ``langgraph.json`` gives the graph: each call is a thread of it.

    Raises:
        ValueError: what was given for agents cannot be asked.
        ConfigurationError: a setting is missing that keeps strangers out.
        EmadsVoiceError: another choice cannot be had; the message says what to do.
    """
    assistant = assemble(
        agents,
        name=name,
        description=description,
        checkpointer=checkpointer,
        store=store,
        router=router,
        recognizer=recognizer,
        synthesizer=synthesizer,
        languages=languages,
        settings=settings,
    )

    async def ready() -> Assistant:
        await assistant.warm_up()
        return replace(assistant, graph_id=graph_id)

    return application(ready, assistant.catalogue, options=options, threads=graph_id is not None)


def application(
    assistant: Callable[[], Awaitable[Assistant]],
    catalogue: Catalogue,
    *,
    options: ConversationOptions | None = None,
    threads: bool = False,
) -> FastAPI:
    """:func:`phone_app` of an assistant that is only made as the application starts.

    Args:
        assistant: makes it and warms it up.
        catalogue: what is said of our own accord.
        options: how calls are conducted.
        threads: this runs in LangGraph's server, and each call is a thread of the assistant's graph there.

    Raises:
        ConfigurationError: a setting is missing that keeps strangers out.
    """
    settings = load_twilio_settings()
    if not load_api_settings().keys:
        settings.require()
    phone = Phone(settings, catalogue)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        made = await assistant()
        try:
            async with phone.open(made, options, threads=threads):
                yield
        finally:
            await made.aclose()

    phone.app.router.lifespan_context = lifespan
    phone.app.add_middleware(_Closed, phone=phone)
    return phone.app


class Phone:
    """An application and, while it is open, who answers its calls.

    Attributes:
        app: the application.
        settings: the telephone's.
        rings: whether it answers the phone; it does not where none of the telephone's settings are there.
        talks: who may talk from a browser: whoever has a key, programs on this machine, or nobody, as where others can
            reach the server and there are no keys.
    """

    def __init__(
        self,
        settings: TwilioSettings,
        catalogue: Catalogue,
        *,
        insecure: bool = False,
        admission: Admission | None = None,
    ) -> None:
        """The arguments are those of `create_app`."""
        self.settings = settings
        self.api = load_api_settings()
        self._insecure = insecure
        self.rings = insecure or not settings.untouched
        # Behind a proxy everybody comes from this machine.
        alone = insecure or not settings.public_url
        self.talks: Talks = (
            "with a key" if self.api.keys and not insecure else "on this machine" if alone else "nobody"
        )
        self._places = admission or Admission(settings.max_calls, settings.max_calls_per_caller)
        if self.rings:
            self.app = create_app(
                self._converse, settings, insecure=insecure, admission=self._places, catalogue=catalogue
            )
        else:
            self.app = create_bare_app(self._places)
        self._answering: Converse | None = None
        self._open = False

    @property
    def is_open(self) -> bool:
        """Whether somebody answers."""
        return self._open

    @asynccontextmanager
    async def open(
        self, assistant: Assistant, options: ConversationOptions | None, *, threads: bool = False
    ) -> AsyncIterator[None]:
        """Let an assistant answer.

        Args:
            assistant: warmed up.
            options: how calls are conducted.
            threads: see :func:`application`.

        Raises:
            StorageError: conversations cannot be kept.
            DatabaseError, AuditError: audit records cannot be kept, or their keys cannot be used.
            BackendError, WeightsError: voice activity, or the turn model, cannot be loaded.
        """
        async with (
            _records(assistant.settings),
            _carrying_out(assistant, self.settings if self.rings and not self._insecure else None),
            assistant.open_with_locks() as (graph, locks),
        ):
            if self.rings:
                answering = await answer_phone(assistant, graph, self.settings, options, locks=locks)
                if threads:
                    from emads_voice.langgraph_server import on_langgraph_server  # loads the server's client

                    answering = on_langgraph_server(answering, graph_id=assistant.graph_id)
                self._answering = answering
            api = create_api(
                graph,
                recognizer=assistant.recognizer,
                synthesizer=assistant.synthesizer,
                hold=locks.hold,
                settings=self.api,
                insecure=self._insecure,
                languages=assistant.settings.languages,
                hotwords=assistant.hotwords,
                agents=[agent.name for agent in assistant.agents],
                reviewing=_reviewing(assistant.settings),
                audit=make_ledger(assistant.settings),
            )
            joined: list[BaseRoute] = []
            if self.talks != "nobody":
                await self._join_realtime(api, assistant, graph, options, locks)
                joined += self._pages(assistant)
                joined += self._metrics()
            self.app.router.routes.extend(joined)
            joined.append(join_api(self.app, api, insecure=self._insecure))
            self._open = True
            try:
                yield
            finally:
                self._open = False
                self._answering = None
                for route in joined:
                    self.app.router.routes.remove(route)

    def _pages(self, assistant: Assistant) -> list[BaseRoute]:
        keyed = self.talks == "with a key"
        check = [] if keyed else [only_this_machine()]
        keys = ApiKeys(self.api.keys)
        decisions = make_decisions(assistant.settings)
        return [
            *talk_page(assistant.catalogue, asks_for_key=keyed, framed_by=self.api.origins, middleware=check),
            *calls_pages(
                make_ledger(assistant.settings),
                assistant.catalogue,
                lets_in=(lambda authorization: keys.client(authorization) is not None) if keyed else None,
                middleware=check,
            ),
            *decisions_pages(
                decisions.store,
                decisions.approvers,
                assistant.catalogue,
                secure=self.settings.public_url.startswith("https:"),
                middleware=check,
            ),
        ]

    def _metrics(self) -> list[BaseRoute]:
        """What Prometheus scrapes, where that is wanted; behind what protects the HTTP API."""
        metrics = scraped()
        if metrics is None:
            return []
        if self.talks == "with a key":
            return [metrics_page(metrics, ApiKeys(self.api.keys))]
        return [metrics_page(metrics, None, [only_this_machine()])]

    async def _join_realtime(
        self,
        api: FastAPI,
        assistant: Assistant,
        graph: VoiceGraph,
        options: ConversationOptions | None,
        locks: ThreadLocks,
    ) -> None:
        """Have the HTTP API hold sessions with browsers too."""
        keys = ApiKeys(self.api.keys)
        secrets = ClientSecrets(make_ledger(assistant.settings).database)
        sessions = Sessions(
            await answer_calls(assistant, graph, options, locks=locks, rate=RATE),
            self._places,
            Doorway(keys if self.talks == "with a key" else None, secrets, frozenset(self.api.origins)),
            Understanding(assistant.recognizer, assistant.settings.languages, assistant.hotwords),
        )
        check = [only_this_machine()] if self.talks == "on this machine" else []
        api.router.routes.extend(sessions.routes(check))
        api.include_router(minting.routes(secrets, keys, assistant.recognizer.name))

    async def _converse(self, line: Transport, call: CallInfo) -> int | None:
        if self._answering is None:  # it closed while the call was ringing
            await line.hang_up()
            return None
        return await self._answering(line, call)


@asynccontextmanager
async def _records(settings: Settings) -> AsyncIterator[None]:
    """Keep the ledger as :func:`keeping_records` does, in threads."""
    keeping = keeping_records(settings)
    await asyncio.to_thread(keeping.__enter__)
    try:
        yield
    finally:
        await asyncio.to_thread(keeping.__exit__, None, None, None)


@asynccontextmanager
async def _carrying_out(assistant: Assistant, phone: TwilioSettings | None) -> AsyncIterator[None]:
    """Carry out what people approve, have plans changed that they want changed, and tell approvers. What is not done
    when the server stops is done after it starts again."""
    decisions = make_decisions(assistant.settings)
    work = [asyncio.create_task(decisions.worker.run(), name="decisions")]
    if assistant.agents:
        planner = make_planner(decisions, assistant.settings, assistant.agents, assistant.catalogue)
        replanning = Replanning(decisions.store, planner)
        work.append(asyncio.create_task(replanning.run(), name="plans to be changed"))
    if phone and phone.approvers:
        ledger = make_ledger(assistant.settings)
        notices = Notices(decisions.store, ledger, phone.approvers)
        notifier = Notifier(
            notices, TwilioCalls(phone), phone.approvers, assistant.catalogue, phone.public_url
        )
        work.append(asyncio.create_task(notifier.run(), name="notices"))
    try:
        yield
    finally:
        for task in work:
            task.cancel()
        await asyncio.wait(work)


def _reviewing(settings: Settings) -> Reviewing:
    decisions = make_decisions(settings)
    return Reviewing(decisions.store, decisions.approvers)


class _Closed:
    """ASGI middleware: refuses whatever comes before an application has started."""

    def __init__(self, app: ASGIApp, phone: Phone) -> None:
        self._app = app
        self._phone = phone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._phone.is_open or scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        _log.error(
            "The phone is asked but was not started: give the application it is mounted in "
            "lifespan=phone.router.lifespan_context."
        )
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1013})  # try again later
        else:
            await PlainTextResponse("not started", 503)(scope, receive, send)
