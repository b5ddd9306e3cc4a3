"""The pages at /decisions: who may read and decide, and what is said where a decision does not count."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from emads_voice.decisions import Reviewer
from emads_voice.decisions.policy import Channel, Proof

from .conftest import Desk


def test_nobody_reads_or_decides_without_signing_in(desk: Desk) -> None:
    kept = desk.proposed()
    client = TestClient(desk.app)
    for answer in (
        client.get("/decisions"),
        client.get(f"/decisions/{kept.id}"),
        client.post(f"/decisions/{kept.id}"),
    ):
        assert answer.status_code == 401
        assert "printers" not in answer.text
    wrong = client.post("/decisions/sign-in", data={"token": "x"})
    assert wrong.status_code == 401
    assert "Nobody has this token" in wrong.text


def test_the_cookie_is_kept_from_scripts_and_other_sites(desk: Desk) -> None:
    client = TestClient(desk.app, follow_redirects=False)
    cookie = client.post("/decisions/sign-in", data={"token": desk.tokens["lan"]}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert desk.tokens["lan"] not in cookie


@pytest.mark.parametrize(
    ("verdict", "feedback", "status"),
    [("approve", "", "approved"), ("reject", "Too dear.", "rejected"), ("edit", "Cheaper.", "replanning")],
)
def test_a_decision_is_taken(desk: Desk, verdict: str, feedback: str, status: str) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    page = client.post(f"/decisions/{kept.id}", data=desk.form(client, kept, verdict, feedback))
    assert page.status_code == 200
    after = desk.store.get(kept.id)
    assert after.status == status
    (said,) = after.approvals
    assert (said.approver, said.channel, said.proof) == ("lan", Channel.PAGE, Proof.TOKEN)


def test_it_is_withdrawn_also_after_an_approval(desk: Desk) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    form = desk.form(client, kept, "withdraw", "Moved already.")
    assert client.post(f"/decisions/{kept.id}", data=form | {"plan_hash": "0" * 64}).status_code == 409
    assert desk.store.get(kept.id).status == "pending"
    assert client.post(f"/decisions/{kept.id}", data=form).status_code == 200
    after = desk.store.get(kept.id)
    assert (after.status, after.reason) == ("withdrawn", "Moved already.")
    assert 'name="verdict"' not in client.get(f"/decisions/{kept.id}").text


def test_a_lost_race_is_said(desk: Desk) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    form = desk.form(client, kept, "reject")
    desk.store.approve(kept.id, 1, kept.plan_hash, Reviewer("minh", Channel.HTTP, Proof.TOKEN))
    page = client.post(f"/decisions/{kept.id}", data=form)
    assert page.status_code == 409
    assert "came too late" in page.text
    assert desk.store.get(kept.id).status == "approved"


def test_an_expired_plan_is_said(desk: Desk) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    form = desk.form(client, kept, "approve")
    desk.now += 4 * 86_400
    page = client.post(f"/decisions/{kept.id}", data=form)
    assert page.status_code == 409
    assert "Nobody has approved it in time" in page.text


def test_a_changed_plan_is_said_and_its_shaper_may_not_approve(desk: Desk) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    form = desk.form(client, kept, "approve")
    desk.store.edit(kept.id, 1, kept.plan_hash, Reviewer("minh", Channel.HTTP, Proof.TOKEN), "Cheaper.")
    desk.store.revise(kept.id, 1, kept.plan.model_copy(update={"feedback": "Cheaper."}))
    page = client.post(f"/decisions/{kept.id}", data=form)
    assert (page.status_code, "The plan has changed" in page.text) == (409, True)
    shaper = desk.signed_in("minh")
    refused = shaper.post(f"/decisions/{kept.id}", data=desk.form(shaper, kept, "approve"))
    assert (refused.status_code, "somebody else has to decide" in refused.text) == (403, True)
    assert desk.store.get(kept.id).status == "pending"


def test_a_form_that_is_not_of_this_page_decides_nothing(desk: Desk) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    form = desk.form(client, kept, "approve")
    forged = client.post(f"/decisions/{kept.id}", data=form | {"form_key": "x"})
    elsewhere = client.post(f"/decisions/{kept.id}", data=form, headers={"sec-fetch-site": "cross-site"})
    assert [forged.status_code, elsewhere.status_code] == [403, 403]
    assert client.post(f"/decisions/{kept.id}", data=form | {"plan_hash": ""}).status_code == 400
    assert client.post(f"/decisions/{kept.id}", data=form | {"feedback": "x" * 70_000}).status_code == 400
    noted = client.post(f"/decisions/{kept.id}", data=form | {"feedback": "but cheaper"})
    assert (noted.status_code, "but cheaper" in noted.text) == (400, True)
    assert desk.store.get(kept.id).approvals == ()


def test_what_is_proposed_is_never_markup(desk: Desk) -> None:
    kept, client = desk.proposed("<script>alert(1)</script>"), desk.signed_in()
    for path in ("/decisions", f"/decisions/{kept.id}"):
        assert "<script" not in client.get(path).text


def test_who_is_an_approver_no_more_is_signed_out(desk: Desk) -> None:
    client = desk.signed_in()
    desk.approvers.remove("lan")
    assert client.get("/decisions").status_code == 401


def test_it_is_in_vietnamese_too(desk: Desk) -> None:
    kept, client = desk.proposed(), desk.signed_in()
    page = client.get(f"/decisions/{kept.id}", headers={"accept-language": "vi-VN,vi;q=0.9"}).text
    assert '<html lang="vi">' in page
    assert "Duyệt" in page


def test_a_long_list_comes_in_pages_what_is_open_first(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("emads_voice.channels.pages.decisions.routes.ON_A_PAGE", 2)
    made = [desk.proposed(f"Plan {number}.") for number in range(3)]
    desk.store.withdraw(made[0].id, "lan")
    desk.now += 1
    made.append(desk.proposed("The newest."))
    client = desk.signed_in()
    first = client.get("/decisions").text
    shown = re.findall('id="d-([^"]+)"', first)
    assert (shown[0], len(shown)) == (made[3].id, 2)
    after = re.findall(r'rel="next" href="([^"]+)"', first)[0]
    second = client.get(f"/{after}").text
    assert {*shown, *re.findall('id="d-([^"]+)"', second)} == {each.id for each in made}
    assert re.findall('id="d-([^"]+)"', second)[-1] == made[0].id  # which is not open any more
    assert 'rel="next"' not in second
    assert client.get("/decisions?after=nobody").status_code == 404
