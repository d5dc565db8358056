"""Bluesky's own server software, seeded with invented people: what the connector finds there is exact.

Seed: 20 accounts, 200 posts and 20 replies; 50 posts carry #acmecola, 120 posts name AcmeCola.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureResult, CaptureTask, KnownPost, Parsed, QueryOutcome
from microinf_pipeline.errors import BudgetSpentError
from microinf_pipeline.sources.bluesky import READ_WAIT, Bluesky
from microinf_pipeline.sources.bluesky_session import BlueskyAccess, PlatformRefusedError
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline_tests.unit.sources.fake_bluesky import MemorySessions
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

ACME = BrandTerms("acme", hashtags=("acmecola",), keywords=("AcmeCola",), handles=("user1.test",))
WRITERS = (3, 4)  # accounts that write during the tests
SETTLE_SECONDS = 20


class Account:
    """One seeded account, used directly: writes posts, and takes them away."""

    def __init__(self, network: Any, number: int) -> None:
        self.network, self.login = network, network.accounts[number]
        body = {"identifier": self.login["handle"], "password": self.login["password"]}
        self.session = self._post("com.atproto.server.createSession", body, {})
        self.did: str = self.session["did"]

    def _post(self, method: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        answer = httpx.post(f"{self.network.pds}/xrpc/{method}", json=body, headers=dict(headers))
        answer.raise_for_status()
        return answer.json() if answer.content else None

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.session['accessJwt']}"}

    def get(self, method: str, **params: Any) -> Any:
        return httpx.get(f"{self.network.pds}/xrpc/{method}", params=params, headers=self.bearer).json()

    def write(self, text: str) -> str:
        record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": clock.now().isoformat()}
        body = {"repo": self.did, "collection": "app.bsky.feed.post", "record": record}
        uri: str = self._post("com.atproto.repo.createRecord", body, self.bearer)["uri"]
        until(lambda: uri in self.shown(uri))
        return uri

    def shown(self, *uris: str) -> list[str]:
        return [post["uri"] for post in self.get("app.bsky.feed.getPosts", uris=list(uris))["posts"]]

    def delete(self, uri: str) -> None:
        _, _, _, collection, key = uri.split("/")
        body = {"repo": self.did, "collection": collection, "rkey": key}
        self._post("com.atproto.repo.deleteRecord", body, self.bearer)
        until(lambda: uri not in self.shown(uri))

    def take_down(self, uri: str, cid: str) -> None:
        subject = {"$type": "com.atproto.repo.strongRef", "uri": uri, "cid": cid}
        body = {"subject": subject, "takedown": {"applied": True, "ref": "test"}}
        admin = {"authorization": "Basic " + base64.b64encode(b"admin:admin-pass").decode()}
        for server in (self.network.pds, self.network.appview):
            httpx.post(f"{server}/xrpc/com.atproto.admin.updateSubjectStatus", json=body, headers=admin).raise_for_status()
        until(lambda: uri not in self.shown(uri))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + SETTLE_SECONDS
    while not true():
        assert time.monotonic() < end, "the network did not settle"


class Night:
    """Captures with one store and one session, as one night of one source would."""

    def __init__(self, network: Any, number: int = 0, *, password: str | None = None, **limits: Any) -> None:
        login = network.accounts[number]
        access = BlueskyAccess(network.pds, login["handle"], password or login["password"])
        self.store, self.sessions = MemoryPageStore(), MemorySessions()
        bounds = HttpLimits(rate=(200.0, 1.0), **limits)
        self.source = Bluesky("bluesky", access, self.sessions, connect=lambda: HttpClient(bounds, read_wait=READ_WAIT))
        self.until = clock.now() + timedelta(hours=1)

    def capture(self, *brands: BrandTerms, refresh: tuple[str, ...] = (), since: datetime | None = None) -> CaptureResult:
        posts = tuple(KnownPost("bluesky", uri) for uri in refresh)
        start = since or self.until - timedelta(days=2)
        task = CaptureTask(self.until.date(), start, self.until, brands, posts)
        return asyncio.run(self.source.capture(task, self.store))

    def timelines(self, *accounts: str) -> CaptureResult:
        task = CaptureTask(self.until.date(), self.until, self.until, (), timelines=accounts)
        return asyncio.run(self.source.capture(task, self.store))

    def parsed(self) -> Parsed:
        return self.source.parse(self.store.pages.values())


def complete(rule: str, captured: int, brand: str | None = "acme") -> QueryOutcome:
    return QueryOutcome(brand, rule, captured)


def expired(session: Mapping[str, str]) -> dict[str, str]:
    """The session with an access token like the server's own, signed with its test key, but of yesterday."""
    _, claims, _ = session["accessJwt"].split(".")
    past = int((clock.now() - timedelta(days=1)).timestamp())
    body = {**json.loads(base64.urlsafe_b64decode(claims + "==")), "exp": past, "iat": past - 60}
    head = {"typ": "at+jwt", "alg": "HS256"}
    signed = b".".join(_base64(json.dumps(part).encode()) for part in (head, body))
    signature = _base64(hmac.new(b"jwt-secret", signed, hashlib.sha256).digest())
    return {**session, "accessJwt": (signed + b"." + signature).decode()}


def _base64(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def test_the_seeded_network_is_captured_with_exact_counts(atproto: Any) -> None:
    night = Night(atproto)
    result = night.capture(ACME)
    assert result.queries == (
        complete("#acmecola", 50),
        complete("AcmeCola", 120),
        complete("@user1.test", 3),
        complete("profiles", 20, None),
    )
    parsed = night.parsed()
    assert (parsed.posts.height, parsed.rejects.height, parsed.statuses.height) == (173, 0, 0)
    posts = parsed.posts.unique("post_id")
    assert Counter(posts["post_type"]) == {"original": 100, "reply": 20}
    assert posts.select("likes", "shares", "comments", "quotes").sum().row(0) == (100, 20, 10, 0)
    assert set(posts["lang"]) <= {"en", None}
    tagged = posts.filter(pl.col("given_hashtags").list.contains("acmecola"))
    mentioning = posts.filter(pl.col("given_mentions").list.len() == 1)
    assert (tagged.height, mentioning.height) == (50, 50)
    profiles = parsed.accounts.filter(~pl.col("with_post"))
    assert set(profiles["account_id"]) == {account["did"] for account in atproto.accounts}
    readers = profiles.filter(~pl.col("handle").is_in([f"user{n}.test" for n in WRITERS]))
    counts = readers.select("followers", "following", "post_count", "followers_precision")
    assert counts.unique().rows() == [(3, 3, 11, "exact")]


def test_a_resumed_capture_asks_only_for_what_is_missing(atproto: Any) -> None:
    night = Night(atproto, max_requests=3)  # the log-in and two pages
    cut_off = night.capture(ACME)
    assert {outcome.status for outcome in cut_off.queries} >= {"budget_spent"}
    closed = set(night.store.pages)
    night.source = Night(atproto).source
    whole = night.capture(ACME)
    assert {outcome.status for outcome in whole.queries} == {"complete"}
    assert whole.requests == 1 + len(night.store.pages) - len(closed)  # one log-in of the new source
    again = night.capture(ACME)
    assert (again.requests, again.queries) == (0, whole.queries)


def test_the_window_decides_what_a_search_finds(atproto: Any) -> None:
    night = Night(atproto)
    night.until = clock.now() - timedelta(days=30)
    assert night.capture(BrandTerms("acme", keywords=("AcmeCola",))).queries == (complete("AcmeCola", 0),)


def test_too_many_hits_are_found_in_halves_of_the_window(atproto: Any) -> None:
    night = Night(atproto)
    night.source._most_hits = 30  # the real cap would take 10,000 posts
    result = night.capture(BrandTerms("acme", keywords=("AcmeCola",)))
    assert result.queries[0] == complete("AcmeCola", 120)
    assert night.parsed().posts["post_id"].n_unique() == 120


def test_a_new_post_is_found_then_deleted_then_absent(atproto: Any) -> None:
    writer, word = Account(atproto, WRITERS[0]), "zweibelquix"
    brand = BrandTerms("acme", keywords=(word,))
    assert Night(atproto).capture(brand).queries[0] == complete(word, 0)
    uri = writer.write(f"a {word} appears")
    night = Night(atproto)
    assert night.capture(brand, refresh=(uri,)).queries[:2] == (complete(word, 1), complete("refresh", 1, None))
    assert night.parsed().statuses.select("post_id", "status").rows() == [(uri, "available")]
    writer.delete(uri)
    night = Night(atproto)
    assert night.capture(brand, refresh=(uri,)).queries == (complete(word, 0), complete("refresh", 0, None))
    assert night.parsed().statuses.select("post_id", "status", "evidence").rows() == [(uri, "unknown", "absent from getPosts")]


def test_a_post_taken_down_by_moderators_is_absent_like_a_deleted_one(atproto: Any) -> None:
    writer = Account(atproto, WRITERS[1])
    kept, uri = writer.write("a harmless post"), writer.write("a post against the rules")
    (cid,) = [post["cid"] for post in writer.get("app.bsky.feed.getPosts", uris=[uri])["posts"]]
    writer.take_down(uri, cid)
    night = Night(atproto)
    night.capture(refresh=(kept, uri))
    statuses = dict(night.parsed().statuses.select("post_id", "status").rows())
    writer.delete(kept)
    assert statuses == {kept: "available", uri: "unknown"}


def test_the_own_account_reads_who_mentioned_and_answered_it(atproto: Any) -> None:
    night = Night(atproto, number=1)
    result = night.capture(BrandTerms("acme", handles=("user1.test",)))
    assert result.queries[:2] == (complete("@user1.test", 3), complete("@user1.test notifications", 4))
    posts = night.parsed().posts
    hydrated = posts.filter(pl.col("file").str.starts_with("posts-"))
    assert Counter(hydrated["post_type"]) == {"original": 3, "reply": 1}
    assert hydrated["likes"].null_count() == 0
    assert posts.filter(pl.col("file").str.starts_with("notifications-"))["likes"].null_count() == 4


def test_an_expired_access_token_is_refreshed_without_a_log_in(atproto: Any) -> None:
    night = Night(atproto)
    night.capture(BrandTerms("acme", keywords=("AcmeCola",)))
    night.sessions.session = old = expired(night.sessions.session or {})
    headers = {"authorization": f"Bearer {old['accessJwt']}"}
    refused = httpx.get(f"{atproto.pds}/xrpc/app.bsky.feed.searchPosts", params={"q": "x"}, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (400, "ExpiredToken")
    night.store = MemoryPageStore()
    assert night.capture(BrandTerms("acme", keywords=("AcmeCola",))).queries[0] == complete("AcmeCola", 120)
    assert night.sessions.session["accessJwt"] != old["accessJwt"]
    assert night.sessions.session["refreshJwt"] != old["refreshJwt"]


def test_a_wrong_app_password_is_refused(atproto: Any) -> None:
    with pytest.raises(PlatformRefusedError, match="AuthenticationRequired"):
        Night(atproto, password="wrong").capture(ACME)


def test_the_servers_rate_limit_ends_the_nights_budget(atproto_with_limits: Any) -> None:
    login = atproto_with_limits.accounts[7]
    body = {"identifier": login["handle"], "password": login["password"]}
    url = f"{atproto_with_limits.pds}/xrpc/com.atproto.server.createSession"
    while httpx.post(url, json=body).status_code != httpx.codes.TOO_MANY_REQUESTS:
        pass
    with pytest.raises(BudgetSpentError, match=r"HTTP 429: the server asks for a wait of \d+ s"):
        Night(atproto_with_limits, number=7, max_wait_seconds=1.0).capture(ACME)


def test_timelines_are_the_posts_and_reposts_of_an_account_and_an_unknown_one_ends_nothing(atproto: Any) -> None:
    night, reader = Night(atproto), Account(atproto, 6)
    result = night.timelines(reader.did, "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    feed = reader.get("app.bsky.feed.getAuthorFeed", actor=reader.did, filter="posts_no_replies", limit=100)["feed"]
    own = [item["post"]["uri"] for item in feed if "reason" not in item]
    posts = night.parsed().posts
    assert result.queries[0] == complete("timelines", len(own), None)
    assert own
    assert sorted(posts.filter(pl.col("post_type") != "repost")["post_id"]) == sorted(own)
    assert posts.height == len(feed)
    assert set(posts["account_id"]) == {reader.did}
    assert set(posts["capture_reason"]) == {"timeline"}
