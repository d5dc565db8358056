"""The keys of `type: x`: one way in, and what fits it."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.settings import read
from microinf_pipeline.settings.networks.x import XSource

SECRETS = dict.fromkeys(("TOKEN", "KEY", "SECRET"), "s")


def told(folder: Path, keys: str) -> list[str]:
    path = folder / "microinf.yaml"
    path.write_text(f"sources: [{{name: x, type: x, {keys}}}]", encoding="utf-8")
    return [f"{one.where}: {one.what} ({one.fix})" for one in read(path, SECRETS).problems]


@pytest.mark.parametrize(
    "keys",
    [
        "bearer_token: '${TOKEN}', search: all",
        "consumer_key: '${KEY}', consumer_secret: '${SECRET}'",
        "client_id: abc, refresh_token: '${TOKEN}', withheld_in: [DE]",
    ],
)
def test_each_way_in_is_enough(tmp_path: Path, keys: str) -> None:
    assert told(tmp_path, keys) == []


@pytest.mark.parametrize("keys", ["consumer_key: '${KEY}'", "client_id: abc", "search: recent"])
def test_half_a_way_in_is_none(tmp_path: Path, keys: str) -> None:
    (problem,) = told(tmp_path, keys)
    assert problem.startswith("sources[0]: X needs credentials (give bearer_token: ${X_BEARER_TOKEN}")


@pytest.mark.parametrize(
    ("keys", "asks"),
    [
        ("bearer_token: '${TOKEN}'", True), ("bearer_token: '${TOKEN}', compliance: false", False),
        ("client_id: abc, refresh_token: '${TOKEN}'", False),
    ],
)  # fmt: skip
def test_compliance_is_asked_by_an_app_only(tmp_path: Path, keys: str, asks: bool) -> None:
    path = tmp_path / "microinf.yaml"
    path.write_text(f"sources: [{{name: x, type: x, {keys}}}]", encoding="utf-8")
    settings = read(path, SECRETS).settings
    assert settings is not None
    (source,) = settings.sources
    assert isinstance(source, XSource)
    assert source.asks_compliance is asks


def test_the_archive_is_not_searched_for_a_user(tmp_path: Path) -> None:
    (problem,) = told(tmp_path, "client_id: abc, refresh_token: '${TOKEN}', search: all")
    assert problem.startswith("sources[0]: the full archive is searched by an app, not for a user")
