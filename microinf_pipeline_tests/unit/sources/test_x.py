"""A night on X: what is asked, what is kept, what a failure leaves, and what it costs."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, PlannedCalls
from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.x import Options
from microinf_pipeline.sources.x_queries import ARCHIVE
from microinf_pipeline.sources.x_reads import POST_READS, USER_READS
from microinf_pipeline.sources.x_session import XAccess
from microinf_pipeline.storage.quota import Allowance, Monthly, QuotaFile
from microinf_pipeline_tests.unit.sources.fake_x import NOW, FakeX, a_post, an_account, id_at
from microinf_pipeline_tests.unit.sources.fake_x_shapes import problem
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request
from microinf_pipeline_tests.unit.sources.running_x import ACME, NIGHT, SINCE, UNTIL, Run, complete

ANNA, BEN, BRAND = an_account("11", "anna"), an_account("12", "ben"), an_account("50", "AcmeCups")
WITH_ACCOUNT = BrandTerms("acme", keywords=("Acme",), handles=("acmecups",), owned=("AcmeCups",))


def posts(count: int, **over: Any) -> list[dict[str, Any]]:
    return [a_post(n, f"Acme {n}", hours=10 + n, **over) for n in range(count)]


def fake(count: int = 0, **over: Any) -> FakeX:
    return FakeX([ANNA, BEN, BRAND], posts(count), **over)


def ids(*some: dict[str, Any]) -> list[str]:
    return sorted(one["id"] for one in some)


def test_a_search_asks_for_the_window_and_for_everything_a_delivery_needs() -> None:
    run = Run()
    assert run.capture(fake(5), ACME).queries == (complete("Acme", 5, "acme"),)
    (asked,) = run.asked("/2/tweets/search/recent")
    assert {name: asked[name] for name in ("query", "start_time", "end_time", "max_results")} == {
        "query": "Acme", "start_time": "2026-11-17T00:00:00Z", "end_time": "2026-11-20T00:00:00Z", "max_results": "100",
    }  # fmt: skip
    assert (run.parsed.posts.height, run.parsed.accounts["handle"].to_list()) == (5, ["anna"])


def test_the_token_is_in_no_page() -> None:
    run = Run()
    run.capture(fake(1), ACME)
    assert "of-this-test" not in repr(run.store.pages)


@pytest.mark.parametrize("ignores", [False, True], ids=["refuses the other words", "passes over the other words"])
def test_a_server_that_knows_the_newer_words_is_asked_in_them(ignores: bool) -> None:
    run = Run()
    result = run.capture(fake(3, knows=("post",), ignores_unknown=ignores, page_size=2), ACME)
    assert result.queries == (complete("Acme", 3, "acme"),)
    words = ["post" if "post.fields" in one else "tweet" for one in run.asked("/2/tweets/search/recent")]
    assert words == ["tweet", "post", "post"]
    assert run.parsed.posts["likes"].to_list() == [12, 12, 12]


def test_a_vocabulary_that_is_set_is_kept() -> None:
    run = Run(options=Options(vocabulary="post"))
    assert run.capture(fake(1), ACME).queries[0].status == "failed"


def test_a_page_of_a_search_that_holds_a_quote_holds_the_quoted_post_too() -> None:
    quoted = a_post(90, "The cup", "12", hours=200)
    quote = a_post(1, "Acme!", referenced=[{"type": "quoted", "id": quoted["id"]}])
    run = Run()
    run.capture(FakeX([ANNA, BEN], [quote, quoted]), ACME)
    assert sorted(run.parsed.posts["post_id"]) == ids(quote, quoted)


def test_a_brands_account_brings_its_mentions_its_posts_and_their_quotes() -> None:
    own = a_post(1, "New cup", "50", public_metrics={**a_post(0, "")["public_metrics"], "quote_count": 1})
    mention = a_post(2, "Hi @acmecups", "12")
    quote = a_post(3, "Nice", "11", referenced=[{"type": "quoted", "id": own["id"]}])
    run = Run()
    brand = BrandTerms("acme", handles=("acmecups",), owned=("AcmeCups",))
    result = run.capture(FakeX([ANNA, BEN, BRAND], [own, mention, quote]), brand)
    assert result.queries == (
        complete("names", 1), complete("@acmecups", 1, "acme"), complete("@acmecups mentions", 1, "acme"),
        complete("@AcmeCups posts", 1, "acme"), complete("quotes of @AcmeCups posts", 1, "acme"),
    )  # fmt: skip
    assert set(run.parsed.posts.select("post_id", "capture_reason").iter_rows()) == {
        (own["id"], "owned"), (own["id"], None), (mention["id"], "mention"), (quote["id"], "mention"),
    }  # fmt: skip


def test_a_handle_that_is_nobodys_is_told_and_fails_nothing() -> None:
    result = Run().capture(fake(1), BrandTerms("acme", keywords=("Acme",), handles=("renamed", "näme")))
    told = {one.rule: (one.status, one.gap_reason) for one in result.queries}
    assert told["@renamed mentions"] == ("short", "there is no account @renamed: it was renamed, suspended or deleted")
    assert told["@näme"] == ("complete", "not asked: no handle of X: 1 to 15 letters, digits and _")


def test_an_own_account_that_is_protected_is_told() -> None:
    closed = BRAND | {"protected": True}
    result = Run().capture(FakeX([closed]), BrandTerms("acme", owned=("AcmeCups",)))
    assert (result.queries[-1].status, result.queries[-1].gap_reason) == ("short", "Authorization Error")


def test_stored_posts_are_looked_at_again_by_their_newest_version_and_not_when_they_came_tonight() -> None:
    seen, there, gone = posts(1)[0], a_post(21, "cup", hours=100), a_post(22, "mug", hours=100)
    first, second = a_post(23, "tea", hours=100), a_post(24, "Tea", hours=99.9)
    for version in (first, second):
        version["edit_history_ids"] = [first["id"], second["id"]]
    server = fake(1)
    server.posts += [there, gone, first, second]
    server.gone = {gone["id"]}
    run = Run()
    address = f"https://x.com/i/status/{second['id']}"
    result = run.capture(server, ACME, refresh=(seen["id"], there["id"], gone["id"], (first["id"], address), "u:1"))
    assert result.queries[-1] == complete("refresh", 2)
    assert run.asked("/2/tweets")[0]["ids"].split(",") == ids(there, gone, second)
    assert run.statuses() == {
        (there["id"], "available", "returned by the look-up"), (first["id"], "available", "returned by the look-up"),
        (gone["id"], "deleted", "resource-not-found: Not Found Error"),
    }  # fmt: skip


def test_where_an_older_version_came_the_newest_is_fetched() -> None:
    first, second = a_post(23, "cup", hours=100), a_post(24, "Cup", hours=99.9)
    for version in (first, second):
        version["edit_history_ids"] = [first["id"], second["id"]]
    run = Run()
    result = run.capture(FakeX([ANNA], [first, second]), refresh=(first["id"],))
    assert result.queries == (complete("refresh", 1), complete("newer versions", 1))
    assert list(run.parsed.posts.select("post_id", "text").iter_rows()) == [(first["id"], "Cup")]


def test_posts_of_suspended_and_protected_authors_are_told() -> None:
    closed, banned = a_post(1, "a", "61"), a_post(2, "b", "62")
    people = [an_account("61", "closed", protected=True), an_account("62", "banned")]
    run = Run()
    run.capture(FakeX(people, [closed, banned], suspended={"62"}), refresh=(closed["id"], banned["id"]))
    assert {(key, status) for key, status, _ in run.statuses()} == {(closed["id"], "protected"), (banned["id"], "protected")}


def test_profiles_that_came_with_posts_are_not_asked_for_again() -> None:
    run = Run()
    result = run.capture(fake(1), ACME, refresh_accounts=("11", "12", "h:anna", "99"))
    assert (result.queries[-1], run.asked("/2/users")[0]["ids"]) == (complete("profiles", 1), "12,99")


def test_an_author_who_did_not_come_with_the_post_is_looked_up() -> None:
    def without_people(request: Request) -> Reply | None:
        if "search" not in request.path:
            return None
        body = json.loads(server(Request(request.method, "/2/tweets/search/all", *_rest(request))).body)
        return Reply(200, json.dumps({name: value for name, value in body.items() if name != "includes"}).encode())

    server = fake(1)
    run = Run()
    result = run.capture(FakeX([ANNA], posts(1), hook=without_people), ACME)
    assert result.queries == (complete("Acme", 1, "acme"), complete("profiles", 1))
    assert run.parsed.accounts["handle"].to_list() == ["anna"]


def _rest(request: Request) -> tuple[Any, ...]:
    return request.query, request.headers, request.body


def test_an_account_that_is_gone_refuses_its_own_list_alone() -> None:
    def gone(request: Request) -> Reply | None:
        if request.path == "/2/users/12/tweets":
            return problem(404, "resource-not-found", "Not Found Error")
        return problem(403, "not-authorized-for-resource", "Authorization Error") if "/50/" in request.path else None

    result = Run().capture(fake(3, hook=gone), BrandTerms("acme", owned=("AcmeCups",)), timelines=("11", "12"))
    assert [(one.rule, one.status, one.captured) for one in result.queries] == [
        ("names", "complete", 1), ("@AcmeCups posts", "short", 0), ("timelines", "complete", 3),
    ]  # fmt: skip


def test_timelines_are_one_page_of_thirty_and_a_closed_one_is_no_gap() -> None:
    server = FakeX([ANNA, BEN | {"protected": True}], posts(40))
    run = Run()
    result = run.capture(server, timelines=("11", "12"))
    assert result.queries == (complete("timelines", 30, gap="1 of 2 accounts cannot be read: protected, suspended or gone"),)
    assert run.asked("/2/users/11/tweets")[0]["max_results"] == "30"
    assert set(run.parsed.posts["capture_reason"]) == {"timeline"}


def test_a_second_capture_of_the_same_night_asks_nothing() -> None:
    run = Run()
    wanted: dict[str, Any] = {
        "refresh": (a_post(30, "x", hours=90)["id"],),
        "refresh_accounts": ("12",),
        "timelines": ("12",),
        "held_posts": ("1",),
    }
    first = run.capture(fake(3), WITH_ACCOUNT, **wanted)
    second = run.capture(fake(3), WITH_ACCOUNT, **wanted)
    assert (second.queries, second.requests) == (first.queries, 0)


def test_a_killed_capture_goes_on_where_it_stopped() -> None:
    answered = 0

    def fails_on_the_third(_: Request) -> Reply | None:
        nonlocal answered
        answered += 1
        return Reply(404) if answered == 3 else None

    run = Run()
    (stopped,) = run.capture(fake(6, page_size=2, hook=fails_on_the_third), ACME).queries
    assert (stopped.status, stopped.captured) == ("failed", 4)
    assert run.capture(fake(6, page_size=2), ACME).queries == (complete("Acme", 6, "acme"),)
    assert sorted(run.parsed.posts["post_id"]) == ids(*posts(6))


def test_where_a_cursor_has_expired_the_walk_goes_on_below_the_last_post() -> None:
    run = Run()
    result = run.capture(fake(5, page_size=2, expires_tokens=True), ACME)
    assert result.queries == (complete("Acme", 5, "acme"),)
    assert sorted(run.parsed.posts["post_id"]) == ids(*posts(5))
    assert [("until_id" in one, "end_time" in one) for one in run.asked("/2/tweets/search/recent")][2] == (True, False)


def test_a_page_that_comes_again_ends_the_walk_with_its_reason() -> None:
    (search,) = Run().capture(fake(9, page_size=2, repeats=True), ACME).queries
    assert (search.status, search.gap_reason) == ("short", "same cursor twice")


def test_other_cursors_to_the_same_posts_end_the_walk_too() -> None:
    turned = 0

    def same_posts(request: Request) -> Reply:
        nonlocal turned
        turned += 1
        body = {"data": [{"id": one["id"], "text": "Acme", "created_at": one["created_at"]} for one in posts(2)]}
        return Reply(200, json.dumps(body | {"meta": {"next_token": f"n{turned}"}}).encode())

    run = Run()
    (search,) = run.capture(FakeX(hook=same_posts), ACME).queries
    assert (search.status, search.captured, search.gap_reason, turned) == ("short", 2, "a page came again", 2)


@pytest.mark.parametrize(
    "refusal",
    [
        problem(402, "credits", "CreditsDepleted"),
        problem(429, "usage-capped", "UsageCapExceeded", period="Monthly", scope="Product"),
        problem(402, "about:blank", "Payment Required"),
    ],
    ids=["credits", "cap", "payment"],
)
def test_a_spent_account_ends_the_night_without_a_failure_and_keeps_what_was_found(refusal: Reply) -> None:
    def spent(request: Request) -> Reply | None:
        return refusal if "next_token" in dict(request.query) else None

    run = Run()
    result = run.capture(fake(5, page_size=2, hook=spent), ACME, refresh_accounts=("12",))
    assert [one.status for one in result.queries] == ["budget_spent", "complete"]
    assert (result.queries[0].captured, run.parsed.posts.height, run.waits) == (2, 2, [])
    assert run.capture(fake(5, page_size=2), ACME).queries == (complete("Acme", 5, "acme"),)


def a_quota(folder: Path, post_reads: int, user_reads: int = 100) -> QuotaFile:
    month = Monthly()
    return QuotaFile(folder / "x.json", {POST_READS: Allowance(post_reads, month), USER_READS: Allowance(user_reads, month)})


def left(quota: QuotaFile) -> tuple[int | None, int | None]:
    with clock.frozen(NOW):
        return quota.left(POST_READS), quota.left(USER_READS)


def test_reads_are_counted_by_post_and_account_and_once_a_day(tmp_path: Path) -> None:
    quota = a_quota(tmp_path, 100)
    run = Run(quota=quota)
    run.capture(fake(5, page_size=2), ACME)
    assert left(quota) == (95, 99)
    run.store.pages.clear()  # another night, which asks for the same posts on the same day
    run.capture(fake(5), ACME, refresh_accounts=("11", "12"))
    assert left(quota) == (95, 98)
    run.store.pages.clear()
    run.capture(fake(5), ACME, now=NOW + timedelta(days=1))
    assert left(quota) == (90, 97)


def test_a_budget_bounds_the_last_page_and_what_does_not_fit_waits(tmp_path: Path) -> None:
    quota = a_quota(tmp_path, 25)
    run = Run(quota=quota)
    result = run.capture(fake(40, page_size=15), ACME, refresh=(a_post(99, "x", hours=90)["id"],))
    assert [(one.status, one.captured) for one in result.queries] == [("budget_spent", 25), ("budget_spent", 0)]
    assert [one["max_results"] for one in run.asked("/2/tweets/search/recent")] == ["25", "10"]
    assert left(quota) == (0, 99)
    assert "comes back at 2026-12-01 00:00 UTC" in (result.queries[0].gap_reason or "")


def test_a_night_older_than_a_week_is_not_asked_of_recent_search() -> None:
    run = Run()
    (search,) = run.capture(fake(1), ACME, now=NOW + timedelta(days=9)).queries
    assert (search.status, search.captured, run.requests) == ("short", 0, [])
    assert "seven days" in (search.gap_reason or "")


def test_a_window_that_begins_out_of_reach_is_asked_as_far_as_it_reaches() -> None:
    run = Run()
    (search,) = run.capture(fake(2), ACME, since=SINCE - timedelta(days=9)).queries
    assert (search.status, search.captured) == ("complete", 2)
    assert search.gap_reason == "recent search reaches back to 2026-11-13 01:05 UTC only"


def test_the_full_archive_takes_any_window() -> None:
    run = Run(options=Options(search=ARCHIVE))
    old = a_post(1, "Acme", hours=24 * 400)
    since = NOW - timedelta(days=500)
    assert run.capture(FakeX([ANNA], [old]), ACME, since=since).queries == (complete("Acme", 1, "acme"),)
    assert run.asked("/2/tweets/search/all")[0]["max_results"] == "500"


def test_the_end_of_a_window_is_at_least_ten_seconds_old() -> None:
    run = Run()
    assert run.capture(fake(1), ACME, until=NOW).queries[0].status == "complete"


def test_a_rate_limit_is_waited_for_and_a_server_in_trouble_is_asked_again() -> None:
    reset = str(int(NOW.timestamp()) + 90)
    answers = [Reply(429, b'{"errors":[{"code":88,"message":"Rate limit exceeded"}]}', {"x-rate-limit-reset": reset})]
    run = Run()
    assert run.capture(fake(1, hook=lambda _: answers.pop() if answers else None), ACME).queries[0].status == "complete"
    assert run.waits == [90.0]
    answers = [Reply(503), Reply(503)]
    run = Run()
    assert run.capture(fake(1, hook=lambda _: answers.pop() if answers else None), ACME).queries[0].status == "failed"


@pytest.mark.parametrize(
    ("refusal", "path", "fix"),
    [
        (problem(403, "client-forbidden", "Client Forbidden", reason="client-not-enrolled"), "recent", "attach the app"),
        (problem(403, "client-forbidden", "Client Forbidden"), "all", "set search: recent"),
        (problem(403, "unsupported-authentication", "Unsupported Authentication"), "recent", "bearer_token"),
        (problem(401, "about:blank", "Unauthorized"), "recent", "make a new bearer token"),
    ],
)
def test_what_a_person_must_mend_stops_the_source_and_says_how(refusal: Reply, path: str, fix: str) -> None:
    run = Run(options=Options(search=ARCHIVE) if path == "all" else None)
    with pytest.raises(FixConfigurationError) as told:
        run.capture(fake(1, hook=lambda _: refusal), ACME)
    assert (fix in told.value.fix, told.value.where, len(run.requests)) == (True, "sources: x", 1)


def test_an_apps_key_fetches_its_token_once() -> None:
    run = Run(XAccess(key="key", secret="secret"))
    assert run.capture(fake(1), ACME).queries[0].status == "complete"
    run.store.pages.clear()
    run.capture(fake(1), ACME)
    assert [one.path for one in run.requests] == ["/2/tweets/search/recent"]  # of the second capture
    with pytest.raises(FixConfigurationError, match="consumer_key"):
        Run(XAccess(key="key", secret="wrong")).capture(fake(1), ACME)


USER = XAccess(client_id="client", refresh_token="seed")


def test_a_users_access_that_expired_is_renewed_and_the_new_refresh_token_is_kept() -> None:
    run, server = Run(USER), fake(1)
    assert run.capture(server, ACME).queries[0].status == "complete"
    run.store.pages.clear()
    server.token = "the-next"  # two hours later
    assert run.capture(server, ACME).queries[0].status == "complete"
    assert (run.kept.tokens.load() or {})["refresh"] == server.refresh == "seed++"


def test_a_refresh_token_that_was_revoked_or_lacks_a_scope_asks_for_the_user() -> None:
    with pytest.raises(FixConfigurationError, match="refresh token") as told:
        Run(USER).capture(fake(1, refresh="another"), ACME)
    assert "authorise the app again" in told.value.fix
    with pytest.raises(FixConfigurationError, match=r"lacks the scope users\.read"):
        Run(USER).capture(fake(1, scope="tweet.read"), ACME)


def gone_line(key: str, reason: str = "deleted") -> str:
    return json.dumps({"id": key, "action": "delete", "reason": reason})


def test_compliance_is_told_all_stored_posts_and_tells_which_must_go() -> None:
    run, server = Run(), fake(job_looks=2, job_lines=[gone_line("1"), gone_line("2", "protected")])
    result = run.capture(server, held_posts=("1", "2", "3"))
    assert (result.queries, server.uploads) == ((complete("compliance", 2),), [b"1\n2\n3\n"])
    assert (run.waits, {(key, status) for key, status, _ in run.statuses()}) == (
        [5.0, 10.0],
        {("1", "deleted"), ("2", "protected")},
    )
    assert "signed" not in repr(run.store.pages)


def test_a_job_that_is_not_ready_is_fetched_by_a_later_night() -> None:
    run, server = Run(options=Options(compliance_wait=0)), fake(job_looks=1, job_lines=[gone_line("1")])
    (first,) = run.capture(server, held_posts=("1",)).queries
    assert (first.status, first.gap_reason) == ("complete", "the job is still at work: a later night fetches what it tells")
    assert run.capture(server, held_posts=("1", "2")).queries == (complete("compliance", 1),)
    assert (server.uploads, {key for key, _, _ in run.statuses()}) == ([b"1\n"], {"1"})


def test_a_compliance_job_that_is_refused_is_told_and_fails_no_night() -> None:
    def refused(request: Request) -> Reply | None:
        return problem(409, "conflict", "Conflict") if request.method == "POST" else None

    (told,) = Run().capture(fake(hook=refused), held_posts=("1",)).queries
    assert (told.status, "Conflict" in (told.gap_reason or "")) == ("short", True)


def test_a_post_that_was_edited_since_is_fetched_again() -> None:
    line = json.dumps({"id": posts(1)[0]["id"], "action": "rehydrate", "reason": "tweet_edited"})
    run = Run()
    result = run.capture(fake(1, job_lines=[line]), held_posts=(posts(1)[0]["id"],))
    assert result.queries == (complete("compliance", 1), complete("newer versions", 1))


def test_a_plan_tells_requests_and_reads_before_the_first() -> None:
    task = CaptureTask(
        NIGHT, SINCE, UNTIL, (WITH_ACCOUNT,), refresh_accounts=("1", "2"), timelines=("1",), held_posts=("1",),
    )  # fmt: skip
    usual: dict[tuple[str | None, str], int] = {("acme", "@acmecups OR Acme"): 120}
    with clock.frozen(NOW):
        planned = Run().source().plan(task, usual)
    assert planned == (
        PlannedCalls("names", 1, spends=((USER_READS, 1),)),
        PlannedCalls("@acmecups OR Acme", 2, "acme", True, spends=((POST_READS, 120),)),
        PlannedCalls("@acmecups mentions", 1, "acme", True),
        PlannedCalls("@AcmeCups posts", 1, "acme", True, spends=((POST_READS, 0),)),
        PlannedCalls("refresh", 0, spends=((POST_READS, 0),)),
        PlannedCalls("profiles", 1, spends=((USER_READS, 2),)),
        PlannedCalls("timelines", 1, None, True, spends=((POST_READS, 30), (USER_READS, 1))),
        PlannedCalls("compliance", 4, None, True),
    )


def test_a_plan_says_what_will_not_be_asked() -> None:
    task = CaptureTask(NIGHT, SINCE, UNTIL, (BrandTerms("acme", keywords=("Acme",), handles=("sixteen_letters_x",)),))
    with clock.frozen(NOW + timedelta(days=9)):
        told = {one.rule: one.will_not for one in Run().source().plan(task, {}) if one.will_not}
    assert told == {
        "Acme": "recent search reaches seven days back: the night is older",
        "@sixteen_letters_x": "no handle of X: 1 to 15 letters, digits and _",
    }


def test_ids_without_a_time_are_left_to_the_roads_that_know_them() -> None:
    run = Run()
    assert (
        run.capture(fake(), refresh=("u:abc", id_at(NOW - timedelta(days=2))), timelines=("h:anna",)).queries[0].rule
        == "refresh"
    )
    assert len(run.requests) == 1
