"""An assistant keeps conversations with a fence, and locks that reach as far as what keeps them."""

from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from emads_voice import ThreadHeldError, create_voice_graph
from emads_voice.assembly.assistant import Assistant
from emads_voice.channels.persistence.sqlite import FencedSqliteSaver
from emads_voice.settings import Settings
from emads_voice.testing import ScriptedAgent


def assistant(folder: Path, **given: object) -> Assistant:
    graph = create_voice_graph([ScriptedAgent("cto", [])])
    nobody = dict.fromkeys(("recognizer", "synthesizer", "catalogue"))
    return Assistant(settings=Settings(data_dir=folder), graph=graph, **nobody, **given)  # type: ignore[arg-type]


async def test_the_file_in_the_data_folder_has_a_fence(tmp_path: Path) -> None:
    async with assistant(tmp_path).open() as graph:
        assert isinstance(graph.checkpointer, FencedSqliteSaver)


async def test_two_machines_on_one_postgres_hold_conversations_from_each_other(
    tmp_path: Path, database: str
) -> None:
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    from emads_voice.channels.persistence.postgres import FencedPostgresSaver

    async with AsyncPostgresSaver.from_conn_string(database) as saver:
        await saver.setup()
    async with AsyncExitStack() as stack:
        both = [
            assistant(tmp_path / name, checkpointer=AsyncPostgresSaver.from_conn_string(database))
            for name in ("one", "two")
        ]
        (graph, mine), (_, theirs) = [
            await stack.enter_async_context(each.open_with_locks()) for each in both
        ]
        assert isinstance(graph.checkpointer, FencedPostgresSaver)
        async with mine.hold("monday"):
            with pytest.raises(ThreadHeldError):
                async with theirs.hold("monday", wait_s=0):
                    pytest.fail("two hold it")
