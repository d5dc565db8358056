"""What an export tells of its posts besides their words: that one is gone, that one is a bridge's copy."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from microinf_pipeline_tests.homes import SmallHome, a_post

pytestmark = pytest.mark.nights

FIRST, SECOND, THIRD = "2026-03-02", "2026-03-03", "2026-03-04"

ARCHIVE = """\
  - name: archive
    type: files
    path: archive.csv
    holds: posts
    network: instagram
    origin: licensed_export
    required: false
    reject_share: 1.0
    night: {column: night}
    columns: {post_id: id, handle: user, text: text, created_at: created, observed_at: seen, status: state}
"""


def test_a_post_an_export_calls_removed_is_deleted_until_it_is_seen_again(tmp_path: Path) -> None:
    feed = [
        a_post(FIRST, "1", likes=5),
        a_post(FIRST, "2", likes=6),
        a_post(THIRD, "2", created=f"{FIRST}T10:00:00Z", seen=f"{THIRD}T12:00:00Z"),
    ]
    home = SmallHome(tmp_path, {"feed": feed}, lines=ARCHIVE)
    (tmp_path / "archive.csv").write_text(
        "night,seen,id,user,text,created,state\n"
        f"{SECOND},{SECOND}T08:00:00Z,1,anna,I like #acme,{FIRST}T10:00:00Z,removed\n"
        f"{SECOND},{SECOND}T08:00:00Z,2,,,{FIRST}T10:00:00Z,Removed\n",
        encoding="utf-8",
    )
    home.run(FIRST)
    counted = home.rows("mart_brand_daily")
    home.run(SECOND)
    assert _statuses(home) == {"1": "deleted", "2": "deleted"}
    assert home.rows("mart_brand_daily", "* EXCLUDE (day)") == [{k: v for k, v in row.items() if k != "day"} for row in counted]
    assert home.rows("core_post_status", "post_id, changed_at, status, evidence", "post_id, changed_at")[1] == {
        "post_id": "1", "changed_at": datetime(2026, 3, 3, 8), "status": "deleted", "evidence": "stated by the export",
    }  # fmt: skip
    home.run(THIRD)
    assert _statuses(home) == {"1": "deleted", "2": "available"}


def test_the_copy_of_a_bridge_is_known_by_its_id(tmp_path: Path) -> None:
    uri = "at://did:plc:anna/app.bsky.feed.post/3k"
    original = a_post(FIRST, uri, url="https://bsky.app/profile/did:plc:anna/post/3k")
    copy = a_post(FIRST, f"https://bsky.brid.gy/convert/ap/{uri}", uid="a2", url="https://bsky.brid.gy/r/https://bsky.app/x")
    home = SmallHome(tmp_path, {"sky": [original], "fedi": [copy]})
    config = home.config.read_text(encoding="utf-8").replace("network: instagram", "network: bluesky", 1)
    home.config.write_text(config.replace("network: instagram", "network: mastodon", 1), encoding="utf-8")
    home.run(FIRST)
    told = home.rows("core_duplicates", "post_id, duplicate_type, survivor_network, survivor_post_id")
    assert told == [
        {"post_id": copy["id"], "duplicate_type": "bridge", "survivor_network": "bluesky", "survivor_post_id": uri},
    ]  # fmt: skip


def _statuses(home: SmallHome) -> dict[str, str]:
    return {row["post_id"]: row["status"] for row in home.rows("core_posts", "post_id, status")}
