"""What all conversations of a process share."""

from __future__ import annotations

from dataclasses import dataclass, field

from emads_voice.agents.dialogue import Dialogue, DialogueAct
from emads_voice.channels.preemptive.generation import PreemptiveGeneration
from emads_voice.channels.thread_lock import ThreadLocks
from emads_voice.channels.turn import VoiceGraph
from emads_voice.decisions.desk import Desk
from emads_voice.graph.conversing import wanted_language
from emads_voice.messages import Catalogue, shipped
from emads_voice.observability import AuditLog
from emads_voice.voice.activity.live_vad import LiveVad
from emads_voice.voice.languages import Language
from emads_voice.voice.recognizer import Recognizer
from emads_voice.voice.synthesizer import Synthesizer


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that every live conversation of a process uses.

    Attributes:
        graph: compiled with a checkpointer.
        recognizer: turns speech into text.
        synthesizer: turns text into speech.
        vad: judges voice activity.
        preemptive: what the graph's agents and router, and the synthesizer, are wrapped in; None generates nothing
            before a turn has ended.
        catalogue: what is said of our own accord.
        locks: hold a conversation from the beginning of a call to its end; None: nobody else has to do with them.
        audit: keeps what callers leave for somebody who cannot be reached; None: their conversation alone has it.
        decisions: where plans that agents propose are decided on; None: calls decide on none.
        dialogue: which dialogue acts the conversation takes itself; as the graph does.
    """

    graph: VoiceGraph
    recognizer: Recognizer
    synthesizer: Synthesizer
    vad: LiveVad
    preemptive: PreemptiveGeneration | None = None
    catalogue: Catalogue = field(default_factory=shipped)
    locks: ThreadLocks | None = None
    audit: AuditLog | None = None
    decisions: Desk | None = None
    dialogue: Dialogue = field(default_factory=Dialogue)

    def language_for(self, act: DialogueAct) -> Language | None:
        """The language that a caller wants to speak, if it is heard and spoken here; None if not."""
        both = [each for each in self.recognizer.languages if each in self.synthesizer.languages]
        return wanted_language(act, both, self.catalogue)
