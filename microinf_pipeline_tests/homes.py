"""Small homes for tests: a configuration with file sources, rows written as CSV, nights run without Dagster."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from microinf_pipeline.catalog.tables import PUBLISHED
from microinf_pipeline.night import stages
from microinf_pipeline.night.run import NightRun, open_run
from microinf_pipeline.settings import Settings, load
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.hashing import table_sha256
from microinf_pipeline.storage.home import Home

POST = (
    "night", "seen", "id", "user", "uid", "name", "text", "created", "url", "likes", "comments", "followers", "kind", "repost_of", "quote_of",
    "reply_to",
)  # fmt: skip
PROFILE = ("night", "seen", "user", "uid", "name", "bio", "followers")

#: A second thread makes so few rows a third dearer.
CONFIG = """\
home: home
engine: {{threads: 1}}
brands:
  - id: acme
    name: Acme
    timezone: Europe/Berlin
    hashtags: ["#acme"]
    keywords: [Acme]
    owned_accounts: {{instagram: [acme_official]}}
campaigns:
  - {{id: spring, brand: acme, hashtags: ["#acmespring"], start: 2026-03-01, end: 2026-06-01}}
sources:
{sources}"""

POSTS_SOURCE = """\
  - name: {name}
    type: files
    path: {name}.csv
    holds: posts
    network: instagram
    origin: licensed_export
    required: {required}
    night: {{column: night}}
    columns:
      post_id: id
      handle: user
      account_id: uid
      display_name: name
      text: text
      created_at: created
      observed_at: seen
      url: url
      likes: likes
      comments: comments
      followers: followers
      post_type: kind
      repost_of: repost_of
      quote_of: quote_of
      reply_to: reply_to
"""

PROFILES_SOURCE = """\
  - name: profiles
    type: files
    path: profiles.csv
    holds: profiles
    network: instagram
    origin: licensed_export
    night: {column: night}
    columns: {handle: user, account_id: uid, display_name: name, bio: bio, followers: followers, observed_at: seen}
"""


def a_post(night: str, post_id: str = "", **only: Any) -> dict[str, Any]:
    """A delivery of a post on a night; an original on that day about the brand unless told otherwise."""
    row = {
        "night": night,
        "id": post_id,
        "user": "anna",
        "uid": "a1",
        "text": "I like #acme",
        "created": f"{night}T10:00:00Z",
        "kind": "original",
    }
    return row | only


def a_profile(night: str, **only: Any) -> dict[str, Any]:
    """A delivery of a profile on a night."""
    return {"night": night, "user": "anna", "uid": "a1", "followers": 5000} | only


@dataclass
class SmallHome:
    """A folder with a configuration and its input files."""

    folder: Path
    posts: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)  # source → rows
    profiles: Sequence[Mapping[str, Any]] = ()
    optional: frozenset[str] = frozenset()
    lines: str = ""  # further lines of the configuration

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        sources = "".join(
            POSTS_SOURCE.format(name=name, required=str(name not in self.optional).lower()) for name in self.posts
        )
        if self.profiles:
            sources += PROFILES_SOURCE
        (self.folder / "microinf.yaml").write_text(CONFIG.format(sources=sources) + self.lines, encoding="utf-8")
        for name, rows in self.posts.items():
            write_csv(self.folder / f"{name}.csv", POST, rows)
        if self.profiles:
            write_csv(self.folder / "profiles.csv", PROFILE, self.profiles)

    @property
    def config(self) -> Path:
        return self.folder / "microinf.yaml"

    @property
    def settings(self) -> Settings:
        return load(self.config)

    @property
    def home(self) -> Home:
        return Home(self.settings.home)

    def run(self, *nights: str, recapture: bool = False) -> NightRun:
        """Run one batch of nights up to promotion. Raises the red run's error."""
        engine = self.engine()
        try:
            run = open_run(self.settings, engine, [date.fromisoformat(n) for n in nights], recapture=recapture)
            stages.run_all(run)
            return run
        finally:
            engine.close()

    def engine(self) -> DuckDBEngine:
        return DuckDBEngine.in_memory(memory_limit="1GB", threads=1, spill=self.home.spill)

    def hashes(self) -> dict[str, str]:
        """data_sha256 of every published table the promise covers."""
        return hashes_of(self.home.lake)

    def rows(self, table: str, columns: str = "*", order: str = "ALL") -> list[dict[str, Any]]:
        """Rows of a table of the accepted state."""
        from microinf_pipeline.catalog.tables import TABLES
        from microinf_pipeline.storage.lake import Candidate

        engine = self.engine()
        try:
            Candidate(self.home.lake).register(engine, TABLES[table])
            return engine.query(f"SELECT {columns} FROM {table} ORDER BY {order}").to_dicts()
        finally:
            engine.close()


def hashes_of(lake: Path) -> dict[str, str]:
    """data_sha256 of every published table the promise covers, by the lake's accepted state."""
    state = states.load(lake)
    return {
        t.name: table_sha256({k: p.sha256 for k, p in state.partitions(t.name).items()})
        for t in PUBLISHED
        if t.layer.value != "meta" and t.name not in ("mart_quality", "mart_restatements")
    }


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Rows under a header; what a row does not name stays empty."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns)
        writer.writeheader()
        writer.writerows({c: row.get(c, "") for c in columns} for row in rows)
