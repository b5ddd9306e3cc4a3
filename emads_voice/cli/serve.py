"""``emads-voice serve``: answer the telephone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from emads_voice.serving.server import only_here, run

from .console import loading, note
from .errors import UsageError
from .options import Graph

if TYPE_CHECKING:
    from emads_voice.assembly.assistant import Assistant


def serve(
    graph: Graph = None,
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
    if insecure and not only_here(host):
        raise UsageError(
            "With --insecure it answers this machine alone: leave --host out, or give an address such as 127.0.0.1."
        )

    async def ready() -> Assistant:
        began = time.perf_counter()
        with loading("Loading the program…") as loaded:
            from emads_voice.assembly.source import find_source
            from emads_voice.observability import log_to_stderr
            from emads_voice.settings import load_settings

            loaded("program", time.perf_counter() - began)
        with loading("Loading the models…") as loaded:
            assistant = await find_source(graph).assemble()
            await assistant.warm_up(loaded=loaded)
        log_to_stderr(load_settings().log_format)
        return assistant

    run(ready, host=host, port=port, insecure=insecure, tell=note)
