"""Which account is meant, and every name, row and post it has in a home: handles it had before, rows that knew a handle alone.

Put here: finding it out from the accepted tables. Keep out: what is done with it (`forgetting`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from microinf_pipeline.catalog.observed import NETWORKS
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.contests.records import FrozenEntry
from microinf_pipeline.night.erased import silenced
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.storage.erasing import decompressed
from microinf_pipeline.storage.tombstones import hashed
from microinf_pipeline.storage.traces import Traces

Span = tuple[date, date | None]
_POINTERS = ("reply_to_post_id", "repost_of_post_id", "quote_of_post_id", "thread_root_post_id", "bridged_from_uri")
_DAY = {"observations": "posted_on", "account_observations": "observed_on"}


@dataclass(frozen=True)
class NamedAccount:
    """An account of a network: its keys (the id; `h:` and each handle), the days its handles were another's, its posts."""

    network: str
    ids: frozenset[str]
    handles: frozenset[str]
    of_others: Mapping[str, tuple[Span, ...]]  # handle → days on which it was another account's
    posts: frozenset[str]  # post ids and protocol uris
    traces: Traces
    counts: Counter[str]  # what there is of it, per table
    linked: tuple[str, ...] = ()

    def hashes(self, key: bytes) -> tuple[str, ...]:
        """What its tombstone holds."""
        return tuple(sorted(hashed(key, self.network, name) for name in (*self.ids, *(f"h:{h}" for h in self.handles))))

    def own(self, rows: pl.DataFrame) -> pl.Series:
        """Which rows of deliveries are the account's: by its id, or by a handle alone on a day it was its own."""
        day = "posted_on" if "posted_on" in rows.columns else "observed_on"
        keys = zip(rows["network"], rows["account_key"], rows[day], strict=True)
        return pl.Series([network == self.network and self._is_theirs(key, on) for network, key, on in keys], dtype=pl.Boolean)

    def _is_theirs(self, key: str | None, day: date) -> bool:
        if key is None or key in self.ids:
            return key is not None
        handle = key.removeprefix("h:").lower()
        if not key.startswith("h:") or handle not in self.handles:
            return False
        return not any(first <= day and (end is None or day < end) for first, end in self.of_others.get(handle, ()))

    def without_their_posts(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of others: what repeats a post of the account's loses its words, and nothing points to one any more."""
        if "repost_of_post_id" not in rows.columns:
            return rows
        same = pl.col("network") == self.network
        repeats = (same & pl.col("repost_of_post_id").is_in(list(self.posts))) | pl.col("bridged_from_uri").is_in(
            list(self.posts)
        )
        away = [pl.when(~pl.col(c).is_in(list(self.posts)).fill_null(False)).then(pl.col(c)).alias(c) for c in _POINTERS]
        return silenced(rows, rows.select(repeats.fill_null(value=False)).to_series()).with_columns(away)

    def without_looks(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Looks at posts without those at the account's."""
        return rows.filter(~((pl.col("network") == self.network) & pl.col("post_id").is_in(list(self.posts))))

    def named_in(self, table: str) -> str:
        """SQL that is true for rows of a table that may name the account; the rows themselves are then looked at."""
        wanted = sorted({name.lower() for name in (*self.ids, *self.handles)} | {post.lower() for post in self.posts})
        texts = [
            c.name for c in TABLES[table].columns if c.type in ("VARCHAR", "VARCHAR[]") and c.name not in ("source", "file")
        ]
        row = f"lower(concat_ws(' ', {', '.join(f'CAST({name} AS VARCHAR)' for name in texts)}))"
        listed = ", ".join("'" + name.replace("'", "''") + "'" for name in wanted)
        return f"len(list_filter([{listed}], name -> contains({row}, name))) > 0"

    def entered(self, entry: FrozenEntry) -> bool:
        """Whether a frozen entry of a contest is the account's."""
        if entry.network != self.network:
            return False
        return (
            entry.account_id in self.ids
            or entry.post_id in self.posts
            or (entry.account_id or "").removeprefix("h:") in self.handles
        )

    def is_named_in(self, path: Path) -> bool:
        """Whether a file, also a packed one, names the account."""
        text = decompressed(path).decode("utf-8", errors="replace").lower()
        return any(name.lower() in text for name in (*self.ids, *self.handles))


def named_account(run: NightRun, network: str, account: str) -> NamedAccount:
    """The account with that id or handle. One that no table knows has the name that was given, and no rows.

    Raises FixConfigurationError for an unknown network or an empty name.
    """
    given = account.strip()
    if network not in NETWORKS or not given.strip("@"):
        raise FixConfigurationError(
            f"no account '{account}' on network '{network}'",
            where="--network, --account",
            fix=f"networks: {', '.join(NETWORKS)}",
        )
    for name in ("core_account_aliases", "account_observations", "observations", "core_creator_links"):
        run.candidate.register(run.engine, TABLES[name])
    ids = _ids(run, network, given)
    handles = _handles(run, network, ids) | (frozenset() if ids and given in ids else frozenset({given.lstrip("@").lower()}))
    ids = ids or (frozenset() if given.startswith("@") else frozenset({given}))
    named = NamedAccount(
        network, ids, handles, _of_others(run, network, ids, handles), frozenset(), Traces(ids, handles), Counter()
    )
    return _with_rows(run, named)


def _ids(run: NightRun, network: str, given: str) -> frozenset[str]:
    bare = given.lstrip("@")
    known = _names(run, "SELECT account_key FROM account_observations WHERE network = $network AND account_key = $given"
                        " UNION SELECT account_key FROM observations WHERE network = $network AND account_key = $given",
                   network=network, given=given)  # fmt: skip
    if known:
        return known
    held = run.engine.query(
        "SELECT account_id FROM core_account_aliases WHERE network = $network AND alias = $alias"
        " ORDER BY valid_from DESC, account_id LIMIT 1",
        {"network": network, "alias": bare.lower()},
    )
    return frozenset(held["account_id"])


def _names(run: NightRun, sql: str, **params: str) -> frozenset[str]:
    return frozenset(run.engine.query(sql, params).to_series().drop_nulls())


def _handles(run: NightRun, network: str, ids: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(
        _names(run, "SELECT alias FROM core_account_aliases WHERE network = $network AND account_id = $id"
                    " UNION SELECT lower(handle) FROM account_observations WHERE network = $network AND account_key = $id"
                    " UNION SELECT lower(handle) FROM observations WHERE network = $network AND account_key = $id",
               network=network, id=one)
        for one in ids
    ))  # fmt: skip


def _of_others(run: NightRun, network: str, ids: frozenset[str], handles: frozenset[str]) -> dict[str, tuple[Span, ...]]:
    spans = run.engine.query(
        "SELECT alias, valid_from, valid_to, account_id FROM core_account_aliases WHERE network = $network",
        {"network": network},
    ).filter(pl.col("alias").is_in(list(handles)) & ~pl.col("account_id").is_in(list(ids)))
    found: dict[str, tuple[Span, ...]] = {}
    for alias, first, end, _ in spans.iter_rows():
        found[alias] = (*found.get(alias, ()), (first, end))
    return found


def _with_rows(run: NightRun, named: NamedAccount) -> NamedAccount:
    """The same account with its posts, what there is of it, and the accounts of the same person."""
    counts: Counter[str] = Counter()
    keys = [*named.ids, *(f"h:{handle}" for handle in named.handles)]
    listed = ", ".join("'" + key.replace("'", "''") + "'" for key in keys)
    posts: set[str] = set()
    said: set[str] = set()
    for table in _DAY:
        rows = run.engine.query(
            f"SELECT * FROM {table} WHERE network = $network AND account_key IN ({listed})", {"network": named.network}
        )
        theirs = rows.filter(named.own(rows))
        counts[f"rows of {table}"] = theirs.height
        if table == "observations":
            said = {text.strip() for column in ("text", "title") for text in theirs[column].drop_nulls()} - {""}
            posts = {*theirs["post_id"], *theirs["protocol_uri"].drop_nulls(), *theirs["url"].drop_nulls()}
    linked = run.engine.query(
        "SELECT o.network, o.account_id FROM core_creator_links AS l INNER JOIN core_creator_links AS o"
        " ON o.creator_id = l.creator_id AND (o.network <> l.network OR o.account_id <> l.account_id)"
        f" WHERE l.network = $network AND l.account_id IN ({listed}) ORDER BY ALL",
        {"network": named.network},
    )
    return replace(
        named, posts=frozenset(posts), counts=counts,
        traces=Traces(named.ids, named.handles, frozenset(posts), frozenset(said)),
        linked=tuple(f"{network} {account_id}" for network, account_id in linked.iter_rows()),
    )  # fmt: skip
