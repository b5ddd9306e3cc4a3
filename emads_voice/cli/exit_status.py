"""The exit statuses of ``emads-voice``, as docs/command-line.md lists them; 0 if all was done."""

FAILED = 1
"""Something that was asked for cannot be done."""

MISUSED = 2
"""The command line itself cannot be; Typer ends with it, too."""

DEGRADED = 3
"""All was done, but a recogniser, a chat model or a voice failed and another took its place, or a part of a recording
could not be read."""

INTERRUPTED = 130
"""Ctrl-C: 128 and the number of SIGINT, as shells say."""

BROKEN_PIPE = 141
"""Whoever read our output stopped, as ``head`` does: 128 and the number of SIGPIPE, as shells say."""
