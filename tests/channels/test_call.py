"""Which conversation a call is."""

from uuid import UUID

from emads_voice.channels.call import CallInfo, thread_of_call

CALL = "CA" + "1" * 32


def test_a_call_has_the_same_conversation_whatever_process_asks() -> None:
    """Also after the next release: the id is in what callers said before."""
    assert thread_of_call(CALL) == "98cb9e5b-4315-5921-8d7f-ffc1b6ff4266"
    assert thread_of_call(CALL) != thread_of_call("CA" + "2" * 32)


def test_a_conversation_is_named_as_langgraphs_server_wants_it() -> None:
    assert str(UUID(thread_of_call(CALL))) == thread_of_call(CALL)


def test_a_call_is_found_by_its_sid_and_no_number_is_kept_for_that() -> None:
    call = CallInfo(CALL, thread_of_call(CALL), caller="+84901234567", called="+842899990000")
    assert call.context.metadata == {"call_sid": CALL, "channel": "phone", "direction": "inbound"}
