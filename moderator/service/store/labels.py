"""The owner's labels; each can be undone."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from moderator.service.records import STATUS_BY_LABEL, Filter, LabelAction, Mention, OwnerLabel, Status, status_of
from moderator.service.store.database import retry_on_deadlock
from moderator.service.store.outbox import Outbox
from moderator.service.store.queries import locked, matching
from moderator.service.store.rows import mention_from_row, moment, owner_label_of, seconds
from moderator.service.store.tables import ACTIONS, MENTIONS

__all__ = ["Labels"]

_M = MENTIONS.c


class Labels(Outbox):
    """The table `actions`; see `moderator.service.store.Store`."""

    @retry_on_deadlock
    def label(self, ids: Sequence[str], label: OwnerLabel | None, by: str, at: datetime) -> str:
        """Writes down the owner's label, and tells what has changed.

        Args:
            ids: Mentions; those that are not kept, or of which this was said already, are passed over.
            label: What the owner says; None: nothing any more.
            by: Who says so.
            at: Now.

        Returns:
            The batch, by which it can be undone; empty: nothing was changed.
        """
        batch = secrets.token_hex(8)
        with self._database.writing() as connection:
            changed, rows = 0, locked(connection, ids)
            for id in dict.fromkeys(ids):
                row = rows.get(id)
                if row is None or row.label == label:
                    continue
                self._write(connection, row, label, by, at)
                connection.execute(
                    insert(ACTIONS).values(
                        mention=id, batch=batch, at=at.timestamp(), by=by, before=row.label, after=label
                    )
                )
                changed += 1
        return batch if changed else ""

    @retry_on_deadlock
    def undo(self, batch: str, by: str, at: datetime) -> list[LabelAction]:
        """Takes a batch of labels back; what was said of a mention since then stays.

        Returns:
            The labels that were taken back.
        """
        with self._database.writing() as connection:
            said = select(ACTIONS).where(ACTIONS.c.batch == batch, ACTIONS.c.undone.is_(False))
            rows = connection.execute(said.with_for_update()).all()
            mentions = locked(connection, (action.mention for action in rows))
            undone = []
            for action in rows:
                row = mentions.get(action.mention)
                if row is None or row.label != action.after:
                    continue
                self._write(connection, row, owner_label_of(action.before), by, at)
                undone.append(_action(action))
            connection.execute(update(ACTIONS).where(ACTIONS.c.batch == batch).values(undone=True))
        return undone

    def actions(
        self, mention: str = "", batch: str = "", limit: int = 100, wanted: Filter | None = None
    ) -> list[LabelAction]:
        """The owner's labels that still hold, newest first: about one mention, or some, or of one batch, or all."""
        query = select(ACTIONS).where(ACTIONS.c.undone.is_(False)).order_by(ACTIONS.c.number.desc()).limit(limit)
        if mention:
            query = query.where(ACTIONS.c.mention == mention)
        if wanted is not None:
            query = query.join(MENTIONS, _M.id == ACTIONS.c.mention).where(matching(wanted))
        if batch:
            query = query.where(ACTIONS.c.batch == batch)
        with self._database.reading() as connection:
            return [_action(row) for row in connection.execute(query)]

    def _write(self, connection: Connection, row: Any, label: OwnerLabel | None, by: str, at: datetime) -> None:
        mention = mention_from_row(row)
        said = replace(
            mention,
            owner_label=label,
            labelled_at=None if label is None else at,
            labelled_by="" if label is None else by,
            status=_status_after(mention, label),
            changed_at=at,
        )
        connection.execute(
            update(MENTIONS)
            .where(_M.number == row.number)
            .values(
                label=label,
                labelled_at=seconds(said.labelled_at),
                labelled_by=said.labelled_by,
                status=said.status.value,
                changed_at=at.timestamp(),
            )
        )
        self._record_event(connection, said, by_owner=True)
        self._record_label(connection, mention.linkback.id, at)


def _status_after(mention: Mention, label: OwnerLabel | None) -> Status:
    """What holds for a mention once the owner has said this of it."""
    if mention.status is Status.GONE:
        return Status.GONE
    if mention.decision is not None:
        return status_of(mention.decision, label, shadow=mention.shadow)
    return Status.WAITING if label is None else STATUS_BY_LABEL[label]


def _action(row: Any) -> LabelAction:
    at = moment(row.at)
    assert at is not None  # noqa: S101 - the column is never NULL
    return LabelAction(
        row.mention,
        row.batch,
        at,
        row.by,
        owner_label_of(row.before),
        owner_label_of(row.after),
    )
