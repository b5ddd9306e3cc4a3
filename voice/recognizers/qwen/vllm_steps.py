"""vLLM asked by many at once: a request joins those under way at the next step, which is a token, and leaves when done.

``LLM.generate`` would make a request wait until all that was begun before is answered: a caller's sentence for a
recording of three minutes.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any


class Steps:
    """Asks an engine, in one thread of its own."""

    def __init__(self, engine: Callable[[], Any], *, name: str) -> None:
        """
        Args:
            engine: gives vLLM's LLMEngine, which is used by nobody else.
            name: the thread's, seen in debuggers.
        """
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._new: deque[tuple[Future[Any], Any, Any]] = deque()
        self._asked: dict[str, Future[Any]] = {}
        self._numbers = itertools.count()

    def submit(self, prompt: Any, sampling: Any) -> Future[Any]:
        """Ask for vLLM's RequestOutput; a future that is cancelled drops its request at the next step. From any thread.

        Args:
            prompt: as for ``LLM.generate``.
            sampling: vLLM's SamplingParams.
        """
        future: Future[Any] = Future()
        self._new.append((future, prompt, sampling))
        self._thread.submit(self._run)
        return future

    def _run(self) -> None:
        while self._new or self._asked:
            try:
                self._take()
                if self._asked:
                    self._answer(self._engine().step())
            except Exception as error:  # vLLM raises what it likes, and then about all of them
                failed = list(self._asked.values())
                self._asked.clear()
                for future in failed:
                    if future.set_running_or_notify_cancel():
                        future.set_exception(error)

    def _take(self) -> None:
        if gone := [name for name, future in self._asked.items() if future.cancelled()]:
            for name in gone:
                del self._asked[name]
            self._engine().abort_request(gone)
        while self._new:
            future, prompt, sampling = self._new.popleft()
            if future.cancelled():
                continue
            name = str(next(self._numbers))
            try:
                self._engine().add_request(name, prompt, sampling)
            except Exception as error:  # of this request alone
                if future.set_running_or_notify_cancel():
                    future.set_exception(error)
            else:
                self._asked[name] = future

    def _answer(self, outputs: list[Any]) -> None:
        for output in outputs:
            if not output.finished:
                continue
            future = self._asked.pop(output.request_id, None)  # None: it was failed, or dropped, meanwhile
            if future is not None and future.set_running_or_notify_cancel():
                future.set_result(output)
