"""One answer is said in order, by one task, which ends with it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from emads_voice.voice.delivery import Delivery
from emads_voice.voice.errors import SynthesisError
from emads_voice.voice.languages import ENGLISH, Language
from emads_voice.voice.text.answer import SpokenSentence


class Mouth:
    """Says each sentence once it may; what is taken back is gone."""

    def __init__(self, held: str = "", failures: dict[str, Exception] | None = None) -> None:
        self.said: list[str] = []
        self.held = held
        self.holding = asyncio.Event()
        self.cancelled = 0
        self.failures = failures or {}
        self.delivery = Delivery(ENGLISH, say=self.say, take_back=self.take_back)

    async def say(self, sentence: SpokenSentence, language: Language) -> None:
        assert language == ENGLISH
        self.said.append(sentence.words)
        if sentence.words in self.failures:
            raise self.failures[sentence.words]
        if sentence.words == self.held:
            self.holding.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.cancelled += 1

    def take_back(self, kept: int) -> None:
        del self.said[kept:]


@pytest.fixture(autouse=True)
async def no_task_is_left_behind() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    assert asyncio.all_tasks() - before == {asyncio.current_task()}


async def test_sentences_are_said_while_the_answer_is_being_written() -> None:
    mouth = Mouth()
    mouth.delivery.feed("One. Two. Thr")
    await asyncio.sleep(0)
    assert mouth.said == ["One.", "Two."]
    assert not mouth.delivery.over
    await mouth.delivery.finish("One. Two. Three.")
    assert mouth.said == ["One.", "Two.", "Three."]
    assert (mouth.delivery.over, mouth.delivery.stopped, mouth.delivery.error) == (True, False, "")


async def test_a_replaced_answer_stops_the_sentence_that_is_not_in_it_and_goes_on() -> None:
    mouth = Mouth(held="Two.")
    mouth.delivery.feed("One. Two. Three. Four.")
    await mouth.holding.wait()
    await mouth.delivery.finish("One. Other. More.")
    assert mouth.said == ["One.", "Other.", "More."]
    assert (mouth.cancelled, mouth.delivery.stopped) == (1, False)


async def test_a_sentence_that_stays_is_not_disturbed() -> None:
    mouth = Mouth(held="Two.")
    mouth.delivery.feed("One. Two. Three. Four.")
    await mouth.holding.wait()
    finishing = asyncio.create_task(mouth.delivery.finish("One. Two. Other."))
    await asyncio.sleep(0.001)
    assert (mouth.said, mouth.cancelled) == (["One.", "Two."], 0)
    mouth.delivery.stop()
    await finishing


async def test_a_failure_that_is_taken_back_is_forgotten() -> None:
    mouth = Mouth(failures={"Two.": SynthesisError("It cannot be said.")})
    mouth.delivery.feed("One. Two. Three.")
    await asyncio.sleep(0)
    assert mouth.delivery.error == "It cannot be said."
    await mouth.delivery.finish("One. Other.")
    assert (mouth.said, mouth.delivery.error) == (["One.", "Other."], "")


async def test_a_failure_ends_it_and_is_told_a_bug_is_raised() -> None:
    mouth = Mouth(failures={"Two.": SynthesisError("It cannot be said."), "Bug.": ZeroDivisionError()})
    await mouth.delivery.finish("One. Two. Three.")
    assert (mouth.said, mouth.delivery.error) == (["One.", "Two."], "It cannot be said.")
    mouth = Mouth(failures={"Bug.": ZeroDivisionError()})
    with pytest.raises(ZeroDivisionError):
        await mouth.delivery.finish("One. Bug. Three.")


async def test_what_was_stopped_says_nothing_more_also_of_another_answer() -> None:
    mouth = Mouth(held="Two.")
    mouth.delivery.feed("One. Two. Three.")
    await mouth.holding.wait()
    mouth.delivery.stop()
    await mouth.delivery.stopping()
    assert mouth.cancelled == 1
    await mouth.delivery.finish("Other.")
    assert (mouth.said, mouth.delivery.stopped) == (["One.", "Two."], True)


async def test_who_gives_up_waiting_stops_it() -> None:
    mouth = Mouth(held="Two.")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(mouth.delivery.finish("One. Two. Three."), 0.001)
    assert mouth.cancelled == 1
