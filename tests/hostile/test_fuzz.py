"""A small helping of `tests.hostile.fuzz`, and doors on a machine that has run out of something."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from moderator.html.page import read_page
from moderator.urls import canonical, parse_url
from tests.hostile.fuzz import DOORS, fuzz_door, fuzz_pages
from tests.service.service_fakes import POST, World


@pytest.mark.parametrize("door", DOORS)
def test_no_input_makes_a_door_fail(world: World, door: str) -> None:
    tally = fuzz_door(world, door, 60, seed=7)
    assert tally.bad == 0, (tally.answers, tally.worst)
    assert tally.answers.total() == 60


def test_no_page_makes_the_reader_fail() -> None:
    tally = fuzz_pages(80, seed=7)
    assert tally.bad == 0, (tally.answers, tally.worst)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300))
def test_every_text_is_an_address_or_none(text: str) -> None:
    parse_url(text)
    assert canonical(canonical(text)) == canonical(text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000))
def test_every_body_is_a_page(body: bytes) -> None:
    read_page(body, "https://a.example/", POST, charset="")


def test_a_full_disk_is_told_and_nothing_is_half_kept(world: World) -> None:
    store = world.container.store
    with store._database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    from sqlalchemy import event

    event.listen(
        store._database._engine,
        "checkout",
        lambda connection, *_: connection.execute(f"PRAGMA max_page_count = {pages}"),
    )
    client = TestClient(world.app)
    answers = set()
    for number in range(60):
        form = {"source": f"https://a{number}.example/{'x' * 1500}", "target": POST}
        answers.add(client.post("/webmention", data=form).status_code)
    assert answers <= {201, 429, 503}
    assert 503 in answers
    assert client.get("/health").status_code in (200, 503)
