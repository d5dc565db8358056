"""Which texts belong together, once pairs of them are judged.

Put here: connected components over edges. Keep out: what an edge is (`near_copies`) and who posted what (the models).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from microinf_pipeline.catalog.observed import Schema

#: What `grouped` gives: one row a text that has an edge; texts without one stand alone.
GROUP: Final[Schema] = {
    "text_no": pl.Int64(),
    "group_no": pl.Int64(),  # smallest text_no among its copies
    "cluster_no": pl.Int64(),  # smallest text_no among copies and other fillings of its form
}


def grouped(edges: pl.DataFrame) -> pl.DataFrame:
    """EDGE rows, in any order → GROUP, by text_no."""
    texts = pl.concat([edges["a"], edges["b"]]).unique().sort().to_list()
    copies = _smallest_reached(edges.filter(~pl.col("is_form")).select("a", "b").iter_rows())
    clusters = _smallest_reached(edges.select("a", "b").iter_rows())
    rows = [(text, copies.get(text, text), clusters[text]) for text in texts]
    return pl.DataFrame(rows, schema=GROUP, orient="row")


def _smallest_reached(edges: Iterable[tuple[int, int]]) -> dict[int, int]:
    above: dict[int, int] = {}

    def root(of: int) -> int:
        while (parent := above.setdefault(of, of)) != of:
            above[of] = above[parent]
            of = above[of]
        return of

    for one, other in edges:
        low, high = sorted((root(one), root(other)))
        above[high] = low
    return {text: root(text) for text in list(above)}
