"""A turn run in-process: what it comes to, what it waits for, how it goes on."""

import asyncio
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import HumanInTheLoopMiddleware
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import interrupt

from emads_voice import SilentMouth, TypedEar, VoiceContext, as_agent, create_voice_graph, run_turn
from emads_voice.agents.forms import Analysis
from emads_voice.channels.errors import NothingPendingError, ResumeError, TurnTimeoutError
from emads_voice.channels.turn import pending_question
from emads_voice.observability import AuditEvent
from emads_voice.testing import (
    MemoryAuditLog,
    ScriptedAgent,
    ScriptedChatModel,
    ScriptedRecognizer,
    ScriptedRouter,
    ScriptedSynthesizer,
)
from emads_voice.voice.ear import ClipEar
from emads_voice.voice.errors import AudioError
from emads_voice.voice.languages import ENGLISH
from emads_voice.voice.mouth import ClipMouth
from emads_voice.voice.recognizer import Transcript
from emads_voice.voice.sound.audio import Audio


class Asks(ScriptedAgent):
    """Asks the caller what is in its script before it answers."""

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        self.asked.append((list(args[0]), kwargs["language"]))
        told = [interrupt(question) for question in self.script]
        return Analysis(answer=f"Done: {', '.join(map(str, told))}.", agent=self.name)


def typed(text: str, **more: Any) -> VoiceContext:
    return VoiceContext(ear=TypedEar(text, language=ENGLISH), **{"mouth": SilentMouth(), **more})


def built(*agents: ScriptedAgent, **more: Any) -> Any:
    router = ScriptedRouter([[agent.name for agent in agents]])
    return create_voice_graph(agents, router=router, **more).compile(checkpointer=InMemorySaver())


async def test_a_graph_without_a_checkpointer_answers_each_turn_alone() -> None:
    agent = ScriptedAgent("cto", ["One.", "Two."])
    graph = create_voice_graph([agent]).compile()
    for question, answer in (("first?", "One."), ("and then?", "Two.")):
        turn = await run_turn(graph, typed(question), thread_id="t")
        assert (turn.answer, turn.state["turn"], turn.state["ended"]) == (answer, 1, "answered")


async def test_a_turn_without_an_answer_has_none() -> None:
    turn = await run_turn(built(ScriptedAgent("cto", [""])), typed("where is it?"), thread_id="t")
    assert (turn.answer, turn.error, turn.state["ended"]) == (None, "", "nothing to say")
    assert [message.text for message in turn.state["messages"]] == ["where is it?"]
    assert turn.speech is not None


@pytest.mark.parametrize("error", [RuntimeError("a bug"), ValueError(), TimeoutError("late")])
async def test_whatever_an_agent_raises_is_an_apology_and_a_traceback_in_the_log(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    turn = await run_turn(built(ScriptedAgent("cto", [error])), typed("where is it?"), thread_id="t-1")
    assert turn.failed
    assert (turn.answer or "").startswith("I am sorry")
    assert turn.degraded == [f"CTO failed ({type(error).__name__}); the log has the traceback."]
    (record,) = [record for record in caplog.records if record.exc_info]
    assert "t-1" in record.getMessage()


async def test_one_agent_of_two_that_fails_is_not_a_failed_turn() -> None:
    turn = await run_turn(
        built(ScriptedAgent("cto", [RuntimeError()]), ScriptedAgent("coo", ["It is noon."])),
        typed("both?"),
        thread_id="t",
    )
    assert not turn.failed
    assert "It is noon." in (turn.answer or "")
    assert "I am sorry" in (turn.answer or "")


async def test_plain_answers_of_several_agents_are_all_heard_each_introduced() -> None:
    agents = [ScriptedAgent(name, [f"The {name} knows."]) for name in ("weather", "news", "sport")]
    turn = await run_turn(built(*agents), typed("all of you?"), thread_id="t")
    assert turn.answer == (
        "The news agent says: The news knows. The sport agent says: The sport knows. "
        "The weather agent says: The weather knows."
    )


async def test_a_question_of_an_agents_is_asked_and_what_is_said_next_answers_it() -> None:
    agent, log, synthesizer = (
        Asks("cto", ["Which day?", "How many?"]),
        MemoryAuditLog(),
        ScriptedSynthesizer(),
    )
    graph = built(agent, audit=log)
    turn = await run_turn(graph, typed("book it", mouth=ClipMouth(synthesizer)), thread_id="t")
    assert (turn.answer, turn.asked, [each.value for each in turn.interrupts]) == (
        None,
        "Which day?",
        ["Which day?"],
    )
    turn = await run_turn(graph, typed("On Friday.", mouth=ClipMouth(synthesizer)), thread_id="t")
    assert (turn.answer, turn.asked) == (None, "How many?")
    assert turn.heard
    assert turn.heard["text"] == "On Friday."
    turn = await run_turn(graph, typed("Eight.", mouth=ClipMouth(synthesizer)), thread_id="t")
    assert (turn.answer, turn.interrupts, turn.state["turn"]) == ("Done: On Friday., Eight..", (), 1)
    assert [message.text for message in turn.state["messages"]] == [
        "book it",
        *["Which day?", "On Friday.", "How many?", "Eight."],
        "Done: On Friday., Eight..",
    ]
    assert [text for text, _ in synthesizer.spoken] == [
        "Which day?",
        "How many?",
        "Done: On Friday., Eight..",
    ]
    assert [event.text for event in log.appended] == ["book it", "On Friday.", "Eight."]
    # Run again, it is given what it was given before.
    assert [[message.text for message in messages] for messages, _ in agent.asked] == [["book it"]] * 3


async def test_an_utterance_that_answers_nothing_leaves_the_question_open() -> None:
    request: Any = {
        "action_requests": [{"name": "pay", "args": {"amount": 5}}],
        "review_configs": [{"action_name": "pay", "allowed_decisions": ["approve", "reject"]}],
    }
    graph = built(Asks("cto", [request]))
    await run_turn(graph, typed("pay it"), thread_id="t")
    for said in ("Where is it?", "What does it cost?", ""):
        turn = await run_turn(graph, typed(said), thread_id="t")
        assert len(turn.interrupts) == 1
        assert turn.asked.startswith("Sorry, please say yes")
    assert [message.text for message in turn.state["messages"]] == ["pay it"]
    waiting = await pending_question(graph, "t")
    assert waiting
    turn = await run_turn(graph, typed("yes"), thread_id="t")
    assert turn.answer == "Done: {'decisions': [{'type': 'approve'}]}."
    assert await pending_question(graph, "t") is None


async def test_a_program_resumes_with_a_value() -> None:
    graph = built(Asks("cto", ["Which day?"]))
    turn = await run_turn(graph, typed("book it"), thread_id="t")
    turn = await run_turn(graph, VoiceContext(mouth=SilentMouth()), thread_id="t", resume="Friday")
    assert (turn.answer, turn.heard) == ("Done: Friday.", None)


async def test_two_agents_questions_are_asked_one_after_the_other() -> None:
    graph = built(Asks("cto", ["Which day?"]), Asks("coo", ["How many?"]))
    first = await run_turn(graph, typed("book it"), thread_id="t")
    assert len(first.interrupts) == 2
    second = await run_turn(graph, typed("Friday"), thread_id="t")
    assert len(second.interrupts) == 1
    assert {first.asked, second.asked} == {"Which day?", "How many?"}
    third = await run_turn(graph, typed("Eight"), thread_id="t")
    assert third.interrupts == ()
    assert "Friday" in (third.answer or "")
    assert "Eight" in (third.answer or "")


async def test_a_turn_that_takes_too_long_is_given_up_with_a_sentence() -> None:
    class Hangs(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            await asyncio.Event().wait()
            raise AssertionError

    graph = built(Hangs("cto", []))
    with pytest.raises(TurnTimeoutError, match=r"longer than 0\.05 s"):
        await run_turn(graph, typed("where is it?"), thread_id="t", timeout_s=0.05)


async def test_a_timeout_of_the_ears_own_is_not_taken_for_the_turns() -> None:
    class Late(TypedEar):
        async def hear(self) -> Transcript:
            raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        await run_turn(
            built(ScriptedAgent("cto", [])), VoiceContext(ear=Late("x")), thread_id="t", timeout_s=60
        )


async def test_configuration_and_context_reach_the_agent() -> None:
    from langgraph.config import get_config
    from langgraph.runtime import get_runtime

    class Looks(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            config, context = get_config(), get_runtime(VoiceContext).context
            return Analysis(
                answer=f"{config['configurable']['tenant']} {config['metadata']['kind']} {context.caller} "
                f"{context.parameters['vip']}",
                agent=self.name,
            )

    context = typed("where is it?", caller="+84901234567", parameters={"vip": "yes"}, channel="phone")
    assert "+84901234567" not in repr(context)
    turn = await run_turn(
        built(Looks("cto", [])),
        context,
        thread_id="t",
        config={"configurable": {"tenant": "acme"}, "metadata": {"kind": "test"}},
    )
    assert turn.answer == "acme test +84901234567 yes"


async def test_a_turn_that_stopped_in_the_middle_goes_on() -> None:
    """As after a kill: the ear's sound is gone, and what had been done is not done again."""

    working = asyncio.Event()

    class Stopped(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            if not working.is_set():
                working.set()
                await asyncio.Event().wait()
            return await super().answer(*args, **kwargs)

    graph = built(Stopped("cto", ["After all."]))
    running = asyncio.create_task(run_turn(graph, typed("where is it?"), thread_id="t"))
    await working.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    synthesizer = ScriptedSynthesizer()
    turn = await run_turn(graph, VoiceContext(mouth=ClipMouth(synthesizer)), thread_id="t", resume=None)
    assert turn.answer == "After all."
    assert [text for text, _ in synthesizer.spoken] == ["After all."]
    assert [message.text for message in turn.state["messages"]] == ["where is it?", "After all."]


async def test_a_turn_that_came_through_an_ear_is_run_again_from_listening() -> None:
    heard = ScriptedRecognizer([Transcript("first?", ENGLISH, 1.0, "scripted:ear", audio_sha256="ab")])
    ear = ClipEar(heard, Audio.silence(0.1, 16000))
    graph = built(ScriptedAgent("cto", ["One.", "Again."]))
    await run_turn(graph, VoiceContext(ear=ear, mouth=SilentMouth()), thread_id="t")
    config: Any = {"configurable": {"thread_id": "t"}}
    (before,) = [each async for each in graph.aget_state_history(config) if each.next == ("listen",)]
    state = await graph.ainvoke(None, before.config)
    assert [message.text for message in state["messages"]] == ["first?", "Again."]
    assert state["transcript"]["audio_sha256"] == "ab"


async def test_what_one_turn_heard_is_never_the_next_ones_question() -> None:
    class Refuses(MemoryAuditLog):
        async def append(self, event: AuditEvent) -> None:
            if event.text == "lost":
                raise RuntimeError("the disk is gone")

    graph = built(ScriptedAgent("cto", ["Yes."]), audit=Refuses())
    with pytest.raises(RuntimeError):
        await run_turn(graph, typed("lost"), thread_id="t")
    state = await graph.ainvoke({"messages": [HumanMessage("typed?")]}, {"configurable": {"thread_id": "t"}})
    assert state["transcript"]["text"] == "typed?"


async def test_without_an_ear_there_is_nothing_to_hear() -> None:
    with pytest.raises(AudioError, match="pass an ear"):
        await run_turn(built(ScriptedAgent("cto", [])), VoiceContext(), thread_id="t")


async def test_an_apology_never_follows_half_a_sentence() -> None:
    class Breaks(ScriptedAgent):
        async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
            kwargs["say"]("Your parcel has left. It is now wai")
            raise RuntimeError("the stream broke")

    synthesizer = ScriptedSynthesizer()
    turn = await run_turn(
        built(Breaks("cto", [])), typed("where is it?", mouth=ClipMouth(synthesizer)), thread_id="t"
    )
    assert turn.answer == (
        "Your parcel has left. I am sorry, I cannot answer at the moment. Please try again in a little while."
    )
    assert turn.speech
    assert turn.speech["played"] == turn.answer


async def test_where_nothing_waits_nothing_is_resumed_and_no_old_answer_is_given() -> None:
    graph = built(ScriptedAgent("cto", ["You owe 900 dollars."]))
    for thread, resume in (("new", "x"), ("new", None), ("t", "x"), ("t", None)):
        if thread == "t":
            await run_turn(graph, typed("what do I owe?"), thread_id="t")
        with pytest.raises(NothingPendingError, match="ask a question"):
            await run_turn(graph, VoiceContext(mouth=SilentMouth()), thread_id=thread, resume=resume)
    forgetful = create_voice_graph([ScriptedAgent("cto", [])]).compile()
    with pytest.raises(NothingPendingError):
        await run_turn(forgetful, VoiceContext(), thread_id="t", resume="x")


async def test_a_wrong_answer_leaves_an_approval_open() -> None:
    done: list[str] = []

    @tool
    def book(room: str) -> str:
        """Book a room."""
        done.append(room)
        return "booked"

    call = AIMessage("", tool_calls=[{"name": "book", "args": {"room": "P"}, "id": "1"}])
    approving = HumanInTheLoopMiddleware(interrupt_on={"book": True})
    desk = create_agent(ScriptedChatModel(script=[call, "Booked."]), [book], name="d", middleware=[approving])
    graph = create_voice_graph([as_agent(desk)]).compile(checkpointer=InMemorySaver())
    await run_turn(graph, typed("book a room"), thread_id="t")
    wrongs: list[Any] = ["yes", {"decisions": []}, {"decisions": [{"type": "maybe"}]}]
    for wrong in wrongs:
        with pytest.raises(ResumeError, match="is to be decided"):
            await run_turn(graph, VoiceContext(), thread_id="t", resume=wrong)
        assert await pending_question(graph, "t")
    approved = {"decisions": [{"type": "approve"}]}
    turn = await run_turn(graph, VoiceContext(), thread_id="t", resume=approved)
    assert (turn.answer, done) == ("Booked.", ["P"])


class Counts(ScriptedAgent):
    """Asks for a number, and says of which kind."""

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        return Analysis(answer=f"{interrupt('How many?', response_schema=int) + 1}.", agent=self.name)


async def test_an_answer_of_another_form_than_the_agent_asks_for_leaves_its_question_open() -> None:
    def ask(question: str) -> str:  # noqa: ARG001
        return f"{interrupt('How many?', response_schema=int) + 1}."

    for agent in (Counts("cto", []), as_agent(ask, name="cto")):
        graph = create_voice_graph([agent]).compile(checkpointer=InMemorySaver())
        await run_turn(graph, typed("a table"), thread_id="t")
        with pytest.raises(ResumeError, match="This is not what the agent waits for"):
            await run_turn(graph, VoiceContext(), thread_id="t", resume="many")
        turn = await run_turn(graph, typed("many"), thread_id="t")
        assert (turn.answer, turn.asked) == (None, "How many?")
        turn = await run_turn(graph, typed("7"), thread_id="t")
        assert turn.answer == "8."
        assert [message.text for message in turn.state["messages"]] == ["a table", "How many?", "7", "8."]


@pytest.mark.parametrize("broken", [AudioError("It broke."), None])
async def test_a_turn_that_fails_says_no_more(broken: Exception | None) -> None:
    class Router(ScriptedRouter):
        async def route(self, *_: Any) -> Any:
            context.mouth.feed("Something was begun to be said. And more of it.", language=ENGLISH)  # type: ignore[union-attr]
            if broken:
                raise broken
            await asyncio.Event().wait()

    context = VoiceContext(
        ear=TypedEar("q", language=ENGLISH), mouth=ClipMouth(ScriptedSynthesizer(seconds_per_character=0.01))
    )
    agents = [ScriptedAgent("cto", []), ScriptedAgent("coo", [])]
    graph = create_voice_graph(agents, router=Router([])).compile()
    before = asyncio.all_tasks()
    with pytest.raises((AudioError, TurnTimeoutError)):
        await run_turn(graph, context, thread_id="t", timeout_s=0.05)
    assert asyncio.all_tasks() <= before
