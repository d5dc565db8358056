"""Copies in a night: signatures of what is new, the pairs and clusters it may change, and the days that touches.

Put here: what is looked at anew and in which months. Keep out: finding pairs (`copy_pairs`) and naming clusters
(`copy_clusters`), which know no night; what alike means (`features/near_copies`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.folding import fold_written
from microinf_pipeline.features.rows import said
from microinf_pipeline.features.signatures import SIGNATURE, signatures
from microinf_pipeline.night.copy_clusters import affected_groups, name_copies
from microinf_pipeline.night.copy_pairs import find_pairs
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.night.touching import gather_posts
from microinf_pipeline.storage.partitions import month_of

_SIGNATURES, _EDGES, _COPIES = TABLES["_post_signatures"], TABLES["_copy_edges"], TABLES["_post_copies"]
_POSTS, _LINKS, _AUDIENCE = TABLES["core_posts"], TABLES["core_creator_links"], TABLES["_account_day_audience"]
_READ = {"network": pl.String(), "post_id": pl.String(), **SIGNATURE}
_SIGNED_AT_ONCE = 50_000


def sign_posts(run: NightRun) -> None:
    """The session relation `read_signatures`: of posts of the touched months whose words are not the accepted ones."""
    engine = run.engine
    run.candidate.register(engine, _SIGNATURES, run.touched.post_months, view="signatures_before", accepted=True)
    engine.define_table("post_words", sql_of("post_words"), {})
    known = "" if run.touched.everything else _WITHOUT_KNOWN
    engine.register_frame("read_signatures", pl.DataFrame(schema=_READ))
    for batch in engine.batches(_UNSIGNED + known, rows=_SIGNED_AT_ONCE):
        engine.append("read_signatures", _signed(batch))


_UNSIGNED = (
    "SELECT p.network, p.post_id, p.title, p.text FROM _posts_latest AS p"
    " INNER JOIN post_words AS w ON w.network = p.network AND w.post_id = p.post_id"
)
_WITHOUT_KNOWN = (
    " ANTI JOIN signatures_before AS b ON b.network = w.network AND b.post_id = w.post_id AND b.words_md5 = w.words_md5"
)


def _signed(posts: pl.DataFrame) -> pl.DataFrame:
    signed = signatures(fold_written(said(posts)))
    return pl.concat([posts.select("network", "post_id"), signed], how="horizontal")


def find_edges(run: NightRun) -> None:
    """Pairs that tonight's words may change: `found_edges`, `looked_anew`, `edges_before`."""
    engine, touched = run.engine, run.touched
    run.candidate.register(engine, _SIGNATURES, touched.post_months)
    engine.define_table("copy_changed", sql_of("copy_changed"), run.params() | {"everything": touched.everything})
    span = _span(run)
    months = _months_between(*span) if span else set()
    run.candidate.register(engine, _SIGNATURES, months, view="window_signatures")
    _show_words(run, months)
    find_pairs(engine, run.params() | dict(zip(("first_on", "last_on"), span or (None, None), strict=True)))
    looked = engine.query("SELECT DISTINCT strftime(posted_on, '%Y-%m') AS month FROM looked_anew")["month"]
    touched.copy_months |= set(looked.to_list()) | (run.candidate.months(_EDGES) if _builds_all(run) else set())
    run.candidate.register(engine, _EDGES, touched.copy_months, view="edges_before", accepted=True)


def _span(run: NightRun) -> tuple[date, date] | None:
    """First and last day of what may be a copy of a changed post."""
    first, last = run.engine.query("SELECT min(posted_on), max(posted_on) FROM copy_changed").row(0)
    window = timedelta(days=run.settings.copies.window_days)
    return None if first is None else (first - window, last + window)


def _builds_all(run: NightRun) -> bool:
    return run.touched.everything and not run.touched.only_months


def _months_between(first: date, last: date) -> set[str]:
    return {month_of(first + timedelta(days=n)) for n in range((last - first).days + 1)}


def _show_words(run: NightRun, months: set[str]) -> None:
    """The relation `copy_written`: day, title and text of the posts of some months, tonight's where the month is touched."""
    before = months - run.touched.post_months
    run.candidate.register(run.engine, _POSTS, before, view="posts_written_before", accepted=True)
    run.engine.define_view("copy_written", _WRITTEN, {})


_WRITTEN = (
    "SELECT network, post_id, posted_on, title, text FROM _posts_latest"
    " UNION ALL SELECT network, post_id, posted_on, title, text FROM posts_written_before"
)


def find_clusters(run: NightRun) -> None:
    """Clusters that tonight's pairs, times or persons may change: `found_copies`, `clustered_anew`, `copies_before`."""
    engine = run.engine
    groups = affected_groups(engine, _affected(run), lambda: _all_edges(run))
    months = _months_of(groups["posted_on"])
    run.candidate.register(engine, _SIGNATURES, months, view="member_signatures")
    run.candidate.register(engine, _AUDIENCE, months, view="member_audience")
    run.touched.copy_months |= months
    run.candidate.register(engine, _COPIES, run.touched.copy_months, view="copies_before", accepted=True)
    _show_words(run, months)
    engine.define_table("copy_people", sql_of("copy_people"), {})
    name_copies(engine)


def _affected(run: NightRun) -> pl.DataFrame:
    """network, post_id of posts whose clusters are formed anew."""
    engine = run.engine
    run.candidate.register(engine, _EDGES, run.touched.copy_months)
    run.candidate.register(engine, _COPIES, view="all_copies_before", accepted=True)
    run.candidate.register(engine, _LINKS)
    run.candidate.register(engine, _LINKS, view="core_creator_links_before", accepted=True)
    run.candidate.register(engine, _AUDIENCE, run.touched.post_months)
    if run.touched.everything:
        return engine.query("SELECT network, post_id FROM _copy_edges UNION SELECT network, post_id FROM copy_changed")
    return pl.concat([engine.query(sql_of(name)) for name in ("copies_affected", "copies_of_other_people")]).unique()


def _all_edges(run: NightRun) -> pl.DataFrame:
    run.candidate.register(run.engine, _EDGES)
    return run.engine.query("SELECT * FROM _copy_edges")


def _months_of(days: Iterable[date]) -> set[str]:
    return {month_of(day) for day in set(days)}


def find_copy_days(run: NightRun) -> None:
    """After the clusters are known: days of posts of which something else is said now are touched (rules of time 7)."""
    run.candidate.register(run.engine, _COPIES, run.touched.copy_months)
    run.candidate.register(run.engine, _COPIES, run.touched.copy_months, view="copies_before", accepted=True)
    months = run.touched.post_months
    run.touched.days |= set(run.engine.query(sql_of("days_of_changed_copies"))["day"].to_list())
    if run.touched.post_months != months:
        gather_posts(run)
