"""Replies of chat models, recorded once and replayed through all that a reply passes: reading, guards, ReconcileGPT.

A file of JSON lines, which may be written by hand:

    {"agent": "cto", "turns": ["Should we …?"], "replies": [{"text": "{\\"answer\\": …}"}]}

``turns`` is what the caller said so far, whatever its case, accents and punctuation; a further reply is that to being
asked again, or to what a tool has found. docs/evaluation.md shows how one is made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, BaseMessageChunk, HumanMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableSequence
from pydantic import BaseModel, ConfigDict, Field

from emads_voice.agents.prompts.texts import load_prompt
from emads_voice.agents.text import words
from emads_voice.error_text import reason_of

from .errors import SuiteError
from .json_lines import read_json_lines

_PIECE_CHARS = 40
"""A replayed reply comes in pieces, as a model's does."""
_OURS = ("(The caller ", *(load_prompt(name).text.partition("{")[0] for name in ("again", "repair")))
"""What messages that are not the caller's begin with."""
_Key = tuple[str, ...]
Change = Callable[[str], str]


class Call(BaseModel):
    """A call of a tool, the form among them; ``args`` is JSON as the model wrote it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    args: str


class Reply(BaseModel):
    """What a model replied."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    calls: list[Call] = []

    def changed(self, change: Change) -> Reply:
        """The same with its form changed, where it is one."""
        text = change(self.text) if "{" in self.text else self.text
        return Reply(
            text=text,
            calls=[call.model_copy(update={"args": change(call.args)}) for call in self.calls],
        )


class Recorded(BaseModel):
    """A line of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agent: str
    turns: list[str] = Field(min_length=1)
    replies: list[Reply] = Field(min_length=1)


class Replies:
    """All replies of a file.

    Attributes:
        change: made to each form that is replayed; None for none.
        forms: those that were replayed since it was emptied, as they were recorded.
        missed: what was asked and is not among them, "cto: Should we …?".
    """

    def __init__(self, recorded: Sequence[Recorded] = ()) -> None:
        self.change: Change | None = None
        self.forms: list[str] = []
        self.missed: list[str] = []
        self._recorded = {_key(each.agent, each.turns): each for each in recorded}

    def reply(self, agent: str, turns: Sequence[str], number: int) -> Reply | None:
        """What was replied to the ``number``-th time of asking, from 0; the last where there are fewer."""
        recorded = self._recorded.get(_key(agent, turns))
        if recorded is None:
            self.missed.append(f"{agent}: {' / '.join(turns)}")
            return None
        reply = recorded.replies[min(number, len(recorded.replies) - 1)]
        self.forms += [form for form in (reply.text, *(call.args for call in reply.calls)) if "{" in form]
        return reply.changed(self.change) if self.change else reply

    def keep(self, agent: str, turns: Sequence[str], number: int, reply: Reply) -> None:
        """Record a reply."""
        key = _key(agent, turns)
        before = self._recorded[key].replies[:number] if key in self._recorded else []
        self._recorded[key] = Recorded(agent=agent, turns=list(turns), replies=[*before, reply])

    def write(self, path: Path) -> None:
        """Write the file.

        Raises:
            SuiteError: it cannot be written.
        """
        lines = (each.model_dump_json(exclude_defaults=True) for each in self._recorded.values())
        try:
            path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        except OSError as error:
            raise SuiteError(
                f"{path} cannot be written ({reason_of(error)}): name a file in a folder that can."
            ) from None


def read_replies(path: Path) -> Replies:
    """The replies in a file.

    Raises:
        SuiteError: it cannot be read, or a line is no reply; the message names it.
    """
    recorded = read_json_lines(path, Recorded, remedy="give the file that --record wrote")
    if not recorded:
        raise SuiteError(f"{path} holds no replies: record some with --record.")
    return Replies(recorded)


class RecordedModel(BaseChatModel):
    """A chat model that replays replies, or records those of another.

    Attributes:
        replies: where they are.
        model: the one that is recorded; None to replay.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    replies: Replies
    model: BaseChatModel | None = None
    model_name: str = "recorded"

    @property
    def _llm_type(self) -> str:
        return "recorded"

    def with_structured_output(self, schema: Any, **kwargs: Any) -> Runnable[LanguageModelInput, Any]:
        return self.bind(schema=schema)

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[LanguageModelInput, AIMessage]:
        return self.bind(offered=list(tools), offering=kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise NotImplementedError("Recorded replies are streamed.")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        whole: BaseMessageChunk = AIMessageChunk(content="")
        async for chunk in self._astream(messages, **kwargs):
            whole += chunk.message
        assert isinstance(whole, AIMessageChunk)
        return ChatResult(
            generations=[ChatGeneration(message=AIMessage(whole.content, tool_calls=whole.tool_calls))]
        )

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        agent, turns, number = _asked(messages, kwargs)
        if self.model is None:
            reply = self.replies.reply(agent, turns, number)
            if reply is None:
                raise SuiteError(
                    f"No reply of {agent} to this is recorded: record it with --record and a chat model."
                )
            for piece in _pieces(reply):
                yield ChatGenerationChunk(message=piece)
            return
        whole: BaseMessageChunk = AIMessageChunk(content="")
        async for chunk in _bound(self.model, kwargs).astream(messages):
            if isinstance(chunk, AIMessage):
                piece = chunk if isinstance(chunk, AIMessageChunk) else _as_chunk(chunk)
                whole += piece
                yield ChatGenerationChunk(message=piece)
        assert isinstance(whole, AIMessageChunk)
        calls = [Call(name=call["name"] or "", args=call["args"] or "") for call in whole.tool_call_chunks]
        self.replies.keep(agent, turns, number, Reply(text=whole.text, calls=calls))


def _bound(model: BaseChatModel, options: dict[str, Any]) -> Runnable[Any, Any]:
    """A model as a specialist would have bound it."""
    if "offered" in options:
        return model.bind_tools(options["offered"], **options["offering"])
    structured = model.with_structured_output(options["schema"])
    return structured.first if isinstance(structured, RunnableSequence) else structured


def _asked(messages: Sequence[BaseMessage], options: dict[str, Any]) -> tuple[str, list[str], int]:
    """Which agent is asked, what the caller has said, and how often it was asked that before."""
    schema = options["schema"] if "schema" in options else options["offered"][0]
    said = [
        place
        for place, message in enumerate(messages)
        if isinstance(message, HumanMessage) and not message.text.startswith(_OURS)
    ]
    since = messages[said[-1] :] if said else messages
    return (
        str(schema["properties"]["agent"]["const"]),
        [messages[place].text for place in said],
        sum(isinstance(message, AIMessage) for message in since),
    )


def _as_chunk(message: AIMessage) -> AIMessageChunk:
    return AIMessageChunk(content=message.content, tool_calls=message.tool_calls)


def _pieces(reply: Reply) -> list[AIMessageChunk]:
    pieces = [AIMessageChunk(content=part) for part in _parts(reply.text)]
    for index, call in enumerate(reply.calls):
        name: str | None = call.name
        for part in _parts(call.args) or [""]:
            chunk = tool_call_chunk(name=name, args=part, id=f"call_{index}" if name else None, index=index)
            pieces.append(AIMessageChunk(content="", tool_call_chunks=[chunk]))
            name = None
    return pieces


def _parts(text: str) -> list[str]:
    return [text[start : start + _PIECE_CHARS] for start in range(0, len(text), _PIECE_CHARS)]


def _key(agent: str, turns: Sequence[str]) -> _Key:
    return (agent, *(" ".join(words(turn)) for turn in turns))
