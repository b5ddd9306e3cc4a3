"""Decisions over HTTP, on the real store: who may, which plan, and what is told of what cannot be."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from emads_voice.decisions import Channel, Kept, Proof

from .conftest import Serve, Served, error, plan


class Reviews:
    """One decision, and people who review it over HTTP."""

    def __init__(self, api: Served, kept: Kept) -> None:
        self.api, self.kept = api, kept
        self.tokens = {name: api.reviewing.approvers.add(name) for name in ("lan", "minh")}

    async def review(
        self, verdict: str = "approve", *, by: str = "lan", headers: dict[str, str] | None = None, **body: Any
    ) -> httpx.Response:
        given = {"authorization": f"Bearer {self.tokens[by]}", "if-match": f'"{self.kept.plan_hash}"'}
        sent = {name: value for name, value in (given | (headers or {})).items() if value}
        said = {"verdict": verdict, "version": self.kept.version} | body
        return await self.api.client.post(f"/v1/decisions/{self.kept.id}/review", json=said, headers=sent)

    @property
    def now(self) -> Kept:
        return self.api.reviewing.store.get(self.kept.id)


@pytest.fixture
def reviews(api: Served) -> Reviews:
    return Reviews(api, api.reviewing.store.propose(plan(), thread_id="monday"))


async def test_they_are_listed_and_read(reviews: Reviews) -> None:
    client, kept = reviews.api.client, reviews.kept
    listed = (await client.get("/v1/decisions", params={"status": "pending"})).json()
    assert [each["id"] for each in listed["data"]] == [kept.id]
    assert (listed["data"][0]["reference"], listed["data"][0]["level"]) == (kept.reference, "medium")
    assert (await client.get("/v1/decisions?status=executed&status=failed")).json()["data"] == []
    read = await client.get(f"/v1/decisions/{kept.id}")
    assert read.headers["etag"] == f'"{kept.plan_hash}"'
    assert (read.json()["plan"]["action"], read.json()["thread"]) == ("Move to Kubernetes", "monday")
    assert error(await client.get("/v1/decisions?status=maybe")) == (400, "invalid_request")
    for nobody in ("none", "00000000-0000-0000-0000-000000000000", "%00"):
        assert error(await client.get(f"/v1/decisions/{nobody}")) == (404, "decision_not_found")


async def test_approving_is_noted_with_who_and_how(reviews: Reviews) -> None:
    approved = await reviews.review(headers={"idempotency-key": "one"})
    assert (approved.status_code, approved.json()["status"]) == (200, "approved")
    (said,) = reviews.now.approvals
    assert (said.approver, said.channel, said.proof) == ("lan", Channel.HTTP, Proof.TOKEN)
    again = await reviews.review(headers={"idempotency-key": "one"})
    assert (again.status_code, again.json()) == (200, approved.json())
    assert len(reviews.now.executions) == 1
    late = await reviews.review("reject", by="minh")
    assert error(late) == (409, "decision_closed")
    assert "it is approved" in late.json()["error"]["message"]


async def test_two_at_once_approve_once(reviews: Reviews) -> None:
    answers = await asyncio.gather(*(reviews.review(by=name) for name in ("lan", "minh") * 4))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(reviews.now.executions) == 1


async def test_high_risk_takes_two(api: Served) -> None:
    reviews = Reviews(api, api.reviewing.store.propose(plan(9)))
    first = (await reviews.review()).json()
    assert (first["status"], first["approved_by"], first["approvals_needed"]) == ("pending", ["lan"], 2)
    assert (await reviews.review()).json()["status"] == "pending"
    assert (await reviews.review(by="minh")).json()["status"] == "approved"


async def test_rejecting_and_changing(reviews: Reviews) -> None:
    assert error(await reviews.review("edit", feedback=" ")) == (400, "invalid_request")
    changed = await reviews.review("edit", feedback="One team first.")
    assert (changed.json()["status"], changed.json()["reason"]) == ("replanning", "One team first.")
    assert error(await reviews.review(by="minh")) == (412, "plan_changed")
    reviews.api.reviewing.store.revise(reviews.kept.id, 1, plan(action="One team first"))
    assert error(await reviews.review(by="minh")) == (412, "plan_changed")
    assert reviews.now.status == "pending"
    reviews.kept = reviews.now
    assert error(await reviews.review(by="lan")) == (403, "not_allowed")  # who has shaped it
    rejected = await reviews.review("reject", by="minh", feedback="Too dear.")
    assert (rejected.json()["status"], rejected.json()["reason"]) == ("rejected", "Too dear.")


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"if-match": ""}, (428, "plan_not_named")),
        ({"if-match": "*"}, (412, "plan_changed")),
        ({"if-match": f'"{"0" * 64}"'}, (412, "plan_changed")),
        ({"if-match": f'W/"{"0" * 64}"'}, (412, "plan_changed")),
        ({"authorization": "Bearer " + "a" * 43}, (401, "invalid_api_key")),
        ({"authorization": "Bearer a-key-that-is-never-told"}, (403, "not_an_approver")),
        ({"content-type": "text/plain"}, (415, "unsupported_content_type")),
    ],
)
async def test_who_and_which_plan_have_to_be_known(
    reviews: Reviews, headers: dict[str, str], refused: tuple[int, str]
) -> None:
    assert error(await reviews.review(headers=headers)) == refused
    assert reviews.now == reviews.kept


@pytest.mark.parametrize(
    "body",
    [{"verdict": "maybe"}, {"version": 0}, {"version": "x"}, {"approver": "minh"}, {"feedback": "x" * 4001}],
)
async def test_a_wrong_field_is_named(reviews: Reviews, body: dict[str, Any]) -> None:
    refused = await reviews.review(**body)
    assert error(refused) == (400, "text_too_long" if "feedback" in body else "invalid_request")
    assert refused.json()["error"]["param"] == next(iter(body))
    assert reviews.now == reviews.kept


async def test_after_its_time_it_is_gone(reviews: Reviews) -> None:
    reviews.api.now[0] += timedelta(days=3).total_seconds()
    assert error(await reviews.review()) == (410, "decision_expired")
    assert reviews.now.status == "expired"


async def test_a_token_opens_decisions_and_nothing_else(reviews: Reviews) -> None:
    client, mine = reviews.api.client, {"authorization": f"Bearer {reviews.tokens['lan']}"}
    assert (await client.get(f"/v1/decisions/{reviews.kept.id}", headers=mine)).status_code == 200
    for closed in ("/v1/models", "/v1/conversations/monday", "/v1/decisionsx", "/v1/openapi.json"):
        assert error(await client.get(closed, headers=mine)) == (401, "invalid_api_key")
    reviews.api.reviewing.approvers.remove("lan")
    assert error(await client.get("/v1/decisions", headers=mine)) == (401, "invalid_api_key")


async def test_where_no_key_is_asked_for_a_token_is(serve: Serve) -> None:
    """Any program of this machine may ask an insecure server."""
    api = serve(insecure=True)
    reviews = Reviews(api, api.reviewing.store.propose(plan()))
    assert error(await api.client.get("/v1/decisions")) == (401, "invalid_token")
    assert error(await api.client.get(f"/v1/decisions/{reviews.kept.id}")) == (401, "invalid_token")
    assert error(await reviews.review(headers={"authorization": ""})) == (401, "invalid_token")
    assert (await reviews.review()).json()["status"] == "approved"
