"""Tokens and keys: whoever guesses wrong too often is not listened to for a while."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.service.service_fakes import AKISMET_KEY, TOKEN, World


@pytest.fixture
def guesser(world: World) -> TestClient:
    world.container.wrong_attempts._per_minute = 2
    return TestClient(world.app, client=("192.0.2.1", 1))


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def test_wrong_tokens(guesser: TestClient, world: World) -> None:
    codes = [guesser.get("/api/v1/decisions", headers=bearer(f"wrong{n}")).status_code for n in range(3)]
    assert codes == [401, 401, 429]
    late = guesser.get("/api/v1/decisions", headers=bearer(TOKEN))
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert "address" in late.json()["error"]["what"]
    neighbour = TestClient(world.app, client=("192.0.2.2", 1))
    assert neighbour.get("/api/v1/decisions", headers=bearer(TOKEN)).status_code == 200


def test_wrong_keys(guesser: TestClient) -> None:
    answers = [guesser.post("/1.1/verify-key", data={"key": key}) for key in ("wrong", "worse", AKISMET_KEY)]
    assert [(answer.status_code, answer.text) for answer in answers] == [
        (200, "invalid"),
        (200, "invalid"),
        (429, "error"),
    ]
    assert int(answers[-1].headers["retry-after"]) > 0
    assert guesser.get("/metrics", headers=bearer(TOKEN)).status_code == 429, "all secrets share the count"


def test_right_ones_and_none_are_no_guesses(guesser: TestClient) -> None:
    assert [guesser.get("/metrics", headers=bearer(TOKEN)).status_code for _ in range(5)] == [200] * 5
    assert [guesser.get("/metrics").status_code for _ in range(5)] == [401] * 5
    assert guesser.post("/1.1/verify-key", data={"key": AKISMET_KEY}).text == "valid"
