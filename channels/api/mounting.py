"""The API's place in another application."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.routing import Mount

from .settings import PATH


def mount_api(api: FastAPI, middleware: Sequence[Middleware] = ()) -> Mount:
    """A route that takes ``/v1`` and every address below it.

    Args:
        api: from :func:`.app.create_api`.
        middleware: stands before it.
    """
    route = Mount(PATH, api, middleware=middleware)
    route.path_regex = re.compile(f"^{PATH}(?:/|$)(?P<path>.*)$", re.DOTALL)  # with line ends in them, too
    return route
