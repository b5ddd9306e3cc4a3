"""The process that drives Ray: ``python -m emads_voice.batch.ray_driver``, started by :mod:`.on_ray` and nobody else.

It is told what to do on standard input, by whom it belongs to, and answers on standard output, both pickled.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
import socket
import sys
import threading
from collections.abc import Iterator
from typing import Any

from emads_voice.error_text import first_line, reason_of
from emads_voice.errors import EmadsVoiceError
from emads_voice.voice.models.cores import CORES, unhurried

from .errors import BatchError
from .making import make_pipeline
from .on_ray import Ended, Order
from .pipelines import Job, Pipeline
from .recordings import Recording
from .results import Results
from .work import Outcome, State, work_on

STORE_BYTES = 256 * 2**20
"""Ray's memory for what goes between its processes: names and outcomes, never sound."""

REACHED_S = 10.0
"""Within which a cluster answers."""

MOST_BLOCKS = 2000
"""Into which the recordings are divided: one each, as long as there are no more."""


class Worker:
    """An actor: it has a recogniser, and hears one recording after the other on one core."""

    def __init__(self, order: tuple[Job, Any, Results]) -> None:
        self._job, self._settings, self._results = order
        self._runner = asyncio.Runner()
        self._pipeline: Pipeline | None = None

    def __call__(self, row: dict[str, bytes]) -> dict[str, bytes]:
        """Work on one recording."""
        recording: Recording = pickle.loads(row["recording"])
        with unhurried():
            return {"outcome": pickle.dumps(self._runner.run(self._work_on(recording)))}

    async def _work_on(self, recording: Recording) -> Outcome:
        try:
            if self._pipeline is None:
                pipeline = make_pipeline(self._job, self._settings)
                await pipeline.warm_up()
                self._pipeline = pipeline
        except EmadsVoiceError as error:  # raised by an actor's constructor, Ray would try it again and again
            return Outcome(recording.sha256, State.STOPPED, str(error))
        return await work_on(recording, self._pipeline, self._results)


def main() -> None:
    """Do what standard input says."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what Ray prints is no answer
    order: Order = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_end_with, args=(sys.stdin.fileno(),), daemon=True).start()
    try:
        for outcome in _outcomes(order):
            pickle.dump(outcome, answers)
            answers.flush()
        last = Ended()
    except BatchError as error:
        last = Ended(str(error))
    except Exception as error:
        logging.getLogger(__name__).exception("Ray failed")
        last = Ended(f"{type(error).__name__}: {first_line(error)}")
    pickle.dump(last, answers)
    answers.flush()


def _end_with(owner: int) -> None:
    while os.read(owner, 1):
        pass
    os._exit(1)


def _outcomes(order: Order) -> Iterator[Outcome]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray would report to its makers
    if not order.address:
        # Ray listens on all of this machine's addresses, whatever it is told: nobody gets in without its token.
        os.environ["RAY_AUTH_MODE"] = "token"
    import ray
    from ray.data import ActorPoolStrategy, DataContext, from_items

    if order.address:
        _reach(order.address)
        ray.init(order.address, log_to_driver=False)
        workers = order.workers or int(ray.cluster_resources().get("CPU", 1))
    else:
        workers = order.workers or CORES
        ray.init(
            "local",
            num_cpus=workers + 1,  # the driver's own tasks want one
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=STORE_BYTES,
            _node_ip_address="127.0.0.1",
        )
    DataContext.get_current().enable_progress_bars = False
    rows = [{"recording": pickle.dumps(recording)} for recording in order.recordings]
    outcomes = from_items(rows, override_num_blocks=min(len(rows), MOST_BLOCKS)).map(
        Worker,
        fn_constructor_args=((order.job, order.settings, order.results),),
        compute=ActorPoolStrategy(size=min(workers, len(rows))),
        num_cpus=1,
    )
    for row in outcomes.iter_rows():
        yield pickle.loads(row["outcome"])
    ray.shutdown()


def _reach(address: str) -> None:
    """Ray itself tries for minutes."""
    host, _, port = address.removeprefix("ray://").rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=REACHED_S).close()
    except ValueError:
        raise BatchError(f'"{address}" is no address of a cluster: write it as host:port') from None
    except OSError as error:
        raise BatchError(
            f"there is no cluster at {address} ({reason_of(error)}): name another with --address"
        ) from None


if __name__ == "__main__":
    main()
