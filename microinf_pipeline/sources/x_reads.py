"""What a read of X costs: posts and accounts are charged when they are returned, and once a day (UTC) only.

Put here: counting of reads against the budget, and the memory of what was read today. Keep out: requests (`x_api.py`).
Source: docs.x.com, getting-started/pricing (2026-08-22): charged per resource in the answer; deduplicated within the UTC
day, softly. Whether posts and accounts that come along by expansion are charged is not said: they are counted here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from microinf_pipeline.catalog.capture import Page, Quota
from microinf_pipeline.sources.sessions import SessionStore
from microinf_pipeline.sources.x_pages import PROFILES, glance_at_posts, glance_at_users

POST_READS: Final = "post_reads"
USER_READS: Final = "user_reads"


class Reads:
    """The budget of a source, and what it has paid for today."""

    def __init__(self, quota: Quota, memory: SessionStore) -> None:
        self._quota, self._memory = quota, memory
        kept = memory.load() or {}
        self._day = kept.get("day", "")
        self._paid = {unit: set(kept.get(unit, "").split()) for unit in (POST_READS, USER_READS)}

    def fitting(self, unit: str, most: int, least: int) -> int:
        """How many to ask for at most. Raises `BudgetSpentError` when nothing is left; the smallest page may exceed it."""
        left = self._quota.left(unit)
        if left is None:
            return most
        if left == 0:
            self._quota.spend(unit)  # tells when more comes back
        return min(most, max(least, left))

    def require(self, unit: str, amount: int) -> None:
        """Raises `BudgetSpentError` when so many no longer fit."""
        left = self._quota.left(unit)
        if left is not None and left < amount:
            self._quota.spend(unit, amount)

    def charge(self, page: Page) -> None:
        """Note what an answer cost, after it came: what it holds is not known before. It cannot be refused any more, so it
        takes at most what is left."""
        self._begin(page.received_at)
        posts, users = held(page)
        for unit, ids in ((POST_READS, posts), (USER_READS, users)):
            fresh = {_mark(one) for one in ids} - self._paid[unit]
            self._paid[unit] |= fresh
            left = self._quota.left(unit)
            amount = len(fresh) if left is None else min(len(fresh), left)
            if amount:
                self._quota.spend(unit, amount)
        self._memory.save({"day": self._day, **{unit: " ".join(sorted(ids)) for unit, ids in self._paid.items()}})

    def spent(self) -> None:
        """The network says that no more can be read."""
        self._quota.exhausted(POST_READS)
        self._quota.exhausted(USER_READS)

    def _begin(self, moment: datetime) -> None:
        day = moment.astimezone(UTC).date().isoformat()
        if day != self._day:
            self._day, self._paid = day, {POST_READS: set(), USER_READS: set()}


def _mark(one: str) -> str:
    """Tells an id from others for a day; the memory lies beside the lake, where an erasure does not look for ids."""
    return hashlib.sha256(one.encode()).hexdigest()[:12]


def held(page: Page) -> tuple[list[str], list[str]]:
    """Ids of the posts and the accounts an answer holds."""
    if page.kind == PROFILES:
        return [], [user.id for user in glance_at_users(page).data or ()]
    told = glance_at_posts(page)
    included = told.includes
    return _ids(told.data, included.tweets, included.posts), _ids(included.users)


def _ids(*lists: Iterable[object] | None) -> list[str]:
    return [str(getattr(one, "id")) for some in lists for one in some or ()]  # noqa: B009
