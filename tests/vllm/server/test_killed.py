"""The server dies while somebody is on the line, and comes back."""

import asyncio
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.graph import create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer, ScriptedRouter, ScriptedSynthesizer
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.recognizers.fallback import FallbackRecognizer
from emads_voice.voice.recognizers.openai import OpenAIRecognizer
from tiny_qwen import Utterance

IN_PLACE = "Heard by the second recogniser."
SOON = 60  # seconds, more than any of this takes, but for starting the server


class Second(ScriptedRecognizer):
    """Answers, but later than a server that is well."""

    async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
        await asyncio.sleep(3)
        self._rest = [IN_PLACE]
        return await super().transcribe(*args, **kwargs)


async def test_a_call_goes_on(server: Any, utterances: dict[str, Utterance], spoken_line: Any) -> None:
    served = OpenAIRecognizer(server.model, base_url=f"{server.url}/v1")
    recognizer = FallbackRecognizer([served, Second([])])
    await recognizer.warm_up()
    agent = ScriptedAgent("cto", ["One.", "Two.", "Three."])
    saver = InMemorySaver()
    graph = create_voice_graph([agent], router=ScriptedRouter([["cto"]])).compile(checkpointer=saver)
    services = Services(graph, recognizer, ScriptedSynthesizer(), LiveVad(shared_vad()))
    line = spoken_line()
    # The caller is silent for as long as the server takes to start: minutes, on a slow disk.
    options = ConversationOptions(opening=None, idle_s=3600, filler_after_s=3600)
    conversation = Conversation(services, line, thread_id="call", options=options)
    running = asyncio.create_task(conversation.run())
    talking = asyncio.create_task(line.talk())
    thread: Any = {"configurable": {"thread_id": "call"}}

    async def ask(key: str) -> list[str]:
        """Say a sentence, hear the answer; all that was said so far."""
        await line.say(utterances[key].audio)
        await line.until_answered()
        await line.until_quiet()
        state = await graph.aget_state(thread)
        return [message.text for message in state.values["messages"]]

    try:
        first = utterances["warehouse-en"].text
        assert await ask("warehouse-en") == [first, "One."]
        await asyncio.to_thread(server.kill)
        try:
            assert await ask("kubernetes-en") == [first, "One.", IN_PLACE, "Two."]
        finally:
            await asyncio.to_thread(server.start)
        async with asyncio.timeout(SOON):
            # The dead candidate is tried again beside the other every ten seconds.
            said = utterances["room-en"]
            while (await recognizer.transcribe(said.audio)).text != said.text:
                await asyncio.sleep(0.5)
        third = utterances["kubernetes-vi"].text
        assert await ask("kubernetes-vi") == [first, "One.", IN_PLACE, "Two.", third, "Three."]
    finally:
        line.hang_up_caller()
        talking.cancel()
        await running
