"""Steps that tests of the moderation page share."""

from __future__ import annotations

import re

from starlette.testclient import TestClient

from tests.service.service_fakes import World, mention_of


def csrf(client: TestClient, path: str = "/") -> str:
    found = re.search(r'data-csrf="([\w.-]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def filled(world: World, count: int = 3) -> None:
    for number in range(count):
        made = mention_of(
            number, probability=0.4 + number / 100, title=f"Title {number}", excerpt=f"Words of number {number} here"
        )
        world.container.store.accept(made)
