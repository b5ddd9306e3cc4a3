"""How to install more: as this copy was installed, and nowhere as if it were on a package index."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from emads_voice import installation
from emads_voice.installation import install_hint

ROOT = Path(__file__).parents[2]
TEXTS = (".py", ".md", ".toml", ".yaml", ".sh", "Makefile", "Dockerfile")
OWN = {".git", "build", "dist", "node_modules", "CHANGELOG.md"}


@pytest.fixture(autouse=True)
def _active(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)


def came_from(monkeypatch: pytest.MonkeyPatch, told: dict[str, Any] | None) -> None:
    text = None if told is None else json.dumps(told)
    copy = SimpleNamespace(read_text=lambda _: text)
    monkeypatch.setattr(installation, "distribution", lambda _: copy)


def test_a_checkout_is_installed_from_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / "my checkout"
    place.mkdir()
    came_from(monkeypatch, {"url": place.as_uri(), "dir_info": {"editable": True}})
    assert install_hint("openai") == f'pip install -e "{place}[openai]"'
    came_from(monkeypatch, {"url": place.as_uri(), "dir_info": {}})
    assert install_hint("qwen,espeak") == f'pip install "{place}[qwen,espeak]"'


def test_a_wheel_and_a_repository_are_named_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    wheel = tmp_path / "emads_voice-0.1.0-py3-none-any.whl"
    wheel.touch()
    came_from(monkeypatch, {"url": wheel.as_uri(), "archive_info": {}})
    assert install_hint("local") == f'pip install "emads-voice[local] @ {wheel.as_uri()}"'
    came_from(
        monkeypatch, {"url": "https://git.example/x.git", "vcs_info": {"vcs": "git", "commit_id": "4f1d"}}
    )
    assert install_hint("local") == 'pip install "emads-voice[local] @ git+https://git.example/x.git@4f1d"'


@pytest.mark.parametrize(
    "told", [None, {}, {"url": "file:///no/longer/there", "dir_info": {}}, {"url": "file:///no/x.whl"}]
)
def test_what_is_not_known_is_said_in_general(
    monkeypatch: pytest.MonkeyPatch, told: dict[str, Any] | None
) -> None:
    came_from(monkeypatch, told)
    assert install_hint("local") == 'pip install -e ".[local]" in a checkout of emads-voice'


def test_in_an_environment_that_is_not_active_its_own_python_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    came_from(monkeypatch, None)
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.delenv("VIRTUAL_ENV")
    assert install_hint("local").startswith(f"{sys.executable} -m pip install")
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)  # no environment: its pip is the only one
    assert install_hint("local").startswith("pip install")


def _others(path: Path) -> bool:
    """Whether something made the file here: environments (``.venv-vllm`` holds texts in Big5), pages, builds."""
    return any(
        part in OWN or part.startswith((".venv", ".chat-app", ".prism", ".voice-clients"))
        for part in path.parts
    )


def test_nothing_says_that_it_comes_from_an_index() -> None:
    said = re.compile(r"install\s+(-U\s+)?[\"']?emads-voice\b(?!\[[\w,]+\] @ )")
    texts = [
        path
        for path in ROOT.rglob("*")
        if path.name.endswith(TEXTS) and path.is_file() and not _others(path.relative_to(ROOT))
    ]
    assert len(texts) > 100
    wrong = [path for path in texts if path != Path(__file__) and said.search(path.read_text("utf-8"))]
    assert wrong == []
