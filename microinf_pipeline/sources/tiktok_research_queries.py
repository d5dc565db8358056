"""What a night asks TikTok's Research API: conditions, the days they cover, and what that will cost. Pure.

Put here: questions. Keep out: sending them (`tiktok_research_api.py`), their course (`tiktok_research.py`).
Source: developers.tiktok.com, "Query Videos", 2026-09-01.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from microinf_pipeline.catalog.capture import TIMELINE_POSTS, TIMELINES, BrandTerms, CaptureTask, PlannedCalls, Usual
from microinf_pipeline.sources.paging import page_prefix, pages_of
from microinf_pipeline.sources.tiktok_fields import created_of, handles, is_handle
from microinf_pipeline.sources.tiktok_research_api import PAGE_SIZE, REQUESTS

#: `end_date` may lie so many days after `start_date`.
WINDOW_DAYS: Final = 30
SEARCH, OWNED, TIMELINE, REFRESH = "search", "owned", "timeline", "refresh"
PROFILES: Final = "profiles"

Condition = dict[str, Any]
Span = tuple[date, date]


@dataclass(frozen=True)
class Question:
    """Conditions on videos, and what their answers are for: `kind` names the parse, `most` is when enough are found."""

    kind: str
    rule: str
    query: dict[str, list[Condition]]
    brand_id: str | None = None
    most: int | None = None
    vouched: tuple[str, ...] | None = None  # of the ids asked for those whose absence says something

    def body(self, span: Span) -> dict[str, Any]:
        """The request for the first page of some days."""
        days = {"start_date": f"{span[0]:%Y%m%d}", "end_date": f"{span[1]:%Y%m%d}"}
        return {"query": self.query, **days, "max_count": self.most or PAGE_SIZE}

    def prefix(self, span: Span) -> str:
        """What its pages are named by, the same on every attempt."""
        return page_prefix(self.kind, self.brand_id, self.rule, *(f"{day:%Y%m%d}" for day in span))


def condition(field_name: str, *values: str) -> Condition:
    """One condition on a field: any of the values."""
    operation = "EQ" if len(values) == 1 else "IN"
    return {"operation": operation, "field_name": field_name, "field_values": list(values)}


def windows(since: datetime, until: datetime) -> list[tuple[date, date]]:
    """The days of a time as `start_date` and `end_date` of searches, at most 30 days apart. The day after the end is
    asked for, too: whether the last day belongs to the answer is not documented.
    """
    first, last = since.date(), until.date()
    starts = [first + timedelta(days=n) for n in range(0, max(1, (last - first).days + 1), WINDOW_DAYS + 1)]
    return [(start, min(start + timedelta(days=WINDOW_DAYS), last)) for start in starts]


def mentions_of(brand: BrandTerms, regions: Sequence[str] = ()) -> Question | None:
    """A brand's terms as one search, counted under `#a|b|@c`: requests are few, so a brand costs one and not one a term."""
    tags = list(dict.fromkeys(brand.hashtags))
    words = list(dict.fromkeys([*brand.keywords, *(f"@{handle}" for handle in brand.handles), *brand.domains]))
    if not tags and not words:
        return None
    asked = {"hashtag_name": [tag.lower() for tag in tags], "keyword": words}
    query = {"or": [condition(name, *values) for name, values in asked.items() if values]}
    where = {"and": [condition("region_code", *regions)]} if regions else {}
    return Question(SEARCH, "|".join([*(f"#{tag}" for tag in tags), *words]), query | where, brand.brand_id)


def posts_of_own(brand: BrandTerms) -> Question | None:
    """What the brand's own accounts posted; those known by number cannot be asked for."""
    names = handles(brand.owned)
    rule = f"posts of {'|'.join(f'@{name}' for name in names)}"
    return Question(OWNED, rule, {"and": [condition("username", *names)]}, brand.brand_id) if names else None


def timeline_of(handle: str) -> Question:
    """The last posts of one account."""
    return Question(TIMELINE, f"posts of @{handle}", {"and": [condition("username", handle)]}, most=TIMELINE_POSTS)


def second_look(ids: Sequence[str], others: Collection[str] = ()) -> Question:
    """Stored videos again; `others` came by other roads, and may be out of reach of this one."""
    vouched = tuple(one for one in ids if one not in others)
    rule = f"{REFRESH} {page_prefix(REFRESH, *ids)}"
    return Question(REFRESH, rule, {"and": [condition("video_id", *ids)]}, vouched=vouched)


def due(task: CaptureTask) -> list[tuple[Span, list[str]]]:
    """Stored videos that are due, as searches by id."""
    ids = (post.post_id for post in task.refresh_posts if post.network == "tiktok")
    return batched([(one, made.date()) for one in ids if (made := created_of(one)) is not None])


def batched(ids: Sequence[tuple[str, date]], size: int = PAGE_SIZE) -> list[tuple[Span, list[str]]]:
    """Days and ids of searches by id: as many ids as a page holds, made on days that one window covers."""
    found: list[tuple[date, date, list[str]]] = []
    for post_id, day in sorted(set(ids), key=lambda one: (one[1], one[0])):
        last = found[-1] if found else None
        if last is None or len(last[2]) == size or (day - last[0]).days > WINDOW_DAYS - 2:
            found.append((day, day, [post_id]))
        else:
            found[-1] = (last[0], day, [*last[2], post_id])
    return [((start - timedelta(days=1), end + timedelta(days=1)), posts) for start, end, posts in found]


def planned(task: CaptureTask, usual: Usual, regions: Sequence[str], profiles: int) -> tuple[PlannedCalls, ...]:
    """A search a brand, window and page; then known videos by hundreds, and one request an account or timeline."""
    spans = len(windows(task.since, task.until))
    asked = [q for brand in task.brands for q in (mentions_of(brand, regions), posts_of_own(brand)) if q is not None]
    numbered = [(brand.brand_id, name) for brand in task.brands for name in brand.owned if not is_handle(name)]
    by_number = "accounts are asked for by handle, not by number"

    def calls(rule: str, amount: int, brand_id: str | None = None, *, is_least: bool = False) -> PlannedCalls:
        return PlannedCalls(rule, amount, brand_id, is_least, spends=((REQUESTS, amount),))

    return (
        *(
            calls(q.rule, spans * pages_of(usual.get((q.brand_id, q.rule), 0), PAGE_SIZE), q.brand_id, is_least=True)
            for q in asked
        ),
        *(PlannedCalls(f"posts of {name}", 0, brand_id, will_not=by_number) for brand_id, name in numbered),
        calls(REFRESH, len(due(task))),
        calls(PROFILES, min(profiles, len(handles(task.refresh_accounts, task.handles))), is_least=True),
        calls(TIMELINES, len(handles(task.timelines, task.handles)), is_least=True),
    )
