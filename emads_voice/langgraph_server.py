"""What makes a live call a thread of LangGraph's server, which Studio opens while the call goes on.

The server knows a thread from two places: a list of its own, to which :func:`on_langgraph_server` adds each call, and
its checkpointer, which ``langgraph.json`` names under ``checkpointer.path``: :func:`saver` opens that in which the
phone keeps its conversations. Calls still run in this process, at full speed, and not through the server's queue.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph_sdk import get_client
from langgraph_sdk.client import LangGraphClient

from emads_voice.assembly.storage import own_threads
from emads_voice.channels.call import CallInfo, Converse
from emads_voice.channels.transport import Transport
from emads_voice.error_text import first_line
from emads_voice.settings import load_settings

_log = logging.getLogger(__name__)

ADDING_S = 2.0
"""How long adding a thread may take: a few milliseconds, and no caller who hangs up at once keeps a line longer."""


@asynccontextmanager
async def saver() -> AsyncIterator[BaseCheckpointSaver[Any]]:
    """What keeps the phone's conversations, a file or Postgres, as the checkpointer of LangGraph's server::

        {"checkpointer": {"path": "emads_voice.langgraph_server.saver"}}

    Raises:
        StorageError: conversations cannot be kept where the settings say.
    """
    async with own_threads(await asyncio.to_thread(load_settings)) as threads:
        yield threads.saver


def on_langgraph_server(converse: Converse, *, graph_id: str | None = "voice") -> Converse:
    """What a phone in LangGraph's server does with each call: the same, and the call is a thread of the server's.

    The caller waits for nothing: the thread is added while the call begins. If that fails, the log says so and the call
    goes on.

    Args:
        converse: holds the conversation, on the server's checkpointer.
        graph_id: the name of the voice graph in ``langgraph.json``; None if it names none, which the log says once.
    """
    if graph_id is None:
        _log.warning(
            "Calls cannot be opened in Studio: add %s to the graphs of langgraph.json.",
            '"voice": "emads_voice.studio:voice"',
        )
        return converse
    server = get_client()  # of this process, without a socket

    async def hold(line: Transport, call: CallInfo) -> int | None:
        adding = asyncio.create_task(_add(server, call, graph_id))
        try:
            return await converse(line, call)
        finally:
            await adding

    return hold


async def _add(server: LangGraphClient, call: CallInfo, graph_id: str) -> None:
    try:
        UUID(call.thread_id)
    except ValueError:
        _log.warning(
            "Call %s cannot be opened in Studio: its conversation %r has a name that is no UUID.",
            call.call_sid,
            call.thread_id,
        )
        return
    try:
        async with asyncio.timeout(ADDING_S):
            await server.threads.create(
                thread_id=call.thread_id,
                graph_id=graph_id,
                metadata=call.context.metadata,
                if_exists="do_nothing",
            )
    except Exception as error:  # whatever goes wrong in that server, the call goes on
        _log.warning("Call %s cannot be opened in Studio: %s", call.call_sid, first_line(error))
