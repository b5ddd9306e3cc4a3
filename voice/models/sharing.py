"""One loaded model for all who ask for the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

_Model = TypeVar("_Model")

_models: WeakValueDictionary[tuple[object, ...], Any] = WeakValueDictionary()
_sharing = threading.Lock()


def shared(make: Callable[..., _Model], *settings: object) -> _Model:
    """What ``make(*settings)`` makes, once for all who ask with the same settings, for as long as one of them needs it.

    LangGraph's server and the telephone's may both ask for a model in one process.
    """
    with _sharing:
        model = _models.get((make, settings))
        if model is None:
            model = _models[make, settings] = make(*settings)
        return cast(_Model, model)
