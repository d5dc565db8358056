"""Charts by Altair, drawn to SVG when the page is made: nothing is loaded or run where it is read.

Colours are the page's own variables, so a chart follows light and dark; its words are the page's too (caption, key, table
beside it), so the drawing itself is one image to a screen reader. Put here: drawing. Keep out: what is counted (`sections`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Literal

from markupsafe import Markup

from microinf_pipeline.reporting.grid import Grid
from microinf_pipeline.reporting.shown import Language

if TYPE_CHECKING:
    import altair as alt

#: Below this many points a table says more than a drawing, and a small page needs no charting library (0.5 s to import).
FEWEST_POINTS: Final = 5

#: Colours of series, in order; each has a value for light, dark and paper in report.css.
SERIES: Final = tuple(f"var(--series-{n})" for n in range(1, 6))
_INK, _LINE = "var(--soft)", "var(--line)"
_WIDTH, _HEIGHT = 760, 200


@dataclass(frozen=True)
class Figure:
    """A chart with its caption, what it shows in words, its key (label, colour), and its numbers as a table."""

    caption: str
    svg: Markup
    alt: str
    key: tuple[tuple[str, str], ...]
    table: Grid
    kind: str = "figure"


def daily_bars(points: Sequence[Mapping[str, Any]], series: Sequence[str], language: Language) -> Markup:
    """Stacked bars a day. `points`: day (ISO), series, value."""
    import altair as alt

    drawn = (
        _chart(points)
        .mark_bar(size=min(_WIDTH / max(len({p["day"] for p in points}), 1) - 1.5, 24))
        .encode(
            x=_days(language),
            y=_counts(),
            color=_colours(series),
            order=alt.Order("order:Q"),
        )
    )
    return _svg(drawn, language)


def progress(points: Sequence[Mapping[str, Any]], goal: float, pace: Sequence[Mapping[str, Any]], language: Language) -> Markup:
    """A line that grows to a goal (dashed, level), beside the even pace that reaches it in time (dotted).

    `points`, `pace`: day (ISO), value.
    """
    import altair as alt

    x, y = _days(language), _counts()
    reached = _chart(points).mark_line(strokeWidth=3, interpolate="step-after").encode(x=x, y=y, color=alt.value(SERIES[0]))
    even = _chart(pace).mark_line(strokeDash=[2, 4], strokeWidth=2).encode(x=x, y=y, color=alt.value(_INK))
    level = _chart([{"value": goal}]).mark_rule(strokeDash=[8, 4], strokeWidth=2).encode(y=y, color=alt.value(SERIES[1]))
    return _svg(alt.layer(level, even, reached), language)


def lines(points: Sequence[Mapping[str, Any]], series: Sequence[str], language: Language) -> Markup:
    """A line a series, shares from 0 to 1. `points`: day (ISO), series, value."""
    import altair as alt

    y = alt.Y("value:Q", title=None, scale=alt.Scale(domainMin=0), axis=alt.Axis(format=".0%", tickCount=4))
    drawn = _chart(points).mark_line(strokeWidth=3, point=True).encode(x=_days(language), y=y, color=_colours(series))
    return _svg(drawn, language)


def heat(cells: Sequence[Mapping[str, Any]], language: Language) -> Markup:
    """A square a cohort and month, the darker the larger the share, which stands in it. `cells`: cohort, step, share, words."""
    import altair as alt

    base = _chart(cells).encode(
        x=alt.X("step:O", title=None, axis=alt.Axis(labelAngle=0, orient="top")), y=alt.Y("cohort:O", title=None, sort=None)
    )
    squares = base.mark_rect(cornerRadius=3, color=SERIES[0]).encode(
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 0.55]), legend=None)
    )
    told = base.mark_text(color="var(--ink)").encode(text="words:N")
    rows = len({cell["cohort"] for cell in cells})
    return _svg((squares + told).properties(height=34 * rows), language)


def _chart(values: Sequence[Mapping[str, Any]]) -> alt.Chart:
    import altair as alt

    data: Any = {"values": [dict(value) for value in values]}
    return alt.Chart(data).properties(width=_WIDTH, height=_HEIGHT)


def _days(language: Language) -> alt.X:
    import altair as alt

    axis = alt.Axis(format=_DAY[language], tickCount=6, labelFlush=True, labelOverlap=True)
    return alt.X("day:T", title=None, axis=axis)


def _counts() -> alt.Y:
    import altair as alt

    return alt.Y("value:Q", title=None, axis=alt.Axis(format="~s", tickCount=4))


def _colours(series: Sequence[str]) -> alt.Color:
    import altair as alt

    scale = alt.Scale(domain=list(series), range=list(SERIES[: len(series)]))
    return alt.Color("series:N", scale=scale, legend=None)


_AXIS = {
    "labelColor": _INK,
    "gridColor": _LINE,
    "domainColor": _LINE,
    "tickColor": _LINE,
    "labelFontSize": 13,
    "gridWidth": 1,
}
_DAY: Final[dict[Language, str]] = {"en": "%-d %b", "de": "%-d. %b"}
_LOCALES: Final[dict[Language, Literal["en-US", "de-DE"]]] = {"en": "en-US", "de": "de-DE"}


def _svg(drawn: Any, language: Language) -> Markup:
    told = drawn.configure(background="transparent", aria=False, font="sans-serif", padding=4).configure_view(stroke=None)
    return _drawn(told.configure_axis(**_AXIS).configure_axisX(grid=False).configure_text(fontSize=13).to_json(), language)


@cache
def _drawn(spec: str, language: Language) -> Markup:
    """The drawing, as wide as its place. It is read once for a page, though two languages may share it."""
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(spec, format_locale=_LOCALES[language], time_format_locale=_LOCALES[language])
    svg = re.sub(
        r'<svg [^>]*?viewBox="([^"]+)"[^>]*>', r'<svg viewBox="\1" aria-hidden="true" focusable="false">', svg, count=1
    )
    return Markup(svg)
