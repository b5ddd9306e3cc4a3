"""Recordings made into one channel of samples, as much of them as can be, and what of them cannot.

Reading goes through PyAV (FFmpeg's libraries, in its wheel). A recording's time is that of its timestamps, not of its
samples: a microphone that was muted, a track that begins late and packets that were lost leave silence, so that what is
said afterwards keeps its time. Sound is mixed down and brought to the wanted rate while it is read: what is held in
memory is the result alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.errors import AudioError

from .timeline import MISSING_FRACTION, Memory, Store, Timeline, seconds, too_long

if TYPE_CHECKING:
    import av
    from av.audio.stream import AudioStream
    from av.container import InputContainer

# av is imported where it is used: it costs 70 ms, which a process that only speaks need not pay.

S = TypeVar("S", bound=Store)

Source = io.BufferedReader | io.BytesIO

MAX_CHANNELS = 32
"""More than any recorder writes: a file that claims more is damaged."""

FORMATS = (
    "aac", "ac3", "aiff", "amr", "amrnb", "amrwb", "ape", "asf", "au", "avi", "caf", "dsf", "dss", "eac3", "flac",
    "flv", "gsm", "latm", "loas", "matroska", "mov", "mp3", "mpeg", "mpegts", "nistsphere", "nut", "ogg", "qcp",
    "tta", "voc", "w64", "wav", "webm", "wv",
)  # fmt: skip
"""What recordings come in, by FFmpeg's names. Some of its other formats (hls, dash, concat, sdp …) only say what else
to open, and whoever made the file would choose that."""

RATES = range(1_000, 768_001)
"""Samples per second that recorders write, 768 kHz being FLAC's and the converters' most."""


SILENT = 10 ** (-70 / 20)
"""-70 dBFS: a track that never gets louder has nothing in it to hear; the quietest speech peaks at -60."""
CANCELLED = 0.1
"""A mix with less than this of its channels' power has lost what was in them: one is the other's negative."""
OVER_FULL = 8.0
"""Floats beyond this are no loud samples, but integers that were written as floats."""

_LIST = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|ffconcat\s|v=0\s|\[(?:playlist|reference)\]|<(?:\?xml|smil|asx|mpd)\b)",
    re.I,
)
"""How files begin that only say where recordings are."""

# The file given is open already; whatever else FFmpeg would open, by any protocol, is refused.
_SEALED = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "none"}

# Formats that state the length of a track; the others' is FFmpeg's guess from the bit rate, and may be wrong by half.
_EXACT = frozenset({"aiff", "ape", "caf", "flac", "mov", "nut", "tta", "w64", "wav", "wv"})
# Formats that know no gaps: where one seems to be, the decoder has left out what was damaged.
_CONTINUOUS = frozenset({"ape", "flac", "tta", "wv"})
_TAGS = (b"ID3", b"TAG", b"APE")
"""How tags begin, which stand in the middle of an MP3 that was joined of several."""
# An MP3 says how long it is only in a Xing or Info frame.
_MP3_LENGTH = re.compile(rb"(?:Xing|Info)\0\0\0")


@dataclass(frozen=True, eq=False, slots=True)
class Decoded:
    """One channel of a recording.

    Attributes:
        samples: float32, shape ``(n,)``.
        rate: samples per second.
        faults: what could not be read, one sentence part each ("6.1-6.2 s are damaged"); empty if it is whole.
        channels: how many the track has.
        two_sided: it has two, which are the sides of a call.
    """

    samples: NDArray[np.float32] = field(repr=False)
    rate: int
    faults: tuple[str, ...]
    channels: int
    two_sided: bool


def decode(
    file: Source,
    name: str,
    *,
    max_duration_s: float | None = None,
    max_rate: int | None = None,
    track: int | None = None,
    channel: int | None = None,
) -> Decoded:
    """Decode as much of a recording as can be.

    Args:
        file: can be searched.
        name: what error messages call it.
        max_duration_s: a longer one is refused, as soon as that is known.
        max_rate: a higher rate is brought down to this one while reading.
        track: which of its sound tracks, from 1; by default the one that players would play, or, if that is silent,
            the loudest of the others.
        channel: which channel of it alone, from 1; by default their mean, or, where they cancel each other, the
            loudest.

    Raises:
        AudioError: nothing of it can be decoded, it holds no sound, or it is too long.
    """
    taken, memory, scale = read_into(
        Memory, file, name, max_duration_s=max_duration_s, max_rate=max_rate, track=track, channel=channel
    )
    samples = memory.samples()
    if scale != 1:
        samples *= np.float32(scale)
    return Decoded(samples, taken.rate, tuple(taken.faults), taken.channels, taken.two_sided)


def read_into(
    make_store: Callable[[], S],
    file: Source,
    name: str,
    *,
    max_duration_s: float | None = None,
    max_rate: int | None = None,
    track: int | None = None,
    channel: int | None = None,
) -> tuple[Taken, S, float]:
    """As much of a recording as can be decoded, in a store: what was taken, the store, and what samples in it are to be
    multiplied with.

    Args:
        make_store: makes an empty store; called again where another track or channel turns out to be the right one.
        file, name, max_duration_s, max_rate, track, channel: see :func:`decode`.

    Raises:
        AudioError: see :func:`decode`; or the store has no room.
    """
    head = file.read(65_536)
    size = file.seek(0, io.SEEK_END)
    if not head:
        raise AudioError(f"{name} is empty: it has no bytes; give another recording.")
    if _LIST.match(head):
        raise AudioError(
            f"{name} is a list of recordings, and nothing in it is opened: give the recording itself."
        )
    faults = []
    if size < (announced := _riff_size(head)) * (1 - MISSING_FRACTION):
        faults.append(f"it is cut off: {size:,} of the {announced:,} bytes it announces are there")
    reader = _Reader(file, name, head, max_duration_s, max_rate, channel, make_store)
    tracks = reader.tracks()
    if track is not None and not 1 <= track <= len(tracks):
        few = len(tracks) == 1
        raise AudioError(
            f"{name} has {len(tracks)} sound track{'' if few else 's'}, and no track {track}: "
            + ("leave --track out." if few else f"name one from 1 to {len(tracks)}.")
        )
    order = [tracks[track - 1]] if track else sorted(tracks, key=lambda each: not each.default)
    best, store = reader.read(order[0].index)
    for other in order[1:] if best.peak < SILENT else []:
        best, store = max((best, store), reader.read(other.index), key=lambda read: read[0].peak)
    best.faults[:0] = faults
    full = best.peak > OVER_FULL
    return best, store, 1 / (32768 if best.peak <= 65536 else best.peak) if full else 1.0


@dataclass(frozen=True, slots=True)
class _Track:
    index: int
    default: bool


@dataclass(slots=True)
class Taken:
    """One track, read into a store: so many samples a second, and what is known of it; see :class:`Decoded`."""

    rate: int
    peak: float
    faults: list[str]
    channels: int
    two_sided: bool


@dataclass(frozen=True, slots=True)
class _Reader(Generic[S]):
    """Reads the tracks of one file, each from its beginning."""

    file: Source
    name: str
    head: bytes
    max_duration_s: float | None
    max_rate: int | None
    channel: int | None
    make_store: Callable[[], S]

    def tracks(self) -> list[_Track]:
        with self._open() as container:
            if not container.streams.audio:
                raise AudioError(f"{self.name} has no sound track: give a recording.")
            return [
                _Track(index, bool(_disposition(stream) & 1))
                for index, stream in enumerate(container.streams.audio)
            ]

    def read(self, index: int) -> tuple[Taken, S]:
        taken, store, power, mixed = self._read(index, self.channel)
        if self.channel is None and len(power) > 1 and mixed < CANCELLED * power.mean():
            taken, store, _, _ = self._read(index, int(power.argmax()) + 1)
        return taken, store

    def _read(self, index: int, channel: int | None) -> tuple[Taken, S, NDArray[np.float64], float]:
        """A track, the power of each of its channels, and that of what was made of them."""
        with self._open() as container:
            stream = container.streams.audio[index]
            if stream.rate not in RATES or not 1 <= stream.channels <= MAX_CHANNELS:
                raise AudioError(
                    f"{self.name} is damaged: it claims {stream.channels} channels at {stream.rate} Hz; "
                    "give another recording."
                )
            if channel is not None and not 1 <= channel <= stream.channels:
                raise AudioError(
                    f"{self.name} has {stream.channels} channels, and no channel {channel}: name one of them."
                )
            promised = self._promised(container, stream)
            if self.max_duration_s is not None and promised > self.max_duration_s:
                raise too_long(self.name, promised, self.max_duration_s)
            rate = min(stream.rate, self.max_rate or stream.rate)
            whole = bool(set(container.format.name.split(",")) & _CONTINUOUS)
            store = self.make_store()
            track = Timeline(
                self.name,
                rate,
                channel,
                self.max_duration_s,
                _origin_s(container),
                continuous=whole,
                store=store,
            )
            try:
                for frame in self._frames(container, stream, track):
                    track.add(frame)
                track.flush()
            except AudioError:
                raise
            except ValueError:  # channels or rates that no converter takes
                track.damaged(None)
            if not track.frames:
                raise AudioError(
                    f"{self.name} is damaged or no recording: give a whole wav, flac, ogg, mp3, m4a or webm file."
                    if track.broken or promised
                    else f"{self.name} holds no sound: it has 0 samples; give another recording."
                )
            track.missing(promised)
            taken = Taken(rate, track.peak, track.faults(), len(track.power), track.two_sided())
            return taken, store, track.power, track.mixed

    def _frames(
        self, container: InputContainer, stream: AudioStream, track: Timeline
    ) -> Iterator[av.AudioFrame]:
        """Every frame that can be decoded; the track is told of what cannot."""
        import av

        packets = container.demux(stream)
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:  # the container is damaged from here on
                track.damaged(None)
                return
            if packet is None:
                return
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                # A packet without a size only asks for what the decoder still holds; tags are no sound.
                if packet.size and bytes(packet)[:3] not in _TAGS:
                    track.damaged(seconds(packet.pts, packet.time_base))

    def _open(self) -> InputContainer:
        import av

        self.file.seek(0)
        try:
            container: InputContainer = av.open(self.file, "r", options=_SEALED, **_lenient(av.__version__))
            return container
        except (av.error.FFmpegError, ValueError):
            raise AudioError(
                f"{self.name} is damaged or no recording: give a whole wav, flac, ogg, mp3, m4a or webm file."
            ) from None

    def _promised(self, container: InputContainer, stream: AudioStream) -> float:
        """The length in seconds that the file states for this track; 0 where it states none, or FFmpeg guessed it."""
        import av

        names = set(container.format.name.split(","))
        exact = bool(names & _EXACT) or ("mp3" in names and _MP3_LENGTH.search(self.head) is not None)
        if exact and stream.duration and stream.time_base:
            return float(stream.duration * stream.time_base)
        alone = len(container.streams) == 1  # else it may be the picture's
        if (exact or "matroska" in names) and alone and container.duration:
            return container.duration / av.time_base
        return 0.0


def _origin_s(container: InputContainer) -> float:
    """The time at which the file begins: in recorded broadcasts that is hours."""
    import av

    return (container.start_time or 0) / av.time_base


def _disposition(stream: AudioStream) -> int:
    return int(stream.disposition)


def _lenient(version: str) -> dict[str, Any]:
    """What makes PyAV open files whose tags are not UTF-8: an option until version 19, which always does."""
    return {"metadata_errors": "replace"} if int(version.split(".")[0]) < 19 else {}


def _riff_size(head: bytes) -> int:
    """The size in bytes a WAV file says it has, 0 where it does not say; FFmpeg takes what is there."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return 0
    size = int.from_bytes(head[4:8], "little")
    # Recorders that write to a pipe cannot know the size; they put the largest number, signed or not.
    return 0 if size >= 0x7FFF_0000 else size + 8
