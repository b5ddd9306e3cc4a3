"""What ``emads-voice doctor`` finds, and trying something to find it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from emads_voice.cli.exit_status import DEGRADED, FAILED
from emads_voice.errors import EmadsVoiceError

TRIED_WITHIN_S = 60.0
"""Longest anything may take to answer when it is tried: as long as a speech server has to begin any answer."""

_log = logging.getLogger(__name__)
_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        part: the section it belongs to.
        name: what was looked at.
        ok: whether it is as it should be; None where nothing needs it.
        found: what was found.
        remedy: the line that would mend it; "" if nothing need be done.
        degrades: it is amiss, but another takes its place.
    """

    part: str
    name: str
    ok: bool | None
    found: str
    remedy: str = ""
    degrades: bool = False


@dataclass
class Bench:
    """Tries things, one after the other, and writes down what came of each.

    Attributes:
        part: the section the findings belong to.
        warned: what the library warns of meanwhile; it grows.
        findings: so far.
    """

    part: str
    warned: Sequence[str] = ()
    findings: list[Finding] = field(default_factory=list)

    def put(
        self, name: str, ok: bool | None, found: str, remedy: str = "", *, degrades: bool = False
    ) -> None:
        """Write something down."""
        self.findings.append(Finding(self.part, name, ok, found, remedy, degrades))

    @property
    def well(self) -> bool:
        """Whether nothing that is needed has failed so far."""
        return status(self.findings) != FAILED

    def failed(self, name: str) -> bool:
        """Whether something tried has failed."""
        return any(finding.name == name and finding.ok is False for finding in self.findings)

    async def attempt(
        self,
        name: str,
        what: Callable[[], Awaitable[_Part]],
        told: Callable[[_Part], str],
        *,
        needed: bool = True,
        limit_s: float | None = None,
        replaced: Callable[[_Part], Sequence[str]] | None = None,
    ) -> _Part | None:
        """Try something; None if it failed.

        Args:
            name: what is tried.
            what: does it.
            told: what was found, if it went well.
            needed: whether the deployment cannot work without it.
            limit_s: when to give up; None: never, as weights may take minutes to load.
            replaced: given the result, why a stand-in gave it; [] if none did. Warnings meanwhile say so too. None:
                that does not matter.
        """
        _log.info("Trying %s…", name)
        before = len(self.warned)
        failed = False if needed else None
        try:
            async with asyncio.timeout(limit_s):
                value = await what()
        except TimeoutError:
            found = f"does not answer within {limit_s:g} s" if limit_s else "does not answer in time"
            self.put(name, failed, found, "look whether its server works")
        except EmadsVoiceError as error:
            self.put(name, failed, "cannot be used", str(error))
        except Exception as error:  # of a backend of others; its text may hold a key
            kind = type(error).__name__
            self.put(name, failed, f"fails with {kind}", "report it to whoever wrote it, with its traceback")
        else:
            reasons = [*self.warned[before:], *replaced(value)] if replaced else []
            if reasons:
                self.put(name, False, f"{told(value)}, but not as it should", reasons[0], degrades=True)
            else:
                self.put(name, True, told(value))
            return value
        return None


def status(findings: Sequence[Finding]) -> int:
    """The exit status: 1 if something needed fails, 3 if another takes its place, else 0."""
    amiss = [finding for finding in findings if finding.ok is False]
    if any(not finding.degrades for finding in amiss):
        return FAILED
    return DEGRADED if amiss else 0
