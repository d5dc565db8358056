"""What a night lists of one TikTok business account, and what no list holds. Pure.

Put here: lists and their plan. Keep out: asking for them (`tiktok_business_api.py`), their course (`tiktok_business.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from microinf_pipeline.catalog.capture import TIMELINES, BrandTerms, CaptureTask, PlannedCalls, Usual
from microinf_pipeline.sources import tiktok_business_parse as kinds
from microinf_pipeline.sources.frames import utc
from microinf_pipeline.sources.paging import batches, pages_of
from microinf_pipeline.sources.tiktok_business_api import COMMENTS, HASHTAG, MENTIONS, OWN_PAGE_SIZE, OWN_POSTS, PAGE_SIZE
from microinf_pipeline.sources.tiktok_fields import created_of, handle_in, handles

REFRESH: Final = "refresh"
PROFILES: Final = "profiles"

_NO_TAG: Final = "only hashtags enabled for the account are listed"
_NO_WORD: Final = "there is no search for words or addresses"
_NO_MARKET: Final = "posts of creators are shown at the marketplace alone: give tcm_account_id"
_NO_HANDLE: Final = "only the own account's mentions are listed"


@dataclass(frozen=True)
class Listed:
    """A list that is read newest first: what it is counted under, how it is asked for, where its items tell their time."""

    rule: str
    kind: str
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    size: int = PAGE_SIZE
    items: str = "videos"
    at: str = "create_time"

    def down_to(self, task: CaptureTask, *, again: bool) -> datetime:
        """How far back it is read, without zone: with `again` a list of mentions as far as the oldest post that is due for
        another look, because the same posts are in it again, with the counts of today.
        """
        since = utc(task.since)
        if not again or self.kind not in (kinds.MENTIONS, kinds.HASHTAG):
            return since
        due = (created_of(post.post_id) for post in task.refresh_posts if post.network == "tiktok")
        return min([since, *(made for made in due if made is not None)])


@dataclass(frozen=True)
class Account:
    """One business account. `hashtags` are those that TikTok has enabled for it. With `tcm_account_id`, its account at the
    creator marketplace, creators can be looked up, at most `profiles` a night.
    """

    username: str
    hashtags: frozenset[str] = frozenset()
    tcm_account_id: str | None = None
    profiles: int = 200

    def brand(self, task: CaptureTask) -> BrandTerms | None:
        """The brand whose account this is."""
        own = (b for b in task.brands if self.username in {name.lower() for name in (*b.handles, *b.owned)})
        return next(own, None)

    def lists(self, brand: BrandTerms) -> list[Listed]:
        """What is listed for the account."""
        newest = {"sort_field": "CREATE_TIME", "sort_type": "DESC"}
        by_tag = {"sort_field": "CREATE_TIME", "sort_order": "DESC"}
        comments = {"sort_field": "COMMENT_CREATE_TIME", "sort_type": "DESC"}
        at, tags = "comment_create_time", dict.fromkeys(tag.lower() for tag in brand.hashtags)
        return [
            Listed(f"@{self.username}", kinds.MENTIONS, MENTIONS, newest),
            *(Listed(f"#{tag}", kinds.HASHTAG, HASHTAG, {"hashtag": tag, **by_tag}) for tag in tags if tag in self.hashtags),
            Listed(f"comments with @{self.username}", kinds.COMMENTS, COMMENTS, comments, items="comments", at=at),
            Listed(f"posts of @{self.username}", kinds.OWN, OWN_POSTS, size=OWN_PAGE_SIZE),
        ]

    def due(self, task: CaptureTask) -> list[tuple[str, list[str]]]:
        """(author, ids) of stored posts that are due and can be asked for by id: the account's own, and at the marketplace
        those of others; as many together as one call takes.
        """
        by_author: dict[str, list[str]] = {}
        for post in task.refresh_posts:
            author = (post.handle or handle_in(post.url) or "").lower()
            if post.network == "tiktok" and (author == self.username or (author and self.tcm_account_id)):
                by_author.setdefault(author, []).append(post.post_id)
        return [(author, ids) for author, posts in sorted(by_author.items()) for ids in batches(posts, OWN_PAGE_SIZE)]

    def creators(self, accounts: Iterable[str], task: CaptureTask) -> list[str]:
        """Accounts that can be looked up: by handle, at the marketplace."""
        return handles(accounts, task.handles) if self.tcm_account_id else []

    def planned(self, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
        """The lists of the account's brand by pages, look-ups one by one; what no list holds is said beforehand."""
        brand = self.brand(task)
        lists = [] if brand is None else [(brand.brand_id, one) for one in self.lists(brand)]
        due, wanted = self.creators(task.refresh_accounts, task), self.creators(task.timelines, task)
        return (
            *(PlannedCalls(o.rule, pages_of(usual.get((b, o.rule), 0), o.size), b, is_least=True) for b, o in lists),
            *(call for one in task.brands for call in self._unasked(one, is_own=one is brand)),
            PlannedCalls(REFRESH, len(self.due(task))),
            PlannedCalls(PROFILES, 1 + min(self.profiles, len(due)), is_least=True),
            PlannedCalls(TIMELINES, min(self.profiles, len(wanted)), is_least=True, will_not=self._no_timelines(task)),
        )

    def _no_timelines(self, task: CaptureTask) -> str | None:
        return _NO_MARKET if task.timelines and not self.tcm_account_id else None

    def _unasked(self, brand: BrandTerms, *, is_own: bool) -> Iterable[PlannedCalls]:
        listed = self.hashtags if is_own else frozenset()
        unasked = [(f"#{tag}", _NO_TAG) for tag in brand.hashtags if tag.lower() not in listed]
        unasked += [(word, _NO_WORD) for word in (*brand.keywords, *brand.domains)]
        unasked += [] if is_own else [(f"@{handle}", _NO_HANDLE) for handle in brand.handles]
        return (PlannedCalls(rule, 0, brand.brand_id, will_not=why) for rule, why in unasked)
