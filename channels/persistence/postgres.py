"""Conversations in Postgres, for several processes and machines, with a fence."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.base import SerializerProtocol
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from .fence import is_stale, named, refusal

Connections = AsyncConnectionPool[AsyncConnection[dict[str, Any]]] | AsyncConnection[dict[str, Any]]

_LATEST = """
SELECT
    max(checkpoint_id) FILTER (WHERE checkpoint_ns = %s) AS latest,
    max(checkpoint_id) FILTER (WHERE checkpoint_ns = '') AS root
FROM checkpoints WHERE thread_id = %s AND checkpoint_ns IN (%s, '')
"""

_DELETE_RUNS = """
WITH gone AS (
    DELETE FROM checkpoints WHERE metadata ->> 'run_id' = ANY(%s)
    RETURNING thread_id, checkpoint_ns, checkpoint_id
)
DELETE FROM checkpoint_writes USING gone WHERE checkpoint_writes.thread_id = gone.thread_id
    AND checkpoint_writes.checkpoint_ns = gone.checkpoint_ns
    AND checkpoint_writes.checkpoint_id = gone.checkpoint_id
"""


class FencedPostgresSaver(AsyncPostgresSaver):
    """LangGraph's :class:`AsyncPostgresSaver`, which refuses a checkpoint of somebody who has not read the latest one.

    Going on from an older checkpoint on purpose, by its id, stays possible. The tables are LangGraph's, unchanged.
    """

    def __init__(self, conn: Connections, *, serde: SerializerProtocol | None = None) -> None:
        """Take a pool of connections, or one; both with ``autocommit`` and ``row_factory=dict_row``."""
        super().__init__(conn, serde=serde)

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
        configurable = config["configurable"]
        thread_id, namespace = configurable["thread_id"], configurable["checkpoint_ns"]
        # The pipeline makes two round trips of it all.
        async with self._connection() as conn, conn.pipeline(), conn.transaction():
            # Whoever else writes to the thread waits here, and then sees what was written.
            await conn.execute("SELECT pg_advisory_xact_lock(%s)", [advisory_key("write", thread_id)])
            row = await (await conn.execute(_LATEST, [namespace, thread_id, namespace])).fetchone()
            assert row
            known = {**get_checkpoint_metadata(config, metadata)}
            if is_stale(
                checkpoint["id"], configurable.get("checkpoint_id"), row["latest"], row["root"], known
            ):
                raise refusal(str(thread_id))
            return await AsyncPostgresSaver(conn, serde=self.serde).aput(
                config, checkpoint, metadata, new_versions
            )

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Take back what these runs wrote: LangGraph's server rolls back a run so."""
        async with self._connection() as conn:
            await conn.execute(_DELETE_RUNS, [[str(run_id) for run_id in run_ids]])

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection[dict[str, Any]]]:
        """One of the pool's, or the only one while nobody else uses it."""
        if isinstance(self.conn, AsyncConnectionPool):
            async with self.conn.connection() as conn:
                yield conn
        else:
            async with self.lock:
                yield self.conn


def fenced_postgres(saver: AsyncPostgresSaver) -> AsyncPostgresSaver:
    """The same conversations with a fence, on the same connections.

    Raises:
        ValueError: the saver sends what it writes without waiting for answers.
    """
    if type(saver) is not AsyncPostgresSaver:
        return saver  # one with a fence already, or of somebody who knows better
    if saver.pipe:
        raise ValueError(
            "Make the AsyncPostgresSaver without a pipeline: it has to know what it has written."
        )
    return FencedPostgresSaver(saver.conn, serde=saver.serde)


def advisory_key(purpose: str, thread_id: str) -> int:
    """The number by which Postgres locks a thread."""
    named = f"emads-voice {purpose} {thread_id}".encode("utf-8", "surrogatepass")
    return int.from_bytes(sha256(named).digest()[:8], signed=True)
