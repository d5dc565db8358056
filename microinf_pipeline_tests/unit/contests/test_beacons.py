"""A beacon's value is named before it exists and taken after it does."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from microinf_pipeline.contests.beacons import Beacon, drand_round, read_value, stated_value
from microinf_pipeline.errors import FixConfigurationError, RefusedError

NOW = datetime(2026, 9, 8, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CHAIN = {"chain": "c" * 64, "genesis": 1_000_000, "period": 30}


def test_the_first_round_is_the_genesis() -> None:
    assert drand_round(CHAIN, "test", datetime.fromtimestamp(1_000_000, UTC)).round == 1
    assert drand_round(CHAIN, "test", datetime.fromtimestamp(1_000_001, UTC)).round == 2
    assert drand_round(CHAIN, "test", datetime.fromtimestamp(1_000_030, UTC)).round == 2


@pytest.mark.parametrize(
    ("network", "number", "appears"),
    [
        ("quicknet", 1, "2023-08-23T15:09:27+00:00"),  # "Genesis" of the chain as github.com/thibmeu/drand-rs shows it
        ("quicknet", 27946612, "2026-04-20T00:00:00+00:00"),  # the example in the README of the Ruby client, gem drand
    ],
)
def test_rounds_of_the_chains_appear_when_other_clients_of_drand_say(network: str, number: int, appears: str) -> None:
    rules = tomllib.loads((files("microinf_pipeline") / "rules" / "contests.toml").read_text(encoding="utf-8"))
    beacon = drand_round(rules["drand"][network], network, datetime.fromisoformat(appears))
    assert (beacon.round, beacon.known_from) == (number, appears)


@given(st.integers(0, 10**9))
def test_a_round_appears_at_or_after_the_moment_and_the_one_before_did_not(seconds: int) -> None:
    after = datetime.fromtimestamp(1_000_000 + seconds, UTC)
    beacon = drand_round(CHAIN, "test", after)
    assert after <= beacon.time < after + timedelta(seconds=30)
    assert beacon.where == f"https://api.drand.sh/{'c' * 64}/public/{beacon.round}"


def test_a_value_that_could_be_known_already_is_no_beacon() -> None:
    with pytest.raises(RefusedError, match="could be known already"):
        stated_value("the lottery of yesterday", NOW - HOUR, NOW, HOUR)
    assert stated_value("the lottery of tonight", NOW + HOUR, NOW, HOUR).time == NOW + HOUR


def test_a_value_before_its_time_is_refused() -> None:
    beacon = stated_value("the lottery of tonight", NOW + HOUR, NOW, HOUR)
    with pytest.raises(RefusedError, match="does not exist yet"):
        read_value(beacon, "1 2 3", NOW + HOUR - timedelta(seconds=1))
    assert read_value(beacon, " 1  2 3\n", NOW + HOUR) == "1 2 3"


@pytest.mark.parametrize("typed", ["", "7", "g" * 64, "a" * 63])
def test_a_round_of_drand_has_one_form(typed: str) -> None:
    beacon = drand_round(CHAIN, "test", NOW)
    with pytest.raises(FixConfigurationError):
        read_value(beacon, typed, NOW + HOUR)
    assert read_value(beacon, "AB" * 32, NOW + HOUR) == "ab" * 32


def test_a_beacon_without_a_place_to_look_says_its_name() -> None:
    with pytest.raises(FixConfigurationError, match="empty"):
        read_value(Beacon("a die thrown in public", NOW.isoformat()), " ", NOW)
