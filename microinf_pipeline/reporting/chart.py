"""Charts as SVG text: no library, no script, coloured by the page's own style.

A charting library costs half a second of imports a night and draws colours that cannot follow light and dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

_WIDTH, _HEIGHT = 720, 210
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 6, 12, 28


@dataclass(frozen=True)
class Day:
    """One bar: mentions that count as earned, and the others on top."""

    day: date
    earned: int
    other: int


def daily_bars(label: str, days: Sequence[Day]) -> Markup:
    """Stacked bars, one a day; days without a row stay empty. `label` says what the chart shows, for screen readers."""
    if not days:
        return Markup("")
    first, last = days[0].day, days[-1].day
    step = (_WIDTH - _LEFT - _RIGHT) / ((last - first).days + 1)
    ticks = nice_ticks(max(d.earned + d.other for d in days))
    scale = (_HEIGHT - _TOP - _BOTTOM) / ticks[-1]
    parts = [
        Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">').format(_WIDTH, _HEIGHT, label),
        *(_gridline(tick, scale) for tick in ticks),
        *(_label(day, _LEFT + ((day - first).days + 0.5) * step) for day in _labelled(first, last)),
        *(_bar(d, _LEFT + (d.day - first).days * step, step, scale) for d in days),
        Markup("</svg>"),
    ]
    return Markup("").join(parts)


def nice_ticks(highest: int) -> list[int]:
    """Round whole numbers from 0 to at least the highest, three to six of them."""
    step = 1
    while step * 5 < highest:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return [*range(0, max(highest, 1) + step, step)]


def _labelled(first: date, last: date) -> list[date]:
    """Mondays, every other one when there are many."""
    monday = first + timedelta(days=-first.weekday() % 7)
    every = 14 if (last - first).days > 45 else 7
    return [monday + timedelta(days=n) for n in range(0, (last - monday).days + 1, every)]


def _gridline(tick: int, scale: float) -> Markup:
    y = _HEIGHT - _BOTTOM - tick * scale
    line = Markup('<path class="grid" d="M{} {:.1f}H{}"/>').format(_LEFT, y, _WIDTH - _RIGHT)
    return line + Markup('<text class="tick" x="{}" y="{:.1f}" text-anchor="end">{:,}</text>').format(_LEFT - 6, y + 4, tick)


def _label(day: date, x: float) -> Markup:
    anchor = "end" if x > _WIDTH - 45 else "middle"
    return Markup('<text class="tick" x="{:.1f}" y="{}" text-anchor="{}">{}</text>').format(
        _WIDTH if anchor == "end" else x, _HEIGHT - 8, anchor, f"{day.day} {day:%b}"
    )


def _bar(one: Day, x: float, step: float, scale: float) -> Markup:
    base = _HEIGHT - _BOTTOM
    width = max(step - 1.2, 0.8)
    rects = Markup("")
    for kind, low, high in (("earned", 0, one.earned), ("other", one.earned, one.earned + one.other)):
        if high > low:
            rects += Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                kind, x, base - high * scale, width, (high - low) * scale
            )
    return Markup("<g><title>{}: {} earned, {} other</title>{}</g>").format(one.day, one.earned, one.other, rects)
