"""Where a model passes over speech it is given smaller pieces; what stays without words is a gap."""

import asyncio
from collections.abc import Mapping

import numpy as np
import pytest

from emads_voice.voice.activity.vad import Span
from emads_voice.voice.errors import RecognitionError
from emads_voice.voice.languages import ENGLISH, find_language
from emads_voice.voice.recognizer import Segment
from emads_voice.voice.sound.audio import Audio
from emads_voice.voice.transcription.hypotheses import Hypothesis, merge
from emads_voice.voice.transcription.listening import hear_all_of, listen
from emads_voice.voice.transcription.pieces import Piece

AUDIO = Audio(np.ones(40 * 1000, np.float32), 1000)
FIRST, SECOND = (
    "What is the weather like?",
    "If anything should try to break in here, I can hear it from up there.",
)


def piece(*speech: tuple[float, float]) -> Piece:
    spans = tuple(Span(*span) for span in speech)
    whole = Span(spans[0].start_s, spans[-1].end_s)
    return Piece(whole, spans, Span(max(0, whole.start_s - 0.35), whole.end_s + 0.35))


class Model:
    """Makes of each stretch what its script says, and counts how often it is asked."""

    def __init__(self, script: Mapping[tuple[float, float], Hypothesis]) -> None:
        self.script = script
        self.asked: list[tuple[float, float]] = []

    async def __call__(self, piece: Piece) -> Hypothesis:
        self.asked.append((piece.span.start_s, piece.span.end_s))
        return self.script.get(self.asked[-1], Hypothesis(""))


async def test_a_speaker_who_was_passed_over_is_heard_in_a_piece_of_their_own() -> None:
    model = Model({(0, 14): Hypothesis(FIRST), (0, 2): Hypothesis(FIRST), (4, 14): Hypothesis(SECOND * 2)})
    heard = await hear_all_of(piece((0, 2), (4, 14)), model, AUDIO)
    assert [hypothesis.text for _, hypothesis in heard] == [FIRST, SECOND * 2]
    assert [part.span for part, _ in heard] == [Span(0, 2), Span(4, 14)]


async def test_what_is_heard_whole_is_asked_for_once() -> None:
    model = Model({(0, 6): Hypothesis(SECOND)})
    assert len(await hear_all_of(piece((0, 2), (4, 6)), model, AUDIO)) == 1
    assert len(model.asked) == 1


async def test_smaller_pieces_that_give_no_more_change_nothing_and_are_cut_once_more_at_most() -> None:
    spoken = piece((0, 3), (4, 7), (9, 12), (13, 16), (19, 22), (23, 26), (28, 31), (32, 35))
    model = Model({(0, 35): Hypothesis(FIRST)})
    assert await hear_all_of(spoken, model, AUDIO) == [(spoken, Hypothesis(FIRST))]
    assert len(model.asked) == 1 + 2 + 4


async def test_of_three_speakers_the_second_is_heard_where_no_half_has_them() -> None:
    spoken = piece((0, 1), (2, 8), (10, 14))
    model = Model({(0, 14): Hypothesis(FIRST), (10, 14): Hypothesis(FIRST), (2, 8): Hypothesis(SECOND)})
    heard = await hear_all_of(spoken, model, AUDIO)
    assert [hypothesis.text for _, hypothesis in heard] == ["", SECOND, FIRST]


async def test_it_goes_on_in_smaller_pieces_while_that_gives_more() -> None:
    model = Model({(4, 6): Hypothesis(FIRST), (4, 14): Hypothesis(FIRST), (10, 14): Hypothesis(SECOND)})
    heard = await hear_all_of(piece((0, 2), (4, 6), (10, 14)), model, AUDIO)
    assert [hypothesis.text for _, hypothesis in heard if hypothesis.text] == [FIRST, SECOND]


async def test_a_sentence_without_a_gap_is_heard_again_and_another_spelling_is_none() -> None:
    few = Hypothesis(FIRST * 2)  # in which 10 s of speech cannot go on
    more: dict[tuple[float, float], Hypothesis] = {(0, 5): Hypothesis(FIRST), (5, 10): Hypothesis(SECOND * 2)}
    spoken = piece((0, 5), (5, 10))
    heard = await hear_all_of(spoken, Model({(0, 10): few, **more}), AUDIO)
    assert [hypothesis.text for _, hypothesis in heard] == [FIRST, SECOND * 2]
    same: dict[tuple[float, float], Hypothesis] = {
        (0, 5): Hypothesis(FIRST),
        (5, 10): Hypothesis(f"{FIRST} Yes"),
    }
    assert await hear_all_of(spoken, Model({(0, 10): few, **same}), AUDIO) == [(spoken, few)]


async def test_another_try_that_fails_loses_nothing() -> None:
    spoken = piece((0, 2), (4, 14))

    async def model(part: Piece) -> Hypothesis:
        if part != spoken:
            raise RecognitionError("gone")
        return Hypothesis(FIRST)

    assert await hear_all_of(spoken, model, AUDIO) == [(spoken, Hypothesis(FIRST))]


async def test_long_speech_without_a_pause_is_cut_where_it_is_quiet() -> None:
    samples = np.ones(40 * 1000, np.float32)
    samples[9_000:9_300] = 0
    asked: list[Span] = []

    async def model(part: Piece) -> Hypothesis:
        asked.append(part.span)
        return Hypothesis("" if part.span == Span(0, 20) else SECOND * 2)

    heard = await hear_all_of(piece((0, 20)), model, Audio(samples, 1000))
    assert [hypothesis.text for _, hypothesis in heard] == [SECOND * 2] * 2
    assert asked[1].end_s == asked[2].start_s == pytest.approx(9.15, abs=0.1)


async def test_if_one_piece_fails_the_others_are_given_up() -> None:
    given_up = asyncio.Event()

    async def hear(part: Piece) -> list[tuple[Piece, Hypothesis]]:
        if part.span.start_s == 0:
            await asyncio.sleep(0)
            raise RuntimeError("gone")
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()
        raise AssertionError

    with pytest.raises(RuntimeError, match="gone"):
        await listen([piece((0, 1)), piece((5, 6))], hear, lambda _: (), at_once=2)
    async with asyncio.timeout(1):
        await given_up.wait()


def merged(*heard: tuple[Piece, Hypothesis], timestamps: bool = False) -> tuple[Segment, ...]:
    transcript = merge("m", AUDIO, heard, language=None, hotwords=(), timestamps=timestamps)
    assert transcript.text == " ".join(segment.text for segment in transcript.segments if segment.text)
    return transcript.segments


def test_what_stays_without_words_is_a_gap() -> None:
    heard = [(piece((0, 2)), Hypothesis(FIRST, ENGLISH)), (piece((5, 9)), Hypothesis("", None))]
    assert merged(*heard) == (Segment(FIRST, 0, 2), Segment("", 5, 9))
    assert merged(*heard, timestamps=True)[-1] == Segment("", 5, 9)


def test_a_gap_between_words_stands_where_it_is() -> None:
    said = [Segment("Is", 0.1, 0.3), Segment("it", 0.4, 0.6), Segment("open", 8.1, 8.5)]
    words = tuple(Segment(word.text, word.start_s, word.end_s) for word in said)
    spoken = Piece(Span(0, 9), (Span(0, 1), Span(2, 6), Span(8, 9)), Span(0, 9.35))
    hypothesis = Hypothesis("Is it open?", ENGLISH, words)
    assert merged((spoken, hypothesis)) == (
        Segment("Is it", 0, 2),
        Segment("", 2, 6),
        Segment("open?", 6, 9),
    )
    assert merged((spoken, hypothesis), timestamps=True) == (
        Segment("Is it", 0.1, 0.6),
        Segment("", 2, 6),
        Segment("open?", 8.1, 8.5),
    )


def test_without_times_of_words_the_gap_is_put_at_the_end() -> None:
    (said, gap) = merged((piece((0, 12)), Hypothesis("Is it open?", ENGLISH)))
    assert said.text == "Is it open?"
    assert (gap.text, gap.end_s) == ("", 12)
    assert said.end_s <= gap.start_s < 5


def test_an_unexpected_language_is_named_and_nothing_is_made_of_it() -> None:
    german = find_language("German")
    heard = [(piece((0, 2)), Hypothesis(FIRST, ENGLISH)), (piece((5, 9)), Hypothesis("", unexpected=german))]
    transcript = merge("m", AUDIO, heard, language=None, hotwords=(), timestamps=False)
    assert (transcript.text, transcript.language, transcript.other_languages) == (FIRST, ENGLISH, (german,))
    assert transcript.gaps == (Segment("", 5, 9, german),)
    alone = merge("m", AUDIO, heard[1:], language=None, hotwords=(), timestamps=False)
    assert (alone.text, alone.language, alone.other_languages) == ("", None, (german,))


def test_a_part_in_another_language_says_so() -> None:
    vietnamese = find_language("vi")
    heard = [
        (piece((0, 4)), Hypothesis(FIRST, ENGLISH)),
        (piece((5, 7)), Hypothesis("Xin chào.", vietnamese)),
    ]
    transcript = merge("m", AUDIO, heard, language=None, hotwords=(), timestamps=False)
    assert [segment.language for segment in transcript.segments] == [None, vietnamese]


@pytest.mark.parametrize("timestamps", [True, False])
def test_a_gap_beside_words_is_in_no_unexpected_language(timestamps: bool) -> None:
    vietnamese = piece((0, 6)), Hypothesis("Hôm nay trời đẹp và tôi đi chơi với bạn.", find_language("vi"))
    said = (Segment("Yes", 0.35, 0.8),)
    english = piece((10, 11), (13, 15)), Hypothesis("Yes", ENGLISH, said)
    transcript = merge("m", AUDIO, [vietnamese, english], language=None, hotwords=(), timestamps=timestamps)
    assert transcript.other_languages == (ENGLISH,)
    assert transcript.gaps == (Segment("", 13, 15),)
