import base64
import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.channels.errors import ProtocolError
from emads_voice.channels.twilio import messages

START = {
    "accountSid": "AC1",
    "streamSid": "MZ1",
    "callSid": "CA1",
    "tracks": ["inbound"],
    "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
    "customParameters": {"token": "abc"},
}


def test_numbers_written_as_strings_and_base64_are_read() -> None:
    text = json.dumps(
        {
            "event": "media",
            "sequenceNumber": "4",
            "media": {"track": "inbound", "chunk": "2", "timestamp": "5", "payload": "//8="},
            "streamSid": "MZ1",
        }
    )
    assert messages.parse(text) == messages.Media(messages.Sound(b"\xff\xff", 5))


def test_start_tells_the_call_and_its_parameters() -> None:
    message = messages.parse(
        json.dumps({"event": "start", "sequenceNumber": "1", "start": START, "streamSid": "MZ1"})
    )
    assert isinstance(message, messages.Start)
    assert (message.start.call_sid, message.start.account_sid, message.start.stream_sid) == (
        "CA1",
        "AC1",
        "MZ1",
    )
    assert message.start.custom_parameters == {"token": "abc"}
    assert message.start.media_format.sample_rate == 8000


def test_an_event_of_the_future_is_no_error() -> None:
    assert messages.parse('{"event":"weather","weather":{}}') == messages.Unknown("weather")


MALFORMED = {
    "binary": b'{"event":"stop"}',
    "empty": "",
    "not json": "hello",
    "cut off": '{"event":"stop"',
    "no object": "[]",
    "null": "null",
    "no event": '{"media":{}}',
    "event is no string": '{"event":7}',
    "media is missing": '{"event":"media"}',
    "media is null": '{"event":"media","media":null}',
    "no payload": '{"event":"media","media":{"timestamp":"1"}}',
    "no timestamp": '{"event":"media","media":{"payload":"//8="}}',
    "payload is no base64": '{"event":"media","media":{"timestamp":"1","payload":"/!8="}}',
    "payload is cut off": '{"event":"media","media":{"timestamp":"1","payload":"//8"}}',
    "payload is a number": '{"event":"media","media":{"timestamp":"1","payload":8}}',
    "timestamp is negative": '{"event":"media","media":{"timestamp":"-1","payload":"//8="}}',
    "timestamp is a word": '{"event":"media","media":{"timestamp":"soon","payload":"//8="}}',
    "timestamp is endless": '{"event":"media","media":{"timestamp":"%s","payload":"//8="}}' % ("9" * 5000),
    "timestamp is not a number": '{"event":"media","media":{"timestamp":NaN,"payload":"//8="}}',
    "two keys at once": '{"event":"dtmf","dtmf":{"digit":"12"}}',
    "no key": '{"event":"dtmf","dtmf":{}}',
    "mark without a name": '{"event":"mark","mark":{}}',
    "start is empty": '{"event":"start","start":{}}',
    "id with quotes": json.dumps({"event": "start", "start": {**START, "streamSid": 'MZ","event":"clear'}}),
    "id with a line break": json.dumps({"event": "start", "start": {**START, "callSid": "CA1\n"}}),
    "half a surrogate pair": '{"event":"start","start":{"streamSid":"\\ud800"}}',
    "timestamp beyond all numbers": '{"event":"media","media":{"timestamp":1e999999,"payload":"//8="}}',
    "rate of many digits": json.dumps({"event": "start", "start": START}).replace("8000", "9" * 4000),
    "two events": '{"event":"stop","event":"media"}',
    "parameters are a list": json.dumps({"event": "start", "start": {**START, "customParameters": []}}),
    "deeply nested": '{"event":"stop","x":' + "[" * 60_000,
    "too long": '{"event":"stop","x":"' + "x" * 65_536 + '"}',
    "lone surrogate": '{"event":"stop","x":"\ud800"}',
}


@pytest.mark.parametrize("data", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_messages_are_refused_with_a_reason(data: str | bytes) -> None:
    with pytest.raises(ProtocolError, match=r"^(a message|a binary frame)"):
        messages.parse(data)


@pytest.mark.parametrize(
    "data",
    [
        '{"event":"\\nforged\\u2028\\u001b[31m","x":' + "[" * 30_000 + "]" * 30_000 + "}",
        json.dumps({"event": "start", "start": {**START, "callSid": "CA1\nforged"}}),
        json.dumps({"event": "start", "start": {**START, "mediaFormat": {"encoding": "\nforged"}}}),
        json.dumps({"event": "start", "start": {**START, "customParameters": {"\nforged": 1}}}),
    ],
)
def test_nothing_out_of_a_message_is_in_the_reason(data: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        messages.parse(data[: messages.MAX_BYTES])
    reason = str(refused.value)
    assert reason.isprintable()
    assert "forged" not in reason


@given(st.one_of(st.text(), st.binary(), st.recursive(st.none() | st.text(), st.lists).map(json.dumps)))
def test_nothing_else_is_raised(data: str | bytes) -> None:
    with suppress(ProtocolError):
        messages.parse(data)


@given(st.binary(max_size=400))
def test_sound_is_written_as_twilio_reads_it(payload: bytes) -> None:
    message = json.loads(messages.media("MZ1", payload))
    assert message == {
        "event": "media",
        "streamSid": "MZ1",
        "media": {"payload": base64.b64encode(payload).decode()},
    }


@given(st.text())
def test_mark_names_are_escaped(name: str) -> None:
    assert json.loads(messages.mark("MZ1", name)) == {
        "event": "mark",
        "streamSid": "MZ1",
        "mark": {"name": name},
    }


def test_clear() -> None:
    assert json.loads(messages.clear("MZ1")) == {"event": "clear", "streamSid": "MZ1"}
