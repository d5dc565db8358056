"""The report is pages that need nothing else, say what is unknown and why, and let no stranger's text become markup."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.reporting.published import PublishedTables
from microinf_pipeline.reporting.report import render, render_page, summary
from microinf_pipeline.reporting.sections import SECTIONS
from microinf_pipeline.reporting.sections.numbers import BRANDS_SHOWN
from microinf_pipeline.storage.engines.duckdb_engine import DuckDBEngine
from microinf_pipeline_tests.unit.reporting.published_home import a_brand, a_creator, a_kpi, full, published, reads


class Tags(HTMLParser):
    """Start tags with their attributes, in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def words_of(page: str) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<body>")[2]))


def english(engine: DuckDBEngine) -> str:
    return render_page(PublishedTables(engine), "en", default=None)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Both pages of a home in which every section has rows."""
    engine = full(tmp_path_factory.mktemp("full"))
    yield render(engine, default="en", snapshot=7, since=datetime(2026, 9, 6, 4))
    engine.close()


def test_the_default_language_is_the_index_and_each_page_names_the_other(pages: dict[str, str]) -> None:
    assert sorted(pages) == ["index.de.html", "index.html"]
    found = {
        name: (Tags(page).of("html")[0]["lang"], [a["href"] for a in Tags(page).of("a") if a.get("hreflang")])
        for name, page in pages.items()
    }
    assert found == {"index.html": ("en", ["index.de.html"]), "index.de.html": ("de", ["index.html"])}


def test_a_page_rendered_alone_names_no_other(tmp_path: Path) -> None:
    page = render_page(PublishedTables(published(tmp_path)), "de", default=None)
    assert [a for a in Tags(page).of("a") if a.get("hreflang")] == []
    assert "Snapshot" not in page


def test_the_pages_load_nothing_and_run_one_named_script(pages: dict[str, str]) -> None:
    for page in pages.values():
        tags = Tags(page)
        assert [t for t in ("img", "iframe", "object", "form", "audio", "video") if tags.of(t)] == []
        assert [link["href"] for link in tags.of("link")] == ["data:,"]
        assert tags.of("script") == [{}]
        (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        policy = next(m["content"] for m in tags.of("meta") if m.get("http-equiv") == "Content-Security-Policy")
        assert (
            policy
            == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
        )
        assert len(page.encode()) < 400_000


def test_every_section_is_there_in_order_and_in_the_contents(pages: dict[str, str]) -> None:
    for page in pages.values():
        shown = [s["id"] for s in Tags(page).of("section")]
        assert shown == ["summary", *(section.name for section in SECTIONS)]
        assert {f"#{name}" for name in shown} <= {a["href"] for a in Tags(page).of("a")}


def test_every_section_of_an_empty_home_says_why_it_is_empty(tmp_path: Path) -> None:
    said = words_of(english(published(tmp_path)))
    money = "No cost and no return is known. Without inputs.deals, inputs.clicks or inputs.conversions in microinf.yaml it stays empty."
    staff = "No month of staff to tell of. Without inputs.employees and inputs.headcount in microinf.yaml it stays empty."
    assert [said.count(one) for one in (money, staff)] == [1, 1]
    assert said.count("Nothing that was published has changed.") == 1
    assert said.count("No mention yet.") == 1


def test_a_table_that_is_not_published_is_named_where_it_is_missing(tmp_path: Path) -> None:
    left_out = tuple(name for name in reads() if name.startswith("core_") or name == "mart_roi")
    said = words_of(english(published(tmp_path, without=left_out)))
    assert "Not published in this snapshot: mart_roi." in said
    assert "Not published in this snapshot: core_duplicates." in said


def test_every_column_the_report_reads_is_a_published_one() -> None:
    missing = {
        f"{table}.{column}"
        for table, columns in reads().items()
        if table in TABLES
        for column in columns - {c.name for c in TABLES[table].published_columns}
    }
    assert missing == set()


def test_headings_descend_without_a_gap(pages: dict[str, str]) -> None:
    for page in pages.values():
        levels = [int(tag[1]) for tag, _ in Tags(page).found if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_ids_are_unique_and_every_definition_is_reached(pages: dict[str, str]) -> None:
    for page in pages.values():
        tags = Tags(page)
        ids = [attributes["id"] for _, attributes in tags.found if attributes.get("id")]
        assert len(ids) == len(set(ids))
        named = {attributes["aria-describedby"] for attributes in tags.of("button")}
        tips = {attributes["id"] for attributes in tags.of("span") if attributes.get("role") == "tooltip"}
        assert named == tips
        assert len(tips) > 50


def test_every_table_has_a_caption_and_its_headings_a_scope(pages: dict[str, str]) -> None:
    tags = Tags(pages["index.html"])
    assert len(tags.of("caption")) == len(tags.of("table")) > 15
    assert {heading.get("scope") for heading in tags.of("th")} == {"col", "row"}


def test_every_table_can_be_taken_along_and_every_chart_has_words_and_a_table(pages: dict[str, str]) -> None:
    tags = Tags(pages["index.html"])
    assert sum("download" in a for a in tags.of("a")) == len(tags.of("table"))
    charts = [div for div in tags.of("div") if div.get("role") == "img"]
    assert len(charts) == len(tags.of("figure")) == 3
    assert (
        charts[0]["aria-label"]
        == "Spring: Posts, reached and agreed. A line that has grown to 70 by 30 Aug 2026; the goal is 300."
    )


def test_a_chart_takes_the_colours_of_the_page_and_the_months_of_its_language(pages: dict[str, str]) -> None:
    for page, day in ((pages["index.html"], "30 Aug"), (pages["index.de.html"], "30. Aug")):
        drawings = re.findall(r'<div class="chart".*?</svg>', page, flags=re.DOTALL)
        assert not re.search(r'(?:fill|stroke)="(?!var\(|none|transparent|url)', "".join(drawings))
        assert day in drawings[0]


def test_a_csv_holds_the_rows_as_published(pages: dict[str, str]) -> None:
    (link,) = [a for a in Tags(pages["index.de.html"]).of("a") if a.get("download") == "roi.csv"]
    text = unquote((link["href"] or "").partition(",")[2])
    assert text.splitlines() == [
        "\ufeffbrand_id,campaign_id,currency,month,clicks,conversions,revenue,cost,cpe,cpc,cpa,roas,roi",
        "acme,spring,EUR,2026-07-01,50,4,400.0,100.0,,,,4.0,3.0",
    ]


def test_what_strangers_wrote_stays_text(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>\"'><b onmouseover=x>"
    bio = json.dumps([{"code": "bio_invites", "quote": evil}])
    rows = a_creator(handle=evil, display_name=evil, contact_parts=bio, url='javascript:alert("x")')
    page = english(published(tmp_path, given=rows))
    tags = Tags(page)
    assert (tags.of("script"), tags.of("b")) == ([{}], [])
    assert [a["href"] for a in tags.of("a") if (a["href"] or "").startswith("javascript")] == []
    assert "&lt;script&gt;alert(1)" in page


def test_a_creator_is_shown_with_parts_of_the_score_in_words(pages: dict[str, str]) -> None:
    said = words_of(pages["index.html"])
    assert "Relevance strong, 80.0 %; weighs 50.0 %" in said
    assert "Resonance weak, 20.0 %; weighs 50.0 %" in said
    assert "Cost unknown, left out" in said
    assert "Rank 1 (yesterday 4)" in said


@pytest.mark.parametrize(
    ("allowed", "status", "is_shown", "is_contact_shown"),
    [
        ("invited", "new", True, True),
        ("platform_only", "new", True, False),
        ("no", "new", False, False),
        ("invited", "suppressed", False, False),
    ],
)
def test_an_address_is_shown_only_where_its_owner_invited(
    tmp_path: Path, allowed: str, status: str, is_shown: bool, is_contact_shown: bool
) -> None:
    rows = a_creator(
        contact="anna@mail.example", contact_allowed=allowed, contact_rule="the bio invites contact", status=status
    )
    page = english(published(tmp_path, given=rows))
    assert (">Anna<" in page, "anna@mail.example" in page) == (is_shown, is_contact_shown)


def test_a_deleted_post_is_not_shown_again(tmp_path: Path) -> None:
    post = {"network": "x", "post_id": "p1", "brand_id": "acme"}
    page = english(published(
        tmp_path, mart_open_mentions=[post | {"hours_open": 3.0}],
        core_posts=[post | {"text": "what I took back", "url": "https://x.example/p1", "status": "deleted"}],
    ))  # fmt: skip
    assert "what I took back" not in page
    assert "https://x.example/p1" not in page


@pytest.mark.parametrize(
    ("sentiment", "mood", "sentence"),
    [
        (-0.33, "unhappy -0.33", "1 mention waits for our answer, for 3 h; 1 of them is unhappy."),
        (-0.3, "neutral -0.30", "1 mention waits for our answer, for 3 h."),
        (0.33, "happy 0.33", "1 mention waits for our answer, for 3 h."),
        (None, "unknown", "1 mention waits for our answer, for 3 h."),
    ],
)
def test_a_mention_is_called_unhappy_from_the_cut_its_reasons_rest_on(
    tmp_path: Path, sentiment: float | None, mood: str, sentence: str
) -> None:
    waits = {
        "network": "x",
        "post_id": "p1",
        "brand_id": "acme",
        "hours_open": 3.0,
        "sentiment": sentiment,
        "why": "a question",
    }
    said = words_of(english(published(tmp_path, mart_open_mentions=[waits])))
    assert f" {mood} " in said
    assert sentence in said


@pytest.mark.parametrize(
    ("kpi", "text", "rests_on"),
    [
        (a_kpi("mentions", 1234.0), "1,234", "n = 12; window 7 days; Complete 90.0\u202f%"),
        (a_kpi("new_accounts", None), "–", "unknown: history too short"),
        (a_kpi("hashtag_adoption", 0.25, ci_low=0.1, ci_high=0.5, completeness=None, confidence="low"), "25.0\u202f%",
         "n = 12; window 7 days; 95 % interval 10.0\u202f% to 50.0\u202f%; Confidence: low"),
    ],
)  # fmt: skip
def test_a_number_says_what_it_rests_on(tmp_path: Path, kpi: dict[str, Any], text: str, rests_on: str) -> None:
    day = {"brand_id": "acme", "relation": "organic", "day": date(2026, 8, 30), "mentions": 3}
    page = english(published(tmp_path, mart_kpi=[kpi], mart_brand_daily=[day]))
    assert f'<td class="n" title="{rests_on}"><bdi>{text}</bdi></td>' in page


def test_a_definition_comes_from_the_published_definitions_in_the_language_of_the_page(pages: dict[str, str]) -> None:
    assert "Posts that name the brand and count" in pages["index.html"]
    assert "Beiträge, die die Marke nennen und zählen" in pages["index.de.html"]


def test_brands_beyond_the_twentieth_are_counted(tmp_path: Path) -> None:
    brands = [a_brand(f"b{n:03}", f"Brand {n}") for n in range(100)]
    page = english(published(tmp_path, core_brands=brands))
    assert f"{100 - BRANDS_SHOWN} more brands are in the tables." in page
    assert len(page.encode()) < 200_000


def test_five_sentences_tell_the_morning(tmp_path: Path) -> None:
    engine = full(tmp_path)
    assert [(s.title, s.text.replace("\u202f", " ")) for s in summary(engine, "en", datetime(2026, 9, 6, 4))] == [
        ("New", "1 creator mentioned us for the first time in the last seven days: @anna."),
        ("Waiting", "1 mention waits for our answer, for 30 h; 1 of them is unhappy."),
        ("To amplify", "1 post is worth showing; the rights are granted for 1, else ask first."),
        ("Goals", "Spring stands at 70 of 300 Posts (23.3 %), behind its time (50.3 % gone)."),
        ("Restated", "1 published number changed since the last report, by late or refreshed data (1)."),
    ]
    assert (
        summary(engine, "de", datetime(2026, 9, 7, 4))[4].text
        == "Seit dem letzten Bericht hat sich keine veröffentlichte Zahl geändert."
    )
    engine.close()


def test_a_creator_who_is_new_to_two_brands_is_named_once(tmp_path: Path) -> None:
    first = {"creator_id": "x:1", "relation": "organic", "day": date(2026, 9, 4), "followers_at_post": 900}
    engine = published(
        tmp_path, given={"core_accounts": a_creator()["core_accounts"]},
        core_brands=[a_brand("acme", "Acme"), a_brand("bolt", "Bolt")],
        mart_creator_brand_daily=[first | {"brand_id": brand} for brand in ("acme", "bolt")],
    )  # fmt: skip
    assert summary(engine, "en")[0].text == "1 creator mentioned us for the first time in the last seven days: @anna."
    engine.close()


@pytest.mark.parametrize(
    ("metric", "goal", "share", "told"),
    [
        ("hashtag_adoption", 0.3, 0.5, "15.0 % of 30.0 % Adoption"),
        ("roas", 2.5, 0.5, "1.25 of 2.50 ROAS"),
        ("engagements", 900.0, 1 / 3, "300 of 900 Engagements"),
        ("cpc", 2.0, 0.75, "1.50 of at most 2 Cost a click (75.0 %), within its limit"),
        ("cpa", 20.0, 1.2, "24 of at most 20 Cost a conversion (120.0 %), over its limit"),
    ],
)
def test_a_goal_is_told_in_the_unit_of_its_measure(tmp_path: Path, metric: str, goal: float, share: float, told: str) -> None:
    campaign = {
        "campaign_id": "spring",
        "brand_id": "acme",
        "starts_at": datetime(2026, 8, 23),
        "ends_at": datetime(2026, 9, 20),
    }
    engine = published(
        tmp_path, core_campaigns=[campaign | {"goals": json.dumps([{"metric": metric, "value": goal}])}],
        mart_campaign=[{"campaign_id": "spring", "network": "*", "tier": "*", "goal": goal, "goal_share": share}],
    )  # fmt: skip
    assert told in summary(engine, "en")[3].text.replace("\u202f", " ")
    engine.close()


def test_a_gap_nobody_can_size_is_told_too(tmp_path: Path) -> None:
    night = {"source": "feed", "night": date(2026, 9, 6), "captured": 3, "expected_basis": "none"}
    page = english(published(tmp_path, mart_completeness=[
        night | {"brand_id": "*", "rule": "*"}, night | {"brand_id": "acme", "rule": "#acme", "gap_reason": "no server is asked"},
    ]))  # fmt: skip
    assert "no server is asked" in words_of(page)


def test_who_is_new_is_unknown_while_the_history_is_short(tmp_path: Path) -> None:
    engine = published(tmp_path, core_brands=[a_brand("acme", "Acme", history_from=date(2026, 8, 1))])
    assert summary(engine, "en")[0].text == "Who is new is unknown until 90 days of history are there."
    engine.close()


def test_a_night_run_late_is_news_whatever_its_date(tmp_path: Path) -> None:
    late, last = datetime(2026, 9, 7, 9), datetime(2026, 9, 7, 3)
    engine = published(
        tmp_path,
        meta_runs=[
            {"night": date(2026, 9, 4), "version": "0.1.0", "finished_at": late},
            {"night": date(2026, 9, 6), "version": "0.1.0", "finished_at": last},
        ],
        mart_restatements=[{"night": date(2026, 9, 4), "reason": "refresh"}, {"night": date(2026, 9, 6), "reason": "merge"}],
    )
    told = [summary(engine, "en", since)[4].text for since in (None, last, late)]
    changed = "1 published number changed since the last report, by late or refreshed data (1)."
    assert told == [changed, changed, "No published number has changed since the last report."]
    engine.close()
