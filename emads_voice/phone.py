"""What ``langgraph.json`` names under ``http.app``: the phone beside the graph, in LangGraph's server.

Models load as the server starts. Calls are those of ``emads-voice serve``: they run in this process, not through the
server's queue, and are kept in the data folder. Spans go where the OTEL_* variables say.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from emads_voice.assembly import answer_calls, assemble
from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation import Manners
from emads_voice.channels.server.app import create_app
from emads_voice.channels.transport import Transport
from emads_voice.channels.twilio.settings import load_twilio_settings
from emads_voice.known_settings import unread
from emads_voice.observability import configure_tracing


async def _converse(line: Transport, call: CallInfo) -> None:
    await app.state.converse(line, call)


@asynccontextmanager
async def _lifespan(_: FastAPI) -> AsyncIterator[None]:
    await assistant.warm_up()
    async with assistant.open() as graph:
        manners = Manners(language=assistant.settings.languages[0], transfer_to=phone.human)
        app.state.converse = await answer_calls(assistant, graph, manners, record=phone.record)
        yield


for sentence in unread():
    logging.getLogger("emads_voice").warning(sentence)
configure_tracing()
phone = load_twilio_settings()
assistant = assemble()
app = create_app(_converse, phone)
app.router.lifespan_context = _lifespan
