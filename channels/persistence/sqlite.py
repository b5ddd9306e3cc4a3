"""Conversations in a file of SQLite, with a fence."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Sequence

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import ChannelVersions, Checkpoint, CheckpointMetadata, CheckpointTuple
from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

from .fence import is_stale, named, refusal

_REFUSED = "a later checkpoint was written in the meantime"
# A temporary trigger is this connection's alone: the file stays as LangGraph makes it. It runs inside the statement
# that writes, so nobody comes between looking and writing, and no round trip is added.
_FENCE = f"""
CREATE TEMP TRIGGER IF NOT EXISTS fence BEFORE INSERT ON main.checkpoints
WHEN is_stale(
    NEW.checkpoint_id,
    NEW.parent_checkpoint_id,
    (SELECT max(checkpoint_id) FROM main.checkpoints
        WHERE thread_id = NEW.thread_id AND checkpoint_ns = NEW.checkpoint_ns),
    (SELECT max(checkpoint_id) FROM main.checkpoints WHERE thread_id = NEW.thread_id AND checkpoint_ns = ''),
    NEW.metadata
)
BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END
"""

_OF_RUNS = """
SELECT thread_id, checkpoint_ns, checkpoint_id FROM main.checkpoints
WHERE json_extract(CAST(metadata AS TEXT), '$.run_id') IN (SELECT value FROM json_each(?))
"""


class FencedSqliteSaver(AsyncSqliteSaver):
    """LangGraph's :class:`AsyncSqliteSaver`, which refuses a checkpoint of somebody who has not read the latest one.

    Going on from an older checkpoint on purpose, by its id, stays possible.
    """

    def __init__(self, conn: aiosqlite.Connection, *, serde: SerializerProtocol | None = None) -> None:
        super().__init__(conn, serde=serde)
        self._fenced = False
        self._fencing = asyncio.Lock()

    async def setup(self) -> None:
        """Make the tables where they are not there, and this connection's fence."""
        if self._fenced:
            return
        async with self._fencing:
            if not self._fenced:
                await super().setup()
                await self.conn.create_function("is_stale", 5, _is_stale, deterministic=True)
                await self.conn.execute(_FENCE)
                self._fenced = True

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint that the config names, or the thread's latest."""
        return named(config, await super().aget_tuple(config))

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Keep a checkpoint.

        Raises:
            StaleThreadError: the thread was continued since its writer read it.
        """
        try:
            return await super().aput(config, checkpoint, metadata, new_versions)
        except sqlite3.IntegrityError as error:
            async with self.lock:
                await self.conn.rollback()  # what was begun keeps others from writing
            if str(error) != _REFUSED:
                raise
            raise refusal(str(config["configurable"]["thread_id"])) from None

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Take back what these runs wrote: LangGraph's server rolls back a run so."""
        await self.setup()
        runs = json.dumps([str(run_id) for run_id in run_ids])
        async with self.lock, self.conn.cursor() as cursor:
            await cursor.execute(
                f"DELETE FROM main.writes WHERE (thread_id, checkpoint_ns, checkpoint_id) IN ({_OF_RUNS})",
                (runs,),
            )
            await cursor.execute(
                f"DELETE FROM main.checkpoints WHERE (thread_id, checkpoint_ns, checkpoint_id) IN ({_OF_RUNS})",
                (runs,),
            )
            await self.conn.commit()


def _is_stale(
    checkpoint_id: str, parent_id: str | None, latest_id: str | None, root_id: str | None, metadata: bytes
) -> bool:
    return is_stale(checkpoint_id, parent_id, latest_id, root_id, json.loads(metadata))
