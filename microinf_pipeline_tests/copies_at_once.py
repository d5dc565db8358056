"""Copies among posts that are all at hand, as a night finds them: for tests and benches that want no whole night."""

from __future__ import annotations

from typing import Any

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.features.folding import fold
from microinf_pipeline.features.signatures import rules, signatures
from microinf_pipeline.night.copy_clusters import affected_groups, name_copies
from microinf_pipeline.night.copy_pairs import find_pairs

NUMBERS = {name: value for name, value in rules().items() if isinstance(value, int | float)}
_BEFORE: dict[str, Any] = {
    **dict.fromkeys(("network", "post_id", "survivor_network", "survivor_post_id", "duplicate_type", "formula"), pl.String()),
    "similarity": pl.Float64(),
}


def show_posts(engine: Engine, posts: pl.DataFrame) -> None:
    """Make `window_signatures` and `copy_written` of posts: network, post_id, posted_on, created_at, person, title, text."""
    signed = pl.concat([posts.drop("title", "text"), signatures(fold(posts["text"]))], how="horizontal")
    engine.register_frame("window_signatures", signed)
    engine.register_frame("copy_written", posts.select("network", "post_id", "posted_on", "title", "text"))


def find_edges(engine: Engine, changed: str = "TRUE", **numbers: float) -> None:
    """Make `_copy_edges` of what `show_posts` shows, looking at the changed ones (a SQL predicate) alone."""
    engine.define_table("signatures_before", "SELECT * FROM window_signatures WHERE FALSE", {})
    engine.define_table("copy_changed", f"SELECT network, post_id, posted_on FROM window_signatures WHERE {changed}", {})
    first, last = engine.query("SELECT min(posted_on), max(posted_on) FROM window_signatures").row(0)
    find_pairs(engine, NUMBERS | numbers | {"first_on": first, "last_on": last})
    engine.define_table("_copy_edges", "SELECT * FROM found_edges", {})


def name_clusters(engine: Engine) -> pl.DataFrame:
    """The clusters of all `_copy_edges`: columns of `_post_copies`, with group_no and cluster_no, by post_id."""
    ends = engine.query("SELECT network, post_id FROM _copy_edges")
    affected_groups(engine, ends.unique(), lambda: engine.query("SELECT * FROM _copy_edges"))
    engine.register_frame("copies_before", pl.DataFrame(schema=_BEFORE))
    engine.define_table(
        "copy_people",
        "SELECT g.network, g.post_id, g.posted_on, g.group_no, g.cluster_no, s.created_at, s.copy_key, s.person AS account_id,"
        " s.person FROM copy_groups AS g"
        " INNER JOIN window_signatures AS s ON s.network = g.network AND s.post_id = g.post_id AND s.posted_on = g.posted_on",
        {},
    )
    name_copies(engine)
    return engine.query(
        "SELECT c.*, g.group_no, g.cluster_no FROM found_copies AS c"
        " INNER JOIN copy_groups AS g ON g.network = c.network AND g.post_id = c.post_id ORDER BY c.post_id"
    )


def find_copies(engine: Engine, posts: pl.DataFrame) -> pl.DataFrame:
    """All three in one."""
    show_posts(engine, posts)
    find_edges(engine)
    return name_clusters(engine)
