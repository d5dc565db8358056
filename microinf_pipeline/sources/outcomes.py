"""How a query of a network went, whatever became of it.

Put here: from errors to the status of a query. Keep out: asking.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Iterable
from typing import Any, TypeVar

from microinf_pipeline.errors import BudgetSpentError, FixConfigurationError, GiveUpError, ItemGoneError, RetryLaterError

T = TypeVar("T")


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


async def together(calls: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What the calls return, in their order; the first failure only once all have come to their end."""
    results = await asyncio.gather(*calls, return_exceptions=True)
    kept = list[T]()
    for result in results:
        if isinstance(result, BaseException):
            raise result
        kept.append(result)
    return kept
