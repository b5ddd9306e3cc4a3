"""``emads-voice serve``: answer the telephone."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from .console import progress


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8080,
    insecure: Annotated[
        bool,
        typer.Option(
            "--insecure", help="Answer anyone, without Twilio's signatures. For tests on one machine."
        ),
    ] = False,
) -> None:
    """Answer phone calls over Twilio; see docs/phone.md.

    SIGTERM or Ctrl-C takes no new calls and waits for those that run; a second one stops at once.
    """
    from emads_voice.channels.server.serving import loop_factory
    from emads_voice.channels.twilio.settings import load_twilio_settings

    settings = load_twilio_settings()
    if not insecure:
        settings.require()  # before the models are loaded
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(_serve(host, port, insecure))


async def _serve(host: str, port: int, insecure: bool) -> None:
    from emads_voice.assembly import answer_calls, assemble
    from emads_voice.channels.admission import Admission
    from emads_voice.channels.conversation import Manners
    from emads_voice.channels.server.app import create_app
    from emads_voice.channels.server.serving import serve as serve_app
    from emads_voice.channels.twilio.settings import load_twilio_settings
    from emads_voice.observability import log_to_stderr

    phone = load_twilio_settings()
    with progress("Loading the models…"):
        assistant = assemble()
        await assistant.warm_up()
    log_to_stderr()
    async with assistant.open() as graph:
        manners = Manners(language=assistant.settings.languages[0], transfer_to=phone.human)
        converse = await answer_calls(assistant, graph, manners, record=phone.record)
        admission = Admission(phone.max_calls, phone.max_calls_per_caller)
        app = create_app(converse, phone, insecure=insecure, admission=admission)
        await serve_app(app, admission, host=host, port=port)
