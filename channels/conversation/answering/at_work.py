"""What a run of the graph is busy with, as LangChain's callbacks tell: may it be cut off without losing what it did?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler


class AtWork(BaseCallbackHandler):
    """Give it to a run among its callbacks. Models that are being asked can be cut off: nothing has come of it yet.
    Tools, and a node's own code, may be doing something at this moment, of which only their result will tell."""

    run_inline = True  # else each call of it goes through a thread
    ignore_chain = True
    ignore_retriever = True

    def __init__(self) -> None:
        """Inside the event loop."""
        self._loop = asyncio.get_running_loop()
        self._models: set[UUID] = set()
        self._tools: dict[UUID, tuple[str, str]] = {}
        self._only_generates = asyncio.Event()

    @property
    def uses_tools(self) -> bool:
        """Whether a tool runs."""
        return bool(self._tools)

    @property
    def tool(self) -> tuple[str, str] | None:
        """The tool that was begun last of those that run: its name, and what models are told of it."""
        return next(reversed([*self._tools.values()]), None)

    async def only_generates(self) -> None:
        """Wait until a model is being asked, and no tool runs beside it."""
        await self._only_generates.wait()

    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: UUID, **_: Any) -> None:
        self._models.add(run_id)
        self._look()

    def on_llm_start(self, serialized: Any, prompts: Any, *, run_id: UUID, **_: Any) -> None:
        self._models.add(run_id)
        self._look()

    def on_llm_end(self, response: Any, *, run_id: UUID, **_: Any) -> None:
        self._models.discard(run_id)
        self._look()

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self._models.discard(run_id)
        self._look()

    def on_tool_start(self, serialized: Any, input_str: str, *, run_id: UUID, **_: Any) -> None:
        known = serialized if isinstance(serialized, Mapping) else {}
        self._tools[run_id] = str(known.get("name") or ""), str(known.get("description") or "")
        self._look()

    def on_tool_end(self, output: Any, *, run_id: UUID, **_: Any) -> None:
        self._tools.pop(run_id, None)
        self._look()

    def on_tool_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        self._tools.pop(run_id, None)
        self._look()

    def _look(self) -> None:
        self._loop.call_soon_threadsafe(self._set)  # nodes that are not async run in threads

    def _set(self) -> None:
        if self._models and not self._tools:
            self._only_generates.set()
        else:
            self._only_generates.clear()
