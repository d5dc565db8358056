"""The demo as a set of files: complete, repeatable, small, readable, with one night that fails and can be repaired."""

from __future__ import annotations

import hashlib
import shutil
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from microinf_pipeline import demo
from microinf_pipeline.demo.__main__ import main
from microinf_pipeline.demo.brands import BRANDS, CAMPAIGNS, HISTORY_START, IMPORT_NIGHT, NIGHTS
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.settings import load
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline_tests.unit.demo.reading import Demo


def _contents(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _written(made: Demo) -> dict[str, Any]:
    settings: dict[str, Any] = yaml.safe_load(made.plan.config.read_text(encoding="utf-8"))
    return settings


def test_a_second_run_writes_the_same_bytes_in_few_seconds(made: Demo, tmp_path: Path) -> None:
    started = time.process_time()
    demo.generate(tmp_path)
    assert time.process_time() - started < 10  # 4 on two idle cores
    assert _contents(tmp_path) == _contents(made.plan.folder)


def test_the_lists_tell_of_dealings_in_every_state_and_of_a_contest_a_person_looked_at(made: Demo) -> None:
    def column(name: str, of: str) -> list[Any]:
        return pl.read_csv(made.plan.folder / "inputs" / f"{name}.csv", infer_schema=False)[of].to_list()

    assert set(column("outreach", "status")) == {"contacted", "answered", "active", "declined"}
    assert set(column("rights", "status")) == {"granted", "requested", "denied"}
    assert any(until is not None and until < str(NIGHTS[0]) for until in column("rights", "valid_until"))
    assert any(until is not None for until in column("rate_card", "valid_to"))
    assert (len(column("contest_entries", "account")), column("exclusions", "reason_code")) == (3, ["family"])
    decided = dict.fromkeys(zip(column("decisions", "decision"), column("decisions", "contest_id"), strict=True))
    assert list(decided) == [("suppress", None), ("eligible", "wolkenwette"), ("ineligible", "wolkenwette")]


def test_all_files_together_stay_below_15_megabytes(made: Demo) -> None:
    assert sum(path.stat().st_size for path in made.plan.folder.rglob("*") if path.is_file()) < 15_000_000


def test_the_configuration_loads_and_every_source_finds_its_files(made: Demo) -> None:
    settings = load(made.plan.config)
    sources = [source for source in settings.sources if isinstance(source, FileSource)]
    found = {s.name: len(list(made.plan.folder.glob(str(s.path.relative_to(made.plan.folder))))) for s in sources}
    assert found == {
        "archive": 2, "archive_profiles": 1, "listening": 6, "instagram_feed": 6, "tiktok_feed": 6, "mastodon_feed": 6,
        "x_feed": 6, "timelines": 6, "profiles": 6,
    }  # fmt: skip


def test_every_input_list_named_in_the_configuration_is_there_with_rows(made: Demo) -> None:
    for path in _written(made)["inputs"].values():
        assert len((made.plan.folder / path).read_text(encoding="utf-8").splitlines()) > 1


def test_configuration_and_generator_agree_on_brands(made: Demo) -> None:
    written = {b["id"]: (b["timezone"], b["handles"], b["domains"]) for b in _written(made)["brands"]}
    assert written == {b.id: (b.timezone, b.handles, [b.domain]) for b in BRANDS.values()}


def test_configuration_and_generator_agree_on_campaigns(made: Demo) -> None:
    def bounds(campaign: dict[str, Any]) -> tuple[Any, ...]:
        tags = campaign["hashtags"]
        rule = tags if isinstance(tags, dict) else {"any": tags}
        folded = {tag.casefold() for listed in rule.values() for tag in listed}
        return campaign["brand"], folded, "all" in rule, campaign["start"], campaign["end"]

    written = {campaign["id"]: bounds(campaign) for campaign in _written(made)["campaigns"]}
    assert written == {c.id: (c.brand, {t.casefold() for t in c.tags}, c.all_tags, c.start, c.end) for c in CAMPAIGNS}


def test_history_is_longer_than_150_days_and_five_nights_or_more_follow(made: Demo) -> None:
    assert (IMPORT_NIGHT - HISTORY_START).days >= 150
    assert made.plan.nights == (IMPORT_NIGHT, *NIGHTS)
    assert len(NIGHTS) >= 5
    assert _written(made)["sources"][0]["covers_from"] == HISTORY_START


def test_unreadable_rows_exist_and_stay_below_five_percent_but_for_the_failing_file(made: Demo) -> None:
    shares = {name: bad / rows for name, (bad, rows) in made.unreadable.items()}
    broken = str(made.plan.broken_file.relative_to(made.plan.folder))
    assert {name for name, share in shares.items() if share > 0.05} == {broken}
    assert sum(0 < share <= 0.05 for share in shares.values()) == 6
    assert shares[broken] > 0.3


def test_repair_puts_the_sound_file_in_place_and_can_be_repeated(made: Demo, tmp_path: Path) -> None:
    shutil.copytree(made.plan.folder, tmp_path, dirs_exist_ok=True)
    plan = demo.plan(tmp_path)
    before = _contents(tmp_path)
    assert demo.repair(tmp_path) == plan.broken_file
    demo.repair(tmp_path)
    after = _contents(tmp_path)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {str(plan.broken_file.relative_to(tmp_path))}
    assert b"########" not in plan.broken_file.read_bytes()
    assert plan.broken_file.stem == str(plan.failing_night)


def test_a_folder_with_another_configuration_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "microinf.yaml").write_text("home: mine\n", encoding="utf-8")
    with pytest.raises(FixConfigurationError, match="another configuration"):
        demo.generate(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["microinf.yaml"]


def test_repair_without_a_demo_is_refused(tmp_path: Path) -> None:
    assert main([str(tmp_path), "--repair"]) == FixConfigurationError.exit_code


def test_all_addresses_and_mail_are_networks_or_reserved_names(made: Demo) -> None:
    hosts = set(made.posts["url"].str.extract(r"^https://([^/]+)/").unique())
    known = {"www.instagram.com", "www.tiktok.com", "x.com", "bsky.app", "bsky.brid.gy"}
    assert {host for host in hosts - known if not host.endswith(".example")} == set()
    links = made.posts["text"].str.extract_all(r"https://[^/\s<]+").explode().drop_nulls().unique()
    assert [link for link in links if not link.endswith(".example")] == []
    mails = made.profiles["email"].drop_nulls().unique()
    assert [mail for mail in mails if not mail.endswith(".example")] == []
