"""Streams with a valid token that do what no telephone would, beside a good call."""

import pytest
from harness.beside import Attack, Seen, assert_quiet_log, bear
from harness.process import Server
from harness.webhooks import ACCOUNT, call_sid, ring

HELD_BACK_MB = 12
"""What the sockets' buffers take of a stream that nobody reads any more."""
FASTER_THAN_SPEECH = {"frames", "long messages", "jumping timestamps", "voice"}


def stream(server: Server, kind: str) -> Attack:
    """A stream that a signed webhook gave a token to."""
    sid = call_sid()
    opened = ring(server.port, sid).stream
    return Attack(
        server,
        "flood",
        seconds=7,
        kind=kind,
        path=opened.path,
        signature=opened.signature,
        account=ACCOUNT,
        call=sid,
        parameters=opened.parameters,
    )


@pytest.mark.parametrize(
    "kinds",
    [
        ["frames", "long messages"],
        ["jumping timestamps", "voice"],
        ["tiny messages", "old timestamps", "events"],
        ["fragments", "empty fragments"],
    ],
    ids=" + ".join,
)
async def test_a_stream_that_floods_hurts_no_other(server: Server, quiet: Seen, kinds: list[str]) -> None:
    seen = await bear(server, quiet, lambda: [stream(server, kind) for kind in kinds])
    assert_quiet_log(seen)
    assert all(told.get("upgrade") == "101" for told in seen.attack), seen.attack
    for told in seen.attack:
        if told["kind"] in FASTER_THAN_SPEECH:
            assert told["ended by the server"] or told["sent_mb"] < HELD_BACK_MB, (
                f"It was not held back: {told}"
            )
