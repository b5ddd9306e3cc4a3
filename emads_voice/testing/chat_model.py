"""A chat model that follows a script, streaming."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import ConfigDict, Field, PrivateAttr, SkipValidation


class ScriptedChatModel(BaseChatModel):
    """Gives its messages in order and streams them word by word, tool calls last, as providers do.

    Attributes:
        script: the messages: text, a whole message, or an exception to raise.
        word_s: seconds before each word.
        streams: whether it streams at all.
        asked: what it was given, call by call: what to assert on.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    script: SkipValidation[Sequence[str | AIMessage | Exception]]
    word_s: float = 0.0
    streams: bool = True
    asked: list[list[BaseMessage]] = Field(default=[])
    _given: int = PrivateAttr(default=0)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Runnable[Any, AIMessage]:
        """Nothing to do: which tools are called is in the script."""
        return self

    def _next(self, messages: Sequence[BaseMessage]) -> AIMessage:
        self.asked.append(list(messages))
        if self._given >= len(self.script):
            raise AssertionError(f"the model was asked more often than it has answers: {messages[-1].text!r}")
        given = self.script[self._given]
        self._given += 1
        if isinstance(given, Exception):
            raise given
        return AIMessage(given) if isinstance(given, str) else given.model_copy(deep=True)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._next(messages))])

    def _should_stream(self, **kwargs: Any) -> bool:
        return self.streams and super()._should_stream(**kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self._next(messages)):
            if run_manager:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(self._next(messages)):
            await asyncio.sleep(self.word_s)
            if run_manager:
                await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    blocks = [message.content] if isinstance(message.content, str) else message.content
    for index, block in enumerate(blocks):
        if isinstance(block, str):
            for word in re.findall(r"\S+\s*|\s+", block):
                yield _chunk(content=word)
        elif block.get("type") == "text":
            for word in re.findall(r"\S+\s*|\s+", block["text"]):
                yield _chunk(content=[{"type": "text", "text": word, "index": index}])
        else:
            yield _chunk(content=[{**block, "index": index}])
    for index, call in enumerate(message.tool_calls):
        for name, arguments in ((call["name"], ""), (None, json.dumps(call["args"]))):
            piece = tool_call_chunk(name=name, args=arguments, id=call["id"] if name else None, index=index)
            yield _chunk(content="", tool_call_chunks=[piece])
    yield _chunk(content="", response_metadata=message.response_metadata, chunk_position="last")


def _chunk(**fields: Any) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(**fields))
