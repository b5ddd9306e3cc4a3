"""A file that says where recordings are is none: what it names is neither read nor fetched."""

from __future__ import annotations

import base64
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from emads_voice.voice.errors import AudioError
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.sound.decoding import FORMATS

HLS = """#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:1.0,
{0}
#EXT-X-ENDLIST
"""
MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=64000\n{0}\n"
KEY = HLS.replace("#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="{0}"\n#EXTINF')
CONCAT = "ffconcat version 1.0\nfile '{0}'\nduration 1\n"
DASH = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"><Period>
<AdaptationSet mimeType="audio/wav"><Representation id="1" bandwidth="1"><BaseURL>{0}</BaseURL>
</Representation></AdaptationSet></Period></MPD>"""
LISTS = {
    "hls": HLS,
    "hls-master": MASTER,
    "hls-key": KEY,
    "hls-with-a-byte-order-mark": "\ufeff" + HLS,
    "hls-after-an-id3-tag": "ID3\x04\0\0\0\0\0\0" + HLS,
    "m3u": "#EXTM3U\n{0}\n",
    "bare-m3u": "{0}\n",
    "concat": CONCAT,
    "dash": DASH,
    "dash-without-a-declaration": DASH.partition("\n")[2],
    "smil": '<smil><body><audio src="{0}"/></body></smil>',
    "asx": '<asx version="3.0"><entry><ref href="{0}"/></entry></asx>',
    "pls": "[playlist]\nNumberOfEntries=1\nFile1={0}\n",
    "asf-reference": "[Reference]\r\nRef1={0}\r\n",
    "smooth": '<?xml version="1.0"?><SmoothStreamingMedia><StreamIndex Url="{0}"/></SmoothStreamingMedia>',
    "rtsp-redirect": "RTSPtext\r\n{0}\r\n",
    "imf": '<?xml version="1.0"?><CompositionPlaylist><Id>{0}</Id></CompositionPlaylist>',
}  # fmt: skip


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Takes connections on loopback without being asked for any; it never waits."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def port(server: socket.socket) -> int:
    return int(server.getsockname()[1])


def nobody_called(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return True
    return False


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """A recording of the machine's own that a stranger's file names."""
    tone = 0.4 * np.sin(np.arange(16_000) * 0.2)
    Audio(tone.astype(np.float32), 16_000).save(tmp_path / "secret.wav")
    return tmp_path / "secret.wav"


@pytest.mark.parametrize("name", ["list.m3u8", "question.wav"])
@pytest.mark.parametrize("scheme", ["http", "https", "tcp", "rtmp", "hls+http", "crypto+http", "httpproxy"])
@pytest.mark.parametrize("kind", LISTS)
def test_nothing_is_fetched(
    tmp_path: Path, listener: socket.socket, kind: str, scheme: str, name: str
) -> None:
    path = tmp_path / name
    path.write_text(LISTS[kind].format(f"{scheme}://127.0.0.1:{port(listener)}/question.wav"), "utf-8")
    with pytest.raises(
        AudioError, match=rf"{name} is (a list of recordings|damaged or no recording).*: give .*\.$"
    ):
        Audio.load(path)
    with pytest.raises(AudioError):
        Audio.decode(path.read_bytes())
    assert nobody_called(listener)


@pytest.mark.parametrize(
    "address", ["{0}", "file:{0}", "file://{0}", "secret.wav", "crypto:{0}", "subfile,,start,0,end,0,,:{0}"]
)
@pytest.mark.parametrize("kind", LISTS)
def test_no_other_file_is_read(
    planted: Path, monkeypatch: pytest.MonkeyPatch, kind: str, address: str
) -> None:
    monkeypatch.chdir(planted.parent)
    path = planted.with_name("question.wav")
    path.write_text(LISTS[kind].format(address.format(planted)), "utf-8")
    os.utime(planted, ns=(0, 0))  # a reading would move the time of access, unless mounted without
    with pytest.raises(AudioError):
        Audio.load(path)
    assert planted.stat().st_atime_ns == 0


@pytest.mark.parametrize("name", ["list.sdp", "question.wav"])
def test_a_session_description_opens_no_port(tmp_path: Path, name: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.bind(("127.0.0.1", 0))
        path = tmp_path / name
        description = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        path.write_text(f"{description}m=audio {held.getsockname()[1]} RTP/AVP 0\r\n")
        with pytest.raises(AudioError, match=r"is a list of recordings, and nothing in it is opened"):
            Audio.load(path)


@pytest.mark.parametrize("scheme", ["http://", "https://", "tcp://", "rtsp://", "rtp:", "udp:", "HTTP://"])
def test_an_address_is_no_file(listener: socket.socket, scheme: str) -> None:
    address = f"{scheme}127.0.0.1:{port(listener)}/a.wav"
    with pytest.raises(AudioError, match=r"is an address, and none is fetched: give a file\.$"):
        Audio.load(address)
    assert nobody_called(listener)


def test_a_list_inside_of_what_is_taken_opens_nothing(tmp_path: Path, listener: socket.socket) -> None:
    """Should a format that is taken ever open other files: by no protocol."""
    playlist = HLS.format(f"http://127.0.0.1:{port(listener)}/a.ts").encode()
    inside = f"data:application/x-mpegurl;base64,{base64.b64encode(playlist).decode()}"
    path = tmp_path / "question.wav"
    path.write_text(HLS.format(inside))
    with pytest.raises(AudioError):
        Audio.load(path)
    assert nobody_called(listener)


def test_the_formats_taken_are_ffmpegs() -> None:
    known = {part for name in av.formats_available for part in name.split(",")}
    assert set(FORMATS) <= known
    assert not {"hls", "dash", "concat", "sdp", "rtsp", "rtp", "asf_o", "image2", "lavfi", "tee"} & set(
        FORMATS
    )
