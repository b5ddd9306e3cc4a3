"""A process is killed in mid-turn; another one goes on from the node that was not finished, and speaks."""

from __future__ import annotations

import asyncio
import importlib.util
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from emads_voice import VoiceContext, run_turn

PROGRAM = Path(__file__).with_name("dying.py")


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dying", PROGRAM)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["dying"] = module
    spec.loader.exec_module(module)
    return module


dying = _load()


@pytest.mark.parametrize(
    ("store", "node", "durability"),
    [
        *(("sqlite", node, "sync") for node in ("listen", "route", "cto", "coo", "speak")),
        ("sqlite", "coo", "async"),
        ("postgres", "coo", "sync"),
        ("postgres", "speak", "async"),
    ],
    indirect=["store"],
)
async def test_another_process_goes_on(store: Any, tmp_path: Path, node: str, durability: str) -> None:
    log = tmp_path / "nodes"
    program = await asyncio.create_subprocess_exec(
        sys.executable, PROGRAM, store.address, node, durability, log
    )
    assert await program.wait() == -signal.SIGKILL
    begun = log.read_text().split()
    assert begun == ["listen", "route", "cto", "coo", "speak"][: len(begun)]
    assert begun[-1] == node
    log.unlink()

    witness = dying.Witness(log)
    async with dying.opened(store.address) as saver:
        graph = dying.voice_graph(saver, witness)
        turn = await run_turn(
            graph, VoiceContext(mouth=dying.Mouth(witness)), thread_id="monday", resume=None
        )
        assert (await graph.aget_state(dying.THREAD)).next == ()
    assert turn.speech
    assert turn.speech["played"] == turn.answer
    assert [message.text for message in turn.state["messages"]] == ["Rewrite or keep it?", turn.answer]
    assert set(turn.state["analyses"]) == {"cto", "coo"}
    again = [each for each in log.read_text().split() if each in begun]
    assert again == [node]  # what was done is not done again; what was being done is
