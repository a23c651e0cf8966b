"""Charts as SVG, made here: no script draws them, and each comes with a title and a table beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from moderator.service.records import Volume

__all__ = ["filled", "volume_chart"]

_WIDTH, _HEIGHT, _FOOT = 720, 200, 22
_SERIES = (("approve", "approve"), ("hold", "hold"), ("spam", "spam"))


def filled(volume: Sequence[Volume], last: date, days: int) -> list[Volume]:
    """One entry for each of the last days, also where nothing came.

    >>> [each.day for each in filled([], date(2026, 1, 2), 2)]
    ['2026-01-01', '2026-01-02']
    """
    known = {each.day: each for each in volume}
    wanted = [(last - timedelta(days=back)).isoformat() for back in range(days - 1, -1, -1)]
    return [known.get(day, Volume(day, 0, 0, 0)) for day in wanted]


def volume_chart(volume: Sequence[Volume]) -> str:
    """Stacked bars: how many linkbacks each day brought, by verdict.

    Args:
        volume: Days in order.

    Returns:
        An SVG element; colours come from classes.
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
            height = count / most * (_HEIGHT - 14)
            top -= height
            bars.append(
                f'<rect class="bar {kind}" x="{place * step + 1:.1f}" y="{top:.1f}" width="{max(step - 2, 1):.1f}" '
                f'height="{height:.1f}"><title>{escape(each.day)}: {count:,} {kind}</title></rect>'
            )
    first, last = (volume[0].day, volume[-1].day) if volume else ("", "")
    return (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {_HEIGHT + _FOOT}" role="img" aria-labelledby="volume-title">'
        f'<title id="volume-title">Linkbacks a day by verdict, at most {most:,}</title>{"".join(bars)}'
        f'<line class="axis" x1="0" y1="{_HEIGHT}" x2="{_WIDTH}" y2="{_HEIGHT}"/>'
        f'<text class="tick" x="0" y="{_HEIGHT + 16}">{escape(first)}</text>'
        f'<text class="tick end" x="{_WIDTH}" y="{_HEIGHT + 16}">{escape(last)}</text>'
        f'<line class="grid" x1="0" y1="14" x2="{_WIDTH}" y2="14"/>'
        f'<text class="tick" x="0" y="10">{most:,}</text></svg>'
    )
