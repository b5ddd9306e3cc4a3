"""Whole calls on virtual time: a scripted caller on a scripted line, a real graph with scripted agents."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.agents.forms import Analysis
from emads_voice.channels.conversation import Conversation, Manners, Voices
from emads_voice.channels.transport import TransferError
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
from emads_voice.voice.audio import Audio
from emads_voice.voice.errors import RecognitionError, SynthesisError
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language
from emads_voice.voice.live_vad import LiveVad
from emads_voice.voice.recognizer import Transcript

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

    @property
    def said(self) -> list[str]:
        return [text for text, _ in self.synthesizer.spoken]


class Slow(ScriptedAgent):
    """Thinks before it answers."""

    seconds = 1.5

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        await asyncio.sleep(self.seconds)
        return await super().answer(*args, **kwargs)


class SlowRecognizer(ScriptedRecognizer):
    """Takes its time."""

    seconds = 1.5

    async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
        await asyncio.sleep(self.seconds)
        return await super().transcribe(*args, **kwargs)


def slow(seconds: float, *answers: str) -> Slow:
    agent = Slow("cto", answers)
    agent.seconds = seconds
    return agent


def sound_of(*texts: str) -> np.ndarray:
    """What these texts sound like on the line, one after the other."""
    synthesizer = ScriptedSynthesizer()
    return np.concatenate([synthesizer.tone(text).resample(8_000).samples for text in texts])


Caller = Callable[[ScriptedLine], Awaitable[None]]


def call(
    caller: Caller,
    *,
    hears: list[Any] | None = None,
    answers: list[Any] | None = None,
    line: ScriptedLine | None = None,
    agent: Any = None,
    recognizer: Any = None,
    synthesizer: Any = None,
    **manners: Any,
) -> Call:
    """Run one call to its end and look at what is left."""

    async def main() -> Call:
        wire = line or ScriptedLine()
        asked = agent or ScriptedAgent("cto", answers or [])
        ears, mouth = recognizer or ScriptedRecognizer(hears or []), synthesizer or ScriptedSynthesizer()
        graph = create_voice_graph([asked], router=ScriptedRouter([["cto"]])).compile(
            checkpointer=InMemorySaver()
        )
        vad = LiveVad(LoudnessVad())
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
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(12)

    done = call(caller, hears=["how are you?"], agent=slow(5, "Well."))
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


APOLOGY = ["I am sorry, I cannot answer at the moment.", "Please try again in a little while."]
SENTENCES = [
    "This is the first sentence of it.",
    "This is the second sentence of it.",
    "And this is the third one of it.",
]


async def ask(line: ScriptedLine) -> None:
    """Ask something and let the answer begin."""
    await line.speak(1.0)
    await line.until_answered()


def test_a_false_interruption_goes_on_from_the_word_that_was_cut() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.5)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", ""], answers=[LONG])
    assert done.conversation == ["tell me all.", LONG]
    (cut_at,) = done.line.clears
    whole, heard = sound_of(*SENTENCES), done.line.sound
    cut = round(sum(length for start, length in done.line.heard if start < cut_at) * 8_000)
    repeated = len(heard) - len(whole)
    assert 0 < repeated <= 8 * 0.05 * 8_000  # no more than a word is said again
    np.testing.assert_allclose(heard[:cut], whole[:cut], atol=1e-6)
    np.testing.assert_allclose(heard[cut:], whole[cut - repeated :], atol=1e-6)


def test_two_false_interruptions_and_a_true_one() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        for _ in range(2):
            await line.wait(0.6)
            await line.speak(0.4)
            await line.wait(1.2)
        await line.speak(1.0)
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all.", "", "mm-hmm", "stop."], answers=[LONG, "I stopped."])
    heard = done.conversation[1]
    assert done.conversation == ["tell me all.", heard, "stop.", "I stopped."]
    assert LONG.startswith(heard)
    assert 20 < len(heard) < len(LONG)
    # What was noted is what was played, to the word; the cut words were begun three times.
    assert len(done.line.clears) == 3
    played = done.line.heard_s - 0.05 * len("I stopped.")
    assert 0.05 * len(heard) - 0.1 <= played <= 0.05 * (len(heard) + 3 * len(" sentence")) + 0.1


def test_two_interruptions_in_a_row() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.8)
        await line.until_answered()
        await line.wait(0.6)
        await line.speak(0.8)
        await line.until_quiet(2)

    done = call(
        caller,
        hears=["tell me all.", "no, the other one.", "the third, I mean."],
        answers=[LONG, LONG, "The third it is."],
    )
    assert done.conversation[0::2] == ["tell me all.", "no, the other one.", "the third, I mean."]
    assert all(0 < len(heard) < 40 and LONG.startswith(heard) for heard in done.conversation[1:4:2])
    assert done.conversation[-1] == "The third it is."


def test_interrupting_before_a_word_was_heard_leaves_no_answer() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.0)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, hears=["what is it?", "no, forget it."], agent=slow(3, "Forgotten."))
    assert done.conversation == ["what is it?", "no, forget it.", "Forgotten."]
    assert [len(messages) for messages, _ in done.agent.asked] == [2]  # the first was never asked to the end


def test_going_on_while_the_recogniser_is_slow_makes_one_utterance() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.2)  # the turn is over, but nobody knows what was said
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    recognizer = SlowRecognizer(["book a flight for tomorrow."])
    done = call(caller, recognizer=recognizer, answers=["Booked."])
    assert done.conversation == ["book a flight for tomorrow.", "Booked."]
    ((sound, _, _),) = recognizer.asked
    assert 3.2 <= sound.duration_s <= 3.6


def test_a_recogniser_that_hangs_is_apologised_for() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(15)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, recognizer=Once(["are you there?"]), answers=["I am."], answer_within_s=6)
    assert done.said == ["One moment, please.", *APOLOGY, "I am."]
    assert done.conversation == ["are you there?", "I am."]


class Once(ScriptedRecognizer):
    """Hangs at first."""

    hung = False

    async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
        if not self.hung:
            self.hung = True
            await asyncio.Event().wait()
        return await super().transcribe(*args, **kwargs)


def test_a_recogniser_with_a_bug_does_not_silence_the_call(caplog: pytest.LogCaptureFixture) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=[KeyError("a bug"), "again."], answers=["Fine."])
    assert done.said == [*APOLOGY, "Fine."]
    assert [record.getMessage() for record in caplog.records] == [
        "call call: a turn failed (KeyError: 'a bug')"
    ]


def test_the_reply_follows_the_callers_language() -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(2):
            await ask(line)
            await line.until_quiet()

    vietnamese = Transcript("máy chủ thế nào?", VIETNAMESE, 1.0, "scripted")
    done = call(
        caller,
        hears=[vietnamese, "and in English?"],
        answers=["Mọi thứ đều ổn, không có sự cố nào cả.", "Everything is well."],
    )
    assert [language for _, language in done.synthesizer.spoken] == [VIETNAMESE, ENGLISH]
    assert [language for _, language in done.agent.asked] == ["Vietnamese", "English"]


def test_our_own_phrases_are_in_the_callers_language_too() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await line.wait(12)

    vietnamese = Transcript("máy chủ thế nào?", VIETNAMESE, 1.0, "scripted")
    done = call(caller, hears=[vietnamese], answers=["Mọi thứ đều ổn, không có sự cố nào cả."])
    assert done.said[1] == "Anh chị còn nghe máy không ạ?"


def test_an_answer_in_time_is_not_announced() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()

    assert call(caller, hears=["how?"], agent=slow(1.9, "So.")).said == ["So."]


def test_interrupting_the_announcement() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)  # the announcement
        await line.wait(0.2)
        await line.speak(0.8)
        await line.wait(8)

    done = call(caller, hears=["what is it?", "forget it, hello?"], agent=slow(4, "Hello."))
    assert done.said[0] == "One moment, please."
    assert done.conversation == [
        "what is it?",
        "forget it, hello?",
        "Hello.",
    ]  # and it is not in what was said


def test_a_transfer_that_is_refused_ends_in_a_goodbye() -> None:
    class Refusing(ScriptedLine):
        async def transfer(self, to: str) -> None:
            raise TransferError("nobody there")

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.wait(20)

    broken = [RecognitionError("Down."), RecognitionError("Down.")]
    done = call(caller, hears=broken, transfer_to="+84900000000", line=Refusing())
    assert done.said == [
        *APOLOGY,
        "I will put you through to a colleague.",
        "Thank you for calling.",
        "Goodbye.",
    ]
    assert done.ended == "we hung up"


def test_who_is_being_put_through_cannot_talk_us_out_of_it() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.speak(3)
        await line.wait(20)

    broken = [RecognitionError("Down."), RecognitionError("Down.")]
    done = call(caller, hears=broken, transfer_to="+84900000000")
    assert done.line.transferred == "+84900000000"
    assert done.line.clears == []


def test_a_synthesiser_that_fails_in_the_middle_is_apologised_for_and_what_was_heard_is_kept() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet(3)

    broken = ScriptedSynthesizer({SENTENCES[1]: SynthesisError("Down.")})
    done = call(caller, hears=["tell me all."], answers=[LONG], synthesizer=broken)
    assert done.said == [SENTENCES[0], SENTENCES[1], *APOLOGY]
    assert done.conversation == ["tell me all.", SENTENCES[0]]


def test_a_synthesiser_that_hangs_in_the_middle_is_given_up() -> None:
    class Hanging(ScriptedSynthesizer):
        async def synthesize(
            self, text: str, *, language: Language, voice: str | None = None
        ) -> AsyncIterator[Audio]:
            if text == SENTENCES[1]:
                await asyncio.Event().wait()
            async for piece in super().synthesize(text, language=language, voice=voice):
                yield piece

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(25)

    done = call(caller, hears=["tell me all."], answers=[LONG], synthesizer=Hanging(), idle_s=60)
    assert done.said == [SENTENCES[0], *APOLOGY]
    assert done.conversation == ["tell me all.", SENTENCES[0]]


def test_who_can_say_nothing_at_all_hands_over() -> None:
    class Dead(ScriptedSynthesizer):
        async def synthesize(
            self, text: str, *, language: Language, voice: str | None = None
        ) -> AsyncIterator[Audio]:
            raise SynthesisError("Down.")
            yield

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["hello?"], answers=["Hello."], synthesizer=Dead(), transfer_to="+849")
    assert done.line.transferred == "+849"


def test_an_answer_with_nothing_in_it_to_speak_is_apologised_for() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()

    assert call(caller, hears=["hello?"], answers=["***"]).said == APOLOGY


def test_an_answer_that_stops_half_way_is_given_up() -> None:
    class Stalling(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            kwargs["say"]("This much was ready at once. And then ")
            await asyncio.Event().wait()
            raise AssertionError

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(20)

    done = call(caller, hears=["hello?"], agent=Stalling("cto", []), answer_within_s=5, idle_s=60)
    assert done.said == ["This much was ready at once.", *APOLOGY]
    assert done.conversation == ["hello?", "This much was ready at once."]


def test_a_turn_that_ignores_its_interruption_is_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    class Stubborn(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            until = asyncio.get_running_loop().time() + 6
            while (left := until - asyncio.get_running_loop().time()) > 0:
                try:
                    await asyncio.sleep(left)
                except asyncio.CancelledError:
                    continue
            return await super().answer(*args, **kwargs)

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.0)
        await line.speak(1.0)
        await line.wait(15)

    done = call(caller, hears=["one?", "two?"], agent=Stubborn("cto", ["First.", "Second."]), idle_s=60)
    assert "Second." in done.said or "First." in done.said
    assert any("does not stop" in record.getMessage() for record in caplog.records)


def test_a_key_interrupts_the_answer() -> None:
    times: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        times.append(asyncio.get_running_loop().time())
        line.press("1")
        line.press("#")
        await line.until_quiet(2)

    done = call(caller, hears=["tell me all."], answers=[LONG, "Pressed."])
    assert done.line.clears[0] - times[0] <= 0.05
    heard, keys, answer = done.conversation[1:]
    assert LONG.startswith(heard)
    assert len(heard) < 40
    assert (keys, answer) == ("[keypad] 1#", "Pressed.")


def test_keys_during_speech_are_a_turn_of_their_own() -> None:
    async def caller(line: ScriptedLine) -> None:
        pressing = asyncio.get_running_loop().call_later(0.5, line.press, "#")
        await line.speak(2.0)
        await line.until_answered()
        await line.until_quiet()
        pressing.cancel()

    done = call(caller, hears=["and this."], answers=["Keys.", "Both."])
    assert done.conversation == ["[keypad] #", "and this.", "Both."]


def test_a_yes_over_the_last_words_of_a_question_is_its_answer() -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(1.0)
        await line.speak(0.4)
        await line.until_quiet()

    done = call(caller, hears=["book a room.", "yes."], answers=["Shall I book the big one then?", "Booked."])
    assert done.conversation[-2:] == ["yes.", "Booked."]


def test_interrupting_the_greeting() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.wait(0.3)
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=["where is my parcel?"], answers=["On its way."], opening="greeting")
    assert done.conversation == ["where is my parcel?", "On its way."]
    assert done.line.heard_s < 0.05 * len("On its way.") + 0.7


def test_a_call_that_comes_back_begins_with_an_apology() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, opening="resumed")
    assert done.said == ["Sorry, the line was interrupted.", "Please go on."]


@pytest.mark.parametrize("after_s", [0.05, 0.5, 1.05, 1.3, 1.5, 1.7, 2.5, 3.0, 5.0])
def test_hanging_up_at_any_point_leaves_nothing_running(after_s: float) -> None:
    async def caller(line: ScriptedLine) -> None:
        talking = asyncio.create_task(line.speak(1.0))
        await line.wait(after_s)
        talking.cancel()

    agent = slow(0.2, LONG)
    done = call(caller, recognizer=SlowRecognizer(["hello?"]), agent=agent, opening="greeting")
    assert done.conversation[:1] in ([], ["hello?"])
    assert all(LONG.startswith(text) for text in done.conversation[1:])


def test_hanging_up_while_we_think_keeps_the_question() -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(1.5)

    assert call(caller, hears=["how?"], agent=slow(10, "So.")).conversation == ["how?"]


def test_a_line_that_brings_no_more_sound_is_answered_all_the_same() -> None:
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

    done = call(caller, hears=["hello?"], answers=["Hello."], line=Stalling(), max_utterance_s=5, idle_s=60)
    assert done.conversation == ["hello?", "Hello."]


def test_twenty_calls_at_once_do_not_hear_each_other() -> None:
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
                Voices(graph, recognizer, synthesizer, vad),
                line,
                thread_id=str(i),
                manners=Manners(opening=None),
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
            for sound, _, _ in recognizer.asked:
                assert 0 <= sound.duration_s - (0.5 + 0.07 * i) <= 0.5
            np.testing.assert_allclose(line.sound, sound_of(f"Answer {i}.", f"Another {i}."), atol=1e-6)

        await asyncio.gather(*(one(i) for i in range(20)))
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main())


def test_parts_that_do_not_fit_together_are_refused() -> None:
    async def main() -> None:
        agent = ScriptedAgent("cto", [])
        graph = create_voice_graph([agent])
        parts = ScriptedRecognizer([]), ScriptedSynthesizer(), LiveVad(LoudnessVad())
        with pytest.raises(ValueError, match="checkpointer"):
            Conversation(Voices(graph.compile(), *parts), ScriptedLine(), thread_id="x")
        kept = graph.compile(checkpointer=InMemorySaver())
        with pytest.raises(ValueError, match="16000 Hz"):
            Conversation(Voices(kept, *parts), ScriptedLine(16_000), thread_id="x")

    run_virtual(main())
