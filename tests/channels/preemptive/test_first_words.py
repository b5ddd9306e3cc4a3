"""The words synthesised before the end of a turn are those the live mouth asks for, whatever the answer looks like."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage

from emads_voice.agents.agent import Say
from emads_voice.agents.forms import Analysis
from emads_voice.channels.preemptive.generation import PreemptiveGeneration
from emads_voice.graph import VoiceContext, create_voice_graph
from emads_voice.testing import (
    ScriptedAgent,
    ScriptedLine,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.ear import TypedEar
from emads_voice.voice.languages import ENGLISH, Language, find_language
from emads_voice.voice.mouth import ClipMouth
from emads_voice.voice.sound.audio import Audio

ANSWERS = [
    ("en", "They are all well. Nothing else is known."),
    ("en", "**Yes.** We should [begin](https://a.b/c) _now_, not later. `It` is cheap."),
    ("en", "# Plan\n\n1. Buy the servers.\n2. Build the rest."),
    ("en", "| cost | risk |\n|---|---|\n| 3.5 | low |\n\nThat is all."),
    ("en", "It costs 3.5 million, i.e. 1,200 USD a day. Nothing else."),
    ("en", "Dr. Smith and J. K. Rowling agreed at 5 p.m. in approx. ten words. He left."),
    ("en", "***\n🎉\n---\nAll is well here. Really."),
    ("en", "\nAll is well here, it seems. Really."),
    ("en", "\n\n  All is well here, it seems."),
    ("en", "We should wait until the audit in March is over and done with, and then decide. Good."),
    ("en", "word " * 62 + "and an end."),
    ("en", "Yes."),
    ("en", "OK. It is done"),
    ("vi", "Vâng. GS. TS. Nam ở TP. Hồ Chí Minh đã đồng ý, chi phí là 1.200 USD. Hết rồi."),
    ("vi", "Được ạ."),
    ("vi", "The servers are all well today. Nothing else is known."),
    ("vi", "\nThe servers are all well today. Nothing else is known."),
    ("zh", "今天天气很好，我们去公园吧！你呢？我们明天再说。"),
    ("ja", "今日は、とても天気がいいです。値段は3.5円です。「はい。」と言った。"),
    ("th", "สวัสดีครับ วันนี้อากาศดีมาก เราไปเที่ยวกันเถอะ ตกลงไหม"),
]


@dataclass
class Agent(ScriptedAgent):
    """Answers after a while, in pieces of so many characters; 0: says nothing, and hands over the whole answer."""

    repeatable: bool = True
    characters: int = 1

    async def answer(
        self, messages: Sequence[BaseMessage], *, language: str, say: Say | None = None
    ) -> Analysis:
        await asyncio.sleep(0.1)
        analysis = await super().answer(messages, language=language)
        for at in range(0, len(analysis.answer) if self.characters else 0, self.characters or 1):
            if say:
                say(analysis.answer[at : at + self.characters])
            await asyncio.sleep(0)
        return analysis


@dataclass
class Synthesizer(ScriptedSynthesizer):
    """Notes when it is asked."""

    languages: Sequence[Language] = tuple(map(find_language, ("en", "vi", "zh", "ja", "th")))
    at: list[float] = field(default_factory=list)

    async def synthesize(self, text: str, **how: Any) -> AsyncIterator[Audio]:
        self.at.append(asyncio.get_running_loop().time())
        async for piece in super().synthesize(text, **how):
            yield piece


async def one_question(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


@pytest.mark.parametrize("characters", [1, 0])
@pytest.mark.parametrize(("code", "answer"), ANSWERS)
def test_a_call_is_given_the_words_that_were_synthesised_early(
    call: Any, code: str, answer: str, characters: int
) -> None:
    def synthesizer_of(preemptive: bool) -> Synthesizer:
        synthesizer = Synthesizer()
        done = call(
            one_question,
            recognizer=ScriptedRecognizer(["A question"], language=find_language(code)),
            agent=Agent("cto", [answer], characters=characters),
            synthesizer=synthesizer,
            preemptive=preemptive,
        )
        assert done.conversation == ["A question", answer]
        return synthesizer

    usual, early = synthesizer_of(False), synthesizer_of(True)
    assert usual.spoken
    assert early.spoken == usual.spoken  # the same words in the same language, and none of them twice
    assert usual.at[0] - early.at[0] > 0.2  # asked for the first of them before the turn was over


def test_an_answer_in_which_there_is_nothing_to_say_is_not_synthesised(call: Any) -> None:
    synthesizer = Synthesizer()

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        await line.wait(5.0)

    call(
        caller,
        hears=["A question"],
        agent=Agent("cto", ["***\n🎉"]),
        synthesizer=synthesizer,
        preemptive=True,
    )
    assert not synthesizer.spoken


@pytest.mark.parametrize("joined_after_s", [step / 100 for step in range(0, 24, 4)])
@pytest.mark.parametrize("answer", ["They are all well. Nothing else is known.", "Yes."])
@pytest.mark.parametrize("characters", [1, 0])
def test_no_words_are_synthesised_twice_whenever_the_graph_asks(
    joined_after_s: float, answer: str, characters: int
) -> None:
    async def main() -> None:
        synthesizer = Synthesizer(pace=0.1)
        agent = Agent("cto", [answer], characters=characters)
        generation = PreemptiveGeneration([agent], ScriptedRouter([["cto"]]), synthesizer)
        graph = create_voice_graph(generation.agents, router=generation.router).compile()
        begun = generation.begin([], "A question", ENGLISH)
        await asyncio.sleep(joined_after_s)
        mouth = ClipMouth(generation.synthesizer)
        context = VoiceContext(ear=TypedEar("A question", language=ENGLISH), mouth=mouth)
        state = await graph.ainvoke({}, context=context)
        assert state["speech"]["played"] == answer
        begun.drop()
        words = [text for text, _ in synthesizer.spoken]
        assert len(words) == len(set(words))

    run_virtual(main())


def test_words_that_a_mouth_has_already_are_left_to_it() -> None:
    async def main() -> None:
        synthesizer = Synthesizer()
        generation = PreemptiveGeneration(
            [Agent("cto", ["It is done."])], ScriptedRouter([["cto"]]), synthesizer
        )
        generation.begin([], "A question", ENGLISH)
        await asyncio.sleep(0.05)
        said: list[str] = []
        await generation.agents[0].answer([HumanMessage("A question")], language="English", say=said.append)
        await asyncio.sleep(1)
        assert "".join(said) == "It is done."
        assert synthesizer.spoken == []

    run_virtual(main())
