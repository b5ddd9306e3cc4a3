"""The room's front: every name is there, and nothing heavy is loaded for it."""

import subprocess
import sys
from importlib import import_module
from typing import Any

room: Any = import_module("emads_voice.voice")  # Any: its __all__ is made as it is imported


def test_every_public_name_is_there() -> None:
    assert [name for name in room.__all__ if getattr(room, name, None) is None] == []
    assert set(room.__all__) <= set(dir(room))


def test_all_of_them_load_no_model_library() -> None:
    """In a process of its own: this one has loaded everything already."""
    heavy = ["av", "ctranslate2", "faster_whisper", "markdown_it", "onnxruntime", "openai", "py3langid"]
    code = (
        "import sys, emads_voice.voice as room\n"
        "[getattr(room, name) for name in room.__all__]\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
