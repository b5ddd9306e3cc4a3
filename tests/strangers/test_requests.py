"""Requests without an end, and thousands at once on one connection, beside a good call."""

import pytest
from harness.beside import Attack, Seen, assert_quiet_log, bear
from harness.process import Server


@pytest.mark.parametrize("attack", ["endless_lines", "endless_line", "pipelined"])
async def test_a_request_without_an_end_is_cut_off(server: Server, quiet: Seen, attack: str) -> None:
    seen = await bear(server, quiet, lambda: [Attack(server, attack, seconds=6)])
    assert_quiet_log(seen)
    assert seen.attack[0]["sent_mb"] < 64, f"The server took all of it: {seen}"
