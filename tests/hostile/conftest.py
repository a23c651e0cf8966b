"""Worlds for the hostile battery: the service as its own tests build it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.service.service_fakes import World, settings_for


@pytest.fixture
def make_world(tmp_path: Path) -> Iterator[Callable[..., World]]:
    """Makes services with what is chosen; all are closed in the end."""
    made: list[World] = []

    def make(**chosen: Any) -> World:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        made.append(World(folder, settings_for(folder, **chosen)))
        return made[-1]

    yield make
    for world in made:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A service with one blog."""
    return make_world()
