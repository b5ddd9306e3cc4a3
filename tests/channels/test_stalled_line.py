"""A line that sends nothing while the caller is silent."""

import asyncio

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.conversation import Conversation, Manners, Voices
from emads_voice.graph import create_voice_graph
from emads_voice.testing import (
    LoudnessVad,
    ScriptedAgent,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.live_vad import LiveVad


def test_a_caller_whose_line_falls_silent_is_answered() -> None:
    async def main() -> float:
        line = ScriptedLine(sends_silence=False)
        agent = ScriptedAgent("cto", ["They are well."])
        graph = create_voice_graph([agent], router=ScriptedRouter([["cto"]])).compile(
            checkpointer=InMemorySaver()
        )
        voices = Voices(
            graph, ScriptedRecognizer(["How are they?"]), ScriptedSynthesizer(), LiveVad(LoudnessVad())
        )
        call = asyncio.create_task(
            Conversation(voices, line, thread_id="call", manners=Manners(opening=None)).run()
        )
        await line.speak(1.0)
        stopped = asyncio.get_running_loop().time()
        await line.until_answered()
        waited = line.heard[0][0] - stopped
        await line.until_quiet()
        line.hang_up_caller()
        await call
        return waited

    assert 0.7 < run_virtual(main()) < 1.0  # the stall of 0.3 s, then the silence of 0.45 s
