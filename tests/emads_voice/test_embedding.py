"""The programs the documents show, run as a reader would: beside a project of theirs, on the real models."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from emads_voice import Audio

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "examples" / "audio" / "book-a-room.wav"

MY_PROJECT = """
from langchain_core.messages import AIMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from emads_voice.agents import HandbookModel, LexicalEmbeddings, load_handbook


def reply(state: MessagesState) -> dict:
    return {"messages": [AIMessage(f"You said: {state['messages'][-1].text}")]}


support_graph = (
    StateGraph(MessagesState).add_node("reply", reply).add_edge(START, "reply").add_edge("reply", END).compile()
)
chat_model = small_model = HandbookModel(handbook=load_handbook("HANDBOOK"), embeddings=LexicalEmbeddings())
""".replace("HANDBOOK", str(ROOT / "examples" / "handbook"))

pytest.importorskip("faster_whisper", reason='it takes the extra "local"')


def blocks(document: str, name: str) -> str:
    """The Python blocks of a document that are marked ``<!-- test: name -->``, as one program."""
    text = (ROOT / document).read_text("utf-8")
    found = re.findall(rf"<!-- test: {name} -->\n```python\n(.*?)```", text, re.DOTALL)
    assert found, f"{document} has no block {name}"
    return "\n".join(found)


def run(folder: Path, *command: str) -> str:
    """What a program prints in a folder of its own."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("EMADS_")}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment | {"EMADS_DATA_DIR": str(folder), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A reader's folder: a module of theirs and a recording."""
    (tmp_path / "my_project.py").write_text(MY_PROJECT, "utf-8")
    shutil.copy(RECORDING, tmp_path / "question.wav")
    return tmp_path


def test_the_lines_of_the_readme_answer_a_recording_aloud(project: Path) -> None:
    program = blocks("README.md", "first-embedding")
    (project / "program.py").write_text(program, "utf-8")
    assert re.match(r"You said: book a room", run(project, "program.py"), re.IGNORECASE)
    assert Audio.load(project / "reply.wav").duration_s > 1


def test_the_guide_to_embedding_is_a_program(project: Path) -> None:
    (project / "program.py").write_text(
        blocks("docs/embedding.md", "embedding") + "\nprint(turn.answer)\n", "utf-8"
    )
    printed = run(project, "program.py").splitlines()
    assert [line.split()[0] for line in printed[:4]] == ["listen", "route", "support", "speak"]
    assert printed[4].startswith("You said: Where is order 7? Words in the question. ")
    assert printed[5] == "You said: Where is order 8?"
    assert Audio.load(project / "answer.wav").duration_s > 1


def test_the_example_with_own_agents_runs(tmp_path: Path) -> None:
    printed = run(tmp_path, str(ROOT / "examples" / "own_agents.py"))
    assert "→ Order 8 is waiting for a driver." in printed
    assert "A night shift needs 18 people in Hanoi" in printed
    assert Audio.load(tmp_path / "reply.wav").duration_s > 1


ACME = """
import numpy as np


class Error(Exception): ...


class LicenceError(Error): ...


def load(): ...


def hear(samples, hints):
    return "Book a room.", "en"


def speak(text):
    return (0.3 * np.sin(np.arange(len(text) * 1_000) * 0.1)).astype(np.float32)
"""


def test_the_backend_the_guide_shows_passes_the_tests_it_shows(tmp_path: Path) -> None:
    shutil.copy(RECORDING, tmp_path / "question.wav")
    (tmp_path / "acme.py").write_text(ACME, "utf-8")
    (tmp_path / "acme_voice.py").write_text(blocks("docs/own-backends.md", "backend"), "utf-8")
    (tmp_path / "test_acme.py").write_text(blocks("docs/own-backends.md", "backend-tests"), "utf-8")
    printed = run(tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_acme.py")
    assert re.search(r"^22 passed", printed, re.MULTILINE), printed
