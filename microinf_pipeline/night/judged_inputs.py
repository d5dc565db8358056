"""Which lists of `inputs:` a night would refuse, before it is run.

Put here: which reader judges which list. Keep out: the judging (the readers).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import polars as pl

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.night.deals import given_deals, given_rate_card
from microinf_pipeline.night.inputs import given_aliases, given_headcount, given_links, given_splits
from microinf_pipeline.night.sales import given_clicks, given_conversions
from microinf_pipeline.settings import Settings

_READERS: Final[Mapping[str, Callable[[Settings], pl.DataFrame]]] = {
    "deals": given_deals, "rate_card": given_rate_card, "clicks": given_clicks, "conversions": given_conversions,
    "account_aliases": given_aliases, "identity_links": given_links, "exclusions": given_splits, "headcount": given_headcount,
}  # fmt: skip


def refused_inputs(settings: Settings) -> Iterator[tuple[str, FixConfigurationError]]:
    """Key of the list, and why its rows are refused; nothing of lists that are not configured or are not files."""
    for key, read in _READERS.items():
        path = getattr(settings.inputs, key)
        if path is not None and path.is_file():
            try:
                read(settings)
            except FixConfigurationError as error:
                yield key, error
