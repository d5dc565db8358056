"""Which texts belong together, once pairs of them are judged.

Put here: groups over edges. Keep out: what an edge is (`near_copies`) and who posted what (the models).

Likeness is not handed on: A like B and B like C does not make A like C, and among thousands of texts about one product such
chains join nearly all. So only pairs that are surely one text hold as chains. Of what is left, the text with most likenesses
gathers those that are like itself, then the next one, and so on: each member of a group is like its middle.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

import numpy as np
import numpy.typing as npt
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
Places = npt.NDArray[np.int64]


def grouped(edges: pl.DataFrame) -> pl.DataFrame:
    """EDGE rows, in any order → GROUP, by text_no."""
    texts = np.unique(np.concatenate([edges["a"].to_numpy(), edges["b"].to_numpy()]))
    a, b = (np.searchsorted(texts, edges[side].to_numpy()) for side in ("a", "b"))
    is_form, surely = edges["is_form"].to_numpy(), (edges["similarity"] >= rules()["surely_alike"]).to_numpy()
    same = _smallest_reached(len(texts), a[~is_form & surely], b[~is_form & surely])
    middle = _middles(same, a[~is_form & ~surely], b[~is_form & ~surely])
    copies = _smallest_of_each(middle[same])
    each = np.arange(len(texts))
    clusters = _smallest_reached(len(texts), np.concatenate([each, a[is_form]]), np.concatenate([copies, b[is_form]]))
    components = _smallest_reached(len(texts), a, b)
    named = (each, copies, clusters, components)
    return pl.DataFrame(dict(zip(GROUP, (texts[places] for places in named), strict=True)), GROUP)


def _middles(same: Places, a: Places, b: Places) -> Places:
    """By text (the smallest of those that are surely one): its middle. Of equally good ones the smallest gathers first."""
    one, other = same[a], same[b]
    links = np.unique(np.stack([np.minimum(one, other), np.maximum(one, other)], axis=1)[one != other], axis=0)
    like: dict[int, list[int]] = defaultdict(list)
    for low, high in links.tolist():
        like[low].append(high)
        like[high].append(low)
    size = np.bincount(same, minlength=len(same)).tolist()
    gathers = {text: size[text] + sum(size[near] for near in like[text]) for text in like}
    middle = np.full(len(same), -1)
    for text in sorted(like, key=lambda text: (-gathers[text], text)):
        if middle[text] < 0:
            middle[[text, *(near for near in like[text] if middle[near] < 0)]] = text
    return np.where(middle < 0, np.arange(len(same)), middle)


def _smallest_of_each(label: Places) -> Places:
    """By text: the smallest text of the same label."""
    smallest = np.full(len(label), len(label))
    np.minimum.at(smallest, label, np.arange(len(label)))
    return smallest[label]


def _smallest_reached(count: int, a: Places, b: Places) -> Places:
    """By text: the smallest one that edges lead to."""
    above = np.arange(count)
    while (above[a] != above[b]).any():
        one, other = above[a], above[b]
        np.minimum.at(above, np.maximum(one, other), np.minimum(one, other))
        while (above[above] != above).any():
            above = above[above]
    return above
