"""Build the tiny checkpoints in a folder, or find that they are there.

.venv-qwen/bin/python tools/make_tiny_qwen.py FOLDER
"""

import logging
import sys
from pathlib import Path

from emads_voice.voice.errors import VoiceError
from tiny_qwen import build


def main() -> None:
    """Build into the folder given, and say what was done."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python tools/make_tiny_qwen.py FOLDER")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        built = build(Path(sys.argv[1]))
    except VoiceError as error:
        sys.exit(str(error))
    sys.stdout.write(f"model:   {built.model}\naligner: {built.aligner}\n")


if __name__ == "__main__":
    main()
