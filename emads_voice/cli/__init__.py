"""The ``emads-voice`` command."""

import sys


def main() -> None:
    """Run the command and exit with its status."""
    try:
        from .app import run  # takes long enough to be interrupted, which must be quiet from the start

        status = run()
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
