"""Pairs of posts that are copies: keys in the engine, sketches, then a second look at the texts of what is left.

Put here: the order of it. Keep out: what alike means (`features/near_copies`), the queries (`models/touched`), nights.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.features.folding import fold_written
from microinf_pipeline.features.near_copies import EDGE, Text, judged, likely
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.signatures import normal_form
from microinf_pipeline.features.sketches import matrix
from microinf_pipeline.night.model_runs import sql_of

_PAIRS_AT_ONCE = 2_000_000
_TEXTS_AT_ONCE = 200_000  # pairs whose texts are read together


def find_pairs(engine: Engine, params: Mapping[str, Any]) -> None:
    """Make `found_edges` (columns of `_copy_edges`): per changed post, and per post that looks at one, its earlier copies.

    Needs `window_signatures` and `signatures_before` (columns of `_post_signatures`), `copy_changed` (network, post_id,
    posted_on), `copy_written` (network, post_id, title, text). Also makes `looked_anew`: network, post_id, posted_on of posts
    whose earlier edges are void. `params`: numbers of rules/near_copies.toml, first_on and last_on of the posts to look at.
    """
    engine.define_table("copy_posts", sql_of("copy_posts"), params)
    stirred = engine.query("SELECT count_if(is_stirred) AS some, count_if(NOT is_stirred) AS rest FROM copy_posts").row(0)
    all_are = "SELECT no FROM copy_posts WHERE NOT is_gone"
    engine.define_table("copy_owners", sql_of("copy_owners") if all(stirred) else all_are, params)
    engine.define_table("looked_anew", _LOOKED_ANEW, {})
    engine.define_table("copy_candidates", sql_of("copy_candidates"), params)
    engine.register_frame("near_edges", _alike(engine))
    engine.define_table("found_edges", _FOUND, {})


_LOOKED_ANEW = (
    "SELECT p.network, p.post_id, p.posted_on FROM copy_posts AS p SEMI JOIN copy_owners AS o ON o.no = p.no"
    " UNION SELECT network, post_id, posted_on FROM copy_changed"
)
_FOUND = (
    "SELECT p.network, p.post_id, p.posted_on, e.network AS other_network, e.post_id AS other_post_id, e.posted_on AS other_on,"
    " m.similarity, m.is_form FROM (SELECT a, b, similarity, is_form FROM near_edges UNION ALL"
    " SELECT p.equal_no AS a, p.no AS b, 1.0 AS similarity, FALSE AS is_form FROM copy_posts AS p"
    " SEMI JOIN copy_owners AS o ON o.no = p.no WHERE p.equal_no IS NOT NULL) AS m"
    " INNER JOIN copy_posts AS p ON p.no = m.b INNER JOIN copy_posts AS e ON e.no = m.a"
)


def _alike(engine: Engine) -> pl.DataFrame:
    """Candidate pairs that hold, a stretch of posts at a time so that memory stays bounded."""
    wanted = engine.query(_SKETCHES)
    if wanted.is_empty():
        return pl.DataFrame(schema=EDGE)
    numbers, letters = wanted["no"].to_numpy(), wanted["copy_letters"].to_numpy()
    sketched = matrix(wanted["copy_sketch"])
    kept = [
        likely(pairs, numbers, sketched, letters)
        for pairs in engine.batches("SELECT a, b FROM copy_candidates", rows=_PAIRS_AT_ONCE)
    ]
    pairs = pl.concat(kept).sort("b", "a")
    found = [judged(part, _texts(engine, part)) for part in pairs.iter_slices(_TEXTS_AT_ONCE)]
    return pl.concat(found) if found else pl.DataFrame(schema=EDGE)


_SKETCHES = (
    "SELECT p.no, p.copy_letters, s.copy_sketch FROM copy_posts AS p"
    " SEMI JOIN (SELECT a AS no FROM copy_candidates UNION SELECT b AS no FROM copy_candidates) AS c ON c.no = p.no"
    " INNER JOIN window_signatures AS s ON s.network = p.network AND s.post_id = p.post_id AND s.posted_on = p.posted_on"
    " ORDER BY p.no"
)


def _texts(engine: Engine, pairs: pl.DataFrame) -> dict[int, Text]:
    """Texts by number of their post."""
    numbers = pl.concat([pairs["a"], pairs["b"]]).unique()
    engine.register_frame("copy_wanted", pl.DataFrame({"no": numbers}, {"no": pl.Int64}))
    shown = engine.query(
        "SELECT p.no, w.title, w.text FROM copy_posts AS p SEMI JOIN copy_wanted AS n ON n.no = p.no"
        " INNER JOIN copy_written AS w ON w.network = p.network AND w.post_id = p.post_id"
    )
    written = said(shown)
    normal = normal_form(fold_written(written))
    return {n: Text(form, text) for n, form, text in zip(shown["no"], normal, written, strict=True)}
