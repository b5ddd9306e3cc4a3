"""How this copy came here, and so how more of it is installed. The one place to change once an index has it."""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

DISTRIBUTION = "emads-voice"


def install_hint(extras: str) -> str:
    """The command that adds extras to this copy, as it was installed: from a checkout, a wheel or a repository.

    Args:
        extras: names in pyproject.toml, with commas between them: "openai", "qwen,espeak".
    """
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    pip = f"{python} -m pip" if _is_inactive_environment() else "pip"
    return f"{pip} install {_requirement(extras)}"


def _requirement(extras: str) -> str:
    """What pip is told to install, quoted for a shell."""
    try:
        told = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        told = {}
    url = told.get("url", "")
    if "vcs_info" in told:
        vcs = told["vcs_info"]
        return f'"{DISTRIBUTION}[{extras}] @ {vcs["vcs"]}+{url}@{vcs["commit_id"]}"'
    path = Path(url2pathname(unquote(urlsplit(url).path))) if url.startswith("file:") else None
    if path and path.is_dir():
        editable = "-e " if told.get("dir_info", {}).get("editable") else ""
        return f'{editable}"{path}[{extras}]"'
    if url and (path is None or path.is_file()):
        return f'"{DISTRIBUTION}[{extras}] @ {url}"'
    return f'-e ".[{extras}]" in a checkout of {DISTRIBUTION}'


def _is_inactive_environment() -> bool:
    """Whether "pip" by itself would be another environment's, as after ``.venv/bin/emads-voice``."""
    ours = sys.prefix != sys.base_prefix
    return ours and Path(os.environ.get("VIRTUAL_ENV", os.devnull)).resolve() != Path(sys.prefix).resolve()
