"""LinkedIn is off unless the configuration says so, and then needs one of two ways in."""

from __future__ import annotations

from pathlib import Path

import pytest

from microinf_pipeline.settings import Settings
from microinf_pipeline.settings.fields import Surroundings
from microinf_pipeline.settings.networks.linkedin import LinkedInSource
from microinf_pipeline.settings.validating import validate
from microinf_pipeline.settings.yaml_lines import parse

KEYS = "client_id: a, client_secret: '${S}', refresh_token: '${S}'"


def read(keys: str) -> tuple[Settings | None, list[str]]:
    document = parse(f"sources: [{{name: li, type: linkedin{keys}}}]")
    validated = validate(document, Surroundings(Path(), {"S": "secret"}))
    return validated.settings, sorted(problem.what for problem in validated.problems)


@pytest.mark.parametrize(("keys", "enabled"), [("", False), (f", {KEYS}", False), (f", enabled: true, {KEYS}", True)])
def test_a_source_is_off_until_it_is_said_to_be_on(keys: str, enabled: bool) -> None:
    settings, problems = read(keys)
    assert problems == []
    assert settings is not None
    (source,) = settings.sources
    assert isinstance(source, LinkedInSource)
    assert source.enabled is enabled


def test_a_token_of_the_portal_needs_nothing_else() -> None:
    assert read(", enabled: true, access_token: '${S}'")[1] == []


def test_what_is_missing_once_it_is_on_is_named() -> None:
    assert read(", enabled: true, client_id: a")[1] == [
        "a source of LinkedIn that is enabled needs 'client_secret', or an access_token",
        "a source of LinkedIn that is enabled needs 'refresh_token', or an access_token",
    ]


@pytest.mark.parametrize("version", ["2026-08", "202613", "v1"])
def test_a_version_is_a_year_and_a_month(version: str) -> None:
    assert len(read(f", version: '{version}'")[1]) == 1
