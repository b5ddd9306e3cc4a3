"""``python -m emads_voice.testing.tiny_qwen FOLDER``: build the tiny checkpoints, or find that they are there."""

import logging
import sys
from pathlib import Path

from emads_voice.voice.errors import VoiceError

from . import build


def main() -> None:
    """Build into the folder given, and say what was done."""
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: python -m emads_voice.testing.tiny_qwen FOLDER")
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        built = build(Path(sys.argv[1]))
    except VoiceError as error:
        sys.exit(str(error))
    sys.stdout.write(f"model:   {built.model}\naligner: {built.aligner}\n")


main()
