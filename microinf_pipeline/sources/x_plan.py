"""What a night on X will ask and read, told before the first request.

Put here: counting. Keep out: asking (`x_night.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from microinf_pipeline import clock
from microinf_pipeline.catalog.capture import TIMELINE_POSTS, BrandTerms, CaptureTask, PlannedCalls, Usual
from microinf_pipeline.sources.paging import batches, pages_of
from microinf_pipeline.sources.x_api import BATCH_SIZE, PAGE_SIZE
from microinf_pipeline.sources.x_compliance import COMPLIANCE
from microinf_pipeline.sources.x_night import NAMES, REFRESH, TIMELINES, handles_of, mentions_rule, own_rule
from microinf_pipeline.sources.x_pages import PROFILES
from microinf_pipeline.sources.x_queries import OUT_OF_REACH, Search, brand_queries
from microinf_pipeline.sources.x_reads import POST_READS, USER_READS


def planned(task: CaptureTask, usual: Usual, search: Search) -> tuple[PlannedCalls, ...]:
    """Requests and reads. Authors of posts, and posts these refer to, come on top: how many nobody knows before."""
    names = {name.lower() for brand in task.brands for name in handles_of((*brand.handles, *brand.owned))}
    posts, accounts = len(task.refresh_posts), len(task.refresh_accounts)
    timelines = len(set(task.timelines))
    is_old = task.until <= search.earliest(clock.now())
    return (
        PlannedCalls(NAMES, len(batches(names, BATCH_SIZE)), spends=((USER_READS, len(names)),)),
        *(one for brand in task.brands for one in _of_brand(brand, usual, search, is_old)),
        PlannedCalls(REFRESH, _calls(posts), spends=((POST_READS, posts),)),
        PlannedCalls(PROFILES, _calls(accounts), spends=((USER_READS, accounts),)),
        PlannedCalls(
            TIMELINES, timelines, spends=((POST_READS, timelines * TIMELINE_POSTS), (USER_READS, timelines)), is_least=True
        ),
        PlannedCalls(COMPLIANCE, 4 if task.held_posts else 0, is_least=True),
    )  # fmt: skip


def _of_brand(brand: BrandTerms, usual: Usual, search: Search, is_old: bool) -> Iterator[PlannedCalls]:
    queries, impossible = brand_queries(brand, search.longest)
    for query in queries:
        if is_old:
            yield PlannedCalls(query.rule, 0, brand.brand_id, will_not=OUT_OF_REACH)
        else:
            yield _paged(query.rule, brand.brand_id, usual, search.page_size)
    for handle in handles_of(brand.handles):
        pages = pages_of(usual.get((brand.brand_id, mentions_rule(handle)), 0), PAGE_SIZE)
        yield PlannedCalls(mentions_rule(handle), pages, brand.brand_id, True)  # the search reads the same posts
    for handle in handles_of(brand.owned):
        yield _paged(own_rule(handle), brand.brand_id, usual, PAGE_SIZE)
    for term in impossible:
        yield PlannedCalls(term.rule, 0, brand.brand_id, will_not=term.why)


def _paged(rule: str, brand_id: str, usual: Usual, size: int) -> PlannedCalls:
    hits = usual.get((brand_id, rule), 0)
    return PlannedCalls(rule, pages_of(hits, size), brand_id, True, spends=((POST_READS, hits),))


def _calls(ids: int) -> int:
    return pages_of(ids, BATCH_SIZE) if ids else 0
