"""What ``/openapi.json`` promises, held against generated requests: good, bad and odd ones."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance
from schemathesis.core.result import Ok
from starlette.testclient import TestClient

from bot.web.service import Service, Surface
from tests.bot.web.asking import run_aside

pytestmark = pytest.mark.slow  # asks all that the description allows

EXAMPLES = 20  # requests of each kind for each route
ROUTES = {
    "POST /api/ask", "POST /api/ask/stream", "GET /api/search", "GET /api/clauses/{clause_id}",
    "GET /api/agreements", "GET /api/agreements/{agreement_id}", "GET /api/answers/{answer_id}",
    "GET /api/answers/{answer_id}/export", "GET /a/{answer_id}", "POST /api/feedback",
    "GET /api/health", "GET /api/ready", "GET /metrics", "POST /retrieval",
    "GET /v1/models", "POST /v1/chat/completions",
}  # fmt: skip
NEVER_WRONG = {  # what they take is any text, or nothing
    "GET /api/clauses/{clause_id}", "GET /api/agreements", "GET /api/agreements/{agreement_id}",
    "GET /api/health", "GET /api/ready", "GET /metrics", "GET /v1/models",
}  # fmt: skip
# A text without words, or messages of which none is the user's, which no schema can tell.
SOMETIMES_WRONG = {"GET /api/search", "POST /v1/chat/completions"}
CASES = [(label, GenerationMode.POSITIVE) for label in sorted(ROUTES)] + [
    (label, GenerationMode.NEGATIVE) for label in sorted(ROUTES - NEVER_WRONG)
]


@pytest.fixture(scope="module")
def described(client: TestClient) -> schemathesis.BaseSchema:
    """Return the description of the site, to be asked in this process."""
    return schemathesis.openapi.from_asgi("/openapi.json", client.app)


def _operations(described: schemathesis.BaseSchema) -> dict[str, Any]:
    found = [result.ok() for result in described.get_all_operations() if isinstance(result, Ok)]
    return {operation.label: operation for operation in found}


def test_describes_every_route(described: schemathesis.BaseSchema) -> None:
    assert set(_operations(described)) == ROUTES


def test_a_value_is_described_field_by_field(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["Cited"]["description"] == "A clause as it was cited."
    assert schemas["Cited"]["properties"]["label"]["description"] == "Its number as printed."
    assert not [name for name, row in schemas.items() if "Attributes:" in str(row)]


@pytest.mark.parametrize(("label", "mode"), CASES)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema, label: str, mode: GenerationMode
) -> None:
    operation = _operations(described)[label]
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        excluded = [positive_data_acceptance] if label in SOMETIMES_WRONG else []
        response = case.call_and_validate(excluded_checks=excluded)
        statuses[response.status_code] += 1

    check()
    assert statuses.total() > 0


@pytest.mark.parametrize(
    ("label", "parameter", "value"),
    [
        ("GET /api/clauses/{clause_id}", "clause_id", "xunzhong/5(3)"),
        ("GET /api/agreements/{agreement_id}", "agreement_id", "dahan"),
        ("GET /api/answers/{answer_id}", "answer_id", ""),
        ("GET /api/answers/{answer_id}/export", "answer_id", ""),
        ("GET /a/{answer_id}", "answer_id", ""),
    ],
)
def test_what_is_there_is_as_described(
    described: schemathesis.BaseSchema,
    quick_service: Service,
    label: str,
    parameter: str,
    value: str,
) -> None:
    """No generated request hits upon an id that there is."""
    asked = run_aside(quick_service.ask_soon("协议终止后数据保留多久？", surface=Surface.API))
    case = _operations(described)[label].Case(path_parameters={parameter: value or asked.answer_id})
    assert case.call_and_validate().status_code == 200
