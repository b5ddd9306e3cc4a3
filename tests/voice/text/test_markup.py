"""What an answer holds for the eye is taken out of it, the same however it was chunked, and nothing of it is lost."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emads_voice.voice.text.markup import MarkupStream, Span

PIECES = st.sampled_from(
    [
        *"`<>$\\[](){}!|#-*_~.: \n/aB1",
        "```", "```py\n", "~~~\n", "<think>", "</think>", "<b>", "<br/>", "<!--", "-->", "\\(", "\\)", "\\[", "$$",
        "](http://a.b)", "[1]", "【1†x】", "https://", "www.", "http", "| a | b |\n", "|--|\n", "- ", "# ", "1. ", "> ",
        "\ue200", "\ue201", "<|", "|>", "<https://a.b>", "\\begin{x}", "\\end{x}", "[^1]: ", "![", "---\n", "ừ", "好",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60)


def spans(text: str, cuts: list[int] = []) -> list[Span]:  # noqa: B006
    markup = MarkupStream(lambda _: "formula")
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    found = [span for at, end in pairwise(edges) for span in markup.push(text[at:end])]
    return found + markup.flush()


def said(text: str) -> str:
    return "".join(span.said for span in spans(text))


@given(TEXTS, st.lists(st.integers(0, 1000), max_size=10))
@settings(max_examples=500, deadline=None)
def test_no_chunking_changes_anything_and_nothing_is_lost(text: str, cuts: list[int]) -> None:
    found = spans(text, cuts)
    assert found == spans(text)
    assert "".join(span.source for span in found) == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a ```x``` b", "a x b"),
        ("Use `ls -la` or ``a`b``.", "Use ls -la or a`b."),
        ("~~~\nx\n~~~\nDone", "Done"),
        ("````\n```\nx\n```\n````\nDone", "Done"),
        ("<Thinking>hm</thinking>Yes", "Yes"),
        ("Yes</think> so", "Yes so"),
        ("<reasoning>a <b> c", ""),
        ("a<!-- no -->b", "ab"),
        ("<|channel|>final", "final"),
        ("Your <b>order</b> is <span style=\"color:red\">late</span>.<br/>Sorry.", "Your order is late.\nSorry."),
        ("a < b and <c and d> e", "a < b and <c and d> e"),
        ("<https://www.x.com/a> and <a@b.c>", "x.com and a@b.c"),
        ("[x](y z) and [note] here", "[x](y z) and [note] here"),
        ("![A chart](a.png) of [it](b 'c')", "A chart of it"),
        ("[https://a.b/c](https://a.b/c)", "a.b"),
        ("[the book][ref] says", "the book says"),
        ("It is so [1, 2], [^3] and [4-6].", "It is so, and."),
        ("so [[1]](http://a.b) it", "so it"),
        ("Press [1] for sales.", "Press [1] for sales."),
        ("See.\n[^1]: A note.\n[2]: https://a.b/c\nEnd", "See.\nEnd"),
        ("so\ue200cite\ue202turn0\ue201.", "so."),
        ("《三国》【重要】好", "《三国》【重要】好"),
        ("\\(x\\) and $x_1$, $$\nx\n$$ \\[y\\] \\begin{matrix}1\\end{matrix}",
         "formula and formula, formula formula formula"),
        ("It costs $5 and $10, or $3.50/$4.", "It costs $5 and $10, or $3.50/$4."),
        ("See www.example.com/a_b*c, ok (http://x.y/z_(w)).", "See example.com, ok (x.y)."),
        ("See the [plan](https://a.b", "See the plan"),
        ("Two:\n- one\n* two.\n• three\n", "Two:\none.\ntwo.\nthree.\n"),
        ("- [ ] Milk\n- [x] Bread\n", " Milk.\n Bread.\n"),
        ("# Costs\nLow\n", "Costs.\nLow\n"),
        ("A\n\n---\n\nB", "A\n\n\n\nB"),
        ("> quoted\n3 > 2", " quoted\n3 > 2"),
        ("-5 degrees and #1", "-5 degrees and #1"),
    ],
)  # fmt: skip
def test_what_is_said_of_it(text: str, words: str) -> None:
    assert said(text) == words


def test_a_price_holds_nothing_back() -> None:
    markup = MarkupStream()
    assert "".join(span.said for span in markup.push("It is $5 each. N")) == "It is $5 each. N"


def test_a_bracket_that_is_not_closed_holds_back_no_more_than_a_line() -> None:
    markup = MarkupStream()
    assert "".join(span.said for span in markup.push("[not closed\nNext")) == "[not closed\nNext"
