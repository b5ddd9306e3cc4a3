"""How many files and sockets this process may open: as many as the system allows, not as few as shells set."""

from __future__ import annotations

import errno
import sys

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""errno values of accept() when no descriptor is left."""
ENOUGH = 65_536
"""Where there is no hard limit."""

if sys.platform == "win32":

    def raise_descriptor_limit() -> int | None:
        """Windows has no such limit."""
        return None

else:
    import resource

    def raise_descriptor_limit() -> int | None:
        """Raise the soft limit to the hard one.

        Returns:
            How many descriptors are allowed now.
        """
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = hard if hard != resource.RLIM_INFINITY else max(soft, ENOUGH)
        if soft == resource.RLIM_INFINITY:
            return None
        if soft < wanted:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            except (OSError, ValueError):  # macOS has limits beside its hard one
                return soft
        return wanted
