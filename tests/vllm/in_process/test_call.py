"""A whole phone call, on virtual time, that the real vLLM hears while it is said."""

import asyncio
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
from emads_voice.graph import create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedRouter, ScriptedSynthesizer, run_virtual
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.activity.vad import shared_vad
from emads_voice.voice.recognizers.qwen.vllm import QwenVllmRecognizer
from tiny_qwen import Utterance


def test_a_call_in_two_languages(
    recognizer: QwenVllmRecognizer, utterances: dict[str, Utterance], spoken_line: Any
) -> None:
    said = [utterances[key] for key in ("warehouse-en", "kubernetes-vi", "room-en")]

    async def call() -> list[Any]:
        await recognizer.warm_up()
        graph = create_voice_graph(
            [ScriptedAgent("cto", ["One.", "Hai.", "Three."])], router=ScriptedRouter([["cto"]])
        ).compile(checkpointer=InMemorySaver())
        services = Services(graph, recognizer, ScriptedSynthesizer(), LiveVad(shared_vad()))
        line = spoken_line()
        options = ConversationOptions(opening=None)
        conversation = Conversation(services, line, thread_id="call", options=options)
        running = asyncio.create_task(conversation.run())
        talking = asyncio.create_task(line.talk())
        for one in said:
            await line.say(one.audio)
            await line.until_answered()
            await line.until_quiet()
        line.hang_up_caller()
        talking.cancel()
        assert await running == "the caller hung up"
        thread: Any = {"configurable": {"thread_id": "call"}}
        messages: list[Any] = (await graph.aget_state(thread)).values["messages"]
        return messages

    messages = run_virtual(call())
    assert [message.text for message in messages[::2]] == [one.text for one in said]
    assert [message.text for message in messages[1::2]] == ["One.", "Hai.", "Three."]
