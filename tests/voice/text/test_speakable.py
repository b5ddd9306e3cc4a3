"""What means something only to the eye is not read aloud; what means something to the ear stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emads_voice.voice.text.speakable import speakable


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Plain text, nothing else.", "Plain text, nothing else."),
        ("  white \t space\u00a0here ", "white space here"),
        ("**Bold**, *it*, __strong__ and `code_x`, ~~old~~.", "Bold, it, strong and code_x, old."),
        ("# Costs\n\nThey are low.", "Costs. They are low."),
        ("- one\n- two\n- three", "one. two. three"),
        ("1. First.\n2. **Second**", "1. First. 2. Second"),
        ("A paragraph\nthat is wrapped.\n\nAnother.", "A paragraph that is wrapped. Another."),
        ("> quoted", "quoted"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a. b. 1. 2"),
        ("See [the plan](https://x.com/a_b) now.", "See the plan now."),
        ("![A chart](x.png) shows it.", "A chart shows it."),
        (
            "See https://www.example.com/path?x=1. Then http://a.b.co/x, ok?",
            "See example.com. Then a.b.co, ok?",
        ),
        ("(https://user:secret@foo.org:8080/bar)", "(foo.org)"),
        ("Great 🎉👍🏽 job 👨\u200d👩\u200d👧! ✅", "Great job!"),
        ("Press 1️⃣ for help.", "Press 1 for help."),
        ("Dial *100# or *#06#, **now**.", "Dial ∗100# or ∗#06#, now."),  # keys, no emphasis
        ("It is 25°C, 5 m² ™ №7.", "It is 25°C, 5 m² ™ №7."),
        ("Chi phí là **1.200 USD**/tháng.", "Chi phí là 1.200 USD/tháng."),
        ("你好，**世界**。", "你好，世界。"),
        ("text<br>more &amp; more", "text more & more"),
    ],
)
def test_marks_go_and_words_stay(text: str, words: str) -> None:
    assert speakable(text) == words


@pytest.mark.parametrize(
    "text",
    ["snake_case", "5 * 3 = 15", "C# and F#", "a < b & c", "3 > 2", "-5 degrees", "#1 priority", "$5 or 10%"],
)
def test_what_only_looks_like_a_mark_stays(text: str) -> None:
    assert speakable(text) == text


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("**Bold sentence one.", "Bold sentence one."),
        ("Second one** here.", "Second one here."),
        ("*this, and", "this, and"),
        ("| a | b |", "a, b"),
        ("2. Second thing.", "2. Second thing."),
        ("    - indented", "indented"),
        ("[note]: mind this", "[note]: mind this"),
        ("<p>para</p>", "para"),
    ],
)
def test_a_sentence_cut_out_of_marked_up_text(sentence: str, words: str) -> None:
    assert speakable(sentence) == words


@pytest.mark.parametrize("text", ["", "  \n ", "---", "|---|---|", "*", "✅", "...", "```python\nx = 1\n```"])
def test_where_there_is_nothing_to_say_nothing_is_said(text: str) -> None:
    assert speakable(text) == ""


@given(st.text())
def test_any_text_becomes_one_clean_line(text: str) -> None:
    words = speakable(text)
    assert words == " ".join(words.split())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('{"answer": "We open at nine. Come in."}', "We open at nine. Come in."),
        ('{"status": "open", "opens_at": "9:00", "late": true}', "status: open, opens at: 9:00, late: true"),
        ('[{"name": "A", "price": 12}, {"name": "B", "price": 5}]', "name: A, price: 12; name: B, price: 5"),
        ('Come in."}', "Come in."),
        ("{'answer': 'Hi there'}", "Hi there"),
        ('The set {1, 2} is small, he said "so".', 'The set {1, 2} is small, he said "so".'),
    ],
)
def test_data_are_said_without_the_signs_they_are_written_in(data: str, said: str) -> None:
    assert speakable(data) == said
