"""Instagram and Facebook from a configuration: what their settings refuse, and what becomes of them."""

from __future__ import annotations

import json
import textwrap
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from microinf_pipeline.catalog.capture import CaptureTask, PlannedCalls
from microinf_pipeline.night.sources import brand_terms, network_source
from microinf_pipeline.settings import read
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.storage.home import Home

ENVIRON = {"TOKEN": "of-this-test", "SECRET": "of-the-app"}
BRAND = "brands: [{id: acme, hashtags: [acme], handles: {instagram: [acme], facebook: [acme]}}]\n"
TOLD = int(datetime(2026, 11, 19, 9, tzinfo=UTC).timestamp())


def configured(folder: Path, source: str) -> tuple[list[str], dict[str, PlannedCalls]]:
    """Problems of a configuration with this source, else what it plans for a night."""
    path = folder / "microinf.yaml"
    path.write_text(BRAND + textwrap.dedent(source), encoding="utf-8")
    reading = read(path, ENVIRON)
    if reading.settings is None or reading.problems:
        return [f"{p.where}: {p.what}" for p in reading.problems], {}
    (section,) = reading.settings.sources
    assert not isinstance(section, FileSource)
    client = network_source(section, Home(folder / "home"))
    since, until = datetime(2026, 11, 18, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
    task = CaptureTask(date(2026, 11, 19), since, until, brand_terms(reading.settings, section))
    assert "of-this-test" not in repr(client)
    return [], {one.rule: one for one in client.plan(task, {})}


def test_stored_payloads_that_a_pattern_names_are_the_mentions_of_a_night(tmp_path: Path) -> None:
    (tmp_path / "hooks").mkdir()
    change = {"field": "mentions", "value": {"media_id": "7"}}
    payload = {"object": "instagram", "entry": [{"id": "17840001", "time": TOLD, "changes": [change]}]}
    (tmp_path / "hooks" / "a.json").write_text(json.dumps(payload))
    source = "sources: [{name: ig, type: instagram, access_token: '${TOKEN}', accounts: {acme: '17840001'}, webhooks: 'hooks/*.json'}]"
    problems, told = configured(tmp_path, source)
    assert problems == []
    assert told["mention"] == PlannedCalls("mention", 1, "acme", is_least=True)
    assert told["#acme"].spends == (("hashtags", 1),)


def test_hashtag_search_can_be_switched_off(tmp_path: Path) -> None:
    source = "sources: [{name: ig, type: instagram, access_token: '${TOKEN}', accounts: {acme: '1'}, hashtags: 0}]"
    _, told = configured(tmp_path, source)
    assert (told["#acme"].calls, told["#acme"].spends) == (0, ())
    assert "switched off" in (told["#acme"].will_not or "")


def test_facebook_needs_a_token_and_its_pages(tmp_path: Path) -> None:
    source = "sources: [{name: fb, type: facebook, access_token: '${TOKEN}', app_id: '7', app_secret: '${SECRET}', pages: {acme: '1'}}]"
    problems, told = configured(tmp_path, source)
    assert (problems, told["own"].calls) == ([], 2)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "{name: ig, type: instagram, accounts: {acme: '1'}}",
            "sources[0]: required key 'access_token' is missing",
        ),
        (
            "{name: ig, type: instagram, access_token: EAAB, accounts: {acme: '1'}}",
            "sources[0].access_token: a secret must not",
        ),
        ("{name: ig, type: instagram, access_token: '${TOKEN}', accounts: {}}", "sources[0].accounts"),
        ("{name: ig, type: instagram, access_token: '${TOKEN}', accounts: {acme: acme}}", "sources[0].accounts"),
        ("{name: ig, type: instagram, access_token: '${TOKEN}', accounts: {acne: '1'}}", "there is no brand 'acne'"),
        ("{name: ig, type: instagram, access_token: '${TOKEN}', accounts: {acme: '1'}, hashtags: 31}", "sources[0].hashtags"),
        ("{name: fb, type: facebook, access_token: '${TOKEN}', pages: {bolt: '1'}}", "there is no brand 'bolt'"),
        ("{name: fb, type: facebook, access_token: '${NONE}', pages: {acme: '1'}}", "environment variable NONE is not set"),
    ],
)
def test_what_is_wrong_is_told_at_its_key(tmp_path: Path, source: str, problem: str) -> None:
    problems, _ = configured(tmp_path, f"sources: [{source}]")
    assert [one for one in problems if problem in one] == problems
    assert problems
