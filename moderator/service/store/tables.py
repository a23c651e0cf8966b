"""The tables of the service's database."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    func,
    literal_column,
)

from moderator.service.store.dialects import LongText, ShortText

__all__ = ["ACTIONS", "DOUBT", "MENTIONS", "META", "OUTBOX", "PROCESSES", "TABLES"]

TABLES = MetaData()
_Number = BigInteger().with_variant(Integer, "sqlite")
"""Only INTEGER numbers rows by itself in SQLite."""

MENTIONS = Table(
    "mentions",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", ShortText, nullable=False, unique=True),
    Column("pair", BigInteger, nullable=False),  # digest of blog, source and target
    Column("blog", ShortText, nullable=False),
    Column("origin", ShortText, nullable=False),
    Column("status", ShortText, nullable=False),
    Column("kind", ShortText, nullable=False),
    Column("source_url", LongText, nullable=False),
    Column("target_url", LongText, nullable=False),
    Column("target", LongText, nullable=False),  # the same in comparison form
    Column("domain", ShortText, nullable=False),
    Column("campaign", ShortText, nullable=False),
    Column("received_at", Float, nullable=False),  # seconds since 1970
    Column("changed_at", Float, nullable=False),
    Column("linkback", LongText, nullable=False),  # JSON, as sent
    Column("verdict", ShortText),  # NULL: not judged yet
    Column("probability", Float),
    Column("decision", LongText),  # JSON
    Column("label", ShortText),
    Column("labelled_at", Float),
    Column("labelled_by", ShortText, nullable=False, default=""),
    Column("shadow", Boolean, nullable=False, default=False),
    Column("vouch", LongText, nullable=False, default=""),
    Column("due_at", Float),  # NULL: not in the queue
    Column("attempts", Integer, nullable=False, default=0),
    Column("words", LongText, nullable=False, default=""),  # what a search looks in
    Column("post_title", LongText, nullable=False, default=""),  # our post's; empty: not known
    Column("sender", ShortText, nullable=False, default=""),  # the sender's network; empty: not known
    Column("crashes", Integer, nullable=False, default=0),  # how often the process ended while it was judged
    Column("taken_by", ShortText, nullable=False, default=""),  # the process that took it last; empty: nobody has it
    sqlite_autoincrement=True,
)
_HALF = literal_column("0.5", Float)  # no bound value: databases compare the words of an expression with an index's
DOUBT: ColumnElement[float] = func.abs(func.coalesce(MENTIONS.c.probability, _HALF) - _HALF)
"""How far the probability is from 0.5: the smaller, the more doubtful; what is not judged is in doubt."""
_QUEUED = MENTIONS.c.due_at.is_not(None)

Index("mentions_by_pair", MENTIONS.c.pair)
Index("mentions_by_status", MENTIONS.c.status, MENTIONS.c.number)
Index("mentions_by_blog", MENTIONS.c.blog, MENTIONS.c.status, MENTIONS.c.number)
Index("mentions_by_domain", MENTIONS.c.domain, MENTIONS.c.number)
Index("mentions_by_campaign", MENTIONS.c.campaign, MENTIONS.c.number)
Index("mentions_by_target", MENTIONS.c.target, MENTIONS.c.status).ddl_if(dialect="sqlite")
# PostgreSQL's usual index takes no text of some kilobytes, and addresses may be longer
Index("mentions_by_hashed_target", MENTIONS.c.target, postgresql_using="hash").ddl_if(dialect="postgresql")
Index("mentions_by_probability", MENTIONS.c.status, MENTIONS.c.probability)
Index("mentions_by_doubt", MENTIONS.c.status, DOUBT, MENTIONS.c.number.desc())
Index("mentions_by_time", MENTIONS.c.received_at)
Index("mentions_by_sender", MENTIONS.c.sender, MENTIONS.c.due_at, sqlite_where=_QUEUED, postgresql_where=_QUEUED)
Index("mentions_held", MENTIONS.c.status, MENTIONS.c.domain, MENTIONS.c.campaign, MENTIONS.c.blog)
Index("mentions_held_of_campaign", MENTIONS.c.status, MENTIONS.c.campaign)
Index("mentions_due", MENTIONS.c.due_at, sqlite_where=_QUEUED, postgresql_where=_QUEUED)

ACTIONS = Table(
    "actions",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("mention", ShortText, nullable=False, index=True),
    Column("batch", ShortText, nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("by", ShortText, nullable=False),
    Column("before", ShortText),
    Column("after", ShortText),
    Column("undone", Boolean, nullable=False, default=False),
)

OUTBOX = Table(
    "outbox",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("channel", ShortText, nullable=False),  # webhook or history
    Column("payload", LongText, nullable=False),  # JSON
    Column("subject", ShortText, nullable=False, default="", index=True),  # the mention's id
    Column("due_at", Float, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("problem", LongText, nullable=False, default=""),  # what went wrong last
)

META = Table(
    "meta",
    TABLES,
    Column("name", ShortText, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

PROCESSES = Table(
    "processes",
    TABLES,
    Column("name", ShortText, primary_key=True),
    Column("seen_at", Float, nullable=False),  # by the database's clock
)
