"""What the terms of each road allow, and how a configuration overrides it."""

from __future__ import annotations

from microinf_pipeline.catalog.policies import WITHHELD_FROM, Policy, policies, policy_of, policy_rules, refused_capabilities
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.settings.running import Policy as GivenPolicy


def test_every_rule_has_a_reason_and_a_source() -> None:
    assert [(r.origin, r.duty) for r in policy_rules() if len(r.reason) < 20 or len(r.source) < 10] == []


def test_an_origin_without_rules_is_bound_by_nothing() -> None:
    assert policy_of("licensed_export", {}) == Policy("licensed_export")


def test_the_duties_of_video_data_are_those_of_its_terms() -> None:
    expected = Policy(
        "youtube_api", max_age_days=30, recheck_days=30, delete_within_hours=168, may_derive=False, may_aggregate=False,
        may_benchmark=False,
    )  # fmt: skip
    assert policy_of("youtube_api", {}) == expected


def test_a_configuration_overrides_a_duty_and_leaves_the_others() -> None:
    given = {"youtube_api": GivenPolicy(may_derive=True, max_age_days=1095)}
    told = policy_of("youtube_api", given)
    assert (told.may_derive, told.max_age_days, told.may_aggregate) == (True, 1095, False)


def test_every_origin_that_is_named_anywhere_has_a_policy() -> None:
    held = policies({"partner_export": GivenPolicy(max_age_days=365)}, ("file_export",))
    assert {"partner_export", "file_export", "x_api"} <= set(held)
    assert list(held) == sorted(held)


def test_refusals_name_tables_that_are_published() -> None:
    tables = {name for names in WITHHELD_FROM.values() for name in names}
    assert [name for name in tables if not TABLES[name].published] == []


def test_capabilities_tell_what_is_refused_and_who_says_so() -> None:
    given = {
        "partner_export": GivenPolicy(may_benchmark=False),
        "youtube_api": GivenPolicy(may_derive=True, may_aggregate=True),
    }
    told = {(c.origin, c.metric): c.why for c in refused_capabilities(policies(given), given)}
    assert told["partner_export", "benchmarks"] == "policies.partner_export.may_benchmark of microinf.yaml"
    assert told["youtube_api", "history"].startswith("kept for 30 days: ")
    assert "youtube_api" not in {origin for origin, metric in told if metric == "derived_metrics"}
