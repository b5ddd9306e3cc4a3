"""The command, on a scripted graph of one's own."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from emads_voice.cli.app import app


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(
        "from langchain_core.runnables import RunnableLambda\n"
        "graph = RunnableLambda(lambda messages: 'There are six rooms.')\n"
    )
    rows = [
        {"id": "a", "turns": ["How many rooms?"], "must": ["six"], "group": "en"},
        {"id": "b", "turns": ["How many cars?"], "must": ["cars"], "group": "en"},
    ]
    (tmp_path / "suite.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path


def run(*arguments: str) -> tuple[int, str, str]:
    ran = CliRunner().invoke(app, ["eval", "suite.jsonl", "--graph", "./mine.py:graph", *arguments])
    return ran.exit_code, ran.stdout, ran.stderr


@pytest.mark.usefixtures("folder")
def test_groups_are_told_and_a_threshold_that_is_missed_fails() -> None:
    status, out, _ = run("--no-variants", "--wrong")
    assert status == 0
    assert "answer/en" in out
    assert "1 of 2" in out
    assert "b (as written; answer): How many cars?" in out
    status, _, told = run("--no-variants", "--min", "answer=0.6")
    assert status == 1
    assert "answer has 50.0%, less than 60.0%" in told
    assert run("--no-variants", "--min", "answer/en=0.5")[0] == 0


def test_an_earlier_run_is_compared_with(folder: Path) -> None:
    status, out, _ = run("--no-variants", "--json")
    assert status == 0
    before = json.loads(out)
    before["rows"][0]["checks"]["answer"] = False
    before["groups"]["answer"]["share"] = 0.0
    (folder / "before.json").write_text(json.dumps(before))
    _, out, _ = run("--no-variants", "--baseline", "before.json")
    assert "0% (+50.0%)" in out
    assert "Better: a" in out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("--min", "answer"), "write a group and a share from 0 to 1"),
        (("--min", "answer=2"), "write a group and a share from 0 to 1"),
        (("--split", "nowhere"), "No row of suite.jsonl has the split nowhere"),
    ],
)
def test_what_cannot_be_is_told(arguments: tuple[str, ...], fault: str) -> None:
    ran = CliRunner().invoke(app, ["eval", "suite.jsonl", "--graph", "./mine.py:graph", *arguments])
    assert fault in str(ran.exception)
