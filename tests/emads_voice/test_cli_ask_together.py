"""Several ``emads-voice ask`` at once on one conversation: each knows what the others asked, or is told to wait."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from emads_voice.channels.thread_lock import FileLocks, ThreadLock

from .conftest import Run

ASK = """
import sys
from emads_voice import configured_backends
from emads_voice.assembly import configured
from emads_voice.agents import LexicalEmbeddings
from emads_voice.cli import main
from emads_voice.testing.speech import ScriptedRecognizer, ScriptedSynthesizer
configured_backends.make_synthesizer = lambda _: ScriptedSynthesizer()
configured_backends.make_recognizer = lambda _: ScriptedRecognizer([])
configured.make_embeddings = lambda _: LexicalEmbeddings()
main()
"""


def ask(stack: ExitStack, home: Path, question: str, thread: str) -> subprocess.Popen[str]:
    folder = home / question[0]
    folder.mkdir()
    command = [sys.executable, "-c", ASK, "ask", "--text", question, "--thread", thread, "--json"]
    process = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    )
    stack.callback(process.kill)
    return process


QUESTIONS = [
    "Should we move the order system to Kubernetes?",
    "And what would that cost?",
    "How long would that take?",
    "Who is against it?",
]


async def test_four_at_once_on_one_conversation_keep_four_questions(home: Path, tmp_path: Path) -> None:
    # Held until all four wait for it, so that none is done before another begins.
    with ExitStack() as stack:
        async with ThreadLock(tmp_path / "data" / "locks", "same"):
            asked = [ask(stack, home, question, "same") for question in QUESTIONS]
            for process in asked:
                assert process.stderr
                while "waiting" not in (line := process.stderr.readline()):
                    assert line, "it ended without having waited"
                assert line == "Another process is using the conversation 'same'; waiting…\n"
        for process in asked:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
            assert "Traceback" not in err

    from langgraph.checkpoint.sqlite import SqliteSaver

    with SqliteSaver.from_conn_string(str(tmp_path / "data" / "threads.sqlite")) as saver:
        kept = saver.get({"configurable": {"thread_id": "same"}})
    assert kept
    messages = kept["channel_values"]["messages"]
    assert sorted(message.text for message in messages if message.type == "human") == sorted(QUESTIONS)
    assert [message.type for message in messages] == ["human", "ai"] * 4
    assert len({message.id for message in messages}) == 8
    assert kept["channel_values"]["turn"] == 4


def test_a_conversation_that_stays_held_is_told(
    run: Run, hears: Callable[..., object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hears()
    monkeypatch.setattr(
        FileLocks, "hold", lambda locks, name, **_: ThreadLock(locks.folder, name, wait_s=0.01)
    )
    elsewhere = ThreadLock(tmp_path / "data" / "locks", "same")
    with asyncio.Runner() as runner:
        runner.run(elsewhere.__aenter__())
        ran = run("ask", "--text", QUESTIONS[0], "--thread", "same", "--json")
        runner.run(elsewhere.__aexit__(None, None, None))
    told = (
        "Another process has been using the conversation 'same' for 0.01 s: "
        "try again when it is done, or name another."
    )
    assert ran.status == 1
    assert ran.complaints == ["Another process is using the conversation 'same'; waiting…", told]
    assert ran.values == [{"question": QUESTIONS[0], "error": told}]
    assert run("ask", "--text", QUESTIONS[0], "--thread", "same").status == 0
