"""One model for many callers: requests that come while it is at work are gathered into the next batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

from emads_voice.observability import metrics
from emads_voice.voice.errors import VoiceError

_Question = TypeVar("_Question")
_Answer = TypeVar("_Answer")


class Batcher(Generic[_Question, _Answer]):
    """Asks a model the questions of many callers, a batch at a time, in one thread of its own.

    No question waits for a batch to fill: one that finds the model idle is a batch of one, and those that come while
    it is at work are the next batch. A batch that fails is asked again in halves: so one bad question does not fail the
    others, and what does not fit into memory together is answered one after the other. A
    :class:`~emads_voice.voice.errors.VoiceError` fails the whole batch: the model cannot be loaded, say.
    """

    def __init__(
        self, work: Callable[[list[_Question]], Sequence[_Answer]], *, limit: int, name: str
    ) -> None:
        """
        Args:
            work: returns the answers to a batch of questions, in their order.
            limit: the most questions of a batch.
            name: of the thread, for debuggers.
        """
        self._work = work
        self._limit = limit
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._waiting: deque[Future[_Answer]] = deque()
        self._questions: dict[Future[_Answer], _Question] = {}
        metrics.queues.watch("batch", self, lambda batcher: batcher.waiting)

    @property
    def waiting(self) -> int:
        """How many questions wait for the next batch."""
        return len(self._waiting)

    def submit(self, question: _Question) -> Future[_Answer]:
        """Ask a question, from any thread. If the future is cancelled before its turn, the model is never asked."""
        future: Future[_Answer] = Future()
        self._questions[future] = question
        future.add_done_callback(lambda done: self._questions.pop(done, None))
        self._waiting.append(future)
        self._thread.submit(self._next)
        return future

    def _next(self) -> None:
        batch: list[tuple[Future[_Answer], _Question]] = []
        while self._waiting and len(batch) < self._limit:
            future = self._waiting.popleft()
            if future.set_running_or_notify_cancel():
                batch.append((future, self._questions.pop(future)))
        if batch:
            self._ask(batch)

    def _ask(self, batch: list[tuple[Future[_Answer], _Question]]) -> None:
        failure = self._try(batch)
        if failure and (len(batch) == 1 or isinstance(failure, VoiceError)):
            for future, _ in batch:
                future.set_exception(failure)
        elif failure:
            del failure  # its traceback holds the memory the batch took
            middle = len(batch) // 2
            self._ask(batch[:middle])
            self._ask(batch[middle:])

    def _try(self, batch: list[tuple[Future[_Answer], _Question]]) -> Exception | None:
        try:
            answers = self._work([question for _, question in batch])
            answered = list(zip(batch, answers, strict=True))
        except Exception as error:  # models raise what they like
            return error
        for (future, _), answer in answered:
            future.set_result(answer)
        return None
