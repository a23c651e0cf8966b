"""The moderation page, without a browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from moderator.records import Verdict
from moderator.service.records import Filter, OwnerLabel, Status
from tests.service.dashboard_steps import csrf, filled
from tests.service.service_fakes import PASSWORD, POST, World, mention_of, seen


@pytest.fixture
def page(client: TestClient) -> TestClient:
    """A browser that has signed in."""
    answer = client.post("/sign-in", data={"password": PASSWORD})
    assert answer.url.path == "/"
    return client


def test_the_queue_and_its_filters(page: TestClient, world: World) -> None:
    filled(world)
    world.container.store.accept(mention_of(9, Verdict.SPAM, title="A spam one"))
    text = page.get("/").text
    assert text.count('class="card row held"') == 3
    assert "A spam one" not in text
    assert "40 % spam" in text
    assert "A spam one" in page.get("/?status=spam").text
    assert page.get("/?status=all").text.count('data-id="') == 4
    assert page.get("/?text=title+2").text.count('data-id="') == 1
    assert page.get("/?domain=blog1.example").text.count('data-id="') == 1
    assert "Nothing here with these filters" in page.get("/?kind=pingback").text
    assert page.get("/?kind=nonsense&before=x&status=%00").status_code == 200


def test_long_lists_have_parts(page: TestClient, world: World) -> None:
    filled(world, 25)
    text = page.get("/").text
    assert text.count('data-id="') == 20
    older = re.search(r'rel="next" href="([^"]+)"', text)
    assert older is not None
    assert page.get(older[1].replace("&amp;", "&")).text.count('data-id="') == 5


def test_deciding_and_undoing_by_forms(page: TestClient, world: World) -> None:
    filled(world)
    token = csrf(page)
    answer = page.post("/decide", data={"csrf": token, "id": ["m0", "m1"], "word": "spam", "back": "/?status=held"})
    assert answer.url.path == "/"
    assert "Undo" in answer.text
    assert world.container.store.counts(Filter())[Status.SPAM] == 2
    history = list(world.container.moderator._history.labelled())
    assert history == []  # these were put into the store alone
    batch = answer.url.params["undo"]
    page.post("/undo", data={"csrf": token, "batch": batch})
    assert world.container.store.counts(Filter())[Status.SPAM] == 0
    page.post("/decide", data={"csrf": token, "id": "m2", "word": "ham"})
    page.post("/undo", data={"csrf": token})
    mention = world.container.store.get("m2")
    assert mention is not None
    assert mention.label is None


def test_the_script_gets_json(page: TestClient, world: World) -> None:
    filled(world)
    json = {"accept": "application/json"}
    token = csrf(page)
    told = page.post("/decide", data={"csrf": token, "id": "m0", "word": "ham"}, headers=json).json()
    assert told["message"] == "1 linkback approved."
    assert told["counts"]["approved"] == 1
    assert told["changed"] == {"m0": {"status": "approved", "text": "approved by you", "word": "ham"}}
    undone = page.post("/undo", data={"csrf": token, "batch": told["batch"]}, headers=json).json()
    assert undone["changed"] == {"m0": {"status": "held", "text": "held", "word": "none"}}
    page.post("/decide", data={"csrf": token, "id": "m0", "word": "ham"})
    assert page.get("/counts.json", headers=json).json()["held"] == 2
    nothing = page.post("/decide", data={"csrf": token, "id": "unknown", "word": "ham"}, headers=json).json()
    assert nothing["batch"] == ""
    assert page.post("/decide", data={"csrf": token, "id": "m0", "word": "maybe"}, headers=json).json()["batch"] == ""


def test_who_decided_is_named_to_others(page: TestClient, world: World) -> None:
    filled(world)
    world.container.decisions.label(["m0"], OwnerLabel.SPAM, "a<b>da\u202e")
    token, json = csrf(page), {"accept": "application/json"}
    page.post("/decide", data={"csrf": token, "id": "m1", "word": "spam"})
    text = page.get("/?status=spam").text
    assert "spam by a&lt;b&gt;da⟨202E⟩" in text
    assert text.count("spam by you") == 1
    told = page.post("/decide", data={"csrf": token, "id": "m0", "word": "ham"}, headers=json).json()
    back = page.post("/undo", data={"csrf": token, "batch": told["batch"]}, headers=json).json()
    assert told["changed"]["m0"]["text"] == "approved by you"
    assert back["changed"]["m0"]["word"] == "spam"


def test_campaigns_and_domains_are_decided_at_once(page: TestClient, world: World) -> None:
    words = {"title": "Buy our pills", "excerpt": "the very same words are sent to everybody who has a blog"}
    for number in range(4):
        world.container.store.accept(mention_of(number, **words))
    filled_campaign = world.container.store.get("m0")
    assert filled_campaign is not None
    campaign = filled_campaign.campaign
    assert "<b>4</b> with nearly the same wording" in page.get("/").text
    text = page.get(f"/campaign/{campaign}").text
    assert "All 4 that are held, with this wording" in text
    answer = page.post(
        "/decide", data={"csrf": csrf(page), "campaign": campaign, "word": "spam", "back": f"/campaign/{campaign}"}
    )
    assert answer.url.path == f"/campaign/{campaign}"
    assert world.container.store.counts(Filter())[Status.SPAM] == 4
    page.post("/undo", data={"csrf": csrf(page), "batch": answer.url.params["undo"]})
    page.post("/decide", data={"csrf": csrf(page), "domain": "blog2.example", "word": "ham"})
    assert world.container.store.counts(Filter())[Status.APPROVED] == 1


def test_a_mention_tells_everything(page: TestClient, world: World) -> None:
    made = mention_of(1, title="A title", evidence=seen(), sender_ip="192.0.2.9", blog_name="A blog")
    world.container.store.accept(made)
    world.container.decisions.label(["m1"], OwnerLabel.SPAM, "ada")
    text = page.get("/mention/m1").text
    for words in (
        "A title",
        "192.0.2.9",
        "the page links here",
        "I read with delight",
        "+1.25",
        "ada",
        "Pruning my roses",
    ):
        assert words.lower() in text.lower(), words
    assert page.get("/mention/unknown").status_code == 404
    assert page.get("/domain/unknown.example").status_code == 404


def test_the_words_around_a_link_are_quoted_whole(page: TestClient, world: World) -> None:
    cut = f"ut {'one ' * 40}what they wrote on roses{' two' * 40} thr"
    world.container.store.accept(mention_of(1, evidence=seen(snippet=cut)))
    for path in ("/", "/mention/m1"):
        text = page.get(path).text
        assert "… one one" in text
        assert "ut one" not in text
    assert "two two …" in page.get("/mention/m1").text


def test_links_to_strangers_pass_nothing_on(page: TestClient, world: World) -> None:
    world.container.store.accept(mention_of(1, source="javascript:alert(1)"))
    world.container.store.accept(mention_of(2, evidence=seen(final_url="data:text/html,x")))
    for path in ("/", "/mention/m1", "/mention/m2"):
        text = page.get(path).text
        assert 'href="javascript' not in text
        assert 'href="data' not in text
        for link in re.findall(r'<a href="https?://[^>]+>', text):
            assert 'rel="noopener nofollow noreferrer"' in link


def test_what_hides_is_shown(page: TestClient, world: World) -> None:
    world.container.store.accept(mention_of(1, title="a\u202eb\x00c\u200bd <script>x</script>"))
    text = page.get("/mention/m1").text
    assert "a\u27e8202E\u27e9b\u2400c\u27e8200B\u27e9d" in text
    assert "<script>x" not in text


def test_reach(page: TestClient, world: World) -> None:
    for number in range(3):
        world.container.store.accept(mention_of(number, Verdict.APPROVE, source=f"https://friend.example/{number}"))
    text = page.get("/reach").text
    assert "<svg" in text
    assert "friend.example" in text
    assert POST in text
    assert "2026-03-02: 3 approve" in text


def test_shadow_mode_is_told(make_world: Callable[..., World]) -> None:
    world = make_world(shadow=True)
    made = mention_of(1, Verdict.SPAM)
    world.container.store.accept(replace(made, status=Status.HELD, shadow=True))
    client = TestClient(world.app)
    client.post("/sign-in", data={"password": PASSWORD})
    text = client.get("/").text
    assert "Shadow mode" in text
    assert "would call spam" in text
    assert "<b>1</b> called spam" in text
    world.container.decisions.label(["m1"], OwnerLabel.HAM, "ada")
    assert "called spam 1 that you approved" in client.get("/").text


def test_a_database_that_fails_is_told(page: TestClient, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from moderator.errors import StoreError

    def fail(*_: object, **__: object) -> None:
        raise StoreError("no disk")

    token = csrf(page)
    monkeypatch.setattr(type(world.container.store), "find", fail)
    answer = page.get("/")
    assert answer.status_code == 503
    assert "no disk" not in answer.text
    monkeypatch.setattr(type(world.container.store), "label", fail)
    assert page.post("/decide", data={"csrf": token, "id": "m1", "word": "ham"}).status_code == 503


def test_a_domain_tells_its_history(page: TestClient, world: World) -> None:
    filled(world)
    world.container.decisions.label(["m1"], OwnerLabel.HAM, "ada")
    text = page.get("/domain/blog1.example").text
    assert "approved, by ada" in text
    assert "First seen" in text
    assert "<svg" in text
    assert "approved, by ada" not in page.get("/domain/blog2.example").text


def test_an_undo_that_is_done_is_not_offered_again(page: TestClient, world: World) -> None:
    filled(world)
    batch = world.container.decisions.label(["m0", "m1"], OwnerLabel.SPAM, "ada")
    assert "2 linkbacks marked as spam." in page.get(f"/?undo={batch}").text
    world.container.decisions.undo(batch, "ada")
    assert "marked as spam" not in page.get(f"/?undo={batch}").text


def test_live_counts_are_those_of_the_blog(page: TestClient, world: World) -> None:
    filled(world)
    world.container.store.accept(mention_of(7, blog="other"))
    assert page.get("/counts.json?blog=ours").json()["held"] == 3
    assert page.get("/counts.json").json()["held"] == 4


def test_an_id_may_have_slashes(page: TestClient, world: World) -> None:
    made = mention_of(1, title="Slashes")
    made = replace(made, linkback=replace(made.linkback, id='a/b"?#c'))
    world.container.store.accept(made)
    address = re.search(r'href="(/mention/[^"]+)"', page.get("/").text)
    assert address is not None
    assert page.get(address[1]).status_code == 200
