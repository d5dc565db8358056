"""A night on Facebook: what is asked with which token, what is kept, what each way of failing leaves, and the columns."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import (
    BrandTerms,
    CaptureResult,
    CaptureTask,
    KnownPost,
    Page,
    Parsed,
    PlannedCalls,
    QueryOutcome,
)
from microinf_pipeline.sources.facebook import Facebook
from microinf_pipeline.sources.facebook_night import Scope
from microinf_pipeline.sources.facebook_parse import parse_pages
from microinf_pipeline.sources.graph_api import GraphAccess, passes
from microinf_pipeline.sources.graph_usage import ASKED_WAIT
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline_tests.unit.sources.fake_facebook import NAME, US, FakeFacebook, a_comment, a_page, a_post
from microinf_pipeline_tests.unit.sources.fake_graph import refused
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

NIGHT = date(2026, 11, 19)
SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", handles=(NAME,))
PUBLIC = Scope({"acme": US}, reads_public=True)


class Run:
    """Captures against the fake, and what they left. The store and the memory outlive a capture, as on disk."""

    def __init__(self) -> None:
        self.store, self.server, self.no_pages = MemoryPageStore(), LocalServer(""), MemorySession()

    def capture(
        self, fake: FakeFacebook, *, scope: Scope = PUBLIC, token: str = "of-this-test", night: date = NIGHT, **what: Any
    ) -> CaptureResult:
        async def sleep(_seconds: float) -> None:
            """Nothing is waited for."""

        async def run() -> CaptureResult:
            task = CaptureTask(night, SINCE, UNTIL, (ACME,), **what)
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            async with local_server(fake, self.server.port) as self.server:
                source = Facebook(
                    "fb", GraphAccess(self.server.base, "v26.0", token), scope, MemorySession(), self.no_pages,
                    connect=lambda: HttpClient(limits, read_wait=ASKED_WAIT, is_transient=passes, sleep=sleep),
                )  # fmt: skip
                return await source.capture(task, self.store)

        with clock.frozen(NOW):
            return asyncio.run(run())

    def asked(self, part: str) -> list[dict[str, str]]:
        return [dict(one.query) for one in self.server.requests if part in f"{one.path}?{dict(one.query).get('ids', '')}"]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())


def a_world(**over: Any) -> FakeFacebook:
    """A Page tagged us, and so did somebody who is not named; our post has a comment that was answered."""
    ours = a_post("1", US, message="Our new cup", comments={"data": [], "summary": {"total_count": 2}})
    answer = a_comment("12", ours["id"], parent={"id": "1_11"}, **{"from": {"id": US, "name": "Acme"}})
    fake = FakeFacebook(
        {"2002": a_page("2002")}, posts=[a_post("7"), a_post("8", None), ours], tagged=["2002_7", "3001_8"],
        comments={ours["id"]: [a_comment("11", ours["id"]), answer]},
    )  # fmt: skip
    for name, value in over.items():
        setattr(fake, name, value)
    return fake


def outcome(result: CaptureResult, rule: str) -> QueryOutcome:
    (found,) = [one for one in result.queries if one.rule == rule]
    return found


def rows(parsed: Parsed, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(parsed.posts.select(columns).iter_rows(), key=repr)


def test_posts_that_tag_the_page_are_read_with_the_pages_own_token_and_authors_stay_unknown_where_they_are() -> None:
    run = Run()
    result = run.capture(a_world())
    assert outcome(result, "tagged") == QueryOutcome("acme", "tagged", 2)
    assert [one["access_token"] for one in run.asked("/tagged")] == ["of-the-page"]
    tagged = [row for row in rows(run.parsed, "post_id", "account_id", "display_name", "capture_reason") if row[3] == "mention"]
    assert tagged == [("2002_7", "2002", "Anna brews", "mention"), ("3001_8", None, None, "mention")]


def test_own_posts_come_with_the_comments_on_them_and_the_answers() -> None:
    run = Run()
    result = run.capture(a_world())
    assert outcome(result, "posts") == QueryOutcome("acme", "posts", 3)
    columns = ("post_id", "account_id", "post_type", "reply_to_post_id", "reply_to_account_id", "capture_reason")
    assert [row for row in rows(run.parsed, *columns) if row[-1] == "owned"] == [
        ("1_11", None, "reply", "2001_1", US, "owned"), ("1_12", US, "reply", "1_11", None, "owned"),
        ("2001_1", US, "original", None, None, "owned"),
    ]  # fmt: skip
    assert [one["filter"] for one in run.asked("/comments")] == ["stream"]


def test_known_posts_are_looked_for_by_fifties_and_one_that_is_gone_does_not_cost_the_others() -> None:
    old = [a_post(f"4{n:02d}", "2002", created_time="2026-11-01T10:00:00+0000") for n in range(60)]
    known = tuple(KnownPost("facebook", one["id"]) for one in old)
    run = Run()
    result = run.capture(a_world(posts=old[1:], tagged=[]), refresh_posts=known)
    assert outcome(result, "refresh") == QueryOutcome(None, "refresh", 59)
    statuses = dict(run.parsed.statuses.select("post_id", "status").iter_rows())
    assert {post for post, status in statuses.items() if status == "unknown"} == {"2002_400"}
    assert len(statuses) == 60
    assert len(run.asked("2002_4")) < 16


def test_known_comments_are_asked_for_with_fields_of_their_own_and_what_another_road_showed_is_not() -> None:
    world = a_world()
    del world.posts[2]  # our post is not listed any more
    known = (
        KnownPost("facebook", "1_11", post_type="reply", origin="facebook_api"), KnownPost("facebook", "1_99", post_type="reply"),
        KnownPost("facebook", "u:0a1b"), KnownPost("facebook", "77", origin="of an export"),
    )  # fmt: skip
    run = Run()
    result = run.capture(world, refresh_posts=known)
    assert outcome(result, "refresh_comments") == QueryOutcome(None, "refresh_comments", 1)
    assert "refresh" not in {one.rule for one in result.queries}
    statuses = dict(run.parsed.statuses.select("post_id", "status").iter_rows())
    assert statuses == {"1_11": "available", "1_99": "unknown"}
    told = [row for row in rows(run.parsed, "post_id", "post_type", "likes", "capture_reason") if row[0] == "1_11"]
    assert told == [("1_11", "reply", 1, None)]


def test_a_known_post_that_a_list_shows_is_not_asked_for_again() -> None:
    run = Run()
    run.capture(a_world(), refresh_posts=(KnownPost("facebook", "2002_7"),))
    assert run.asked("2002_7") == []


def test_other_pages_are_looked_up_and_people_are_remembered_as_none() -> None:
    world = a_world(posts=[a_post("7"), a_post("9", "3009")], tagged=["2002_7", "3009_9"], people={"3009"})
    run = Run()
    result = run.capture(world, timelines=("2002",))
    assert outcome(result, "timelines") == QueryOutcome(None, "timelines", 0)
    assert outcome(result, "profiles") == QueryOutcome(None, "profiles", 1)
    columns = ("account_id", "handle", "followers", "followers_precision", "verified", "category", "profile_links")
    told = [row for row in run.parsed.accounts.select(columns).iter_rows() if row[0] == "2002"]
    assert told == [("2002", "anna.brews", 1230, "exact", False, "Blogger", "https://anna.example.test")]
    assert run.no_pages.session == {"3009": "2026-11-19"}
    run.store = MemoryPageStore()
    again = run.capture(world, night=NIGHT + timedelta(days=1))
    assert [one["ids"] for one in run.asked("2002")] == ["2002"]
    assert outcome(again, "profiles").captured == 1


def test_a_timeline_is_the_newest_posts_of_a_page() -> None:
    posts = [a_post(f"5{n:02d}") for n in range(40)]
    run = Run()
    result = run.capture(a_world(posts=posts, tagged=[]), timelines=("2002", "2999"))
    assert outcome(result, "timelines") == QueryOutcome(None, "timelines", 30)
    assert set(run.parsed.posts["capture_reason"]) == {"timeline"}


def test_without_the_feature_no_other_page_is_asked_for_and_the_plan_says_so() -> None:
    run = Run()
    scope = Scope({"acme": US})
    result = run.capture(a_world(), scope=scope, timelines=("2002",), refresh_accounts=("2002",))
    assert {one.rule for one in result.queries} == {"tagged", "posts"}
    task = CaptureTask(NIGHT, SINCE, UNTIL, (ACME,), timelines=("2002",), refresh_accounts=("2002",))
    source = Facebook("fb", GraphAccess("http://a.example", "v26.0", "t"), scope, MemorySession(), MemorySession())
    told = {one.rule: one for one in source.plan(task, {("acme", "tagged"): 120})}
    assert told["tagged"] == PlannedCalls("tagged", 3, "acme", is_least=True)
    assert (told["timelines"].calls, told["profiles"].calls) == (0, 0)
    assert "public_pages: true" in (told["profiles"].will_not or "")


def test_a_revoked_token_ends_the_night_with_what_to_do_and_without_the_token() -> None:
    run = Run()
    (failed,) = run.capture(a_world(), token="revoked-one").queries
    assert (failed.status, len(run.server.requests)) == ("failed", 1)
    assert (failed.gap_reason or "").endswith("fix: make a new long-lived token")
    assert "revoked-one" not in (failed.gap_reason or "")


def test_a_missing_permission_fails_its_own_question_only() -> None:
    def refuse_tags(request: Request) -> Reply | None:
        return refused(10, "(#10) requires pages_read_user_content") if request.path.endswith("/tagged") else None

    result = Run().capture(a_world(hook=refuse_tags), scope=Scope({"acme": US}))
    assert {one.rule: one.status for one in result.queries} == {"tagged": "failed", "posts": "complete"}
    assert "pages_read_user_content" in (outcome(result, "tagged").gap_reason or "")


def test_no_token_of_user_or_page_is_in_any_page() -> None:
    run = Run()
    run.capture(a_world(page_size=1))
    kept = repr(run.store.pages)
    assert [secret for secret in ("of-this-test", "of-the-page") if secret in kept] == []
    assert "access_token=REDACTED" in kept


def test_a_second_capture_of_the_same_night_asks_about_tokens_alone() -> None:
    run = Run()
    first = run.capture(a_world())
    second = run.capture(a_world())
    assert (second.queries, second.requests) == (first.queries, 2)


def page(kind: str, body: Any, **about: Any) -> Page:
    request = {"method": "GET", "url": "https://graph.example.test", "params": [("ids", "2002_7")], "about": about}
    return Page("p1", kind, "acme", kind, request, 200, NOW, body if isinstance(body, str) else json.dumps(body))


def test_counts_that_are_not_told_are_missing_and_a_post_nobody_shared_has_no_shares_object() -> None:
    unshared = {key: value for key, value in a_post("8").items() if key != "shares"}
    untold = {key: value for key, value in unshared.items() if key not in ("reactions", "comments")} | {"id": "2002_9"}
    posts = parse_pages([page("tagged", {"data": [a_post("7"), unshared, untold]})]).posts
    assert list(posts.select("likes", "comments", "shares").iter_rows()) == [(40, 3, 2), (40, 3, 0), (None, None, None)]


def test_who_a_text_tags_and_what_it_links_to_are_told() -> None:
    link = {"data": [{"media_type": "link", "type": "share", "unshimmed_url": "https://shop.example.test/cup"}]}
    tags = [{"id": US, "name": "Acme", "type": "page", "offset": 3, "length": 4}, {"name": "no id"}]
    one = a_post("7", attachments=link, message_tags=tags)
    older = a_post("8", message_tags={"3": [{"id": "2009", "name": "Bolt"}]}, attachments={"data": [{"media_type": "video"}]})
    posts = parse_pages([page("tagged", {"data": [one, older]}, account=US, username=NAME)]).posts
    assert list(posts.select("given_mentions", "given_links", "media_types").iter_rows()) == [
        ([US, NAME, US], ["https://shop.example.test/cup"], ["link"]), ([US, NAME, "2009"], None, ["video"]),
    ]  # fmt: skip


def test_likes_of_a_page_are_no_followers() -> None:
    one = {key: value for key, value in a_page("2002").items() if key != "followers_count"}
    accounts = parse_pages([page("profiles", {"2002": one})]).accounts
    assert list(accounts.select("followers", "followers_precision").iter_rows()) == [(None, None)]


def test_items_that_cannot_be_read_are_rejects_and_the_others_are_read() -> None:
    parsed = parse_pages([page("tagged", {"data": [{"message": "no id"}, None, a_post("7")]})])
    assert list(parsed.rejects.select("reason", "row_number").iter_rows()) == [("not a post", 1), ("not a post", 2)]
    assert parsed.posts["post_id"].to_list() == ["2002_7"]


@pytest.mark.parametrize("kind", ["tagged", "posts", "comments", "timelines", "refresh", "profiles", "own"])
@pytest.mark.parametrize("body", ["<html>", "[]", '{"data": [{"id": '])
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(kind: str, body: str) -> None:
    assert parse_pages([page(kind, body)]).rejects.height == 1
