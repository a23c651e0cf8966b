"""The queue's filters in the page's address, so that a filtered list can be linked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlencode

from moderator.records import Kind, Verdict
from moderator.service.records import Filter, Order, Status

__all__ = ["ListQuery", "read_list_query"]

_TIMES = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
_LONGEST = 300


class ListQuery(NamedTuple):
    """What the address asks for."""

    filter: Filter
    fields: dict[str, str]
    """As given, for the form; what makes no sense is left out."""
    before: int
    """Where this part of the list begins; 0: at the first."""
    order: Order

    @property
    def is_narrowed(self) -> bool:
        """Whether more than a status is asked for."""
        return bool(self.fields.keys() - {"status", "order"})

    def url_query(self, **changed: object) -> str:
        """The address's query with some fields changed."""
        fields: dict[str, Any] = self.fields | changed
        return urlencode({name: value for name, value in fields.items() if value})


def read_list_query(query: Mapping[str, str], now: datetime) -> ListQuery:
    """Reads the filters; without any, what is held.

    >>> read_list_query({"status": "spam", "kind": "nonsense"}, datetime.max).fields
    {'status': 'spam'}
    """
    fields: dict[str, str] = {}
    chosen: dict[str, Any] = {}
    status = query.get("status", "held")
    if status in set(Status):
        chosen["status"], fields["status"] = Status(status), status
    elif status == "all":
        fields["status"] = status
    for name, choices in (("kind", Kind), ("verdict", Verdict)):
        value = query.get(name, "")
        if value in set(choices):
            chosen[name], fields[name] = choices(value), value
    for name in ("blog", "domain", "campaign", "text", "target_url"):
        value = query.get(name, "").strip()[:_LONGEST]
        if value:
            chosen[name] = fields[name] = value
    if query.get("time") in _TIMES:
        fields["time"] = query["time"]
        chosen["since"] = now - _TIMES[query["time"]]
    order = Order.TIME
    if query.get("order") in set(Order):
        order = Order(query["order"])
        fields["order"] = order.value
    before = query.get("before", "")
    return ListQuery(Filter(**chosen), fields, int(before) if before.isdecimal() and len(before) < 19 else 0, order)
