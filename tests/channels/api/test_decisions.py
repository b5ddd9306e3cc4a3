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
    assert late.json()["error"]["decision"] == {
        "id": reviews.kept.id,
        "status": "approved",
        "version": 1,
        "plan_hash": reviews.kept.plan_hash,
    }
    assert late.headers["etag"] == f'"{reviews.kept.plan_hash}"'


async def test_what_is_refused_says_which_plan_stands(reviews: Reviews) -> None:
    store, kept = reviews.api.reviewing.store, reviews.kept
    await reviews.review("edit", feedback="Cheaper.")
    newer = store.revise(kept.id, 1, plan(action="Half of it"))
    old = await reviews.review(by="minh")
    stands = old.json()["error"]["decision"]
    assert (old.status_code, stands["version"], stands["plan_hash"]) == (412, 2, newer.plan_hash)
    beyond = await reviews.review(by="minh", version=7)
    assert "That is not the plan that is open: version 2 is" in beyond.json()["error"]["message"]
    shaper = await reviews.review(version=2, headers={"if-match": f'"{newer.plan_hash}"'})
    assert (error(shaper), shaper.json()["error"]["decision"]["status"]) == ((403, "not_allowed"), "pending")


async def test_who_has_approved_what_another_rejected_is_told_so(api: Served) -> None:
    reviews = Reviews(api, api.reviewing.store.propose(plan(9)))
    assert (await reviews.review()).status_code == 200
    assert (await reviews.review("reject", by="minh")).status_code == 200
    assert error(await reviews.review()) == (409, "decision_closed")
    assert (await reviews.review("reject", by="minh")).json()["status"] == "rejected"


async def test_who_has_approved_may_take_it_back_while_others_have_still_to(api: Served) -> None:
    reviews = Reviews(api, api.reviewing.store.propose(plan(9)))
    assert (await reviews.review()).json()["status"] == "pending"
    assert error(await reviews.review("reject")) == (403, "not_allowed")
    stale = await reviews.review("withdraw", headers={"if-match": f'"{"0" * 64}"'})
    assert (error(stale), reviews.now.status) == ((412, "plan_changed"), "pending")
    taken = await reviews.review("withdraw", feedback="Moved already.")
    assert (taken.status_code, taken.json()["status"], taken.json()["reason"]) == (
        200,
        "withdrawn",
        "Moved already.",
    )
    assert (await reviews.review("withdraw")).status_code == 200
    assert error(await reviews.review(by="minh")) == (409, "decision_closed")
    assert not reviews.now.executions


async def test_what_people_write_is_kept_without_personal_data(reviews: Reviews) -> None:
    answer = await reviews.review("reject", feedback="Ring me: 0912 345 678, lan@example.com.")
    assert "0912" not in answer.text
    assert "lan@example.com" not in answer.text
    (said,) = reviews.now.approvals
    assert (said.feedback, reviews.now.reason) == (reviews.now.reason, answer.json()["reason"])


async def test_a_list_is_told_in_parts(api: Served) -> None:
    store = api.reviewing.store
    made = [store.propose(plan(action=f"Plan {number}")).id for number in range(5)]
    api.now[0] += 1
    made.append(store.propose(plan()).id)
    read: list[str] = []
    more = True
    while more:
        after = f"&after={read[-1]}" if read else ""
        part = (await api.client.get(f"/v1/decisions?limit=2{after}")).json()
        read += [each["id"] for each in part["data"]]
        more = part["has_more"]
    assert read == [made[-1], *sorted(made[:-1])]


@pytest.mark.parametrize(
    "asked",
    ["statsu=pending", "status=", "limit=0", "limit=101", "limit=x", "limit=1&limit=2", "after=nobody"],
)
async def test_a_wrong_parameter_lists_nothing(reviews: Reviews, asked: str) -> None:
    refused = await reviews.api.client.get(f"/v1/decisions?{asked}")
    assert error(refused) == (400, "invalid_request")
    assert refused.json()["error"]["param"] == asked.partition("=")[0]


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
    assert error(await reviews.review("approve", feedback="But cheaper.")) == (400, "invalid_request")
    assert reviews.now == reviews.kept
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
    [
        {"verdict": "maybe"},
        {"version": 0},
        {"version": "1"},
        {"version": True},
        {"approver": "minh"},
        {"feedback": "x" * 4001},
        {"feedback": "a\0b"},
        {"feedback": None},
    ],
)
async def test_a_wrong_field_is_named(reviews: Reviews, body: dict[str, Any]) -> None:
    refused = await reviews.review(**body)
    assert error(refused) == (
        400,
        "text_too_long" if len(str(body.get("feedback"))) > 4000 else "invalid_request",
    )
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
