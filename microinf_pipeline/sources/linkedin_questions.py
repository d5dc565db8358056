"""What a night asks LinkedIn: paths, what of each answer may be kept, and how many calls it will take. Pure.

Query strings are written by hand: URNs are escaped, the signs of `List(…)` and `(start:…,end:…)` must not be. Put here:
questions. Keep out: sending them (`linkedin_api.py`), their course (`linkedin.py`).
Source: learn.microsoft.com, LinkedIn Marketing, Community Management; a list of one is refused, seen in public clients.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote

from microinf_pipeline.catalog.capture import BrandTerms, CaptureTask, PlannedCalls, Usual
from microinf_pipeline.sources import linkedin_members as members
from microinf_pipeline.sources import linkedin_parse as kinds
from microinf_pipeline.sources.paging import batches, pages_of

#: The unit of the quota: calls of a member's app a day (UTC); the development tier has 100 of them.
CALLS: Final = "calls"
PAGE_SIZE: Final = 100
BATCH_SIZE: Final = 20
REFRESH: Final = "refresh"
COUNTS: Final = "counts"
ORGANIZATIONS: Final = "organisations"

_OFF: Final = "LinkedIn is off unless the source says enabled: true"
_NO_PAGE: Final = "give the Page's number under owned_accounts: {linkedin: …}"

#: From the decoded body of an answer to what of it may be kept. Raises KeyError, TypeError, AttributeError for other shapes.
Keep = Callable[[Any], Any]


@dataclass(frozen=True)
class Asked:
    """One request. `ids`: what it asks for by id; `findings`: refusals that tell something of that; `mentions`: the Page
    that was told of what is asked for.
    """

    kind: str
    path: str
    keep: Keep
    ids: tuple[str, ...] = ()
    is_batch: bool = False
    findings: tuple[int, ...] = ()
    mentions: str | None = None


def mentions_of(page: str, since: datetime, until: datetime, start: str | None) -> Asked:
    """Posts that mention a Page; LinkedIn keeps what it tells of them for 60 days."""
    span = f"timeRange=(start:{millis(since)},end:{millis(until)})"
    query = f"q=criteria&actions=List(SHARE_MENTION)&organizationalEntity={_urn(page)}&{span}&count={PAGE_SIZE}{_from(start)}"
    return Asked(kinds.MENTIONS, f"organizationalEntityNotifications?{query}", members.mentions)


def posts_of(page: str, start: str | None, *, texts: bool) -> Asked:
    """What a Page posted, last changed first."""
    query = f"q=author&author={_urn(page)}&count={PAGE_SIZE}&sortBy=LAST_MODIFIED{_from(start)}"
    return Asked(kinds.OWN, f"posts?{query}", partial(members.posts, texts=texts))


def posts_by_id(ids: Sequence[str], kind: str, *, texts: bool, mentions: str | None = None) -> Asked:
    """Posts by URN: `kind` says for what."""
    return _by_id(kind, "posts", ids, partial(members.posts, texts=texts), (403, 404, 410), mentions)


def reactions_to(ids: Sequence[str]) -> Asked:
    """How many reacted and commented."""
    return _by_id(kinds.METADATA, "socialMetadata", ids, members.metadata, (403, 404, 410))


def statistics_of(page: str, ids: Sequence[str]) -> Asked:
    """What is told of a Page's own posts alone."""
    by_kind = {"shares": [i for i in ids if ":share:" in i], "ugcPosts": [i for i in ids if ":ugcPost:" in i]}
    named = "".join(f"&{name}={_listed(some)}" for name, some in by_kind.items() if some)
    query = f"q=organizationalEntity&organizationalEntity={_urn(page)}{named}"
    return Asked(kinds.STATISTICS, f"organizationalEntityShareStatistics?{query}", members.statistics, tuple(ids))


def names_of(organizations: Sequence[str]) -> Asked:
    """Names of organisations."""
    return _by_id(kinds.ORGANIZATIONS, "organizations", organizations, members.organizations_of, (403, 404))


def followers_of(organization: str) -> Asked:
    """How many follow an organisation."""
    path = f"networkSizes/{_urn(organization)}?edgeType=COMPANY_FOLLOWED_BY_MEMBER"
    return Asked(kinds.SIZE, path, members.size, (organization,), findings=(403, 404))


def _by_id(
    kind: str, path: str, ids: Sequence[str], keep: Keep, findings: tuple[int, ...], mentions: str | None = None
) -> Asked:
    """Several at once, or one by itself."""
    if len(ids) > 1:
        return Asked(kind, f"{path}?ids={_listed(ids)}", keep, tuple(ids), is_batch=True, mentions=mentions)
    return Asked(kind, f"{path}/{quote(ids[0], safe='')}", keep, tuple(ids), findings=findings, mentions=mentions)


def _urn(organization: str) -> str:
    return quote(f"urn:li:organization:{organization}", safe="")


def _listed(values: Sequence[str]) -> str:
    return f"List({','.join(quote(value, safe='') for value in values)})"


def _from(start: str | None) -> str:
    return "" if start is None else f"&start={start}"


def millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def pages_of_brand(brand: BrandTerms) -> list[str]:
    """Numbers of the Pages that are a brand's own."""
    return organizations(brand.owned)


def organizations(accounts: Iterable[str]) -> list[str]:
    """Numbers of organisations among accounts."""
    return list(dict.fromkeys(number for one in accounts if (number := members.organization_of(one)) is not None))


def rules_of(page: str) -> tuple[str, str]:
    """What mentions of a Page and its posts are counted under."""
    return f"@{page}", f"posts of {page}"


def due(task: CaptureTask) -> list[list[str]]:
    """Stored posts that are due, by twenties."""
    known = (post.post_id for post in task.refresh_posts if post.network == "linkedin")
    return batches((one for one in known if one.startswith("urn:li:")), BATCH_SIZE)


def planned(task: CaptureTask, usual: Usual, *, enabled: bool) -> tuple[PlannedCalls, ...]:
    """Lists of posts and mentions a Page, then look-ups: posts by twenties, counts, organisations and their followers."""
    if not enabled:
        return tuple(PlannedCalls("mentions of its Page", 0, brand.brand_id, will_not=_OFF) for brand in task.brands)
    pages = [(brand.brand_id, page) for brand in task.brands for page in pages_of_brand(brand)]
    none = [brand.brand_id for brand in task.brands if not pages_of_brand(brand)]
    known, again = {*organizations(task.refresh_accounts), *(page for _, page in pages)}, len(due(task))

    def calls(rule: str, amount: int, brand_id: str | None = None) -> PlannedCalls:
        return PlannedCalls(rule, amount, brand_id, is_least=True, spends=((CALLS, amount),))

    return (
        *(calls(rule, pages_of(usual.get((b, rule), 0), PAGE_SIZE), b) for b, page in pages for rule in rules_of(page)),
        *(PlannedCalls("mentions of its Page", 0, brand_id, will_not=_NO_PAGE) for brand_id in none),
        calls(REFRESH, again),
        calls(COUNTS, again),
        calls(ORGANIZATIONS, len(batches(known, BATCH_SIZE)) + len(known)),
    )
