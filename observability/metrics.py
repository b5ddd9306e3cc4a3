"""What is counted and measured: every instrument once, with its unit and its buckets, so that dashboards have
something to hold on to. docs/observability.md lists them.

The library calls OpenTelemetry's API only, as for spans: where nobody has a provider of meters, nothing is counted.
Names that start with ``gen_ai.`` are those of OpenTelemetry's GenAI conventions. Values of attributes come from small
sets: backends, kinds, languages, never a thread, a caller or a word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version
from threading import Lock
from typing import Any, Final
from weakref import WeakSet

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

_meter = metrics.get_meter("emads_voice", version("emads-voice"))

# What a caller notices lies between a tenth of a second and three; a backend's part is a fraction of it.
_WAITS_S = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 6, 10, 20)
_PARTS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10)
_OPERATIONS_S = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
_CALLS_S = (5, 15, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600)
_FACTORS = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 5)
_TOKENS = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576)
_LAGS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2)

FIRST_SOUND: Final = _meter.create_histogram(
    "emads_voice.turn.first_sound",
    "s",
    "From a caller's last word to the first sound of the answer, or of the filler that came before it.",
    explicit_bucket_boundaries_advisory=_WAITS_S,
)
"""By ``sound``: "answer" or "filler"."""
TURN_PART: Final = _meter.create_histogram(
    "emads_voice.turn.part",
    "s",
    "The parts of it: endpointing, recognition, answering, synthesis.",
    explicit_bucket_boundaries_advisory=_PARTS_S,
)
TURNS: Final = _meter.create_counter("emads_voice.turns", "{turn}", "Turns that are over, by why they ended.")
TURN_DURATION: Final = _meter.create_histogram(
    "emads_voice.turn.duration",
    "s",
    "A turn, speaking included.",
    explicit_bucket_boundaries_advisory=_OPERATIONS_S,
)
CALLS_ACTIVE: Final = _meter.create_up_down_counter(
    "emads_voice.calls.active", "{call}", "Live conversations."
)
CALL_DURATION: Final = _meter.create_histogram(
    "emads_voice.call.duration",
    "s",
    "A live conversation from its first moment to its last.",
    explicit_bucket_boundaries_advisory=_CALLS_S,
)
UTTERANCES: Final = _meter.create_counter(
    "emads_voice.utterances",
    "{utterance}",
    "What callers said, by what became of it: turn, aside or not_heard.",
)
BARGE_INS: Final = _meter.create_counter(
    "emads_voice.barge_ins", "{interruption}", "Callers who spoke over us and were answered."
)
FALSE_INTERRUPTIONS: Final = _meter.create_counter(
    "emads_voice.false_interruptions",
    "{interruption}",
    "We fell silent for what was no turn of the caller's.",
)
FAILOVERS: Final = _meter.create_counter(
    "emads_voice.failovers", "{failure}", "A backend failed or was late, and another was asked."
)
DEGRADED: Final = _meter.create_counter(
    "emads_voice.answers.degraded",
    "{answer}",
    "Answers by somebody else than who should have given them, or nobody.",
)
TIMEOUTS: Final = _meter.create_counter("emads_voice.timeouts", "{turn}", "Turns that were given up.")
PREEMPTIVE: Final = _meter.create_counter(
    "emads_voice.preemptive",
    "{answer}",
    "Answers that were begun early, by whether anything of them was used.",
)
REFUSED: Final = _meter.create_counter(
    "emads_voice.calls.refused", "{call}", "Calls for which there was no place."
)
FRAMES_LOST: Final = _meter.create_counter(
    "emads_voice.line.lost", "s", "Sound that never came over the line, by its timestamps."
)
FRAMES_LATE: Final = _meter.create_counter(
    "emads_voice.line.late", "{frame}", "Pieces of sound that came twice, too late or out of order."
)
SOUND_DROPPED: Final = _meter.create_counter(
    "emads_voice.line.dropped", "s", "Sound that came and was dropped, as nobody listened in time."
)
SPEECH_LOST: Final = _meter.create_counter(
    "emads_voice.speech.lost", "s", "Speech in recordings of which nobody could make anything."
)
REAL_TIME_FACTOR: Final = _meter.create_histogram(
    "emads_voice.real_time_factor",
    "1",
    "Seconds of work for a second of sound, by operation.",
    explicit_bucket_boundaries_advisory=_FACTORS,
)
OPERATION_DURATION: Final = _meter.create_histogram(
    "gen_ai.client.operation.duration",
    "s",
    "A request to a backend: chat, speech_to_text, text_to_speech.",
    explicit_bucket_boundaries_advisory=_OPERATIONS_S,
)
FIRST_CHUNK: Final = _meter.create_histogram(
    "gen_ai.client.operation.time_to_first_chunk",
    "s",
    "Until the first token of a chat model, or the first sound of a synthesiser.",
    explicit_bucket_boundaries_advisory=_PARTS_S,
)
TOKENS: Final = _meter.create_histogram(
    "gen_ai.client.token.usage",
    "{token}",
    "Tokens that a model's server counts.",
    explicit_bucket_boundaries_advisory=_TOKENS,
)
COST: Final = _meter.create_counter(
    "emads_voice.model.cost",
    "1",
    "What models' servers say that answers have cost, in the currency they count in.",
)
LOOP_LAG: Final = _meter.create_histogram(
    "emads_voice.loop.lag",
    "s",
    "How late the event loop comes to what is due.",
    explicit_bucket_boundaries_advisory=_LAGS_S,
)


class Queues:
    """How much waits in the queues of a process: summed over those of a kind whenever somebody looks."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[WeakSet[Any], Callable[[Any], float]]] = {}
        self._lock = Lock()  # whoever exports looks from a thread

    def watch(self, kind: str, queue: Any, depth: Callable[[Any], float]) -> None:
        """Count a queue for as long as somebody else holds it.

        Args:
            kind: "line", in seconds of sound; "outbox", in messages; "batch", in requests.
            queue: hashable by identity.
            depth: how much waits in it; the same for all of a kind.
        """
        with self._lock:
            self._kinds.setdefault(kind, (WeakSet(), depth))[0].add(queue)

    def observe(self, _: CallbackOptions) -> Iterable[Observation]:
        """The depths, by kind."""
        with self._lock:
            kinds = [(kind, list(queues), depth) for kind, (queues, depth) in self._kinds.items()]
        return [Observation(sum(map(depth, queues)), {"queue": kind}) for kind, queues, depth in kinds]


queues: Final = Queues()
_meter.create_observable_gauge(
    "emads_voice.queue.depth",
    [queues.observe],
    "{item}",
    "What waits, by queue: sound in seconds, else items.",
)


def count_from_zero() -> None:
    """Have the counters of what may never happen say 0, so that whoever draws or watches them finds them there."""
    for counter in (
        BARGE_INS,
        FALSE_INTERRUPTIONS,
        FAILOVERS,
        DEGRADED,
        TIMEOUTS,
        PREEMPTIVE,
        REFUSED,
        FRAMES_LOST,
        FRAMES_LATE,
        SOUND_DROPPED,
        SPEECH_LOST,
    ):
        counter.add(0)
