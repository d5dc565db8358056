"""`microinf forget`: an account leaves everything a home keeps, and a tombstone keeps it out.

Order matters, because a person may kill it anywhere and call it again: the tombstone first, then all that is found by the
names the tables still know, the tables themselves in one promotion, and at last the files that nothing names any more.
Put here: that course and its receipt. Keep out: rewriting files (`storage.erasing`) and rows (`removing`), who is meant
(`named_account`).
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import polars as pl

from microinf_pipeline import clock
from microinf_pipeline.catalog.policies import TOMBSTONE
from microinf_pipeline.night import publishing, stages
from microinf_pipeline.night.accepting import is_stale
from microinf_pipeline.night.contests.records import forget_entrants
from microinf_pipeline.night.erased import own_columns, without_names
from microinf_pipeline.night.named_account import NamedAccount, named_account
from microinf_pipeline.night.removing import account_for_removed, count_removed, rewrite
from microinf_pipeline.night.run import NightRun, engine_of, open_run
from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.storage import tombstones
from microinf_pipeline.storage.cleaning import forget_half_written, forget_unused
from microinf_pipeline.storage.erasing import erase_beside, erase_raw
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import replace_file
from microinf_pipeline.storage.tombstones import Tombstone


@dataclass(frozen=True)
class Receipt:
    """What an erasure found and did. Kept in the home without the account's names."""

    network: str
    keys: tuple[str, ...]  # keyed hashes
    at: str
    dry_run: bool
    erased: Mapping[str, int]  # what → how many
    left: tuple[str, ...]  # files of the user's own that still name the account
    also_known: tuple[str, ...] = ()  # accounts linked to the same person, not erased; never kept
    path: str = ""  # where it is kept


def forget(settings: Settings, network: str, account: str, *, dry_run: bool = False) -> Receipt:
    """Erase an account, by the platform's id or a handle, with every handle it had. May be called again at any time.

    Raises FixConfigurationError for an unknown network or a missing key, HomeBusyError.
    """
    home = Home(settings.home)
    with home.locked("forget"):
        engine = engine_of(settings)
        try:
            run = open_run(settings, engine, [])
            run = open_run(settings, engine, run.accepted_nights[-1:])
            run.removal = True
            who = named_account(run, network, account)
            at = clock.now().isoformat()
            left = tuple(_own_files(settings, who))
            if dry_run:
                return Receipt(network, (), at, dry_run, dict(who.counts), left, who.linked)
            stone = Tombstone(network, who.hashes(home.key()), at)
            tombstones.remember(home, stone)
            done = _erase(run, who)
        finally:
            engine.close()
        done += _clean(settings, home)
        tombstones.remember(home, msgspec.structs.replace(stone, finished=True))
        receipt = Receipt(network, stone.keys, at, dry_run, dict(done), left, who.linked)
        return replace(receipt, path=str(_keep(home, receipt)))


def _erase(run: NightRun, who: NamedAccount) -> Counter[str]:
    """Everything that is found by the account's names: files first, tables last, because those know the names."""
    run.tombstones = tombstones.load(run.home)
    own = {source.name: own_columns(source) for source in run.settings.sources}
    done = erase_raw(run.home.raw, who.traces, own) + erase_beside(run.home, who.traces)
    entries = forget_entrants(run.home, who.entered)
    done["contest entries"] = sum(entries.values())
    if run.accepted_nights:
        done += _take_rows(run, who)
        run.touched.everything = is_stale(run.settings, run.candidate.before)
        stages.remove(run)
    return done


def _take_rows(run: NightRun, who: NamedAccount) -> Counter[str]:
    """The account's deliveries leave the candidate; rows of others lose its names."""
    done: Counter[str] = Counter()
    names = who.named_in
    removed: list[pl.DataFrame] = []

    def taken(table: str, shown: str) -> None:
        def change(rows: pl.DataFrame) -> pl.DataFrame:
            gone = who.own(rows)
            theirs = rows.filter(gone)
            done[f"rows of {table}"] += theirs.height
            count_removed(run, shown, TOMBSTONE, theirs if "text" in rows.columns else theirs.filter(~pl.col("with_post")))
            if table == "observations":
                removed.append(theirs.select("night", "source", "attempt"))
            return without_names(who.without_their_posts(rows.filter(~gone)), who.traces)

        rewrite(run, table, names(table), change)

    taken("observations", "core_posts")
    taken("account_observations", "core_accounts")
    rewrite(run, "status_observations", names("status_observations"), who.without_looks)
    for table, texts in _TEXTS.items():
        rewrite(run, table, names(table), lambda rows, texts=texts: _cleared(rows, texts, who))  # type: ignore[misc]
    if removed:
        account_for_removed(run, pl.concat(removed))
    return done


#: Columns that quote what a machine met, in tables that are kept by night: NULL where they name the account, or without it.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "core_rejects": ("raw",), "mart_quality": ("evidence", "failing_keys"), "captures": ("gap_reason", "rule"),
}  # fmt: skip


def _cleared(rows: pl.DataFrame, texts: tuple[str, ...], who: NamedAccount) -> pl.DataFrame:
    for column in texts:
        named = [text for text in rows[column].drop_nulls().unique() if who.traces.found_in(text)]
        if named:
            instead = [who.traces.without(text) if column == "rule" else None for text in named]
            clean = pl.col(column).replace_strict(named, instead, default=pl.col(column), return_dtype=pl.String)
            rows = rows.with_columns(clean)
    return rows


def _clean(settings: Settings, home: Home) -> Counter[str]:
    """A snapshot without them, made from nothing; then no older one, no candidate, no file that nothing names, no spill."""
    done: Counter[str] = Counter()
    before = [path for path in home.snapshots.glob("*") if path.name.isdigit()]
    if home.published.exists() and tombstones.load(home):
        publishing.publish(settings, anew=True)
        done["snapshots"] = len(before)
    for path in home.candidates.glob("*.json"):
        path.unlink()
    done["table files"] = forget_unused(home.lake) + forget_half_written(home)
    shutil.rmtree(home.spill, ignore_errors=True)
    return done


def _own_files(settings: Settings, who: NamedAccount) -> Iterator[str]:
    """Files of the user's own, outside the home, that name the account: they are theirs to change."""
    lists = [getattr(settings.inputs, name) for name in type(settings.inputs).model_fields]
    exports = [path for source in settings.sources if isinstance(source, FileSource) for path in _matching(source)]
    for path in sorted({Path(one) for one in (*lists, *exports) if one}):
        if path.is_file() and who.is_named_in(path):
            yield str(path)


def _matching(source: FileSource) -> list[Path]:
    from microinf_pipeline.night.sources import file_spec
    from microinf_pipeline.sources.files.detect import matching_files

    return [Path(path) for path in matching_files(file_spec(source).path)[1]]


def _keep(home: Home, receipt: Receipt) -> Path:
    """The receipt as a file: `<home>/receipts/<time>-<hash>.json`. It names nobody, and no file of the user's that does."""
    kept = {
        "network": receipt.network, "keys": receipt.keys, "at": receipt.at, "erased": receipt.erased,
        "own_files_left": len(receipt.left),
    }  # fmt: skip
    path = home.receipts / f"{receipt.at[:19].replace(':', '')}-{receipt.keys[0][:12]}.json"
    replace_file(path, msgspec.json.format(msgspec.json.encode(kept)))
    return path
