"""``/v1/decisions``: what is to be decided, and deciding it with an approver's token."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator
from starlette.responses import JSONResponse

from emads_voice.decisions import Approvers, Channel, DecisionStore, Kept, Reviewer
from emads_voice.decisions.decisions import Status
from emads_voice.decisions.errors import (
    ChangedError,
    ClosedError,
    DecisionError,
    ExpiredError,
    NotAllowedError,
    UnknownDecisionError,
)
from emads_voice.decisions.telling import DecisionSummary, ToldDecision, summary, whole

from .describing import described, refused, schema_of
from .requests.errors import ApiError
from .requests.keys import bearer
from .requests.reading import JSON, content_type, read_json

PATH = "/decisions"
"""Below the API's own; approvers' tokens open it and nothing else."""

MAX_FEEDBACK_CHARS = 4000
LISTED, MOST_LISTED = 20, 100
"""Decisions in one list, as in OpenAI's lists: if nothing is said, and at most."""

_ID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Beside tabs and ends of lines: Postgres keeps no NUL, and nobody means the others."""
_ETAGS = re.compile(r'"[0-9a-f]{64}"(\s*,\s*"[0-9a-f]{64}")*')
_STATUSES: tuple[Status, ...] = get_args(Status)
_REFUSED: Sequence[tuple[type[DecisionError], tuple[int, str]]] = (
    (ChangedError, (412, "plan_changed")),
    (ExpiredError, (410, "decision_expired")),
    (ClosedError, (409, "decision_closed")),
    (NotAllowedError, (403, "not_allowed")),
    (DecisionError, (409, "not_changed")),
)
"""The first kind that fits."""
_NAMED = {
    "name": "id",
    "in": "path",
    "required": True,
    "description": "The decision.",
    "schema": {"type": "string", "pattern": f"^{_ID}$"},
}
_TAGGED = {"ETag": {"description": "The plan's hash, in quotes.", "schema": {"type": "string"}}}


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Where the API has decisions reviewed.

    Attributes:
        store: keeps the decisions.
        approvers: who may decide.
    """

    store: DecisionStore
    approvers: Approvers

    async def reviewer(self, authorization: str) -> Reviewer | None:
        """Whose token it is; None if it is no approver's.

        Args:
            authorization: the header, ``Bearer`` and the token.
        """
        token = bearer(authorization)
        if not _TOKEN.fullmatch(token):
            return None
        return await asyncio.to_thread(self.approvers.by_token, token, Channel.HTTP)

    async def client(self, authorization: str) -> str | None:
        """The name under which an approver's requests are counted; None if it is no approver's token."""
        known = await self.reviewer(authorization)
        return f"approver {known.name}" if known else None


class Review(BaseModel):
    """What somebody says to a plan."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,  # a version that is true, or "1", is nobody's reading of a plan
        json_schema_extra={"examples": [{"verdict": "approve", "version": 1}]},
    )

    verdict: Literal["approve", "reject", "edit", "withdraw"] = Field(
        description="`edit` has the plan changed: a new version is to be decided on. `withdraw` takes it back, also for"
        " who has approved it while others have still to."
    )
    version: int = Field(ge=1, le=2**31 - 1, description="Of the plan that was read.")
    feedback: str = Field(
        "",
        max_length=MAX_FEEDBACK_CHARS,
        description="What is to be changed, or why it is rejected or withdrawn. Kept without personal data.",
    )

    @field_validator("feedback")
    @classmethod
    def _is_text(cls, feedback: str) -> str:
        if _NO_TEXT.search(feedback):
            raise ValueError("it has control characters: leave them out")
        return feedback


class Decisions(BaseModel):
    """Decisions, the newest first."""

    object: Literal["list"] = "list"
    data: list[DecisionSummary]
    has_more: bool = Field(
        description="Whether there are more: ask again with `after`, the `id` of the last."
    )


def routes(reviewing: Reviewing, *, insecure: bool) -> APIRouter:
    """The routes.

    Args:
        reviewing: where decisions are.
        insecure: the API asks for no key: then these ask for an approver's token also where they are only read.
    """
    router = APIRouter(tags=["Decisions"])

    async def reader(request: Request) -> None:
        """
        Raises:
            ApiError: nobody has looked at who this is, and it is no approver.
        """
        if insecure and await reviewing.reviewer(request.headers.get("authorization", "")) is None:
            raise _stranger()

    @router.get(
        PATH,
        summary="List decisions",
        response_model=Decisions,
        responses=described({}, 400),
        openapi_extra={
            "parameters": [
                {
                    "name": "status",
                    "in": "query",
                    "required": False,
                    "description": "Only those. Several times for more; left out: all.",
                    "schema": {"type": "array", "items": {"type": "string", "enum": list(_STATUSES)}},
                },
                {
                    "name": "limit",
                    "in": "query",
                    "required": False,
                    "description": "So many at most.",
                    "schema": {"type": "integer", "minimum": 1, "maximum": MOST_LISTED, "default": LISTED},
                },
                {
                    "name": "after",
                    "in": "query",
                    "required": False,
                    "description": "Only those after this one, by its `id`.",
                    "schema": {"type": "string", "pattern": f"^{_ID}$"},
                },
            ]
        },
    )
    async def list_decisions(request: Request) -> Response:
        """What is to be decided, and what was, the newest first."""
        await reader(request)
        wanted, limit, after = _listing(request)
        try:
            # One more than is told, to know whether there are more.
            found = await asyncio.to_thread(
                lambda: reviewing.store.find(statuses=wanted, limit=limit + 1, after=after)
            )
        except UnknownDecisionError as error:
            raise ApiError(400, "invalid_request", str(error), param="after") from None
        listed = Decisions(data=[summary(each) for each in found[:limit]], has_more=len(found) > limit)
        return JSONResponse(listed.model_dump(mode="json"))

    @router.get(
        f"{PATH}/{{id}}",
        summary="Read a decision",
        response_model=ToldDecision,
        responses=described({200: {"headers": _TAGGED}}, 404),
        openapi_extra={"parameters": [_NAMED]},
    )
    async def read_decision(request: Request) -> Response:
        """Its plan with what ReconcileGPT made of it, what was said to it by whom, and what came of it."""
        await reader(request)
        return _told(await _done(lambda: reviewing.store.get(_id(request))))

    @router.post(
        f"{PATH}/{{id}}/review",
        summary="Approve, reject, change or withdraw a plan",
        response_model=ToldDecision,
        responses={
            **described({200: {"headers": _TAGGED}}, 400, 404, 408, 415),
            403: refused(403, "Who this is may not decide that, or not so.", "not_allowed"),
            409: refused(409, "It is decided already; the message says how.", "decision_closed"),
            410: refused(410, "It was not approved in time, and so is rejected.", "decision_expired"),
            412: refused(412, "The plan has changed, or is being changed.", "plan_changed"),
            428: refused(428, "It is not said which plan was read.", "plan_not_named"),
        },
        openapi_extra={
            "parameters": [
                _NAMED,
                {
                    "name": "If-Match",
                    "in": "header",
                    "required": True,
                    "description": "The ETag of the decision as it was read: the plan's hash, in quotes.",
                    "schema": {"type": "string", "pattern": '^"[0-9a-f]{64}"$'},
                },
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "required": False,
                    "description": "May be sent. With it or without, who says the same to the same plan again is"
                    " answered as before, and nothing is done twice.",
                    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
                },
            ],
            "requestBody": {"required": True, "content": {JSON: {"schema": schema_of(Review)}}},
        },
    )
    async def review(request: Request) -> Response:
        """Needs an approver's token as the bearer; a key of the API may read, and decides nothing.

        What is approved by enough people is carried out once.
        """
        reviewer = await reviewing.reviewer(request.headers.get("authorization", ""))
        if reviewer is None:
            if insecure:
                raise _stranger()
            raise ApiError(
                403,
                "not_an_approver",
                "A key of the API decides nothing: send an approver's token as Authorization: Bearer TOKEN.",
            )
        read = _read_plans(request.headers.get("if-match", ""))
        content_type(request, JSON)
        said = await read_json(request, Review)
        if said.verdict == "edit" and not said.feedback.strip():
            raise ApiError(400, "invalid_request", "Say what is to be changed.", param="feedback")
        if said.verdict == "approve" and said.feedback.strip():
            raise ApiError(
                400,
                "invalid_request",
                "An approval takes the plan as it is: leave feedback out, or send edit to have it changed.",
                param="feedback",
            )
        named = await _done(lambda: reviewing.store.get(_id(request)))
        decided = await _reviewed(
            reviewing.store, named.id, lambda: _decide(reviewing.store, named, read, said, reviewer)
        )
        return _told(decided)

    return router


def _listing(request: Request) -> tuple[list[Status], int, str]:
    """Which decisions are to be listed, how many, and after which.

    Raises:
        ApiError: a parameter is wrong, or none that there is: what is misspelt would list everything.
    """
    given = request.query_params
    for name in given:
        if name not in ("status", "limit", "after"):
            raise ApiError(
                400, "invalid_request", f"There is no parameter {name}: see docs/http-api.md.", param=name
            )
        if name != "status" and len(given.getlist(name)) > 1:
            raise ApiError(
                400, "invalid_request", f"The parameter {name} came several times: send it once.", param=name
            )
    asked = given.getlist("status")
    if any(each not in _STATUSES for each in asked):
        raise ApiError(400, "invalid_request", f"A status is one of {', '.join(_STATUSES)}.", param="status")
    limit = given.get("limit", str(LISTED))
    if not re.fullmatch("[1-9][0-9]{0,2}", limit) or int(limit) > MOST_LISTED:
        raise ApiError(400, "invalid_request", f"Give a limit from 1 to {MOST_LISTED}.", param="limit")
    return [each for each in _STATUSES if each in asked], int(limit), given.get("after", "")


def _decide(store: DecisionStore, named: Kept, read: list[str], said: Review, reviewer: Reviewer) -> Kept:
    decision_id = named.id
    plan = named.plan_hash if named.plan_hash in read else read[0]
    if said.verdict == "approve":
        return store.approve(decision_id, said.version, plan, reviewer)
    if said.verdict == "reject":
        return store.reject(decision_id, said.version, plan, reviewer, said.feedback)
    if said.verdict == "withdraw":
        return store.withdraw(decision_id, reviewer.name, said.feedback, plan_hash=plan)
    return store.edit(decision_id, said.version, plan, reviewer, said.feedback)


def _read_plans(header: str) -> list[str]:
    """The hashes that If-Match names.

    Raises:
        ApiError: there are none: ``*`` names no plan, and a weak tag may be another's.
    """
    if not header.strip():
        raise ApiError(
            428,
            "plan_not_named",
            "Say which plan you have read: send its ETag as If-Match.",
            param="If-Match",
        )
    if not _ETAGS.fullmatch(header.strip()):
        raise ApiError(
            412,
            "plan_changed",
            "If-Match is not the ETag of the plan that is open: read the decision, and send its ETag as it is.",
            param="If-Match",
        )
    return re.findall(r"[0-9a-f]{64}", header)


def _id(request: Request) -> str:
    named: str = request.path_params["id"]
    if not re.fullmatch(_ID, named):
        raise UnknownDecisionError(f"There is no decision {named}: look at the list of those there are.")
    return named


async def _done(work: Callable[[], Kept]) -> Kept:
    """What the store says, in a thread.

    Raises:
        ApiError: there is no such decision.
    """
    try:
        return await asyncio.to_thread(work)
    except UnknownDecisionError:
        raise ApiError(
            404, "decision_not_found", "There is no such decision: GET /v1/decisions lists them.", param="id"
        ) from None


async def _reviewed(store: DecisionStore, decision_id: str, work: Callable[[], Kept]) -> Kept:
    """What a review has come to.

    Raises:
        ApiError: the store refuses it; with how the decision stands instead.
    """
    try:
        return await _done(work)
    except DecisionError as refusal:
        status, code = next(told for kind, told in _REFUSED if isinstance(refusal, kind))
        now = await _done(lambda: store.get(decision_id))
        raise ApiError(
            status,
            code,
            str(refusal),
            headers={"etag": f'"{now.plan_hash}"'},
            decision={"id": now.id, "status": now.status, "version": now.version, "plan_hash": now.plan_hash},
        ) from None


def _told(kept: Kept) -> Response:
    headers = {"etag": f'"{kept.plan_hash}"', "cache-control": "no-store"}
    return JSONResponse(whole(kept).model_dump(mode="json"), headers=headers)


def _stranger() -> ApiError:
    return ApiError(
        401,
        "invalid_token",
        "The token is missing or no approver's: send it as Authorization: Bearer TOKEN.",
        headers={"www-authenticate": "Bearer"},
    )
