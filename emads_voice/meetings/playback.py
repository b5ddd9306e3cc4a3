"""A recording made small, for a page to play: Opus in WebM, one channel, about 11 MB an hour."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from emads_voice.voice.errors import AudioError

BITS = 24_000
RATE = 24_000


def write_small(path: Path, made: IO[bytes]) -> None:
    """Write the whole recording, mixed; it is read and written a little at a time.

    Args:
        path: of the recording.
        made: where it is written to; can be moved in.

    Raises:
        AudioError: it cannot be read.
    """
    import av

    try:
        with av.open(str(path)) as source, av.open(made, "w", format="webm") as target:
            stream = target.add_stream("libopus", rate=RATE, layout="mono", bit_rate=BITS)
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for packet in source.demux(source.streams.audio[0]):
                try:
                    frames = packet.decode()
                except av.error.FFmpegError:  # damaged; the rest is played
                    continue
                for frame in frames:
                    for part in resampler.resample(frame):
                        target.mux(stream.encode(part))
            for part in resampler.resample(None):
                target.mux(stream.encode(part))
            target.mux(stream.encode(None))
    except (av.error.FFmpegError, OSError, IndexError, ValueError) as error:
        raise AudioError(f"{path} cannot be put into the page: {error}; leave --html out.") from None
