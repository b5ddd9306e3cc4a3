"""Many approve at once, from threads and processes: each decision is approved once and carried out once."""

import subprocess
import sys
from pathlib import Path

import pytest

from .proposals import plan
from .racing import open_store

DECISIONS = 40


@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_of_four_hundred_approvals_of_forty_decisions_forty_decide(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = request.getfixturevalue("database") if where == "postgres" else ""
    store, ledger = open_store(place, tmp_path)
    ids = [store.propose(plan("lines"), thread_id=f"call-{n}").id for n in range(DECISIONS)]
    command = [sys.executable, str(Path(__file__).parent / "racing.py"), place, str(tmp_path)]

    both = [
        subprocess.Popen([*command, name, *ids], stdout=subprocess.PIPE, text=True) for name in ("a", "b")
    ]
    counts = [tuple(map(int, each.communicate(timeout=120)[0].split())) for each in both]

    assert [each.returncode for each in both] == [0, 0]
    assert (sum(won for won, _ in counts), sum(lost for _, lost in counts)) == (DECISIONS, 400 - DECISIONS)
    effects = (tmp_path / "effects.txt").read_text().split()
    assert sorted(effects) == sorted(f"{each}:1:0" for each in ids)
    assert {store.get(each).status for each in ids} == {"executed"}
    kinds = [
        (str(read.event.kind), read.event.details.get("verdict") or read.event.details.get("status"))
        for read in ledger.read_all()
    ]
    for each in [("proposed", None), ("reviewed", "approve"), ("reviewed", "approved"), ("executed", "done")]:
        assert kinds.count(each) == DECISIONS
    ledger.close()
