"""The tables of the service's database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, MetaData, String, Table, Text

__all__ = ["ACTIONS", "MENTIONS", "META", "OUTBOX", "TABLES"]

TABLES = MetaData()
_Number = BigInteger().with_variant(Integer, "sqlite")
"""Only INTEGER numbers rows by itself in SQLite."""

MENTIONS = Table(
    "mentions",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("pair", BigInteger, nullable=False),  # digest of blog, source and target
    Column("blog", String, nullable=False),
    Column("origin", String, nullable=False),
    Column("status", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("target_url", Text, nullable=False),
    Column("target", Text, nullable=False),  # the same in comparison form
    Column("domain", String, nullable=False),
    Column("campaign", String, nullable=False),
    Column("received_at", Float, nullable=False),  # seconds since 1970
    Column("changed_at", Float, nullable=False),
    Column("linkback", Text, nullable=False),  # JSON, as sent
    Column("verdict", String),  # NULL: not judged yet
    Column("probability", Float),
    Column("decision", Text),  # JSON
    Column("label", String),
    Column("labelled_at", Float),
    Column("labelled_by", String, nullable=False, default=""),
    Column("shadow", Boolean, nullable=False, default=False),
    Column("vouch", Text, nullable=False, default=""),
    Column("due_at", Float),  # NULL: not in the queue
    Column("attempts", Integer, nullable=False, default=0),
    Column("words", Text, nullable=False, default=""),  # what a search looks in
    Column("post_title", Text, nullable=False, default=""),  # our post's; empty: not known
    Column("sender", String, nullable=False, default=""),  # the sender's network; empty: not known
    Column("crashes", Integer, nullable=False, default=0),  # how often the process ended while it was judged
    sqlite_autoincrement=True,
)
Index("mentions_by_pair", MENTIONS.c.pair)
Index("mentions_by_status", MENTIONS.c.status, MENTIONS.c.number)
Index("mentions_by_blog", MENTIONS.c.blog, MENTIONS.c.status, MENTIONS.c.number)
Index("mentions_by_domain", MENTIONS.c.domain, MENTIONS.c.number)
Index("mentions_by_campaign", MENTIONS.c.campaign, MENTIONS.c.number)
Index("mentions_by_target", MENTIONS.c.target, MENTIONS.c.status)
Index("mentions_by_probability", MENTIONS.c.status, MENTIONS.c.probability)
Index("mentions_by_time", MENTIONS.c.received_at)
Index("mentions_by_sender", MENTIONS.c.sender, MENTIONS.c.due_at, sqlite_where=MENTIONS.c.due_at.is_not(None))
Index("mentions_held", MENTIONS.c.status, MENTIONS.c.domain, MENTIONS.c.campaign, MENTIONS.c.blog)
Index("mentions_due", MENTIONS.c.due_at, sqlite_where=MENTIONS.c.due_at.is_not(None))

ACTIONS = Table(
    "actions",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("mention", String, nullable=False, index=True),
    Column("batch", String, nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("by", String, nullable=False),
    Column("before", String),
    Column("after", String),
    Column("undone", Boolean, nullable=False, default=False),
)

OUTBOX = Table(
    "outbox",
    TABLES,
    Column("number", _Number, primary_key=True, autoincrement=True),
    Column("channel", String, nullable=False),  # webhook or history
    Column("payload", Text, nullable=False),  # JSON
    Column("subject", String, nullable=False, default="", index=True),  # the mention's id
    Column("due_at", Float, nullable=False, index=True),
    Column("attempts", Integer, nullable=False, default=0),
    Column("problem", Text, nullable=False, default=""),  # what went wrong last
)

META = Table(
    "meta",
    TABLES,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
