"""The language of phrases, and the files that are written in it."""

import pytest

from emads_voice.agents.dialogue.lexicon import LANGUAGES, lexicon, read_lexicon


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_can_be_read(language: str) -> None:
    assert lexicon(language).phrases


def matches(written: str, text: str) -> bool:
    spoken = read_lexicon(
        f"[spellings]\nthx = thank you\n[names]\nx = a | b\n[dropped]\nplease\n[thanks]\n{written}"
    )
    words = list(spoken.words(text))
    return any(len(words) in each.pattern.ends(words, 0) for each in (spoken.at(words[0]) if words else ()))


def test_alternatives_optional_words_and_named_patterns() -> None:
    assert matches("(thanks | thank you) [so | very much]", "Thank you very much!")
    assert matches("(thanks | thank you) [so | very much]", "thanks")
    assert matches("thank you <x> c", "thx b, c")
    assert not matches("thank you <x> c", "thx c")
    assert matches("no | yes it [really] is", "yes, it please is")
    assert matches("bye {name}", "Bye, Anna")
    assert not matches("bye {name}", "bye anna")


def test_accents_may_be_missing_but_not_be_others() -> None:
    assert matches("cảm ơn", "cam on")
    assert matches("cảm ơn", "Cảm ơn")
    assert not matches("cảm ơn", "cấm ơn")
    assert not matches("dung", "đúng")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("(thanks", "not closed"),
        ("thanks)", "too many"),
        ("<nobody> thanks", "defined nowhere"),
        ("thanks (please | a lot)", "may be empty"),
    ],
)
def test_what_is_written_wrongly_is_told(written: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        matches(written, "thanks")
