"""The creators of ig_influencers with their niche, and the split by creator that training and bench share."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any, Final

import polars as pl

from microinf_pipeline.features.tags import mentioned

LABELS: Final = ["beauty", "family", "fashion", "fitness", "food", "interior", "other", "pet", "travel"]
_TYPING_ERRORS: Final = {"by": "beauty", "fasion": "fashion", "fashion 0.5": "fashion"}
_TEST_TENTHS: Final = 3


def creators_and_posts(data: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Accounts (network, account_id, handle, display_name, bio, category, label, test) and posts (network, account_id, text,
    mentioned: the handles the text names and the picture tags).

    Labels are joined by the name at crawl time, accounts keyed by platform id, each post taken once. `test`: the first
    eight hex digits of md5(account_id), modulo ten, are 7, 8 or 9: 30 % of the creators."""
    folder = data / "ig_influencers"
    labels = _labels(folder / "creators.tsv")
    rows: dict[str, tuple[str, str, str, str | None, list[str], str]] = {}
    for part in sorted(folder.glob("posts_part*.jsonl.gz")):
        with gzip.open(part, "rt", encoding="utf-8") as lines:
            for post in map(json.loads, lines):
                rows.setdefault(post["id"], _row(post, labels))
    frame = pl.DataFrame(
        list(rows.values()), schema=["account_id", "handle", "display_name", "text", "tagged", "label"], orient="row"
    )
    posts = frame.filter(pl.col("label") != "").with_columns(network=pl.lit("instagram"))
    posts = posts.with_columns(mentioned=mentioned(posts["text"], posts["tagged"], posts["network"])).drop("tagged")
    accounts = posts.unique("account_id", keep="first", maintain_order=True).drop("text", "mentioned")
    test = [int(hashlib.md5(key.encode()).hexdigest()[:8], 16) % 10 >= 10 - _TEST_TENTHS for key in accounts["account_id"]]
    nothing = pl.lit(None, pl.String)
    return accounts.with_columns(bio=nothing, category=nothing, test=pl.Series(test)), posts


def _labels(path: Path) -> dict[str, str]:
    cells = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[2:])
    return {handle: _TYPING_ERRORS.get(label, label) for handle, label, *_ in cells}


def _row(post: dict[str, Any], labels: dict[str, str]) -> tuple[str, str, str, str | None, list[str], str]:
    owner, at_crawl = post["owner"], post["file"].rsplit("-", 1)[0]
    return (
        owner["id"],
        owner["username"],
        owner["full_name"],
        post["caption"],
        post["tagged_users"] or [],
        labels.get(at_crawl, ""),
    )
