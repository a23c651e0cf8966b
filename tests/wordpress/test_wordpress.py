"""Real pings, sent to a real WordPress: judged three ways alike, changed, and put back."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from moderator.domain_lists.lazy import LazyLists
from moderator.engine import Moderator
from moderator.errors import QueueError
from moderator.features.extractor import Extractor
from moderator.history.memory import MemoryHistory
from moderator.model.policy import Cutoffs, Policy
from moderator.records import Case, Decision, Verdict
from moderator.tables.base import Source
from moderator.wordpress.apply import apply, preview, undo
from moderator.wordpress.database import WordPressDatabase
from moderator.wordpress.http import RestClient
from moderator.wordpress.live_queue import NUMBER, STATUS, Change, LiveQueue
from moderator.wordpress.plan import Plan, read_plan
from moderator.wordpress.rest import WordPressSite
from moderator.wordpress.wxr import WxrExport
from tests.batteries.live_queues import LiveQueueBattery
from tests.fakes import FakeJudge
from tests.small_model import small_model
from tests.wordpress.pings import comment, send_all
from tests.wordpress.site import Site

pytestmark = [pytest.mark.wordpress, pytest.mark.loopback, pytest.mark.timeout(300)]
SENT = 9
Make = Callable[[Site], LiveQueue]


def over_database(site: Site) -> LiveQueue:
    return WordPressDatabase(site.database.url())


def over_rest(site: Site) -> LiveQueue:
    return WordPressSite(RestClient(site.url, (site.user, site.password), sleep=lambda seconds: None))


WAYS = pytest.mark.parametrize("make", [over_database, over_rest], ids=["database", "rest"])


# what a verdict may hang on: wording, relevance to the post, bulk sending, the address itself
SPLITS = {
    "relevance.excerpt_cosine": (0.1, 1.5, -2.0),
    "sending.template_7d": (0.5, -0.5, 2.0),
    "sending.target_1h": (1.5, -0.3, 0.4),
    "text_quality.excerpt_words": (2.0, 0.6, -0.2),
    "domain.depth": (1.5, 0.1, -0.4),
}


def _moderator() -> Moderator:
    extractor = Extractor(LazyLists(None))
    model = small_model(extractor.schema, SPLITS)
    return Moderator(model=model, policy=Policy(Cutoffs(0.3, 0.6)), history=MemoryHistory(), extractor=extractor)


def _cases(source: Source) -> list[Case]:
    cases = [source.case(row) for row in source.read()]
    # an export does not keep the sender's User-Agent
    cases = [replace(case, linkback=replace(case.linkback, user_agent="")) for case in cases]
    return sorted(cases, key=lambda case: (case.linkback.received_at, case.linkback.id))  # type: ignore[arg-type, return-value]  # all are dated


def _verdicts(cases: list[Case]) -> list[tuple[str, str, float]]:
    decisions = _moderator().check_many(cases)
    return [(one.linkback_id, one.verdict.value, one.spam_probability) for one in decisions]


def test_the_same_verdicts_three_ways(wordpress: Site, tmp_path: Path) -> None:
    assert send_all(wordpress) == SENT
    comment(wordpress, wordpress.posts[0]["id"], "a comment by a person")  # type: ignore[arg-type]  # a number
    told = [
        _cases(source)
        for source in (
            over_database(wordpress),
            over_rest(wordpress),
            WxrExport(wordpress.export(tmp_path / "export.xml")),
        )
    ]
    assert len(told[0]) == SENT and told[0] == told[1] == told[2]
    verdicts = [_verdicts(cases) for cases in told]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert len({verdict for _, verdict, _ in verdicts[0]}) > 1


def test_pings_come_back_as_they_were_sent(wordpress: Site) -> None:
    assert send_all(wordpress) == SENT
    by_source = {
        case.linkback.source_url.partition("/")[2].partition("/")[2]: case for case in _cases(over_database(wordpress))
    }
    by_path = {"/" + rest.partition("/")[2]: case for rest, case in by_source.items()}
    tea = by_path["/tee"].linkback
    assert (tea.title, tea.blog_name) == ('Tee "selbst" anbauen', "Gärtner's Blog")
    assert tea.excerpt == "Grüner Tee wächst im Schatten & braucht Zeit." and tea.sender_ip == "203.0.113.103"
    ping = by_path["/pills?id=1&shop=2"]
    assert ping.linkback.title == "CHEAP PILLS best price" and "cheap pills" in ping.linkback.excerpt
    assert ping.linkback.target_url in [post["url"] for post in wordpress.posts]
    assert by_path["/brot"].post is not None and by_path["/brot"].post.title == "Über uns"


@WAYS
def test_statuses_and_counts_are_right_afterwards_and_undo_restores_them(
    wordpress: Site, tmp_path: Path, make: Make
) -> None:
    assert send_all(wordpress) == SENT
    comment(wordpress, wordpress.posts[0]["id"], "a comment by a person")  # type: ignore[arg-type]  # a number
    before, counts = wordpress.statuses(), wordpress.counts()
    plan, expected = Plan(), {}
    words = {"approved": "1", "spam": "spam"}

    def told(row: object, case: Case, decision: Decision, after: str) -> None:
        expected[row.values[NUMBER]] = words.get(after, "0")  # type: ignore[attr-defined]  # a QueueRow

    dry = preview(make(wordpress), FakeJudge(), plan, on_decision=told)
    assert wordpress.statuses() == before
    summary = apply(make(wordpress), FakeJudge(), plan, tmp_path / "journals")
    assert summary.planned == dry.planned and summary.changed == sum(dry.planned.values()) > 0
    person = next(number for number in before if number not in expected)
    assert wordpress.statuses() == expected | {person: "0"}
    approved = sum(status == "1" for status in expected.values())
    assert sum(wordpress.counts().values()) == approved
    assert {row.values[NUMBER]: row.values[STATUS] for row in over_rest(wordpress).read()} == {
        number: {"1": "approved", "0": "hold"}.get(status, status) for number, status in expected.items()
    }
    undone = undo(make(wordpress), tmp_path / "journals", summary.run)
    assert undone.changed == summary.changed
    assert (wordpress.statuses(), wordpress.counts()) == (before, counts)


def _tables(site: Site) -> tuple[str, str]:
    """Every byte of the comments and of what is kept beside them."""
    return (
        site.database.run("SELECT * FROM wp_comments ORDER BY comment_ID", "wordpress"),
        site.database.run("SELECT * FROM wp_commentmeta ORDER BY meta_id", "wordpress"),
    )


AGENTS = ["WordPress/2.9; http://a.example", "", "Odd  <agent> %41", "Grüße/1.0", "libwww-perl/5"]


@WAYS
def test_nothing_but_the_status_changes_and_undo_leaves_every_byte(wordpress: Site, tmp_path: Path, make: Make) -> None:
    assert send_all(wordpress) == SENT
    numbers = sorted(wordpress.statuses())
    for number, agent in zip(numbers, AGENTS, strict=False):
        wordpress.sql(
            f"UPDATE wp_comments SET comment_agent = '{agent}', comment_karma = {number} WHERE comment_ID = {number}"
        )
    wordpress.sql(f"UPDATE wp_comments SET comment_approved = '1' WHERE comment_ID = {numbers[-1]}")
    wordpress.sql(f"INSERT INTO wp_commentmeta (comment_id, meta_key, meta_value) VALUES ({numbers[0]}, 'rating', '5')")
    before = _tables(wordpress)
    summary = apply(make(wordpress), FakeJudge(), Plan(include_decided=True), tmp_path / "journals")
    assert summary.changed == sum(summary.planned.values()) > 0

    def without_status(table: str) -> list[list[str]]:
        rows = [line.split("\t") for line in table.splitlines()]
        return [row[:10] + row[11:] for row in rows]

    assert without_status(_tables(wordpress)[0]) == without_status(before[0])
    undo(make(wordpress), tmp_path / "journals", summary.run)
    assert _tables(wordpress) == before


LOST = {
    "no address": ("comment_author_IP = ''", "sender's address is ''"),
    "no real address": ("comment_author_IP = '192.0.2.1, 10.0.0.1'", "sender's address is '192.0.2.1, 10.0.0.1'"),
    "no date": ("comment_date = '0000-00-00 00:00:00'", "do not fit the site's time zone"),
    "a date of another time zone": ("comment_date = '2026-01-01 07:00:00'", "do not fit the site's time zone"),
    "a bare and": ("comment_author = 'Fish & chips'", "author_name holds characters"),
}


@pytest.mark.parametrize("name", LOST)
def test_what_rest_would_destroy_is_left_alone_and_told(wordpress: Site, tmp_path: Path, name: str) -> None:
    assert send_all(wordpress) == SENT
    change, told = LOST[name]
    wordpress.sql(f"UPDATE wp_comments SET {change}")
    before = _tables(wordpress)
    summary = apply(over_rest(wordpress), FakeJudge(), Plan(), tmp_path / "journals")
    assert (summary.changed, summary.overtaken) == (0, sum(summary.planned.values()))
    assert summary.overtaken > 0 and any(told in problem for problem in summary.problems)
    assert _tables(wordpress) == before


def test_a_site_whose_plugins_rewrite_comments_is_told_after_the_first(wordpress: Site, tmp_path: Path) -> None:
    assert send_all(wordpress) == SENT
    wordpress.php("update_option('tests_rewrite_comments', 1);")
    try:
        with pytest.raises(QueueError, match="changed more of comment"):
            apply(over_rest(wordpress), FakeJudge(), Plan(), tmp_path / "journals")
    finally:
        wordpress.php("delete_option('tests_rewrite_comments');")
    assert sum(status != "0" for status in wordpress.statuses().values()) == 1


def test_wordpress_shows_what_the_database_was_given(wordpress: Site) -> None:
    """Its own way back from spam works on pings that were marked through the database."""
    assert send_all(wordpress) == SENT
    queue = over_database(wordpress)
    number = next(iter(queue.read())).values[NUMBER]
    queue.change([Change(number, "hold", "spam", "{}")])
    client = RestClient(wordpress.url, (wordpress.user, wordpress.password))
    assert client.post(f"wp/v2/comments/{number}", {"status": "unspam"}).value["status"] == "hold"


# the driver leaves a socket behind when nobody answers at a database's socket
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore:unclosed:ResourceWarning")
def test_a_database_that_is_restarted_in_the_middle(wordpress: Site, tmp_path: Path) -> None:
    assert send_all(wordpress) == SENT

    class Restarting(WordPressDatabase):
        batch = 2
        left = 1

        def change(self, changes: list[Change]) -> dict[int, str]:  # type: ignore[override]
            self.left -= 1
            if self.left == 0:
                wordpress.database.stop()
                threading.Timer(0.3, wordpress.database.start).start()
            return super().change(changes)

    queue = Restarting(wordpress.database.url())
    plan = read_plan(["approve", "spam"])
    try:
        apply(queue, FakeJudge(), plan, tmp_path / "journals")
    except QueueError as error:
        assert "run the same command again" in str(error)
    for _ in range(100):
        try:
            summary = apply(over_database(wordpress), FakeJudge(), plan, tmp_path / "journals")
            break
        except QueueError:
            threading.Event().wait(0.1)
    expected = {one.linkback_id: one.verdict for one in FakeJudge().check_many(_raw(over_database(wordpress)))}
    words = {Verdict.APPROVE: "1", Verdict.SPAM: "spam", Verdict.HOLD: "0"}
    gc.collect()  # here, where that socket is forgiven
    assert summary.overtaken == 0
    assert list(wordpress.statuses().values()) == [words[verdict] for verdict in expected.values()]


def _raw(queue: LiveQueue) -> list[Case]:
    rows = sorted(queue.read(), key=lambda row: row.values[NUMBER])
    # a status that was given since must not change what the judge says: it never sees a case's own label
    return [replace(queue.case(row), label=None, labelled_at=None) for row in rows]


def test_a_run_through_the_database_keeps_out_another_machine(wordpress: Site, tmp_path: Path) -> None:
    with over_database(wordpress).locked(), pytest.raises(QueueError, match="another run is at work"):
        apply(over_database(wordpress), FakeJudge(), Plan(), tmp_path / "journals")
    apply(over_database(wordpress), FakeJudge(), Plan(), tmp_path / "journals")


BAD_DATABASES = [
    ({"password": "wrong-pass"}, "Access denied"),
    ({"user": "nobody"}, "Access denied"),
    ({"name": "nothing"}, "nothing"),
    ({"name": "mysql"}, "no tables of WordPress"),
]


@pytest.mark.parametrize(("words", "told"), BAD_DATABASES)
def test_databases_that_refuse(wordpress: Site, words: dict[str, str], told: str) -> None:
    with pytest.raises(QueueError, match=told) as refused:
        WordPressDatabase(wordpress.database.url(**words))
    assert "wrong-pass" not in str(refused.value) and "wp-secret" not in str(refused.value)


def test_the_password_may_come_from_elsewhere(wordpress: Site) -> None:
    assert WordPressDatabase(wordpress.database.url(password=""), "wp-secret").total() == 0


BAD_LOGINS = [("owner", "no such password", "HTTP 401"), ("reader", "", "HTTP 403"), ("", "", "HTTP 401")]


@pytest.mark.parametrize(("user", "password", "told"), BAD_LOGINS)
def test_users_who_may_not_moderate(wordpress: Site, user: str, password: str, told: str) -> None:
    if user == "reader":
        password = wordpress.weak
    with pytest.raises(QueueError, match=told):
        list(WordPressSite(RestClient(wordpress.url, (user, password))).read())


class _TestedSite:
    """A real blog for the battery."""

    def __init__(self, site: Site, make: Make) -> None:
        self._site, self._make = site, make

    def queue(self) -> LiveQueue:
        return self._make(self._site)

    def statuses(self) -> dict[int, str]:
        return self._site.statuses()

    def set_status(self, number: int, stored: str) -> None:
        self._site.sql(f"UPDATE wp_comments SET comment_approved = '{stored}' WHERE comment_ID = {number}")

    def remove(self, number: int) -> None:
        self._site.sql(f"DELETE FROM wp_comments WHERE comment_ID = {number}")

    def add_pings(self) -> None:
        rows = [
            (1, "0", "pingback", "2026-01-01 00:01:00"),
            (2, "1", "pingback", "2026-01-01 00:02:00"),
            (3, "spam", "trackback", "2026-01-01 00:03:00"),
            (4, "trash", "pingback", "2026-01-01 00:04:00"),
            (5, "0", "pingback", "2026-01-01 00:01:00"),
            (6, "0", "pingback", "2025-12-31 00:00:00"),
            (7, "0", "comment", "2026-01-01 00:07:00"),
            (8, "0", "trackback", "2026-01-01 00:08:00"),
        ]
        post = self._site.posts[0]["id"]
        for number, approved, kind, date in rows:
            self._site.sql(
                "INSERT INTO wp_comments (comment_ID, comment_post_ID, comment_author, comment_author_url,"
                " comment_author_IP, comment_agent, comment_content, comment_approved, comment_type, comment_date,"
                f" comment_date_gmt) VALUES ({number}, {post}, 'A', 'http://a.example/{number}', '192.0.2.{number}',"
                f" 'WordPress/{number}.0', 'x', '{approved}', '{kind}', '{date}', '{date}')"
            )


class TestRealDatabase(LiveQueueBattery):
    @pytest.fixture
    def blog(self, wordpress: Site) -> _TestedSite:
        return _TestedSite(wordpress, over_database)


class TestRealRest(LiveQueueBattery):
    @pytest.fixture
    def blog(self, wordpress: Site) -> _TestedSite:
        return _TestedSite(wordpress, over_rest)
