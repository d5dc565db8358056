"""Which rows each night brings by which road, and the files they stand in.

Put here: selection by night, broken rows, file formats, folders. Keep out: the shape of a row (shapes.py). Every byte is
a function of the seed: no time of writing is kept in any file.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import polars as pl
import zstandard

from microinf_pipeline.demo import shapes
from microinf_pipeline.demo.brands import ARCHIVED_AT, FAILING_NIGHT, FIRST_NIGHT, HISTORY_START, NIGHTS, fetched_at
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.shapes import Row
from microinf_pipeline.demo.timeline import Post

#: Ages in days at which a feed delivers a post again.
REFRESHED_AT: Final = (0, 1, 2, 3, 7, 8)
_ARCHIVE_SPLIT: Final = datetime(2026, 7, 1, tzinfo=UTC)
_FEEDS: Final[dict[str, Callable[[Post, datetime], Row]]] = {
    "instagram": shapes.instagram, "tiktok": shapes.tiktok, "mastodon": shapes.mastodon, "x": shapes.x,
}  # fmt: skip
_ENDINGS: Final = {"instagram": "ndjson.gz", "tiktok": "json", "mastodon": "ndjson.zst", "x": "csv"}
_JSON: Final = json.JSONEncoder(ensure_ascii=False)
_FAR_AWAY: Final = "2099-01-01T00:00:00.000Z"


def broken_file(folder: Path) -> Path:
    """The file that makes the failing night red."""
    return folder / "feeds" / "x" / f"{FAILING_NIGHT}.csv"


def sound_file(folder: Path) -> Path:
    """The same export as it should have been, kept where no source looks."""
    return folder / "set_aside" / broken_file(folder).name


def archive_files(folder: Path, posts: list[Post], rng: Random) -> None:
    """The imported history: two files, a young and a mature look at most posts, six rows nobody can read."""
    looks: list[tuple[datetime, Row]] = []
    for post in posts:
        if post.account is None or not post.archived or not post.in_feed or post.created_at >= ARCHIVED_AT:
            continue
        times = [post.created_at + timedelta(days=rng.uniform(0.8, 1.3))] if rng.random() < 0.6 else []
        mature = post.created_at + timedelta(days=rng.uniform(7.1, 9))
        times.append(min(mature, ARCHIVED_AT) if post.created_at + timedelta(days=7) <= ARCHIVED_AT else mature)
        seen = [at.replace(microsecond=0) for at in times if at <= ARCHIVED_AT] or [ARCHIVED_AT]
        looks += [(at, shapes.archive(post, at)) for at in seen]
    looks.sort(key=lambda look: (look[0], look[1]["key"]))
    halves = [[row for at, row in looks if (at < _ARCHIVE_SPLIT) is early] for early in (True, False)]
    for half, position, published in ((0, 500, None), (0, 900, ""), (1, 700, _FAR_AWAY)):
        halves[half].insert(position, halves[half][position] | {"published": published})
    for name, rows in zip(("posts-2026-h1", "posts-2026-h2"), halves, strict=True):
        lines = [_line(row) for row in rows]
        lines.insert(1_000, lines[1_000][:80])
        _gzip(folder / "archive" / f"{name}.ndjson.gz", [*lines, "# end of export"])


def feed_files(folder: Path, posts: list[Post], rng: Random) -> None:
    """One file a network and night; pages overlap, so some rows stand twice in a file."""
    for network, shape in _FEEDS.items():
        mine = sorted((p for p in posts if p.network == network and p.in_feed), key=lambda p: (p.created_at, p.post_id))
        for night in NIGHTS:
            at = fetched_at(night)
            rows = [shape(post, at) for post in mine if _is_delivered(post, night)]
            rows += [dict(row) for row in rng.sample(rows, 6)]
            _write_feed(folder, network, night, rows)


def _is_delivered(post: Post, night: date) -> bool:
    if post.created_at > fetched_at(night):
        return False
    if post.gone and night == post.gone[0]:
        return True
    if post.feed_from:
        return (night - post.feed_from).days in (0, 1, 2)
    return (night - post.created_at.date()).days in REFRESHED_AT


def _write_feed(folder: Path, network: str, night: date, rows: list[Row]) -> None:
    path = folder / "feeds" / network / f"{night}.{_ENDINGS[network]}"
    if network == "instagram":
        if night in (NIGHTS[1], NIGHTS[4]):
            rows.insert(20, rows[20] | {"taken_at": None})
        _gzip(path, map(_line, rows))
    elif network == "mastodon":
        text = "".join(f"{_line(row)}\n" for row in rows)
        _bytes(path, zstandard.ZstdCompressor(level=6).compress(text.encode()))
    elif network == "tiktok":
        if night == NIGHTS[5]:
            rows.insert(10, rows[10] | {"create_time_ms": None})
        _bytes(path, ("[" + ",\n".join(map(_line, rows)) + "]\n").encode())
    else:
        _write_x(folder, path, night, rows)


def _write_x(folder: Path, path: Path, night: date, rows: list[Row]) -> None:
    if night == NIGHTS[2]:
        rows.insert(10, rows[10] | {"created_at": _FAR_AWAY})
    if night != FAILING_NIGHT:
        _csv(path, rows)
        return
    _csv(sound_file(folder), rows)
    # what a spreadsheet leaves of a time column that was too narrow when saved
    _csv(broken_file(folder), [row | ({"created_at": "########"} if n % 5 < 2 else {}) for n, row in enumerate(rows)])


def listening_files(folder: Path, posts: list[Post]) -> None:
    """The listening tool's nightly export: cp1252, so emoji and other scripts have become question marks."""
    for night in NIGHTS:
        mine = sorted((p for p in posts if p.listening == night), key=lambda p: (p.created_at, p.url))
        rows = [shapes.listening(post, night, number) for number, post in enumerate(mine)]
        preamble = f"Export;Erwähnungen\r\nErstellt;{night + timedelta(days=1):%d.%m.%Y} 00:05\r\n"
        _csv(folder / "listening" / f"export_{night}.csv", rows, delimiter=";", encoding="cp1252", preamble=preamble)


def profile_files(folder: Path, accounts: list[Account], posts: list[Post], rng: Random) -> None:
    """Snapshots: every other week in the archive (every week for tier cases), then those who posted lately, every night."""
    known = [a for a in accounts if a.role != "casual" or rng.random() < 0.4]
    tier_cases = {a.account_id for a in accounts if a.role.startswith(("up_", "down_", "dip_", "rounded_"))}
    weeks = range((FIRST_NIGHT - HISTORY_START).days // 7 + 1)
    past = [
        shapes.profile(account, _noon(HISTORY_START + timedelta(weeks=week)), number)
        for week in weeks
        for number, account in enumerate(known)
        if account.profile_from == HISTORY_START and not (account.role == "newcomer" and number % 2)
        and (account.account_id in tier_cases or week % (13 if account.role == "casual" else 2) == 0)
    ]  # fmt: skip
    _parquet(folder / "archive" / "profiles.parquet", past)
    for night in NIGHTS:
        lately = {p.account.account_id for p in posts if p.account and 0 <= (night - p.created_at.date()).days <= 2}
        rows = [
            shapes.profile(account, fetched_at(night), number)
            for number, account in enumerate(known)
            if account.network != "x" and night >= account.profile_from
            and (account.account_id in lately | tier_cases or account.profile_from == night)
        ]  # fmt: skip
        _parquet(folder / "profiles" / f"{night}.parquet", rows)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def table(path: Path, header: str, rows: Iterable[Iterable[object]]) -> None:
    """A plain CSV of the user's own (`inputs:`)."""
    names = header.split()
    _csv(path, [dict(zip(names, row, strict=True)) for row in rows])


def lines(path: Path, rows: Iterable[Row]) -> None:
    """Rows as lines of JSON, packed."""
    _gzip(path, map(_line, rows))


def _line(row: Row) -> str:
    return _JSON.encode(row)


def _bytes(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def _gzip(path: Path, lines: Iterable[str]) -> None:
    _bytes(path, gzip.compress("".join(f"{line}\n" for line in lines).encode(), compresslevel=4, mtime=0))


def _csv(path: Path, rows: list[Row], delimiter: str = ",", encoding: str = "utf-8", preamble: str = "") -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    _bytes(path, (preamble + text.getvalue()).encode(encoding, errors="replace"))


def _parquet(path: Path, rows: list[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(path, compression="zstd")
