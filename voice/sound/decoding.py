"""Recordings made into one channel of samples, as much of them as can be, and what of them cannot.

Reading goes through PyAV (FFmpeg's libraries, in its wheel). A recording's time is that of its timestamps, not of its
samples: a microphone that was muted, a track that begins late and packets that were lost leave silence, so that what is
said afterwards keeps its time. Sound is mixed down and brought to the wanted rate while it is read: what is held in
memory is the result alone.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from emads_voice.voice.errors import AudioError

from .containers.anatomy import anatomy
from .containers.parts import Part, PartFile, is_tag
from .scale import OVER_FULL
from .timeline import LOUDEST, Memory, Store, Timeline, seconds, too_long

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
MUTE = 10 ** (-60 / 10)
"""A channel with no more than this part of the power of another has no sound."""

CANCELLED = 0.1
"""A mix with less than this of its channels' power has lost what was in them: one is the other's negative."""

_LIST = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:#EXTM3U|ffconcat\s|v=0\s|\[(?:playlist|reference)\]|<(?:\?xml|smil|asx|mpd)\b)",
    re.I,
)
"""How files begin that only say where recordings are."""

# The file given is open already; whatever else FFmpeg would open, by any protocol, is refused.
_SEALED = {"format_whitelist": ",".join(FORMATS), "protocol_whitelist": "none"}

# Formats that state the length of a track; the others' is FFmpeg's guess from the bit rate, and may be wrong by half.
_EXACT = frozenset({"aiff", "ape", "avi", "caf", "flac", "mov", "nut", "ogg", "tta", "w64", "wav", "wv"})
# Formats that state it for the whole file, picture and all.
_STATED = frozenset({"flv", "matroska"})
# Codecs that keep floats as they are: of others, what is far beyond full scale is damage.
_FLOATS_KEPT = ("pcm_", "wavpack")
# Formats that know no gaps: where one seems to be, something is lost, or was left out because it is damaged.
_GAPLESS = frozenset({"ape", "flac", "mpegts", "nut", "ogg", "tta", "wv"})
# Formats whose decoders make sound of damage, unless they are told to look at the sums that frames have.
_CHECKED = frozenset({"tta", "wv"})
_ENDING = frozenset({"ac3", "ape", "eac3", "gsm", "tta", "voc", "wv"})
"""Formats in which nothing but tags comes after the sound."""
_LEAST_REST = 4_096
"""Bytes that are left at the end, and told of."""
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
        one_sound: it has two, with one and the same sound: there is nothing to split.
    """

    samples: NDArray[np.float32] = field(repr=False)
    rate: int
    faults: tuple[str, ...]
    channels: int
    two_sided: bool
    one_sound: bool


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
    elif taken.peak > OVER_FULL:
        np.clip(samples, -1, 1, out=samples)
    return Decoded(samples, taken.rate, tuple(taken.faults), taken.channels, taken.two_sided, taken.one_sound)


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
    if not head:
        raise AudioError(f"{name} is empty: it has no bytes; give another recording.")
    if _LIST.match(head):
        raise AudioError(
            f"{name} is a list of recordings, and nothing in it is opened: give the recording itself."
        )
    made_of = anatomy(file)
    if made_of.indexless:
        raise AudioError(
            f"{name} is cut off or damaged: its index, which recorders write last, is not there, and it cannot be read "
            "without; copy it again, or give another recording."
        )
    reader = _Reader(file, name, made_of.parts, max_duration_s, max_rate, channel, make_store)
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
    best.faults[:0] = made_of.faults
    return best, store, best.scale


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
    one_sound: bool
    scale: float
    silent: tuple[int, ...]
    """Of several channels those without sound, from 1."""


@dataclass(frozen=True, slots=True)
class _Reader(Generic[S]):
    """Reads the tracks of one file, each from its beginning."""

    file: Source
    name: str
    parts: tuple[Part, ...]
    max_duration_s: float | None
    max_rate: int | None
    channel: int | None
    make_store: Callable[[], S]

    def tracks(self) -> list[_Track]:
        with self._open(self.parts[0]) as container:
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
        first, *others = self.parts
        with self._open(first) as container:
            stream = container.streams.audio[index]
            self._check(stream, channel)
            promised = _promised(container, stream, self._head(first))
            if self.max_duration_s is not None and promised > self.max_duration_s:
                raise too_long(self.name, promised, self.max_duration_s)
            rate = min(stream.rate, self.max_rate or stream.rate)
            store = self.make_store()
            track = Timeline(self.name, rate, channel, self.max_duration_s, store)
            self._take(first, container, stream, track, goes_on=self._goes_on(0))
        for number, part in enumerate(others, start=1):
            self._go_on(part, index, track, goes_on=self._goes_on(number))
        if not track.frames:
            raise AudioError(
                f"{self.name} is damaged or no recording: give a whole wav, flac, ogg, mp3, m4a or webm file."
                if track.broken or promised
                else f"{self.name} holds no sound: it has 0 samples; give another recording."
            )
        if track.wrong == track.read:
            raise AudioError(f"{self.name} is damaged: its samples are not numbers; give a whole one.")
        sides = track.two_sided()
        silent = tuple(int(at) + 1 for at in np.flatnonzero(track.power <= MUTE * track.power.max()))
        taken = Taken(
            rate,
            track.peak,
            track.faults(),
            len(track.power),
            sides,
            track.one_sound(),
            track.over.scale,
            silent if len(silent) < len(track.power) else (),
        )
        return taken, store, track.power, track.mixed

    def _check(self, stream: AudioStream, channel: int | None) -> None:
        if stream.channels > MAX_CHANNELS and stream.rate in RATES:
            raise AudioError(
                f"{self.name} has {stream.channels} channels, and no more than {MAX_CHANNELS} are taken: give those "
                "that are spoken on, in a file of their own."
            )
        if stream.rate not in RATES or stream.channels < 1:
            raise AudioError(
                f"{self.name} is damaged: it claims {stream.channels} channels at {stream.rate} Hz; "
                "give another recording."
            )
        if channel is not None and not 1 <= channel <= stream.channels:
            raise AudioError(
                f"{self.name} has {stream.channels} channels, and no channel {channel}: name one of them."
            )

    def _goes_on(self, number: int) -> bool:
        """Whether the part after one goes on with it, after damage."""
        return any(part.continues for part in self.parts[number + 1 : number + 2])

    def _go_on(self, part: Part, index: int, track: Timeline, *, goes_on: bool) -> None:
        """What follows damage, or another file that was joined; one that cannot be read is told of."""
        try:
            container = self._open(part)
        except AudioError:
            track.unread()
            return
        with container:
            streams = container.streams.audio
            if not streams:
                track.unread()
                return
            stream = streams[min(index, len(streams) - 1)]
            if stream.rate not in RATES or not 1 <= stream.channels <= MAX_CHANNELS:
                track.unread()
                return
            self._take(part, container, stream, track, goes_on=goes_on)

    def _take(
        self, part: Part, container: InputContainer, stream: AudioStream, track: Timeline, *, goes_on: bool
    ) -> None:
        names = _names(container)
        before_s = track.duration_s
        track.begin(
            _origin_s(container),
            gapless=bool(names & _GAPLESS),
            loudest=LOUDEST if stream.codec_context.name.startswith(_FLOATS_KEPT) else OVER_FULL,
            lost_s=part.lost_s,
            continues=part.continues and not part.lost_s,
        )
        try:
            for frame in self._frames(part, container, stream, track):
                track.add(frame)
            track.flush()
        except AudioError:
            raise
        except ValueError:  # channels or rates that no converter takes
            track.damaged(None)
        whole = not (goes_on or part.continues)
        promised = _promised(container, stream, self._head(part)) if whole else 0.0
        if part.announced:
            promised = (track.duration_s - before_s) * part.announced / part.size
        track.end(promised, cut=part.cut, goes_on=goes_on)

    def _frames(
        self, part: Part, container: InputContainer, stream: AudioStream, track: Timeline
    ) -> Iterator[av.AudioFrame]:
        """Every frame that can be decoded; the track is told of what cannot."""
        import av

        holes, jumps = deque(part.holes), deque(part.jumps)
        if _names(container) & _CHECKED:
            stream.codec_context.options = {"err_detect": "crccheck+explode"}
        packets, end = container.demux(stream), 0
        while True:
            try:
                packet = next(packets, None)
            except av.error.FFmpegError:  # the container is damaged from here on
                track.damaged(None)
                return
            if packet is None:
                self._tell_unread(part, container, end, track)
                return
            end = max(end, (packet.pos or 0) + packet.size)
            if _passed(holes, packet.pos):
                track.damaged(None)
            if _passed(jumps, packet.pos):
                track.suspect()
            if packet.is_corrupt and packet.size:  # not all of it is there
                track.damaged(seconds(packet.pts, packet.time_base))
            try:
                yield from packet.decode()
            except av.error.FFmpegError:
                # A packet without a size only asks for what the decoder still holds; tags are no sound.
                if packet.size and bytes(packet)[:3] not in _TAGS:
                    track.damaged(seconds(packet.pts, packet.time_base))

    def _tell_unread(self, part: Part, container: InputContainer, end: int, track: Timeline) -> None:
        """Of formats that end with their sound, what FFmpeg has left at the end."""
        rest = part.size - end
        if end and rest > _LEAST_REST and _names(container) & _ENDING:
            file = PartFile(self.file, part)
            file.seek(end)
            if not is_tag(file.read(8)):
                track.unread(f"the last {rest:,} of its {part.size:,} bytes cannot be read")

    def _head(self, part: Part) -> bytes:
        return PartFile(self.file, part).read(65_536)

    def _open(self, part: Part) -> InputContainer:
        import av

        file = PartFile(self.file, part)
        try:
            container: InputContainer = av.open(
                file, "r", format=part.form or None, options=_SEALED, **_lenient(av.__version__)
            )
            return container
        except (av.error.FFmpegError, ValueError):
            raise AudioError(
                f"{self.name} is damaged or no recording: give a whole wav, flac, ogg, mp3, m4a or webm file."
            ) from None


def _names(container: InputContainer) -> set[str]:
    """FFmpeg's names of its format."""
    return set(container.format.name.split(","))


def _passed(places: deque[int], place: int | None) -> bool:
    """Whether one of the places lies before this one; those that do are taken out."""
    passed = False
    while places and place is not None and places[0] <= place:
        places.popleft()
        passed = True
    return passed


def _promised(container: InputContainer, stream: AudioStream, head: bytes) -> float:
    """The length in seconds that the file states for this track; 0 where it states none, or FFmpeg guessed it."""
    import av

    names = _names(container)
    exact = bool(names & _EXACT) or ("mp3" in names and _MP3_LENGTH.search(head) is not None)
    if exact and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    alone = len(container.streams) == 1  # else it may be the picture's
    if (exact or names & _STATED) and alone and container.duration:
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
