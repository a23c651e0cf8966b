"""Charts as SVG, drawn on the server; each has a title and a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import NamedTuple

from moderator.service.records import Volume

__all__ = ["Chart", "fill_days", "volume_chart"]

_WIDTH, _HEIGHT, _ROOF = 720, 200, 2
_SERIES = (("approve", "approve"), ("hold", "hold"), ("spam", "spam"))


class Chart(NamedTuple):
    """A picture, and what it cannot say itself."""

    svg: str
    """An SVG element, made of our own words and numbers alone."""
    caption: str
    """Plain text."""


def fill_days(volume: Sequence[Volume], last: date, days: int) -> list[Volume]:
    """One entry for each of the last days, also where nothing came.

    >>> [each.day for each in fill_days([], date(2026, 1, 2), 2)]
    ['2026-01-01', '2026-01-02']
    """
    known = {each.day: each for each in volume}
    wanted = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
    return [known.get(day, Volume(day, 0, 0, 0)) for day in wanted]


def volume_chart(volume: Sequence[Volume]) -> Chart:
    """Stacked bars: how many linkbacks each day brought, by verdict.

    Args:
        volume: Days in order.

    Returns:
        The chart; its colours come from classes.
    """
    most = max((each.approve + each.hold + each.spam for each in volume), default=0) or 1
    step = _WIDTH / max(1, len(volume))
    bars = []
    for place, each in enumerate(volume):
        top = float(_HEIGHT)
        for name, kind in _SERIES:
            count = getattr(each, name)
            if not count:
                continue
            height = count / most * (_HEIGHT - _ROOF)
            top -= height
            bars.append(
                f'<rect class="bar {kind}" x="{place * step + 1:.1f}" y="{top:.1f}" width="{max(step - 2, 1):.1f}" '
                f'height="{height:.1f}"><title>{escape(each.day)}: {count:,} {kind}</title></rect>'
            )
    span = f"{volume[0].day} to {volume[-1].day}" if volume else "no days"
    svg = (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT + 1}" role="img" aria-labelledby="volume-title">'
        f'<title id="volume-title">Linkbacks a day by verdict, {escape(span)}, at most {most:,}</title>{"".join(bars)}'
        f'<line class="grid" x1="0" y1="{_ROOF}" x2="{_WIDTH}" y2="{_ROOF}"/>'
        f'<line class="axis" x1="0" y1="{_HEIGHT}" x2="{_WIDTH}" y2="{_HEIGHT}"/></svg>'
    )
    return Chart(svg, f"{span}; the dashed line is {most:,} a day.")
