"""What the brand did with its creators in the demo: whom it wrote to, what it may use, what it re-shared.

Put here: the brand's reposts of the nights, and the rows of the outreach log, decisions, rights and others' benchmarks. Keep
out: deals and sales (ledgers.py), reposts in general (relations.py).
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from microinf_pipeline.demo import contest
from microinf_pipeline.demo.brands import FIRST_NIGHT, NIGHTS
from microinf_pipeline.demo.people import Account
from microinf_pipeline.demo.timeline import Post, Story
from microinf_pipeline.demo.write import table

_BRANDS: Final = ("kornwolke", "bramblespoke")
#: (steps of a contact: status, day), one line a creator, the most talkative first.
_CONTACTS: Final = (
    (("contacted", date(2026, 6, 22)), ("answered", date(2026, 6, 24)), ("active", date(2026, 7, 6))),
    (("contacted", date(2026, 7, 13)), ("answered", date(2026, 7, 20)), ("active", date(2026, 8, 10))),
    (("contacted", date(2026, 8, 24)), ("answered", date(2026, 8, 26))),
    (("contacted", date(2026, 8, 27)),),  # within the days of quiet
    (("contacted", date(2026, 6, 29)),),  # quiet is over: may be written to again
    (("contacted", date(2026, 7, 20)), ("declined", date(2026, 7, 22))),
    (("contacted", date(2026, 8, 31)),),
)
_OTHERS_RATES: Final = (
    ("instagram", "nano", 0.0389),
    ("instagram", "micro", 0.0271),
    ("instagram", "macro", 0.0225),
    ("x", "micro", 0.0186),
)


def amplify(story: Story) -> None:
    """On X and Mastodon each brand reposts its best pictured mentions of the first nights within a day; they gain by it."""
    for brand in _BRANDS:
        for network in ("x", "mastodon"):
            owned = story.owned(brand, network)
            for number, post in enumerate(_best(story.posts, brand, network)):
                at = post.created_at + timedelta(hours=5 + 4 * number)
                text = f"RT @{post.account.handle}: {post.text}" if network == "x" and post.account else post.text
                repost = story.add(
                    owned, at, text, post_type="repost", repost_of=post.post_id, media=post.media, lang=post.lang
                )
                repost.final = {}
                post.lift = at, 0.9 - 0.2 * number


def _best(posts: list[Post], brand: str, network: str) -> list[Post]:
    days = (FIRST_NIGHT, FIRST_NIGHT + timedelta(days=3))
    mine = [
        p for p in posts
        if p.brand == brand and p.network == network and p.post_type == "original" and p.in_feed and p.account
        and p.account.role == "regular" and days[0] <= p.created_at.date() < days[1]
    ]  # fmt: skip
    return sorted(mine, key=lambda p: (-len(p.media), -sum(p.final.values()), p.post_id))[:4]


def write_dealings(folder: Path, story: Story) -> None:
    """Writes `inputs/outreach.csv`, `decisions.csv`, `rights.csv` and `benchmarks.csv`."""
    inputs = folder / "inputs"
    talkers = {brand: _talkers(story, brand) for brand in _BRANDS}
    rows = [
        [a.network, a.handle_on(day), brand, status, day, "email" if a.email else "message", ""]
        for brand in _BRANDS
        for a, steps in zip(talkers[brand], _CONTACTS, strict=False)
        for status, day in steps
    ]
    table(inputs / "outreach.csv", "network account brand_id status changed_on channel note", rows)
    left_alone = talkers["kornwolke"][len(_CONTACTS)]
    decisions: list[list[object]] = [
        ["2026-08-03", "kornwolke", "creator", "suppress", left_alone.network, left_alone.handle_on(date(2026, 8, 3)), "", "community",
         "asked not to be written to again", ""],
        *contest.decisions(story),
    ]  # fmt: skip
    header = "decided_on brand_id subject decision network account post_id decided_by reason contest_id"
    table(inputs / "decisions.csv", header, decisions)
    _rights(inputs, story)
    rates = [[*row, "", "median of likes and comments by followers", 2025, "Musterlabor Report"] for row in _OTHERS_RATES]
    header = "network tier er_median format definition year publisher"
    table(inputs / "benchmarks.csv", header, rates)


def _talkers(story: Story, brand: str) -> list[Account]:
    """Accounts by how often they named the brand in the last ninety days; those of the brand's other lists left out."""
    since = NIGHTS[-1] - timedelta(days=90)
    named = Counter(
        p.account.account_id for p in story.posts
        if p.account and p.brand == brand and p.created_at.date() >= since and p.post_type == "original"
    )  # fmt: skip
    regular = [a for a in story.of_role("regular") if a.loves == brand and not a.person.paid]
    return sorted(regular, key=lambda a: (-named[a.account_id], a.account_id))


def _rights(inputs: Path, story: Story) -> None:
    """Permissions for the most engaging pictured posts of August: most asked for, some given, one run out."""
    told = (("granted", "2026-08-20", "2027-08-31"), ("granted", "2026-08-18", ""), ("requested", "2026-08-28", ""),
            ("denied", "2026-08-21", ""), ("granted", "2026-08-10", "2026-08-31"))  # fmt: skip
    rows = []
    for brand in _BRANDS:
        mine = [
            p for p in story.posts
            if p.brand == brand and p.media and p.account and p.account.role == "regular" and p.in_feed
            and p.post_type == "original" and date(2026, 8, 1) <= p.created_at.date() < date(2026, 8, 10)
        ]  # fmt: skip
        best = sorted(mine, key=lambda p: (-sum(p.final.values()), p.post_id))
        rows += [[p.network, p.post_id, brand, *row, "own channels"] for p, row in zip(best, told * 3, strict=False)]
    table(inputs / "rights.csv", "network post_id brand_id status granted_on valid_until scope", rows)
