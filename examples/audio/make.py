"""Makes the recorded question of the demo with the embedded English voice: ``python examples/audio/make.py``.

No recording of a person asking about technology and operations has a licence that lets it be shipped here; this
one is a synthetic voice, and says so. ``book-a-room.wav`` beside it is a person (see README.md).
"""

import asyncio
from pathlib import Path

from emads_voice import ClipMouth, find_language, init_synthesizer

QUESTION = "Should we move the order system to Kubernetes, and what does that mean for the warehouse staff?"


async def main() -> None:
    """Speak the question into a file."""
    mouth = ClipMouth(init_synthesizer("piper:en_US-joe-medium"))
    await mouth.finish(QUESTION, language=find_language("en"))
    assert mouth.audio is not None
    mouth.audio.resample(16_000).save(Path(__file__).with_name("kubernetes-en.wav"))


asyncio.run(main())
