"""A real WordPress and the service: it pings us, its Akismet plugin asks us, and so does our own plugin."""

from __future__ import annotations

import contextlib
import shutil
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path

import pytest

from moderator.config.service import Blog, Secrets, ServiceSettings
from moderator.config.settings import Settings
from moderator.history.memory import MemoryHistory
from moderator.records import Kind, Label, LinkStatus, Verdict
from moderator.service.app import create_app
from moderator.service.container import Container, build_container
from moderator.service.records import Filter, Mention, Status
from tests.service.running import running
from tests.wordpress.pings import pages, pingback, trackback
from tests.wordpress.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.loopback, pytest.mark.timeout(300)]
KEY, TOKEN = "ourakismet12", "our-token"
RECIPES = Path(__file__).parents[2] / "examples" / "wordpress"
Serve = Callable[..., contextlib.AbstractContextManager[tuple[str, Container]]]


@pytest.fixture
def serve(tmp_path: Path) -> Serve:
    """Runs a service for blogs on loopback, with the engine's settings by keyword."""

    @contextlib.contextmanager
    def serving(blog: str, *, shadow: bool = False, **engine: object) -> Iterator[tuple[str, Container]]:
        settings = Settings(allow_networks=(ip_network("127.0.0.0/8"),), **engine)  # type: ignore[arg-type]
        database = tmp_path / f"service-{time.monotonic_ns()}.sqlite3"
        service = ServiceSettings(database=database, blogs=(Blog("ours", blog),), workers=2, shadow=shadow)
        secrets = Secrets(akismet_key=KEY, api_token=TOKEN)
        container = build_container(settings, service, secrets, history=MemoryHistory())
        with running(create_app(container)) as address:
            yield address, container

    return serving


@contextlib.contextmanager
def our_blog() -> Iterator[tuple[str, dict[str, str]]]:
    """A blog that is no WordPress: a page that names our service's doors, which are filled in later."""
    doors: dict[str, str] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(
                b"<html><head><title>Old roses</title></head><body><article>How to prune old garden roses in early "
                b"spring, with a sharp knife and a calm hand.</article></body></html>"
            )

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("X-Pingback", doors.get("pingback", ""))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/", doors
        server.shutdown()


@contextlib.contextmanager
def plugin(site: Site, name: str, **constants: str) -> Iterator[None]:
    """Installs one of our must-use plugins, as its own comment says."""
    folder = site.folder / "wp-content" / "mu-plugins"
    defined = "".join(f"define('{constant}', '{value}');\n" for constant, value in constants.items())
    first = folder / "00-constants.php"
    first.write_text(f"<?php\n{defined}")
    if (RECIPES / name).is_dir():
        shutil.copytree(RECIPES / name, folder / name)
        placed = folder / f"{name}-loader.php"
        placed.write_text(f"<?php\nrequire __DIR__ . '/{name}/{name}.php';\n")
    else:
        placed = Path(shutil.copy(RECIPES / name, folder / name))
    try:
        yield
    finally:
        first.unlink()
        placed.unlink()
        shutil.rmtree(folder / name, ignore_errors=True)


def judged(container: Container, count: int, **wanted: object) -> list[Mention]:
    """Waits until so many mentions have been judged."""
    for _ in range(300):
        mentions = container.store.find(Filter(**wanted)).mentions  # type: ignore[arg-type]
        done = [mention for mention in mentions if mention.decision is not None]
        if len(done) >= count:
            return done
        time.sleep(0.1)
    raise AssertionError(f"{container.store.queue_length()} still wait, judged: {len(done)}")


def test_wordpress_pings_us(wordpress: Site, serve: Serve) -> None:
    with our_blog() as (blog, doors), serve(blog) as (address, container):
        target = f"{blog}2026/roses"
        doors["pingback"] = f"{address}/pingback"
        ping = f"{address}/trackback?{urllib.parse.urlencode({'target': target})}"
        made = wordpress.php(
            f"""
            $id = wp_insert_post(['post_title' => 'My roses', 'post_status' => 'publish', 'post_author' => 1,
                'post_content' => '<p>I read <a href="{target}">what they wrote</a> about old garden roses.</p>',
                'to_ping' => '{ping}']);
            echo $id, ' ', get_permalink($id);
            """
        )
        number, source = made.split()
        with urllib.request.urlopen(f"{wordpress.url}/wp-cron.php", timeout=60) as answer:
            assert answer.status == 200
        # the trackback is of the same source and target: whichever comes second is known already
        [mention] = judged(container, 1)
        assert mention.linkback.source_url == source
        assert mention.linkback.target_url == target
        assert mention.linkback.sender_ip == "127.0.0.1"
        assert mention.decision is not None
        assert mention.decision.evidence.status is LinkStatus.FOUND
        assert "about old garden roses" in mention.decision.evidence.snippet
        assert mention.status in (Status.APPROVED, Status.HELD)

        other = f"{blog}2026/tulips"
        form = urllib.parse.urlencode({"target": other})
        wordpress.php(f"trackback('{address}/trackback?{form}', 'My roses', 'Labels on roses', {number});")
        [sent] = [each for each in judged(container, 2) if each.linkback.kind is Kind.TRACKBACK]
        assert sent.linkback.title == "My roses"
        assert sent.linkback.excerpt == "Labels on roses"
        assert sent.decision is not None
        assert sent.decision.evidence.status is LinkStatus.MISSING  # that post of theirs does not link there
        wordpress.php(f"wp_delete_post({number}, true);")


@contextlib.contextmanager
def akismet_plugin(site: Site, address: str) -> Iterator[None]:
    """Activates Debian's Akismet plugin, pointed at us by our recipe."""
    with plugin(site, "akismet-at-moderator.php", MODERATOR_URL=address, WPCOM_API_KEY=KEY):
        site.php("update_option('active_plugins', ['akismet/akismet.php']);")
        try:
            yield
        finally:
            site.php("update_option('active_plugins', []);")


def test_the_akismet_plugin_talks_to_us(wordpress: Site, serve: Serve) -> None:
    target = wordpress.posts[0]["url"]
    with (
        serve(wordpress.url, approve_below=0.0, spam_from=0.0) as (address, container),
        akismet_plugin(wordpress, address),
    ):
        assert (
            wordpress.php(f"echo Akismet::verify_key('{KEY}'), Akismet::verify_key('otherkey1234');") == "validinvalid"
        )
        with pages([target]) as home:
            assert not pingback(wordpress, f"{home}/tea", target, "203.0.113.5")  # refused by the pre-check
        form = {"url": "http://sender.example/a", "title": "On tea", "excerpt": "Labels on tea", "blog_name": "A blog"}
        trackback(wordpress, target, form, "203.0.113.7")
        assert list(wordpress.statuses().values()) == ["spam"]
        [kept] = container.store.find(Filter(kind=Kind.TRACKBACK)).mentions
        assert (kept.linkback.title, kept.linkback.excerpt) == ("On tea", "Labels on tea")
        assert kept.linkback.sender_ip == "203.0.113.7"
        # the owner says otherwise, by WordPress's own buttons
        [number] = wordpress.statuses()
        wordpress.php(f"wp_set_comment_status({number}, 'approve'); Akismet::submit_nonspam_comment({number});")
        corrected = container.store.get(kept.linkback.id)
        assert corrected is not None
        assert corrected.label is Label.HAM
        wordpress.php(f"wp_set_comment_status({number}, 'spam'); Akismet::submit_spam_comment({number});")
        corrected = container.store.get(kept.linkback.id)
        assert corrected is not None
        assert corrected.label is Label.SPAM


def test_without_an_address_nothing_goes_to_akismet(wordpress: Site) -> None:
    with plugin(wordpress, "akismet-at-moderator.php", WPCOM_API_KEY=KEY):
        said = wordpress.php(
            """
            add_filter('pre_http_request', fn($answer) => $answer ?: new WP_Error('left', 'it would leave'), 99);
            $answer = wp_remote_post('https://key.REST.akismet.com/1.1/comment-check', ['body' => 'x=1']);
            echo $answer->get_error_code();
            """
        )
        assert said == "moderator"


def test_a_pingback_to_wordpress_gets_our_verdict(wordpress: Site, serve: Serve) -> None:
    target = wordpress.posts[1]["url"]
    with (
        serve(wordpress.url, approve_below=0.0, spam_from=1.0) as (address, container),
        akismet_plugin(wordpress, address),
    ):
        with pages([target]) as home:
            assert pingback(wordpress, f"{home}/tea", target, "203.0.113.5")
        assert list(wordpress.statuses().values()) == ["0"]
        [kept] = container.store.find(Filter()).mentions
        assert kept.linkback.title == "My tea & me"
        assert kept.status is Status.HELD


@pytest.mark.parametrize(
    ("approve_below", "spam_from", "stored"), [(0.0, 0.0, "spam"), (0.0, 1.0, "0"), (1.0, 1.0, "1")]
)
def test_our_own_plugin_for_pings(
    wordpress: Site, serve: Serve, approve_below: float, spam_from: float, stored: str
) -> None:
    target = wordpress.posts[0]["url"]
    with (
        serve(wordpress.url, approve_below=approve_below, spam_from=spam_from) as (address, container),
        plugin(wordpress, "moderator", MODERATOR_URL=address, MODERATOR_TOKEN=TOKEN),
        pages([target]) as home,
    ):
        assert pingback(wordpress, f"{home}/tea", target, "203.0.113.5")
        assert list(wordpress.statuses().values()) == [stored]
        [kept] = container.store.find(Filter()).mentions
        assert kept.linkback.title == "My tea & me"
        assert "growing tea at home and my harvest" in kept.linkback.excerpt
        assert kept.decision is not None


def test_our_own_plugin_only_watches_in_shadow_mode(wordpress: Site, serve: Serve) -> None:
    target = wordpress.posts[0]["url"]
    with (
        serve(wordpress.url, shadow=True, approve_below=0.0, spam_from=0.0) as (address, container),
        plugin(wordpress, "moderator", MODERATOR_URL=address, MODERATOR_TOKEN=TOKEN),
        pages([target]) as home,
    ):
        before = wordpress.php(
            "echo (int) get_option('comment_moderation'), ' ', (int) get_option('comment_previously_approved');"
        )
        wordpress.php("update_option('comment_moderation', 0); update_option('comment_previously_approved', 0);")
        try:
            assert pingback(wordpress, f"{home}/tea", target, "203.0.113.5")
        finally:
            moderation, previously = before.split()
            wordpress.php(
                f"update_option('comment_moderation', {moderation}); "
                f"update_option('comment_previously_approved', {previously});"
            )
        assert list(wordpress.statuses().values()) == ["1"]
        [kept] = container.store.find(Filter()).mentions
        assert kept.shadow
        assert kept.decision is not None
        assert kept.decision.verdict is Verdict.SPAM


def test_our_own_plugin_leaves_what_the_owner_refuses(wordpress: Site, serve: Serve) -> None:
    target = wordpress.posts[0]["url"]
    with (
        serve(wordpress.url, approve_below=1.0, spam_from=1.0) as (address, container),
        plugin(wordpress, "moderator", MODERATOR_URL=address, MODERATOR_TOKEN=TOKEN),
        pages([target]) as home,
    ):
        wordpress.php("update_option('disallowed_keys', 'my tea');")
        try:
            assert pingback(wordpress, f"{home}/tea", target, "203.0.113.5")
        finally:
            wordpress.php("update_option('disallowed_keys', '');")
        [refused] = wordpress.statuses().values()
        assert refused in ("trash", "spam")
        assert container.store.find(Filter()).mentions == ()


def test_our_own_plugin_holds_when_nobody_answers(wordpress: Site) -> None:
    target = wordpress.posts[0]["url"]
    nobody = plugin(wordpress, "moderator", MODERATOR_URL="http://127.0.0.1:9", MODERATOR_TOKEN=TOKEN)
    with nobody, pages([target]) as home:
        assert pingback(wordpress, f"{home}/tea", target, "203.0.113.5")
        assert list(wordpress.statuses().values()) == ["0"]
