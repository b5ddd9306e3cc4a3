"""What the graph answers itself, however it was heard, and what agents have taken over."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from emads_voice import TypedEar, VoiceContext, create_voice_graph, run_turn
from emads_voice.agents.routing.followup import questions
from emads_voice.channels.turn import Turn
from emads_voice.testing import ScriptedAgent, ScriptedRouter
from emads_voice.voice.languages import ENGLISH, VIETNAMESE


class Talk:
    def __init__(self, *agents: Any, router: Any = None, **options: Any) -> None:
        graph = create_voice_graph(agents, router=router or ScriptedRouter([[agents[0].name]]), **options)
        self.graph = graph.compile(checkpointer=InMemorySaver())

    async def ask(self, said: str, **context: Any) -> Turn:
        ear = TypedEar(said, languages=(ENGLISH, VIETNAMESE))
        return await run_turn(self.graph, VoiceContext(ear=ear, **context), thread_id="t")


def desk(*answers: str, name: str = "desk", **more: Any) -> ScriptedAgent:
    return ScriptedAgent(name, answers, description="Parcels and where they are", **more)


@pytest.mark.parametrize(
    ("said", "act", "answer"),
    [
        ("Hello.", "greeting", "Hello, how can I help?"),
        ("Ok, thanks a lot!", "thanks", "You are welcome."),
        ("Goodbye.", "goodbye", "Thank you for calling. Goodbye."),
        ("Are you a robot?", "identity", "I am an automated assistant"),
        ("A person, please.", "person", "I am sorry, I cannot put you through"),
        ("Xin cảm ơn.", "thanks", "Không có gì ạ."),
        ("Um.", "chatter", "I am listening."),
    ],
)
@pytest.mark.parametrize("several", [False, True])
async def test_no_agent_is_asked(said: str, act: str, answer: str, several: bool) -> None:
    agents = [desk(), desk(name="shop")] if several else [desk()]
    router = ScriptedRouter([["desk"]])
    turn = await Talk(*agents, router=router).ask(said)
    assert (turn.act, turn.state["ended"]) == (act, "answered")
    assert turn.answer
    assert turn.answer.startswith(answer)
    assert all(agent.asked == [] for agent in agents)
    assert router.asked == []


async def test_what_can_be_asked_is_told_by_name() -> None:
    turn = await Talk(desk(), ScriptedAgent("cto", [], "All about computers.")).ask("What can you do?")
    assert turn.answer
    assert "desk: Parcels and where they are. CTO: All about computers." in turn.answer


async def test_the_last_answer_is_said_again_and_remarks_are_not() -> None:
    talk = Talk(desk("It is in Hue."))
    assert (await talk.ask("Can you repeat that?")).answer == "I have not said anything yet. How can I help?"
    await talk.ask("Where is it?")
    await talk.ask("Thank you.")
    assert (await talk.ask("Sorry, what did you say?")).answer == "It is in Hue."


async def test_another_language_is_spoken_if_we_can() -> None:
    talk = Talk(desk())
    turn = await talk.ask("Can we speak Vietnamese, please?")
    assert (turn.answer, turn.state["language"]) == ("Vâng, chúng ta nói tiếng Việt nhé.", "Vietnamese")
    assert (await talk.ask("Nói tiếng Hàn đi.")).answer == "Xin lỗi, tôi không nói được thứ tiếng đó."


async def test_a_yes_to_an_agents_question_is_for_the_agent() -> None:
    agent = desk("Shall I send it?", "Sent.")
    talk = Talk(agent)
    await talk.ask("Where is it?")
    assert (await talk.ask("Okay, thanks.")).answer == "Sent."


async def test_a_remark_is_no_question_that_others_lean_on() -> None:
    talk = Talk(desk("Seven years."))
    await talk.ask("How long are backups kept?")
    turn = await talk.ask("Thank you.")
    assert questions(turn.state["messages"]) == ["How long are backups kept?"]
    assert [type(message) for message in turn.state["messages"]] == [HumanMessage, AIMessage] * 2


async def test_an_agent_takes_acts_over() -> None:
    shop = desk("Good day to you!", name="shop", acts=("greeting",))
    talk = Talk(desk(), shop)
    assert (await talk.ask("Hello.")).answer == "Good day to you!"
    assert (await talk.ask("Thank you.")).act == "thanks"


async def test_acts_that_are_switched_off_are_questions() -> None:
    agent = desk("Hello yourself.")
    turn = await Talk(agent, acts=["thanks"]).ask("Hello.")
    assert (turn.act, turn.answer) == (None, "Hello yourself.")


def test_an_act_there_is_not_is_named() -> None:
    with pytest.raises(ValueError, match="There is no act cheers"):
        create_voice_graph([desk()], acts=["cheers"])
    with pytest.raises(ValueError, match="There is no act cheers"):
        create_voice_graph([desk(acts=("cheers",))])


@pytest.mark.parametrize("yes", ["Yes.", "Sure.", "Okay.", "Vâng.", "Được."])
@pytest.mark.parametrize("answer", ["Shall I book it? It is by the window.", "Say yes to confirm."])
async def test_consent_after_an_agents_answer_is_for_the_agent_whatever_was_remarked(
    yes: str, answer: str
) -> None:
    talk = Talk(desk(answer, "Booked.", "Booked."))
    await talk.ask("Any table tonight?")
    assert (await talk.ask(yes)).answer == "Booked."
    await talk.ask("Hold on.")
    assert (await talk.ask(yes)).answer == "Booked."


async def test_consent_where_no_agent_has_said_anything_is_chatter() -> None:
    talk = Talk(desk())
    await talk.ask("Hello.")
    assert (await talk.ask("Okay.")).act == "chatter"


async def test_an_act_that_an_agents_question_names_is_its_answer() -> None:
    talk = Talk(desk("Shall I stop the server or restart it?", "Stopped.", "It is gone."))
    await talk.ask("The server is slow.")
    assert (await talk.ask("Stop.")).answer == "Stopped."
    assert (await talk.ask("Cancel that.")).answer == "It is gone."


@pytest.mark.parametrize(
    "said",
    [
        "Hello.",
        "Thank you.",
        "Um.",
        "Who are you?",
        "What can you do?",
        "A person, please.",
        "Call me back, please.",
        "Slower, please.",
        "Louder and slower, please.",
        "Speak Vietnamese, please.",
        "Speak Klingon, please.",
        "Wait a moment.",
        "Stop.",
        "Goodbye.",
        "Cho tôi gặp nhân viên.",
        "Bạn làm được gì?",
    ],
)
async def test_nobody_hears_the_same_sentence_three_times_in_a_row(said: str) -> None:
    talk = Talk(desk())
    answers = [(await talk.ask(said)).answer for _ in range(4)]
    assert all(answers)
    assert not any(
        one == two == three for one, two, three in zip(answers, answers[1:], answers[2:], strict=False)
    )


@pytest.mark.parametrize(
    ("router", "agents"),
    [
        (ScriptedRouter([[]] * 4), [desk(), desk(name="shop")]),
        (
            ScriptedRouter([["desk"]] * 4),
            [ScriptedAgent("desk", [RuntimeError("broken")] * 4), desk(name="shop")],
        ),
    ],
    ids=["nobody's subject", "an agent that fails"],
)
@pytest.mark.parametrize("said", ["What is the capital of Mongolia?", "Thủ đô của Mông Cổ là gì?"])
async def test_nor_what_is_said_in_place_of_an_answer(router: Any, agents: Any, said: str) -> None:
    talk = Talk(*agents, router=router)
    answers = [(await talk.ask(said)).answer for _ in range(3)]
    assert all(answers)
    assert len({*answers}) == 2


async def test_nor_that_nothing_was_heard() -> None:
    talk = Talk(desk())
    assert len({(await talk.ask("")).answer for _ in range(3)}) == 2
