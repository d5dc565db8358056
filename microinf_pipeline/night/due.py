"""What a network is asked for again: stored posts by their age, profiles by staleness and worth, timelines of candidates.

Put here: what of what the lake holds is due on a night. Keep out: asking for it (`capturing`, `sources`), how old and how
many (`rules/looks.toml`, the source's settings).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from microinf_pipeline.catalog.capture import KnownPost
from microinf_pipeline.catalog.policies import policy_of
from microinf_pipeline.catalog.tables import TABLES
from microinf_pipeline.night.policies import days_of_looks
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.settings.networks.bluesky import BlueskySource
from microinf_pipeline.settings.networks.x import XSource
from microinf_pipeline.settings.sources import NetworkSection
from microinf_pipeline.storage.partitions import month_of
from microinf_pipeline.storage.raw import complete_before

_RULES: Final = files("microinf_pipeline") / "rules"

#: Networks that show accounts by handle alone: these are looked up by it.
_BY_HANDLE: Final = ("instagram", "reddit", "threads", "tiktok")

#: Networks where a profile costs one of few requests: who was counted lately is not looked up again for every post.
_ONE_BY_ONE: Final = ("tiktok",)

_COUNTED: Final = """
SELECT DISTINCT lower(handle) AS handle FROM core_account_history
WHERE network = $network AND followers IS NOT NULL AND handle IS NOT NULL AND observed_on BETWEEN $since AND $night
ORDER BY handle
"""

#: By the name their author has today: who was renamed is not found by the name of then.
_POSTS: Final = """
SELECT p.post_id, p.url, coalesce(a.handle, p.handle) AS handle, p.origin, p.post_type
FROM core_posts AS p
LEFT JOIN core_accounts AS a ON a.network = p.network AND a.account_id = p.account_id
WHERE p.network = $network AND p.status NOT IN ('deleted', 'protected') AND CASE
        WHEN $all THEN p.posted_on <= $night
        WHEN p.capture_reason = 'timeline' THEN list_contains($mature, p.posted_on)
        ELSE list_contains($days, p.posted_on)
    END
ORDER BY p.posted_on DESC, p.post_id
"""

#: Accounts that lately earned a brand a mention, and when they last did.
_NAMING: Final = """
SELECT p.account_id, max(p.created_at) AS named_at
FROM core_mentions AS m
INNER JOIN core_posts AS p ON p.network = m.network AND p.post_id = m.post_id
WHERE m.network = $network AND m.counts_as_earned AND p.account_id IS NOT NULL AND (p.account_id NOT LIKE 'h:%' OR $by_handle)
    AND p.posted_on BETWEEN $since AND $night
GROUP BY p.account_id
"""

_PROFILES: Final = f"""
WITH naming AS ({_NAMING}),
aged AS (
    SELECT a.account_id, a.followers, n.account_id IS NULL AS is_quiet,
        date_diff('day', CAST(a.observed_at AS DATE), $night) AS age,
        CASE WHEN n.account_id IS NULL THEN $days * $quiet_factor ELSE $days END AS allowed
    FROM core_accounts AS a
    LEFT JOIN naming AS n ON n.account_id = a.account_id
    WHERE a.network = $network AND (a.account_id NOT LIKE 'h:%' OR $by_handle)
)
SELECT account_id FROM aged
WHERE age > allowed AND (age <= allowed * $lost_factor OR age % (allowed * $lost_factor) = 0)
ORDER BY is_quiet, age / allowed DESC, followers DESC NULLS LAST, account_id
LIMIT $most
"""

_TIMELINES: Final = f"""
WITH naming AS ({_NAMING}),
rated AS (
    SELECT account_id, count(*) AS posts
    FROM core_posts
    WHERE network = $network AND is_mature AND is_counted AND post_type IN ('original', 'quote')
    GROUP BY account_id
),
seen AS (
    SELECT DISTINCT account_key, lower(handle) AS handle
    FROM observations
    WHERE network = $network AND capture_reason = 'timeline'
)
SELECT n.account_id
FROM naming AS n
INNER JOIN core_accounts AS a ON a.network = $network AND a.account_id = n.account_id
LEFT JOIN rated AS r ON r.account_id = n.account_id
ANTI JOIN seen AS s ON s.account_key = n.account_id
ANTI JOIN seen AS h ON h.handle = lower(a.handle)  -- some networks name authors of posts by handle alone
WHERE coalesce(r.posts, 0) < $fewest AND coalesce(a.account_type, 'unknown') NOT IN ('brand', 'media', 'bot')
ORDER BY n.named_at DESC, n.account_id
LIMIT $most
"""


def due_posts(run: NightRun, source: NetworkSection, night: date) -> tuple[KnownPost, ...]:
    """Stored posts of the source's network that are due for another look, newest first; those of timelines once, when
    their counts have become what rates rest on.
    """
    last = complete_before(run.home.raw, source.name, night)
    told = _is_told_what_goes(source)
    looks = source.refresh_days if told else days_of_looks(source.refresh_days, policy_of(source.origin, run.settings.policies))
    days = due_days(night, last, looks, source.catch_up_days)
    mature = due_days(night, last, {_number("kpis.toml", "maturity_days")} & set(looks), source.catch_up_days)
    months = None if source.recheck_all else {month_of(day) for day in days}
    run.candidate.register(run.engine, TABLES["core_posts"], months, accepted=True)
    run.candidate.register(run.engine, TABLES["core_accounts"], accepted=True)
    asked = {"network": source.type, "days": days, "mature": mature, "all": source.recheck_all, "night": night}
    rows = run.engine.query(_POSTS, asked)
    return tuple(KnownPost(source.type, *told) for told in rows.iter_rows())


def _is_told_what_goes(source: NetworkSection) -> bool:
    """The network itself is asked every night which of all stored posts must go: no look at a post is needed for that."""
    return isinstance(source, XSource) and source.asks_compliance


def held_posts(run: NightRun, source: NetworkSection) -> tuple[str, ...]:
    """All stored posts that are not known to be gone, where the network is asked, or tells in its stream, which must go."""
    streams = isinstance(source, BlueskySource) and source.jetstream
    if not (streams or _is_told_what_goes(source)):
        return ()
    run.candidate.register(run.engine, TABLES["core_posts"], accepted=True)
    rows = run.engine.query(
        "SELECT post_id FROM core_posts WHERE network = $network AND status <> 'deleted' ORDER BY post_id",
        {"network": source.type},
    )
    return tuple(post_id for post_id in rows["post_id"] if post_id.isdecimal() or post_id.startswith("at://did:"))


def due_days(night: date, last_complete: date | None, after: Collection[int], catch_up_days: int) -> list[date]:
    """Days whose posts are due on a night: `after` so many days each. What nights without a capture left undone is due
    as well, at most `catch_up_days` back. A night is captured when it has ended, so on the seventh night after its day
    a post is at least seven full days old.
    """
    first = night
    if last_complete is not None:
        first = max(min(night, last_complete + timedelta(days=1)), night - timedelta(days=catch_up_days))
    nights = [first + timedelta(days=n) for n in range((night - first).days + 1)]
    return sorted({one - timedelta(days=days) for one in nights for days in after}, reverse=True)


def due_profiles(run: NightRun, source: NetworkSection, night: date) -> tuple[str, ...]:
    """Accounts whose profile is older than it may be, those that talk of a brand first, then the most overdue.

    Who could not be found for long is asked for rarely, so that accounts that are gone do not keep the others waiting.
    """
    run.candidate.register(run.engine, TABLES["core_accounts"], accepted=True)
    asked = {"days": source.profile_days, "most": source.profiles_per_night, **_rules("profiles")}
    rows = run.engine.query(_PROFILES, _naming(run, source, night) | asked)
    return tuple(rows["account_id"].to_list())


def counted_lately(run: NightRun, source: NetworkSection, night: date) -> frozenset[str]:
    """Handles whose followers were told in the last `profile_days`, the night among them; nobody's where profiles are cheap."""
    if source.type not in _ONE_BY_ONE:
        return frozenset()
    since = night - timedelta(days=source.profile_days - 1)
    months = {month_of(since + timedelta(days=n)) for n in range(source.profile_days)}
    run.candidate.register(run.engine, TABLES["core_account_history"], months, accepted=True)
    rows = run.engine.query(_COUNTED, {"network": source.type, "since": since, "night": night})
    return frozenset(rows["handle"].to_list())


def due_timelines(run: NightRun, source: NetworkSection, night: date) -> tuple[str, ...]:
    """Candidates whose last posts are wanted: accounts that lately earned a brand a mention and have too few mature posts
    for a rate (K9), newest mention first. Nobody where the policy of the road forbids to compare accounts.
    """
    policy = policy_of(source.origin, run.settings.policies)
    if not (source.timelines_per_night and policy.may_derive and policy.may_aggregate and policy.may_benchmark):
        return ()
    nights = {(night - timedelta(days=n)).isoformat() for n in range(1, _rules("timelines")["again_days"] + 1)}
    run.candidate.register(run.engine, TABLES["core_accounts"], accepted=True)
    run.candidate.register(run.engine, TABLES["observations"], nights=nights, accepted=True)
    asked = {"most": source.timelines_per_night, "fewest": _number("kpis.toml", "benchmark_posts")}
    rows = run.engine.query(_TIMELINES, _naming(run, source, night) | asked)
    return tuple(rows["account_id"].to_list())


def _naming(run: NightRun, source: NetworkSection, night: date) -> dict[str, Any]:
    """Makes readable what `_NAMING` reads, and its parameters."""
    window = _number("looks.toml", "mention_days")
    since = night - timedelta(days=window)
    months = {month_of(since + timedelta(days=n)) for n in range(window + 1)}
    for table in ("core_posts", "core_mentions"):
        run.candidate.register(run.engine, TABLES[table], months, accepted=True)
    return {"network": source.type, "since": since, "night": night, "by_handle": source.type in _BY_HANDLE}


def handles_of(run: NightRun, source: NetworkSection, accounts: Collection[str]) -> dict[str, str]:
    """The handle last seen of each of these accounts: some networks look up by handle alone."""
    run.candidate.register(run.engine, TABLES["core_accounts"], accepted=True)
    rows = run.engine.query(
        "SELECT account_id, handle FROM core_accounts WHERE network = $network AND handle IS NOT NULL"
        " AND list_contains($accounts, account_id) ORDER BY account_id",
        {"network": source.type, "accounts": list(accounts)},
    )
    return dict(rows.iter_rows())


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((_RULES / name).read_text(encoding="utf-8"))


def _rules(section: str) -> dict[str, int]:
    return dict(_file("looks.toml")[section])


def _number(file: str, name: str) -> int:
    return int(_file(file)[name])
