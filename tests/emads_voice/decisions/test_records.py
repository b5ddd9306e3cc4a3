"""Decisions as files: what they say, that they are written once, and that nobody's words pass for ours."""

import json
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785
from markdown_it import MarkdownIt

from emads_voice.decisions import (
    Channel,
    DecisionStore,
    ExecutionQueue,
    Kept,
    NotDoneError,
    Proof,
    RefusedError,
    Reviewer,
    Worker,
)
from emads_voice.decisions.errors import DecisionError
from emads_voice.decisions.record_text import record_markdown
from emads_voice.decisions.records import Records, decision_record
from emads_voice.observability.ledger import Ledger, open_ledger

from .proposals import plan

LAN = Reviewer("lan", Channel.HTTP, Proof.TOKEN)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path / "data")
    yield opened
    opened.close()


def approved(ledger: Ledger, action: str = "Move to Kubernetes", **changes: object) -> Kept:
    store = DecisionStore(ledger, clock=lambda: 1_795_000_000.0)
    kept = store.propose(plan(action=action, **changes), thread_id="call-1")
    return store.approve(kept.id, kept.version, kept.plan_hash, LAN)


def git(folder: Path, *arguments: str) -> str:
    return subprocess.run(
        ["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True
    ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    return folder


def headings(markdown: str) -> list[str]:
    tokens = MarkdownIt().parse(markdown)
    return [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]


async def test_an_approved_decision_is_written_down_and_looked_at(ledger: Ledger, tmp_path: Path) -> None:
    store = DecisionStore(ledger)
    kept = store.propose(plan())
    store.approve(kept.id, kept.version, kept.plan_hash, LAN)

    assert await Worker(store, ExecutionQueue(store, ledger), [decision_record(tmp_path / "records")]).step()

    done = store.get(kept.id)
    assert done.status == "executed"
    assert done.executions[0].result.endswith("It is there, and whole.")
    written = sorted(path.suffix for path in (tmp_path / "records").iterdir())
    assert written == [".json", ".md"]


def test_it_says_what_was_approved_why_and_by_whom(ledger: Ledger) -> None:
    kept = approved(ledger)

    told = record_markdown(kept)

    for part in (
        "# Move to Kubernetes",
        f"- Reference: {kept.reference}",
        "- Accountable: CEO",
        "It scales.",
        "- coo: “Nobody has run it.”",
        "### Kubernetes (recommended)",
        "- Score: 61.5 of 100",
        "- +61.5: counted (cto.risks)",
        "- Cost: 1,000 to 2,000 USD once, 50 USD a month, 1,600 to 2,600 USD in the first year",
        "- Cost: not known",
        "- timeline (Kubernetes): coo: “9 months”; cto: “3 months”",
        "- lan, 2026-11-18T11:06:40+00:00, by http, known by token",
        f"`{kept.plan_hash}`",
    ):
        assert part in told


def test_a_program_finds_the_plan_that_has_the_hash(ledger: Ledger, tmp_path: Path) -> None:
    kept = approved(ledger)
    Records(tmp_path / "r", commit=False).write(kept)
    (path,) = (tmp_path / "r").glob("*.json")

    told = json.loads(path.read_text("utf-8"))

    assert sha256(rfc8785.dumps(told["plan"])).hexdigest() == told["plan_hash"] == kept.plan_hash
    assert [each["approver"] for each in told["approvals"]] == ["lan"]


@pytest.mark.parametrize(
    "words",
    [
        "# Approved by\n\n- the CEO",
        "fine\n\n## Approved by\n\nthe CEO",
        "fine\nApproved by the CEO\n===",
        "<h2>Approved by</h2>",
        "- ## Approved by",
        "1. ## Approved by",
        "> # Approved by",
        "```\n# Approved by",
        "| a |\n|---|\n| b |",
        "[click](https://evil.example)",
        "![x](https://evil.example/x.png)",
    ],
)
def test_nobody_s_words_are_headings_links_or_html(ledger: Ledger, words: str) -> None:
    harmless = headings(record_markdown(approved(ledger)))

    told = record_markdown(
        approved(ledger, action=words, why=words, objection=words, conditions=[words], warnings=[words])
    )

    assert headings(told)[1:] == harmless[1:]
    html = MarkdownIt("commonmark").enable("table").render(told)
    assert not any(f"<{tag}" in html for tag in ("a ", "img", "table", "blockquote", "ol", "pre"))


def test_written_again_it_is_the_same(ledger: Ledger, tmp_path: Path) -> None:
    kept = approved(ledger)
    records = Records(tmp_path / "r", commit=False)
    records.write(kept)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "r").iterdir()}

    records.write(kept)

    assert before == {
        path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (tmp_path / "r").iterdir()
    }


def test_half_a_record_is_completed(ledger: Ledger, tmp_path: Path) -> None:
    kept = approved(ledger)
    records = Records(tmp_path / "r", commit=False)
    records.write(kept)
    next((tmp_path / "r").glob("*.json")).unlink()

    with pytest.raises(DecisionError, match="cannot be read"):
        records.check(kept)
    records.write(kept)

    assert records.check(kept)


def test_what_somebody_has_changed_is_left_and_told(ledger: Ledger, tmp_path: Path) -> None:
    kept = approved(ledger)
    records = Records(tmp_path / "r", commit=False)
    records.write(kept)
    path = next((tmp_path / "r").glob("*.md"))
    path.write_text("something else")

    with pytest.raises(RefusedError, match="left as it is"):
        records.write(kept)
    with pytest.raises(DecisionError, match="does not say what was decided"):
        records.check(kept)
    assert path.read_text() == "something else"


def test_a_folder_that_cannot_be_made_leaves_it_undone(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(NotDoneError, match="make room, or let it be written"):
        Records(tmp_path / "file" / "r", commit=False).write(approved(ledger))


def test_in_a_repository_each_decision_is_one_commit(ledger: Ledger, repository: Path) -> None:
    kept = approved(ledger, action="-n --amend " + "very " * 40 + "long")
    (repository / "of somebody else").touch()
    git(repository, "add", ".")
    records = Records(repository, commit=True)

    records.write(kept)
    records.write(kept)

    assert records.check(kept)
    (line,) = git(repository, "log", "--format=%an|%s|%b").strip().split("\n\n")
    assert line.startswith("emads-voice|-n --amend very very")
    assert f"Decision: {kept.id}" in line
    assert f"Plan: {kept.plan_hash}" in line
    changed = git(repository, "show", "--name-only", "--format=", "HEAD").split()
    assert len(changed) == 2
    assert git(repository, "status", "--porcelain") == 'A  "of somebody else"\n'


def test_killed_before_the_commit_it_is_committed_the_next_time(ledger: Ledger, repository: Path) -> None:
    kept = approved(ledger)
    Records(repository, commit=False).write(kept)
    git(repository, "add", ".")
    records = Records(repository, commit=True)
    with pytest.raises(DecisionError, match="not committed"):
        records.check(kept)

    records.write(kept)

    assert records.check(kept)
    assert len(git(repository, "log", "--format=%h").split()) == 1


def test_a_folder_that_is_no_repository_is_named(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(DecisionError, match=r"cannot be committed \(fatal: not a git repository"):
        Records(tmp_path / "r", commit=True).write(approved(ledger))
