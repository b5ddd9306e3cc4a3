"""Actions, decisions and appointments found in plain code, without a chat model: what is said in so many words.

Who says "I'll send it by Friday" or "Minh, can you check that?" is understood, in English and Vietnamese; who only
means it is not. A task that is asked for and refused is none, one that is taken back neither; who answers "yes" to a
request that names nobody has taken it on. Nothing is made up: every finding is a sentence of the transcript.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from emads_voice.agents.sentences import split
from emads_voice.agents.text import content_words, fold

from .dates import When, find_when
from .forms import Action, Agreement, Appointment, Findings, Taken
from .lines import Line
from .phrasing import Phrasing, accepts, agrees, refuses, says_when, takes, takes_back

NAME = "embedded"

REPLY = 2
"""So many sentences of others are looked at for the answer to a request, and ..."""
VOTE = 6
"""... so many for what people say to a decision."""
UNSURE = 0.7
"""What is certain of a sentence whose speaker is not."""

# Words of a task that stand for what was asked for just before.
_STANDING = {"it", "that", "them", "this", "him", "her", "so", "nó", "đó", "này"}
_DONE = re.compile(
    r"làm(?: (?:xong|ngay|liền|luôn|sớm|gấp|được|kịp|vậy|cho|anh|chị|em))+(?!\w)", re.IGNORECASE
)

_MEETING = ("hop", "gap", "meet", "put", "pencil", "ngoi lai")
_LONGEST = 200  # characters of what may go on: patterns are searched in a sentence of any language
_ABBREVIATED = re.compile(r"\b(?:[ap]\.? ?m|[ap]|Mrs?|Ms|Dr|TP|No|etc)\.\s*$", re.IGNORECASE)
_ANY_DAY = datetime(2024, 1, 3, tzinfo=UTC)  # only the words of a date are wanted here


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    speaker: str
    start_s: float
    end_s: float
    line: int
    unsure: bool

    @property
    def said(self) -> dict[str, Any]:
        """What any finding has of it."""
        return {
            "quote": self.text,
            "speaker": self.speaker,
            "start_s": round(self.start_s, 3),
            "end_s": round(self.end_s, 3),
            "line": self.line,
        }


class EmbeddedExtractor:
    """An :class:`.extractor.Extractor` without a model; measured in benchmarks/README.md, "Minutes"."""

    name = NAME

    async def extract(self, lines: Sequence[Line]) -> Findings:
        """What was found; see :class:`.extractor.Extractor`."""
        return await asyncio.to_thread(extract, lines)


def extract(lines: Sequence[Line]) -> Findings:
    """What was found in a transcript."""
    said = list(_sentences(lines))
    speakers = list(dict.fromkeys(line.speaker for line in lines if line.speaker))
    cased = any(character.isupper() for line in lines for character in line.text)
    phrasing = Phrasing([name for name in speakers if not name.startswith("Speaker ")], cased=cased)
    found = Findings()
    for at, sentence in enumerate(said):
        if takes_back(sentence.text) and found.actions and sentence.line - found.actions[-1].line <= REPLY:
            found.actions.pop()
            continue
        title, when = phrasing.appointment(sentence.text), _when(sentence.text)
        actions = _actions(said, at, phrasing, speakers)
        if title and when and all(_is_meeting(action) for action in actions):
            confidence = 0.85 * (UNSURE if sentence.unsure else 1)
            found.appointments.append(
                Appointment(**sentence.said, title=title, when_text=when.text, confidence=confidence)
            )
        elif actions:
            found.actions += [action for action in actions if not _joined(found.actions, action)]
        elif decided := phrasing.decision(sentence.text):
            found.decisions.append(_decision(said, at, decided, 0.85))
        elif proposed := phrasing.proposal(sentence.text):
            taken = _decision(said, at, proposed, 0.6)
            if len(taken.agreed) > 1 and not taken.against:
                found.decisions.append(taken)
    return found


def _sentences(lines: Sequence[Line]) -> list[_Sentence]:
    """The sentences of all lines; times within a line follow the share of its text."""
    made = []
    for number, line in enumerate(lines):
        total, done = max(1, len(line.text)), 0
        length = line.end_s - line.start_s
        for sentence in _whole(split(line.text)):
            start, done = done, done + len(sentence)
            if sentence.strip():
                times = line.start_s + length * start / total, line.start_s + length * done / total
                made.append(_Sentence(sentence.strip(), line.speaker, *times, number, line.unsure))
    return made


def _whole(pieces: Sequence[str]) -> list[str]:
    """Sentences that an abbreviation's full stop had cut, "at 9 a.m. on Monday", put together again."""
    made: list[str] = []
    for piece in pieces:
        if made and len(made[-1]) < _LONGEST and _ABBREVIATED.search(made[-1][-8:]):
            made[-1] += piece
        else:
            made.append(piece)
    return made


def _is_meeting(action: Action) -> bool:
    return not action.owner or fold(action.task).startswith(_MEETING)


def _actions(said: Sequence[_Sentence], at: int, phrasing: Phrasing, speakers: Sequence[str]) -> list[Action]:
    """What is to be done by a sentence: as much as it gives to different people."""
    clauses = phrasing.clauses(said[at].text)
    if len(clauses) > 1:
        parts = [replace(said[at], text=clause) for clause in clauses]
        found = [_action([*said[:at], part, *said[at + 1 :]], at, phrasing, speakers) for part in parts]
        if sum(action is not None for action in found) > 1:
            return [action for action in found if action]
    action = _action(said, at, phrasing, speakers)
    return [action] if action else []


def _action(said: Sequence[_Sentence], at: int, phrasing: Phrasing, speakers: Sequence[str]) -> Action | None:
    sentence = said[at]
    taken = phrasing.task(sentence.text)
    if taken is None:
        return None
    when = _when(sentence.text)
    reply = _reply(said, at)
    accepted = reply is not None and accepts(reply.text)
    if taken.weak and when is None and not (accepted and taken.owner == "you"):
        return None
    owner, confidence = taken.name, 0.75
    if taken.owner == "I":
        owner = sentence.speaker
    elif taken.owner == "anyone":
        reply = _taker(said, at)
        if reply is None:
            return None
        owner = reply.speaker
    elif reply and refuses(reply.text):
        return None
    elif taken.owner == "we":
        owner, confidence = "", 0.5
    elif taken.owner == "you" and not taken.name:
        others = [name for name in speakers if name != sentence.speaker]
        if reply and accepted:
            owner = reply.speaker
        else:
            owner, confidence = (others[0], 0.6) if len(others) == 1 and len(speakers) == 2 else ("", 0.5)
    owner = next((name for name in speakers if fold(name) == fold(owner)), owner)
    if when or accepted:
        confidence += 0.1
    if taken.weak:
        confidence -= 0.2
    if when is None and reply and owner and reply.speaker == owner:
        when = _when(reply.text)  # "Sure, by Friday."
    after = said[at + 1] if at + 1 < len(said) else None
    if when is None and after and after.speaker == sentence.speaker and says_when(after.text):
        when = _when(after.text)  # "We need it by Friday."
    return Action(
        **sentence.said,
        owner=owner,
        task=taken.task,
        due_text=when.text if when else "",
        confidence=round(confidence * (UNSURE if sentence.unsure else 1), 2),
    )


def _reply(said: Sequence[_Sentence], at: int) -> _Sentence | None:
    """What somebody else answers, or the person themselves who was asked."""
    for sentence in said[at + 1 : at + 1 + REPLY]:
        if sentence.speaker != said[at].speaker and (accepts(sentence.text) or refuses(sentence.text)):
            return sentence
    return None


def _taker(said: Sequence[_Sentence], at: int) -> _Sentence | None:
    """Who takes on what was asked of nobody."""
    for sentence in said[at + 1 : at + 1 + REPLY]:
        if sentence.speaker != said[at].speaker and takes(sentence.text):
            return sentence
    return None


def _joined(actions: Sequence[Action], action: Action) -> bool:
    """Whether it is what was asked for just before, and now said again; that gets what it lacks."""
    for before in reversed(actions[-3:]):
        same_owner = before.owner in ("", action.owner) or not action.owner
        near = action.line - before.line <= REPLY
        if not (near and same_owner and (before.speaker != action.speaker or not action.owner)):
            continue
        ours, theirs = set(content_words(action.task)), set(content_words(before.task))
        stands_for = bool(_STANDING & set(action.task.casefold().split()[:4])) or bool(
            _DONE.match(action.task)
        )
        verb = fold(action.task).split()[:1] == fold(before.task).split()[:1]
        if stands_for or verb or len(ours & theirs) * 2 >= max(1, min(len(ours), len(theirs))):
            before.owner = before.owner or action.owner
            before.due_text = action.due_text or before.due_text
            before.confidence = max(before.confidence, action.confidence)
            return True
    return False


def _decision(said: Sequence[_Sentence], at: int, text: str, confidence: float) -> Taken:
    """A decision, with what the others say to it before anything else is decided."""
    sentence = said[at]
    agreed = {sentence.speaker: _agreement(sentence)}
    against: dict[str, Agreement] = {}
    for other in said[at + 1 : at + 1 + VOTE]:
        if other.speaker == sentence.speaker or not other.speaker:
            continue
        if refuses(other.text):
            against.setdefault(other.speaker, _agreement(other))
        elif agrees(other.text):
            agreed.setdefault(other.speaker, _agreement(other))
    confidence *= UNSURE if sentence.unsure else 1
    return Taken(
        **sentence.said,
        text=text,
        agreed=list(agreed.values()),
        against=list(against.values()),
        confidence=round(confidence, 2),
    )


def _agreement(sentence: _Sentence) -> Agreement:
    return Agreement(who=sentence.speaker, quote=sentence.text, start_s=round(sentence.start_s, 3))


def _when(text: str) -> When | None:
    return find_when(text, _ANY_DAY)
