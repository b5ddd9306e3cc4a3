"""The language of a call: it lasts, is told to the recogniser for a word or two, and is the thread's from the start."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice.testing import ScriptedLine, ScriptedRecognizer
from emads_voice.voice.languages import ENGLISH, VIETNAMESE
from emads_voice.voice.recognizer import Transcript


def said(text: str, language: Any) -> Transcript:
    return Transcript(text, language, 1.0, "scripted:recognizer")


async def one_question(line: ScriptedLine) -> None:
    await line.speak(1.5)
    await line.until_answered()
    await line.until_quiet()


def test_a_word_of_another_language_changes_nothing_and_a_sentence_does(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        for seconds in (1.5, 0.4, 0.4, 1.5):
            await line.speak(seconds)
            await line.until_answered()
            await line.until_quiet()

    hears = [
        said("Đơn hàng của tôi bao giờ đến?", VIETNAMESE),
        said("Visa.", ENGLISH),
        said("FedEx.", ENGLISH),
        said("When does my order arrive here?", ENGLISH),
    ]
    done = call(caller, hears=hears, answers=["Một."] * 3 + ["One."], language=VIETNAMESE)
    assert [asked[1] for asked in done.agent.asked] == ["Vietnamese"] * 3 + ["English"]
    assert [language for _, language, _ in done.recognizer.asked] == [None, VIETNAMESE, VIETNAMESE, None]


def test_a_recogniser_is_not_told_a_language_it_does_not_know(call: Any) -> None:
    async def caller(line: ScriptedLine) -> None:
        await line.speak(0.4)
        await line.until_answered()

    recognizer = ScriptedRecognizer(["Yes."], languages=[ENGLISH])
    call(caller, recognizer=recognizer, answers=["Good."], language=VIETNAMESE)
    assert [language for _, language, _ in recognizer.asked] == [None]


def test_a_call_that_goes_on_with_a_thread_begins_in_its_language(call: Any) -> None:
    async def wait(line: ScriptedLine) -> None:
        await line.until_answered()

    saver = InMemorySaver()
    call(one_question, hears=[said("Đơn hàng của tôi đâu rồi?", VIETNAMESE)], answers=["Một."], saver=saver)
    again = call(wait, saver=saver, opening="greeting")
    assert {language for _, language in again.synthesizer.spoken} == {VIETNAMESE}


def test_a_thread_that_cannot_be_looked_up_does_not_silence_the_greeting(
    call: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(InMemorySaver):
        async def aget_tuple(self, config: Any) -> Any:
            raise OSError("the disk is gone")

    async def wait(line: ScriptedLine) -> None:
        await line.until_answered()

    with pytest.raises(OSError, match="the disk is gone"):  # the test's own look at the thread
        call(wait, saver=Broken(), opening="greeting")
    assert "The language of call could not be looked up (OSError: the disk is gone)" in caplog.text
