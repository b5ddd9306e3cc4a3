"""What is loaded when, and what the public names are."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import emads_voice
import emads_voice.testing
import emads_voice.voice

ROOT = Path(__file__).parents[2]
FOLDERS = ("agents", "channels", "emads_voice", "graph", "observability", "voice")

TYPED_TURN = """
import asyncio
import sys

from emads_voice import Agent, Analysis, TypedEar, VoiceContext, create_voice_graph, run_turn


class Clock(Agent):
    name, description, exemplars = "clock", "Tells the time.", ("What time is it?",)

    async def answer(self, messages, *, language, say=None):
        return Analysis(agent=self.name, answer="It is noon.", confidence=1.0)


graph = create_voice_graph([Clock()]).compile()
turn = asyncio.run(run_turn(graph, VoiceContext(ear=TypedEar("What time is it?")), thread_id="1"))
assert turn.answer == "It is noon."
"""

WITHOUT_SDK = """
import sys


class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.startswith("opentelemetry.sdk"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Absent())
"""


def run(program: str) -> str:
    """What a program prints that is run by itself, on what is installed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("EMADS_", "OTEL_"))}
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def blocks(document: str, name: str) -> str:
    """The Python blocks of a document that are marked ``<!-- test: name -->``."""
    return "\n".join(
        re.findall(
            rf"<!-- test: {name} -->\n```python\n(.*?)```", (ROOT / document).read_text("utf-8"), re.DOTALL
        )
    )


@pytest.mark.parametrize("package", [emads_voice, emads_voice.voice, emads_voice.testing])
def test_every_public_name_is_there(package: Any) -> None:
    names = package.__all__
    assert len(names) == len(set(names)) > 10
    assert all(getattr(package, name) is not None for name in names)
    assert set(names) <= set(dir(package))
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = package.nothing_of_the_kind


def test_a_star_imports_the_public_names() -> None:
    run("import emads_voice\nfrom emads_voice import *\nassert set(emads_voice.__all__) <= set(globals())")


def test_importing_the_package_loads_none_of_its_rooms() -> None:
    loaded = run("import sys, emads_voice\nprint(*sys.modules)").split()
    ours = {name for name in loaded if name.partition(".")[0] == "emads_voice"}
    assert ours == {"emads_voice", "emads_voice.no_telemetry"}
    assert not {"numpy", "pydantic", "langchain_core", "langgraph", "opentelemetry"} & set(loaded)


def test_importing_serve_waits_for_nothing_that_it_only_needs_when_called() -> None:
    loaded = run(
        "import sys\nfrom emads_voice import serve\nassert callable(serve)\nprint(*sys.modules)"
    ).split()
    ours = {name for name in loaded if name.partition(".")[0] == "emads_voice"}
    assert ours == {
        "emads_voice", "emads_voice.no_telemetry", "emads_voice.serving", "emads_voice.serving.server"
    }  # fmt: skip
    heavy = {
        "av",
        "fastapi",
        "langchain_core",
        "langgraph",
        "numpy",
        "onnxruntime",
        "opentelemetry",
        "pydantic",
        "uvicorn",
    }
    assert not heavy & set(loaded)


def test_the_package_is_imported_in_no_time() -> None:
    """20 ms, by the best of several: what else this machine does is no fault of ours."""
    program = (
        "import time\nbegan = time.perf_counter()\nimport emads_voice\nprint(time.perf_counter() - began)"
    )
    run(program)  # compiles it
    assert min(float(run(program)) for _ in range(5)) < 0.02


def test_an_embedded_graph_loads_what_the_document_says_and_nothing_else_of_ours() -> None:
    """Whatever the table of dependencies marks with a dash is left alone by a typed turn."""
    text = (ROOT / "docs/installing.md").read_text("utf-8")
    rows = re.findall(r"^\| (`.*`) \| .+ \| (.+) \|$", text.partition("| an embedded graph")[2], re.MULTILINE)
    loads = {name: told != "–" for names, told in rows for name in re.findall(r"`([\w.-]+)`", names)}
    with (ROOT / "pyproject.toml").open("rb") as file:
        required = tomllib.load(file)["project"]["dependencies"]
    assert loads.keys() == {Requirement(each).name for each in required}

    modules: dict[str, set[str]] = {"langgraph-checkpoint-sqlite": {"langgraph.checkpoint.sqlite"}}
    for module, distributions in packages_distributions().items():
        for distribution in distributions:
            modules.setdefault(distribution.lower().replace("_", "-"), {module})
    loaded = set(run(f"{TYPED_TURN}\nprint(*sys.modules)").split())
    untouched = {name: modules[name] for name, loads_it in loads.items() if not loads_it and name in modules}
    assert {"fastapi", "uvicorn", "twilio", "av", "onnxruntime"} <= untouched.keys()
    assert {name for name, found in untouched.items() if found & loaded} == set()


def test_only_the_exporter_uses_the_sdk_of_opentelemetry() -> None:
    users = set()
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            named = node.module if isinstance(node, ast.ImportFrom) else ""
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [named or ""]
            if any(name.startswith("opentelemetry.sdk") for name in names):
                users.add(path.relative_to(ROOT).as_posix())
    rooms = ("observability/exporting/", "observability/ledger/outbox.py")
    assert users
    assert {user for user in users if not user.startswith(rooms)} == set()


def test_a_turn_needs_no_sdk_of_opentelemetry() -> None:
    run(f"{WITHOUT_SDK}\n{TYPED_TURN}")


def test_a_call_needs_no_sdk_of_opentelemetry() -> None:
    """The call that the document on conversations shows."""
    program = blocks("docs/conversation.md", "call")
    assert "Conversation(services" in program
    run(f"{WITHOUT_SDK}\n{program}")
