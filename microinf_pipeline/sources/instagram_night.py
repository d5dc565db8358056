"""The questions of one night on Instagram, in the order in which they matter when calls run out.

Put here: the course, and what each question counts as. Keep out: plan and set-up (`instagram.py`), addresses and fields
(`instagram_edges.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import CaptureTask, QueryOutcome, Quota
from microinf_pipeline.errors import ItemGoneError
from microinf_pipeline.sources import instagram_edges as edges
from microinf_pipeline.sources.graph_api import GraphApi
from microinf_pipeline.sources.graph_errors import HashtagsSpentError
from microinf_pipeline.sources.graph_paging import body_of, data_of, until_expired
from microinf_pipeline.sources.instagram_creators import asked_handles, look_up
from microinf_pipeline.sources.instagram_edges import Account
from microinf_pipeline.sources.instagram_webhooks import Mention, mentions_in
from microinf_pipeline.sources.outcomes import outcome_of, together
from microinf_pipeline.sources.paging import Walked
from microinf_pipeline.sources.sessions import SessionStore

#: How far back the newest posts of a hashtag reach.
_REACH: Final = timedelta(hours=24)
_REMEMBERED: Final = timedelta(days=30)
#: Pages of own posts and of tags a night turns at most: fifty posts each.
_MOST_PAGES: Final = 20


@dataclass(frozen=True)
class Scope:
    """What a source may read. `accounts`: brand id → id of its own account; the first of them asks."""

    accounts: Mapping[str, str]
    searches_hashtags: bool = True
    reads_top: bool = False
    pages_a_hashtag: int = 10
    untold_gap: timedelta = timedelta(0)  # a shorter hole between two readings of a hashtag is not told
    webhooks: tuple[Path, ...] | None = None  # files of stored payloads; None where none are kept
    stop_at: float = 95.0  # percent of Meta's limits

    def accounts_of(self, task: CaptureTask) -> dict[str, str]:
        """Those of the brands this night looks for."""
        wanted = {brand.brand_id for brand in task.brands}
        return {brand_id: user_id for brand_id, user_id in self.accounts.items() if brand_id in wanted}


def tags_of(task: CaptureTask) -> dict[str, list[str]]:
    """Each hashtag once, folded, with the brands that want it; in the order of the configuration."""
    wanted: dict[str, list[str]] = {}
    for brand in task.brands:
        for tag in brand.hashtags:
            brands = wanted.setdefault(tag.lower(), [])
            if brand.brand_id not in brands:
                brands.append(brand.brand_id)
    return wanted


class InstagramNight:
    """The state of one run of `capture`."""

    def __init__(self, task: CaptureTask, api: GraphApi, scope: Scope, quota: Quota, seen: SessionStore, origin: str) -> None:
        self.task, self.api, self.scope, self.quota, self.seen, self.origin = task, api, scope, quota, seen, origin
        self.asking = next(iter(scope.accounts.values()))
        self.authors: dict[str, None] = {}  # names met tonight, in order
        self.due = {post.post_id for post in task.refresh_posts}
        self.reached = dict(seen.load() or {})  # '<hashtag> <night>' → when its newest posts were read to the end

    async def run(self) -> list[QueryOutcome]:
        accounts, outcomes = await self._accounts()
        outcomes += await self._hashtags()
        outcomes += await together([self._tagged(one) for one in accounts] + [self._own(one) for one in accounts])
        outcomes += await self._mentions(accounts)
        ours = {account.username.lower() for account in accounts}
        asked = [one for one in asked_handles(self.task, self.authors, self.origin) if one.handle not in ours]
        return outcomes + await look_up(self.api, self.asking, asked)

    async def _accounts(self) -> tuple[list[Account], list[QueryOutcome]]:
        """The own accounts, each by its present name; those that cannot be read are not asked on."""
        found: list[Account] = []

        async def look(brand_id: str, user_id: str) -> str | None:
            page = await self.api.once(edges.OWN, user_id, [("fields", edges.PROFILE)], brand_id=brand_id, rule=edges.OWN)
            found.append(Account(brand_id, user_id, str(body_of(page).get("username") or "")))
            return None

        outcomes = []
        for brand_id, user_id in self.scope.accounts_of(self.task).items():
            status, gap = await outcome_of(look(brand_id, user_id))
            if status != "complete":
                outcomes.append(QueryOutcome(brand_id, edges.OWN, 0, None, status, gap))
        return found, outcomes

    async def _hashtags(self) -> list[QueryOutcome]:
        """Those that are free first, so that what is left of the week buys the ones that follow in order."""
        if not self.scope.searches_hashtags:
            return []
        tags = tags_of(self.task)
        ordered = sorted(tags, key=lambda tag: not self.quota.is_paid(edges.HASHTAGS, tag))
        answered = await together(self._hashtag(tag, tags[tag]) for tag in ordered)
        oldest = str(self.task.night - _REMEMBERED)
        self.seen.save({key: moment for key, moment in self.reached.items() if key.rpartition(" ")[2] >= oldest})
        return [one for outcomes in answered for one in outcomes]

    async def _hashtag(self, tag: str, brands: Sequence[str]) -> list[QueryOutcome]:
        found = set[str]()
        status, gap = await outcome_of(self._read_hashtag(tag, brands[0], found))
        return [QueryOutcome(brand, f"#{tag}", len(found), None, status, gap) for brand in brands]

    async def _read_hashtag(self, tag: str, brand_id: str, found: set[str]) -> str | None:
        """Reading newest posts counts as a query of the hashtag, also with an id that is known."""
        if clock.night_end(self.task.night) < clock.now() - _REACH:
            return f"the newest posts of a hashtag reach back {_REACH // timedelta(hours=1)} hours: this night is out of reach"
        self.quota.spend(edges.HASHTAGS, 1, tag)
        rule = f"#{tag}"
        try:
            asked = [("user_id", self.asking), ("q", tag)]
            page = await self.api.once("hashtag", "ig_hashtag_search", asked, brand_id=brand_id, rule=rule)
            ids = [str(one["id"]) for one in data_of(page) if "id" in one]
            if not ids:
                return None
            gap = await self._recent(ids[0], tag, brand_id, found)
            if self.scope.reads_top:
                edge = edges.hashtag(edges.TOP, ids[0], self.asking, brand_id, f"{rule} top")
                await self._walk(self.api.walk(edge, lambda _: None), found)
        except HashtagsSpentError:
            self.quota.exhausted(edges.HASHTAGS)
            raise
        except ItemGoneError:  # nobody has used it yet
            return None
        return gap

    async def _recent(self, tag_id: str, tag: str, brand_id: str, found: set[str]) -> str | None:
        edge = edges.hashtag(edges.RECENT, tag_id, self.asking, brand_id, f"#{tag}")
        pages = self.scope.pages_a_hashtag
        walk = self.api.walk(edge, cursors_repeat=True, max_pages=pages)
        moments: list[datetime] = []
        gap = await self._walk(walk, found, moments)
        if gap is None and moments:
            gap = self._hole(tag, moments[0])
            self.reached[f"{tag} {self.task.night}"] = moments[0].isoformat()
        return gap

    def _hole(self, tag: str, asked_at: datetime) -> str | None:
        """The time between an earlier night's complete reading, or the night's start, and where this one begins."""
        earlier = [moment for key, moment in self.reached.items() if f"{tag} " < key < f"{tag} {self.task.night}"]
        last = datetime.fromisoformat(max(earlier)) if earlier else clock.night_start(self.task.night)
        begins = asked_at - _REACH
        return (
            f"nothing is told of {last:%Y-%m-%d %H:%M} to {begins:%Y-%m-%d %H:%M} UTC"
            if begins > last + self.scope.untold_gap
            else None
        )

    async def _tagged(self, account: Account) -> QueryOutcome:
        walk = self.api.walk(edges.tagged(account), edges.until_older(self.task.since, has_links=False), max_pages=_MOST_PAGES)
        return await self._listed(account, edges.TAGGED, walk)

    async def _own(self, account: Account) -> QueryOutcome:
        """Own posts since the window's start, at least a page, and the comments on those that are new or due."""
        walk = self.api.walk(edges.media(account), edges.until_older(self.task.since, has_links=True), max_pages=_MOST_PAGES)
        posts = dict[str, Mapping[str, Any]]()
        found = set[str]()

        async def read() -> str | None:
            async for step in until_expired(walk):
                posts.update((str(one.get("id")), one) for one in edges.items_of(step.page))
                gaps.append(step.gap_reason)
            for media_id in [key for key, one in posts.items() if self._is_discussed(key, one)]:
                edge = edges.comments(account, media_id)
                await self._walk(self.api.walk(edge, max_pages=_MOST_PAGES), found, meets=False)
            return next(filter(None, gaps), None)

        gaps: list[str | None] = []
        status, gap = await outcome_of(read())
        return QueryOutcome(account.brand_id, edges.MEDIA, len(posts) + len(found), None, status, gap)

    def _is_discussed(self, media_id: str, one: Mapping[str, Any]) -> bool:
        moment, count = edges.moment_of(one), one.get("comments_count")
        is_new = moment is not None and moment >= self.task.since
        return bool(count) and (is_new or media_id in self.due)

    async def _mentions(self, accounts: Sequence[Account]) -> list[QueryOutcome]:
        if self.scope.webhooks is None:
            return []
        told = await asyncio.to_thread(mentions_in, self.scope.webhooks)
        outcomes = []
        for account in accounts:
            wanted = [m for m in told.mentions if m.account_id == account.id and self._is_due(m)]
            found = list[str]()
            status, gap = await outcome_of(self._read_mentions(account, wanted, found))
            if status == "complete" and told.unreadable:
                status, gap = "short", f"{told.unreadable} stored webhook payloads cannot be read"
            outcomes.append(QueryOutcome(account.brand_id, edges.MENTION, len(found), len(wanted), status, gap))
        return outcomes

    def _is_due(self, mention: Mention) -> bool:
        """Told within the window, or of a stored post that is to be looked at again."""
        return mention.told_at >= self.task.since or (mention.comment_id or mention.media_id) in self.due

    async def _read_mentions(self, account: Account, wanted: Sequence[Mention], found: list[str]) -> str | None:
        gone = 0
        for one in wanted:
            if one.comment_id is None:
                kind, fields = edges.MENTION, edges.mentioned_media(one.media_id)
            else:
                kind, fields = edges.COMMENT_MENTION, edges.mentioned_comment(one.comment_id)
            about = account.about(media=one.media_id)
            try:
                page = await self.api.once(kind, account.id, fields, brand_id=account.brand_id, rule=kind, about=about)
            except ItemGoneError:
                gone += 1
                continue
            found.append(one.comment_id or one.media_id)
            nested = body_of(page).get("mentioned_media" if one.comment_id is None else "mentioned_comment")
            self._meet([nested] if isinstance(nested, dict) else [])
        return f"{gone} mentions are not there any more" if gone else None

    async def _listed(self, account: Account, rule: str, walk: AsyncIterator[Walked]) -> QueryOutcome:
        found = set[str]()
        status, gap = await outcome_of(self._walk(walk, found))
        return QueryOutcome(account.brand_id, rule, len(found), None, status, gap)

    async def _walk(
        self, walk: AsyncIterator[Walked], found: set[str], moments: list[datetime] | None = None, *, meets: bool = True
    ) -> str | None:
        """Turn the pages; authors of posts are met, those of comments are too many to look up."""
        gap = None
        async for step in until_expired(walk):
            items = edges.items_of(step.page)
            found.update(str(one.get("id")) for one in items if self._is_inside(one))
            self._meet(items if meets else ())
            gap = step.gap_reason
            if moments is not None:
                moments.append(step.page.received_at)
        return gap

    def _is_inside(self, one: Mapping[str, Any]) -> bool:
        """Whether a post is of the window; one without a time may be."""
        moment = edges.moment_of(one)
        return moment is None or self.task.since <= moment < self.task.until

    def _meet(self, items: Iterable[Mapping[str, Any]]) -> None:
        """Remember the authors of posts: their profiles are looked up."""
        names = (one.get("username") for one in items)
        self.authors.update(dict.fromkeys(name.lower() for name in names if isinstance(name, str)))
