"""Clusters of copies: connected components of pairs, the earliest member's key, and what each member repeats, in words.

Put here: which clusters are formed anew, and what must be read for it. Keep out: pairs (`copy_pairs`), nights.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.features.copy_groups import grouped
from microinf_pipeline.features.folding import fold_written
from microinf_pipeline.features.near_copies import formula_in, similarities
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.signatures import normal_form, rules
from microinf_pipeline.night.model_runs import sql_of

_KEY = ["network", "post_id"]
_SURVIVOR = ["survivor_network", "survivor_post_id"]
_OTHER = {"other_network": "network", "other_post_id": "post_id", "other_on": "posted_on"}
_GROUPS = {
    **dict.fromkeys(_KEY, pl.String()),
    "posted_on": pl.Date(),
    **dict.fromkeys(("group_no", "cluster_no", "component_no"), pl.Int64()),
}
_LIKENESS = {**dict.fromkeys(_KEY, pl.String()), "similarity": pl.Float64(), "percent": pl.Int64(), "formula": pl.String()}
_TEXTS_AT_ONCE = 50_000


def affected_groups(engine: Engine, affected: pl.DataFrame, edges: Callable[[], pl.DataFrame]) -> pl.DataFrame:
    """Make `copy_groups` (network, post_id, posted_on, group_no, cluster_no): the clusters of every component of pairs that
    holds an affected post; and `clustered_anew` (network, post_id): all posts of those components and the affected
    themselves. Returns `copy_groups`.

    `edges`: all pairs there are (columns of `_copy_edges`), asked for only where something is affected.
    """
    known = _components(edges()) if affected.height else pl.DataFrame(schema=_GROUPS)
    anew = known.join(known.join(affected, on=_KEY, how="semi"), on="component_no", how="semi")
    groups = anew.filter(pl.len().over("cluster_no") > 1)
    engine.register_frame("copy_groups", groups)
    engine.register_frame("clustered_anew", pl.concat([anew.select(_KEY), affected.select(_KEY)]).unique())
    engine.define_view("copy_edges_now", "SELECT * FROM _copy_edges", {})
    return groups


def _components(edges: pl.DataFrame) -> pl.DataFrame:
    ends = pl.concat([edges.select(*_KEY, "posted_on"), edges.select(_OTHER.keys()).rename(_OTHER)])
    posts = ends.unique(_KEY).sort(_KEY).with_row_index("no").with_columns(pl.col("no").cast(pl.Int64))
    numbered = (
        edges.join(posts.select(*_KEY, a="no"), on=_KEY)
        .join(posts.select(other_network="network", other_post_id="post_id", b="no"), on=["other_network", "other_post_id"])
        .select("a", "b", "similarity", "is_form")
    )
    return posts.join(grouped(numbered), left_on="no", right_on="text_no").select(_GROUPS.keys())


def name_copies(engine: Engine) -> None:
    """Make `found_copies` (columns of `_post_copies`), one row a post of the clusters formed anew.

    Needs `copy_people` (models/touched/copy_people.sql), `copy_edges_now` (`_copy_edges`), `copies_before` (`_post_copies`),
    `copy_changed` (network, post_id) and `copy_written` (network, post_id, title, text).
    """
    engine.define_table("copy_members", sql_of("copy_members"), {})
    engine.define_table("copy_survivors", sql_of("copy_survivors"), {})
    engine.register_frame("copy_likeness", _likeness(engine))
    engine.define_table("found_copies", sql_of("found_copies"), {"alike": rules()["alike"]})


def _likeness(engine: Engine) -> pl.DataFrame:
    """How alike each member is to what it repeats, and the formula it uses; texts are read only for what is not known."""
    parts = [_measured(engine, batch) for batch in engine.batches("SELECT * FROM copy_survivors", rows=_TEXTS_AT_ONCE)]
    return pl.concat([pl.DataFrame(schema=_LIKENESS), *parts])


def _measured(engine: Engine, members: pl.DataFrame) -> pl.DataFrame:
    unmeasured = pl.col("similarity").is_null()
    asks_formula = ~pl.col("is_known") & (pl.col("duplicate_type") == "near_duplicate")
    survivors = members.filter(unmeasured).select(network="survivor_network", post_id="survivor_post_id")
    texts = _texts(engine, pl.concat([members.filter(unmeasured | asks_formula).select(_KEY), survivors]).unique())
    other = texts.select(survivor_network="network", survivor_post_id="post_id", other="place")
    asked = members.with_columns(asks_formula=asks_formula)
    placed = asked.join(texts.drop("normal"), on=_KEY, how="left").join(other, on=_SURVIVOR, how="left")
    pairs = placed.filter(unmeasured).select("place", "other")
    told = iter(similarities(texts["normal"], pairs.to_numpy()).tolist() if pairs.height else ())
    rows = []
    for row in placed.iter_rows(named=True):
        alike = next(told) if row["similarity"] is None else row["similarity"]
        formula = formula_in(row["folded"]) if row["asks_formula"] else row["formula"]
        rows.append((row["network"], row["post_id"], round(alike, 4), round(100 * alike), formula))
    return pl.DataFrame(rows, schema=_LIKENESS, orient="row")


def _texts(engine: Engine, posts: pl.DataFrame) -> pl.DataFrame:
    """network, post_id, place (the row), normal, folded: normal form and folded text of the posts."""
    engine.register_frame("copy_wanted", posts)
    shown = engine.query(
        "SELECT w.network, w.post_id, w.title, w.text FROM copy_written AS w"
        " SEMI JOIN copy_wanted AS n ON n.network = w.network AND n.post_id = w.post_id"
    )
    folded = fold_written(said(shown))
    return shown.select(*_KEY, place=pl.int_range(pl.len()), normal=normal_form(folded), folded=folded)
