"""What is said of an answer while it is being generated, and what never is."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, Literal

import pytest
from deepagents import create_deep_agent
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, SummarizationMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.tools import tool
from langgraph.config import get_stream_writer
from langgraph.func import entrypoint
from langgraph.graph import END, START, MessagesState
from langgraph.graph import StateGraph as TypedGraph
from langgraph.types import Command
from langgraph_supervisor import create_supervisor
from langgraph_swarm import create_handoff_tool, create_swarm

from emads_voice import Agent, as_agent
from emads_voice.agents.adapters.streaming import MAX_CHARS
from emads_voice.agents.sentences import HeldSentences
from emads_voice.testing import ScriptedChatModel, run_virtual

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


Begin = Callable[..., Any]
ANSWER = "Your order left our warehouse this morning. It will be with you tomorrow. Is that all right?"


def calls(tool_name: str, *, said: str = "", **arguments: Any) -> AIMessage:
    return AIMessage(said, tool_calls=[{"name": tool_name, "args": arguments, "id": tool_name}])


def model(*script: str | AIMessage | Exception, **more: Any) -> ScriptedChatModel:
    return ScriptedChatModel(script=script, **more)


async def said(agent: Agent) -> tuple[list[str], str]:
    """The pieces an agent says to a question, and its answer."""
    pieces: list[str] = []
    question = [HumanMessage("Where is my order?", id="q")]
    analysis = await agent.answer(question, language="English", say=pieces.append)
    return pieces, analysis.answer


@tool
def look_up(order: int) -> str:
    """Look an order up."""
    return f"{order} left the warehouse"


def calls_model(chat: BaseChatModel) -> Callable[[MessagesState], Any]:
    async def node(state: MessagesState) -> Any:
        return {"messages": [await chat.ainvoke(state["messages"])]}

    return node


def one_call(chat: BaseChatModel) -> Any:
    graph = StateGraph(MessagesState).add_node("reply", calls_model(chat))
    return graph.add_edge(START, "reply").compile(name="desk")


@entrypoint()
async def task(messages: list[Any]) -> Any:
    return (await TASK_MODEL.ainvoke(messages)).text


TASK_MODEL = ScriptedChatModel(script=[ANSWER])
PROMPT = ChatPromptTemplate.from_messages([("system", "Answer in {language}."), ("human", "{question}")])


async def pieces_of_answer(_: str) -> AsyncIterator[str]:
    for word in ANSWER.split():
        yield f"{word} "


def plain_pieces_of_answer(_: str) -> Iterator[str]:
    for word in ANSWER.split():
        yield f"{word} "


STREAMING: dict[str, Callable[[], Any]] = {
    "create_agent": lambda: create_agent(
        model(calls("look_up", said="Let me see.", order=7), ANSWER), [look_up]
    ),
    "deepagents": lambda: create_deep_agent(
        model=model(calls("write_todos", said="A plan.", todos=[]), ANSWER)
    ),
    "a graph": lambda: one_call(model(ANSWER)),
    "a chat model": lambda: model(ANSWER),
    "a chain": lambda: PROMPT | model(ANSWER) | StrOutputParser(),
    "an async generator": lambda: pieces_of_answer,
    "a generator": lambda: plain_pieces_of_answer,
    "a task": lambda: task,
}


@pytest.mark.parametrize("kind", STREAMING)
async def test_the_answer_is_said_sentence_by_sentence(kind: str) -> None:
    pieces, answer = await said(as_agent(STREAMING[kind](), name="desk"))
    assert answer == ANSWER
    assert "".join(pieces).strip() == ANSWER
    assert len(pieces) >= 3
    assert pieces[0].rstrip() == "Your order left our warehouse this morning."


def test_the_first_words_come_after_the_first_sentence_and_not_after_the_last() -> None:
    """80 words at 50 ms a word take four seconds: the first eight of them 0.4."""
    sentence = "One two three four five six seven eight. "
    chat = model(sentence * 10, word_s=0.05)
    heard: list[float] = []

    async def ask() -> None:
        loop = asyncio.get_running_loop()
        agent = as_agent(create_agent(chat, []), name="desk")
        await agent.answer(
            [HumanMessage("Count.")], language="English", say=lambda _: heard.append(loop.time())
        )

    run_virtual(ask())
    assert heard[0] - heard[-1] == pytest.approx(0.45 - 4.0, abs=0.06)


async def test_a_sentence_before_a_tool_call_is_never_said() -> None:
    chat = model(calls("look_up", said="Let me see, one moment.", order=7), ANSWER)
    pieces, answer = await said(as_agent(create_agent(chat, [look_up]), name="desk"))
    assert (answer, "".join(pieces)) == (ANSWER, ANSWER)


async def test_what_was_said_wrongly_is_left_to_the_mouth_to_replace() -> None:
    chat = model(calls("look_up", said="I will look. One moment.", order=7), ANSWER)
    pieces, answer = await said(as_agent(create_agent(chat, [look_up]), name="desk"))
    assert (answer, pieces) == (ANSWER, ["I will look. "])


async def test_workers_and_handoffs_are_not_heard() -> None:
    worker = create_agent(model("It left. I am done. Over."), [], name="worker")
    chat = model(calls("transfer_to_worker", said="I will ask."), ANSWER)
    pieces, answer = await said(as_agent(create_supervisor([worker], model=chat), name="desk"))
    assert (answer, "".join(pieces)) == (ANSWER, ANSWER)
    assert len(pieces) == 3


async def test_whoever_is_active_in_a_swarm_is_heard() -> None:
    alice = create_agent(
        model(calls("transfer_to_bob", said="Bob knows.")),
        [create_handoff_tool(agent_name="bob")],
        name="alice",
    )
    bob = create_agent(model(ANSWER), [create_handoff_tool(agent_name="alice")], name="bob")
    pieces, answer = await said(
        as_agent(create_swarm([alice, bob], default_active_agent="alice"), name="desk")
    )
    assert (answer, "".join(pieces)) == (ANSWER, ANSWER)
    assert len(pieces) == 3


async def test_what_routers_say_is_not_heard() -> None:
    router, expert = model('{"next": "expert"}. Is it? Yes.'), model(ANSWER)

    async def route(state: MessagesState) -> Command[Literal["expert"]]:
        await router.ainvoke(state["messages"])
        return Command(goto="expert")

    graph = StateGraph(MessagesState).add_node("route", route).add_node("expert", calls_model(expert))
    graph.add_edge(START, "route")
    pieces, answer = await said(as_agent(graph, name="desk"))
    assert (answer, "".join(pieces)) == (ANSWER, ANSWER)


async def test_a_planner_that_hands_on_is_not_heard() -> None:
    graph = StateGraph(MessagesState)
    graph.add_node("plan", calls_model(model("First this. Then that. Then more.")))
    graph.add_node("write", calls_model(model(ANSWER)))
    graph.add_edge(START, "plan").add_edge("plan", "write").add_edge("write", END)
    pieces, answer = await said(as_agent(graph, name="desk"))
    assert (answer, "".join(pieces)) == (ANSWER, ANSWER)


class Checked(AgentMiddleware[Any, Any, Any]):
    def after_model(self, state: Any, runtime: Any) -> dict[str, Any] | None:
        return None


async def test_middleware_keeps_an_agent_from_nothing_and_is_not_heard_itself() -> None:
    summary = SummarizationMiddleware(
        model("They asked. We answered. All is well."), trigger=("messages", 1), keep=("messages", 1)
    )
    agent = as_agent(create_agent(model(ANSWER), [], middleware=[summary, Checked()]), name="desk")
    pieces: list[str] = []
    conversation = [HumanMessage(f"Question {number}", id=f"q-{number}") for number in range(4)]
    analysis = await agent.answer(conversation, language="English", say=pieces.append)
    assert (analysis.answer, "".join(pieces)) == (ANSWER, ANSWER)
    assert len(pieces) == 3


THOUGHT = {"type": "reasoning", "reasoning": "They want to know. I know."}


@pytest.mark.parametrize(
    "message",
    [
        AIMessage([THOUGHT, {"type": "text", "text": ANSWER}]),
        AIMessage(f"<think>Order 7. It left. Say so.</think>\n\n{ANSWER}"),
        AIMessage(f"  <think> </think> {ANSWER}"),
    ],
)
@pytest.mark.parametrize("whole", ["graph", "model"])
async def test_thoughts_are_not_heard(message: AIMessage, whole: str) -> None:
    chat = model(message)
    pieces, answer = await said(as_agent(one_call(chat) if whole == "graph" else chat, name="desk"))
    assert (answer, "".join(pieces).strip()) == (ANSWER, ANSWER)
    assert len(pieces) == 3


async def test_a_model_that_cannot_stream_is_heard_when_it_is_done() -> None:
    pieces, answer = await said(as_agent(create_agent(model(ANSWER, streams=False), []), name="desk"))
    assert (answer, pieces) == (ANSWER, [ANSWER])


async def test_speaks_lets_several_calls_through() -> None:
    graph = StateGraph(MessagesState)
    graph.add_node("greet", calls_model(model("Good morning to you.")))
    graph.add_node("plan", calls_model(model("This. That.")))
    graph.add_node("write", calls_model(model(ANSWER)))
    graph.add_edge(START, "greet").add_edge("greet", "plan").add_edge("plan", "write")
    agent = as_agent(graph, name="desk", speaks=lambda call: call["langgraph_node"] in ("greet", "write"))
    pieces, answer = await said(agent)
    assert answer == f"Good morning to you. {ANSWER}"
    assert "".join(pieces) == answer
    assert pieces[0] == "Good morning to you."


async def test_speaks_can_have_said_what_comes_before_a_tool_call() -> None:
    chat = model(calls("look_up", said="Let me see.", order=7), ANSWER)
    pieces, answer = await said(as_agent(create_agent(chat, [look_up]), name="desk", speaks=lambda _: True))
    assert (answer, "".join(pieces)) == (f"Let me see. {ANSWER}",) * 2


async def test_what_a_later_node_puts_in_place_of_an_answer_is_the_answer() -> None:
    def guard(state: MessagesState) -> Any:
        return {"messages": [AIMessage("I may not say that.", id=state["messages"][-1].id)]}

    for speaks in (None, lambda call: call["langgraph_node"] == "write"):
        graph = (
            StateGraph(MessagesState).add_node("write", calls_model(model(ANSWER))).add_node("guard", guard)
        )
        graph.add_edge(START, "write").add_edge("write", "guard")
        pieces, answer = await said(as_agent(graph, name="desk", speaks=speaks))
        assert answer == "I may not say that."
        assert bool(pieces == [answer]) == (speaks is None)


def writes(_: MessagesState) -> dict[str, Any]:
    get_stream_writer()({"say": "One moment. "})
    return {"messages": [AIMessage("It left.")]}


@pytest.mark.parametrize(
    ("custom", "expected"), [(None, "It left."), (lambda written: written["say"], "One moment. It left.")]
)
async def test_the_custom_stream_is_heard_only_if_asked_for(custom: Any, expected: str) -> None:
    graph = StateGraph(MessagesState).add_node("reply", writes).add_edge(START, "reply")
    pieces, answer = await said(as_agent(graph, name="desk", custom=custom))
    assert ("".join(pieces), answer) == (expected, expected)


async def test_nobody_who_answers_with_others_is_heard_before_they_meet(
    talk_without_checkpoints: Begin,
) -> None:
    agents = [as_agent(model(ANSWER), name=name, description="Orders.") for name in ("desk", "shop")]
    begun = talk_without_checkpoints(*agents, routes=[["desk", "shop"]])
    await begun.ask("Where?")
    assert begun.mouth.fed == []


async def endless(_: str) -> AsyncIterator[str]:
    while True:
        yield "and so on "


async def test_who_never_stops_is_stopped() -> None:
    pieces: list[str] = []
    with pytest.raises(Exception, match="The agent endless goes on and on"):
        await as_agent(endless).answer([HumanMessage("?")], language="English", say=pieces.append)
    assert len("".join(pieces)) <= MAX_CHARS


def test_sentences_are_held_until_something_follows() -> None:
    held = HeldSentences()
    assert [held.add(piece) for piece in ("Let me ", "see.", " ", "It", " left", ".\n")] == [
        "",
        "",
        "",
        "Let me see. ",
        "",
        "",
    ]
    assert held.rest() == "It left.\n"
    assert HeldSentences().add("It costs 3.50 dollars e.g. ") == ""
    assert HeldSentences().add("好的。我看看") == "好的。"


def test_holding_a_text_back_costs_no_more_for_a_text_that_is_odd() -> None:
    for odd in ("\n" * MAX_CHARS, "." * MAX_CHARS, ".'" * (MAX_CHARS // 2), ". " * (MAX_CHARS // 2)):
        began = time.perf_counter()
        held = HeldSentences()
        let_go = held.add(odd) + "".join(held.add(char) for char in odd)
        assert let_go + held.rest() == odd * 2
        assert time.perf_counter() - began < 2


def test_a_token_costs_less_than_a_millisecond() -> None:
    words = "One two three four five six seven. " * 200
    agent, bare = as_agent(one_call(model(words)), name="desk"), one_call(model(words))
    question = [HumanMessage("?", id="q")]

    async def ours() -> None:
        await agent.answer(question, language="English", say=lambda _: None)

    async def theirs() -> None:
        await bare.ainvoke({"messages": question})

    took = []
    for ask in (ours, theirs):
        began = time.perf_counter()
        asyncio.run(ask())
        took.append(time.perf_counter() - began)
    assert (took[0] - took[1]) / 1400 < 0.001


def keeps_to_itself(chat: BaseChatModel) -> Callable[[MessagesState], Any]:
    async def node(state: MessagesState) -> Any:
        await chat.ainvoke(state["messages"])
        return {"messages": [AIMessage("Please hold while I check.")]}

    return node


def drafts(chat: BaseChatModel) -> Callable[[MessagesState], Any]:
    async def node(state: MessagesState) -> Any:
        await chat.ainvoke(state["messages"])
        return {"messages": [await chat.ainvoke(state["messages"])]}

    return node


@pytest.mark.parametrize(
    ("node", "answer"),
    [(keeps_to_itself, "Please hold while I check."), (drafts, "Do not refund them. Escalate.")],
)
async def test_a_node_that_keeps_what_its_model_says_does_not_speak_again(
    node: Any, answer: str, caplog: pytest.LogCaptureFixture
) -> None:
    chat = model(*["They lie. Be careful.", "Do not refund them. Escalate."] * 2)
    graph = StateGraph(MessagesState).add_node("check", node(chat)).add_edge(START, "check").compile()
    agent = as_agent(graph, name="desk")
    await said(agent)
    assert "The node check of the agent desk does not give back what its model says" in caplog.text
    pieces, given = await said(agent)
    assert (given, pieces) == (answer, [answer])


async def test_a_node_that_makes_a_message_of_it_goes_on_speaking() -> None:
    chat = model(ANSWER, ANSWER)

    async def node(state: MessagesState) -> Any:
        return {"messages": [AIMessage((await chat.ainvoke(state["messages"])).text)]}

    graph = StateGraph(MessagesState).add_node("reply", node).add_edge(START, "reply").compile()
    agent = as_agent(graph, name="desk")
    for _ in range(2):
        pieces, answer = await said(agent)
        assert answer == ANSWER
        assert len(pieces) >= 3
