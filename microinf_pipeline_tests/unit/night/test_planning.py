"""What a night will cost and leave empty, told before it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from microinf_pipeline.catalog.capture import PlannedCalls, QuotaState
from microinf_pipeline.catalog.needs import NEEDS
from microinf_pipeline.catalog.prices import prices
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.planning import _calls, plan
from microinf_pipeline.night.sections import Section
from microinf_pipeline.night.sources import network_source
from microinf_pipeline.settings import load
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.settings.inputs import Inputs
from microinf_pipeline.settings.networks.mastodon import MastodonSource
from microinf_pipeline.settings.networks.x import XSource
from microinf_pipeline.storage.home import Home

NIGHT = date(2026, 3, 20)
CONFIG = """\
home: home
brands:
  - {id: acme, name: Acme, timezone: Europe/Berlin, hashtags: ["#acme"], keywords: [Acme]}
inputs: {deals: deals.csv}
sources:
  - {name: export, type: files, path: "exports/*.csv", holds: posts, network: instagram, columns: {post_id: id, created_at: at}}
  - {name: fedi, type: mastodon, instances: [one.example.test]}
  - {name: blue, type: bluesky, identifier: acme.example.test, app_password: "${APP_PASSWORD}"}
"""


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_PASSWORD", "of-this-test")


def planned(folder: Path) -> dict[str, Section]:
    (folder / "exports").mkdir()
    (folder / "exports" / "march.csv").write_text("id,at\n1,2026-03-20\n", encoding="utf-8")
    (folder / "deals.csv").write_text("deal_id,network,account,brand_id\n", encoding="utf-8")
    (folder / "microinf.yaml").write_text(CONFIG, encoding="utf-8")
    return {section.title: section for section in plan(load(folder / "microinf.yaml"), NIGHT)}


def test_each_source_tells_its_requests_and_what_it_will_not_answer(tmp_path: Path) -> None:
    told = planned(tmp_path)
    assert told["export: files, night 2026-03-20"].lines == (
        "no calls: 1 file(s) of 19 B; those a night has taken already are left out",
    )
    assert told["fedi: mastodon, night 2026-03-20"] == Section(
        "fedi: mastodon, night 2026-03-20",
        ("at least 2 of 2,000 requests a night may spend (max_requests)",),
        ("brand", "question", "requests", "will not"),
        (
            ("–", "description on one.example.test", "1", ""),
            ("acme", "#acme on one.example.test", "1 or more", ""),
            ("acme", "Acme on one.example.test", "0", "no user token: words are not searched, only hashtags"),
        ),
    )
    assert told["blue: bluesky, night 2026-03-20"].lines == ("at least 3 of 2,000 requests a night may spend (max_requests)",)


def test_what_networks_never_give_is_told_for_the_configured_ones_alone(tmp_path: Path) -> None:
    origins = {row[0] for row in planned(tmp_path)["what no night will bring"].rows}
    assert origins == {"*", "mastodon_api", "bluesky_api"}


def test_tables_without_what_they_need_are_named_with_what_to_give(tmp_path: Path) -> None:
    named = {row[0]: row[2] for row in planned(tmp_path)["tables that will hold nothing"].rows}
    assert named["mart_campaign"] == "give campaigns"


def test_more_requests_than_a_night_may_spend_are_an_alarm() -> None:
    source = MastodonSource.model_validate({"name": "fedi", "instances": ["one.example.test"], "max_requests": 10})
    told = _calls("fedi", source, [PlannedCalls("refresh", 12)])
    assert told.is_alarm
    assert told.lines[1] == "2 will not fit: they wait for the next night, and completeness says so"


def test_needs_name_catalogued_tables_and_inputs_there_are() -> None:
    inputs = {key.removeprefix("inputs.") for need in NEEDS for key in need.keys if key.startswith("inputs.")}
    assert inputs <= Inputs.model_fields.keys()
    assert {need.table for need in NEEDS} <= TABLES.keys()


X = XSource.model_construct(name="x", max_requests=2_000)


def test_reads_that_are_paid_for_are_told_in_money_with_who_says_so() -> None:
    calls = [PlannedCalls("#acme", 2, "acme", spends=(("post_reads", 150), ("user_reads", 20)))]
    later = datetime(2026, 4, 1, tzinfo=UTC)
    quotas = [QuotaState("post_reads", 1000, 1000, later), QuotaState("user_reads", 1000, 1000, later)]
    told = _calls("x", X, calls, quotas).lines[-1]
    assert told.startswith("at least 0.95 USD at list price: 150 post_reads × 0.005 + 20 user_reads × 0.010 (docs.x.com")


def test_a_question_that_earlier_nights_know_is_told_by_them_and_a_long_one_is_shortened() -> None:
    calls = [PlannedCalls("#acme", 7, "acme", is_least=True), PlannedCalls("a" * 300, 1, "acme", is_least=True)]
    told = _calls("x", X, calls, usual={("acme", "#acme"): 650}, spent=[8, 12, 30])
    assert told.rows == (("acme", "#acme", "about 7", ""), ("acme", "a" * 47 + "…", "1 or more", ""))
    assert told.lines[-1] == "the last 3 night(s) spent 12 on the median, 30 at most"


def test_every_price_says_who_asks_it_and_since_when() -> None:
    assert [(one.network, one.unit, one.currency) for one in prices() if one.reason and one.source and one.amount > 0] == [
        ("x", "post_reads", "USD"), ("x", "user_reads", "USD"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("section", "counted_by"),
    [
        ("type: youtube, api_key: '${APP_PASSWORD}'", "youtube"),
        ("type: x, bearer_token: '${APP_PASSWORD}'", "x"),
        ("type: reddit, client_id: app, client_secret: '${APP_PASSWORD}', username: acme_team", "reddit"),
    ],
)
def test_two_sources_of_one_key_share_what_is_left(tmp_path: Path, section: str, counted_by: str) -> None:
    head, _, _ = CONFIG.partition("inputs:")
    lines = "".join(f"  - {{name: {name}, {section}}}\n" for name in ("first", "second"))
    (tmp_path / "microinf.yaml").write_text(f"{head}sources:\n{lines}", encoding="utf-8")
    settings = load(tmp_path / "microinf.yaml")
    home = Home(settings.home)
    first, second = (network_source(one, home).quota for one in settings.sources if not isinstance(one, FileSource))
    unit = first.states()[0].unit
    before = second.left(unit)
    first.spend(unit, 2)
    second.spend(unit, 1)
    assert before is not None
    assert (first.left(unit), second.left(unit)) == (before - 3, before - 3)
    assert [path.name.rpartition("-")[0] for path in settings.home.glob("quotas/*.json")] == [counted_by]
