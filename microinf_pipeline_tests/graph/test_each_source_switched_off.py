"""Each source in turn is not there: a required one stops the night, an optional one is a counted gap and nothing else."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.errors import SourceFailedError
from microinf_pipeline.storage import state as states
from microinf_pipeline.storage.raw import closed_nights
from microinf_pipeline_tests.homes import POST, SmallHome, a_post, a_profile, write_csv

pytestmark = pytest.mark.nights

FIRST, SECOND = "2026-03-31", "2026-04-01"
NIGHT = date.fromisoformat(SECOND)
FEED = [
    a_post(FIRST, "1", likes=5, comments=1, followers=9900),
    a_post(SECOND, "1", likes=9, comments=2, text="I really like #acme"),
]
LISTENING = [
    a_post(FIRST, "7", uid="e1", user="eve", followers=700),
    a_post(SECOND, "8", uid="e1", user="eve", text="Acme again", likes=1),
]
PROFILES = [a_profile(FIRST, followers=9900), a_profile(SECOND, followers=10100, bio="hi")]

SHOWS_GAPS = {"mart_completeness", "mart_kpi", "mart_campaign"}

FEDIVERSE = """\
  - name: fediverse
    type: mastodon
    required: {required}
    instances: ["http://127.0.0.1:{port}"]
"""


def _closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _home(folder: Path, *, required: bool) -> SmallHome:
    """Two sources of posts and one of profiles; `required` says it of the listening export and the profiles."""
    optional = frozenset() if required else frozenset({"listening", "profiles"})
    return SmallHome(folder, posts={"feed": FEED, "listening": LISTENING}, profiles=PROFILES, optional=optional)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """A home whose two nights saw every source, all of them required; `<folder>/first` is the home after the first."""
    home = _home(tmp_path_factory.mktemp("undisturbed"), required=True)
    home.run(FIRST)
    shutil.copytree(home.folder / "home", home.folder / "first", symlinks=True)
    home.run(SECOND)
    return home


@pytest.fixture
def first_night(undisturbed: SmallHome) -> Callable[..., SmallHome]:
    """A home in a folder, as it is after its first night. Whether a source is required is no matter of its tables."""

    def at(folder: Path, *, required: bool) -> SmallHome:
        shutil.copytree(undisturbed.folder / "first", folder / "home", symlinks=True)
        return _home(folder, required=required)

    return at


def _moved(home: SmallHome, other: SmallHome) -> set[str]:
    """Tables in which the two homes differ."""
    return {table for table, sha256 in home.hashes().items() if sha256 != other.hashes()[table]}


def _beside_completeness(home: SmallHome) -> list[dict[str, Any]]:
    """mart_kpi and mart_campaign without what they say of completeness."""
    kpis = [row for row in home.rows("mart_kpi", "* EXCLUDE (completeness)") if row["kpi"] != "completeness"]
    return kpis + home.rows("mart_campaign", "* EXCLUDE (completeness)")


def _completeness(home: SmallHome) -> dict[date, float | None]:
    """What mart_kpi shows of the brand's completeness, by day."""
    rows = home.rows("mart_kpi", "period_start, value, kpi, period")
    return {row["period_start"]: row["value"] for row in rows if (row["kpi"], row["period"]) == ("completeness", "day")}


def _file_gone(path: Path) -> None:
    path.unlink()


def _no_parquet_inside(path: Path) -> None:
    path.write_bytes(b"PAR1 and then nothing of the kind")


@pytest.mark.parametrize(("name", "break_it"), [("listening", _file_gone), ("profiles", _no_parquet_inside)])
def test_a_required_source_that_fails_stops_the_night_and_is_taken_up_again(
    name: str, break_it: Callable[[Path], None], first_night: Callable[..., SmallHome], undisturbed: SmallHome, tmp_path: Path
) -> None:
    home = first_night(tmp_path, required=True)
    file, before = tmp_path / f"{name}.csv", states.load(home.home.lake)
    content = file.read_bytes()
    break_it(file)

    with pytest.raises(SourceFailedError, match=f"nothing was published(.|\n)*{name}") as stopped:
        home.run(SECOND)
    assert stopped.value.exit_code == 4
    assert states.load(home.home.lake) == before
    raw = {source: closed_nights(home.home.raw, source)[NIGHT] for source in ("feed", "listening", "profiles")}
    assert {source: [m.status for m in manifests] for source, manifests in raw.items()} == {
        source: ["failed" if source == name else "complete"] for source in raw
    }

    file.write_bytes(content)
    home.run(SECOND)
    assert home.hashes() == undisturbed.hashes()
    assert closed_nights(home.home.raw, "feed")[NIGHT] == raw["feed"]  # what was captured is not captured again


def test_an_optional_source_that_fails_differs_from_a_quiet_one_by_its_gap_alone(
    first_night: Callable[..., SmallHome], tmp_path: Path
) -> None:
    name = "listening"
    home, quiet = first_night(tmp_path / "failing", required=False), first_night(tmp_path / "quiet", required=False)
    _file_gone(home.folder / f"{name}.csv")
    write_csv(quiet.folder / f"{name}.csv", POST, LISTENING[:1])  # nothing of the second night
    home.run(SECOND)
    quiet.run(SECOND)

    assert _moved(home, quiet) == SHOWS_GAPS
    assert _beside_completeness(home) == _beside_completeness(quiet)
    gaps = {row["source"]: row for row in home.rows("mart_completeness") if row["night"] == NIGHT}
    assert [source for source, row in gaps.items() if row["gap_reason"]] == [name]
    assert (gaps[name]["captured"], gaps[name]["expected"]) == (0, None)  # nothing says how much there was
    assert home.rows("captures", "state", "night, source")[-2]["state"] == "failed"
    assert _completeness(home)[NIGHT] is None
    assert _completeness(quiet)[NIGHT] == 1.0


@pytest.mark.parametrize("required", [True, False])
def test_a_network_that_refuses_connections(required: bool, tmp_path: Path) -> None:
    lines = FEDIVERSE.format(required=str(required).lower(), port=_closed_port())
    home = SmallHome(tmp_path / "home", posts={"feed": FEED}, lines=lines)
    if required:
        with pytest.raises(SourceFailedError, match="fediverse") as stopped:
            home.run(FIRST)
        assert stopped.value.exit_code == 4
        assert states.load(home.home.lake) == states.State()
        assert [m.status for m in closed_nights(home.home.raw, "feed")[date.fromisoformat(FIRST)]] == ["complete"]
        return
    alone = SmallHome(tmp_path / "alone", posts={"feed": FEED})
    home.run(FIRST)
    alone.run(FIRST)
    assert _moved(home, alone) == SHOWS_GAPS | {"mart_creator_retention"}  # no share of a month that was half seen (K6)
    assert _beside_completeness(home) == _beside_completeness(alone)
    told = [row for row in home.rows("captures") if row["source"] == "fediverse"]
    assert {(row["state"], row["captured"]) for row in told} <= {("failed", 0), ("short", 0)}
    assert [row["state"] for row in told if row["rule"] == "*"] == ["failed"]
    assert all(row["gap_reason"] for row in home.rows("mart_completeness") if row["source"] == "fediverse")
