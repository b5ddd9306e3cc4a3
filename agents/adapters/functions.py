"""Functions as Runnables: plain or async ones that return an answer, or generators that yield it piece by piece."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

from langchain_core.runnables import Runnable, RunnableLambda

_END = object()


def function_runnable(function: Callable[..., Any]) -> Runnable[Any, Any]:
    """A Runnable of a function; one that is not async runs in a thread, so that it holds up nobody."""
    if inspect.isgeneratorfunction(function):
        return RunnableLambda(_in_thread(function))
    return RunnableLambda(function)


def _in_thread(function: Callable[..., Any]) -> Callable[[Any], AsyncIterator[Any]]:
    async def pieces(taken: Any) -> AsyncIterator[Any]:
        generator = function(taken)
        while (piece := await asyncio.to_thread(next, generator, _END)) is not _END:
            yield piece

    return pieces
