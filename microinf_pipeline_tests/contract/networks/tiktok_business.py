"""The case of TikTok's API for Business: rankings of what names an account, creators of the marketplace by handle."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import BrandTerms, KnownPost, NetworkSource, Page
from microinf_pipeline.sources.tiktok_business import TikTokBusiness
from microinf_pipeline.sources.tiktok_business_api import BusinessAccess, is_passing
from microinf_pipeline.sources.tiktok_business_lists import Account
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_tiktok_business import FakeBusiness, a_creator_post, a_mention, said
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import MemorySessions
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

_LISTS = {
    "mentions": ("videos", "item_id"), "comments": ("comments", "comment_id"), "own": ("videos", "item_id"),
    "refresh": ("videos", "item_id"), "timeline": ("posts", "video_id"), "creator_refresh": ("posts", "video_id"),
}  # fmt: skip
_COUNTS = ("likes", "comments", "shares", "views", "reach")


class CASE(Case):
    network = "tiktok"
    shows_timelines = True
    secrets = ("secret-9f", "act.9f", "refresh-9f")
    brand = BrandTerms("acme", handles=("acmecola",))
    gone_is = frozenset({"unknown"})
    accounts_by = "handle"
    tells_handles = False  # a renamed account is another one here

    def __init__(self) -> None:
        self.fake = FakeBusiness(secret="secret-9f", token="act.9f", refresh_token="refresh-9f", page_size=self.page_size)
        self.sessions = MemorySessions()
        self.authors: dict[str, str] = {}
        self.left: int | None = None

    def handler(self, request: Request) -> Reply:
        if self.left is not None and not request.path.endswith("refresh_token/"):
            self.left -= 1
            if self.left < 0:
                return Reply(429, b"", {"retry-after": "86400"})
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        access = BusinessAccess("app", "secret-9f", "business-1", "refresh-9f", base)
        account = Account("acmecola", tcm_account_id="tcm-1")
        return TikTokBusiness("tiktok", access, account, self.sessions, connect=lambda: connect_with(is_transient=is_passing))

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"creator{n}" for n in range(authors)]
        self.fake.own_followers, self.fake.creators = None, {name: [] for name in people}
        made = [*((n, people[n % authors], at) for n, at in enumerate(times(posts)))]
        beside = [(900 + n, people[0], at) for n, at in enumerate(outside())]
        keys = [self._add(*one) for one in (beside[0], *made, beside[1])]  # a ranking, newest first
        return Filled(tuple(keys[1:-1]), (keys[0], keys[-1]), tuple(people))

    def _add(self, number: int, author: str, at: datetime) -> str:
        mention = a_mention(number, at, creator_handle_name=author)
        key = str(mention["item_id"])
        self.fake.mentions.append(mention)
        self.fake.creators[author].append(a_creator_post(number, at))
        self.authors[key] = author
        return key

    def known(self, post_id: str) -> KnownPost:
        return KnownPost("tiktok", post_id, handle=self.authors[post_id])

    def like(self, post_id: str, likes: int) -> None:
        for item in self._of(post_id):
            item["likes"] = likes

    def uncount(self, post_id: str) -> None:
        for item in self._of(post_id):
            for name in _COUNTS:
                item.pop(name, None)

    def delete(self, post_id: str) -> None:
        mention, post = self._of(post_id)
        self.fake.mentions.remove(mention)
        self.fake.creators[self.authors[post_id]].remove(post)

    def rename(self, account_id: str, handle: str) -> None:
        raise NotImplementedError

    def leave(self, account_id: str) -> None:
        del self.fake.creators[account_id]

    def revoke(self) -> None:
        self.fake.token, self.fake.refresh_token = "act.other", "refresh-other"
        self.fake.hook = lambda r: said(40002, "revoked") if r.path.endswith("refresh_token/") else None

    def spend(self, after: int) -> None:
        self.left = after

    def _of(self, post_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        mention = next(one for one in self.fake.mentions if one["item_id"] == post_id)
        return mention, next(one for one in self.fake.creators[self.authors[post_id]] if one["video_id"] == post_id)

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind in _LISTS:
            name, key = _LISTS[page.kind]
            return [field_of(item, key) for item in items_at(page, "data", name)]
        return []

    def with_cursor(self, reply: Reply, cursor: str) -> Reply:
        body = json.loads(reply.body)
        for told in (field_of(body, "data"), field_of(body, "data", "page_info")):
            if isinstance(told, dict) and "cursor" in told:
                told["cursor"] = int(cursor)
        return Reply(reply.status, json.dumps(body).encode(), reply.headers)
