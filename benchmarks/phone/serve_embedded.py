"""Our server with the embedded models, as `emads-voice serve --insecure` runs it, without the greeting.

Listens on $PORT. Spans go where the OTEL_* variables say: stages.py reads them.
"""

from __future__ import annotations

import asyncio
import os

from emads_voice import answer_calls, assemble, sample_company
from emads_voice.channels.admission import Admission
from emads_voice.channels.conversation.conversation import ConversationOptions
from emads_voice.channels.server.app import create_app
from emads_voice.channels.server.serving import bound, loop_factory, serve
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.observability import configure_tracing


async def main() -> None:
    """Serve until told to stop."""
    configure_tracing()
    assistant = assemble(sample_company())
    await assistant.warm_up()
    async with assistant.open() as graph:
        converse = await answer_calls(assistant, graph, ConversationOptions(opening=None))
        settings = TwilioSettings(max_calls=1000, max_calls_per_caller=1000)
        admission = Admission(settings.max_calls, settings.max_calls_per_caller)
        app = create_app(converse, settings, insecure=True, admission=admission)
        await serve(app, admission, bound("127.0.0.1", int(os.environ["PORT"])))


with asyncio.Runner(loop_factory=loop_factory()) as runner:
    runner.run(main())
