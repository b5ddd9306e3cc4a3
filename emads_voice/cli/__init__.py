"""The ``emads-voice`` command."""

import signal
import sys

from .exit_status import INTERRUPTED


def main() -> None:
    """Run the command and exit with its status."""
    # While Python itself is loading or leaving, Ctrl-C would end in a traceback: there the signal ends the process.
    # A shell's background jobs ignore it.
    interruptible = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if interruptible:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        from emads_voice.environment import unset_blank

        unset_blank("OTEL_")  # before OpenTelemetry is imported, which looks at some of them then
        from .app import run

        if interruptible:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        status = run()
    except KeyboardInterrupt:
        status = INTERRUPTED
    if interruptible:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.exit(status)
