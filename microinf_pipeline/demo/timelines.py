"""Timelines of the demo: creators who named a brand only lately, and what else they posted before anybody looked.

Put here: those posts, and the nightly files with an account's last 30 posts. Keep out: what they post about the brands.
"""

from __future__ import annotations

import itertools
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from microinf_pipeline.demo import prose, shapes
from microinf_pipeline.demo.brands import NIGHTS, fetched_at
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.timeline import Story
from microinf_pipeline.demo.write import lines

LAST_POSTS: Final = 30
_UNSEEN_POSTS: Final = 12
_ROLES: Final = ("newcomer", "dormant", "late_profile")


def candidates(story: Story) -> list[Account]:
    """Those who came, or came back, lately; X's terms would keep their rates out of every comparison."""
    return [a for role in _ROLES for a in story.of_role(role) if a.network != "x"]


def live_on(story: Story, seed: str) -> None:
    """Adds a dozen posts each of the last two months that name no brand and that no feed or archive ever had."""
    rng = Random(f"{seed}/timelines")
    for account in candidates(story):
        for _ in range(_UNSEEN_POSTS):
            at = story.moment(NIGHTS[0] - timedelta(days=rng.randrange(9, 60)))
            story.add(account, at, prose.write(rng, account.person, account.network), archived=False, in_feed=False)


def write_files(folder: Path, story: Story) -> None:
    """Writes `timelines/<night>.ndjson.gz`: every night another sixth of the candidates."""
    people = candidates(story)
    by_author = itertools.groupby(sorted(
        (p for p in story.posts if p.account and p.post_type == "original" and not p.gone),
        key=lambda p: (p.account.account_id if p.account else "", p.created_at, p.post_id),
    ), key=lambda p: p.account.account_id if p.account else "")  # fmt: skip
    posts = {author: list(theirs) for author, theirs in by_author}
    for number, night in enumerate(NIGHTS):
        at = fetched_at(night)
        shown = [
            shapes.archive(post, at) | {"fetched": night.isoformat()}
            for account in people[number :: len(NIGHTS)]
            for post in [p for p in posts[account.account_id] if p.created_at <= at][-LAST_POSTS:]
        ]
        lines(folder / "timelines" / f"{night}.ndjson.gz", shown)
