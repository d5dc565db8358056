"""What `doctor` says of network sources without asking any network."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.commands.doctor import examine

INSTAGRAM = "type: instagram, access_token: '${S}', accounts: {acme: '1'}, webhooks: 'hooks/*.json'"


def said(folder: Path, monkeypatch: pytest.MonkeyPatch, *sources: str) -> tuple[list[str], list[str]]:
    """Lines that are fine and notes, of sources alone."""
    monkeypatch.setenv("S", "secret")
    path = folder / "microinf.yaml"
    lines = [f"  - {{name: s{place}, {source}}}" for place, source in enumerate(sources)]
    path.write_text("\n".join(["brands: [{id: acme}]", "sources:", *lines]), encoding="utf-8")
    findings = examine(path)
    return [one for one in findings.fine if one.startswith("source ")], findings.notes


def test_each_network_source_is_told_with_what_is_known_of_its_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine, notes = said(
        tmp_path, monkeypatch, "type: youtube, api_key: '${S}'", "type: mastodon, instances: [a.example]",
        "type: mastodon, instances: [{host: a.example, token: '${S}'}]", "type: linkedin",
    )  # fmt: skip
    assert fine == [
        "source s0 (youtube): credentials are there, not tried",
        "source s1 (mastodon): asks without credentials",
        "source s2 (mastodon): credentials are there, not tried",
    ]
    assert notes == ["source s3 (linkedin): off, it asks nothing until enabled: true"]


def test_credentials_are_not_told_of_a_configuration_with_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = "type: youtube, api_key: '${S}', searches: many"
    assert said(tmp_path, monkeypatch, "type: youtube, api_key: '${S}'", given)[0] == []


def test_more_than_a_network_gives_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = (
        "type: youtube, api_key: '${S}', searches: 500, units: 10000",
        "type: tiktok, access: research, client_key: k, client_secret: '${S}', requests_per_day: 1001",
    )
    assert said(tmp_path, monkeypatch, *given)[1] == [
        "source s0: searches: 500 is more than the 100 that youtube gives; it refuses the rest, unless it granted more",
        "source s1: requests_per_day: 1001 is more than the 1000 that tiktok gives; it refuses the rest, unless it granted more",
    ]


def test_webhooks_that_name_no_file_are_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert said(tmp_path, monkeypatch, INSTAGRAM)[1] == [
        f"source s0: no file matches webhooks: {tmp_path}/hooks/*.json: mentions in captions come by these files alone"
    ]
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "a.json").write_text("{}", encoding="utf-8")
    assert said(tmp_path, monkeypatch, INSTAGRAM)[1] == []
