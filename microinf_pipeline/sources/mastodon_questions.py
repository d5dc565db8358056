"""What a night asks of a Mastodon server, known before the first request.

Put here: terms of brands as questions, and how many requests they take. Keep out: asking (`mastodon_night.py`), addresses
and parameters (`mastodon_api.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, PlannedCalls, Usual
from microinf_pipeline.sources.mastodon_api import (
    LIMIT,
    MENTIONS,
    TAGS_PER_CALL,
    Instance,
    Query,
    own_rule,
    search_query,
    tag_query,
)
from microinf_pipeline.sources.paging import pages_of

NO_TOKEN: Final = "no user token: words are not searched, only hashtags"


def owned_accounts(task: CaptureTask, domains: Collection[str]) -> list[tuple[str, str]]:
    """Brand and account (user@domain) of the owned accounts that live on one of the domains."""
    return [(b.brand_id, name) for b in task.brands for name in b.owned if name.rpartition("@")[2].lower() in domains]


def planned(instance: Instance, task: CaptureTask, usual: Usual) -> tuple[PlannedCalls, ...]:
    """Requests to one instance before known posts and accounts: its description, then at least a page a question."""
    where = f" on {instance.host}"
    tags = [tag_query(b.brand_id, some) for b in task.brands for some in _by_fours(b.hashtags)]
    words = [search_query(b.brand_id, rule) for b in task.brands for rule in words_of(b)]

    def walked(query: Query) -> PlannedCalls:
        rule = query.rule + where
        pages = pages_of(usual.get((query.brand_id, rule), 0), LIMIT)
        return PlannedCalls(rule, pages, query.brand_id, is_least=True)

    def shut(query: Query) -> PlannedCalls:
        return PlannedCalls(query.rule + where, 0, query.brand_id, will_not=NO_TOKEN)

    own = [PlannedCalls(own_rule(name) + where, 2, b, is_least=True) for b, name in owned_accounts(task, {instance.host})]
    told = (PlannedCalls(f"description{where}", 1), *map(walked, tags), *own)
    if not instance.token:
        return (*told, *map(shut, words))
    return (*told, *map(walked, words), walked(MENTIONS))


def _by_fours(tags: Sequence[str]) -> list[Sequence[str]]:
    return [tags[at : at + TAGS_PER_CALL] for at in range(0, len(tags), TAGS_PER_CALL)]


def words_of(brand: BrandTerms) -> list[str]:
    """What is searched as text: keywords, own handles and domains."""
    handles = [f"@{handle.lstrip('@')}" for handle in brand.handles]
    return list(dict.fromkeys([*brand.keywords, *handles, *brand.domains]))
