"""Requests that are not Twilio's, beside a good call: none costs more than its size."""

import pytest
from harness.beside import Attack, Seen, assert_quiet_log, bear
from harness.process import Server


@pytest.mark.parametrize(
    "attacks",
    [
        ["many_keys"],
        ["shapes", "wrong_kinds", "long_heads", "unsigned"],
        ["endless_bodies", "aborted_bodies"],
    ],
    ids="+".join,
)
async def test_a_form_that_is_not_twilios_costs_its_size(
    server: Server, quiet: Seen, attacks: list[str]
) -> None:
    seen = await bear(server, quiet, lambda: [Attack(server, name, seconds=6) for name in attacks])
    assert_quiet_log(seen)
    assert all(sum(told.values()) for told in seen.attack), seen.attack  # they did something
