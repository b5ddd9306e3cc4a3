"""Recordings that come as messages, as Studio and other programs send them."""

import base64
import threading
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import HumanMessage

from emads_voice.graph import create_voice_graph
from emads_voice.testing import ScriptedAgent, ScriptedRecognizer
from emads_voice.voice.errors import TextError
from emads_voice.voice.sound.audio import Audio

WAV = base64.b64encode(Audio(np.zeros(8000, np.float32), 16000).to_wav()).decode()


@pytest.mark.parametrize(
    "block",
    [
        {"type": "audio", "base64": WAV, "mime_type": "audio/wav"},
        {
            "type": "input_audio",
            "input_audio": {"data": WAV, "format": "wav"},
        },  # as OpenAI's clients write it
    ],
)
async def test_a_recording_is_decoded_off_the_event_loop(
    block: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []
    decode = Audio.decode

    def watched(*args: Any, **options: Any) -> Audio:
        threads.append(threading.current_thread())
        return decode(*args, **options)

    monkeypatch.setattr(Audio, "decode", watched)
    recognizer = ScriptedRecognizer(["May I?"])
    graph = create_voice_graph([ScriptedAgent("cto", ["Yes."])], recognizer=recognizer).compile()
    state = await graph.ainvoke({"messages": [HumanMessage([block])]})
    assert state["messages"][-1].text == "Yes."
    assert recognizer.asked[0][0].duration_s == 0.5
    assert threads != []
    assert threading.main_thread() not in threads


async def test_hotwords_are_told_to_the_recogniser() -> None:
    recognizer = ScriptedRecognizer(["May I?"])
    agents = [ScriptedAgent("cto", ["Yes."])]
    graph = create_voice_graph(agents, recognizer=recognizer, hotwords=["CTO"]).compile()
    block = {"type": "audio", "base64": WAV, "mime_type": "audio/wav"}
    form: Any = {"hotwords": ["Bình Dương"]}  # as Studio sends it
    await graph.ainvoke({"messages": [HumanMessage([block])]}, context=form)
    assert recognizer.asked[0][2] == ("CTO", "Bình Dương")


async def test_a_message_that_is_a_document_is_refused_before_anything_reads_it() -> None:
    graph = create_voice_graph([ScriptedAgent("cto", [])]).compile()
    with pytest.raises(TextError, match=r"The message has 200,000 characters, and a question at most 10,000"):
        await graph.ainvoke({"messages": [HumanMessage("a." * 100_000)]})


async def test_an_agent_nobody_has_is_named_with_those_there_are() -> None:
    graph = create_voice_graph([ScriptedAgent("cto", []), ScriptedAgent("coo", [])]).compile()
    form: Any = {"agents": ["coo", "cfo"]}
    with pytest.raises(ValueError, match=r"No agent is named cfo: there are cto, coo\."):
        await graph.ainvoke({"messages": [HumanMessage("May I?")]}, context=form)
