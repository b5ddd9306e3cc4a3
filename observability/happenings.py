"""What happens in a call beside its usual course: told once, it is an event of a span and is counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from opentelemetry import trace
from opentelemetry.metrics import Counter
from opentelemetry.trace import Span

from . import attributes, metrics

COUNTED: Final[Mapping[str, Counter]] = {
    attributes.RECOGNIZER_FAILED: metrics.FAILOVERS,
    attributes.SYNTHESIZER_FAILED: metrics.FAILOVERS,
    attributes.MODEL_FAILED: metrics.FAILOVERS,
    attributes.ANSWER_DEGRADED: metrics.DEGRADED,
    attributes.BARGE_IN: metrics.BARGE_INS,
    attributes.FALSE_INTERRUPTION: metrics.FALSE_INTERRUPTIONS,
    attributes.TIMEOUT: metrics.TIMEOUTS,
}
"""The events that are counted, each with its counter."""


def happened(
    event: str, told: Mapping[str, str | float | bool] | None = None, *, to: Span | None = None
) -> None:
    """Something has happened.

    Args:
        event: one of the events of :mod:`.attributes`.
        told: more about it: attributes with values of small sets, and no word of anybody's.
        to: whose event it is; None: the active span's.
    """
    (to or trace.get_current_span()).add_event(event, told)
    if counter := COUNTED.get(event):
        counter.add(1, told)
