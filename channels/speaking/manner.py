"""How we speak to one caller: as fast and as loud as they have asked us to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emads_voice.agents.dialogue import Act
from emads_voice.channels.transport import Samples
from emads_voice.voice.sound.stretching import stretched

_PACES = {Act.SLOWER: 0.8, Act.FASTER: 1.25}
_GAINS = {Act.LOUDER: 1.7, Act.QUIETER: 1 / 1.7}
SLOWEST, FASTEST = 0.6, 1.6
"""Beyond these nobody understands us."""
QUIETEST, LOUDEST = 0.2, 5.0


@dataclass(slots=True)
class Manner:
    """From now on: what is synthesised later is spoken so.

    Attributes:
        pace: of speech; 0.8 is slower than a voice speaks by itself.
        gain: of its sound.
    """

    pace: float = 1.0
    gain: float = 1.0

    def change(self, *acts: Act) -> bool:
        """Do what the caller asks; False if no act asks for anything of the kind."""
        for act in acts:
            self.pace = min(FASTEST, max(SLOWEST, self.pace * _PACES.get(act, 1.0)))
            self.gain = min(LOUDEST, max(QUIETEST, self.gain * _GAINS.get(act, 1.0)))
        return any(act in _PACES or act in _GAINS for act in acts)

    def since(self, before: Manner) -> Manner:
        """What has changed: how speech that was made in the manner before is to be changed."""
        return Manner(self.pace / before.pace, self.gain / before.gain)

    @property
    def usual(self) -> bool:
        """Whether nothing was asked for."""
        return self.pace == self.gain == 1

    def applied(self, samples: Samples, rate: int) -> Samples:
        """Speech as the caller wants to hear it. What would be too loud for the line is rounded off, not cut."""
        spoken = stretched(samples, rate, self.pace)
        return spoken if self.gain == 1 else np.tanh(spoken * self.gain).astype(np.float32)
