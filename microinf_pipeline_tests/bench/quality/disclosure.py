"""What texts disclose beside what the platform labels as paid (data/README.md, ig_influencers).

Protocol: the posts as they lie there, one row a post id (re-deliveries once); platform label = `sponsor_users` not empty;
text = caption alone; any label found, whatever its grade, and apart from it what each jurisdiction takes as adequate.
Nothing is fitted to these files. The two signals are counted apart: neither is the truth about the other.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import process_time

import polars as pl

from microinf_pipeline.features.disclosure import labels, verdicts
from microinf_pipeline.features.disclosure_words import rules
from microinf_pipeline_tests.bench.quality.result import Result


def run(data: Path) -> Iterable[Result]:
    """Counts of both signals, and the verdicts of the platform-labelled posts per jurisdiction."""
    posts = pl.DataFrame(_posts(data), schema={"id": pl.String, "text": pl.String, "paid": pl.Boolean}, orient="row").unique(
        "id", keep="last", maintain_order=True
    )
    started = process_time()
    found = labels(posts["text"], pl.repeat("instagram", posts.height, dtype=pl.String, eager=True))
    seconds = process_time() - started
    says = pl.Series(range(posts.height)).is_in(found["row"].unique().implode())
    of = f"{posts.height} posts, {posts['paid'].sum()} platform-labelled"
    yield _count("platform label and text", posts["paid"] & says, of)
    yield _count("platform label, text silent", posts["paid"] & ~says, of)
    yield _count("text alone", ~posts["paid"] & says, of)
    yield Result("disclosure", "posts a CPU second", posts.height / seconds, "labels found, all posts")
    yield from _adequate(posts, found)


def _adequate(posts: pl.DataFrame, found: pl.DataFrame) -> Iterator[Result]:
    paid = pl.DataFrame({"row": posts["paid"].arg_true().cast(pl.Int64)})
    cases = paid.join(pl.DataFrame({"jurisdiction": rules()["jurisdictions"]}), how="cross").with_columns(
        connection_type=pl.lit("fee"), platform_label=pl.lit(True), brand_names=pl.lit(None, dtype=pl.List(pl.String))
    )
    judged = verdicts(cases, found)
    for where in rules()["jurisdictions"]:
        share = judged.filter(jurisdiction=where, verdict="adequate").height / paid.height
        yield Result("disclosure", f"{where}: adequate by text", share, f"of {paid.height} platform-labelled posts")


def _count(measure: str, mask: pl.Series, of: str) -> Result:
    return Result("disclosure", measure, float(mask.sum()), of)


def _posts(data: Path) -> Iterator[tuple[str, str | None, bool]]:
    for part in sorted((data / "ig_influencers").glob("posts_part*.jsonl.gz")):
        with gzip.open(part, "rt", encoding="utf-8") as lines:
            for line in lines:
                post = json.loads(line)
                yield str(post["id"]), post["caption"], bool(post["sponsor_users"])
