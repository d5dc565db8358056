"""Facebook's case: posts of other Pages that tag the brand's own, and those Pages by fifties."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import BrandTerms, NetworkSource, Page
from microinf_pipeline.sources.facebook import Facebook
from microinf_pipeline.sources.facebook_night import Scope
from microinf_pipeline.sources.graph_api import GraphAccess, passes
from microinf_pipeline.sources.graph_usage import ASKED_WAIT
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_facebook import NAME, US, FakeFacebook, a_page, a_post
from microinf_pipeline_tests.unit.sources.fake_graph import refused
from microinf_pipeline_tests.unit.sources.fake_instagram import at
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession

TOKEN, PAGE_TOKEN, SECRET = "FBtoken-9f", "PageToken-3b", "secret-of-the-app-7c"


class CASE(Case):
    network = "facebook"
    shows_timelines = True
    walks_timelines = False
    secrets = (TOKEN, PAGE_TOKEN, SECRET)
    brand = BrandTerms("acme", handles=(NAME,))
    cursors = ("after",)
    own = frozenset({US})
    gone_is = frozenset({"unknown"})

    def __init__(self) -> None:
        self.fake = FakeFacebook(token=TOKEN, page_token=PAGE_TOKEN, page_size=self.page_size)
        self.left: int | None = None  # requests until the limit of the hour

    def handler(self, request: Request) -> Reply:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return refused(32, "Page request limit reached")
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        return Facebook(
            "facebook", GraphAccess(base, "v26.0", TOKEN, SECRET), Scope({"acme": US}, reads_public=True), MemorySession(),
            MemorySession(), connect=lambda: connect_with(read_wait=ASKED_WAIT, is_transient=passes),
        )  # fmt: skip

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"21{n:03d}" for n in range(authors)]
        self.fake.pages |= {key: a_page(key, f"author{n}") for n, key in enumerate(people)}
        inside = [_post(f"90{n:03d}", people[n % authors], moment) for n, moment in enumerate(times(posts))]
        newer, older = (_post(f"91{n}", people[0], moment) for n, moment in enumerate(outside()))
        self.fake.posts = [newer, *inside, older]
        self.fake.tagged = [one["id"] for one in self.fake.posts]
        return Filled(tuple(one["id"] for one in inside), (newer["id"], older["id"]), tuple(people))

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["reactions"]["summary"]["total_count"] = likes

    def uncount(self, post_id: str) -> None:
        for name in ("reactions", "comments", "shares"):
            del self._of(post_id)[name]

    def delete(self, post_id: str) -> None:
        self.fake.posts.remove(self._of(post_id))

    def rename(self, account_id: str, handle: str) -> None:
        self.fake.pages[account_id]["username"] = handle

    def leave(self, account_id: str) -> None:
        del self.fake.pages[account_id]
        self.fake.posts = [one for one in self.fake.posts if one["from"]["id"] != account_id]

    def revoke(self) -> None:
        self.fake.token = self.fake.page_token = "another"

    def spend(self, after: int) -> None:
        self.left = after + 2  # beyond what is asked about tokens

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind in ("tagged", "posts", "comments", "timelines"):
            return [field_of(item, "id") for item in items_at(page, "data")]
        if page.kind == "own" or page.status >= 400:
            return []
        try:
            found = json.loads(page.body)
        except (ValueError, RecursionError):
            return [None]
        return [field_of(item, "id") for item in found.values()] if isinstance(found, dict) else [None]

    def _of(self, post_id: str) -> dict[str, Any]:
        return next(one for one in self.fake.posts if one["id"] == post_id)


def _post(key: str, author: str, moment: datetime) -> dict[str, Any]:
    return a_post(key, author, created_time=at(moment))
