"""Our server with nothing behind it: recognition, the answer and its speech take 0 ms. Listens on $PORT, for telephones
and for clients of OpenAI's Realtime protocol.

Everything between the wire and the stubs is the real thing: the server, the media stream, voice activity, turn taking,
the graph with its checkpoints, the playout.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from langchain_core.messages import BaseMessage
from langgraph.checkpoint.memory import InMemorySaver
from starlette.routing import Mount

from emads_voice.agents import Analysis, ExemplarRouter, LexicalEmbeddings
from emads_voice.agents.agent import Agent, Say
from emads_voice.channels.admission import Admission
from emads_voice.channels.call import CallInfo
from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.channels.preemptive.generation import PreemptiveGeneration
from emads_voice.channels.realtime.asking import Understanding
from emads_voice.channels.realtime.sessions import Doorway, Sessions
from emads_voice.channels.realtime.sound_formats import RATE
from emads_voice.channels.server.app import create_app
from emads_voice.channels.server.serving import bound, loop_factory, serve
from emads_voice.channels.transport import Transport
from emads_voice.channels.twilio.settings import TwilioSettings
from emads_voice.graph import create_voice_graph
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.endpointing import SilenceTimeout
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

sys.path.insert(0, str(Path(__file__).parent))
import sound

STOP_S = 0.2
"""As the systems it is compared with."""


class Recogniser:
    """Hears the same words whatever is said."""

    name = "stub"
    languages = (ENGLISH,)

    async def warm_up(self) -> None:
        """Nothing to load."""

    async def transcribe(
        self,
        audio: Audio,
        *,
        language: Language | None = None,
        hotwords: Sequence[str] = (),
        timestamps: bool = False,
    ) -> Transcript:
        return Transcript("What is the plan for today?", ENGLISH, audio.duration_s, self.name)


class Synthesiser:
    """Says the canned reply whatever the text, at the line's rate, so that nothing is left to be done."""

    name = "stub"
    languages = (ENGLISH,)

    def __init__(self, rate: int) -> None:
        self._reply = Audio(sound.reply(), 8_000).resample(rate)

    async def warm_up(self, language: Language | None = None) -> None:
        """Nothing to load."""

    async def synthesize(
        self, text: str, *, language: Language, voice: str | None = None
    ) -> AsyncIterator[Audio]:
        yield self._reply


class Answers(Agent):
    """Answers at once."""

    name, description, exemplars = "cto", "Answers.", ()
    repeatable = True

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        # Nearly what the callers say: whoever takes their next words for an echo of it does not heed them.
        return Analysis(answer="Here is the plan for today.", agent=self.name)


def services(rate: int) -> Services:
    """What conversations on lines of a rate need."""
    preemptive = PreemptiveGeneration([Answers()], ExemplarRouter(LexicalEmbeddings()), Synthesiser(rate))
    graph = create_voice_graph(preemptive.agents, router=preemptive.router).compile(
        checkpointer=InMemorySaver()
    )
    return Services(graph, Recogniser(), preemptive.synthesizer, LiveVad(shared_vad(), rate), preemptive)


async def main() -> None:
    """Serve until told to stop."""
    options = ConversationOptions(opening=None, endpointing=SilenceTimeout(STOP_S))
    lines = {rate: services(rate) for rate in (8_000, RATE)}

    async def converse(transport: Transport, call: CallInfo) -> None:
        services = lines[transport.rate]
        await Conversation(services, transport, thread_id=call.thread_id, options=options).run()

    settings = TwilioSettings(max_calls=1000, max_calls_per_caller=1000)
    admission = Admission(settings.max_calls, settings.max_calls_per_caller)
    app = create_app(converse, settings, insecure=True, admission=admission)
    doorway, understanding = Doorway(None), Understanding(Recogniser(), (ENGLISH,))
    sessions = Sessions(converse, admission, doorway, understanding)
    app.router.routes.append(Mount("/v1", routes=sessions.routes()))
    await serve(app, admission, bound("127.0.0.1", int(os.environ["PORT"])))


with asyncio.Runner(loop_factory=loop_factory()) as runner:
    runner.run(main())
