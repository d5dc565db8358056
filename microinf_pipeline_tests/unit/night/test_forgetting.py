"""An account is erased everywhere, stays away, and the numbers say why they fell."""

from __future__ import annotations

import json
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night import commands, forgetting, publishing, stages
from microinf_pipeline.night.forgetting import Receipt, forget
from microinf_pipeline.storage import tombstones
from microinf_pipeline_tests.homes import POST, SmallHome, a_post, a_profile, write_csv
from microinf_pipeline_tests.traces_in import places_of

pytestmark = pytest.mark.nights

FIRST, SECOND, THIRD = "2026-03-16", "2026-03-17", "2026-03-24"
LENA = {"user": "lena.topf", "uid": "77123456", "name": "Lena Sonderbar"}
TRACES = (
    "lena.topf", "lena_alt", "77123456", "Lena Sonderbar", "Wildfang aus Erfurt", "Rezeptgeheimnis", "Altes Geschirr", "Handgemacht",
    "lp1001", "lp1002",
)  # fmt: skip


def rows() -> list[dict[str, object]]:
    return [
        a_post(FIRST, "lp1001", **LENA, text="Rezeptgeheimnis mit #acme", likes=50, comments=5, followers=900),
        a_post(FIRST, "lp1002", **LENA | {"user": "lena_alt"}, text="Altes Geschirr #acme #acmespring", likes=40, comments=4),
        # A row that knew the handle alone, and one of the handle before it was hers.
        a_post(SECOND, "lp1003", user="lena.topf", uid="", text="Handgemacht von #acme", likes=7, comments=1),
        a_post(FIRST, "b1", user="ben", uid="b1", text="Danke @lena.topf fuer #acme", likes=3, comments=1, followers=500),
        a_post(SECOND, "b2", user="ben", uid="b1", text="Rezeptgeheimnis mit #acme", kind="repost", repost_of="lp1001"),
        a_post(SECOND, "b3", user="ben", uid="b1", text="so wahr #acme", kind="reply", reply_to="lp1001"),
        a_post(THIRD, "c1", user="carla", uid="c1", text="Nur #acme", likes=2, comments=0, followers=700),
    ]


PROFILES = [
    a_profile(FIRST, **LENA, bio="Wildfang aus Erfurt", followers=900),
    a_profile(FIRST, user="ben", uid="b1", name="Ben", bio="mit @lena.topf unterwegs", followers=500),
]
INPUTS = "inputs: {deals: deals.csv}\n"
DEALS = "deal_id,network,account,brand_id,kind,amount,currency,signed_on\nd1,instagram,lena.topf,acme,fee,100,EUR,2026-03-01\n"


@dataclass
class Erased:
    """A home before and after its erasure."""

    home: SmallHome
    receipt: Receipt
    before: dict[str, object]
    untouched: list[dict[str, object]]


def a_home(folder: Path) -> SmallHome:
    home = SmallHome(folder, {"feed": rows()}, profiles=PROFILES)
    home.run(FIRST)
    home.run(SECOND)
    home.run(THIRD)
    publishing.publish(home.settings)
    _add_what_dagster_keeps(home.home.path)
    return home


def _add_what_dagster_keeps(home: Path) -> None:
    (home / "logs").mkdir(exist_ok=True)
    (home / "logs" / "2026-03-17.jsonl").write_text('{"message": "core_posts: instagram lena.topf has no time"}\n')
    (home / "dagster").mkdir(exist_ok=True)
    with sqlite3.connect(home / "dagster" / "index.db") as connection:
        connection.execute("CREATE TABLE event_logs (id INTEGER PRIMARY KEY, event TEXT)")
        connection.executemany("INSERT INTO event_logs (event) VALUES (?)", [('{"keys": "77123456"}',), ('{"keys": "b1"}',)])


@pytest.fixture(scope="module")
def erased(tmp_path_factory: pytest.TempPathFactory) -> Erased:
    home = a_home(tmp_path_factory.mktemp("forget"))
    before = home.rows("mart_brand_daily", "sum(mentions) AS mentions")[0]
    assert len(places_of(home.home.path, TRACES)) > 20  # the search finds what is there
    receipt = forget(home.settings, "instagram", "@Lena.Topf")
    return Erased(home, receipt, before, home.rows("core_posts", "post_id, text"))


def test_nothing_of_the_account_is_left_in_any_byte_of_the_home(erased: Erased) -> None:
    assert places_of(erased.home.home.path, TRACES) == []


def test_rows_of_others_stay_without_the_names(erased: Erased) -> None:
    assert erased.untouched == [
        {"post_id": "b1", "text": "Danke @erased fuer #acme"},
        {"post_id": "b2", "text": None},
        {"post_id": "b3", "text": "so wahr #acme"},
        {"post_id": "c1", "text": "Nur #acme"},
    ]
    pointers = erased.home.rows("core_posts", "reply_to_post_id, repost_of_post_id")
    assert {value for row in pointers for value in row.values()} == {None}


def test_the_receipt_says_what_went_and_names_nobody(erased: Erased) -> None:
    told = {what: n for what, n in erased.receipt.erased.items() if n}
    assert told == {
        "rows of observations": 3, "rows of account_observations": 3, "raw files": 2, "logs and manifests": 1, "database rows": 1,
        "snapshots": 1, "table files": told["table files"],
    }  # fmt: skip
    assert erased.receipt.left == tuple(str(erased.home.folder / name) for name in ("feed.csv", "profiles.csv"))
    kept = json.loads(Path(erased.receipt.path).read_text())
    assert kept["erased"]["rows of observations"] == 3


def test_numbers_that_fell_are_restated_as_an_erasure(erased: Erased) -> None:
    reasons = {row["reason"] for row in erased.home.rows("mart_restatements", "reason")}
    assert reasons == {"erasure"}
    assert erased.before["mentions"] == 6
    assert erased.home.rows("mart_brand_daily", "sum(mentions) AS mentions") == [{"mentions": 3}]


def test_what_was_taken_away_is_counted_as_withheld(erased: Erased) -> None:
    rows = erased.home.rows("mart_policy_refusals", "table_name, reason, night, rows_withheld")
    posts = {
        r["night"].isoformat(): r["rows_withheld"]
        for r in rows
        if r["table_name"] == "core_posts" and r["reason"] == "tombstone"
    }
    assert posts == {FIRST: 2, SECOND: 1}
    captures = erased.home.rows("captures", "night, rows_withheld", order="night, source, rule")
    assert sum(row["rows_withheld"] or 0 for row in captures) == 3


def test_erasing_again_changes_nothing_and_finds_nothing(erased: Erased) -> None:
    hashes = erased.home.hashes()
    again = forget(erased.home.settings, "instagram", "lena.topf")
    assert {what: n for what, n in again.erased.items() if n and what.startswith("rows")} == {}
    assert erased.home.hashes() == hashes
    assert len(tombstones.load(erased.home.home).stones) == 1


def test_replay_rebuild_and_a_new_capture_keep_the_account_out(erased: Erased) -> None:
    hashes = erased.home.hashes()
    commands.replay(erased.home.settings, None)
    assert places_of(erased.home.home.path, TRACES) == []
    assert erased.home.hashes() == hashes
    commands.rebuild(erased.home.settings, [], None)
    assert erased.home.hashes() == hashes
    more = [*rows(), a_post(FIRST, "c2", user="carla", uid="c1", text="Auch #acme")]
    write_csv(erased.home.folder / "feed.csv", POST, more)
    erased.home.run(FIRST, recapture=True)  # another file comes, and names her again
    assert {row["post_id"] for row in erased.home.rows("core_posts", "post_id")} == {"b1", "b2", "b3", "c1", "c2"}
    assert places_of(erased.home.home.lake / "raw", TRACES) == []


def test_without_the_key_of_the_home_nothing_runs(erased: Erased, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(erased.home.folder, folder, symlinks=True)
    home = SmallHome(folder, {"feed": rows()}, profiles=PROFILES)
    home.home.key_path.unlink()
    with pytest.raises(FixConfigurationError, match="the key that tells who is missing"):
        home.run(THIRD)
    home.home.key_path.write_bytes(b"x" * 32)
    with pytest.raises(FixConfigurationError, match="not the one they were erased with"):
        home.run(THIRD)


def test_a_dry_run_tells_what_there_is_and_changes_nothing(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, {"feed": rows()[:1]})
    home.run(FIRST)
    hashes = home.hashes()
    told = forget(home.settings, "instagram", "77123456", dry_run=True)
    assert (told.erased, home.hashes(), home.home.tombstones.exists(), home.home.receipts.exists()) == (
        {"rows of observations": 1, "rows of account_observations": 1}, hashes, False, False,
    )  # fmt: skip
    with pytest.raises(FixConfigurationError, match="networks: bluesky"):
        forget(home.settings, "myspace", "anna")


def test_an_erasure_that_is_killed_at_any_step_is_completed_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = SmallHome(tmp_path, {"feed": rows()}, profiles=PROFILES)
    home.run(FIRST)
    publishing.publish(home.settings)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    for owner, step in ((forgetting, "erase_raw"), (stages, "remove"), (publishing, "publish"), (forgetting, "forget_unused")):
        with monkeypatch.context() as dying:
            dying.setattr(owner, step, die)
            with pytest.raises(KeyboardInterrupt):
                forget(home.settings, "instagram", "lena.topf")
        assert [stone.finished for stone in tombstones.load(home.home).stones] == [False]
    forget(home.settings, "instagram", "lena.topf")
    assert places_of(home.home.path, TRACES) == []
    assert [stone.finished for stone in tombstones.load(home.home).stones] == [True]
