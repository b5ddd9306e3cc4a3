"""What docs/conversations.md shows, run as one program on a real Postgres."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parents[3] / "docs" / "conversations.md"


async def test_what_the_document_shows_runs(database: str, tmp_path: Path) -> None:
    blocks = re.findall(
        r"<!-- test: conversations -->\n```python\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL
    )
    assert len(blocks) == 4
    assert DOCUMENT.read_text("utf-8").count("```python") == 4
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        "\n".join(blocks),
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": database},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    printed, errors = await program.communicate()
    assert program.returncode == 0, errors.decode()
    assert printed.decode().splitlines() == [
        "It is noon, as 0 times before.",
        "It is noon, as 1 times before.",
        "It is noon, as 2 times before.",
        "unfinished: ()",
        "again: It is noon, as 2 times before.",
    ]
