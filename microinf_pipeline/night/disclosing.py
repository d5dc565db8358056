"""What posts say of a commercial connection: labels are found in the texts of touched days, then mentions are judged.

Put here: which texts and mentions, and the session relations their tables are made from. Keep out: wordings and verdicts
(`features.disclosure`), rates (models).
"""

from __future__ import annotations

from typing import Final

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.disclosure import LABELS, labels, verdicts
from microinf_pipeline.features.disclosure_words import rules
from microinf_pipeline.features.folding import fold_word
from microinf_pipeline.features.withdrawn import rows_of
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.partitions import neighbours

_KEY: Final = ("network", "post_id")
_READ: Final = {
    **dict.fromkeys((*_KEY, "label_in"), pl.String()), "posted_on": pl.Date(),
    **{name: type_ for name, type_ in LABELS.items() if name != "row"},
}  # fmt: skip
#: What a withdrawn post said of itself stays told, though its words are gone.
_KEPT_READINGS: Final = (
    "SELECT p.network, p.post_id, p.posted_on, p.kept_readings FROM _posts_latest AS p"
    " SEMI JOIN touched_days AS t ON t.day = p.posted_on WHERE p.kept_readings IS NOT NULL"
)
_LABELS_OF_CASES: Final = (
    "SELECT * FROM _post_labels AS l SEMI JOIN cases AS c ON c.network = l.network AND c.post_id = l.post_id"
)


def read_labels(run: NightRun) -> None:
    """The session relation `read_labels`: those in the texts of touched days, and those kept of the other days."""
    engine, months = run.engine, run.touched.post_months
    run.candidate.register(engine, TABLES["core_posts"], months)
    run.candidate.register(engine, TABLES["_post_labels"], months, view="_post_labels_before", accepted=True)
    engine.register_frame("touched_days", pl.DataFrame({"day": sorted(run.touched.days)}, {"day": pl.Date}))
    posts = engine.batches(
        "SELECT p.network, p.post_id, p.posted_on, p.title, p.text FROM _posts_latest AS p"
        " SEMI JOIN touched_days AS t ON t.day = p.posted_on WHERE coalesce(p.title, p.text) IS NOT NULL"
    )
    found = [labels_of(batch).select(*_READ) for batch in posts]
    kept = rows_of(engine.query(_KEPT_READINGS), "labels", _READ)
    engine.register_frame("new_labels", pl.concat([pl.DataFrame(schema=_READ), kept, *found]))
    engine.define_table(
        "read_labels",
        f"SELECT * FROM new_labels UNION ALL BY NAME SELECT {', '.join(_READ)} FROM _post_labels_before AS l"
        " SEMI JOIN core_posts AS p ON p.network = l.network AND p.post_id = l.post_id AND p.posted_on = l.posted_on"
        " ANTI JOIN touched_days AS t ON t.day = l.posted_on",
        {},
    )


def labels_of(posts: pl.DataFrame) -> pl.DataFrame:
    """The labels in titles and texts of posts (network, post_id, posted_on, title, text): LABELS without `row`, with the
    post's key and day, and `label_in`. A title is shown whole, so no fold hides a part of it."""
    unfolded = pl.repeat(None, posts.height, dtype=pl.String, eager=True)
    parts = (("title", unfolded), ("text", posts["network"]))
    found = [labels(posts[part], networks).with_columns(label_in=pl.lit(part)) for part, networks in parts]
    keyed = posts.select(*_KEY, "posted_on").with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return pl.concat(found).join(keyed, on="row", how="left", maintain_order="left").drop("row")


def judge_disclosures(run: NightRun) -> None:
    """The session relation `judged_disclosures`: a verdict for each case and jurisdiction."""
    engine = run.engine
    run.candidate.register(engine, TABLES["_mention_facts"], run.touched.mart_months)
    for name in ("core_posts", "_post_labels"):
        run.candidate.register(engine, TABLES[name], neighbours(run.touched.mart_months))
    cases = engine.query(sql_of("disclosure_cases"))
    engine.register_frame("cases", cases.select(_KEY).unique(maintain_order=True))
    engine.register_frame("judged_disclosures", judged(cases, engine.query(_LABELS_OF_CASES), brand_names(run.settings)))


def judged(cases: pl.DataFrame, found: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """Cases (day, network, post_id, brand_id, connection_type, platform_label) × jurisdictions with the verdict on the labels
    found of their posts: VERDICTS without `row`. `names`: brand_id, brand_names."""
    whole = cases.join(names, on="brand_id", how="left", maintain_order="left").with_row_index("row")
    whole = whole.with_columns(pl.col("row").cast(pl.Int64))
    said = found.sort(*_KEY, pl.col("label_in") == "text", "char_offset").join(whole.select("row", *_KEY), on=list(_KEY))
    asked = whole.join(pl.DataFrame({"jurisdiction": rules()["jurisdictions"]}), how="cross")
    return whole.drop("brand_names").join(verdicts(asked, said), on="row").drop("row")


def brand_names(settings: Settings) -> pl.DataFrame:
    """brand_id, brand_names: what a hashtag of the brand may begin with."""
    rows = [
        (b.id, sorted({"".join(fold_word(name).split()) for name in (b.label, b.id, *b.hashtags) if name}))
        for b in settings.brands
    ]
    return pl.DataFrame(rows, {"brand_id": pl.String, "brand_names": pl.List(pl.String)}, orient="row")
