"""The fence of a thread: only who has read its latest checkpoint may write the next one.

A lock says who may write, and can be lost: the connection that it hangs on breaks, a machine is paused in mid-turn and
wakes up after somebody else has gone on, a program takes none. LangGraph's savers keep whatever they are given, and the
latest id is the thread's state from then on: the turn of the other one is gone, silently. Savers with a fence compare
and set instead.
"""

from __future__ import annotations

from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import CheckpointTuple, get_checkpoint_id

from emads_voice.channels.errors import StaleThreadError
from emads_voice.channels.thread_lock import shown

FORKED_FROM = "forked_from"
"""In a checkpoint's metadata: the older checkpoint that somebody named on purpose, to go on from there."""


def is_stale(
    checkpoint_id: str,
    parent_id: str | None,
    latest_id: str | None,
    root_id: str | None,
    metadata: dict[str, Any],
) -> bool:
    """Whether a checkpoint comes too late to be written.

    Args:
        checkpoint_id: the checkpoint that is to be written; ids are in the order of time.
        parent_id: the checkpoint that its writer read; None if there was none.
        latest_id: the latest checkpoint of the same thread and namespace; None if there is none.
        root_id: the latest checkpoint of the same thread in the outermost graph.
        metadata: the checkpoint's.
    """
    if under := (metadata.get("parents") or {}).get(""):
        # A graph inside the graph is as late as the turn that it belongs to. Editing its state is no part of a turn.
        return metadata.get("source") != "update" and root_id is not None and root_id > under
    if latest_id is None or latest_id == checkpoint_id:
        return False
    if (
        parent_id is None
    ):  # a thread is begun, with step -1 or an update; else a copy of its first checkpoint is added
        meant = metadata.get("source") != "update" and metadata.get("step") != -1
    else:
        meant = parent_id in (latest_id, metadata.get(FORKED_FROM))
    return not meant or checkpoint_id < latest_id  # under an earlier id nobody would ever read it


def named(config: RunnableConfig, found: CheckpointTuple | None) -> CheckpointTuple | None:
    """What a saver found, marked if the checkpoint was asked for by its id: then it may be gone on from, late or not.

    LangGraph hands the config of what it read to whatever it writes next, and savers keep it in the metadata.
    """
    if found is None or not (checkpoint_id := get_checkpoint_id(config)):
        return found
    marked = {**found.config.get("configurable", {}), FORKED_FROM: checkpoint_id}
    return found._replace(config={**found.config, "configurable": marked})


def refusal(thread_id: str) -> StaleThreadError:
    """The error of a writer who is late."""
    return StaleThreadError(
        f"The conversation {shown(thread_id)} was continued elsewhere in the meantime, so what this turn had to add is "
        "refused: ask again. If nobody else uses it, the clock of this machine is behind: set it."
    )
