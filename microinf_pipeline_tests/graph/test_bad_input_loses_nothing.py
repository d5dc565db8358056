"""Bad input: what can be read is kept exactly, what cannot is a reject with its reason, and the rows add up."""

from __future__ import annotations

import gzip
import json
import os
import resource
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.errors import GateStoppedNightError, MicroinfError
from microinf_pipeline.storage import state as states
from microinf_pipeline_tests.graph import dying
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

pytestmark = pytest.mark.nights

NIGHT = "2026-04-01"
SEEN = f"{NIGHT}T12:00:00Z"

#: One source a file, all of it this night's; every row may be a reject.
SOURCE = """\
  - name: {name}
    type: files
    path: {file}
    holds: posts
    network: {network}
    origin: licensed_export
    reject_share: 1.0
    columns: {{post_id: id, handle: user, text: text, created_at: created, likes: likes, followers: followers}}
"""
LARGE = "#acme " + "ä" * 1_000_000
ID = 9_007_199_254_740_993  # 2^53 + 1: a float would say …992


def _line(post_id: Any, **more: Any) -> str:
    return json.dumps(
        {"id": post_id, "user": "anna", "text": "I like #acme", "created": SEEN, "likes": 1, "followers": 900} | more
    )


JSON_LINES = [
    "\ufeff" + _line("bom"),
    _line(ID),
    _line(str(ID + 2), likes="12", followers="9900"),  # numbers as text
    _line("huge", text=LARGE),
    _line("nul", text="before\u0000after #acme"),  # escaped in JSON
    '{"id": "few", "created": "' + SEEN + '"}',
    _line("more", unknown={"deep": [1, 2]}, another="x"),
    _line("many likes", likes=ID),
    _line("year 0", created="0000-01-01T00:00:00Z"),
    _line("year 2099", created="2099-01-01T00:00:00Z"),
    _line("no number", likes="a lot"),
    _line("no such number", likes=2**70),
    '{"id": "broken", "user": ',
    "not JSON at all",
    '["a", "list"]',
    _line("cut off")[:-20],
]
REJECTED_LINES = {
    9: "no time|is not a time|time out of range", 10: "time out of range", 11: "likes is not a number",
    12: "likes is not a number", 13: "not JSON", 14: "not JSON", 15: "not a JSON object", 16: "not JSON",
}  # fmt: skip

CSV_ROWS = [
    "id,user,text,created,likes,followers",
    f"c1,anna,I like #acme,{SEEN},1,900",
    f"c2,anna,a zero \x00 byte #acme,{SEEN},2,900",
    f"c3,anna,too many,{SEEN},3,900,more,and more",
    "c4,anna,too few",
    f'c5,anna,"two\nlines",{SEEN},5,900',
    f'c6,anna,"a quote that never ends,{SEEN},6,900',
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    folder = tmp_path_factory.mktemp("bad")
    (folder / "lines.ndjson").write_text("\n".join(JSON_LINES), encoding="utf-8")
    whole = gzip.compress("\n".join(_line(f"g{n}", text=f"#acme {os.urandom(40).hex()}") for n in range(400)).encode(), mtime=0)
    (folder / "cut.ndjson.gz").write_bytes(whole[: len(whole) // 2])
    (folder / "table.csv").write_text("\n".join(CSV_ROWS), encoding="utf-8")
    (folder / "empty.ndjson").write_bytes(b"")
    (folder / "only_head.csv").write_text(CSV_ROWS[0] + "\n", encoding="utf-8")
    files = {
        "lines": "lines.ndjson",
        "cut": "cut.ndjson.gz",
        "table": "table.csv",
        "nothing": "empty.ndjson",
        "head": "only_head.csv",
    }
    networks = {"lines": "instagram", "cut": "tiktok", "table": "facebook", "nothing": "x", "head": "x"}
    lines = "".join(SOURCE.format(name=name, file=file, network=networks[name]) for name, file in files.items())
    home = SmallHome(folder, posts={"feed": [a_post(NIGHT, "1", followers=900)]}, lines=lines)
    home.run(NIGHT)
    return home


def _posts(home: SmallHome, network: str) -> dict[str, dict[str, Any]]:
    return {row["post_id"]: row for row in home.rows("core_posts") if row["network"] == network}


def _rejects(home: SmallHome, source: str) -> dict[int, str]:
    return {row["row_number"]: row["reason"] for row in home.rows("core_rejects") if row["source"] == source}


def test_every_row_read_is_a_post_or_a_reject(home: SmallHome) -> None:
    told = {row["source"]: row for row in home.rows("captures")}
    counted = {name: (row["rows_read"], row["rows_rejected"]) for name, row in told.items()}
    assert counted["lines"] == (len(JSON_LINES), len(REJECTED_LINES))
    assert counted["nothing"] == counted["head"] == (0, 0)
    for source, network in (("lines", "instagram"), ("cut", "tiktok"), ("table", "facebook")):
        posts = len(_posts(home, network)) - (source == "lines")  # the feed's
        assert counted[source] == (posts + len(_rejects(home, source)), len(_rejects(home, source)))
    accounting = [row for row in home.rows("mart_quality") if row["gate"].startswith("accounts_for_every_row")]
    assert len(accounting) >= 4
    assert all(row["passed"] for row in accounting)


def test_lines_that_cannot_be_read_say_why_and_where(home: SmallHome) -> None:
    found = _rejects(home, "lines")
    assert sorted(found) == sorted(REJECTED_LINES)
    assert {n: reason for n, reason in found.items() if not any(word in reason for word in REJECTED_LINES[n].split("|"))} == {}
    raw = {row["row_number"]: row["raw"] for row in home.rows("core_rejects") if row["source"] == "lines"}
    assert raw[14] == "not JSON at all"
    assert all(raw.values())


def test_what_can_be_read_is_kept_exactly(home: SmallHome) -> None:
    posts = _posts(home, "instagram")
    assert str(ID) in posts
    assert str(ID + 2) in posts
    assert (posts[str(ID + 2)]["likes"], posts[str(ID + 2)]["followers_at_post"]) == (12, 9900)
    assert posts["huge"]["text"] == LARGE
    assert posts["nul"]["text"].replace("\x00", "") == "beforeafter #acme"
    assert (posts["few"]["text"], posts["few"]["likes"], posts["few"]["followers_at_post"]) == (None, None, None)
    assert posts["many likes"]["likes"] == ID
    assert "bom" in posts


def test_a_file_cut_in_half_gives_what_is_before_the_cut(home: SmallHome) -> None:
    posts, rejects = _posts(home, "tiktok"), _rejects(home, "cut")
    assert 100 < len(posts) < 300
    assert list(rejects) == [len(posts) + 1]


def test_a_table_with_odd_rows_gives_the_others(home: SmallHome) -> None:
    posts, rejects = _posts(home, "facebook"), _rejects(home, "table")
    assert {"c1", "c2", "c5"} <= set(posts)
    assert posts["c5"]["text"] == "two\nlines"
    assert len(posts) + len(rejects) == len(CSV_ROWS) - 1


def _on_a_full_disk(config: Path, night: str, limit: int) -> None:
    """Run the night where no file can grow beyond `limit` bytes; ends with the error's exit code."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        dying.run_and_publish(config, night)
    except MicroinfError as error:
        os._exit(error.exit_code if any(words in str(error) for words in ("File too large", "cannot be written")) else 99)


@pytest.mark.parametrize(
    ("rows", "limit", "exit_code", "accepted"),
    [
        pytest.param(400, 60_000, 4, False, id="while the raw file is kept"),
        pytest.param(1, 2_000, 2, False, id="while tables are written"),
        pytest.param(1, 1_000_000, 2, True, id="while the accepted state is published"),
    ],
)
def test_a_full_disk_is_told_and_leaves_whole_states(
    rows: int, limit: int, exit_code: int, accepted: bool, tmp_path: Path
) -> None:
    posts = [a_post(NIGHT, f"n{n}", text=os.urandom(300).hex()) for n in range(rows)]
    home = SmallHome(tmp_path / "home", posts={"feed": posts})
    assert dying.in_a_process(_on_a_full_disk, home.config, NIGHT, limit) == exit_code
    assert list(states.load(home.home.lake).nights) == ([NIGHT] if accepted else [])
    assert not home.home.published.exists()
    dying.run_and_publish(home.config, NIGHT)
    assert len(home.rows("core_posts")) == rows
    assert home.home.published.exists()


def test_profiles_that_cannot_be_read_count_against_their_source(tmp_path: Path) -> None:
    nameless = [a_profile(NIGHT, user="", uid="", name=f"nobody {n}") for n in range(3)]
    home = SmallHome(tmp_path, {"posts": [a_post(NIGHT, "1")]}, profiles=[a_profile(NIGHT), *nameless])
    with pytest.raises(
        GateStoppedNightError, match=r"reads_its_rows__profiles \(rows 4, rejects 3, .*\): 3 of 3 rejects: no account"
    ):
        home.run(NIGHT)
