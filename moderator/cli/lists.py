"""``moderator lists``: domain lists."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from moderator.cli.terminal import say

if TYPE_CHECKING:
    from moderator.config.settings import Settings
    from moderator.domain_lists.known import RemoteList
    from moderator.domain_lists.subscribe import Subscription

__all__ = ["choose_lists", "lists"]

lists = typer.Typer(help="Domain lists.", no_args_is_help=True, rich_markup_mode=None)


@lists.callback()
def group() -> None:
    """Domain lists."""


@lists.command()
def update(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which; default: those that were downloaded before.")
    ] = None,
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Where lists are kept.")] = None,
    known: Annotated[bool, typer.Option("--known", help="Only show which lists there are.")] = False,
) -> None:
    """Downloads domain lists and what you subscribe to; a list that cannot be fetched stays as it was.

    Example: moderator lists update kagi-smallweb url-shorteners
    """
    from moderator.cli.format import lists_text, refreshed_text
    from moderator.config.settings import read_settings
    from moderator.domain_lists.known import KNOWN_LISTS
    from moderator.domain_lists.refresh import Outcome, refresh_all
    from moderator.domain_lists.subscriptions import all_subscriptions
    from moderator.wiring import lists_folder

    settings = _settings_at(read_settings(), folder)
    folder = lists_folder(settings)
    subscribed = all_subscriptions(folder, settings.subscriptions)
    wanted = [one for one in subscribed if not names or one.name in names]
    others = [name for name in names or [] if name not in {one.name for one in subscribed}]
    chosen = choose_lists(KNOWN_LISTS, others, folder) if others or not names else []
    if known or not (chosen or wanted):
        say(lists_text(KNOWN_LISTS))
        raise typer.Exit(0 if known else 2)
    outcomes = (
        refresh_all(chosen, folder, on_outcome=lambda refreshed: say(refreshed_text(refreshed))) if chosen else ()
    )
    failed = any(refreshed.outcome is Outcome.FAILED for refreshed in outcomes)
    if wanted:
        failed |= _refresh(settings, wanted)
        _learn(settings)
    raise typer.Exit(int(failed))


@lists.command()
def publish(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the signed list is written.")],
    table: Annotated[Path, typer.Option("--from", metavar="TABLE", help="Labelled linkbacks: an export.")],
    publisher: Annotated[str, typer.Option(metavar="URL", help="Your address; subscribers see it.")],
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="Your secret key; made where there is none.")] = None,
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 90,
    least: Annotated[int, typer.Option("--least", min=1, help="Decisions from which an author is published.")] = 2,
    hosts: Annotated[Path | None, typer.Option(metavar="FILE", help="Also a plain list of hosts.")] = None,
) -> None:
    """Writes a signed list of your decisions for others: authors, counts, days and fingerprints, no texts.

    Example: moderator lists publish linkbacks.json --from export.jsonl --publisher https://blog.example/
    """
    from datetime import UTC, datetime

    from moderator.batch.own_decisions import own_decisions
    from moderator.config.settings import data_folder
    from moderator.domain_lists.publish import entries_of, host_list, signed_feed, write_published
    from moderator.domain_lists.signature import load_or_make_key, public_key
    from moderator.tables.opening import Table

    now, source = datetime.now(UTC), Table(table)
    secret = load_or_make_key(key or data_folder() / "lists.key")
    entries = entries_of(own_decisions(map(source.case, source.read())), now=now, days=days, min_decisions=least)
    write_published(file, signed_feed(entries, secret, publisher, now=now, days=days))
    if hosts is not None:
        write_published(hosts, host_list(entries, publisher, now=now).encode())
    say(f"{len(entries):,} authors are in {file}; your public key is {public_key(secret)}")


@lists.command()
def add(
    url: Annotated[str, typer.Argument(metavar="URL", help="Somebody's list.")],
    name: Annotated[str, typer.Option(help="What you call it; default: its host.")] = "",
    pin: Annotated[bool, typer.Option("--pin", help="A friend's: trusted from the first day.")] = False,
    key: Annotated[str, typer.Option(metavar="BASE64", help="The key that must have signed it.")] = "",
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Where lists are kept.")] = None,
) -> None:
    """Subscribes to a list: a signed one, or hosts as people keep them (text, hosts file, JSON array).

    Example: moderator lists add https://friend.example/lists/linkbacks.json --pin
    """
    from moderator.config.settings import read_settings
    from moderator.domain_lists.subscribe import Subscription
    from moderator.domain_lists.subscriptions import add_subscription, name_of, problem_of
    from moderator.errors import InputError
    from moderator.wiring import lists_folder

    settings = _settings_at(read_settings(), folder)
    new = Subscription(name or name_of(url), url, pinned=pin, key=key)
    if problem := problem_of(new):
        raise InputError(problem)
    failed = _refresh(settings, [new])
    if not failed:
        add_subscription(lists_folder(settings), new)
        _learn(settings)
    raise typer.Exit(int(failed))


@lists.command()
def drop(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Which.")],
    folder: Annotated[Path | None, typer.Option(metavar="DIR", help="Where lists are kept.")] = None,
) -> None:
    """Ends a subscription and forgets what it said.

    Example: moderator lists drop friend-example
    """
    from moderator.config.settings import read_settings
    from moderator.wiring import subscribed_reports

    subscribed_reports(_settings_at(read_settings(), folder)).drop(name)
    say(f"{name} is dropped")


def _settings_at(settings: Settings, folder: Path | None) -> Settings:
    """The settings with another folder of lists, where one is named."""
    from dataclasses import replace

    return settings if folder is None else replace(settings, lists=folder)


def _refresh(settings: Settings, wanted: Sequence[Subscription]) -> bool:
    """Refreshes subscribed lists and tells of each; whether one failed."""
    from moderator.cli.format import subscribed_text
    from moderator.domain_lists.subscribe import RefreshOutcome, Subscribed
    from moderator.linkcheck.list_download import ListDownload
    from moderator.wiring import link_check_settings, subscribed_reports

    outcomes: list[RefreshOutcome] = []

    def on_done(found: Subscribed) -> None:
        say(subscribed_text(found))
        outcomes.append(found.outcome)

    subscribed_reports(settings).refresh(ListDownload(link_check_settings(settings)), on_done, only=wanted)
    return RefreshOutcome.FAILED in outcomes


def _learn(settings: Settings) -> None:
    """Compares all subscribed lists with what the owner has said."""
    from contextlib import closing

    from moderator.batch.own_decisions import own_words
    from moderator.wiring import open_history, subscribed_reports

    with closing(open_history(settings)) as history:
        subscribed_reports(settings).learn(own_words(history))


def choose_lists(known: Sequence[RemoteList], names: Sequence[str], folder: Path) -> list[RemoteList]:
    """The lists with these names; without names those that lie in the folder already.

    Raises:
        InputError: There is no list of that name.
    """
    from moderator.errors import InputError, shown

    if not names:
        return [remote for remote in known if (folder / remote.sort.value / f"{remote.name}.txt").exists()]
    by_name = {remote.name: remote for remote in known}
    for name in names:
        if name not in by_name:
            raise InputError(f"there is no list {shown(name)}; known are {', '.join(by_name)}")
    return [by_name[name] for name in names]
