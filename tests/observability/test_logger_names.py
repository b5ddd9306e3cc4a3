"""Every module logs under its own name, so that a user can silence one room and hear the others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("agents", "channels", "emads_voice", "graph", "observability", "voice")
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]

OWN = "_log = logging.getLogger(__name__)"
OTHERS = {
    "observability/log_throttle.py": [
        "strangers = logging.getLogger(__name__)"
    ],  # shared by whoever notices a stranger
}


def test_loggers_are_made_in_one_way() -> None:
    made: dict[str, list[str]] = {}
    for path in SOURCES:
        if found := re.findall(r"^\w+ = logging\.getLogger\(.*\)$", path.read_text(), re.MULTILINE):
            made[path.relative_to(ROOT).as_posix()] = found
    assert len(made) > 30
    assert {name: lines for name, lines in made.items() if lines != [OWN]} == OTHERS


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_is_logged_under_the_name_of_the_whole(path: Path) -> None:
    assert not re.search(
        r'getLogger\("emads_voice[\w.]*"\)\.(debug|info|warning|error|exception|critical)', path.read_text()
    )
