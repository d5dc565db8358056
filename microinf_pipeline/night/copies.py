"""Finding copies among posts: keys in the engine, a second look at the pairs that share one, groups, and their words.

Put here: the order of it. Keep out: what alike means (`features/near_copies`), the queries (`models/touched/copy*.sql`).
"""

from __future__ import annotations

import polars as pl

from microinf_pipeline.catalog.engine import Engine
from microinf_pipeline.features.copy_groups import grouped
from microinf_pipeline.features.folding import fold_written
from microinf_pipeline.features.near_copies import EDGE, Text, formula_in, judged, similarity
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.signatures import normal_form, rules
from microinf_pipeline.night.model_runs import sql_of

_PAIRS_AT_ONCE = 1_000_000
_LIKENESS = {
    "text_no": pl.Int64(),
    "survivor_text_no": pl.Int64(),
    "similarity": pl.Float64(),
    "percent": pl.Int64(),
    "formula": pl.String(),
}


def find_copies(engine: Engine) -> int:
    """Make the session table `copies` (columns: models/touched/copies.sql), one row a post that has copies; returns its rows.

    Needs two relations. `copy_signatures`: network, post_id, posted_on, created_at, person (a creator or account; NULL =
    nobody known), SIGNATURE, is_fresh (look for copies of this post; what is not fresh is only compared with what is).
    `copy_written`: network, post_id, title, text of the same posts.
    """
    numbers = {name: value for name, value in rules().items() if isinstance(value, int | float)}
    engine.define_table("copy_posts", sql_of("copy_posts"), numbers)
    engine.define_table("copy_texts", sql_of("copy_texts"), numbers)
    engine.define_table("copy_candidates", sql_of("copy_candidates"), numbers)
    engine.register_frame("copy_groups", grouped(_edges(engine)))
    engine.define_table("copy_members", sql_of("copy_members"), numbers)
    engine.register_frame("copy_likeness", _likeness(engine))
    return engine.define_table("copies", sql_of("copies"), numbers)


def _edges(engine: Engine) -> pl.DataFrame:
    """Candidate pairs that hold, a stretch of texts at a time so that memory stays bounded."""
    found = [
        judged(pairs, _texts(engine, pairs["a"].append(pairs["b"])))
        for pairs in engine.batches("SELECT a, b FROM copy_candidates ORDER BY a, b", rows=_PAIRS_AT_ONCE)
    ]
    return pl.concat(found) if found else pl.DataFrame(schema=EDGE)


def _texts(engine: Engine, numbers: pl.Series) -> dict[int, Text]:
    """Texts by number, as the post that shows each has them."""
    engine.register_frame("copy_wanted", pl.DataFrame({"text_no": numbers.unique()}, {"text_no": pl.Int64}))
    shown = engine.query(
        "SELECT t.text_no, w.title, w.text FROM copy_texts AS t SEMI JOIN copy_wanted AS n ON n.text_no = t.text_no"
        " INNER JOIN copy_written AS w ON w.network = t.shown_by.network AND w.post_id = t.shown_by.post_id"
    )
    written = said(shown)
    normal = normal_form(fold_written(written))
    return {n: Text(form, text) for n, form, text in zip(shown["text_no"], normal, written, strict=True)}


def _likeness(engine: Engine) -> pl.DataFrame:
    """How alike each text is to what it repeats, and the formula it uses."""
    pairs = engine.query(
        "SELECT DISTINCT text_no, survivor_text_no FROM copy_members WHERE survivor_text_no IS NOT NULL ORDER BY ALL"
    )
    texts = _texts(engine, pairs["text_no"].append(pairs["survivor_text_no"]))
    formulas = {
        n: formula_in(folded)
        for n, folded in zip(texts, fold_written(pl.Series([t.written for t in texts.values()], dtype=pl.String)), strict=True)
    }
    rows = []
    for one, other in pairs.iter_rows():
        alike = 1.0 if one == other else round(similarity(texts[one].normal, texts[other].normal), 4)
        rows.append((one, other, alike, round(100 * alike), formulas[one]))
    return pl.DataFrame(rows, schema=_LIKENESS, orient="row")
