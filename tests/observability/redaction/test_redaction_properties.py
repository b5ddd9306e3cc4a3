"""What redaction promises of every text."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from emads_voice.observability import redact

words = st.text(st.characters(codec="utf-8", exclude_characters="@"), max_size=30)


@given(words, st.emails(), words)
@example("thư:", "an.nguyễn+việc@ví-dụ.com.vn", ".")
@example("a" * 200, "x@example.com", "")
def test_no_address_is_left(before: str, address: str, after: str) -> None:
    redacted = redact(f"{before} {address} {after}")
    assert "[email]" in redacted
    assert address not in redacted
    assert not re.search(r"\w@\w+\.\w", redacted)


@given(
    st.lists(
        st.one_of(
            st.emails(),
            st.sampled_from(
                ["+84912345678", "0912 345 678", "4111 1111 1111 1111", "call", "@", ".", "-", "12"]
            ),
            st.sampled_from(
                [
                    "không chín một hai",
                    "oh nine one",
                    "account",
                    "số thẻ",
                    "pin 1234",
                    "is",
                    "a còng gmail chấm com",
                ]
            ),
            st.text(max_size=8),
        ),
        max_size=8,
    )
)
def test_what_is_redacted_stays_as_it_is(parts: list[str]) -> None:
    once = redact(" ".join(parts))
    assert redact(once) == once


@given(st.text(st.sampled_from("a.@-+1 0(x"), max_size=300))
def test_anything_can_be_redacted(text: str) -> None:
    assert len(redact(text)) <= len(text) + len("[email]") * text.count("@") + len(text)


@pytest.mark.parametrize(
    "atom",
    ["không ", "a còng ", "a.", "a-", "a@", "@", "a@a.", "é.", "a", "1-", "+8 ", "0912345678 ", "4 ", "(0"],
)
def test_a_long_text_costs_by_the_character_what_a_short_one_costs(atom: str) -> None:
    def per_character(length: int) -> float:
        text = atom * (length // len(atom))
        costs = []
        for _ in range(3):
            began = time.perf_counter()
            redact(text)
            costs.append((time.perf_counter() - began) / length)
        return min(costs)

    per_character(100)  # loads what it loads once
    assert per_character(40_000) < 10 * per_character(2_000)
