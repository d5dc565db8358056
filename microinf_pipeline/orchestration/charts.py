"""Small bar charts for asset metadata: SVG by hand (a chart library costs 0.6 s to import), a few hundred bytes each.

Put here: drawing. Keep out: what is counted (`reports`).
"""

from collections.abc import Sequence
from urllib.parse import quote

_WIDTH, _HEIGHT, _MOST = 360, 90, 60


def bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Markdown that shows one bar a count; only the last 60 counts. Empty text where there is nothing to show."""
    shown = list(counts)[-_MOST:]
    highest = max((n for _, n in shown), default=0)
    if not highest:
        return ""
    step = _WIDTH / len(shown)
    drawn = "".join(_bar(position * step, step, label, n, n / highest) for position, (label, n) in enumerate(shown))
    size = f"width='{_WIDTH}' height='{_HEIGHT}'"
    frame = f"<svg xmlns='http://www.w3.org/2000/svg' {size} font-family='sans-serif' font-size='9'>"
    ends = f"{shown[0][0]} … {shown[-1][0]}" if len(shown) > 1 else shown[0][0]
    svg = f"{frame}{drawn}<text y='{_HEIGHT - 2}'>{_text(ends)}</text></svg>"
    return f"**{title}** (highest {highest})\n\n![{title}](data:image/svg+xml,{quote(svg, safe='')})"


def _bar(x: float, step: float, label: str, count: int, share: float) -> str:
    height = max(share * (_HEIGHT - 16), 1)
    top = _HEIGHT - 14 - height
    title = f"<title>{_text(label)}: {count}</title>"
    return f"<rect x='{x:.1f}' y='{top:.1f}' width='{max(step - 1, 1):.1f}' height='{height:.1f}' fill='#4f46e5'>{title}</rect>"


def _text(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
