"""Who uses LangGraph's server: an approver is known by their token, sent as the key that chat pages and the SDK send.

Named in ``langgraph.json``::

    {"auth": {"path": "emads_voice.langgraph_auth:auth"}}

Whoever sends none, or a key that is no token of ours, may do what they could do without this: take no decision.
"""

from __future__ import annotations

import asyncio
import re
from typing import cast

from langgraph_sdk import Auth

from emads_voice.assembly.decisions import make_decisions
from emads_voice.decisions.policy import Channel
from emads_voice.graph.decision.context import APPROVER
from emads_voice.settings import load_settings

auth = Auth()

_TOKEN = re.compile("[A-Za-z0-9_-]{43}")


@auth.authenticate
async def authenticate(headers: dict[bytes, bytes]) -> Auth.types.MinimalUserDict:
    """Whose key it is.

    Args:
        headers: of the request; the token is ``X-Api-Key``, or a bearer's ``Authorization``.

    Raises:
        Auth.exceptions.HTTPException: it is a token as approvers have, and nobody has it.
    """
    bearer = headers.get(b"authorization", b"").decode("latin-1").removeprefix("Bearer ")
    key = headers.get(b"x-api-key", b"").decode("latin-1") or bearer
    if not _TOKEN.fullmatch(key):
        return {"identity": "anyone", "is_authenticated": True}
    known = await asyncio.to_thread(lambda: _approver(key))
    if not known:
        raise Auth.exceptions.HTTPException(
            status_code=401, detail="Nobody has this token: check it, or send none to read alone."
        )
    named: Auth.types.MinimalUserDict = {
        "identity": f"approver {known}",
        "display_name": known,
        "is_authenticated": True,
    }
    return cast(Auth.types.MinimalUserDict, named | {APPROVER: known})


def _approver(token: str) -> str:
    reviewer = make_decisions(load_settings()).approvers.by_token(token, Channel.STUDIO)
    return reviewer.name if reviewer else ""
