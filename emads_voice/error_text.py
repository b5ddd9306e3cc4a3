"""What errors of others say, in words that fit into a sentence of ours."""

from __future__ import annotations

import errno

_MENDING = {
    errno.ENOSPC: "make room",
    errno.EDQUOT: "make room within your quota",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EROFS: "make the folder writable",
    errno.EACCES: "make the folder writable",
    errno.EPERM: "make the folder writable",
}


def reason_of(error: Exception) -> str:
    """What went wrong, to be put inside a sentence: "no such file or directory".

    Args:
        error: of the operating system, of which its words are taken, without number and path; of any other error all
            that it says.
    """
    words = error.strerror if isinstance(error, OSError) else None
    return (words or str(error)).lower()


def first_line(error: BaseException) -> str:
    """The first line of what an error says, without a full stop at its end; its type where it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__).rstrip(".")


def remedy_of(error: BaseException | None) -> str:
    """What to do where something could not be written, to be put inside a sentence: "make room"."""
    return _MENDING.get(getattr(error, "errno", None) or 0, "see to that")
