"""What of the call reaches agents of others: context, config and store."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from langchain_core.callbacks import AsyncCallbackHandler
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import START, MessagesState
from langgraph.graph import StateGraph as TypedGraph
from langgraph.runtime import Runtime, get_runtime
from langgraph.store.memory import InMemoryStore
from pydantic import BaseModel
from typing_extensions import TypedDict

from emads_voice import Agent, CallContext, VoiceContext, as_agent

StateGraph: Any = TypedGraph  # its types refuse nodes that return Any


Begin = Callable[..., Any]


@dataclass
class Customer:
    phone: str
    language: str = "English"


class Preferences(BaseModel):
    tone: str = "friendly"


class Loose(TypedDict, total=False):
    tone: str


class Strict(TypedDict):
    tone: str


class Needy(BaseModel):
    phone: str


def says(words: Callable[[Any], str], schema: type | None, **more: Any) -> Agent:
    def node(_: MessagesState, runtime: Runtime[Any]) -> Any:
        return {"messages": [AIMessage(words(runtime.context))]}

    graph = StateGraph(MessagesState, context_schema=schema).add_node("reply", node).add_edge(START, "reply")
    return as_agent(graph, name="desk", **more)


async def test_context_makes_the_agents_own_of_the_call(talk: Begin) -> None:
    agent = says(
        lambda customer: f"{customer.phone} speaks {customer.language}.",
        Customer,
        context=lambda call: Customer(call.caller, call.language),
    )
    begun = talk(agent, caller="+84901", channel="phone", parameters={"campaign": "spring"})
    assert await begun.ask("Xin chào, tôi muốn đặt bàn cho hai người.") == "+84901 speaks Vietnamese."


async def test_every_fact_of_the_call_is_there(talk: Begin) -> None:
    facts: dict[str, Any] = {
        "channel": "phone",
        "caller": "+84901",
        "called": "+84902",
        "call_sid": "CA1",
        "direction": "inbound",
        "parameters": {"campaign": "spring"},
    }
    seen: list[CallContext] = []

    def note(call: CallContext) -> Preferences:
        seen.append(call)
        return Preferences(tone="formal")

    assert (
        await talk(says(lambda own: own.tone, Preferences, context=note), **facts).ask("Is it open?")
        == "formal"
    )
    assert {key: getattr(seen[0], key) for key in facts} == facts


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (None, lambda call: call.caller),
        (VoiceContext, lambda call: call.caller),
        (CallContext, lambda call: call.caller),
        (Preferences, lambda own: own.tone),
        (Loose, lambda own: own.get("tone", "none")),
    ],
)
async def test_without_a_mapping(talk: Begin, schema: type | None, words: Callable[[Any], str]) -> None:
    expected = {Preferences: "friendly", Loose: "none"}.get(schema, "+84901")  # type: ignore[arg-type]
    assert await talk(says(words, schema), caller="+84901").ask("Is it open?") == expected


@pytest.mark.parametrize(("schema", "needed"), [(Customer, "phone"), (Needy, "phone"), (Strict, "tone")])
def test_a_context_that_must_be_given_is_asked_for(schema: type, needed: str) -> None:
    with pytest.raises(ValueError, match=rf"needs {needed} in its context: give as_agent context="):
        says(str, schema)


async def test_a_mapping_that_gives_nothing(talk: Begin) -> None:
    agent = says(lambda own: own.get("tone", "none"), Strict, context=lambda _: {})
    assert await talk(agent).ask("Is it open?") == "none"


async def test_outside_of_a_call_the_facts_are_empty() -> None:
    agent = says(
        lambda customer: f"<{customer.phone}> {customer.language}",
        Customer,
        context=lambda call: Customer(call.caller, call.language),
    )
    analysis = await agent.answer([HumanMessage("Is it open?")], language="French")
    assert analysis.answer == "<> French"


class Noting(AsyncCallbackHandler):
    def __init__(self) -> None:
        self.begun: list[tuple[str, Any, Any]] = []

    async def on_chain_start(self, serialized: Any, inputs: Any, **more: Any) -> None:
        self.begun.append((more.get("name", ""), more.get("tags"), more.get("metadata")))


async def test_config_and_store_pass_through(talk: Begin) -> None:
    store = InMemoryStore()
    await store.aput(("customers",), "+84901", {"name": "An"})

    async def reply(_: MessagesState, config: RunnableConfig, runtime: Runtime[Any]) -> Any:
        assert runtime.store is not None
        known = await runtime.store.aget(("customers",), runtime.context.caller)
        assert known is not None
        given = config["configurable"]
        words = f"{known.value['name']}, {given['tenant']}, {given['language']}, {given['thread_id']}"
        return {"messages": [AIMessage(words)]}

    graph = StateGraph(MessagesState).add_node("reply", reply).add_edge(START, "reply")
    begun = talk(as_agent(graph, name="desk"), store=store, caller="+84901")
    noting = Noting()
    config: RunnableConfig = {
        "configurable": {"thread_id": "caller", "tenant": "acme"},
        "callbacks": [noting],
        "tags": ["night"],
        "metadata": {"shift": 3},
    }
    answer = await begun.ask("Where is the order that I placed yesterday?", config)
    assert answer == "An, acme, English, caller"
    (tags, metadata) = next((tags, metadata) for name, tags, metadata in noting.begun if name == "reply")
    assert "night" in tags
    assert metadata["shift"] == 3


async def test_a_function_finds_the_call_too(talk: Begin) -> None:
    async def desk(question: str, config: RunnableConfig) -> str:
        caller = get_runtime(VoiceContext).context.caller
        return f"{caller}, {config['configurable']['language']}: {question}"

    begun = talk(as_agent(desk), caller="+84901")
    question = "Where is the order that I placed yesterday?"
    assert await begun.ask(question) == f"+84901, English: {question}"
