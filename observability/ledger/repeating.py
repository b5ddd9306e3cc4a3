"""Work that is done from time to time, in a thread."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_log = logging.getLogger(__name__)


class Repeated:
    """Does something every so many seconds until it is stopped, and then once more. A failure is logged."""

    def __init__(
        self, what: str, every_s: float, work: Callable[[], object], *, last_within_s: float | None = None
    ) -> None:
        """
        Args:
            what: is done, as the log calls it.
            every_s: seconds from the end of one to the next.
            work: does it.
            last_within_s: seconds that the end may wait for it, where it can as well be done after the next start; it
                does not wait at all for what failed before. None: until it is done.
        """
        self._what = what
        self._every_s = every_s
        self._work = work
        self._last_within_s = last_within_s
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=what, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Do it once more, and return when that is done, or may wait no longer."""
        self._stopped.set()
        self._thread.join(self._last_within_s)
        if self._thread.is_alive():
            _log.warning("%s is left for the next start, as it takes too long.", self._what)

    def _run(self) -> None:
        failed, last = "", False
        while not last:
            last = self._stopped.wait(self._every_s)
            if last and failed and self._last_within_s is not None:
                return
            try:
                self._work()
            except Exception as error:  # the next time it may succeed
                if str(error) != failed:
                    _log.error("%s failed, and is tried again: %s", self._what, error)
                failed = str(error)
            else:
                failed = ""
