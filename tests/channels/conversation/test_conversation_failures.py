"""Slow, dead and failing parts: the caller is told, and the call goes on or is handed over."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.channels.errors import TransferError
from emads_voice.channels.transport import Briefing
from emads_voice.graph import VoiceContext
from emads_voice.testing import (
    ScriptedAgent,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedSynthesizer,
)
from emads_voice.voice.errors import RecognitionError, SynthesisError
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio

SENTENCES = [
    "This is the first sentence of it.",
    "This is the second sentence of it.",
    "And this is the third one of it.",
]
LONG = " ".join(SENTENCES)
NOT_RECOGNISED = [
    "I am sorry, something went wrong here and I could not make out what you said.",
    "Please say it again.",
]
APOLOGY = ["I am sorry, I cannot answer at the moment.", "Please try again in a little while."]
STILL_NOT = ["I still cannot answer, I am sorry.", "It may take a while until it works again."]


async def ask(line: ScriptedLine) -> None:
    """Ask something and let the answer begin."""
    await line.speak(1.0)
    await line.until_answered()


def test_a_late_answer_is_announced(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(12)

    done = call(caller, hears=["how is it done?"], answers=["Well."], answers_after_s=5)
    assert [text for text, _ in done.synthesizer.spoken] == ["One moment, please.", "Well."]
    assert done.conversation == ["how is it done?", "Well."]


def test_who_waits_for_long_is_told_so_now_and_then_in_other_words(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(25)

    done = call(caller, hears=["how is it done?"], answers=["Well."], answers_after_s=18)
    *fillers, answer = done.said
    assert answer == "Well."
    assert len(fillers) in (3, 4)
    assert len(set(fillers)) == len(fillers)
    begun = [start for start, _ in done.line.played]
    assert len(begun) >= 4


def test_an_answer_in_time_is_not_announced(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()

    assert call(caller, hears=["how?"], answers=["So."], answers_after_s=1.9).said == ["So."]


def test_an_answer_that_never_comes_is_given_up_with_an_apology_then_a_goodbye(call: Any) -> None:
    class Dead(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            await asyncio.Event().wait()
            raise AssertionError

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(30)
        await line.speak(1.0)
        await line.wait(40)

    done = call(caller, hears=["how is it done?", "where is it?"], agent=Dead("cto", []), idle_s=60)
    said = [text for text, _ in done.synthesizer.spoken]
    assert "I am sorry, I cannot answer at the moment." in said
    assert said[-1] == "Goodbye."
    assert done.ended == "we hung up"


def test_a_recogniser_that_fails_twice_hands_the_caller_over(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(8)
        await line.speak(1.0)
        await line.wait(10)

    broken = [RecognitionError("The server is down."), RecognitionError("The server is down.")]
    done = call(caller, hears=broken, transfer_to="+84900000000", idle_s=60)
    assert done.line.transferred == "+84900000000"
    assert done.synthesizer.spoken[-1][0] == "I will put you through to a colleague."


def test_a_recogniser_that_hangs_is_apologised_for(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(15)
        await line.speak(1.0)
        await line.until_answered()
        await line.until_quiet()

    done = call(caller, recognizer=Once(["where are we?"]), answers=["I am."], answer_within_s=6)
    assert done.said == ["One moment, please.", *NOT_RECOGNISED, "I am."]
    assert done.conversation == ["where are we?", "I am."]


class Once(ScriptedRecognizer):
    """Hangs at first."""

    hung = False

    async def transcribe(self, *args: Any, **kwargs: Any) -> Transcript:
        if not self.hung:
            self.hung = True
            await asyncio.Event().wait()
        return await super().transcribe(*args, **kwargs)


def test_a_recogniser_with_a_bug_does_not_silence_the_call(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    done = call(caller, hears=[KeyError("a bug"), "the second."], answers=["Fine."])
    assert done.said == [*NOT_RECOGNISED, "Fine."]
    assert [record.getMessage() for record in caplog.records] == [
        "call call: a turn failed (KeyError: 'a bug')"
    ]


def test_a_failure_is_logged_under_the_calls_sid_where_it_has_one(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()

    call(caller, hears=[KeyError("a bug")], context=VoiceContext(channel="phone", call_sid="CA1"))
    assert [record.getMessage() for record in caplog.records] == [
        "call CA1: a turn failed (KeyError: 'a bug')"
    ]


def test_a_transfer_that_is_refused_ends_in_a_goodbye(call: Any) -> None:
    class Refusing(ScriptedLine):
        async def transfer(self, to: str, *, briefing: Briefing | None = None) -> None:
            raise TransferError("nobody there")

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.wait(20)

    broken = [RecognitionError("Down."), RecognitionError("Down.")]
    done = call(caller, hears=broken, transfer_to="+84900000000", line=Refusing())
    assert done.said == [
        *NOT_RECOGNISED,
        "I will put you through to a colleague.",
        "Thank you for calling.",
        "Goodbye.",
    ]
    assert done.ended == "we hung up"


def test_who_is_being_put_through_cannot_talk_us_out_of_it(call: Any) -> None:
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


def test_a_synthesiser_that_fails_in_the_middle_is_apologised_for_and_what_was_heard_is_kept(
    call: Any,
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet(3)

    broken = ScriptedSynthesizer({SENTENCES[1]: SynthesisError("Down.")})
    done = call(caller, hears=["tell me all."], answers=[LONG], synthesizer=broken)
    assert done.said == [SENTENCES[0], SENTENCES[1], *APOLOGY]
    assert done.conversation == ["tell me all.", SENTENCES[0]]


def test_a_synthesiser_that_hangs_in_the_middle_is_given_up(call: Any) -> None:
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


def test_who_can_say_nothing_at_all_hands_over(call: Any) -> None:
    class Dead(ScriptedSynthesizer):
        async def synthesize(
            self, text: str, *, language: Language, voice: str | None = None
        ) -> AsyncIterator[Audio]:
            raise SynthesisError("Down.")
            yield

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(20)

    done = call(caller, hears=["where is it?"], answers=["Hello."], synthesizer=Dead(), transfer_to="+849")
    assert done.line.transferred == "+849"


@pytest.mark.parametrize("nothing", ["", "***", "👍", "…", " \n"])
def test_nothing_to_say_is_no_failure(call: Any, nothing: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await line.speak(1.0)
            await line.wait(3)
        await ask(line)
        await line.until_answered()
        await line.until_quiet()

    done = call(
        caller,
        hears=["where is it?", "is it here?", "when is it?", "and mine?"],
        answers=[nothing, nothing, nothing, "Yes."],
        idle_s=60,
    )
    assert done.said == ["Yes."]
    assert "" not in done.conversation


@pytest.mark.parametrize(
    "error", [ModelError("429: too many requests"), RuntimeError("a bug"), TimeoutError()]
)
def test_an_agent_that_always_fails_hands_over_the_second_time(
    call: Any, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.until_quiet()
        await ask(line)
        await line.until_quiet()

    done = call(
        caller, hears=["where is it?", "where is it?"], answers=[error, error], transfer_to="+842812345678"
    )
    assert done.said == [*APOLOGY, *STILL_NOT, "I will put you through to a colleague."]
    assert done.ended == "transferred"
    assert "cto" in caplog.text


@pytest.mark.parametrize("between", ["Hello?", "Thank you.", "What can you do?", "A lô?"])
def test_a_remark_between_two_failures_makes_neither_undone(call: Any, between: str) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await ask(line)
            await line.until_quiet()

    done = call(
        caller,
        hears=["where is it?", between, "where is it?"],
        answers=[ModelError("429"), ModelError("429")],
        transfer_to="+842812345678",
        idle_s=60,
    )
    assert done.ended == "transferred"
    assert len(done.agent.asked) == 2


def test_who_cuts_the_apology_is_handed_over_the_second_time_all_the_same(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await ask(line)
            await line.wait(0.5)  # not to its end
        await line.until_quiet()

    errors = [ModelError("429")] * 3
    asked = ["where is it?", "And the other one?", "And mine?"]
    done = call(caller, hears=asked, answers=errors, transfer_to="+842812345678", idle_s=60)
    assert done.ended == "transferred"
    assert len(done.agent.asked) == 2


def test_an_answer_between_two_failures_makes_the_first_undone(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for _ in range(3):
            await ask(line)
            await line.until_quiet()

    done = call(
        caller,
        hears=["where is it?", "where is it?", "and mine?"],
        answers=[ModelError("429"), "Here.", ModelError("429")],
        transfer_to="+842812345678",
        idle_s=60,
    )
    assert done.said == [*APOLOGY, "Here.", *APOLOGY]
    assert not done.line.transferred


def test_an_answer_that_stops_half_way_is_given_up(call: Any) -> None:
    class Stalling(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            kwargs["say"]("This much was ready at once. And then ")
            await asyncio.Event().wait()
            raise AssertionError

    async def caller(line: ScriptedLine) -> None:
        await ask(line)
        await line.wait(20)

    done = call(caller, hears=["where is it?"], agent=Stalling("cto", []), answer_within_s=5, idle_s=60)
    assert done.said == ["This much was ready at once.", *APOLOGY]
    assert done.conversation == ["where is it?", "This much was ready at once."]


def test_a_turn_that_ignores_its_interruption_is_left_behind(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
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
    assert done.said == ["One moment, please.", "I am still working on it.", "Second."]
    assert any("does not stop" in record.getMessage() for record in caplog.records)
