"""What the API does is what its OpenAPI says: generated requests, every answer compared with the schema."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from tests.service.service_fakes import TOKEN, World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_the_schema_tells_every_route(world: World) -> None:
    paths = set(world.app.openapi()["paths"])
    assert {"/api/v1/check", "/api/v1/check-many", "/api/v1/label", "/api/v1/decisions", "/health"} <= paths


@pytest.mark.slow
def test_generated_requests(world: World) -> None:
    schema = schemathesis.openapi.from_asgi("/openapi.json", world.app)
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=25, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
        )
        def attempt(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"})

        attempt()
    assert tried > 100
