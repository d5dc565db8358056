"""Charts are small, drawn by hand, and say nothing but counts."""

from __future__ import annotations

from urllib.parse import unquote
from xml.etree import ElementTree

from microinf_pipeline.orchestration.charts import bars

SVG = "{http://www.w3.org/2000/svg}"


def drawn(markdown: str) -> ElementTree.Element:
    return ElementTree.fromstring(unquote(markdown.split("data:image/svg+xml,")[1].removesuffix(")")))


def test_a_bar_a_count_as_high_as_its_share() -> None:
    heights = [float(bar.attrib["height"]) for bar in drawn(bars("Posts", [("a", 10), ("b", 5), ("c", 0)])).iter(f"{SVG}rect")]
    assert heights == [74.0, 37.0, 1.0]


def test_labels_are_text_whatever_they_hold() -> None:
    assert next(drawn(bars("Rows", [("<a&b>", 1)])).iter(f"{SVG}title")).text == "<a&b>: 1"


def test_nothing_is_drawn_of_nothing() -> None:
    assert (bars("Posts", []), bars("Posts", [("a", 0)])) == ("", "")


def test_a_long_history_keeps_its_last_sixty_bars_and_stays_small() -> None:
    chart = bars("Posts", [(f"2026-01-{n}", n) for n in range(1000)])
    assert len(list(drawn(chart).iter(f"{SVG}rect"))) == 60
    assert len(chart) < 20_000
