"""What agents of others remember between turns, and what they are told of them."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from deepagents import create_deep_agent
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.tools import tool
from langgraph.func import entrypoint
from langgraph.graph import START, MessagesState
from langgraph.graph import StateGraph as TypedGraph
from langgraph_supervisor import create_supervisor
from langgraph_swarm import create_handoff_tool, create_swarm
from typing_extensions import TypedDict

from emads_voice import Analysis, as_agent, create_voice_graph
from emads_voice.agents.adapters.memory import Memory
from emads_voice.agents.agent import AgentWrapper
from emads_voice.testing import ScriptedAgent, ScriptedChatModel

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


Begin = Callable[..., Any]


def calls(tool_name: str, *, said: str = "", **arguments: Any) -> AIMessage:
    key = f"{tool_name}-{len(said)}-{sorted(arguments.items())}"
    return AIMessage(said, tool_calls=[{"name": tool_name, "args": arguments, "id": key}])


def model(*script: str | AIMessage | Exception, **more: Any) -> ScriptedChatModel:
    return ScriptedChatModel(script=script, **more)


def told(messages: Sequence[BaseMessage]) -> list[tuple[str, str]]:
    return [(message.type, message.text) for message in messages]


@tool
def book(hour: int) -> str:
    """Book a table."""
    return f"booked for {hour}"


class Counted(MessagesState):
    turns: int


def count(state: Counted) -> Any:
    turns = state.get("turns", 0) + 1
    return {"turns": turns, "messages": [AIMessage(f"This is turn {turns}, of {len(state['messages'])}.")]}


def counting(**compiled: Any) -> Any:
    return StateGraph(Counted).add_node("count", count).add_edge(START, "count").compile(**compiled)


async def test_a_graphs_own_keys_last_and_nothing_is_doubled(talk: Begin) -> None:
    begun = talk(as_agent(counting(), name="desk"))
    answers = [await begun.ask("And?") for _ in range(3)]
    assert answers == ["This is turn 1, of 1.", "This is turn 2, of 3.", "This is turn 3, of 5."]


async def test_what_is_remembered_belongs_to_the_conversation(talk: Begin) -> None:
    begun = talk(
        as_agent(counting(), name="desk"),
        as_agent(counting(), name="shop"),
        routes=[["desk"], ["desk"], ["shop"]],
    )
    await begun.ask("And?")
    other = {"configurable": {"thread_id": "another caller"}}
    assert await begun.ask("And?", other) == "This is turn 1, of 1."
    assert (await begun.ask("And?")).startswith("This is turn 1, of 3.")


async def test_a_graph_that_wants_no_memory_gets_the_whole_conversation(talk: Begin) -> None:
    begun = talk(as_agent(counting(checkpointer=False), name="desk"))
    answers = [await begun.ask("And?") for _ in range(2)]
    assert answers == ["This is turn 1, of 1.", "This is turn 1, of 3."]
    saver = begun.graph.checkpointer
    assert not [
        kept async for kept in saver.alist({"configurable": {"thread_id": "caller", "checkpoint_ns": "desk"}})
    ]


async def test_without_checkpoints_nothing_is_remembered(talk_without_checkpoints: Begin) -> None:
    begun = talk_without_checkpoints(as_agent(counting(), name="desk"))
    assert [await begun.ask("And?") for _ in range(2)] == ["This is turn 1, of 1."] * 2


async def test_tool_messages_are_remembered(talk: Begin) -> None:
    chat = model(calls("book", hour=7), "Your table is booked.", "At seven.")
    begun = talk(as_agent(create_agent(chat, [book]), name="desk"))
    await begun.ask("A table at seven, please.")
    await begun.ask("When is it?")
    assert told(chat.asked[-1]) == [
        ("human", "A table at seven, please."),
        ("ai", ""),
        ("tool", "booked for 7"),
        ("ai", "Your table is booked."),
        ("human", "When is it?"),
    ]


async def test_whoever_is_active_in_a_swarm_stays_it(talk: Begin) -> None:
    alice_model, bob_model = model("Hello.", calls("transfer_to_bob")), model("Bob here.", "Still Bob.")
    alice = create_agent(alice_model, [create_handoff_tool(agent_name="bob")], name="alice")
    bob = create_agent(bob_model, [create_handoff_tool(agent_name="alice")], name="bob")
    begun = talk(as_agent(create_swarm([alice, bob], default_active_agent="alice"), name="desk"))
    answers = [await begun.ask(q) for q in ("Is it open?", "Bob, please.", "Is it there?")]
    assert answers == ["Hello.", "Bob here.", "Still Bob."]
    assert [text for kind, text in told(bob_model.asked[-1]) if kind == "human"] == [
        "Is it open?",
        "Bob, please.",
        "Is it there?",
    ]


async def test_a_supervisor_remembers_what_its_workers_said(talk: Begin) -> None:
    worker = create_agent(model("It left this morning."), [], name="worker")
    chat = model(calls("transfer_to_worker"), "It has left.", "As I said.")
    begun = talk(as_agent(create_supervisor([worker], model=chat), name="desk"))
    assert [await begun.ask(q) for q in ("Where is it?", "Which?")] == ["It has left.", "As I said."]
    assert ("ai", "It left this morning.") in told(chat.asked[-1])


async def test_the_files_of_a_deep_agent_last(talk: Begin) -> None:
    chat = model(
        calls("write_file", file_path="/order.txt", content="Order 7 goes to Hanoi."),
        "Noted.",
        calls("read_file", file_path="/order.txt"),
        "To Hanoi.",
    )
    begun = talk(as_agent(create_deep_agent(model=chat), name="desk"))
    assert [await begun.ask(q) for q in ("Order 7 goes to Hanoi.", "Where to?")] == ["Noted.", "To Hanoi."]
    assert "Order 7 goes to Hanoi." in told(chat.asked[-1])[-1][1]


async def test_a_task_with_a_checkpointer_has_its_previous_result(talk: Begin) -> None:
    from langgraph.checkpoint.memory import InMemorySaver

    @entrypoint(checkpointer=InMemorySaver())
    async def count_up(question: str, *, previous: Any = None) -> entrypoint.final[str, int]:
        number = (previous or 0) + 1
        return entrypoint.final(value=f"{question} {number}.", save=number)

    begun = talk(as_agent(count_up))
    assert [await begun.ask(q) for q in ("One?", "Two?")] == ["One? 1.", "Two? 2."]


async def test_what_others_answered_meanwhile_is_told(talk: Begin) -> None:
    chat = model("Order 7 left.", "As the shop said.")
    shop = ScriptedAgent("shop", ["We have it in blue."])
    desk = as_agent(create_agent(chat, []), name="desk", description="Orders.")
    begun = talk(desk, shop, routes=[["desk"], ["shop"], ["desk"]])
    for question in ("Where is it?", "In what colour?", "Really?"):
        await begun.ask(question)
    assert told(chat.asked[-1]) == [
        ("human", "Where is it?"),
        ("ai", "Order 7 left."),
        ("human", "In what colour?"),
        ("ai", "We have it in blue."),
        ("human", "Really?"),
    ]


async def test_after_an_interruption_it_knows_what_it_did_and_what_was_heard(talk: Begin) -> None:
    chat = model(calls("book", hour=7), "Alright, your table is booked for seven. See you then.", "It is.")
    begun = talk(as_agent(create_agent(chat, [book]), name="desk"))
    await begun.ask("A table, please.")
    await begun.was_heard("Alright, your table is booked")
    await begun.ask("At seven please.")
    *before, (kind, note), said = told(chat.asked[-1])[1:]
    assert before == [
        ("ai", ""),
        ("tool", "booked for 7"),
        ("ai", "Alright, your table is booked for seven. See you then."),
    ]
    assert kind == "human"
    assert 'heard only this of it: "Alright, your table is booked"' in note
    assert said == ("human", "At seven please.")
    await_last = (await begun.graph.aget_state(begun.config)).values["messages"][-2]
    assert await_last.text == "At seven please."  # what the caller said stays what they said


async def test_of_an_answer_nobody_heard_it_is_told_so(talk: Begin) -> None:
    chat = model("It left this morning.", "I said that it left.")
    begun = talk(as_agent(create_agent(chat, []), name="desk"))
    await begun.ask("Where is it?")
    await begun.was_heard("…")
    await begun.ask("Is it open?")
    answer, (_, note), said = told(chat.asked[-1])[-3:]
    assert (answer, said) == (("ai", "It left this morning."), ("human", "Is it open?"))
    assert "heard nothing of your last answer" in note


async def test_a_forgetful_agent_is_told_the_whole_answer_too(talk: Begin) -> None:
    chat = model("It left this morning. All is well.", "Yes.")
    begun = talk(as_agent(chat, name="desk"))
    await begun.ask("Where is it?")
    await begun.was_heard("It left")
    await begun.ask("Where?")
    assert told(chat.asked[-1])[:2] == [
        ("human", "Where is it?"),
        ("ai", "It left this morning. All is well."),
    ]
    assert 'only this of it: "It left"' in told(chat.asked[-1])[2][1]
    assert told(chat.asked[-1])[3:] == [("human", "Where?")]


@pytest.mark.parametrize("kind", ["function", "generator", "pattern", "key", "mapping", "chain"])
async def test_what_the_caller_said_is_what_is_read_after_an_interruption(talk: Begin, kind: str) -> None:
    read: list[str] = []

    def look(question: str) -> str:
        read.append(question)
        return "Order seven left this morning, and arrives tomorrow."

    def pieces(question: str) -> Any:
        yield look(question)

    def node(state: dict[str, Any]) -> dict[str, Any]:
        return {"messages": [AIMessage(look(state["messages"][-1].text))]}

    class Keyed(TypedDict, total=False):
        question: str
        answer: str

    def keyed(state: Keyed) -> Keyed:
        return {"answer": look(state["question"])}

    graph = StateGraph(MessagesState).add_node("node", node).add_edge(START, "node").compile()
    own = StateGraph(Keyed).add_node("keyed", keyed).add_edge(START, "keyed").compile()
    prompt = ChatPromptTemplate.from_messages([MessagesPlaceholder("history"), ("human", "{question}")])
    agents = {
        "function": lambda: as_agent(look),
        "generator": lambda: as_agent(pieces),
        "pattern": lambda: as_agent(graph, name="desk"),
        "key": lambda: as_agent(own, name="desk", input="question", output="answer"),
        "mapping": lambda: as_agent(
            own, name="desk", input=lambda told: {"question": told[-1].text}, output="answer"
        ),
        "chain": lambda: as_agent(prompt | (lambda filled: look(filled.to_messages()[-1].text)), name="desk"),
    }
    begun = talk(agents[kind]())
    await begun.ask("Where is order seven?")
    await begun.was_heard("Order seven left")
    await begun.ask("And order eight?")
    assert read == ["Where is order seven?", "And order eight?"]


def slow(began: asyncio.Event) -> Any:
    @tool
    async def pay(amount: int) -> str:
        """Pay."""
        began.set()
        await asyncio.Event().wait()
        return f"paid {amount}"

    return pay


def checked(messages: Sequence[BaseMessage]) -> None:
    """Providers refuse a history in which a call of a tool has no result right behind it."""
    for index, message in enumerate(messages):
        if isinstance(message, AIMessage) and message.tool_calls:
            wanted = {call["id"] for call in message.tool_calls}
            behind = messages[index + 1 : index + 1 + len(wanted)]
            assert {m.tool_call_id for m in behind if isinstance(m, ToolMessage)} == wanted


async def kept(begun: Any, text: str) -> None:
    """Returns when a result of a tool is among those that the checkpointer keeps of tasks."""
    saver, config = begun.graph.checkpointer, {"configurable": {"thread_id": "caller"}}
    while not any([text in str(kept.pending_writes) async for kept in saver.alist(config)]):
        await asyncio.sleep(0)


@pytest.mark.parametrize("inside", ["an agent", "a swarm", "a supervisor"])
async def test_a_run_that_was_cut_leaves_a_history_that_models_accept(talk: Begin, inside: str) -> None:
    began = asyncio.Event()
    two = AIMessage(
        "One moment.",
        tool_calls=[
            {"name": "book", "args": {"hour": 7}, "id": "one"},
            {"name": "pay", "args": {"amount": 9}, "id": "two"},
        ],
    )
    if inside == "a supervisor":
        worker = create_agent(model(two), [book, slow(began)], name="worker")
        chat = model(calls("transfer_to_worker"), "You interrupted me.", "Fine.")
        agent: Any = create_supervisor([worker], model=chat)
    else:
        chat = model(two, "You interrupted me.", "Fine.")
        agent = create_agent(chat, [book, slow(began)], name="alice")
        if inside == "a swarm":
            agent = create_swarm([agent], default_active_agent="alice")
    begun = talk(as_agent(agent, name="desk"))
    turn = asyncio.create_task(begun.ask("Book and pay."))
    await began.wait()
    await kept(begun, "booked for 7")
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    await begun.hang_up(name="desk")
    assert await begun.ask("The other!") == "You interrupted me."
    history = chat.asked[-1]
    checked(history)
    assert history[-1].text.endswith("The other!")
    results = {m.tool_call_id: m.text for m in history if isinstance(m, ToolMessage)}
    assert results["one"] == "booked for 7"
    assert "was interrupted" in results["two"]
    assert await begun.ask("Pay it later.") == "Fine."
    checked(chat.asked[-1])
    assert len(chat.asked[-1]) == len(history) + 2


async def test_an_earlier_turn_is_run_again_with_the_memory_of_then(talk: Begin) -> None:
    begun = talk(as_agent(counting(), name="desk"))
    for _ in range(3):
        await begun.ask("And?")
    history = [state async for state in begun.graph.aget_state_history(begun.config)]
    second = next(s for s in history if s.next == ("desk",) and s.values["turn"] == 2)
    begun.state = await begun.graph.ainvoke(None, second.config, context=begun.context())
    assert begun.state["analyses"]["desk"]["answer"] == "This is turn 2, of 3."
    assert await begun.ask("And?") == "This is turn 3, of 5."  # goes on from the branch


async def test_a_conversation_goes_on_from_an_earlier_turn(talk: Begin) -> None:
    begun = talk(as_agent(counting(), name="desk"))
    for _ in range(3):
        await begun.ask("And?")
    history = [state async for state in begun.graph.aget_state_history(begun.config)]
    first = next(s for s in history if not s.next and s.values["turn"] == 1)
    assert await begun.ask("And now?", first.config) == "This is turn 2, of 3."


class Kill(BaseException):
    """What nobody can catch, as when a process dies."""


class Killed(AgentWrapper):
    """Answers, and does not live to tell it."""

    killed = False

    async def answer(self, *args: Any, **kwargs: Any) -> Analysis:
        analysis = await super().answer(*args, **kwargs)
        if self.killed:
            raise Kill
        return analysis


async def test_a_run_that_was_killed_is_told_when_it_is_run_again(talk: Begin) -> None:
    """The agent had come to its end, and its process was killed before the voice graph could note the answer."""
    agent = Killed(as_agent(counting(), name="desk"))
    begun = talk(agent)
    await begun.ask("And?")
    agent.killed = True
    with pytest.raises(Kill):
        await begun.ask("And?")
    agent.killed = False
    begun.state = await begun.graph.ainvoke(None, begun.config, context=begun.context())
    assert begun.state["analyses"]["desk"]["answer"] == "This is turn 2, of 3."


async def test_it_remembers_where_the_voice_graph_is_part_of_another(saver: Any) -> None:
    voice = create_voice_graph([as_agent(counting(), name="desk")]).compile()
    parent = StateGraph(MessagesState).add_node("voice", voice).add_edge(START, "voice").compile(saver)
    for number, size in ((1, 1), (2, 3)):
        asked = {"messages": [HumanMessage("Where is the order that I placed?", id=f"q-{number}")]}
        state = await parent.ainvoke(asked, {"configurable": {"thread_id": "caller"}}, durability="sync")
        assert f"This is turn {number}, of {size}." in [message.text for message in state["messages"]]


def test_what_it_asked_itself_and_the_reply_are_not_told_again() -> None:
    mark = {"additional_kwargs": {"interrupt": "i"}}
    conversation: list[BaseMessage] = [
        HumanMessage("A table.", id="q-1"),
        AIMessage("Which day?", id="i-question", **mark),
        HumanMessage("Monday.", id="i-reply", **mark),
        AIMessage("See you on Monday.", id="a-1", name="desk"),
        HumanMessage("Thanks.", id="q-2"),
    ]
    assert told(Memory(told="q-1").news(conversation, "desk")) == [("human", "Thanks.")]
    assert len(Memory(told="q-1", whole=False).news(conversation, "desk")) == 4


def test_an_answer_it_gave_without_its_memory_is_told() -> None:
    conversation: list[BaseMessage] = [
        HumanMessage("One.", id="q-1"),
        AIMessage("First.", id="a-1", name="desk"),
        HumanMessage("Two.", id="q-2"),
        AIMessage("Second.", id="a-2", name="desk"),
        HumanMessage("Three.", id="q-3"),
    ]
    news = Memory(told="q-1").news(conversation, "desk")
    assert [text for _, text in told(news)] == ["Two.", "Second.", "Three."]
