"""What holds for every network source: one window found once, resumable, pure, honest about what is missing, discreet.

How a network gets here is told in `case.py`; what servers may do to it in `test_hostile_twin.py`.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import replace
from typing import get_args

import polars as pl
import pytest

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, TIMELINES
from microinf_pipeline.catalog.observed import ACCOUNT_DELIVERY, POST_DELIVERY, REJECT_DELIVERY, STATUS_DELIVERY
from microinf_pipeline.errors import MicroinfError
from microinf_pipeline.settings.sources import NetworkSection
from microinf_pipeline.sources.frames import LOCATION
from microinf_pipeline.sources.http import HttpClient
from microinf_pipeline.storage.blanking import Posts, blanked_body
from microinf_pipeline_tests.contract.case import PAGE, Case, Filled
from microinf_pipeline_tests.contract.lab import Lab, in_any_order
from microinf_pipeline_tests.contract.registry import cases

CASES = cases()


@pytest.fixture(params=CASES, ids=lambda case: case.__module__.rpartition(".")[2])
def case(request: pytest.FixtureRequest) -> Case:
    return request.param()  # type: ignore[no-any-return]


def filled_night(case: Case, posts: int = 23) -> tuple[Lab, Filled]:
    """A world of some posts by three people, and its first night."""
    filled = case.fill(posts, 3)
    return Lab(case).capture(case.task()), filled


def test_every_network_that_can_be_configured_has_a_case() -> None:
    types = [section.model_fields["type"].default for section in get_args(NetworkSection)]
    assert {case.network for case in CASES} == set(types)


def test_all_posts_of_the_window_are_found_once(case: Case) -> None:
    lab, filled = filled_night(case)
    assert lab.status == "complete"
    assert [one for one in lab.posts() if one in filled.inside] == sorted(filled.inside)
    assert set(lab.posts()) <= {*filled.inside, *filled.outside}
    assert lab.parsed().rejects.height == 0


def test_a_question_tells_how_many_posts_of_the_window_it_found(case: Case) -> None:
    lab, filled = filled_night(case)
    assert lab.result is not None
    assert max(query.captured for query in lab.result.queries if query.brand_id == "acme") == len(filled.inside)


def test_authors_are_delivered_with_how_many_follow_them(case: Case) -> None:
    lab, filled = filled_night(case)
    told = pl.concat([rows.select(case.accounts_by, "followers") for rows in (lab.parsed().accounts, lab.parsed().posts)])
    assert set(told.filter(pl.col("followers") > 0)[case.accounts_by]) - case.own == set(filled.authors)


def test_deliveries_have_the_columns_and_types_of_the_contract(case: Case) -> None:
    parsed = filled_night(case)[0].parsed()
    wanted = [POST_DELIVERY, ACCOUNT_DELIVERY, STATUS_DELIVERY, REJECT_DELIVERY]
    frames = [parsed.posts, parsed.accounts, parsed.statuses, parsed.rejects]
    assert [dict(frame.schema) for frame in frames] == [{**schema, **LOCATION} for schema in wanted]
    assert {"mention"} == set(parsed.posts["capture_reason"].drop_nulls())


@pytest.mark.parametrize("share", [0.1, 0.7])
def test_a_killed_capture_goes_on_where_it_stopped(case: Case, share: float) -> None:
    whole, _ = filled_night(case)
    asked, pages = len(whole.server.requests), dict(whole.pages)
    lab = Lab(type(case)())
    lab.server, kept = whole.server, max(1, int(len(pages) * share))
    lab.case.fill(23, 3)
    lab.capture(lab.case.task(), kill_after=kept)
    assert isinstance(lab.error, asyncio.CancelledError)
    lab.capture(lab.case.task())
    assert lab.pages == pages
    assert len(lab.server.requests) + kept <= asked


def test_a_night_asked_again_with_all_its_pages_asks_for_no_page(case: Case) -> None:
    lab, _ = filled_night(case)
    first, pages = lab.result, len(lab.pages)
    asked = len(lab.server.requests)
    lab.capture(lab.case.task())
    assert first is not None
    assert lab.result is not None
    assert lab.result.queries == first.queries
    assert len(lab.server.requests) <= asked - pages


def test_the_same_pages_give_the_same_rows_in_any_order(case: Case) -> None:
    lab, filled = filled_night(case)
    lab.capture(lab.case.task(posts=filled.inside[:7], accounts=filled.authors))
    parsed = lab.parsed()
    pages = [lab.pages[name] for name in sorted(lab.pages)]
    frames = ("posts", "accounts", "statuses", "rejects")
    again = lab.parsed_from(pages)
    assert all(getattr(again, name).equals(getattr(parsed, name)) for name in frames)
    for seed in range(3):
        random.Random(seed).shuffle(pages)
        again = lab.parsed_from(pages)
        for name in frames:
            assert in_any_order(getattr(again, name)) == in_any_order(getattr(parsed, name))


def test_a_second_look_tells_new_counts_and_posts_that_are_gone(case: Case) -> None:
    filled = case.fill(8, 2)
    liked, gone, same = filled.inside[:3]
    case.like(liked, 777)
    case.delete(gone)
    lab = Lab(case).capture(case.task(posts=(liked, gone, same), asks=False))
    parsed = lab.parsed()
    said = dict(parsed.statuses.select("post_id", "status").iter_rows())
    assert said.pop(gone) in case.gone_is
    assert said == {liked: "available", same: "available"}
    counts = dict(parsed.posts.select("post_id", case.metric).iter_rows())
    assert counts[liked] == (777 if case.tells_counts else None)
    assert gone not in counts
    assert parsed.posts["capture_reason"].drop_nulls().is_empty()


def test_timelines_bring_the_last_posts_of_candidates_and_of_nobody_else(case: Case) -> None:
    if not case.shows_timelines:
        return
    if not case.walks_timelines:
        case = type("OnePage", (type(case),), {"page_size": TIMELINE_POSTS})()
    filled = case.fill(70, 2)  # 35 by each
    one = filled.authors[0]
    lab = Lab(case).capture(case.task(timelines=(one,), asks=False))
    posts = lab.parsed().posts
    assert lab.status == "complete"
    assert set(posts[case.accounts_by]) == {one}
    assert set(posts["capture_reason"]) == {"timeline"}
    newest = [post for post in filled.inside if post in set(posts["post_id"])]
    assert newest == list(filled.inside[::2][: len(newest)])
    assert TIMELINE_POSTS - 2 <= posts["post_id"].n_unique() <= TIMELINE_POSTS + PAGE
    assert lab.result is not None
    assert sum(query.captured for query in lab.result.queries if query.rule.startswith(TIMELINES)) == posts.height


def test_a_candidate_that_is_gone_ends_no_night(case: Case) -> None:
    if not case.shows_timelines:
        return
    filled = case.fill(6, 2)
    case.leave(filled.authors[0])
    lab = Lab(case).capture(case.task(timelines=filled.authors, asks=False))
    assert lab.status == "complete"
    assert set(lab.parsed().posts[case.accounts_by]) == {filled.authors[1]}


def test_a_mention_in_a_timeline_is_a_mention(case: Case) -> None:
    if not case.shows_timelines:
        return
    filled = case.fill(6, 2)
    lab = Lab(case).capture(case.task(timelines=filled.authors))
    reasons = lab.parsed().posts.group_by("post_id").agg(pl.col("capture_reason").min())
    assert set(reasons.filter(pl.col("post_id").is_in(filled.inside))["capture_reason"]) == {"mention"}


def test_a_renamed_account_is_the_same_account(case: Case) -> None:
    if not case.tells_handles:
        return
    filled = case.fill(3, 2)
    case.rename(filled.authors[0], "renamed.example.test")
    accounts = Lab(case).capture(case.task(accounts=filled.authors, asks=False)).parsed().accounts
    told = dict(accounts.select("account_id", "handle").iter_rows())
    assert told[filled.authors[0]] == "renamed.example.test"
    assert set(told) - case.own == set(filled.authors)


def test_a_count_that_is_not_told_is_missing_and_a_zero_is_a_zero(case: Case) -> None:
    filled = case.fill(3, 1)
    hidden, zero = filled.inside[:2]
    case.uncount(hidden)
    case.like(zero, 0)
    posts = Lab(case).capture(case.task()).parsed().posts
    told = {row["post_id"]: row for row in posts.iter_rows(named=True)}
    counts = ("likes", "comments", "shares", "quotes", "saves", "views", "impressions", "reach_measured")
    assert {told[hidden][name] for name in counts} == {None}
    assert told[zero][case.metric] == (0 if case.tells_counts else None)


def test_no_secret_is_written_down(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lab, filled = filled_night(case)
    lab.capture(case.task(posts=filled.inside, accounts=filled.authors))
    case.revoke()
    lab.capture(case.task(posts=filled.inside[:1]))
    refused = Lab(case).capture(case.task())
    told = "\n".join(
        [
            lab.written(),
            lab.told,
            refused.written(),
            refused.told,
            caplog.text,
            repr(case.source("http://a.example", _no_client)),
        ]
    )
    assert [secret for secret in case.secrets if secret in told] == []


def _no_client(**_: object) -> HttpClient:
    raise AssertionError("nothing is asked here")


def test_a_revoked_token_says_what_where_and_how_to_mend_it(case: Case) -> None:
    case.fill(3, 1)
    case.revoke()
    lab = Lab(case).capture(case.task())
    if isinstance(lab.error, MicroinfError):
        assert lab.error.what
        assert lab.error.where
        assert lab.error.fix
        return
    assert lab.status == "failed"
    assert "fix:" in lab.told
    assert "where:" in lab.told
    assert len(lab.server.requests) <= 5  # it is not tried again for each question


def test_a_quota_that_ends_in_the_middle_keeps_what_was_found(case: Case) -> None:
    filled = case.fill(23, 3)
    case.spend(3)
    lab = Lab(case).capture(case.task())
    assert lab.status == "budget_spent"
    assert set() < set(lab.posts()).intersection(filled.inside) < set(filled.inside)


def test_a_budget_of_requests_that_ends_in_the_middle_keeps_what_was_found(case: Case) -> None:
    filled = case.fill(23, 3)
    lab = Lab(case).capture(case.task(), max_requests=4)
    assert lab.status == "budget_spent"
    assert len(lab.server.requests) <= 4
    assert set(lab.posts()).intersection(filled.inside) < set(filled.inside)
    lab.capture(case.task())
    assert lab.status == "complete"
    assert set(lab.posts()) >= set(filled.inside)


def test_a_plan_tells_what_a_night_asks(case: Case) -> None:
    lab, filled = filled_night(case, posts=4)
    assert lab.result is not None
    usual = {(query.brand_id, query.rule): query.captured for query in lab.result.queries}  # as the table of captures keeps it
    task = case.task(posts=filled.inside, accounts=filled.authors)
    told = case.source("http://a.example", _no_client).plan(task, usual)
    asked = len(Lab(case).capture(task).server.requests)
    least, open_ended = sum(one.calls for one in told), sum(one.is_least for one in told)
    assert asked - open_ended <= least  # a question that may take more is told so, and takes a page more here at most
    assert sum(one.calls for one in told if one.is_least) <= asked
    assert all(one.calls >= 0 for one in told)


def test_a_plan_grows_with_what_there_is_to_do(case: Case) -> None:
    filled = case.fill(160, 160)  # more than any network looks up at once
    source = case.source("http://a.example", _no_client)
    less = source.plan(case.task(posts=filled.inside[:1], accounts=filled.authors[:1]), {})
    more = source.plan(case.task(posts=filled.inside, accounts=filled.authors), {})
    assert sum(one.calls for one in less) < sum(one.calls for one in more)


def test_pages_without_the_words_of_withdrawn_posts_parse_to_the_same_rows(case: Case) -> None:
    lab, filled = filled_night(case)
    lab.capture(case.task(posts=filled.inside[:4]))
    parsed = lab.parsed()
    posts = Posts(frozenset(parsed.posts["post_id"]))
    blank = [replace(page, body=blanked_body(page.body, posts)) for _, page in sorted(lab.pages.items())]
    again = lab.parsed_from(blank)
    assert again.rejects.equals(parsed.rejects)
    places = (*LOCATION, "post_id", "account_id", "handle", "created_at")
    assert again.posts.select(places).equals(parsed.posts.select(places))
    assert again.accounts.equals(parsed.accounts)
    assert again.statuses.equals(parsed.statuses)
    assert {text for column in ("title", "text") for text in again.posts[column]} <= {None, ""}
    assert again.posts["given_hashtags"].explode().drop_nulls().is_empty()
    said = [text for column in ("title", "text") for text in parsed.posts[column] if text]
    left = "\n".join(page.body for page in blank)
    assert [text for text in said if text in left] == []
