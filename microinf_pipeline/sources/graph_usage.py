"""How much of Meta's limits is used, and how long a throttled caller has to wait: read from the headers of its answers.

Put here: readers of those headers, pure. Keep out: stopping (`graph_api.py`), waiting (`http.py`).
Source: developers.facebook.com/docs/graph-api/overview/rate-limiting, read in November 2026.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from microinf_pipeline.sources.rate_limits import first_of, retry_after


def regain_wait(headers: Mapping[str, str], _now: datetime) -> float | None:
    """Seconds until a throttled business may ask again (`estimated_time_to_regain_access` is in minutes)."""
    minutes = [used.get("estimated_time_to_regain_access") for used in _business_use(headers)]
    waits = [60.0 * m for m in minutes if isinstance(m, int | float) and m > 0]
    return max(waits) if waits else None


#: Meta names its waits in usage headers; what stands before its servers, in the usual way.
ASKED_WAIT: Final = first_of(regain_wait, retry_after)


def used_percent(headers: Mapping[str, str]) -> float:
    """How much of a limit is used: the highest share any usage header tells; 0 where there is none."""
    shares = [used.get(name) for used in (*_business_use(headers), _decoded(headers.get("x-app-usage"))) for name in _SHARES]
    return max((float(s) for s in shares if isinstance(s, int | float)), default=0.0)


_SHARES: Final = ("call_count", "total_cputime", "total_time")


def _business_use(headers: Mapping[str, str]) -> list[dict[str, Any]]:
    by_business = _decoded(headers.get("x-business-use-case-usage"))
    listed = [used for uses in by_business.values() if isinstance(uses, list) for used in uses]
    return [used for used in listed if isinstance(used, dict)]


def _decoded(header: str | None) -> dict[str, Any]:
    try:
        said = json.loads(header or "{}")
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
