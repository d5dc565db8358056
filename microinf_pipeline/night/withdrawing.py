"""Words of posts that are deleted, protected or withheld leave what a home stores, in the promotion of the night that finds
it, for origins whose policy follows deletions (`delete_within_hours`).

What was delivered up to the last look that found a post gone loses its words, whenever that delivery comes: so the order of
nights does not matter, and a post that returns shows what it says since. Put here: which rows and pages, and that they stay so
in a replay. Keep out: what goes from a row (`features.withdrawn`) and from a page (`storage.blanking`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec
import polars as pl

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.features.withdrawn import OwnWords, own_words, readings, without_words
from microinf_pipeline.night.disclosing import labels_of
from microinf_pipeline.night.expiring import anew_path
from microinf_pipeline.night.given import brand_rules
from microinf_pipeline.night.model_runs import sql_of
from microinf_pipeline.night.removing import rewrite
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings import Settings
from microinf_pipeline.storage.blanking import blank_posts
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.raw import Capture, closed_nights
from microinf_pipeline.storage.state import replace_file

_OBSERVATIONS, _LOOKS = TABLES["observations"], TABLES["status_observations"]
_PLACE = ("source", "attempt", "file", "row_number")
_ROW = ["night", *_PLACE]


class Withdrawn(msgspec.Struct, frozen=True):
    """Posts of a network whose words still have to leave raw pages."""

    network: str
    posts: tuple[str, ...]


def withdraw(run: NightRun, *, everything: bool = False) -> int:
    """Take the words out of the deliveries tonight brings or finds gone; `everything`: out of all. Returns the deliveries."""
    engine, candidate = run.engine, run.candidate
    if not candidate.rows_of(_LOOKS):
        return 0
    candidate.register(engine, _LOOKS, view="looks_all")
    if not engine.define_table("withdrawn_posts", sql_of("withdrawn_posts"), {}):
        return 0
    candidate.register(engine, _OBSERVATIONS, view="observations_all")
    engine.register_frame("nights_tonight", pl.DataFrame({"night": list(run.nights)}, {"night": pl.Date}))
    _clear_rejects(run, everything=everything)
    found = engine.query(sql_of("withdrawn_rows"), {"everything": everything})
    if found.height:
        _silence(run, found)
        run.withdrawn = _by_network(found)
    return found.height


def _silence(run: NightRun, found: pl.DataFrame) -> None:
    run.engine.register_frame("withdrawn_rows", found)
    here = " AND ".join(f"w.{name} = rewritten_nights.{name}" for name in _ROW)
    own = own_words(brand_rules(run.settings), _contest_tags(run.settings))
    nights = {night.isoformat() for night in found["night"]}
    which = f"EXISTS (SELECT 1 FROM withdrawn_rows AS w WHERE {here})"
    rewrite(run, _OBSERVATIONS.name, which, lambda rows: _silenced(run, rows, found, own), nights)


def _contest_tags(settings: Settings) -> list[str]:
    return [tag for contest in settings.contests for tag in (*contest.hashtags.any, *contest.hashtags.all)]


def _silenced(run: NightRun, rows: pl.DataFrame, found: pl.DataFrame, own: OwnWords) -> pl.DataFrame:
    theirs = rows.join(found.select(_ROW), on=_ROW, how="semi", maintain_order="left")
    numbered = theirs.with_columns(post_id=pl.int_range(theirs.height, eager=True).cast(pl.String))
    labels = labels_of(numbered).with_columns(row=pl.col("post_id").cast(pl.Int64)).drop("network", "post_id", "posted_on")
    told = readings(theirs, brand_rules(run.settings), labels)
    return pl.concat([rows.join(found.select(_ROW), on=_ROW, how="anti"), without_words(theirs, own, told)])


def _clear_rejects(run: NightRun, *, everything: bool) -> None:
    """Rows nobody could read that name one of the posts may repeat its words: they go as received, as old ones do."""
    posts = run.engine.query("SELECT post_id, gone_in FROM withdrawn_posts ORDER BY ALL")
    new = posts["post_id"] if everything else posts.filter(pl.col("gone_in").is_in(run.nights))["post_id"]
    origins = run.engine.query("SELECT origin FROM refusing_origins WHERE follows_deletions")["origin"]
    nights = None if len(new) else run.night_keys
    run.candidate.register(run.engine, TABLES["core_rejects"], nights=nights, view="rejects_held")
    rows = run.engine.query("SELECT night, origin, raw FROM rejects_held WHERE raw IS NOT NULL")
    tonight = pl.col("night").is_in(run.nights) & pl.col("raw").str.contains_any(posts["post_id"].to_list())
    named = tonight | pl.col("raw").str.contains_any(new.to_list()) if len(new) else tonight
    repeats = pl.col("origin").is_in(origins.to_list()) & named.fill_null(value=False)
    cleared = pl.when(repeats).then(None).otherwise(pl.col("raw"))
    found = {night.isoformat() for night in rows.filter(repeats)["night"].unique()}
    if found:
        rewrite(run, "core_rejects", "raw IS NOT NULL", lambda rows: rows.with_columns(raw=cleared), found)


def _by_network(found: pl.DataFrame) -> tuple[Withdrawn, ...]:
    return tuple(
        Withdrawn(str(network), tuple(sorted(set(rows["post_id"]))))
        for (network,), rows in found.sort("network").group_by("network", maintain_order=True)
    )


def as_withdrawn(run: NightRun, rows: pl.DataFrame) -> pl.DataFrame:
    """Observations of one capture as they are stored: raw no longer tells what was read from words that were withdrawn."""
    if rows.is_empty():
        return rows
    night, source, attempt = rows.select("night", "source", "attempt").row(0)
    run.candidate.register(run.engine, _OBSERVATIONS, nights={night.isoformat()}, view="observed_before", accepted=True)
    kept = run.engine.query(
        "SELECT * FROM observed_before WHERE kept_readings IS NOT NULL AND source = $source AND attempt = $attempt",
        {"source": source, "attempt": attempt},
    )
    rows = rows.with_columns(kept_readings=pl.lit(None, pl.String())).select(_OBSERVATIONS.column_names)
    if kept.is_empty():
        return rows
    mine = kept.join(rows, on=list(_PLACE), how="semi")
    return pl.concat([rows.join(mine, on=list(_PLACE), how="anti", maintain_order="left"), mine], how="vertical_relaxed")


def _due_path(home: Home) -> Path:
    """Its being there says that raw pages still hold words that the accepted state no longer has."""
    return home.lake / "withdrawn.json"


def remember_withdrawn(run: NightRun) -> None:
    """Right before the promotion: what raw has to lose after it, so that a killed run is made up for by the next."""
    if run.withdrawn:
        replace_file(_due_path(run.home), msgspec.json.encode((*_due(run.home), *run.withdrawn)))
        replace_file(anew_path(run.home), b"words were withdrawn\n")


def _due(home: Home) -> tuple[Withdrawn, ...]:
    path = _due_path(home)
    return msgspec.json.decode(path.read_bytes(), type=tuple[Withdrawn, ...]) if path.exists() else ()


def remove_words_from_raw(run: NightRun) -> int:
    """After the promotion: the words leave the raw pages of the network. Returns pages rewritten."""
    rewritten = 0
    for due in _due(run.home):
        for capture in _captures(run, due.network):
            rewritten += blank_posts(capture.pages.folder, frozenset(due.posts))
    _due_path(run.home).unlink(missing_ok=True)
    return rewritten


def _captures(run: NightRun, network: str) -> Iterable[Capture]:
    sources = [source.name for source in run.settings.sources if source.type == network]
    for name in sources:
        for night, manifests in closed_nights(run.home.raw, name).items():
            yield from (Capture(run.home.raw, name, night, one.attempt) for one in manifests if not one.purged)
