"""Whole calls on virtual time: a scripted caller on a scripted line, a real graph with scripted agents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents.forms import Analysis
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
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.live_vad import LiveVad

LONG = "This is the first sentence of it. This is the second sentence of it. And this is the third one of it."


@dataclass
class Call:
    """What a call left behind."""

    line: ScriptedLine
    agent: ScriptedAgent
    recognizer: ScriptedRecognizer
    synthesizer: ScriptedSynthesizer
    messages: list[Any]
    ended: str

    @property
    def conversation(self) -> list[str]:
        return [message.text for message in self.messages]


Caller = Callable[[ScriptedLine], Awaitable[None]]


def call(
    caller: Caller,
    *,
    hears: list[Any] | None = None,
    answers: list[Any] | None = None,
    line: ScriptedLine | None = None,
    agent: Any = None,
    **manners: Any,
) -> Call:
    """Run one call to its end and look at what is left."""

    async def main() -> Call:
        wire = line or ScriptedLine()
        asked = agent or ScriptedAgent("cto", answers or [])
        ears, mouth = ScriptedRecognizer(hears or []), ScriptedSynthesizer()
        graph = create_voice_graph([asked], router=ScriptedRouter([["cto"]])).compile(
            checkpointer=InMemorySaver()
        )
        vad = LiveVad(LoudnessVad())  # type: ignore[arg-type]
        voices = Voices(graph, ears, mouth, vad)
        conversation = Conversation(
            voices, wire, thread_id="call", manners=Manners(**{"opening": None, **manners})
        )
        running = asyncio.create_task(conversation.run())
        await caller(wire)
        wire.hang_up_caller()
        ended = await running
        state = (await graph.aget_state({"configurable": {"thread_id": "call"}})).values
        leftover = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        assert not leftover, leftover
        return Call(wire, asked, ears, mouth, state.get("messages", []), ended)

    return run_virtual(main())


def test_a_question_is_answered_and_both_are_remembered() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.speak(1.5)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["how are the servers?"], answers=["They are well."])
    assert done.conversation == ["how are the servers?", "They are well."]
    assert done.line.heard_s > 0.5
    assert done.ended == "the caller hung up"


def test_the_answer_begins_soon_after_the_last_word() -> None:
    times: dict[str, float] = {}

    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.speak(1.5)
        times["stopped"] = asyncio.get_running_loop().time()
        await line.until_answered()
        times["answered"] = line.heard[0][0]
        await line.until_quiet()

    call(caller, hears=["how are the servers?"], answers=["They are well."])
    # A whole sentence needs 0.45 s of silence, judged in windows of 32 ms on ticks of 20 ms.
    assert 0.45 <= times["answered"] - times["stopped"] <= 0.6


def test_a_pause_inside_a_question_does_not_end_it() -> None:
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


def test_a_click_is_not_an_utterance() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(0.5)
        await line.speak(0.05)
        await line.wait(3)

    assert call(caller).conversation == []


def test_noise_that_says_nothing_asks_nobody() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(3)

    done = call(caller, hears=[""])
    assert done.conversation == []
    assert done.agent.asked == []


def test_barge_in_stops_the_answer_and_remembers_what_was_heard() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(2.6)  # the first sentence lasts 1.65 s
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "no, wait, stop."], answers=[LONG, "I stopped."])
    question, heard, interruption, answer = done.messages
    assert heard.text.startswith("This is the first sentence of it. This is the")
    assert len(heard.text) < len("This is the first sentence of it. This is the second sentence of it.")
    assert heard.additional_kwargs["interrupted"] is True
    assert (question.id, heard.id) == ("turn-1-question", "turn-1-answer")
    assert (interruption.text, answer.text) == ("no, wait, stop.", "I stopped.")
    # The next turn saw what was heard, not what was meant.
    assert [message.text for message in done.agent.asked[1][0]][1] == heard.text
    assert len(done.line.clears) == 1


def test_barge_in_clears_within_300_ms() -> None:
    times: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        times.append(asyncio.get_running_loop().time())
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "no, wait, stop."], answers=[LONG, "I stopped."])
    assert done.line.clears[0] - times[0] <= 0.3


def test_a_back_channel_does_not_end_the_answer() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(0.4)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "Uh-huh."], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]
    # Everything was heard: the part that was cut was played again from the word it was cut at.
    assert done.line.heard_s >= 0.05 * len(LONG.replace("  ", " ")) - 0.3


def test_noise_during_the_answer_does_not_end_it_either() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(0.5)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", ""], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]


def test_our_own_echo_does_not_interrupt_us() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all."], answers=[LONG], line=ScriptedLine(echo=0.25))
    assert done.conversation == ["tell me all.", LONG]
    assert done.line.clears == []


def test_who_speaks_over_an_echo_is_heard() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(1.0)
        await line.speak(1.0, loudness=0.5)
        await line.until_quiet(2)

    hears = ["tell me all.", "no, wait, stop."]
    done = call(caller, hears=hears, answers=[LONG, "I stopped."], line=ScriptedLine(echo=0.2))
    assert done.conversation[-1] == "I stopped."


def test_going_on_before_the_answer_begins_is_heard_too() -> None:
    class Slow(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            await asyncio.sleep(1.5)
            return await super().answer(*args, **kwargs)

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.2)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet(2)

    done = call(
        caller, hears=["what is the cost?", "and the risk?"], agent=Slow("cto", ["Unheard.", "Both are low."])
    )
    assert done.conversation == ["what is the cost?", "and the risk?", "Both are low."]


def test_a_late_answer_is_announced() -> None:
    class Slow(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            await asyncio.sleep(5)
            return await super().answer(*args, **kwargs)

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(12)

    done = call(caller, hears=["how are you?"], agent=Slow("cto", ["Well."]))
    assert [text for text, _ in done.synthesizer.spoken] == ["One moment, please.", "Well."]
    assert done.conversation == ["how are you?", "Well."]


def test_an_answer_that_never_comes_is_given_up_with_an_apology_then_a_goodbye() -> None:
    class Dead(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            await asyncio.Event().wait()
            raise AssertionError

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(30)
        await line.speak(1.0)
        await line.wait(40)

    done = call(caller, hears=["how are you?", "hello?"], agent=Dead("cto", []), idle_s=60)
    said = [text for text, _ in done.synthesizer.spoken]
    assert "I am sorry, I cannot answer at the moment." in said
    assert said[-1] == "Goodbye."
    assert done.ended == "we hung up"


def test_a_recogniser_that_fails_twice_hands_the_caller_over() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(8)
        await line.speak(1.0)
        await line.wait(10)

    broken = [RecognitionError("The server is down."), RecognitionError("The server is down.")]
    done = call(caller, hears=broken, transfer_to="+84900000000", idle_s=60)
    assert done.line.transferred == "+84900000000"
    assert done.synthesizer.spoken[-1][0] == "I will put you through to a colleague."


def test_a_silent_caller_is_asked_twice_and_then_let_go() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(60)

    done = call(caller, opening="greeting")
    said = " ".join(text for text, _ in done.synthesizer.spoken)
    assert (
        said
        == "Hello, how can I help? Are you still there? Are you still there? Thank you for calling. Goodbye."
    )
    assert done.ended == "we hung up"


def test_the_goodbye_is_heard_to_its_end() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.wait(30)

    done = call(caller, max_call_s=10, idle_s=60)
    goodbye = sum(len(text) for text, _ in done.synthesizer.spoken) * 0.05
    assert abs(done.line.heard_s - goodbye) < 0.1
    assert done.ended == "we hung up"


def test_keys_reach_the_graph_when_the_caller_has_finished_dialling() -> None:
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
    assert done.conversation == ["[keypad] 1234", "Noted.", "[keypad] 7#", "Done."]


def test_a_line_that_returns_no_marks_still_moves_on() -> None:
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


def test_hanging_up_in_the_middle_remembers_what_was_heard() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.until_answered()
        await line.wait(2.6)

    done = call(caller, hears=["tell me all."], answers=[LONG])
    assert done.conversation[1].startswith("This is the first sentence of it.")
    assert len(done.conversation[1]) < len(LONG)


def test_a_caller_who_never_stops_is_answered() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(20)
        await line.until_quiet()

    done = call(caller, hears=["so I said"] * 3, answers=["Let me stop you there."] * 3, max_utterance_s=8)
    assert done.conversation == ["so I said", "Let me stop you there."]
    assert 8 <= done.recognizer.asked[0][0].duration_s < 8.5
    assert done.line.clears == []  # who does not draw breath does not interrupt
