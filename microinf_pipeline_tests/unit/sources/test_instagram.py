"""A night on Instagram: what is asked and in which order, what is kept, and what each way of failing leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
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
    Quota,
    Unbounded,
)
from microinf_pipeline.sources.graph_api import GraphAccess, passes
from microinf_pipeline.sources.graph_usage import ASKED_WAIT
from microinf_pipeline.sources.http import HttpClient, HttpLimits
from microinf_pipeline.sources.instagram import Instagram
from microinf_pipeline.sources.instagram_night import Scope
from microinf_pipeline.sources.instagram_parse import parse_pages
from microinf_pipeline.storage.quota import Allowance, QuotaFile, Rolling
from microinf_pipeline_tests.unit.sources.fake_graph import refused, said, used
from microinf_pipeline_tests.unit.sources.fake_instagram import NAME, US, FakeInstagram, a_comment, a_post, a_profile, fields_of
from microinf_pipeline_tests.unit.sources.local_server import LocalServer, Reply, Request, local_server
from microinf_pipeline_tests.unit.sources.memory_session import MemorySession
from microinf_pipeline_tests.unit.sources.memory_store import MemoryPageStore

NIGHT = date(2026, 11, 19)
SINCE, UNTIL = datetime(2026, 11, 17, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ACME = BrandTerms("acme", handles=(NAME,))
TAGS = BrandTerms("acme", hashtags=("acme", "AcmeZero"), handles=(NAME,))


class Run:
    """Captures against the fake, and what they left. Store, quota and memory outlive a capture, as on disk."""

    def __init__(self, quota: Quota | None = None) -> None:
        self.store, self.server, self.seen = MemoryPageStore(), LocalServer(""), MemorySession()
        self.quota = quota or Unbounded()

    def capture(
        self, fake: FakeInstagram, *brands: BrandTerms, now: datetime = NOW, night: date = NIGHT, token: str = "of-this-test",
        scope: Scope | None = None, **what: Any,
    ) -> CaptureResult:  # fmt: skip
        async def sleep(_seconds: float) -> None:
            """Nothing is waited for."""

        async def run() -> CaptureResult:
            task = CaptureTask(night, SINCE, UNTIL, brands or (ACME,), **what)
            limits = HttpLimits(attempts=2, rate=(1000.0, 1.0))
            async with local_server(fake, self.server.port) as self.server:
                source = Instagram(
                    "ig", GraphAccess(self.server.base, "v26.0", token), scope or Scope({"acme": US}), MemorySession(), self.seen,
                    quota=self.quota,
                    connect=lambda: HttpClient(limits, read_wait=ASKED_WAIT, is_transient=passes, sleep=sleep),
                )  # fmt: skip
                return await source.capture(task, self.store)

        with clock.frozen(now):
            return asyncio.run(run())

    def asked(self, part: str) -> list[str]:
        """Paths and fields of the requests whose address or fields hold this."""
        told = [
            f"{one.path.removeprefix('/v26.0/')} {dict(one.query).get('fields', '')}".strip() for one in self.server.requests
        ]
        return [one for one in told if part in one]

    @property
    def parsed(self) -> Parsed:
        return parse_pages(self.store.pages.values())


def outcome(result: CaptureResult, rule: str) -> QueryOutcome:
    (found,) = [one for one in result.queries if one.rule == rule]
    return found


def a_world(**over: Any) -> FakeInstagram:
    """Anna tagged us and used the hashtag; Ben, whose account is personal, used it, too."""
    posts = [a_post("1"), a_post("2", "ben"), a_post("3", NAME, caption="Our new cup", comments_count=2)]
    fake = FakeInstagram(
        {"anna.brews": a_profile("17842", "anna.brews")}, posts, {"acme": ["1", "2"], "acmezero": []}, tagged=["1"],
        comments={"3": [a_comment("31"), a_comment("32", NAME, text="Thank you", replies={"data": [a_comment("33")]})]},
    )  # fmt: skip
    for name, value in over.items():
        setattr(fake, name, value)
    return fake


def rows(parsed: Parsed, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(parsed.posts.select(columns).iter_rows(), key=repr)


def test_posts_under_a_hashtag_have_no_author_and_all_else() -> None:
    run = Run()
    result = run.capture(a_world(), TAGS)
    assert outcome(result, "#acme") == QueryOutcome("acme", "#acme", 2)
    assert outcome(result, "#acmezero") == QueryOutcome("acme", "#acmezero", 0)
    recent = parse_pages([page for page in run.store.pages.values() if page.kind == "recent"])
    assert rows(recent, "post_id", "account_id", "handle", "likes", "comments", "capture_reason", "url") == [
        ("1", None, None, 40, 3, "mention", "https://www.instagram.com/p/C1/"),
        ("2", None, None, 40, 3, "mention", "https://www.instagram.com/p/C2/"),
    ]
    assert "username" not in "".join(run.asked("recent_media"))


def test_a_hashtag_two_brands_want_is_asked_once_and_counted_for_both() -> None:
    run = Run()
    other = BrandTerms("bolt", hashtags=("ACME",))
    result = run.capture(a_world(), BrandTerms("acme", hashtags=("acme",)), other)
    assert [one for one in result.queries if one.rule == "#acme"] == [
        QueryOutcome("acme", "#acme", 2), QueryOutcome("bolt", "#acme", 2),
    ]  # fmt: skip
    assert len(run.asked("recent_media")) == 1


def test_the_hashtags_of_a_week_are_spent_once_each_and_what_does_not_fit_is_not_asked(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {"hashtags": Allowance(1, Rolling(7))})
    run = Run(quota)
    result = run.capture(a_world(), TAGS)
    assert outcome(result, "#acme").status == "complete"
    late = outcome(result, "#acmezero")
    assert (late.status, late.gap_reason) == (
        "budget_spent", "the allowance of 1 hashtags is used up; it comes back at 2026-11-27 00:00 UTC",
    )  # fmt: skip
    again = Run(quota)
    again.seen = run.seen
    reordered = BrandTerms("acme", hashtags=("acmezero", "acme"))
    second = again.capture(a_world(), reordered, now=NOW + timedelta(days=1), night=NIGHT + timedelta(days=1))
    assert {one.rule: one.status for one in second.queries if one.rule[0] == "#"} == {
        "#acme": "complete", "#acmezero": "budget_spent",
    }  # fmt: skip


def test_hashtags_the_network_counts_as_spent_are_spent_here_too(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {"hashtags": Allowance(30, Rolling(7))})
    result = Run(quota).capture(a_world(hashtags_a_week=0), TAGS)
    assert {one.rule: one.status for one in result.queries if one.rule[0] == "#"} == {
        "#acme": "budget_spent", "#acmezero": "budget_spent",
    }  # fmt: skip
    with clock.frozen(NOW):
        assert quota.left("hashtags") == 0
    assert outcome(result, "tagged").status == "complete"


def test_a_hashtag_nobody_has_used_yet_is_no_failure() -> None:
    result = Run().capture(a_world(), BrandTerms("acme", hashtags=("neverused",)))
    assert outcome(result, "#neverused") == QueryOutcome("acme", "#neverused", 0)


def test_what_lies_between_two_readings_of_a_hashtag_is_told() -> None:
    run, tags = Run(), BrandTerms("acme", hashtags=("acme",))
    first = run.capture(a_world(), tags, now=datetime(2026, 11, 20, 2, tzinfo=UTC))
    assert outcome(first, "#acme").gap_reason == "nothing is told of 2026-11-19 00:00 to 2026-11-19 02:00 UTC"
    run.store = MemoryPageStore()
    second = run.capture(a_world(), tags, now=datetime(2026, 11, 21, 1, tzinfo=UTC), night=date(2026, 11, 20))
    assert (outcome(second, "#acme").status, outcome(second, "#acme").gap_reason) == ("complete", None)
    run.store = MemoryPageStore()
    third = run.capture(a_world(), tags, now=datetime(2026, 11, 22, 3, tzinfo=UTC), night=date(2026, 11, 21))
    assert outcome(third, "#acme").gap_reason == "nothing is told of 2026-11-21 01:00 to 2026-11-21 03:00 UTC"


def test_a_schedule_that_is_a_few_minutes_late_leaves_no_gap_worth_telling() -> None:
    run, tags, scope = Run(), BrandTerms("acme", hashtags=("acme",)), Scope({"acme": US}, untold_gap=timedelta(minutes=15))
    run.capture(a_world(), tags, scope=scope)
    told = []
    for day, minutes in ((1, 15), (2, 31)):
        run.store = MemoryPageStore()
        now = NOW + timedelta(days=day, minutes=minutes)
        result = run.capture(a_world(), tags, scope=scope, now=now, night=NIGHT + timedelta(days=day))
        told.append(outcome(result, "#acme").gap_reason)
    assert told == [None, "nothing is told of 2026-11-21 00:15 to 2026-11-21 00:31 UTC"]


def test_a_night_that_is_past_is_not_asked_of_hashtags() -> None:
    run = Run()
    result = run.capture(a_world(), TAGS, now=NOW + timedelta(days=3))
    assert (outcome(result, "#acme").status, run.asked("hashtag"), run.asked("recent")) == ("short", [], [])
    assert "out of reach" in (outcome(result, "#acme").gap_reason or "")


def test_pages_of_a_hashtag_that_share_one_cursor_are_all_read() -> None:
    def same_cursor(request: Request) -> Reply | None:
        if not request.path.endswith("recent_media"):
            return None
        asked["n"] += 1
        page: dict[str, Any] = {"data": [a_post(f"9{asked['n']}")]}
        if asked["n"] < 4:
            page["paging"] = {"cursors": {"after": "ever the same"}, "next": "https://graph.facebook.com/x?after=y"}
        return said(page)

    asked = {"n": 0}
    result = Run().capture(a_world(hook=same_cursor), BrandTerms("acme", hashtags=("acme",)))
    assert outcome(result, "#acme") == QueryOutcome("acme", "#acme", 4)


def test_top_posts_are_read_where_they_are_wanted() -> None:
    run = Run()
    run.capture(a_world(), TAGS, scope=Scope({"acme": US}, reads_top=True))
    assert len(run.asked("top_media")) == 2


def test_a_picture_in_which_we_are_tagged_names_us_without_a_word() -> None:
    run = Run()
    result = run.capture(a_world(tagged=["1"]))
    assert outcome(result, "tagged") == QueryOutcome("acme", "tagged", 1)
    tagged = parse_pages([page for page in run.store.pages.values() if page.kind == "tagged"])
    assert rows(tagged, "post_id", "handle", "account_id", "given_mentions") == [("1", "anna.brews", None, [NAME])]


def test_tags_end_with_a_page_that_is_older_than_the_window() -> None:
    old = [a_post(f"5{n}", timestamp="2026-10-01T00:00:00+0000") for n in range(6)]
    fake = FakeInstagram(posts=[a_post("1"), *old], tagged=["1", *(one["id"] for one in old)], page_size=2)
    run = Run()
    result = run.capture(fake)
    assert (outcome(result, "tagged").captured, len(run.asked("/tags"))) == (1, 2)


def test_authors_of_tags_and_mentions_are_looked_up_once_and_a_personal_account_is_no_failure(tmp_path: Path) -> None:
    posts = [a_post("1"), a_post("2"), a_post("3", "ben"), a_post("4", "ein name")]
    fake = a_world(posts=posts, tagged=["1", "2", "3", "4"])
    run = Run()
    result = run.capture(fake)
    assert outcome(result, "profiles") == QueryOutcome(None, "profiles", 1)
    assert sorted(one.split("(")[1].split(")")[0] for one in run.asked("business_discovery")) == ["anna.brews", "ben"]
    told = run.parsed.accounts.filter(run.parsed.accounts["handle"] == "anna.brews")
    columns = ("account_id", "followers", "followers_precision", "following", "post_count", "bio", "profile_links")
    assert list(told.select(columns).iter_rows()) == [
        ("17842", 1230, "exact", 80, 12, "Coffee", "https://anna.example.test"),
    ]  # fmt: skip


def test_own_posts_come_with_the_comments_on_them_and_the_answers() -> None:
    run = Run()
    result = run.capture(a_world())
    assert outcome(result, "media") == QueryOutcome("acme", "media", 3)
    columns = ("post_id", "account_id", "handle", "post_type", "reply_to_post_id", "reply_to_account_id", "capture_reason")
    owned = [row for row in rows(run.parsed, *columns) if row[-1] == "owned"]
    assert owned == [
        ("3", US, NAME, "original", None, None, "owned"), ("31", None, "ben", "reply", "3", US, "owned"),
        ("32", US, NAME, "reply", "3", US, "owned"), ("33", None, "ben", "reply", "32", None, "owned"),
    ]  # fmt: skip
    assert set(run.parsed.posts.filter(run.parsed.posts["post_type"] == "reply")["url"]) == {None}


def payload(*mentions: dict[str, str], at: int = int(datetime(2026, 11, 19, 9, tzinfo=UTC).timestamp())) -> dict[str, Any]:
    changes = [{"field": "mentions", "value": one} for one in mentions]
    return {"object": "instagram", "entry": [{"id": US, "time": at, "changes": changes}]}


def test_mentions_told_by_stored_webhooks_are_read_by_id(tmp_path: Path) -> None:
    file = tmp_path / "hooks.json"
    file.write_text(json.dumps([payload({"media_id": "7"}), payload({"media_id": "8", "comment_id": "81"}, {"media_id": "9"})]))
    mention = {key: value for key, value in a_post("7").items() if key != "permalink"} | {"caption": "acme hey"}
    comment = a_comment("81", "ben") | {"media": {"id": "8", "permalink": "https://www.instagram.com/p/C8/"}}
    run = Run()
    result = run.capture(a_world(mentions={"7": mention, "81": comment}), scope=Scope({"acme": US}, webhooks=(file,)))
    assert outcome(result, "mention") == QueryOutcome(
        "acme", "mention", 2, 3, "short", "1 mentions are not there any more"
    )  # fmt: skip
    told = [
        row for row in rows(run.parsed, "post_id", "handle", "post_type", "reply_to_post_id", "given_mentions", "url") if row[4]
    ]
    assert told[1:] == [
        ("7", "anna.brews", "original", None, [NAME], None), ("81", "ben", "reply", "8", [NAME], None),
    ]  # fmt: skip


def test_mentions_of_other_times_are_read_again_only_where_they_are_due(tmp_path: Path) -> None:
    file = tmp_path / "hooks.json"
    old = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    file.write_text(json.dumps([payload({"media_id": "7"}, {"media_id": "8"}, at=old)]))
    run = Run()
    run.capture(
        a_world(mentions={"7": a_post("7"), "8": a_post("8")}), scope=Scope({"acme": US}, webhooks=(file,)),
        refresh_posts=(KnownPost("instagram", "8"),),
    )  # fmt: skip
    assert [one.split(" ")[1].split("{")[0] for one in run.asked("mentioned_media")] == ["mentioned_media.media_id(8)"]


def test_a_timeline_is_the_last_thirty_posts_of_a_creator_and_a_look_at_known_ones_no_more_than_those() -> None:
    posts = [a_post(f"6{n:02d}", timestamp=f"2026-11-{19 - n // 4:02d}T{n % 4:02d}:00:00+0000") for n in range(40)]
    fake = a_world(posts=[*posts, a_post("2", "ben"), a_post("700", "cleo")], tagged=[], page_size=20)
    fake.profiles["cleo"] = a_profile("17843", "cleo")
    run = Run()
    known = tuple(KnownPost("instagram", key, None, "Cleo") for key in ("700", "701"))
    result = run.capture(fake, timelines=("17842",), refresh_posts=known, handles={"17842": "anna.brews"})
    assert outcome(result, "timelines") == QueryOutcome(None, "timelines", 40)
    assert outcome(result, "refresh") == QueryOutcome(None, "refresh", 1)
    reasons = run.parsed.posts.group_by("capture_reason").len().sort("capture_reason", nulls_last=True)
    assert list(reasons.iter_rows()) == [("timeline", 40), (None, 1)]
    assert set(run.parsed.statuses.select("post_id", "status").iter_rows()) == {("700", "available"), ("701", "unknown")}


def test_comments_and_posts_of_other_roads_are_not_looked_for_among_their_authors_posts() -> None:
    run = Run()
    known = (
        KnownPost("instagram", "31", None, "anna.brews", "instagram_api", "reply"),
        KnownPost("instagram", "u:0a1b", None, "anna.brews", "of an export"),
    )
    run.capture(a_world(tagged=[]), refresh_posts=known)
    assert run.asked("business_discovery") == []
    assert run.parsed.statuses.is_empty()


def test_known_posts_of_a_creator_who_is_gone_are_told_as_unknown() -> None:
    run = Run()
    run.capture(a_world(), refresh_posts=(KnownPost("instagram", "5", None, "gone.person"),))
    assert list(run.parsed.statuses.select("post_id", "status", "evidence").iter_rows()) == [
        ("5", "unknown", "its author is not found among professional accounts")
    ]


def test_a_known_post_beyond_the_pages_that_are_read_is_not_told_as_gone() -> None:
    posts = [a_post(f"6{n:02d}", timestamp="2026-11-19T10:00:00+0000") for n in range(40)]
    run = Run()
    run.capture(
        a_world(posts=posts, tagged=[], page_size=5), refresh_posts=(KnownPost("instagram", "639", None, "anna.brews"),)
    )
    assert run.parsed.statuses.is_empty()
    assert len(run.asked("business_discovery")) == 3


def test_a_revoked_token_ends_the_night_with_what_to_do() -> None:
    run = Run()
    result = run.capture(a_world(), TAGS, token="revoked-one")
    assert {one.rule: one.status for one in result.queries} == {"own": "failed", "#acme": "failed", "#acmezero": "failed"}
    assert {(one.gap_reason or "").endswith("fix: make a new long-lived token") for one in result.queries} == {True}
    assert "revoked-one" not in repr(result)
    assert len(run.server.requests) == 1


def test_a_missing_permission_fails_its_own_question_only() -> None:
    def refuse_tags(request: Request) -> Reply | None:
        return refused(10, "(#10) requires instagram_manage_comments") if request.path.endswith("/tags") else None

    result = Run().capture(a_world(hook=refuse_tags))
    assert {one.rule: one.status for one in result.queries} == {"tagged": "failed", "media": "complete"}
    assert "fix: give the app this permission" in (outcome(result, "tagged").gap_reason or "")


def test_a_limit_reached_in_the_middle_keeps_what_was_found_and_the_next_run_goes_on() -> None:
    def nearly_spent(request: Request) -> Reply | None:
        return said({"data": [a_post("1")]}, used(97)) if request.path.endswith("/tags") else None

    run = Run()
    result = run.capture(a_world(hook=nearly_spent))
    assert outcome(result, "tagged").status == "complete"
    assert outcome(result, "profiles").status == "budget_spent"
    assert "97 %" in (outcome(result, "profiles").gap_reason or "")
    before = len(run.store.pages)
    again = run.capture(a_world())
    assert {one.status for one in again.queries} == {"complete"}
    assert len(run.store.pages) > before


def test_a_second_capture_of_the_same_night_asks_about_the_token_alone() -> None:
    run = Run()
    first = run.capture(a_world(), TAGS)
    second = run.capture(a_world(), TAGS)
    assert (second.queries, second.requests) == (first.queries, 1)


def test_the_token_is_in_no_page() -> None:
    run = Run()
    run.capture(a_world(page_size=1), TAGS)
    assert "of-this-test" not in repr(run.store.pages)
    assert "access_token=REDACTED" in repr(run.store.pages)


def planned(source: Instagram, task: CaptureTask, usual: Any = None) -> dict[str, PlannedCalls]:
    return {one.rule: one for one in source.plan(task, usual or {})}


def test_a_plan_tells_hashtags_that_are_free_those_that_are_bought_and_those_that_do_not_fit(tmp_path: Path) -> None:
    quota = QuotaFile(tmp_path / "q.json", {"hashtags": Allowance(2, Rolling(7))})
    access = GraphAccess("http://a.example", "v26.0", "t")
    source = Instagram("ig", access, Scope({"acme": US}), MemorySession(), MemorySession(), quota=quota)
    with clock.frozen(NOW):
        quota.spend("hashtags", 1, "acme")
        brand = BrandTerms("acme", hashtags=("acme", "bolt", "cola"))
        task = CaptureTask(NIGHT, SINCE, UNTIL, (brand,), timelines=("17842",), handles={"17842": "anna.brews"})
        told = planned(source, task, {("acme", "#acme"): 120})
    assert told["#acme"] == PlannedCalls("#acme", 4, "acme", is_least=True)
    assert told["#bolt"] == PlannedCalls("#bolt", 2, "acme", is_least=True, spends=(("hashtags", 1),))
    assert (told["#cola"].calls, told["#cola"].will_not) == (0, "no hashtag is left of those of these seven days")
    assert told["timelines"] == PlannedCalls("timelines", 1)
    assert "webhook" in (told["mention"].will_not or "")


def page(kind: str, body: Any, rule: str = "#acme", **about: Any) -> Page:
    request = {"method": "GET", "url": "https://graph.example.test", "params": [], "about": about}
    text = body if isinstance(body, str) else json.dumps(body)
    return Page("p1", kind, "acme", rule, request, 200, NOW, text)


def media_types(*medias: dict[str, Any]) -> Sequence[Any]:
    return parse_pages([page("recent", {"data": list(medias)})]).posts["media_types"].to_list()


def test_media_types_of_albums_are_those_of_their_parts() -> None:
    album = a_post("1", media_type="CAROUSEL_ALBUM")
    parts = {"data": [{"media_type": "IMAGE"}, {"media_type": "VIDEO"}, {"media_type": "IMAGE"}]}
    assert media_types(a_post("1"), a_post("2", media_type="VIDEO"), album, album | {"children": parts}) == [
        ["picture"], ["video"], None, ["picture", "video"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("timestamp", "moment"),
    [
        ("2026-11-19T10:00:00+0000", datetime(2026, 11, 19, 10)), (1795082400, datetime(2026, 11, 19, 10)),
        ("2026-11-19T12:00:00+02:00", datetime(2026, 11, 19, 10)), (10**15, None),
    ],
)  # fmt: skip
def test_times_are_iso_or_unix_seconds(timestamp: Any, moment: datetime | None) -> None:
    posts = parse_pages([page("recent", {"data": [a_post("1", timestamp=timestamp)]})]).posts
    assert posts["created_at"].to_list() == [moment]


def test_hidden_likes_are_missing_and_not_zero() -> None:
    shown = a_post("1", like_count=0)
    hidden = {key: value for key, value in a_post("2").items() if key != "like_count"}
    posts = parse_pages([page("recent", {"data": [shown, hidden]})]).posts
    assert posts["likes"].to_list() == [0, None]


def test_an_item_that_cannot_be_read_is_a_reject_and_the_others_are_read() -> None:
    parsed = parse_pages(
        [page("recent", {"data": [{"caption": "no id"}, "text", a_post("2"), a_post("3", like_count="many")]})]
    )
    assert list(parsed.rejects.select("reason", "row_number").iter_rows()) == [
        ("not a post", 1), ("not a post", 2), ("not a post", 4),
    ]  # fmt: skip
    assert parsed.posts["post_id"].to_list() == ["2"]


@pytest.mark.parametrize("kind", ["recent", "tagged", "media", "comments", "discovery", "mention", "own"])
@pytest.mark.parametrize(
    "body", ["<html>", '{"data": 7, "business_discovery": 7, "mentioned_media": 7}', "[]", '{"data": [{"id": ']
)
def test_a_page_that_is_no_answer_of_this_kind_is_one_reject(kind: str, body: str) -> None:
    assert parse_pages([page(kind, body)]).rejects.height == 1


def test_fields_of_an_expression_are_split_where_they_belong() -> None:
    assert fields_of("a,b.limit(2){c,d{e}},f") == {"a": "", "b.limit(2)": "c,d{e}", "f": ""}
