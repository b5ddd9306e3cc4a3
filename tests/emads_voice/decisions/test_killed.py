"""A process is killed between every two steps of a decision's life: nothing is done twice, and nothing is lost."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="processes are forked and killed with SIGKILL")
@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_killed_between_any_two_steps_nothing_is_lost_or_done_twice(
    where: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    place = request.getfixturevalue("database") if where == "postgres" else ""
    program = Path(__file__).parent / "dying.py"

    done = subprocess.run(
        [sys.executable, str(program), place, str(tmp_path)], capture_output=True, text=True, timeout=300
    )

    assert not done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert found["wrong"] == {}
    # Each of three steps is claimed and finished, besides what was proposed and approved twice.
    assert found["points"] >= 2 * (3 + 2 * 3) + 2 * 3
    assert found["unknown"] > 0, "no death fell between an effect and its result"
