"""The command lines of the README and the documents, run as they stand; and the table of exit statuses."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
import typer

from emads_voice.cli.app import app as command_line
from emads_voice.cli.exit_status import BROKEN_PIPE, DEGRADED, INTERRUPTED
from emads_voice.testing.speech import ScriptedRecognizer

from .conftest import Run

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {"README.md", "command-line.md"}
TOO_MUCH = {"serve", "call", "doctor", "talk", "audit"}
"""Commands that are not run here: they answer, ring, load the models, take a microphone, or what others have left."""

Hears = Callable[..., ScriptedRecognizer]


def commands(document: Path) -> list[str]:
    """Every ``emads-voice …`` of a document, without prompt, variables, comment, and what a shell makes of the rest."""
    blocks = FENCED.findall(document.read_text("utf-8"))
    lines = [line for language, block in blocks if language in {"", "console"} for line in block.splitlines()]
    found = [re.fullmatch(r"(?:\$ )?(?:[A-Z_]+=\S+ )*emads-voice (.*)", line) for line in lines]
    return [re.split(r"\s+(?:#|\||>|<)", match[1])[0].rstrip() for match in found if match]


ALL = [(document.name, command) for document in DOCUMENTS for command in commands(document)]


def test_they_are_found() -> None:
    assert len(ALL) > 30
    assert {name for name, _ in ALL} >= {
        "README.md",
        "command-line.md",
        "phone.md",
        "qwen3-asr.md",
        "observability.md",
    }


@pytest.mark.parametrize(("document", "command"), ALL)
def test_a_command_line_is_understood(document: str, command: str) -> None:
    del document
    name, *arguments = shlex.split(command)
    if name.startswith("--"):
        assert name in typer_options()
        return
    typer.main.get_group(command_line).commands[name].make_context(name, arguments).close()


def typer_options() -> set[str]:
    group = typer.main.get_group(command_line)
    return {option for parameter in group.params for option in parameter.opts} | {"--help"}


@pytest.mark.parametrize(
    "command",
    [
        command
        for name, command in ALL
        if name in {"README.md", "command-line.md"} and command.split()[0] not in TOO_MUCH
    ],
)
def test_a_command_line_does_what_it_says(
    run: Run, hears: Hears, record: Callable[..., str], home: Path, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path, command: str,
) -> None:  # fmt: skip
    arguments = shlex.split(command)
    for argument in dict.fromkeys(arguments):
        if argument.startswith("examples/"):
            assert (ROOT / argument).is_file(), "it ships"
            (home / argument).parent.mkdir(parents=True)
        if argument.endswith((".wav", ".m4a")) and "*" not in argument:
            record(argument)
    if "--graph" in arguments:
        (home / "my_project").mkdir()
        shutil.copy(ROOT / "examples" / "my_agents.py", home / "my_project" / "agents.py")
        monkeypatch.setattr(sys, "path", [*sys.path])
    if "*.wav" in arguments:  # as a shell does
        arguments[arguments.index("*.wav")] = record("every.wav")
    if "recordings" in arguments:
        (home / "recordings").mkdir()
        record("recordings/one.wav")
    if "-" in arguments:
        sound = (home / record("stdin.wav")).read_bytes()
        piped = SimpleNamespace(buffer=io.BytesIO(sound), isatty=lambda: False)
        monkeypatch.setattr(sys, "stdin", piped)
    for option in ("--out",):
        if option in arguments:
            (home / arguments[arguments.index(option) + 1]).unlink(missing_ok=True)
    if "--play" in arguments:
        (tmp_path / "aplay").write_text("#!/bin/sh\n")
        (tmp_path / "aplay").chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
    if arguments[0].endswith("completion"):
        return  # it asks which shell has started us: test_cli_streams.py
    hears("Should we move to Kubernetes?", "And what would that cost?")
    ran = run(*arguments)
    assert ran.status == 0, ran.err


def test_the_first_command_after_the_demo_asks_a_recording_that_ships() -> None:
    readme = [command for name, command in ALL if name == "README.md"]
    asked = shlex.split(readme[0])
    assert asked[0] == "ask"
    assert (ROOT / asked[1]).is_file()


def test_the_exit_statuses_are_those_of_the_table() -> None:
    table = (ROOT / "docs" / "command-line.md").read_text("utf-8").partition("## Exit status")[2]
    told = {int(status) for status in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)}
    assert told == {0, 1, 2, DEGRADED, INTERRUPTED, BROKEN_PIPE}


def test_every_extra_that_is_named_is_one() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {
        extra
        for document in DOCUMENTS
        for extras_ in re.findall(r"install [^\n]*?\[([\w,-]+)\]", document.read_text("utf-8"))
        for extra in extras_.split(",")
    }
    assert (
        {"local", "otlp", "qwen"} <= named <= {*extras, "vllm", "audio"}
    )  # the last two: other packages' own
