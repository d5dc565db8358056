"""Which texts belong together, once pairs of them are judged.

Put here: groups over edges. Keep out: what an edge is (`near_copies`) and who posted what (the models).

Likeness is not handed on: A like B and B like C does not make A like C, and among thousands of texts about one product such
chains join nearly all. So only pairs that are surely one text hold as chains. Of what is left, the text with most likenesses
gathers those that are like itself, then the next one, and so on: each member of a group is like its middle.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final

import polars as pl

from microinf_pipeline.catalog.observed import Schema
from microinf_pipeline.features.signatures import rules

#: What `grouped` gives: one row a text that has an edge; texts without one stand alone.
GROUP: Final[Schema] = {
    "text_no": pl.Int64(),
    "group_no": pl.Int64(),  # smallest text_no among its copies
    "cluster_no": pl.Int64(),  # smallest text_no among copies and other fillings of its form
    "component_no": pl.Int64(),  # smallest text_no that edges lead to: no edge elsewhere can change its group
}
Edges = Iterable[tuple[int, int]]


def grouped(edges: pl.DataFrame) -> pl.DataFrame:
    """EDGE rows, in any order → GROUP, by text_no."""
    texts = pl.concat([edges["a"], edges["b"]]).unique().sort().to_list()
    pairs = edges.select("a", "b")
    copies = _around_middles(edges.filter(~pl.col("is_form")))
    forms = pairs.filter(edges["is_form"])
    clusters = _smallest_reached([*copies.items(), *forms.iter_rows()])
    components = _smallest_reached(pairs.iter_rows())
    rows = [(text, copies.get(text, text), clusters[text], components[text]) for text in texts]
    return pl.DataFrame(rows, schema=GROUP, orient="row")


def _around_middles(edges: pl.DataFrame) -> dict[int, int]:
    """text → smallest text of its group. Of equally good middles the smallest text gathers first."""
    surely = edges["similarity"] >= rules()["surely_alike"]
    same = _smallest_reached(edges.filter(surely).select("a", "b").iter_rows())
    texts = pl.concat([edges["a"], edges["b"]]).unique().to_list()
    size = Counter(same.get(text, text) for text in texts)
    like: dict[int, set[int]] = defaultdict(set)
    for one, other in edges.filter(~surely).select("a", "b").iter_rows():
        a, b = same.get(one, one), same.get(other, other)
        if a != b:
            like[a].add(b)
            like[b].add(a)
    gathers = {text: size[text] + sum(size[other] for other in like[text]) for text in size}
    middle: dict[int, int] = {}
    for text in sorted(size, key=lambda text: (-gathers[text], text)):
        if text not in middle:
            middle |= dict.fromkeys((text, *(other for other in like[text] if other not in middle)), text)
    smallest: dict[int, int] = {}
    for text in sorted(texts):
        smallest.setdefault(middle[same.get(text, text)], text)
    return {text: smallest[middle[same.get(text, text)]] for text in texts}


def _smallest_reached(edges: Edges) -> dict[int, int]:
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
