"""A batch on Ray, on this machine or a cluster: from here, where its driver is a process of its own.

The driver is apart because it ends with its cluster, without a word, and because Ray prints what it likes. What it
prints is in ``ray.log`` in the folder of results; when this process dies, so does the driver.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from emads_voice.error_text import reason_of
from emads_voice.installation import install_hint
from emads_voice.settings import Settings

from .errors import BatchError
from .pipelines import Job
from .recordings import Recording
from .results import Results
from .work import Outcome, State

LOG = "ray.log"


@dataclass(frozen=True, slots=True)
class Order:
    """What the driver is told.

    Attributes:
        job: what is done.
        settings: of this deployment; workers use them, not what is set where they are.
        recordings: in the order in which they are begun; workers find their files under the same paths.
        results: a folder that all workers see.
        workers: how many, each with a recogniser; None: one a core of the cluster.
        address: "host:port" of a cluster, or "ray://host:port" of its client server; "": Ray is started here.
    """

    job: Job
    settings: Settings
    recordings: Sequence[Recording]
    results: Results
    workers: int | None
    address: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The driver's last word.

    Attributes:
        reason: why it could not do its work; "" if it did.
    """

    reason: str = ""


def check_ray() -> None:
    """Find out before the work that Ray is not there.

    Raises:
        BatchError: it is not installed.
    """
    if find_spec("ray") is None:
        raise BatchError(f"--on ray needs Ray: {install_hint('ray')}")


def run_on_ray(order: Order, tell: Callable[[Outcome], None]) -> None:
    """Work through recordings.

    Args:
        order: what is to be done; the results are opened.
        tell: is told what became of each, as soon as that is known.

    Raises:
        BatchError: Ray is not installed, its cluster cannot be reached or is gone, or the batch cannot go on.
    """
    check_ray()
    path = order.results.folder / LOG
    try:
        log = path.open("wb")
    except OSError as error:
        raise BatchError(
            f"Cannot write {path}: {reason_of(error)}; make room, or name another folder."
        ) from None
    command = [sys.executable, "-m", f"{__package__}.ray_driver"]
    with log, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log) as driver:
        assert driver.stdin
        assert driver.stdout
        try:
            pickle.dump(order, driver.stdin)
            driver.stdin.flush()  # and stays open: the driver ends when it closes
            while True:
                word: Outcome | Ended = pickle.load(driver.stdout)
                if isinstance(word, Ended):
                    break
                if word.state is State.STOPPED:
                    raise BatchError(word.reason)
                tell(word)
        except (EOFError, OSError, pickle.UnpicklingError):
            word = Ended("it ended without a word, as when its cluster is gone")
        finally:
            driver.kill()  # it has said all, or nobody wants to hear the rest
    if word.reason:
        raise BatchError(
            f"Ray cannot go on: {word.reason}. The results so far are kept: see {path}, and run the same command again."
        )
