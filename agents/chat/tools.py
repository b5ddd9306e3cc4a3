"""Tools a specialist's chat model may call before it answers: run, and their results told to the model."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence

from langchain_core.messages import ToolCall, ToolMessage
from langchain_core.tools import BaseTool

from emads_voice.tasks import Tasks

MAX_ROUNDS = 4
"""How often a model may call tools for one answer; then it has to answer with what it knows."""
MAX_CALLS = 8
"""In one round."""
_MAX_RESULT_CHARS = 20_000
_UNFINISHED = Tasks()


def is_safe(tool: BaseTool) -> bool:
    """Whether calling a tool changes nothing: its ``metadata`` says ``{"readOnlyHint": True}``, as MCP calls it."""
    return bool((tool.metadata or {}).get("readOnlyHint"))


class ToolBelt:
    """The tools of one specialist."""

    def __init__(self, tools: Sequence[BaseTool], *, timeout_s: float = 15.0) -> None:
        """
        Args:
            tools: what the model may call.
            timeout_s: the longest one call may take.

        Raises:
            ValueError: two have one name, or something is no tool.
        """
        for tool in tools:
            if not isinstance(tool, BaseTool):
                raise ValueError(
                    f"A value of type {type(tool).__name__} is no tool: decorate your function with "
                    "langchain_core.tools.tool."
                )
        self._tools = {tool.name: tool for tool in tools}
        if len(self._tools) < len(tools):
            raise ValueError("Two tools have one name: give each a name of its own.")
        self._timeout_s = timeout_s

    def __bool__(self) -> bool:
        return bool(self._tools)

    def __iter__(self) -> Iterator[BaseTool]:
        return iter(self._tools.values())

    @property
    def names(self) -> frozenset[str]:
        """What they are called."""
        return frozenset(self._tools)

    @property
    def safe(self) -> bool:
        """Whether calling any of them changes nothing."""
        return all(map(is_safe, self._tools.values()))

    def acts(self, calls: Sequence[ToolCall]) -> bool:
        """Whether one of these calls may change something."""
        return any(call["name"] in self._tools and not is_safe(self._tools[call["name"]]) for call in calls)

    async def run(self, calls: Sequence[ToolCall]) -> list[ToolMessage]:
        """The results of a round of calls, in their order: those that change nothing side by side, else one by one.

        A tool that fails, takes too long or does not exist is told to the model, which may answer without it.
        """
        asked = list(calls)[:MAX_CALLS]
        if self.acts(asked):
            results = [await self._run(call) for call in asked]
        else:
            results = list(await asyncio.gather(*map(self._run, asked)))
        left = [
            _told(call, "Too many calls at once: ask again if you still need it.", failed=True)
            for call in calls[MAX_CALLS:]
        ]
        return [*results, *left]

    async def _run(self, call: ToolCall) -> ToolMessage:
        tool = self._tools.get(call["name"])
        if tool is None:
            return _told(
                call, f"There is no tool {call['name']}: there are {', '.join(self._tools)}.", failed=True
            )
        # What changes something must not stay half done where the caller interrupts.
        running = _UNFINISHED.start(tool.ainvoke(call))
        work = running if is_safe(tool) else asyncio.shield(running)
        try:
            async with asyncio.timeout(self._timeout_s):
                result = await work
        except TimeoutError:
            return _told(
                call, f"It took longer than {self._timeout_s:g} seconds. It may still be done.", failed=True
            )
        except Exception as error:
            return _told(call, f"It failed: {type(error).__name__}: {error}", failed=True)
        text = result.text if isinstance(result, ToolMessage) else str(result)
        return _told(call, text, failed=isinstance(result, ToolMessage) and result.status == "error")


def _told(call: ToolCall, text: str, *, failed: bool = False) -> ToolMessage:
    if len(text) > _MAX_RESULT_CHARS:
        text = f"{text[:_MAX_RESULT_CHARS]}… (cut off)"
    return ToolMessage(
        text, tool_call_id=call["id"] or "", name=call["name"], status="error" if failed else "success"
    )
