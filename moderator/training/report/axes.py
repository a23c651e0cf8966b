"""Axes of an SVG chart: scales, ticks and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from moderator.training.report.markup import Markup, joined, tag

__all__ = ["Axes", "Tick", "linear", "percent", "root"]

Scale = Callable[[float], float]
Tick = tuple[float, str]


def linear(value: float) -> float:
    """The value itself."""
    return value


def root(value: float) -> float:
    """Its square root: small shares, where decisions are made, get room."""
    return sqrt(max(0.0, value))


def percent(share: float) -> str:
    """A share as people write it.

    >>> percent(0.001), percent(0.25)
    ('0.1 %', '25 %')
    """
    return f"{100 * share:.{3 if share > 0.01 else 2}g} %"


@dataclass(frozen=True, slots=True)
class Axes:
    """Maps shares between 0 and 1 into a picture."""

    width: float = 360.0
    height: float = 280.0
    left: float = 46.0
    right: float = 14.0
    top: float = 14.0
    bottom: float = 42.0
    """Margins in pixels."""
    x_scale: Scale = linear
    y_scale: Scale = linear

    def x(self, value: float) -> float:
        """Pixels from the left."""
        return self.left + self.x_scale(value) * (self.width - self.left - self.right)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        return self.height - self.bottom - self.y_scale(value) * (self.height - self.top - self.bottom)

    def frame(self, x_ticks: Sequence[Tick], y_ticks: Sequence[Tick], x_name: str, y_name: str) -> Markup:
        """Grid, numbers and names."""
        low, high = self.y(0), self.y(1)
        first, last = self.x(0), self.x(1)
        parts = []
        for value, label in x_ticks:
            at = self.x(value)
            parts.append(tag("line", x1=at, x2=at, y1=low, y2=high, class_="grid"))
            parts.append(tag("text", label, x=at, y=low + 15, text_anchor="middle", class_="tick"))
        for value, label in y_ticks:
            at = self.y(value)
            parts.append(tag("line", x1=first, x2=last, y1=at, y2=at, class_="grid"))
            parts.append(tag("text", label, x=first - 6, y=at + 3.5, text_anchor="end", class_="tick"))
        parts.append(tag("text", x_name, x=(first + last) / 2, y=self.height - 6, text_anchor="middle", class_="name"))
        middle = (low + high) / 2
        turned = f"rotate(-90 11 {middle:.1f})"
        parts.append(tag("text", y_name, x=11.0, y=middle, text_anchor="middle", class_="name", transform=turned))
        return joined(parts)

    def line(self, points: Iterable[tuple[float, float]], class_: str) -> Markup:
        """A line through points."""
        way = " ".join(f"{self.x(one):.1f},{self.y(other):.1f}" for one, other in points)
        return tag("polyline", points=way, class_=class_)

    def area(self, points: Sequence[tuple[float, float]], class_: str) -> Markup:
        """What lies between a line and the x axis."""
        if not points:
            return Markup()
        way = " ".join(f"{self.x(one):.1f},{self.y(other):.1f}" for one, other in points)
        start, end = self.x(points[0][0]), self.x(points[-1][0])
        return tag("polygon", points=f"{start:.1f},{self.y(0):.1f} {way} {end:.1f},{self.y(0):.1f}", class_=class_)

    def picture(self, description: str, *parts: str) -> Markup:
        """The whole as a picture that scales; `description` says in words what it shows."""
        view = f"0 0 {self.width:g} {self.height:g}"
        return tag("svg", tag("title", description), *parts, viewBox=view, role="img", class_="chart")
