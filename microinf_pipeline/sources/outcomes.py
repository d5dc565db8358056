"""How a query of a network went, whatever became of it.

Put here: from errors to the status of a query. Keep out: asking.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, Final, TypeVar

from microinf_pipeline.catalog.capture import TIMELINES, QueryOutcome
from microinf_pipeline.errors import BudgetSpentError, FixConfigurationError, GiveUpError, ItemGoneError, RetryLaterError
from microinf_pipeline.sources.answers import GONE_STATUSES, AnswerRefusedError

T = TypeVar("T")

#: What a server says of one account that shows nothing (any more), and of nobody else.
_ONE_ALONE: Final = frozenset({400, *GONE_STATUSES})


async def outcome_of(walk: Awaitable[str | None]) -> tuple[str, str | None]:
    """Status and gap reason of a query; `walk` returns the reason of a gap, or None."""
    try:
        gap = await walk
    except BudgetSpentError as error:
        return "budget_spent", error.what
    except (GiveUpError, FixConfigurationError) as error:  # a person must act, who reads no more than this
        return "failed", error.on_one_line
    except (RetryLaterError, ItemGoneError) as error:
        return "failed", error.what
    return ("short", gap) if gap else ("complete", None)


async def all_of(calls: Iterable[Coroutine[Any, Any, int]], counts: list[int] | None = None) -> None:
    """Let every call have its try, then raise the first failure."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    if counts is not None:
        counts.extend(result for result in results if isinstance(result, int))
    for result in results:
        if isinstance(result, BaseException):
            raise result


async def together(calls: Iterable[Awaitable[T]]) -> list[T]:
    """What the calls return, in their order; the first failure only once all have come to their end."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    kept = list[T]()
    for result in results:
        if isinstance(result, BaseException):
            raise result
        kept.append(result)
    return kept


async def timelines_outcome(walks: Iterable[Coroutine[Any, Any, int]]) -> QueryOutcome:
    """Of the walks through timelines, each with its number of posts. An account that shows none any more is a finding."""
    counts: list[int] = []

    async def all_walks() -> None:
        await all_of((_unless_gone(walk) for walk in walks), counts)

    status, gap = await outcome_of(all_walks())
    return QueryOutcome(None, TIMELINES, sum(counts), None, status, gap)


async def _unless_gone(walk: Coroutine[Any, Any, int]) -> int:
    try:
        return await walk
    except (ItemGoneError, AnswerRefusedError) as error:
        if is_one_alone(error):
            return 0
        raise


def is_one_alone(error: ItemGoneError | AnswerRefusedError) -> bool:
    """The refusal is about the one account that was asked for: it is gone, or hides from us."""
    return isinstance(error, ItemGoneError) or error.status in _ONE_ALONE
