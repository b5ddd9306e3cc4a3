"""A voice for LangGraph multi-agent systems: speech in, specialists consulted, speech out.

The public names stand in ``__init__.pyi``. Each is loaded when it is first used, so that importing the package, or its
command line, does not wait for all of LangGraph.
"""

from __future__ import annotations

import lazy_loader

from .no_telemetry import disable_telemetry

disable_telemetry()  # before anything else is imported

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
