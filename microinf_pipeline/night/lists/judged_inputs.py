"""Which lists of `inputs:` a night would refuse, before it is run.

Put here: which reader judges which list. Keep out: the judging (the readers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import polars as pl

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.contests import lists as contest_lists
from microinf_pipeline.night.lists.deals import given_deals, given_rate_card
from microinf_pipeline.night.lists.inputs import given_aliases, given_headcount, given_links, given_people, given_splits
from microinf_pipeline.night.lists.own_records import given_benchmarks, given_outreach, given_rights, given_suppressions
from microinf_pipeline.night.lists.sales import given_clicks, given_conversions
from microinf_pipeline.settings import Settings

_PEOPLE: Final = {"employees": "employee", "vested": "vested", "customers": "customer"}
#: Every reader of a night, with the key of its list; the points of a jury are read at its draw.
_READERS: Final[tuple[tuple[str, Callable[[Settings], pl.DataFrame]], ...]] = (
    *((key, partial(given_people, role=role, key=b"")) for key, role in _PEOPLE.items()),  # no hash is kept
    ("headcount", given_headcount), ("account_aliases", given_aliases), ("identity_links", given_links),
    ("deals", given_deals), ("deals", contest_lists.costs), ("rate_card", given_rate_card),
    ("clicks", given_clicks), ("conversions", given_conversions),
    ("outreach", given_outreach), ("rights", given_rights), ("benchmarks", given_benchmarks),
    ("decisions", given_suppressions), ("decisions", contest_lists.decisions),
    ("exclusions", given_splits), ("exclusions", contest_lists.exclusions), ("contest_entries", contest_lists.claims),
)  # fmt: skip


def refused_inputs(settings: Settings) -> Iterator[tuple[str, FixConfigurationError]]:
    """Key of the list, and why its rows are refused; nothing of lists that are not configured or are not files."""
    for key, read in _READERS:
        path = getattr(settings.inputs, key)
        if path is not None and path.is_file():
            try:
                read(settings)
            except FixConfigurationError as error:
                yield key, error
