"""The OpenAPI document: valid, with examples, and true of every answer, as schemathesis finds by asking."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture.utils import many
from schemathesis.checks import not_a_server_error
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from .conftest import KEY, Served, make_api


def _more(elements: Any) -> bool:
    """Whether another element follows: hypothesis-jsonschema 0.23.1 asks so, and Hypothesis 6.170 iterates instead."""
    if elements._depth is None:
        elements.__enter__()
        elements.following = iter(elements)
    return next(elements.following, elements) is None


if "more" not in vars(many):
    many.more = _more  # type: ignore[attr-defined]

_FOLDER = tempfile.TemporaryDirectory()
_API = make_api(Path(_FOLDER.name), requests_per_minute=1_000_000)
_BEARER = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture(scope="module")
def asked() -> BaseSchema:
    return schemathesis.openapi.from_asgi("/v1/openapi.json", _API.app, headers=_BEARER)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    unsupported_method,
    ignored_auth,
]

OPERATIONS = [
    ("/ask", "post"),
    ("/conversations/{thread}", "get"),
    ("/audio/transcriptions", "post"),
    ("/audio/speech", "post"),
    ("/models", "get"),
    ("/decisions", "get"),
    ("/decisions/{id}", "get"),
    ("/decisions/{id}/review", "post"),
]


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_every_answer_is_as_the_document_says(asked: BaseSchema, path: str, method: str) -> None:
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=_BEARER, checks=CHECKS)

    # At collection, where schemathesis thinks out what to ask, every process that shares the tests would do it.
    held_to = HypothesisTestConfig(
        modes=[HypothesisTestMode.EXAMPLES, HypothesisTestMode.FUZZING, HypothesisTestMode.COVERAGE],
        settings=settings(
            max_examples=10, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck)
        ),
        project=asked.config,
    )
    create_test(operation=asked[path][method], test_func=ask, config=held_to)()


@pytest.fixture
async def document(api: Served) -> Any:
    return (await api.client.get("/v1/openapi.json")).json()


def operations(document: Any) -> list[Any]:
    return [operation for path in document["paths"].values() for operation in path.values()]


async def test_the_document_is_valid(document: Any, asked: BaseSchema) -> None:
    asked.validate()
    assert document["servers"] == [{"url": "/v1"}]
    assert [(path, method) for path, methods in document["paths"].items() for method in methods] == OPERATIONS


async def test_every_route_is_described_with_examples(document: Any) -> None:
    models = document["components"]["schemas"]
    for operation in operations(document):
        assert operation["summary"]
        assert operation["description"]
        assert operation["security"] == [{"HTTPBearer": []}]
        assert {"200", "401", "413", "429", "503"} <= operation["responses"].keys()
        for status, response in operation["responses"].items():
            assert response["description"], status
            if status >= "400":
                assert response["content"]["application/json"]["example"]
    for name in ("Answer", "Conversation", "Transcription", "Models"):
        assert models[name]["examples"], name
        for example in models[name]["examples"]:
            jsonschema_rs.validate({**models[name], "components": document["components"]}, example)
    for operation in operations(document):
        for kind, body in operation.get("requestBody", {}).get("content", {}).items():
            assert body["schema"].get("examples") or kind == "multipart/form-data"
            assert all("description" in field for field in body["schema"]["properties"].values())
