"""Creators on Instagram: professional accounts by name, one request each, their newest posts with the profile.

Others' posts can be looked at again in no other way, so one request serves timeline, known posts and profile at once.
Put here: who is asked for, and what for. Keep out: addresses and fields (`instagram_edges.py`), the rest of a night
(`instagram_night.py`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import CaptureTask, QueryOutcome
from microinf_pipeline.errors import ItemGoneError
from microinf_pipeline.sources import instagram_edges as edges
from microinf_pipeline.sources.graph_api import GraphApi
from microinf_pipeline.sources.graph_paging import body_of, until_expired
from microinf_pipeline.sources.outcomes import all_of, outcome_of

#: Pages of one creator's posts: three of fifty reach back a month for all but a few.
_MOST_PAGES: Final = 3
RULES = (edges.TIMELINES, edges.REFRESH, edges.PROFILES)


@dataclass(frozen=True)
class AskedHandle:
    """One look-up of a creator: by which rule, and which known posts are looked for on the way."""

    handle: str
    rule: str
    known: tuple[str, ...] = ()


def asked_handles(task: CaptureTask, found: Iterable[str], origin: str) -> list[AskedHandle]:
    """Every creator once: for the timeline, else to find known posts again, else for the profile (authors `found` tonight
    and accounts that are due). Accounts and posts whose handle is unknown cannot be asked for; comments are in no list of
    their author, and posts of another road have other ids there.
    """
    known: dict[str, list[str]] = {}
    for post in task.refresh_posts:
        is_listed = post.post_type != "reply" and post.origin in (None, origin)
        if is_listed and post.handle and edges.is_handle(post.handle):
            known.setdefault(post.handle.lower(), []).append(post.post_id)
    timelines = [task.handles[one].lower() for one in task.timelines if one in task.handles]
    due = [task.handles[one].lower() for one in task.refresh_accounts if one in task.handles]
    by_rule = ((edges.TIMELINES, timelines), (edges.REFRESH, [*known]), (edges.PROFILES, [*found, *due]))
    asked: dict[str, AskedHandle] = {}
    for rule, handles in by_rule:
        for handle in handles:
            if handle not in asked and edges.is_handle(handle):
                asked[handle] = AskedHandle(handle, rule, tuple(sorted(known.get(handle, ()))))
    return list(asked.values())


async def look_up(api: GraphApi, asking: str, asked: Sequence[AskedHandle]) -> list[QueryOutcome]:
    """One outcome a rule: posts read, or profiles. A name that is not there is a finding and no failure."""
    outcomes = []
    for rule in RULES:
        calls = [_discovered(api, asking, one) for one in asked if one.rule == rule]
        if calls:
            counts: list[int] = []
            status, gap = await outcome_of(_none(all_of(calls, counts)))
            outcomes.append(QueryOutcome(None, rule, sum(counts), None, status, gap))
    return outcomes


async def _none(calls: Awaitable[None]) -> None:
    await calls


async def _discovered(api: GraphApi, asking: str, one: AskedHandle) -> int:
    edge = edges.discovery(asking, one.handle, one.rule, one.known)
    if not edge.posts:
        params = edge.asked(edge.size, ())
        page = await api.once(edge.kind, edge.path, params, rule=edge.rule, about=edge.about, keep_absent=True)
        return int("business_discovery" in body_of(page))
    found = set[str]()
    walk = api.walk(edge, edges.until_enough(edge, clock.now()), ids_of=edges.ids_of, max_pages=_MOST_PAGES)
    try:
        async for step in until_expired(walk):
            found.update(edges.ids_of(step.page))
    except ItemGoneError as error:
        api.keep_absent(edge, error)
    return len(found) if one.rule == edges.TIMELINES else len(found.intersection(one.known))
