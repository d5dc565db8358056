"""Explain and status tell what happened, over nights that really ran."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.errors import FixConfigurationError, GateStoppedNightError
from microinf_pipeline.night import commands, publishing, reports, telling
from microinf_pipeline.night.explaining.kpi import kpi_story
from microinf_pipeline.night.explaining.story import explain
from microinf_pipeline.night.sections import Section
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline.storage.published import open_published
from microinf_pipeline_tests.homes import SmallHome, a_post, a_profile

SHOWN = "https://www.instagram.com/p/"
JUNE, JULY = "2026-06-30", "2026-07-08"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    """Two nights and a publication: a post by two roads, a repost, a paid-for owned post, a renamed account."""
    home = SmallHome(
        tmp_path_factory.mktemp("explained"),
        posts={
            "feed": [
                a_post(JUNE, "1", likes=5, comments=1, url=f"{SHOWN}one/", followers=9900),
                a_post(JUNE, "2", uid="b1", user="ben", text="hello acme, you idiots, #acmespring", likes=3),
                a_post(JUNE, "4", uid="o1", user="acme_official", text="we are #acme", likes=1, comments=0),
                a_post(
                    JULY, "1", likes=9, comments=2, url=f"{SHOWN}one/", text="I really like #acme", created=f"{JUNE}T10:00:00Z"
                ),
                a_post(JULY, "3", uid="c1", user="cleo", text="look", kind="repost", repost_of="1"),
                a_post(JUNE, "7", uid="d1", user="dora", text="The small brown kettle sings again every winter morning"),
                a_post(JULY, "8", uid="e1", user="eve", text="The small brown kettle sings again every summer morning"),
            ],
            "listening": [
                a_post(JUNE, "", uid="", user="anna", url=f"{SHOWN}one/?utm_source=x", text="I like #acme"),
            ],
        },
        profiles=[a_profile(JUNE, followers=9950), a_profile(JULY, user="anna_new", followers=20000)],
    )
    home.run(JUNE, JULY)
    publishing.publish(home.settings)
    return home


@pytest.fixture(scope="module")
def published(home: SmallHome) -> Iterator[DuckDBEngine]:
    engine = open_published(home.home)
    yield engine
    engine.close()


def titled(sections: list[Section], title: str) -> Section:
    """The one section whose title begins so."""
    (found,) = [s for s in sections if s.title.startswith(title)]
    return found


def as_rows(section: Section) -> list[dict[str, str]]:
    return [dict(zip(section.columns, row, strict=True)) for row in section.rows]


def as_facts(section: Section) -> dict[str, str]:
    return {row[0]: row[1] for row in section.rows}


def test_a_post_tells_of_every_delivery_in_the_order_that_decides(home: SmallHome) -> None:
    told = as_rows(titled(explain(home.settings, "post", "instagram/1"), "Deliveries"))
    assert [(r["night"], r["source"], r["row"], r["likes"]) for r in told] == [
        (JUNE, "feed", "1", "5"), (JUNE, "listening", "1", "–"), (JULY, "feed", "4", "9"),
    ]  # fmt: skip


def test_a_post_tells_which_words_raised_a_flag(home: SmallHome) -> None:
    told = as_facts(titled(explain(home.settings, "post", "instagram/2"), "Post instagram/2"))
    assert told["safety"] == "abuse: idiots"


def test_a_post_tells_what_was_removed_and_what_copies_it(home: SmallHome) -> None:
    sections = explain(home.settings, "post", "instagram/1")
    removed = as_rows(titled(sections, "Removed rows"))
    assert [(r["duplicate_type"], r["night"], r["survivor"]) for r in removed] == [
        ("cross_source", JUNE, "instagram/1"), ("redelivery", JULY, "instagram/1"),
    ]  # fmt: skip
    assert [(r["copy"], r["duplicate_type"]) for r in as_rows(titled(sections, "Copies"))] == [("instagram/3", "repost")]


def test_a_post_names_its_cluster_and_why_it_is_in_it(home: SmallHome) -> None:
    sections = explain(home.settings, "post", "instagram/8")
    assert as_facts(sections[0])["cluster of copies"] == "instagram:7 (the key of its earliest post)"
    cluster = [(r["post"], r["repeats"], r["reason"]) for r in as_rows(titled(sections, "Its cluster"))]
    assert [row[:2] for row in cluster] == [("instagram/7", "–"), ("instagram/8", "instagram/7")]
    assert cluster[0][2] == "the earliest"
    assert cluster[1][2].startswith("another account posted a text ")


@pytest.mark.parametrize("key", [f"{SHOWN}one/", f"{SHOWN}one/?igsh=abc", "1", "https://instagram.com/anna/reel/one"])
def test_a_post_is_found_by_its_address_or_bare_id(home: SmallHome, key: str) -> None:
    assert explain(home.settings, "post", key)[0].title == "Post instagram/1"


@pytest.mark.parametrize(("post", "reason"), [("instagram/1", "–"), ("instagram/3", "repost"), ("instagram/4", "owned")])
def test_a_post_tells_why_it_counts_or_not(home: SmallHome, post: str, reason: str) -> None:
    (mention,) = as_rows(titled(explain(home.settings, "post", post), "Mentions"))
    assert mention.get("not_counted_reason", "–") == reason


def test_a_post_tells_its_formula_with_its_parts(home: SmallHome) -> None:
    assert titled(explain(home.settings, "post", "instagram/1"), "Engagements").rows == (
        ("parts on instagram (K1)", "likes 9 + comments 2 = 11"),
        ("rate of the post", "11 / 9900 followers = 0.1111% by the latest metrics"),
    )


def test_a_hidden_part_makes_engagements_unknown_and_says_which(home: SmallHome) -> None:
    ((_, formula),) = titled(explain(home.settings, "post", "instagram/2"), "Engagements").rows
    assert formula == "likes 3 + comments – = unknown: comments not told (K1: nothing is guessed)"


def test_a_post_tells_the_count_behind_its_tier(home: SmallHome) -> None:
    audience = as_facts(titled(explain(home.settings, "post", "instagram/1"), "Audience"))
    assert (audience["followers"], audience["counted"], audience["tier"]) == ("9,900", f"on {JUNE} by feed: 9,900", "nano")


@pytest.mark.parametrize("key", ["instagram:a1", "instagram/a1", "instagram/anna_new", "instagram/Anna"])
def test_a_creator_is_found_by_id_and_by_present_and_former_handles(home: SmallHome, key: str) -> None:
    sections = explain(home.settings, "creator", key)
    assert sections[0].title == "Creator instagram:a1"
    assert [r["alias"] for r in as_rows(titled(sections, "Handles"))] == ["anna", "anna_new"]
    assert [(r["tier"], r["valid_from"]) for r in as_rows(titled(sections, "Tiers"))] == [("nano", JUNE), ("micro", JULY)]


@pytest.mark.parametrize(
    ("kind", "key", "nearest"),
    [
        ("post", "instagram/11", "instagram/1"),
        ("post", "nonsense", "instagram/"),
        ("creator", "instagram/anna_neu", "instagram/anna_new"),
        ("kpi", "mentions:acme:*:*:*:earned:day:2026-06-31", "mentions:acme:*:*:*:earned:day:2026-06-30"),
    ],
)
def test_an_unknown_key_is_refused_with_near_ones(home: SmallHome, kind: str, key: str, nearest: str) -> None:
    with pytest.raises(FixConfigurationError) as refused:
        explain(home.settings, kind, key)
    assert refused.value.exit_code == 2
    assert nearest in refused.value.where


def test_a_key_of_fewer_parts_lists_what_there_is(home: SmallHome) -> None:
    (section,) = explain(home.settings, "kpi", "mentions:acme:*:*:*:earned")
    assert section.title == f"{len(section.rows)} numbers match 'mentions:acme:*:*:*:earned'"
    assert ("mentions:acme:*:*:*:earned:day:2026-06-30", "2", "2", "") in section.rows


def test_a_number_tells_row_definition_sql_and_the_same_number_again(home: SmallHome) -> None:
    sections = explain(home.settings, "kpi", "er_followers_pooled:acme:*:instagram:*:earned:month:2026-06-01")
    assert [s.title for s in sections[1:]] == ["Definition", "SQL over the published tables", "Recomputed"]
    assert [(name, state) for name, *_, state in sections[-1].rows] == [
        ("numerator", "equal"), ("denominator", "equal"), ("value", "equal"),
    ]  # fmt: skip


def test_a_kpi_with_a_table_of_its_own_is_recomputed_from_the_published_tables_too(published: DuckDBEngine) -> None:
    key = "creator_retention:acme:2026-06-01:2026-06-01"
    sections = kpi_story(published, key)
    assert sections[0].title == key
    assert (sections[-1].title, sections[-1].is_alarm) == ("Recomputed", False)
    assert "FROM earned SEMI JOIN cohort USING (creator_id) WHERE month = DATE '2026-06-01'" in "\n".join(sections[2].lines)


def test_a_kpi_that_stands_in_no_table_tells_its_definition_and_its_sql(published: DuckDBEngine) -> None:
    titles = [section.title for section in kpi_story(published, "creator_retention_interval")]
    assert titles == ["Definition", "SQL over the published tables"]


def test_every_kpi_is_recomputed_from_the_published_tables(published: DuckDBEngine) -> None:
    """The first row with a value, and the first without, of every kpi the home has."""
    parts = " || ':' || ".join(TABLES["mart_kpi"].grain)
    keys = published.query(f"SELECT min({parts}) AS key FROM mart_kpi GROUP BY kpi, value IS NULL ORDER BY key")[
        "key"
    ].to_list()
    recomputed = {key: kpi_story(published, key)[-1] for key in keys}
    assert {"mentions", "accounts", "engagements", "audience_high", "er_followers_pooled"} <= {
        k.partition(":")[0] for k in keys
    }
    assert [key for key, section in recomputed.items() if section.title != "Recomputed" or section.is_alarm] == []


def test_a_withheld_number_says_what_the_sql_would_give_and_why_it_is_not_shown(home: SmallHome) -> None:
    sections = explain(home.settings, "kpi", "new_accounts:acme:*:*:*:earned:month:2026-06-01")
    assert sections[-1].lines == ("the SQL gives 2; the published value is withheld: history_too_short",)


def test_a_home_without_publication_says_how_to_get_one(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts={"feed": [a_post(JUNE, "1")]})
    with pytest.raises(FixConfigurationError, match="nothing has been published yet"):
        explain(home.settings, "kpi", "mentions")
    with pytest.raises(FixConfigurationError, match="no night has been accepted yet"):
        explain(home.settings, "post", "instagram/1")


def test_status_lists_nights_and_what_is_published(home: SmallHome) -> None:
    sections = telling.status(home.settings)
    assert [s.title for s in sections] == ["Now", "Accepted nights (2)", "Published", "Sizes"]
    assert [row[0] for row in sections[1].rows] == [JULY, JUNE]
    assert as_facts(sections[2])["as of"] == "2026-07-09 00:00:00 UTC"
    assert sections[0].lines[0] == "nothing runs; the home is free"


def test_status_says_who_runs_and_leaves_the_lock_alone(home: SmallHome) -> None:
    with home.home.locked("run 2026-07-09"):
        told = telling.holder(home.home)
        assert told is not None
        assert told.startswith("run 2026-07-09 (process ")
    assert telling.holder(home.home) is None
    with home.home.locked("the next run"):
        assert telling.holder(home.home) is not None


def test_status_of_a_home_that_never_ran_creates_nothing(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts={"feed": []})
    assert [s.lines[:1] for s in telling.status(home.settings)[:2]] == [
        ("nothing runs; the home is free",),
        ("none yet  →  microinf run",),
    ]
    assert not home.home.path.exists()


@pytest.fixture
def red(tmp_path: Path) -> SmallHome:
    """A night whose rows cannot be read."""
    broken: list[dict[str, Any]] = [a_post(JUNE, str(n), created="01/06/2026 10:00 Uhr" if n else "") for n in range(5)]
    home = SmallHome(tmp_path, posts={"feed": [a_post(JUNE, "9"), *broken]})
    with pytest.raises(GateStoppedNightError):
        home.run(JUNE)
    return home


def test_status_names_a_red_gate_its_evidence_and_both_ways_out(red: SmallHome) -> None:
    section = titled(telling.status(red.settings), f"Red night {JUNE}")
    assert section.is_alarm
    assert section.lines[1:] == (
        "gate captures.reads_its_rows__feed",
        "  evidence: rows 6, rejects 5, share 0.833333, limit 0.05",
        "  cause:    4 of 5 rejects: created_at is not a time, such as '01/06/2026 10:00 Uhr'",
        f"  fix:      repair the input, then  microinf run --night {JUNE}",
        f"  or:       microinf accept --night {JUNE} --gate reads_its_rows__feed --reason '…', then run it again",
    )


def test_status_shows_an_override_until_the_night_is_run_again(red: SmallHome) -> None:
    commands.accept(red.settings, date.fromisoformat(JUNE), "reads_its_rows__feed", "the rest is known to be spam")
    section = titled(telling.status(red.settings), f"Red night {JUNE}")
    assert section.lines[-1] == f"  accepted: the rest is known to be spam  →  microinf run --night {JUNE}"
    red.run(JUNE)
    assert [s.title for s in telling.status(red.settings) if s.is_alarm] == []


def test_status_names_tables_that_another_configuration_made_and_what_rebuild_does(tmp_path: Path) -> None:
    home = SmallHome(tmp_path, posts={"feed": [a_post(JUNE, "1")]})
    home.run(JUNE)
    home.config.write_text(home.config.read_text().replace("keywords: [Acme]", "keywords: [Acme, Acmee]"))
    section = titled(telling.status(home.settings), "Tables that no longer match")
    assert ("core_mentions", "configuration", "1") in section.rows
    assert section.lines[0] == "the next run is refused until:  microinf rebuild"


def test_clean_says_what_it_did(home: SmallHome) -> None:
    merged, removed = commands.clean(home.settings)
    assert (merged >= 0, removed > 0) == (True, True)
    assert explain(home.settings, "post", "instagram/1")[0].title == "Post instagram/1"


def test_the_published_report_and_one_rendered_again_are_the_same_page(home: SmallHome, tmp_path: Path) -> None:
    path = reports.published_report(home.settings)
    again = reports.render_report(home.settings, tmp_path / "deep" / "report.html")
    to_the_other = re.compile(r'<a class="language".*?</a>')
    assert to_the_other.sub("", again.read_text()) == to_the_other.sub("", path.read_text())
    assert "Mentions of Acme a day" in path.read_text()
    assert '<html lang="de">' in path.with_name("index.de.html").read_text()


def test_a_digest_is_the_five_sentences_the_report_opens_with(home: SmallHome) -> None:
    lines = reports.digest(home.settings).splitlines()
    page = reports.published_report(home.settings).read_text()
    assert [line.partition(":")[0] for line in lines] == ["New", "Waiting", "To amplify", "Goals", "Restated"]
    assert [line for line in lines if line.partition(": ")[2] not in page] == []
    assert reports.digest(home.settings, "de").startswith("Neu: ")
