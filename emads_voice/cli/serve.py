"""``emads-voice serve``: answer the telephone."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING, Annotated

import typer

from .console import loading, note
from .errors import UsageError
from .overview import describe

if TYPE_CHECKING:
    from emads_voice.channels.twilio.settings import TwilioSettings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8080,
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure", help="Answer programs on this machine, without Twilio's signatures. For tests."
        ),
    ] = False,
) -> None:
    """Answer phone calls over Twilio; see docs/phone.md.

    SIGTERM or Ctrl-C takes no new calls and waits for those that run; a second one stops at once.
    """
    from emads_voice.channels.server.serving import bound, loop_factory
    from emads_voice.channels.twilio.settings import load_twilio_settings

    settings = load_twilio_settings()
    if insecure:
        _only_here(host)
    else:
        settings.require()
    # All before the models are loaded. Until they are, connections are refused: a probe sees that we are not ready.
    with bound(host, port) as listener, asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(listener, settings, insecure))


def _only_here(host: str) -> None:
    """A server that asks for no signature listens where nobody else reaches it.

    Raises:
        UsageError: others may reach this address.
    """
    from emads_voice.channels.server.doorway import is_loopback

    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM) if host else []
    except (OSError, UnicodeError):
        found = []
    if not found or not all(is_loopback(str(address[0])) for *_, address in found):
        raise UsageError(
            "With --insecure it answers this machine alone: leave --host out, or give an address such as 127.0.0.1."
        )


async def _serve(listener: socket.socket, phone: TwilioSettings, insecure: bool) -> None:
    began = time.perf_counter()
    with loading("Loading the program…") as loaded:
        from emads_voice.assembly import answer_calls, assemble
        from emads_voice.channels.admission import Admission
        from emads_voice.channels.conversation import Manners
        from emads_voice.channels.server.app import create_app
        from emads_voice.channels.server.serving import serve as serve_app
        from emads_voice.observability import log_to_stderr

        loaded("program", time.perf_counter() - began)
    with loading("Loading the models…") as loaded:
        assistant = assemble()
        await assistant.warm_up(loaded=loaded)
    log_to_stderr()
    async with assistant.open() as graph:
        manners = Manners(language=assistant.settings.languages[0], transfer_to=phone.human)
        with loading("Loading voice activity…") as loaded:
            began = time.perf_counter()
            converse = await answer_calls(assistant, graph, manners, record=phone.record)
            model = assistant.settings.turn_model
            loaded(f"voice activity{f' and {model}' if model else ''}", time.perf_counter() - began)
        admission = Admission(phone.max_calls, phone.max_calls_per_caller)
        app = create_app(converse, phone, insecure=insecure, admission=admission)
        for line in describe(assistant, phone, insecure=insecure, port=listener.getsockname()[1]):
            note(line)
        await serve_app(app, admission, listener)
