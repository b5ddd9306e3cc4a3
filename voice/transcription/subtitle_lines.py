"""Words with times set in lines fit for subtitles."""

from __future__ import annotations

from collections.abc import Sequence

from emads_voice.voice.recognizer import Segment
from emads_voice.writing import columns

SENTENCE_ENDS = tuple(".?!…。？！")
CLAUSE_ENDS = (*SENTENCE_ENDS, *",;:—，、；：")

_LINE = 84  # columns: two lines of 42, the subtitlers' customary limit


def lines(words: Sequence[Segment]) -> list[Segment]:
    """Words with times made into lines fit for subtitles.

    A line ends with its sentence, at a comma once it is half full, at a pause of a second, and in any case
    before it has more than 84 columns (Chinese, Japanese and Korean characters take two).

    Args:
        words: with the spaces that stand before them, in order.
    """
    made: list[list[Segment]] = []
    filled, last = 0, ""  # of the line, in columns, and its last character
    for word in words:
        wider = filled + columns(word.text)
        if not made or _ends(filled, last, word.start_s - made[-1][-1].end_s, word.text, wider):
            made.append([])
            wider, last = columns(word.text), ""
        made[-1].append(word)
        filled, last = wider, word.text[-1:] or last
    joined = [
        Segment(
            "".join(word.text for word in line).strip(), round(line[0].start_s, 2), round(line[-1].end_s, 2)
        )
        for line in made
    ]
    return [line for line in joined if line.text]


def _ends(filled: int, last: str, pause_s: float, word: str, wider: int) -> bool:
    if not word.strip()[:1].isalnum():
        return False  # punctuation goes with the word before it
    return (
        last in SENTENCE_ENDS or (last in CLAUSE_ENDS and filled > _LINE / 2) or pause_s >= 1 or wider > _LINE
    )
