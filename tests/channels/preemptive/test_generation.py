"""Preemptive generation gives the same answers sooner, and leaves nothing behind when it was wrong."""

import asyncio
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage

from emads_voice.agents.call_context import CallContext, asked_in, current_call
from emads_voice.agents.errors import ModelError
from emads_voice.agents.forms import Analysis
from emads_voice.channels.preemptive.generation import PreemptiveGeneration
from emads_voice.testing import (
    ScriptedAgent,
    ScriptedLine,
    ScriptedRouter,
    ScriptedSynthesizer,
    run_virtual,
)
from emads_voice.voice.languages import ENGLISH

QUESTION = "How are the servers?"
ANSWER = "They are all well. Nothing else is known."
FIRST = "They are all well."


class Slow(ScriptedAgent):
    """Thinks for a while, counts what it was asked to the end."""

    seconds = 0.3
    finished = 0

    def __init__(self, name: str, script: Sequence[str | Exception]) -> None:
        super().__init__(name, script, repeatable=True)

    async def answer(self, messages: Sequence[BaseMessage], **how: Any) -> Analysis:
        await asyncio.sleep(self.seconds)
        self.finished += 1
        return await super().answer(messages, **how)


class Knowing(ScriptedAgent):
    """Notes who was calling when it was asked."""

    def __init__(self) -> None:
        super().__init__("cto", [ANSWER], repeatable=True)
        self.callers: list[str] = []

    async def answer(self, messages: Sequence[BaseMessage], **how: Any) -> Analysis:
        self.callers.append(current_call().caller)
        return await super().answer(messages, **how)


def preemptive_of(agent: ScriptedAgent) -> tuple[PreemptiveGeneration, ScriptedRouter, ScriptedSynthesizer]:
    router, synthesizer = ScriptedRouter([[agent.name]]), ScriptedSynthesizer()
    return PreemptiveGeneration([agent], router, synthesizer), router, synthesizer


async def ask(preemptive: PreemptiveGeneration, text: str, said: list[str]) -> Analysis:
    messages = [HumanMessage(text)]
    route = await preemptive.router.route(messages, preemptive.agents)
    assert route.agents == ["cto"]
    return await preemptive.agents[0].answer(messages, language="English", say=said.append)


def test_an_agent_asked_preemptively_knows_who_is_calling() -> None:
    async def main() -> None:
        agent = Knowing()
        preemptive, _, _ = preemptive_of(agent)
        with asked_in(CallContext(caller="+84901234567")):
            begun = preemptive.begin([], QUESTION, ENGLISH)
        await asyncio.sleep(0.1)
        await ask(preemptive, QUESTION, [])
        begun.drop()
        assert agent.callers == ["+84901234567"]

    run_virtual(main())


def test_what_was_worked_out_is_there_at_once_and_only_once() -> None:
    async def main() -> None:
        agent = Slow("cto", [ANSWER, "Asked anew."])
        preemptive, router, synthesizer = preemptive_of(agent)
        loop, said = asyncio.get_running_loop(), list[str]()
        begun = preemptive.begin([], QUESTION, ENGLISH)
        await asyncio.sleep(1)
        began = loop.time()
        assert (await ask(preemptive, QUESTION, said)).answer == ANSWER == "".join(said)
        sentence = [
            piece async for piece in preemptive.synthesizer.synthesize("They are all well.", language=ENGLISH)
        ]
        assert loop.time() == began
        assert sentence
        assert [text for text, _ in synthesizer.spoken] == ["They are all well."]
        begun.drop()
        assert (await ask(preemptive, QUESTION, said)).answer == "Asked anew."
        assert len(router.asked) == 2

    run_virtual(main())


def test_what_is_still_being_worked_out_is_joined_not_begun_again() -> None:
    async def main() -> None:
        agent = Slow("cto", [ANSWER])
        preemptive, _, _ = preemptive_of(agent)
        said: list[str] = []
        preemptive.begin([], QUESTION, ENGLISH)
        await asyncio.sleep(0.1)
        assert (await ask(preemptive, QUESTION, said)).answer == ANSWER
        assert "".join(said) == ANSWER
        assert agent.finished == 1

    run_virtual(main())


@pytest.mark.parametrize("waits_s", [0.0, 0.5, 10.0])
def test_a_sentence_is_handed_over_as_far_as_it_is_made_and_then_as_it_is_made(waits_s: float) -> None:
    async def main() -> None:
        synthesizer = ScriptedSynthesizer(pace=0.5)
        preemptive = PreemptiveGeneration([Slow("cto", [ANSWER])], ScriptedRouter([["cto"]]), synthesizer)
        loop = asyncio.get_running_loop()
        began = loop.time()
        preemptive.begin([], QUESTION, ENGLISH)
        while not synthesizer.spoken:
            await asyncio.sleep(0.01)
        await asyncio.sleep(waits_s)
        pieces, times = [], []
        async for piece in preemptive.synthesizer.synthesize(FIRST, language=ENGLISH):
            pieces.append(piece.samples)
            times.append(loop.time() - began)
        whole = synthesizer.tone(FIRST)
        np.testing.assert_array_equal(np.concatenate(pieces), whole.samples)
        assert len(synthesizer.spoken) == 1
        assert times[0] <= Slow.seconds + max(waits_s, 0.05) + 0.02
        assert times[-1] <= Slow.seconds + max(waits_s, whole.duration_s / 2) + 0.1

    run_virtual(main())


def test_who_stops_listening_to_a_sentence_stops_its_making() -> None:
    async def main() -> None:
        synthesizer = ScriptedSynthesizer(pace=0.5)
        preemptive = PreemptiveGeneration([Slow("cto", [ANSWER])], ScriptedRouter([["cto"]]), synthesizer)
        preemptive.begin([], QUESTION, ENGLISH)
        while not synthesizer.spoken:
            await asyncio.sleep(0.01)

        async def listen() -> None:
            async for _ in preemptive.synthesizer.synthesize(FIRST, language=ENGLISH):
                pass

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(listen(), 0.1)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    run_virtual(main())


def test_another_question_is_not_given_that_answer() -> None:
    async def main() -> None:
        preemptive, _, _ = preemptive_of(Slow("cto", [ANSWER, "Another."]))
        preemptive.begin([AIMessage("Hello.")], QUESTION, ENGLISH)
        await asyncio.sleep(1)
        assert (await ask(preemptive, QUESTION, [])).answer == "Another."

    run_virtual(main())


def test_what_is_dropped_is_stopped() -> None:
    async def main() -> None:
        agent = Slow("cto", [ANSWER])
        preemptive, _, _ = preemptive_of(agent)
        begun = preemptive.begin([], QUESTION, ENGLISH)
        await asyncio.sleep(0.1)
        begun.drop()
        await asyncio.sleep(1)
        assert agent.finished == 0
        assert len(asyncio.all_tasks()) == 1

    run_virtual(main())


def test_who_does_not_say_that_asking_changes_nothing_is_not_asked_preemptively() -> None:
    async def main() -> None:
        agent = ScriptedAgent("cto", ["Ordered."])
        preemptive, _, _ = preemptive_of(agent)
        preemptive.begin([], QUESTION, ENGLISH)
        await asyncio.sleep(1)
        assert agent.asked == []

    run_virtual(main())


def test_a_failure_is_met_by_whoever_asks() -> None:
    async def main() -> None:
        preemptive, _, _ = preemptive_of(Slow("cto", [ModelError("The model is down.")]))
        preemptive.begin([], QUESTION, ENGLISH)
        await asyncio.sleep(1)
        with pytest.raises(ModelError, match="down"):
            await ask(preemptive, QUESTION, [])

    run_virtual(main())


async def hesitant(line: ScriptedLine) -> None:
    await line.speak(1.0)
    await line.wait(0.35)
    await line.speak(1.0)
    await line.until_answered()
    await line.until_quiet()


def test_a_call_waits_only_for_the_end_of_the_turn(call: Any) -> None:
    waits: list[float] = []

    async def caller(line: ScriptedLine) -> None:
        await line.speak(1.0)
        stopped = asyncio.get_running_loop().time()
        await line.until_answered()
        waits.append(line.played[0][0] - stopped)
        await line.until_quiet()

    alone = call(caller, hears=[QUESTION], agent=Slow("cto", [ANSWER]))
    done = call(caller, hears=[QUESTION], agent=Slow("cto", [ANSWER]), preemptive=True)
    assert waits[0] - waits[1] == pytest.approx(Slow.seconds, abs=0.03)
    assert done.conversation == [QUESTION, ANSWER]
    assert done.agent.finished == 1
    assert done.checkpoints == alone.checkpoints


def test_a_caller_who_goes_on_leaves_no_trace_of_what_was_generated(call: Any) -> None:
    agents = [Slow("cto", [ANSWER, ANSWER]) for _ in range(2)]
    alone, done = (
        call(hesitant, hears=["How are", QUESTION], agent=agent, preemptive=preemptive)
        for agent, preemptive in zip(agents, [False, True], strict=True)
    )
    assert done.conversation == [QUESTION, ANSWER]
    assert done.agent.finished == 1
    assert done.checkpoints == alone.checkpoints
