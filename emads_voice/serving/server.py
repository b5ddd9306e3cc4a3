"""The telephone as a server of its own: ``serve(graph)``."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

# Whoever imports `serve` waits for nothing: what it takes is imported when it is called.
if TYPE_CHECKING:
    import socket

    from emads_voice.agents import Router
    from emads_voice.assembly.assistant import Assistant
    from emads_voice.assembly.storage import Checkpointer, Store
    from emads_voice.channels.conversation.options import ConversationOptions
    from emads_voice.channels.twilio.settings import TwilioSettings
    from emads_voice.settings import Settings
    from emads_voice.voice.languages import Language
    from emads_voice.voice.recognizer import Recognizer
    from emads_voice.voice.synthesizer import Synthesizer

_log = logging.getLogger(__name__)


def serve(
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
    host: str = "127.0.0.1",
    port: int = 8080,
    insecure: bool = False,
) -> None:
    """Answer the phone for these agents, until told to stop; see docs/phone.md.

    SIGTERM or Ctrl-C takes no new calls and waits for those that run; a second one stops at once.

    Args:
        agents: who answers: a compiled LangGraph graph, an `Agent`, whatever else `as_agent` takes, or a sequence of
            these; or a voice graph of your own. This and what follows is as for `assemble`.
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
        host: address to listen on; "0.0.0.0" for every one.
        port: to listen on; 0 takes a free one.
        insecure: answer the programs on this machine, without Twilio's signatures: to try it.

    Raises:
        ValueError: what was given for agents cannot be asked.
        ConfigurationError: a setting is missing that keeps strangers out, or the port is taken.
        EmadsVoiceError: another choice cannot be had; the message says what to do.
    """
    from emads_voice.assembly.assistant import assemble
    from emads_voice.observability import configure_tracing, log_to_stderr
    from emads_voice.settings import load_settings

    configure_tracing()
    if not logging.getLogger().hasHandlers():
        log_to_stderr((settings or load_settings()).log_format)
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
        await assistant.warm_up(loaded=lambda part, took: _log.info("Loaded in %.1f s: %s.", took, part))
        return assistant

    run(ready, options=options, host=host, port=port, insecure=insecure, tell=_log.info)


def run(
    assistant: Callable[[], Awaitable[Assistant]],
    *,
    options: ConversationOptions | None = None,
    host: str,
    port: int,
    insecure: bool,
    tell: Callable[[str], None],
) -> None:
    """:func:`serve` of an assistant that is made once the address is ours.

    Args:
        assistant: makes it and warms it up, in the event loop it is served in.
        options: how calls are conducted.
        host: address to listen on.
        port: to listen on.
        insecure: answer the programs on this machine, without signatures.
        tell: shows a line to whoever started the server.

    Raises:
        ConfigurationError: a setting is missing that keeps strangers out, others may reach an insecure server, or the
            port is taken.
        EmadsVoiceError: what making the assistant raises.
    """
    import asyncio

    from emads_voice.channels.errors import ConfigurationError
    from emads_voice.channels.server.serving import bound, loop_factory
    from emads_voice.channels.twilio.settings import load_twilio_settings

    phone = load_twilio_settings()
    if not (insecure or phone.untouched):
        phone.require()
    if insecure and not only_here(host):
        raise ConfigurationError(
            "An insecure server answers this machine alone: leave the host out, or give an address such as 127.0.0.1."
        )
    # All before the models are loaded. Until they are, connections are refused: a probe sees that we are not ready.
    with bound(host, port) as listener, asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(assistant, listener, phone, options, insecure, tell))


async def _serve(
    make: Callable[[], Awaitable[Assistant]],
    listener: socket.socket,
    settings: TwilioSettings,
    options: ConversationOptions | None,
    insecure: bool,
    tell: Callable[[str], None],
) -> None:
    from emads_voice.channels.admission import Admission
    from emads_voice.channels.server.app import api_uploads, long_messages
    from emads_voice.channels.server.serving import serve as serve_app

    assistant = await make()
    from .app import Phone
    from .overview import describe

    admission = Admission(settings.max_calls, settings.max_calls_per_caller)
    phone = Phone(settings, assistant.catalogue, insecure=insecure, admission=admission)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(assistant.aclose)
        began = time.perf_counter()
        await stack.enter_async_context(phone.open(assistant, options))
        model = assistant.settings.turn_model
        if phone.rings or phone.talks != "nobody":
            tell(f"  {time.perf_counter() - began:5.1f} s  voice activity{f' and {model}' if model else ''}")
        port = listener.getsockname()[1]
        described = describe(
            assistant, settings, insecure=insecure, port=port, rings=phone.rings, talks=phone.talks
        )
        for line in described:
            tell(line)
        await serve_app(
            phone.app,
            admission,
            listener,
            uploads=api_uploads(phone.api, insecure=insecure),
            messages=long_messages(),
        )


def only_here(host: str) -> bool:
    """Whether what listens at this address is reached from this machine alone."""
    import socket

    from emads_voice.channels.server.origins import is_loopback

    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM) if host else []
    except (OSError, UnicodeError):
        found = []
    return bool(found) and all(is_loopback(str(address[0])) for *_, address in found)
