"""`as_agent`: whatever somebody has that can answer, as an `Agent`."""

from __future__ import annotations

import dataclasses
import inspect
import re
from collections.abc import Sequence
from typing import Any, cast

from langchain_core.language_models import BaseChatModel
from langchain_core.runnables import Runnable, RunnableLambda
from langchain_core.tools import BaseTool
from langgraph.channels import LastValue
from langgraph.graph import StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.pregel import Pregel
from langgraph.pregel.protocol import PregelProtocol
from pydantic import BaseModel
from typing_extensions import is_typeddict

from emads_voice.agents.agent import Agent
from emads_voice.agents.call_context import CallContext

from .adapted import Adapted
from .ambient import ContextMapping
from .functions import function_runnable
from .graphs import Graph, GraphAgent
from .inputs import (
    Input,
    InputMapping,
    by_parameter,
    by_schema,
    mapped,
    messages_alone,
    state_with_messages,
)
from .runnables import RunnableAgent
from .traits import Custom, OutputMapping, Speaks, Traits

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_NAMELESS = "agent"


def as_agent(
    anything: object,
    *,
    name: str | None = None,
    description: str | None = None,
    exemplars: Sequence[str] = (),
    also_called: Sequence[str] = (),
    input: InputMapping | None = None,
    output: str | OutputMapping | None = None,
    context: ContextMapping | None = None,
    speaks: Speaks | None = None,
    custom: Custom | None = None,
    repeatable: bool = False,
    timeout_s: float = 60.0,
) -> Agent:
    """Make an agent of a LangGraph graph, a chat model, a chain or a function.

    A graph has ``messages`` in its state (``create_agent``, langgraph-supervisor, langgraph-swarm, deepagents, your
    own), or says with ``input`` and ``output`` where question and answer are. It is run inside the voice graph's node,
    and remembers its own state on the same checkpointer. A chat model is given the conversation. A chain, any other
    Runnable or an ``@entrypoint`` is given what its input schema asks for: text the question, a list the messages, an
    object its placeholder for messages and its one field of text. Of a function the first parameter says what it
    takes: one annotated as a list or named ``messages`` the conversation, one annotated as a dict or a typed dict or
    named ``state`` a ``{"messages": …}``, and any other the question; it returns text, a message or an `Analysis`, or
    yields pieces of text.

    Args:
        anything: what answers. An `Agent` is returned as it is.
        name: a lower-case word, which becomes a node and the key of its analysis; by default its own name.
        description: what to ask it about, in one sentence; by default the first sentence of its docstring.
        exemplars: questions it should get, in each of the callers' languages. An agent alone needs none.
        also_called: titles callers use for it.
        input: what it is given: a key for the question, or a function of the messages it has not seen yet.
        output: where its answer is: a key of its result, or a function of the result that gives text, a message or an
            `Analysis`.
        context: makes the graph's own context, as its ``context_schema`` asks for it, of the `CallContext`: who calls,
            in which language, and so on.
        speaks: which calls of models are the answer, by their metadata (``langgraph_node``, ``tags``): all that it
            lets through are said, in order. By default the last call of a run is.
        custom: the text to say in what the graph writes with ``get_stream_writer``; by default none of it.
        repeatable: asking it changes nothing, so it may be asked before the caller has certainly finished; its answer
            is then made of the conversation, without what it remembers.
        timeout_s: the longest an answer may take.

    Raises:
        ValueError: it cannot be asked as it is; the sentence says what to give besides.
    """
    if isinstance(anything, Agent) and not isinstance(anything, Runnable):
        return anything
    called = _named(anything)
    traits = Traits(
        name=_checked(name) if name is not None else _word(called),
        description=description or _described(anything),
        exemplars=tuple(exemplars),
        titles=tuple(also_called),
        repeatable=repeatable,
        timeout_s=timeout_s,
        context=context,
        output=None if isinstance(output, str) else output,
        speaks=speaks,
        custom=custom,
    )
    if isinstance(anything, StateGraph):
        anything = anything.compile()
    if isinstance(anything, Pregel):
        return _graph(anything, traits, input, output)
    if speaks or custom or context:
        raise ValueError(
            f"{_kind(anything)} is no graph, so speaks=, custom= and context= mean nothing to it: leave them out. "
            "A function finds the call's context with get_runtime(VoiceContext)."
        )
    runnable, make_input = _runnable(anything, input)
    if isinstance(output, str):
        key = output
        traits = dataclasses.replace(traits, output=lambda result: result[key])
    return RunnableAgent(traits, runnable, make_input)


def _graph(
    graph: Graph, traits: Traits, input: InputMapping | None, output: str | OutputMapping | None
) -> Adapted:
    _check_context(graph, traits)
    if not isinstance(graph, CompiledStateGraph):
        return _entrypoint(graph, traits, input, output)
    takes = graph.builder.schemas[graph.builder.input_schema]
    kind = f"The graph {traits.name}"
    if input is None and "messages" not in takes:
        raise ValueError(
            f"{kind} takes {', '.join(takes)} and no messages: say with input= what it is given and with output= where "
            'its answer is, as_agent(graph, input="question", output="answer").'
        )
    if output is None and "messages" not in graph.channels:
        raise ValueError(f'{kind} has no messages: say with output= where its answer is, output="answer".')
    if isinstance(output, str) and output not in graph.channels:
        raise ValueError(f"{kind} has no {output} in its state: output= names one of {', '.join(takes)}.")
    if isinstance(input, str) and input not in takes:
        raise ValueError(f"{kind} does not take {input}: input= names one of {', '.join(takes)}.")
    adds_up = input is not None or not isinstance(graph.channels["messages"], LastValue)
    make_input = state_with_messages if input is None else mapped(input)
    key = output if isinstance(output, str) else "messages"
    return GraphAgent(traits, graph, make_input, adds_up=adds_up, answer_key=key)


def _entrypoint(
    graph: Graph, traits: Traits, input: InputMapping | None, output: str | OutputMapping | None
) -> Adapted:
    make_input = (
        mapped(input) if input else by_schema(graph.get_input_jsonschema(), f"The task {traits.name}")
    )
    if isinstance(output, str):
        key = output
        traits = dataclasses.replace(traits, output=lambda result: result[key])
    return GraphAgent(traits, graph, make_input, adds_up=bool(graph.checkpointer), answer_key="")


def _check_context(graph: Graph, traits: Traits) -> None:
    schema = graph.context_schema
    if traits.context or schema is None or _is_calls(schema):
        return
    if needed := _required(schema):
        raise ValueError(
            f"The graph {traits.name} needs {', '.join(needed)} in its context: give as_agent context=, a function "
            f"that makes a {schema.__name__} of the call, context=lambda call: {schema.__name__}(…)."
        )


def _is_calls(schema: type) -> bool:
    """Whether a context schema is the voice graph's own."""
    return not is_typeddict(schema) and issubclass(schema, CallContext)


def _required(schema: type) -> list[str]:
    if is_typeddict(schema):
        return sorted(cast(Any, schema).__required_keys__)
    if issubclass(schema, BaseModel):
        return [name for name, field in schema.model_fields.items() if field.is_required()]
    if dataclasses.is_dataclass(schema):
        missing = dataclasses.MISSING
        return [
            field.name
            for field in dataclasses.fields(schema)
            if field.init and field.default is missing and field.default_factory is missing
        ]
    return []


def _runnable(anything: object, input: InputMapping | None) -> tuple[Runnable[Any, Any], Input]:
    kind = _kind(anything)
    if isinstance(anything, BaseTool):
        raise ValueError(f"{kind} is a tool: give it to an agent, as_agent(create_agent(model, tools=[…])).")
    if isinstance(anything, PregelProtocol):
        raise ValueError(
            f"{kind} runs elsewhere and keeps threads of its own: give as_agent a function that asks it, "
            'async def support(messages): return await remote.ainvoke({"messages": messages}).'
        )
    if isinstance(anything, BaseChatModel):
        return anything, mapped(input) if input else messages_alone
    if isinstance(anything, Runnable):
        return anything, mapped(input) if input else by_schema(anything.get_input_jsonschema(), kind)
    if callable(anything) and not isinstance(anything, type):
        return function_runnable(anything), mapped(input) if input else by_parameter(anything, kind)
    raise ValueError(
        f"{kind} cannot be asked: give as_agent a LangGraph graph, a chat model, a chain, a function of the question, "
        "or a class of your own with the methods of emads_voice.Agent."
    )


def _kind(anything: object) -> str:
    if inspect.isroutine(anything):
        return f"The function {anything.__name__}"
    if isinstance(anything, type):
        return f"The class {anything.__name__}"
    return f"A value of type {type(anything).__name__}"


def _named(anything: object) -> str:
    if isinstance(anything, Pregel):
        if not isinstance(anything, CompiledStateGraph):
            return next(iter(anything.nodes))  # a task has one node, called after its function
        return "" if anything.get_name() == "LangGraph" else anything.get_name()
    if isinstance(anything, RunnableLambda):
        return anything.get_name()
    if inspect.isroutine(anything):
        return anything.__name__
    return ""


def _described(anything: object) -> str:
    document = inspect.getdoc(anything) if inspect.isroutine(anything) else ""
    return " ".join((document or "").partition("\n\n")[0].split())


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f'"{name}" cannot be an agent\'s name, which is a lower-case word of letters, digits and underscores: '
            f'try "{_word(name)}".'
        )
    return name


def _word(name: str) -> str:
    """A name as an agent's: "Support Bot" → "support_bot"."""
    word = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    return word if _NAME.fullmatch(word) else _NAMELESS
