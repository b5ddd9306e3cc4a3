"""Sound and nothing else: audio, languages, recognisers, synthesisers, Ear and Mouth.

The public names stand in ``__init__.pyi``. Each is loaded when it is first used: whoever needs an error or a language
does not wait for numpy, and nobody waits for a model's library before a model is used.
"""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
