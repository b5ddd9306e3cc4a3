"""An answer is read in the same sentences however it is fed, and goes on where a replaced one differs."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emads_voice.voice.languages import ENGLISH, find_language
from emads_voice.voice.text.answer import SpokenAnswer, SpokenSentence, is_only_shown

ANSWER = "We should begin now. It costs **3.5** million. Agreed?"
SPOKEN = ["We should begin now.", "It costs three point five million.", "Agreed?"]


def words_left(answer: SpokenAnswer) -> list[str]:
    words = []
    while sentence := answer.take():
        words.append(sentence.words)
    return words


def test_a_sentence_is_there_once_it_is_certain_where_it_ends() -> None:
    answer = SpokenAnswer(ENGLISH)
    answer.feed("We should begin now.")
    assert answer.take() is None
    answer.feed(" It")
    assert answer.take() == SpokenSentence("We should begin now. ", "We should begin now.")
    assert answer.take() is None
    assert answer.finish(ANSWER) == 1
    assert words_left(answer) == SPOKEN[1:]
    assert "".join(sentence.text for sentence in answer.read) == ANSWER


async def test_a_reader_waits_for_each_sentence_and_is_told_of_the_end() -> None:
    answer = SpokenAnswer(ENGLISH)
    reading = asyncio.create_task(_read(answer))
    for word in ANSWER.split(" "):
        answer.feed(word + " ")
        await asyncio.sleep(0)
    assert not reading.done()
    answer.finish(ANSWER)
    assert await reading == SPOKEN


async def _read(answer: SpokenAnswer) -> list[str]:
    return [sentence.words async for sentence in answer]


@pytest.mark.parametrize("language", ["en", "vi", "zh", "th"])
@given(
    text=st.text(st.sampled_from("abA .,\n*-1。今ก"), max_size=60),
    cuts=st.lists(st.integers(0, 60), max_size=4),
)
@settings(max_examples=100, deadline=None)
def test_pieces_do_not_matter(language: str, text: str, cuts: list[int]) -> None:
    whole, fed = SpokenAnswer(find_language(language)), SpokenAnswer(find_language(language))
    whole.finish(text)
    at = 0
    for cut in sorted(min(cut, len(text)) for cut in cuts):
        fed.feed(text[at:cut])
        at = cut
        while fed.take():
            pass
    assert fed.finish(text) == len(fed.read)
    assert [*(sentence.words for sentence in fed.read), *words_left(fed)] == words_left(whole)


MARKED_UP = st.lists(
    st.sampled_from(
        ["Run this. ", "```py\nx = 1. Y\n```\n", "`a. B` ", "[the plan. So](https://a.b/c. D) ",
         "<think>No. Never.</think>",
         "<think>", "$x^2$ ", "$5. ", "\\(a. B\\)", "https://x.com/a?b. ", "[1]", "【4:0†a.pdf】", "<b>Bold.</b> ",
         "a < b ",
         "| a. B | c |\n", "|---|---|\n", "- item\n", "# Head\n", "1. One. ", "**Yes. No.** ", "x@y.vn ", "\n\n",
         "[", "`", "!", "$", "<", "~~~\n",
         "number 1. This ", "0912 345 678 ", "🎉 "]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(text=MARKED_UP, cuts=st.lists(st.integers(0, 400), max_size=12))
@settings(max_examples=200, deadline=None)
def test_no_chunking_changes_what_is_said(text: str, cuts: list[int]) -> None:
    whole, fed = SpokenAnswer(ENGLISH), SpokenAnswer(ENGLISH)
    whole.finish(text)
    expected = words_left(whole)
    at = 0
    for cut in [*sorted(min(cut, len(text)) for cut in cuts), len(text)]:
        fed.feed(text[at:cut])
        at = cut
        words_left(fed)
    fed.finish(text)
    words_left(fed)
    assert [sentence.words for sentence in fed.read] == expected
    assert [sentence.text.strip() for sentence in fed.read] == [
        sentence.text.strip() for sentence in whole.read
    ]
    assert "".join(sentence.text for sentence in whole.read).split() == text.split()


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Run this:\n```python\nimport os\nprint(1. )\n```\nThat is all.", ["Run this:", "That is all."]),
        ("Run this:\n```\nimport os. Never closed", ["Run this:"]),
        ("<think>\nAngry. Admit no fault.\n</think>\nIt arrives on Monday.", ["It arrives on Monday."]),
        ("See [our plan. Page 2](https://a.b/c.d?e=1) now.", ["See our plan.", "Page two now."]),
        ("Track it at https://example.com/a?b=1. Ok?", ["Track it at example dot com.", "Ok?"]),
        ("Write to first.last@example.com. We answer.", ["Write to first dot last at example dot com.", "We answer."]),
        ("| Plan | Price |\n|---|---|\n| Pro | $25 |\n", ["Plan, Price.", "Pro, twenty-five dollars."]),
        ("## Steps\n- Open the *app*\n- Print it\n", ["Steps.", "Open the app.", "Print it."]),
        ("It is number 1. This is it. The amount is 5. Agreed?",
         ["It is number one.", "This is it.", "The amount is five.", "Agreed?"]),
        ("The limit is 20 kg【4:0†book.pdf】and 30 kg by sea [1][2]. Ok.",
         ["The limit is twenty kilograms and thirty kilograms by sea.", "Ok."]),
    ],
)  # fmt: skip
def test_what_is_meant_for_the_eye_is_not_said(text: str, spoken: list[str]) -> None:
    answer = SpokenAnswer(ENGLISH)
    answer.finish(text)
    assert list(filter(None, words_left(answer))) == spoken
    assert "".join(sentence.text for sentence in answer.read).rstrip() == text.rstrip()


@pytest.mark.parametrize(
    "text", ["<think>Never closed. No", "<think>No.</think>", "```\nx = 1\n```", "[1]", "👍", "…", ""]
)
def test_an_answer_may_have_nothing_to_say(text: str) -> None:
    answer = SpokenAnswer(ENGLISH)
    answer.finish(text)
    assert not any(words_left(answer))


def test_reasoning_is_no_part_of_the_sentence_that_follows() -> None:
    """How much of a sentence was heard is told by its text."""
    answer = SpokenAnswer(ENGLISH)
    answer.finish("<think>Long. Very long.</think>It arrives.")
    words_left(answer)
    assert [sentence.text for sentence in answer.read] == ["<think>Long. Very long.</think>", "It arrives."]


@pytest.mark.parametrize("fed", ["", " ", "\n Good day. ", "Good day. It is", "Good day. It is done. \n"])
def test_white_space_around_what_was_fed_does_not_matter(fed: str) -> None:
    answer = SpokenAnswer(ENGLISH)
    answer.feed(fed)
    read = words_left(answer)
    assert answer.finish("Good day. It is done.") == len(read)
    assert read + words_left(answer) == ["Good day.", "It is done."]


@pytest.mark.parametrize(
    ("fed", "whole", "kept", "left"),
    [
        ("One. Two. Thr", "One. Two. Other.", 2, ["Other."]),  # only what was not read is another
        ("One. Two. Three. ", "One. Other. More.", 1, ["Other.", "More."]),
        ("One. Two. Three. ", "Other.", 0, ["Other."]),
        ("One. Two. Three. ", "One.", 1, []),
        ("One. Two. Three. ", "", 0, []),
        ("One. Two.\n", "One. Two. And more.", 2, ["And more."]),  # it was said to be over, and was not
        ("\nOne. *Two.* Three. ", "One.\n*Two.* Other.", 2, ["Other."]),
    ],
)
def test_reading_goes_on_where_a_replaced_answer_differs(
    fed: str, whole: str, kept: int, left: list[str]
) -> None:
    answer = SpokenAnswer(ENGLISH)
    answer.feed(fed)
    words_left(answer)
    assert answer.finish(whole) == kept
    assert answer.whole
    assert len(answer.read) == kept
    assert words_left(answer) == left


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        ('```json\n{"answer": "yes"}\n```', True),
        ("~~~\nls\n~~~", True),
        ("<think>How?</think>\n```python\nprint(1)\n```\n[1]", True),
        ("![](https://example.com/chart.png)", True),
        ("Here it is:\n```\nls\n```", False),
        ("![The sales](https://example.com/chart.png)", False),
        ("$12", False),
        ("<think>Nothing to say.</think>", False),
        ("👍", False),
        ("[1]", False),
        ("…", False),
        ("", False),
    ],
)
def test_what_can_only_be_looked_at_is_known(answer: str, shown: bool) -> None:
    assert is_only_shown(answer, ENGLISH) is shown
