"""What is asked of X for one brand: terms in the language of its search, joined into as few queries as fit.

A read costs money per post and not per request, and the same post is charged once a day; so terms of a brand share a
query as long as it is short enough.
Source: docs.x.com, search operators and "build a query" (2026-08-22). Keep out: requests and paging (`x.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from microinf_pipeline.catalog.capture import BrandTerms

OUT_OF_REACH: Final = "recent search reaches seven days back: the night is older"
_BEGINNING: Final = datetime(2006, 3, 21, tzinfo=UTC)  # of the network


@dataclass(frozen=True)
class Search:
    """One of the two searches, self-serve. `longest`: characters of a query; `reach`: how far back, None for all."""

    path: str
    longest: int
    page_size: int
    reach: timedelta | None = None

    def earliest(self, now: datetime) -> datetime:
        """The first moment that can be asked for."""
        return _BEGINNING if self.reach is None else now - self.reach


#: A little less than seven days are asked for, because time passes while a night asks.
RECENT: Final = Search("/2/tweets/search/recent", 512, 100, timedelta(days=7) - timedelta(minutes=5))
ARCHIVE: Final = Search("/2/tweets/search/all", 1024, 500)

HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
_WORD: Final = re.compile(r"[^\W_]+")
_TAG: Final = re.compile(r"\w+")
_OPERATORS: Final = frozenset({"and", "or", "not"})
_OR: Final = " OR "


@dataclass(frozen=True)
class Query:
    """One search of a brand; the rule is the query itself."""

    brand_id: str
    rule: str


@dataclass(frozen=True)
class Impossible:
    """A term the network cannot be asked for, and why."""

    brand_id: str
    rule: str
    why: str


def brand_queries(brand: BrandTerms, most: int) -> tuple[list[Query], list[Impossible]]:
    """All terms of a brand, joined by OR into queries of at most `most` characters; and terms that cannot be asked."""
    impossible = [
        Impossible(brand.brand_id, f"@{name}", "no handle of X: 1 to 15 letters, digits and _")
        for name in (*brand.handles, *brand.owned)
        if not HANDLE.fullmatch(name)
    ]
    terms = list(dict.fromkeys(term for term in _terms(brand) if term))
    impossible += [
        Impossible(brand.brand_id, term[:60], f"longer than a query of {most} characters") for term in terms if len(term) > most
    ]
    fitting = [term for term in terms if len(term) <= most]
    return [Query(brand.brand_id, rule) for rule in joined(fitting, most)], impossible


def joined(terms: Iterable[str], most: int) -> list[str]:
    """Terms joined by OR, in their order, each query at most `most` characters long."""
    queries: list[str] = []
    for term in terms:
        if queries and len(queries[-1]) + len(_OR) + len(term) <= most:
            queries[-1] += _OR + term
        else:
            queries.append(term)
    return queries


def quotes_of(post_ids: Iterable[str], most: int) -> list[str]:
    """Queries for posts that quote these: a search sees a quote's own words only."""
    return joined((f"quotes_of_tweet_id:{one}" for one in sorted(post_ids)), most)


def _terms(brand: BrandTerms) -> list[str]:
    return [
        *(_tag(tag) for tag in brand.hashtags),
        *(f"@{handle}" for handle in brand.handles if HANDLE.fullmatch(handle)),
        *(_words(word) for word in brand.keywords),
        *(f'url:"{domain}"' for domain in brand.domains if '"' not in domain),
    ]


def _tag(tag: str) -> str:
    """The operator matches recognised hashtags; what cannot be one is searched for as words: '-' would negate."""
    return f"#{tag}" if _TAG.fullmatch(tag) else _words(f"#{tag}")


def _words(words: str) -> str:
    """A keyword; all but a plain word in quotes, so that nothing in it is read as an operator."""
    plain = " ".join(words.replace('"', " ").split())
    if not plain:
        return ""
    return plain if _WORD.fullmatch(plain) and plain.lower() not in _OPERATORS else f'"{plain}"'
