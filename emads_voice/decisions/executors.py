"""Who carries out what was approved: LangChain's tools, each told the key of the execution."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from langchain_core.tools import BaseTool
from pydantic import BaseModel, ConfigDict

from .decisions import Execution, Kept
from .errors import DecisionError


@dataclass(frozen=True, slots=True)
class Task:
    """What an executor is to do.

    Attributes:
        decision: the approved decision.
        execution: which step of it, with the key that names it.
    """

    decision: Kept
    execution: Execution

    @property
    def arguments(self) -> dict[str, object]:
        """What the plan says to the executor of this step."""
        return dict(self.decision.plan.steps[self.execution.step].arguments)


class TaskArguments(BaseModel):
    """What a tool takes that is given nothing but the task. Made once, as what LangChain reads from each function takes
    20 ms to make."""

    model_config = ConfigDict(defer_build=True)

    task: Task


class NotDoneError(DecisionError):
    """Raised by an executor that knows that it has done nothing: it may be tried again."""


class RefusedError(DecisionError):
    """Raised by an executor that has done nothing and never will: the step has failed."""


@dataclass(frozen=True)
class Executor:
    """One way of carrying out a step.

    Attributes:
        tool: does it. It is given the step's arguments, ``idempotency_key``, and ``task``, a :class:`Task`, if it takes
            one. What it returns is kept as the result. It raises :class:`NotDoneError` or :class:`RefusedError` where
            nothing was done; after any other exception nobody knows, unless it honours the key.
        honours_key: whether it does its work once for each key, however often it is called. If so an effect happens
            exactly once; if not at most once, and where that is not known a person has to look.
        check: looks afterwards whether what was done holds; called as ``tool`` is, and raises if it does not.
    """

    tool: BaseTool
    honours_key: bool
    check: BaseTool | None = None

    @property
    def name(self) -> str:
        """What plans call it."""
        return self.tool.name

    async def execute(self, task: Task) -> str:
        """Do it; returns what came of it, in words."""
        return str(await self.tool.ainvoke(_told(self._takes, task)))

    async def verify(self, task: Task) -> str:
        """Look whether it holds; returns what was seen, "" where nothing looks."""
        return str(await self.check.ainvoke(_told(self._checked, task))) if self.check else ""

    # A tool makes a JSON schema each time it is asked for its arguments.

    @cached_property
    def _takes(self) -> frozenset[str]:
        return frozenset(self.tool.args)

    @cached_property
    def _checked(self) -> frozenset[str]:
        return frozenset(self.check.args if self.check else ())


def _told(takes: frozenset[str], task: Task) -> dict[str, object]:
    told = {**task.arguments, "idempotency_key": task.execution.key, "task": task}
    return {name: value for name, value in told.items() if name in takes}


def by_name(executors: Iterable[Executor]) -> Mapping[str, Executor]:
    """Executors by their names.

    Raises:
        ValueError: two have the same name.
    """
    named: dict[str, Executor] = {}
    for executor in executors:
        if executor.name in named:
            raise ValueError(f"Two executors are called {executor.name}: give each a name of its own.")
        named[executor.name] = executor
    return named
