"""Which options are one: never by a guess."""

import pytest

from emads_voice.agents.forms import Analysis, Option
from emads_voice.agents.reconciliation.names import relation
from emads_voice.agents.reconciliation.slate import build_slate


@pytest.mark.parametrize(
    ("one", "other", "is_it"),
    [
        ("Move to the cloud", "move to cloud!", "same"),
        ("Managed hosting", "hosting, managed", "same"),
        ("Giữ nguyên", "GIỮ NGUYÊN.", "same"),
        ("Hoà mạng", "Hòa mạng", "same"),
        ("Managed K8s", "Managed Kubernetes in phases", "within"),
        ("Managed Kubernetes in phases", "Managed K8s", "around"),
        ("Dừng hệ thống cũ", "Dùng hệ thống cũ", "different"),
        ("Bán kho", "Bàn kho", "different"),
        ("Move from Hanoi to Singapore", "Move from Singapore to Hanoi", "different"),
        ("Chuyển từ Hà Nội sang Huế", "Chuyển từ Huế sang Hà Nội", "different"),
        ("Buy instead of build", "Build instead of buy", "different"),
        ("Move", "Do not move", "different"),
        ("Move", "Don't move", "different"),
        ("Mở kho", "Không mở kho", "different"),
        ("Sell with warranty", "Sell without warranty", "different"),
        ("Managed Kubernetes", "Own Kubernetes cluster", "different"),
        ("Move", "Stay", "different"),
        ("Giữ nguyên", "Stay", "different"),
        ("Giu nguyen", "Giữ nguyên", "unsure"),
        ("Kubernets cluster", "Kubernetes cluster", "unsure"),
        ("Hire people", "Hire 10 people", "unsure"),
        ("Move plan A", "Move plan B", "different"),
        ("Move", "Move plan B", "unsure"),
        ("Move", "Move only the web shop", "unsure"),
        ("Keep the ERP", "Keep the ERP and buy another", "unsure"),
        ("the Cloud, move!", "Move to the cloud", "within"),
        ("buy trucks sell vans", "sell trucks buy vans", "unsure"),
        ("Move to Kubernetes now", "Move to Kubernetes later", "unsure"),
    ],
)  # fmt: skip
def test_what_one_name_is_to_another(one: str, other: str, is_it: str) -> None:
    assert relation(one, other) == is_it
    turned = {"within": "around", "around": "within"}.get(is_it, is_it)
    assert relation(other, one) == turned


def view(*options: str, recommendation: str = "", **fields: object) -> Analysis:
    listed = [
        Option(id=name.partition(":")[0] if ":" in name else "", name=name.split(":")[-1]) for name in options
    ]
    return Analysis.model_validate(
        {"answer": "…", "agent": "x", "kind": "proposal", "options": listed, "recommendation": recommendation}
        | fields
    )


def names(**views: Analysis) -> list[set[str]]:
    return sorted((option.names for option in build_slate(views).options.values()), key=sorted)


def test_ids_make_options_one_whatever_they_are_called() -> None:
    slate = build_slate(
        {"cto": view("k8s:Managed Kubernetes"), "coo": view("K8S:Kubernetes, managed by the vendor")}
    )
    assert list(slate.options) == ["k8s"]
    assert slate.doubts == []


def test_ids_that_were_made_up_each_for_itself_do_not() -> None:
    slate = build_slate({"cto": view("a:Move to the cloud"), "coo": view("a:Open a warehouse")})
    assert len(slate.options) == 2


def test_a_shorter_name_is_the_longer_where_there_is_only_one() -> None:
    assert names(cto=view("Managed Kubernetes in phases", "Stay"), coo=view("Managed K8s")) == [
        {"Managed K8s", "Managed Kubernetes in phases"},
        {"Stay"},
    ]


def test_a_shorter_name_of_two_is_a_doubt() -> None:
    slate = build_slate({"cto": view("Managed Kubernetes", "Own Kubernetes"), "coo": view("Kubernetes")})
    assert len(slate.options) == 3
    assert {"coo": "Kubernetes", "cto": "Managed Kubernetes"} in slate.doubts


def test_a_name_without_its_accents_is_a_doubt() -> None:
    slate = build_slate(
        {"cto": view("Dùng hệ thống cũ", "Dừng hệ thống cũ"), "coo": view("Dung he thong cu")}
    )
    assert len(slate.options) == 3
    assert slate.doubts


@pytest.mark.parametrize(
    ("recommendation", "stance", "option", "read"),
    [
        ("move", None, "Move to Kubernetes", "for"),
        ("Move to Kubernetes", None, "Move to Kubernetes", "for"),
        ("Go with the move to Kubernetes, in spring", None, "Move to Kubernetes", "for"),
        ("Do not move to Kubernetes", None, "Move to Kubernetes", "against"),
        ("Do not move to Kubernetes now", None, "Move to Kubernetes", "not_now"),
        ("Chưa nên chuyển kho bây giờ", None, "Chuyển kho", "not_now"),
        ("Không nên chuyển kho", None, "Chuyển kho", "against"),
        ("Move to Kubernetes only if the bank agrees", None, "Move to Kubernetes", "only_if"),
        ("Chuyển kho nếu có đủ xe", None, "Chuyển kho", "only_if"),
        ("move", "against", "Move to Kubernetes", "against"),
        ("Do not move to Kubernetes", "for", "Move to Kubernetes", None),
        ("Move to Kubernetes, not to the cloud", None, "Move to Kubernetes", None),
    ],
)
def test_where_an_agent_stands(
    recommendation: str, stance: str | None, option: str, read: str | None
) -> None:
    views = {
        "cto": view("move:Move to Kubernetes", "Chuyển kho", recommendation=recommendation, stance=stance)
    }
    slate = build_slate(views)
    position = slate.positions["cto"]
    assert (slate.options[position.option].name, position.stance) == (option, read)
    assert bool(slate.doubts) == (read is None)
