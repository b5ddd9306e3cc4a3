"""The pieces of an answer reach the mouth once its language is known, all of them, in that language."""

import pytest

from emads_voice.graph.saying import ENOUGH_TO_IDENTIFY, saying, spoken_language, tell_language
from emads_voice.voice.languages import ENGLISH, VIETNAMESE, Language

IN_ENGLISH = "The servers are all well today. Nothing else is known."
IN_VIETNAMESE = "Các máy chủ đều ổn. Không có gì khác."


class Fed:
    def __init__(self) -> None:
        self.text = ""
        self.languages: set[Language] = set()

    def __call__(self, text: str, *, language: Language) -> None:
        self.text += text
        self.languages.add(language)


@pytest.mark.parametrize(
    ("caller", "answer", "spoken_in"),
    [
        (ENGLISH, IN_ENGLISH, ENGLISH),
        (VIETNAMESE, IN_VIETNAMESE, VIETNAMESE),
        (VIETNAMESE, IN_ENGLISH, ENGLISH),
        (VIETNAMESE, "\n" + IN_ENGLISH, ENGLISH),
        (VIETNAMESE, " \n\n " + IN_ENGLISH, ENGLISH),
    ],
)
@pytest.mark.parametrize("characters", [1, 5, 1000])
async def test_an_answer_is_fed_whole_in_its_language(
    caller: Language, answer: str, spoken_in: Language, characters: int
) -> None:
    fed = Fed()
    say = await saying(fed, caller)
    for at in range(0, len(answer), characters):
        say(answer[at : at + characters])
    assert fed.text == say.said == answer
    assert fed.languages == {spoken_in}
    assert spoken_language(answer, caller) is await tell_language(answer, caller) is spoken_in


async def test_a_beginning_that_does_not_tell_its_language_waits_for_more() -> None:
    fed = Fed()
    say = await saying(fed, ENGLISH)
    say("\n" * ENOUGH_TO_IDENTIFY)
    say("OK.")
    assert fed.text == ""
    say("\n")
    assert fed.text == say.said


@pytest.mark.parametrize("size", [1, 3, 1000])
async def test_pieces_are_what_can_be_spoken_and_stored(size: int) -> None:
    fed = Fed()
    say = await saying(fed, ENGLISH)
    answer = "The servers\0 are well \ud83d\ude00, all \ud800 of them, today. \udc00 Yes."
    for at in range(0, len(answer), size):
        say(answer[at : at + size])
    assert fed.text == say.said == "The servers are well \U0001f600, all \ufffd of them, today. \ufffd Yes."
