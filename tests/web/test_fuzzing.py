"""The API under requests that nobody would send: no fault of ours, and no answer that its description does not have."""

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from app.content.library import Library
from app.lab.catalogue import spec
from app.main import create_app
from app.settings import Settings
from tests.web.conftest import OWN, Site
from tests.web.routes import THERE, begun_review, ended_run

#: Cases an operation.
CASES = 40
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, small_library: Library) -> Iterator[Site]:
    many = {
        "answers_per_minute": 10**6,
        "runs_per_minute": 10**6,
        "shares_per_minute": 10**6,
        "searches_per_minute": 10**6,
    }
    data = tmp_path_factory.mktemp("fuzzed")
    app = create_app(Settings.model_validate({"data": data, "secret": "of the tests", **many}))
    app.state.library = small_library
    app.state.db.upgrade()
    with Site(app) as site:
        yield site


#: What makes sense of a body, so that some get past the first check.
SENSE: Mapping[str, Mapping[str, Any]] = {
    "POST /api/v1/runs": {
        "experiment": "parameters",
        "network": "vgg11",
        "code": None,
        "input": None,
        "options": {},
        "wait": 0,
    },
    "POST /api/v1/courses/{course}/questions/{question}/attempts": {"answer": None},
    "POST /api/v1/shares": {"run": spec("parameters", network="vgg13").id, "challenge": "", "name": "", "grown": ""},
    "POST /api/v1/reviews": {"course": None, "skill": None},
    "POST /api/v1/reviews/{review}/answers": {"place": 1, "answer": None},
}


def fuzz(operation: Any, client: TestClient, there: Mapping[str, str]) -> set[int]:
    """Ask an operation CASES times, hold each answer against its description, and say which statuses came."""
    statuses = set()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=CASES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def answers(case: schemathesis.Case[Any]) -> None:
        # Half of the requests are for objects that exist, or all would end at a 404.
        chance = crc32(repr(case).encode())
        if chance % 2:
            case.path_parameters = {name: there.get(name, value) for name, value in case.path_parameters.items()}
        if chance % 3 == 0 and isinstance(case.body, dict):
            case.body |= SENSE.get(operation.label, {})
        sent = {**case.as_transport_kwargs(base_url="http://testserver", headers=OWN), "cookies": None}
        with client.stream(**sent) as answer:
            # The events of a run that is queued would never end.
            if not answer.headers.get("content-type", "").startswith("text/event-stream"):
                answer.read()
        statuses.add(answer.status_code)
        if answer.is_stream_consumed:
            case.validate_response(answer, checks=CHECKS)

    answers()
    return statuses


def test_every_operation_answers_as_it_is_described(served: Site) -> None:
    client = served.visitor()
    there = {**THERE, "run_id": ended_run(served), "review": begun_review(served, client)}
    there["token"] = client.post("/api/v1/shares", json={"run": there["run_id"], "kind": "network"}).json()["id"]
    described = schemathesis.openapi.from_dict(served.app.openapi())
    operations = [found.ok() for found in described.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) >= 11
    asked = {operation.label: fuzz(operation, client, there) for operation in operations}
    never = {label: statuses for label, statuses in asked.items() if not statuses & {200, 201, 202, 204}}
    assert never == {}
    refused = {label for label, statuses in asked.items() if statuses & {404, 422}}
    assert refused >= {label for label in asked if "{" in label or label.startswith("POST")}
