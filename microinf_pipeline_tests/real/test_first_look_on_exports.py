"""The first look on real exports: what it writes reads (nearly) every row of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pytest

from microinf_pipeline.night.first_look.look import look_at_file
from microinf_pipeline.settings import load
from microinf_pipeline.settings.file_source import FileSource
from microinf_pipeline.sources.files.detect import source_files
from microinf_pipeline.sources.files.plan import ReadPlan, plan_posts, plan_profiles
from microinf_pipeline.sources.files.spec import FileSourceSpec

pytestmark = pytest.mark.real
DATA = Path(os.environ.get("MICROINF_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))

#: file: (what it holds, rows, rows read). The airline file has rows torn by broken quotes, superbowl ones without a time.
EXPORTS = {
    "airline_sentiment/Tweets.csv": ("posts", 14_640, 14_077),
    "ig_influencers/posts_part1.jsonl.gz": ("posts", 7_888, 7_888),
    "ig_influencers/creators.tsv": ("profiles", 33_936, 33_935),
    "germeval2017_db/dev_v1.4.tsv": ("posts", 2_584, 2_584),
    "youtube_spam/Youtube01-Psy.csv": ("posts", 350, 350),
    "bots_mib/users.csv": ("profiles", 1_481, 1_481),
    "bluesky_reddit_trending/bluesky_trending_posts.csv": ("posts", 795, 795),
    "bluesky_reddit_trending/reddit_trending_posts.csv": ("posts", 350, 349),
    "superbowl_youtube/superbowldata.csv": ("posts", 247, 231),
    "srf_fake_followers/labelled_1000_inclprivate.csv": ("profiles", 975, 975),
    "tiktok_payloads/scraper_items.json": ("posts", 30, 30),
    "tiktok_payloads/trending_web_items.json": ("posts", 10, 10),
    "mastodon_payloads/public_timeline_2020-04-16.json": ("posts", 20, 20),
}


def counts(plan: ReadPlan, folder: Path) -> tuple[int, int]:
    """Rows read and accepted."""
    assert plan.careful_sql is not None
    assert plan.prepare is not None
    plan.prepare(folder)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TEMP TABLE staging AS {plan.careful_sql}", {"parts": str(folder / "*.parquet")})
        read, _, _, accepted, _ = connection.execute(plan.counts_sql).fetchall()[0]
    return int(read), int(accepted)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_guessed_configuration_reads_the_export(name: str, tmp_path: Path) -> None:
    file = Path(shutil.copy(DATA / name, tmp_path))
    found = look_at_file(file, "Acme")
    source = load(found.config).sources[0]
    assert isinstance(source, FileSource)
    spec = FileSourceSpec.from_mapping(source.as_given())
    plan = (plan_posts if spec.holds == "posts" else plan_profiles)(spec, source_files(spec), found.nights[0])[0]
    assert (spec.holds, *counts(plan, tmp_path / "parts")) == EXPORTS[name]
