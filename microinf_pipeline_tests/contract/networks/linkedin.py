"""LinkedIn's case: posts of other organisations that mention a Page, counts on answers of their own, a day of so many calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from microinf_pipeline.catalog.capture import BrandTerms, NetworkSource, Page
from microinf_pipeline.sources.linkedin import LinkedIn
from microinf_pipeline.sources.linkedin_api import LinkedInAccess, is_passing
from microinf_pipeline_tests.contract.case import Case, ConnectWith, Filled, field_of, items_at, outside, times
from microinf_pipeline_tests.unit.sources.fake_linkedin import FakeLinkedIn, a_post
from microinf_pipeline_tests.unit.sources.fake_tiktok_research import MemorySessions
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request


class CASE(Case):
    network = "linkedin"
    secrets = ("of-this-test", "token.9f", "refresh-9f")
    brand = BrandTerms("acme", owned=("100",))
    gone_is = frozenset({"deleted"})
    cursors = ("start",)

    def __init__(self) -> None:
        self.fake = FakeLinkedIn(token="token.9f", refresh_token="refresh-9f", page_size=self.page_size)
        self.sessions = MemorySessions()

    def handler(self, request: Request) -> Reply:
        return self.fake(request)

    def source(self, base: str, connect_with: ConnectWith) -> NetworkSource:
        access = LinkedInAccess("app", "of-this-test", "refresh-9f", service=base, login=base)
        connect = lambda: connect_with(is_transient=is_passing)  # noqa: E731
        return LinkedIn("linkedin", access, self.sessions, enabled=True, connect=connect)

    def fill(self, posts: int, authors: int) -> Filled:
        people = [str(200 + n) for n in range(authors)]
        self.fake.names |= {number: (f"Shop {number}", f"shop-{number}") for number in people}
        self.fake.followers = {number: 100 + n for n, number in enumerate(people)}
        inside = [self._add(f"in{n}", people[n % authors], at) for n, at in enumerate(times(posts))]
        beside = [self._add(f"out{n}", people[0], at) for n, at in enumerate(outside())]
        return Filled(tuple(inside), tuple(beside), tuple(people))

    def _add(self, key: str, author: str, at: datetime) -> str:
        words = "With @[Acme](urn:li:organization:100) at noon"
        return self.fake.add(a_post(key, f"urn:li:organization:{author}", at, commentary=words), mentions=True)

    def like(self, post_id: str, likes: int) -> None:
        self.fake.likes[post_id] = likes

    def uncount(self, post_id: str) -> None:
        self.fake.likes[post_id] = None

    def delete(self, post_id: str) -> None:
        del self.fake.posts[post_id]

    def rename(self, account_id: str, handle: str) -> None:
        self.fake.names[account_id] = ("Renamed", handle)

    def revoke(self) -> None:
        self.fake.token, self.fake.refresh_token = "token.other", "refresh-other"

    def spend(self, after: int) -> None:
        self.fake.calls = after

    def rows_in(self, page: Page) -> list[Any]:
        if page.kind == "own":
            return [field_of(item, "id") for item in items_at(page, "elements")]
        return []
