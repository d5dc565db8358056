"""Instagram's case: pictures in which the brand is tagged, and their authors looked up by name, one a call."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, KnownPost, NetworkSource, Page
from microinf_pipeline.sources.graph_api import GraphAccess, passes
from microinf_pipeline.sources.graph_usage import ASKED_WAIT
from microinf_pipeline.sources.instagram import Instagram
from microinf_pipeline.sources.instagram_night import Scope
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_graph import refused
from microinf_pipeline_tests.unit.sources.fake_instagram import NAME, US, FakeInstagram, a_post, a_profile, at
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession

TOKEN, SECRET = "IGtoken-9f", "secret-of-the-app-7c"


class CASE(Case):
    network = "instagram"
    shows_timelines = True
    walks_timelines = False
    secrets = (TOKEN, SECRET)
    brand = BrandTerms("acme", handles=(NAME,))
    cursors = ("after",)
    own = frozenset({US})
    gone_is = frozenset({"unknown"})

    def __init__(self) -> None:
        self.fake = FakeInstagram(token=TOKEN, page_size=self.page_size)
        self.left: int | None = None  # requests until the limit of the hour

    def handler(self, request: Request) -> Reply:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return refused(4, "Application request limit reached")
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        access = GraphAccess(base, "v26.0", TOKEN, SECRET)
        return Instagram(
            "instagram", access, Scope({"acme": US}), MemorySession(), MemorySession(),
            connect=lambda: connect_with(read_wait=ASKED_WAIT, is_transient=passes),
        )  # fmt: skip

    def fill(self, posts: int, authors: int) -> Filled:
        people = [f"1784100{n}" for n in range(authors)]
        self.fake.profiles |= {f"author{n}": a_profile(key, f"author{n}") for n, key in enumerate(people)}
        inside = [_post(f"1790{n:03d}", f"author{n % authors}", moment) for n, moment in enumerate(times(posts))]
        newer, older = (_post(f"1791{n}", "author0", moment) for n, moment in enumerate(outside()))
        self.fake.posts = [newer, *inside, older]
        self.fake.tagged = [one["id"] for one in self.fake.posts]
        return Filled(tuple(one["id"] for one in inside), (newer["id"], older["id"]), tuple(people))

    def like(self, post_id: str, likes: int) -> None:
        self._of(post_id)["like_count"] = likes

    def uncount(self, post_id: str) -> None:
        del self._of(post_id)["like_count"], self._of(post_id)["comments_count"]

    def delete(self, post_id: str) -> None:
        self.fake.posts.remove(self._of(post_id))

    def rename(self, account_id: str, handle: str) -> None:
        (old,) = [name for name, one in self.fake.profiles.items() if one["id"] == account_id]
        self.fake.profiles[old]["username"] = handle
        for post in self.fake.posts:
            post["username"] = handle if post["username"] == old else post["username"]

    def leave(self, account_id: str) -> None:
        (name,) = [name for name, one in self.fake.profiles.items() if one["id"] == account_id]
        del self.fake.profiles[name]
        self.fake.posts = [one for one in self.fake.posts if one["username"] != name]

    def revoke(self) -> None:
        self.fake.token = "another"

    def spend(self, after: int) -> None:
        self.left = after + 1  # beyond what is asked about tokens

    def task(self, *, asks: bool = True, **what: Any) -> CaptureTask:
        """Others are found by name alone, which the lake tells beside their ids."""
        task = super().task(asks=asks, **what)
        return replace(task, handles={one["id"]: one["username"] for one in self.fake.profiles.values()})

    def known(self, post_id: str) -> KnownPost:
        author = next((one["username"] for one in self.fake.posts if one["id"] == post_id), "author0")
        return KnownPost(self.network, post_id, None, author)

    def is_turned(self, request: Request) -> bool:
        return super().is_turned(request) or ".after(" in dict(request.query).get("fields", "")

    def rows_in(self, page: Page) -> list[Any]:
        about = page.request.get("about") or {}
        if page.kind == "discovery" and page.status < 400:
            profile = [field_of(one, "id") for one in [_nested(page)]]
            known = set(about["known"])
            posts: Iterable[Any] = items_at(page, "business_discovery", "media", "data") if known else ()
            return [*profile, *(key for one in posts if (key := field_of(one, "id")) in known)]
        if page.kind in ("tagged", "media", "comments"):
            return [field_of(item, "id") for item in items_at(page, "data")]
        return []

    def _of(self, post_id: str) -> dict[str, Any]:
        return next(one for one in self.fake.posts if one["id"] == post_id)


def _nested(page: Page) -> Any:
    try:
        return json.loads(page.body).get("business_discovery")
    except (ValueError, AttributeError, RecursionError):
        return None


def _post(key: str, username: str, moment: datetime) -> dict[str, Any]:
    return a_post(key, username, timestamp=at(moment))
