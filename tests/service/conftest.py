from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.service.service_fakes import World, settings_for


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes worlds, with settings by keyword; a second one has the first one's database."""
    worlds: list[World] = []

    def make(**chosen: Any) -> World:
        worlds.append(World(tmp_path, settings_for(tmp_path, **chosen)))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


@pytest.fixture
def client(world: World) -> TestClient:
    """Without the lifespan: nothing runs beside the doors, and `World.process_all` judges."""
    return TestClient(world.app, base_url="http://testserver", raise_server_exceptions=True)
