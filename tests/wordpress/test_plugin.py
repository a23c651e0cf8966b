"""Our WordPress plugin in a real WordPress: one queue in two places, whichever of them is down for a while."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from examples.wordpress.build_zip import build
from moderator.cli.doctor_blog import blog_findings, fetcher
from moderator.config.service import Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.domain_lists.lazy import LazyLists
from moderator.engine import Moderator
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.records import Decision, Linkback, Verdict
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.records import Filter, OwnerLabel, Status
from moderator.wordpress.apply import apply, undo
from moderator.wordpress.http import RestClient
from moderator.wordpress.plan import Plan
from moderator.wordpress.rest import WordPressSite
from tests.fakes import FakeJudge
from tests.service.running import running
from tests.small_model import small_model
from tests.wordpress.pings import trackback
from tests.wordpress.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.loopback, pytest.mark.timeout(300)]
TOKEN = "our-token"
NOBODY = "http://127.0.0.1:9"
SORTS = {"honest": Verdict.APPROVE, "doubtful": Verdict.HOLD, "casino": Verdict.SPAM}
AS_STORED = {Status.APPROVED: "1", Status.HELD: "0", Status.SPAM: "spam"}


@pytest.fixture
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    """A service whose engine goes by the first word of a title."""

    def check(self: Moderator, linkback: Linkback, *rest: Any, **options: Any) -> Decision:
        return Decision(linkback.id, SORTS[linkback.title.split()[0]], 0.5)

    monkeypatch.setattr(Moderator, "check", check)
    extractor = Extractor(LazyLists(None))
    made = build_container(
        Settings(),
        ServiceSettings(database=tmp_path / "service.sqlite3", workers=1),
        Secrets(api_token=TOKEN),
        history=MemoryHistory(),
        model=small_model(extractor.schema, {"domain.punycode": (0.5, 0.1, -0.4)}),
        extractor=extractor,
    )
    yield made
    made.moderator.close()
    made.store.close()


@pytest.fixture
def plugged(wordpress: Site, tmp_path: Path) -> Iterator[Site]:
    """The blog with the plugin as its zip brings it."""
    folder = wordpress.folder / "wp-content" / "plugins"
    with zipfile.ZipFile(build(tmp_path / "moderator.zip")) as packed:
        packed.extractall(folder)
    wordpress.php("update_option('active_plugins', ['moderator/moderator.php']);")
    yield wordpress
    wordpress.php("update_option('active_plugins', []); delete_option('moderator');")
    shutil.rmtree(folder / "moderator")


def point(site: Site, address: str, token: str = TOKEN) -> None:
    site.php(f"update_option('moderator', ['url' => '{address}', 'token' => '{token}']);")


def sync(site: Site) -> bool:
    return site.php("echo moderator_sync() ? 'all' : 'down';").endswith("all")


def send(site: Site, numbers: range) -> None:
    """Sends trackbacks of the three sorts in turn."""
    for number in numbers:
        word = list(SORTS)[number % 3]
        form = {
            "url": f"http://s{number}.example/{word}",
            "title": f"{word} words {number}",
            "excerpt": f"what is written on page {number}",
            "blog_name": f"Blog {number}",
        }
        assert trackback(site, site.posts[number % 2]["url"], form, f"203.0.113.{number}")


def states(site: Site) -> dict[str, str]:
    rows = site.sql("SELECT comment_author_url, comment_approved FROM wp_comments WHERE comment_type = 'trackback'")
    return {row[0]: row[1] for row in rows}


def kept(container: Container) -> dict[str, str]:
    mentions = container.store.find(Filter(), 500).mentions
    return {mention.linkback.source_url: AS_STORED[mention.status] for mention in mentions}


def number_of(site: Site, url: str) -> str:
    return site.sql(f"SELECT comment_ID FROM wp_comments WHERE comment_author_url = '{url}'")[0][0]


def mention_of(container: Container, url: str) -> str:
    return next(m.linkback.id for m in container.store.find(Filter(), 500).mentions if m.linkback.source_url == url)


def test_the_doctor_sees_whether_it_is_installed(plugged: Site) -> None:
    fetch = fetcher(Settings(allow_networks=(ip_network("127.0.0.0/8"),)))
    found = list(blog_findings([plugged.url + "/"], fetch, asked_by_token=True))
    assert [(finding.what, finding.well) for finding in found] == [("blog", True), ("WordPress plugin", True)]
    plugged.php("update_option('active_plugins', []);")
    _, missing = blog_findings([plugged.url + "/"], fetch, asked_by_token=True)
    assert missing.well is None and "without it" in missing.says


def test_one_queue_in_two_places(plugged: Site, container: Container) -> None:
    with running(create_app(container)) as address:
        point(plugged, address)
        send(plugged, range(6))
        assert sorted(states(plugged).values()) == ["0", "0", "1", "1", "spam", "spam"]
        assert states(plugged) == kept(container)

        point(plugged, NOBODY)  # the service is down: nothing is approved, nothing is lost
        send(plugged, range(6, 12))
        late = {url: state for url, state in states(plugged).items() if url not in kept(container)}
        assert list(late.values()) == ["0"] * 6 and not sync(plugged)
        # the owner decides in WordPress meanwhile
        owners = {"http://s0.example/honest": "spam", "http://s7.example/doubtful": "approve"}
        for url, word in owners.items():
            plugged.php(f"wp_set_comment_status({number_of(plugged, url)}, '{word}');")

        point(plugged, address)
        assert sync(plugged)
        assert states(plugged) == kept(container) and len(kept(container)) == 12
        assert states(plugged)["http://s0.example/honest"] == "spam"
        assert states(plugged)["http://s7.example/doubtful"] == "1"
        assert states(plugged)["http://s8.example/casino"] == "spam"

        # decisions at the dashboard, while WordPress was down: it takes them over when it is back
        one, two = (mention_of(container, url) for url in ("http://s1.example/doubtful", "http://s2.example/casino"))
        container.decisions.label([one, two], OwnerLabel.HAM, "owner")
        assert states(plugged) != kept(container)
        assert sync(plugged)
        assert states(plugged) == kept(container)
        assert states(plugged)["http://s2.example/casino"] == "1"

        # and a decision in WordPress is sent at once
        plugged.php(f"wp_set_comment_status({number_of(plugged, 'http://s1.example/doubtful')}, 'hold');")
        assert kept(container)["http://s1.example/doubtful"] == "0" and states(plugged) == kept(container)


def test_the_places_agree_after_the_blog_was_down(plugged: Site, container: Container) -> None:
    with running(create_app(container)) as address:
        point(plugged, address)
        send(plugged, range(6))
        doubtful, spam = "http://s1.example/doubtful", "http://s2.example/casino"
        plugged.database.stop()  # killed, as by a power cut: every page of the blog is an error now
        try:
            with pytest.raises((AssertionError, OSError)):
                send(plugged, range(6, 7))
            # the owner goes on at the dashboard
            container.decisions.label([mention_of(container, doubtful)], OwnerLabel.SPAM, "owner")
            container.decisions.label([mention_of(container, spam)], OwnerLabel.HAM, "owner")
        finally:
            plugged.database.start()
        assert states(plugged) != kept(container)
        plugged.php(f"wp_set_comment_status({number_of(plugged, 'http://s4.example/doubtful')}, 'approve');")
        send(plugged, range(6, 9))
        assert sync(plugged)
        assert states(plugged) == kept(container) and len(kept(container)) == 9
        assert [states(plugged)[url] for url in (doubtful, spam)] == ["spam", "1"]
        assert states(plugged)["http://s4.example/doubtful"] == "1"


def test_comments_by_people_are_none_of_its_business(plugged: Site, container: Container) -> None:
    with running(create_app(container)) as address:
        point(plugged, address)
        plugged.php(
            f"wp_new_comment(['comment_post_ID' => {plugged.posts[0]['id']}, 'comment_author' => 'A person',"
            " 'comment_author_email' => 'a@example.org', 'comment_author_url' => '', 'comment_type' => 'comment',"
            " 'comment_content' => 'casino words', 'user_id' => 0]);"
        )
        assert kept(container) == {} and [
            row[0] for row in plugged.sql("SELECT comment_approved FROM wp_comments")
        ] == ["0"]


def test_the_button_tells_what_is_wrong(plugged: Site, container: Container) -> None:
    ask = f"require_once '{plugged.folder}/wp-content/plugins/moderator/settings.php'; echo moderator_try();"
    assert "No address" in plugged.php(ask)
    with running(create_app(container)) as address:
        point(plugged, address)
        assert "answers and takes the token" in plugged.php(ask)
        point(plugged, address, "wrong")
        assert "refuses the token" in plugged.php(ask)
    point(plugged, NOBODY)
    assert "does not answer" in plugged.php(ask)


def test_with_the_plugin_rest_changes_the_status_alone(plugged: Site, tmp_path: Path) -> None:
    """Even of comments that have no address, odd dates and bare signs, which REST alone would destroy."""
    send(plugged, range(6))
    plugged.sql(
        "UPDATE wp_comments SET comment_author_IP = '', comment_author = 'Fish & chips',"
        " comment_date = '0000-00-00 00:00:00'"
    )
    tables = [f"SELECT * FROM {name} ORDER BY 1" for name in ("wp_comments", "wp_commentmeta")]
    before = [plugged.sql(table) for table in tables]

    def site() -> WordPressSite:
        return WordPressSite(RestClient(plugged.url, (plugged.user, plugged.password)))

    summary = apply(site(), FakeJudge(), Plan(), tmp_path / "journals")
    assert summary.changed == sum(summary.planned.values()) > 0
    undo(site(), tmp_path / "journals", summary.run)
    assert [plugged.sql(table) for table in tables] == before
