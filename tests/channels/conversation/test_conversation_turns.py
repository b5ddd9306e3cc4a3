"""Turns of a call: what is an utterance, how soon it is answered, in which language, by voice or by keys."""

import asyncio
from typing import Any

import numpy as np
import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.channels.conversation.conversation import Conversation, ConversationOptions, Services
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
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.text.reading import read_aloud


async def ask(line: ScriptedLine) -> None:
    """Ask something and let the answer begin."""
    await line.speak(1.0)
    await line.until_answered()


def test_a_question_is_answered_and_both_are_remembered(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.speak(1.5)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["how are the servers?"], answers=["They are well."])
    assert done.conversation == ["how are the servers?", "They are well."]
    assert done.line.played_s > 0.5
    assert done.ended == "the caller hung up"


def test_the_recogniser_is_told_the_hotwords_of_the_options(call: Any) -> None:
    done = call(ask, hears=["is EMADS up?"], answers=["It is."], hotwords=["EMADS", "Bình Dương"])
    assert {hotwords for _, _, hotwords in done.recognizer.asked} == {("EMADS", "Bình Dương")}


def test_the_answer_begins_soon_after_the_last_word(call: Any) -> None:
    times: dict[str, float] = {}

    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.speak(1.5)
        times["stopped"] = asyncio.get_running_loop().time()
        await line.until_answered()
        times["answered"] = line.played[0][0]
        await line.until_quiet()

    call(caller, hears=["how are the servers?"], answers=["They are well."])
    # A whole sentence needs 0.45 s of silence, judged in windows of 32 ms on ticks of 20 ms.
    assert 0.45 <= times["answered"] - times["stopped"] <= 0.6


def test_a_pause_inside_a_question_does_not_end_it(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(0.9)  # longer than the usual silence
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["I would like to", "I would like to know the cost."], answers=["It is ten."])
    assert done.conversation == ["I would like to know the cost.", "It is ten."]
    first, second = (audio.duration_s for audio, _, _ in done.recognizer.asked)
    assert first < 1.6 < 2.9 < second  # the second hearing is of the whole utterance


def test_a_click_is_not_an_utterance(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.speak(0.05)
        await line.wait(3)

    assert call(caller).conversation == []


def test_noise_that_says_nothing_asks_nobody(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(3)

    done = call(caller, hears=[""])
    assert done.conversation == []
    assert done.agent.asked == []


def test_going_on_before_the_answer_begins_is_heard_too(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.2)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(2)

    done = call(
        caller,
        hears=["what is the cost?", "and the risk?"],
        answers=["Unheard.", "Both are low."],
        answers_after_s=1.5,
    )
    assert done.conversation == ["what is the cost?", "…", "and the risk?", "Both are low."]


def test_keys_reach_the_graph_when_the_caller_has_finished_dialling(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for digit in "1234":
            line.press(digit)
            await line.wait(0.4)
        await line.wait(4)
        line.press("7")
        line.press("#")
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, answers=["Noted.", "Done."])
    assert done.conversation == ["[keypad] 1234", "Noted.", "[keypad] 7", "Done."]


def test_a_line_that_returns_no_marks_still_moves_on(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(4)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(4)

    done = call(
        caller, hears=["one?", "two?"], answers=["First.", "Second."], line=ScriptedLine(returns_marks=False)
    )
    assert done.conversation == ["one?", "First.", "two?", "Second."]


def test_going_on_while_the_recogniser_is_slow_makes_one_utterance(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.2)  # the turn is over, but nobody knows what was said
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["book a flight for tomorrow."], hears_after_s=1.5, answers=["Booked."])
    assert done.conversation == ["book a flight for tomorrow.", "Booked."]
    ((sound, _, _),) = done.recognizer.asked
    assert 3.2 <= sound.duration_s <= 3.6


def test_the_reply_follows_the_callers_language(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(2):
            await ask(line)
            await line.until_quiet()

    vietnamese = Transcript("máy chủ thế nào?", VIETNAMESE, 1.0, "scripted")
    done = call(
        caller,
        hears=[vietnamese, "and what is it in English?"],
        answers=["Mọi thứ đều ổn, không có sự cố nào cả.", "Everything is well."],
    )
    assert [language for _, language in done.synthesizer.spoken] == [VIETNAMESE, ENGLISH]
    assert [language for _, language in done.agent.asked] == ["Vietnamese", "English"]


def test_our_own_phrases_are_in_the_callers_language_too(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await line.wait(12)

    vietnamese = Transcript("máy chủ thế nào?", VIETNAMESE, 1.0, "scripted")
    done = call(caller, hears=[vietnamese], answers=["Mọi thứ đều ổn, không có sự cố nào cả."])
    assert done.said[1] == "Anh chị còn nghe máy không ạ?"


def test_a_line_that_brings_no_more_sound_is_answered_all_the_same(call: Any) -> None:
    class Stalling(ScriptedLine):
        stalled = False

        async def _frames(self) -> None:
            frames = asyncio.create_task(super()._frames())
            while not self.stalled:
                await asyncio.sleep(0.1)
            frames.cancel()

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        line.stalled = True  # type: ignore[attr-defined]
        await line.wait(10)

    done = call(
        caller, hears=["where is it?"], answers=["Hello."], line=Stalling(), max_utterance_s=5, idle_s=60
    )
    assert done.conversation == ["where is it?", "Hello."]


def test_twenty_calls_at_once_do_not_hear_each_other(sound_of: Any) -> None:
    async def main() -> None:
        vad = LiveVad(LoudnessVad())

        async def one(i: int) -> None:
            line, agent = ScriptedLine(), ScriptedAgent("cto", [f"Answer {i}.", f"Another {i}."])
            graph = create_voice_graph([agent], router=ScriptedRouter([["cto"]])).compile(
                checkpointer=InMemorySaver()
            )
            recognizer, synthesizer = (
                ScriptedRecognizer([f"first {i}.", f"second {i}."]),
                ScriptedSynthesizer(),
            )
            conversation = Conversation(
                Services(graph, recognizer, synthesizer, vad),
                line,
                thread_id=str(i),
                options=ConversationOptions(opening=None),
            )
            running = asyncio.create_task(conversation.run())
            await line.wait(0.13 * i)  # they overlap in every phase
            for _ in range(2):
                await line.speak(0.5 + 0.07 * i)
                await line.until_answered()
                await line.until_quiet()
            line.hang_up_caller()
            assert await running == "the caller hung up"
            state = (await graph.aget_state({"configurable": {"thread_id": str(i)}})).values
            texts = [message.text for message in state["messages"]]
            assert texts == [f"first {i}.", f"Answer {i}.", f"second {i}.", f"Another {i}."]
            assert len(recognizer.asked) >= 2
            for sound, _, _ in recognizer.asked:
                assert 0 <= sound.duration_s - (0.5 + 0.07 * i) <= 0.55
            np.testing.assert_allclose(
                line.sound,
                sound_of(*(read_aloud(f"{kind} {i}.", ENGLISH) for kind in ("Answer", "Another"))),
                atol=1e-6,
            )

        await asyncio.gather(*(one(i) for i in range(20)))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main())


def test_parts_that_do_not_fit_together_are_refused() -> None:
    async def main() -> None:
        agent = ScriptedAgent("cto", [])
        graph = create_voice_graph([agent])
        parts = ScriptedRecognizer([]), ScriptedSynthesizer(), LiveVad(LoudnessVad())
        with pytest.raises(ValueError, match="checkpointer"):
            Conversation(Services(graph.compile(), *parts), ScriptedLine(), thread_id="x")
        kept = graph.compile(checkpointer=InMemorySaver())
        with pytest.raises(ValueError, match="16000 Hz"):
            Conversation(Services(kept, *parts), ScriptedLine(16_000), thread_id="x")

    run_virtual(main())


def test_a_turn_that_follows_on_another_reads_the_conversation_once(call: Any) -> None:
    """What it was left at is known: preparing the answer and looking whether an agent waits read nothing."""

    class Counting(InMemorySaver):
        read = 0

        async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
            self.read += 1
            return await super().aget_tuple(config)

    saver, reads = Counting(), list[int]()

    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            before = saver.read
            await line.speak(1.0)
            await line.until_answered()
            await line.until_quiet()
            reads.append(saver.read - before)

    agent = ScriptedAgent("cto", ["Yes."] * 3, repeatable=True)
    done = call(caller, hears=["one?", "two?", "three?"], agent=agent, preemptive=True, saver=saver)
    assert done.conversation == ["one?", "Yes.", "two?", "Yes.", "three?", "Yes."]
    assert len(agent.asked) == 3, "an answer prepared for another conversation is of no use"
    assert reads[1:] == [1, 1]
