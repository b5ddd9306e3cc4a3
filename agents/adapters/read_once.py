"""A checkpointer for one run of an agent's graph that does not read again what was just read for the same turn.

Before a run the graph's state is looked at, to tell the graph what it has not seen; LangGraph reads it again when the
run begins. On a database each is a round trip before the first word.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)

_Key = tuple[str, str, str | None]


class ReadOnce(BaseCheckpointSaver[Any]):
    """Passes everything on to another; the newest checkpoint is read once, until something is written."""

    def __init__(self, saver: BaseCheckpointSaver[Any]) -> None:
        """``saver`` keeps the checkpoints."""
        super().__init__(serde=saver.serde)
        self._saver = saver
        self._read: dict[_Key, CheckpointTuple | None] = {}

    @property
    def config_specs(self) -> list[Any]:
        """The other's."""
        return self._saver.config_specs

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint, from the last reading where nothing was written since."""
        key = _key(config)
        if key not in self._read:
            self._read[key] = await self._saver.aget_tuple(config)
        return self._read[key]

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Write one; what was read is old from then on."""
        self._read.clear()
        return await self._saver.aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Write what a task has done; likewise."""
        self._read.clear()
        await self._saver.aput_writes(config, writes, task_id, task_path)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # as LangGraph calls it
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """The other's."""
        async for found in self._saver.alist(config, filter=filter, before=before, limit=limit):
            yield found

    async def adelete_thread(self, thread_id: str) -> None:
        """Delete a thread."""
        self._read.clear()
        await self._saver.adelete_thread(thread_id)

    # Nodes that are not async, and graphs run inside them, use these.

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Not from the last reading: it is another thread's."""
        return self._saver.get_tuple(config)

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """As :meth:`aput`."""
        self._read.clear()
        return self._saver.put(config, checkpoint, metadata, new_versions)

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """As :meth:`aput_writes`."""
        self._read.clear()
        self._saver.put_writes(config, writes, task_id, task_path)

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,  # as LangGraph calls it
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """The other's."""
        return self._saver.list(config, filter=filter, before=before, limit=limit)

    def get_next_version(self, current: Any, channel: None) -> Any:
        """The other's."""
        return self._saver.get_next_version(current, channel)


def _key(config: RunnableConfig) -> _Key:
    where = config["configurable"]
    return where["thread_id"], where.get("checkpoint_ns", ""), where.get("checkpoint_id")
