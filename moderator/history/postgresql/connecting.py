"""Connections to a PostgreSQL server, and what to do about its errors: for the history and for the service alike."""

from __future__ import annotations

try:
    import psycopg
    from sqlalchemy import create_engine
    from sqlalchemy.engine import Engine, make_url
    from sqlalchemy.exc import DBAPIError
except ImportError as error:
    from moderator.errors import MissingExtraError

    raise MissingExtraError("SQLAlchemy with psycopg", extra="postgresql") from error

from moderator.history.address import Address

__all__ = ["CONFLICTS", "LOCK_TIMEOUT", "advice", "is_unsent", "make_engine", "state_of"]

_STEP_SECONDS = 60
"""Longest statement; the longest ones fetch or forget one page of rows."""
_IDLE_SECONDS = 300
"""Longest silence within a transaction before the server ends it, so that a process that hangs stops nobody."""
CONFLICTS = ("40001", "40P01")
"""SQLSTATE of a serialisation failure and of a deadlock."""
LOCK_TIMEOUT = "55P03"

_WAYS_OUT = (
    ("authentication failed", "put the right password into ~/.pgpass or PGPASSWORD"),
    ("no password supplied", "put the password into ~/.pgpass or PGPASSWORD"),
    ("does not exist", "make it, or name another one"),
    ("permission denied", "let the user make a schema in this database, or make one named {schema} for it"),
    ("lock timeout", "another process keeps it busy; stop that one, or try again"),
    ("too many", "let the server take more connections (max_connections)"),
    ("starting up", "wait until the server is ready"),
    ("failed to resolve", "check the host's name"),
)


def make_engine(
    address: Address, timeout: float, *, pool: int, more: int, schema: str = "", check: bool = False
) -> Engine:
    """A pool of connections; nothing is connected yet.

    Args:
        address: Where it is.
        timeout: Seconds to wait for a connection, and while another process writes.
        pool: Connections that stay open.
        more: Further ones while many threads are at work.
        schema: Where names without a schema are looked up; empty: as the server says.
        check: Whether a connection is tried before each use, so that one that was lost is replaced.
    """
    url = make_url(address.text)
    milliseconds = max(1, round(timeout * 1000))
    own = (
        f"-c lock_timeout={milliseconds} -c statement_timeout={_STEP_SECONDS * 1000}"
        f" -c idle_in_transaction_session_timeout={_IDLE_SECONDS * 1000}"
    )
    given = url.query.get("options", "")
    options = f"{own} {given if isinstance(given, str) else ' '.join(given)}"  # the owner's come last, and win
    if schema:
        options += f" -c search_path={schema}"
    # Silence on the line is noticed in a minute: a host that lost its power answers nothing.
    alive = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}
    wanted = {"connect_timeout": max(2, round(timeout)), "application_name": "moderator", **alive}
    settings = {name: value for name, value in wanted.items() if name not in url.query}
    return create_engine(
        url,
        pool_size=pool,
        max_overflow=more,
        pool_timeout=timeout,
        pool_use_lifo=True,
        pool_pre_ping=check,
        hide_parameters=True,
        use_native_hstore=False,
        connect_args={**settings, "options": options},
    )


def state_of(error: DBAPIError) -> str:
    """The SQLSTATE of an error; empty: the server did not answer."""
    return getattr(error.orig, "sqlstate", None) or ""


def advice(cause: str, schema: str) -> str:
    """What to do about what a server says.

    Args:
        cause: Its words.
        schema: The name of our schema.
    """
    found = next((way for sign, way in _WAYS_OUT if sign in cause), "see whether the server is well")
    return found.format(schema=schema)


def is_unsent(error: BaseException) -> bool:
    """Whether a statement's values could not even be written down, so that the server knows nothing of it."""
    if isinstance(error, DBAPIError):
        return isinstance(error.orig, psycopg.DataError) and error.orig.sqlstate is None
    return isinstance(error, UnicodeError)
