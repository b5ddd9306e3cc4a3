"""Sentences come out as soon as they are over, whole, and the same however the text arrived."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from emads_voice.voice.text.sentences import MAX_CHARS, SentenceStream, split_sentences

FRAGMENTS = st.sampled_from(
    [
        *"abcdeABC 013.,;:!?\"'()*_`-–—…\n。！？，“”「」đưệ今天ก็ ",
        "Dr. ", "e.g. ", "3.5", "1.200 USD", "TP. ", " and then ", "https://a.b/c?d ", "**", "...", "। ",
        "🎉", "\n\n- ", "2. ",
    ]
)  # fmt: skip
TEXTS = st.lists(FRAGMENTS, max_size=60).map("".join) | st.text(max_size=80)
LANGUAGES = st.sampled_from(["en", "vi", "zh", "ja", "th", "fr", "hi", "zh-CN-SC", "xx"])


def in_chunks(text: str, language: str, cuts: list[int]) -> list[str]:
    stream = SentenceStream(language)
    edges = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    pieces = [piece for at, end in pairwise(edges) for piece in stream.push(text[at:end])]
    return pieces + stream.flush()


@given(TEXTS, LANGUAGES, st.lists(st.integers(0, 1000), max_size=20))
@example("He said “Stop.” Then he left. (Why?) " * 12, "en", [5])
@example("a" * (3 * MAX_CHARS), "en", [1])
@settings(max_examples=300, deadline=None)
def test_no_chunking_changes_the_sentences_and_nothing_is_lost(
    text: str, language: str, cuts: list[int]
) -> None:
    pieces = in_chunks(text, language, cuts)
    assert pieces == in_chunks(text, language, [])
    assert "".join(pieces).rstrip() == text.rstrip()
    assert all(len(piece) <= MAX_CHARS + 1 for piece in pieces)


def sentences(text: str, language: str = "en") -> list[str]:
    return split_sentences(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It costs 3.5 million.|Dr. Smith agreed, e.g. in Jan. 2024.|And then?"),
        ("en", "Wow!!|Really?!|Yes... maybe.|The U.S. is big.|J. K. Rowling wrote.|At 5 p.m. we left."),
        ("en", 'He was late.|"Really?" he asked.|He said "Stop."|Then he left.|(Nobody knew.) So be it.'),
        ("en", "See https://example.com/a?b=1.|Version 2.1.3 is out!|It takes approx. 5 days."),
        ("en", "1. First thing.|2. Second thing."),
        ("en", "**Bold.**|Next.|*It.*|[The plan](http://a.b/c.d).|`x.y` is done."),
        (
            "vi",
            "Chi phí là 1.200 USD.|Chúng ta nên bắt đầu ở TP. Hồ Chí Minh.|Ông có đồng ý không?|Vâng… được.",
        ),
        ("vi", "GS. TS. Nam và ThS. Lan ở Q. Tân Bình.|Hết rồi."),
        ("zh", "今天天气很好。|我们去公园吧！|“你呢？”|他问。"),
        ("ja", "今日は。|値段は3.5円です。|「はい。」|と言った。"),
        ("fr", "M. Dupont est là.|Il dit : « Oui. »|C'est 3,5 %."),
        ("de", "Am 3. Oktober kam er.|Dr. Müller kam z. B. spät."),
        ("hi", "यह अच्छा है।|ठीक है।"),
        ("ar", "كيف حالك؟|بخير."),
        ("ko", "안녕하세요.|3.5퍼센트입니다."),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(language: str, text: str) -> None:
    expected = text.split("|")
    assert sentences(text.replace("|", "" if language in ("zh", "ja") else " "), language) == expected


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences("Two things:\n- cost\n- time\n\nThat is all") == [
        "Two things:",
        "- cost",
        "- time",
        "That is all",
    ]


def test_a_sentence_waits_until_the_next_has_begun() -> None:
    stream = SentenceStream("en")
    assert stream.push("It costs 3.") == []
    assert stream.push("5 million.") == []
    assert stream.push(" ") == []
    assert stream.push("T") == ["It costs 3.5 million. "]
    assert stream.push("hen\n") == ["Then\n"]
    assert stream.flush() == []


class TestEarlyStart:
    TEXT = "We should begin with the pilot in one region, as it costs little, and we see, if it works. Good."

    def test_the_first_piece_may_be_a_clause_but_no_other(self) -> None:
        stream = SentenceStream("en")
        assert stream.push(self.TEXT) + stream.flush() == [
            "We should begin with the pilot in one region, ",
            "as it costs little, and we see, if it works. ",
            "Good.",
        ]

    def test_a_short_clause_is_not_worth_it(self) -> None:
        stream = SentenceStream("en")
        assert stream.push("Well, yes, of course, let us begin with it at once. And") == [
            "Well, yes, of course, let us begin with it at once. "
        ]

    def test_a_comma_inside_a_number_or_markup_ends_nothing(self) -> None:
        for text in (
            "The whole of it will cost the company about 1,200,000 dollars in the first year. So",
            "The whole of it is [in our plan for the next year, page two](https://a.b/c) and there. So",
        ):
            assert SentenceStream("en").push(text) == [text[:-2]]

    def test_it_knows_scripts_without_spaces(self) -> None:
        chinese = SentenceStream("zh").push("我们应该先在一个地区开始试点项目，因为这样成本低，而且")
        assert chinese == ["我们应该先在一个地区开始试点项目，"]
        thai = SentenceStream("th").push("เราควรเริ่มโครงการนำร่องในภูมิภาคเดียวก่อน เพราะมีค่าใช้จ่ายต่ำ")
        assert thai == ["เราควรเริ่มโครงการนำร่องในภูมิภาคเดียวก่อน "]

    def test_it_can_be_forgone(self) -> None:
        assert len(SentenceStream("en", early=False).push(self.TEXT)) == 1


def test_an_endless_sentence_is_cut_at_a_clause_or_a_word() -> None:
    clauses = SentenceStream("en", early=False).push("and one more thing, " * 40)
    assert clauses
    assert all(piece.endswith("thing, ") for piece in clauses)
    words = SentenceStream("en", early=False).push("word " * 200)
    assert all(piece.endswith("word ") for piece in words)
    assert SentenceStream("zh", early=False).push("天" * 700)
