"""What is asked of Reddit on a night: the translation of brand terms into listings, and how a page is read on the way.

Search covers submissions alone and gives about 250 hits; comments come from the inbox (tags of the own account), from owned
accounts, and from subreddits that are swept. Put here: questions, their order and their count. Keep out: requests, columns.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from microinf_pipeline.catalog.capture import TIMELINES, BrandTerms, CaptureTask, Page, PlannedCalls, Usual
from microinf_pipeline.errors import GiveUpError
from microinf_pipeline.sources.paging import pages_of
from microinf_pipeline.sources.reddit_parse import OWN, REFRESH

PAGE_SIZE: Final = 100
BATCH_SIZE: Final = 100  # fullnames of /api/info, ids of /api/user_data_by_account_ids
#: Characters of a search; more are refused.
LONGEST_SEARCH: Final = 512
#: Where lists end without saying so. A search was seen to end at about 250, a recorded listing at 1,001 things.
SEARCH_END, LISTING_END = 240, 990
#: The quota of look-ups that Reddit answers one at a time; its amount is the configuration's own.
LOOK_UPS: Final = "profile look-ups"
PROFILES: Final = "profiles"
ONE_BY_ONE: Final = f"{PROFILES}, one a request: Reddit's batch tells no followers"


@dataclass(frozen=True)
class Question:
    """One listing, newest first: which brand asked by which rule, where, and the number of things at which lists end."""

    brand_id: str | None
    rule: str
    path: str
    params: tuple[tuple[str, str], ...] = ()
    kind: str = "search"
    ends_at: int = LISTING_END

    @property
    def too_long(self) -> str | None:
        """Why it cannot be asked, else None."""
        long = any(name == "q" and len(value) > LONGEST_SEARCH for name, value in self.params)
        return f"longer than the {LONGEST_SEARCH} characters of a search" if long else None


@dataclass(frozen=True)
class Reach:
    """Where this source looks: subreddits to search in (all, if none), subreddits to read whole, whose inbox."""

    subreddits: tuple[str, ...] = ()
    sweep: tuple[str, ...] = ()
    inbox_of: str | None = None


def questions_of(task: CaptureTask, reach: Reach) -> list[Question]:
    """Every listing of a night, besides timelines."""
    return [
        *(one for brand in task.brands for one in _searches(brand, reach)),
        *(_inbox(brand, reach.inbox_of) for brand in task.brands if _is_own(brand, reach.inbox_of)),
        *(one for name in reach.sweep for one in _swept(name)),
        *(own_posts(brand.brand_id, name) for brand in task.brands for name in brand.owned),
    ]


def _searches(brand: BrandTerms, reach: Reach) -> list[Question]:
    """One search a term: together they would share the few hits a search gives. Tags and handles are plain words here."""
    return [
        *(_search(brand, word, _quoted(word), reach) for word in brand.keywords),
        *(_search(brand, f"#{tag}", _quoted(f"#{tag}"), reach) for tag in brand.hashtags),
        *(_search(brand, f"u/{bare(name)}", _quoted(f"u/{bare(name)}"), reach) for name in brand.handles),
        *(one for domain in brand.domains for one in _of_domain(brand, domain, reach)),
    ]


def _of_domain(brand: BrandTerms, domain: str, reach: Reach) -> list[Question]:
    """Links to the site, and texts that name it. A listing of a site is whole, a search is not; it knows no paths."""
    named = _search(brand, f"{domain} in texts", _quoted(domain), reach)
    if "/" in domain:
        return [named]
    if reach.subreddits:
        return [_search(brand, domain, f"site:{domain}", reach), named]
    return [Question(brand.brand_id, domain, f"/domain/{domain}/new"), named]


def _search(brand: BrandTerms, rule: str, q: str, reach: Reach) -> Question:
    params = (("q", q), ("sort", "new"), ("t", "all"), ("type", "link"))
    if not reach.subreddits:
        return Question(brand.brand_id, rule, "/search", params, ends_at=SEARCH_END)
    path = f"/r/{'+'.join(bare(name) for name in reach.subreddits)}/search"
    return Question(brand.brand_id, rule, path, (*params, ("restrict_sr", "1")), ends_at=SEARCH_END)


def _quoted(words: str) -> str:
    """In quotes, words are no operators, and an address is not taken for a place to go to."""
    return f'"{words.replace(chr(34), " ").strip()}"'


def _is_own(brand: BrandTerms, account: str | None) -> bool:
    return account is not None and account.lower() in {bare(name).lower() for name in brand.handles}


def _inbox(brand: BrandTerms, account: str | None) -> Question:
    """Comments that tag the account which authorised the app; no other account's can be read."""
    return Question(brand.brand_id, f"u/{account} mentions", "/message/mentions", kind="mentions")


def _swept(subreddit: str) -> list[Question]:
    name = bare(subreddit)
    return [Question(None, f"r/{name} {what}", f"/r/{name}/{what}", kind="sweep") for what in ("new", "comments")]


def own_posts(brand_id: str, account: str) -> Question:
    """What an owned account posted and answered."""
    name = bare(account)
    return Question(brand_id, f"u/{name} posts", f"/user/{name}/overview", (("sort", "new"),), kind=OWN)


def bare(name: str) -> str:
    """A name without `u/`, `r/` or `@`."""
    return name.strip("/@ ").removeprefix("u/").removeprefix("r/")


def planned(task: CaptureTask, usual: Usual, reach: Reach) -> tuple[PlannedCalls, ...]:
    """The requests of a night: a token, a page a question at least, then known posts and ids by hundreds, and profiles one
    by one. Profiles of authors nobody has seen come on top.
    """
    accounts, timelines = len(task.refresh_accounts), len(task.timelines)
    nameless = {*account_ids(task.refresh_accounts), *account_ids(task.timelines)} - task.handles.keys()
    return (
        PlannedCalls("token", 1),
        *(_planned(one, usual.get((one.brand_id, one.rule), 0)) for one in questions_of(task, reach)),
        PlannedCalls(REFRESH, math.ceil(len(task.refresh_posts) / BATCH_SIZE)),
        PlannedCalls("names of accounts", math.ceil(len(nameless) / BATCH_SIZE)),
        PlannedCalls(ONE_BY_ONE, accounts, is_least=True, spends=((LOOK_UPS, accounts),)),
        PlannedCalls(TIMELINES, timelines),
    )


def _planned(question: Question, usual: int) -> PlannedCalls:
    if question.too_long:
        return PlannedCalls(question.rule, 0, question.brand_id, will_not=question.too_long)
    return PlannedCalls(question.rule, pages_of(usual, PAGE_SIZE), question.brand_id, is_least=True)


class Seen(Struct):
    """Of a thing, as much as the walk needs."""

    name: str
    created_utc: float = 0.0
    author: str | None = None
    author_fullname: str | None = None


class _Thing(Struct):
    data: Seen


class _Children(Struct):
    children: list[Raw]
    after: str | None = None


class Glance(Struct):
    """What the walk needs to know of a page; the parser reads it properly later, and rejects what cannot be read."""

    data: _Children

    @property
    def things(self) -> list[Seen]:
        return [thing for raw in self.data.children if (thing := _readable(raw)) is not None]

    @property
    def authors(self) -> dict[str, str]:
        """Account ids and their names."""
        return {one.author_fullname: one.author for one in self.things if one.author_fullname and one.author}

    def within(self, since: datetime, until: datetime) -> set[str]:
        """Names of the things of a window."""
        first, end = since.timestamp(), until.timestamp()
        return {one.name for one in self.things if first <= one.created_utc < end}


def _readable(raw: Raw) -> Seen | None:
    try:
        return _thing.decode(raw).data
    except msgspec.DecodeError:
        return None


_thing = msgspec.json.Decoder(_Thing)
_glance = msgspec.json.Decoder(Glance)
_named = msgspec.json.Decoder(dict[str, Seen])


def glance(page: Page) -> Glance:
    """Names, times and authors of a listing. Raises `GiveUpError` when the answer has another shape."""
    seen: Glance = _looked(page, _glance)
    return seen


def names_of(page: Page) -> list[str]:
    """Full names of the things of a listing."""
    return [one.name for one in glance(page).things]


def names_in(page: Page) -> dict[str, str]:
    """Account ids and their names, of an answer about ids."""
    return {key: one.name for key, one in _looked(page, _named).items()}


def _looked(page: Page, decoder: msgspec.json.Decoder[Any]) -> Any:
    try:
        return decoder.decode(page.body)
    except msgspec.DecodeError as error:
        fix = "the network may have changed its answers: look at the stored page"
        raise GiveUpError(f"the answer is not as documented: {error}", where=page.name, fix=fix) from error


def account_ids(ids: Iterable[str]) -> list[str]:
    """Those that are ids of Reddit accounts; exports may have brought others."""
    return [one for one in ids if one.startswith("t2_")]
