"""Options that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

Spoken = Annotated[
    str | None,
    typer.Option(
        "--language", help="Language spoken, by name or code: vi, Vietnamese. Detected if not given."
    ),
]
Hotwords = Annotated[
    str,
    typer.Option(help="Names and terms that are likely, besides EMADS_HOTWORDS: Kubernetes,Bình Dương."),
]
