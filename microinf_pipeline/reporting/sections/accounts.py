"""Who creators are to the eye: the account a section shows for a creator.

Put here: names of creators on a network. Keep out: profiles (bio, niche, addresses), which are built for candidates alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from microinf_pipeline.reporting.published import PublishedTables, Row

READS = {"core_accounts": "creator_id network account_id handle display_name url followers"}

_ACCOUNTS = """
    SELECT creator_id, network, handle, display_name, url, followers FROM core_accounts
    WHERE creator_id IN (SELECT unnest($creators))
    ORDER BY followers DESC NULLS LAST, network, account_id
"""


def with_names(tables: PublishedTables, rows: Sequence[Row]) -> list[Row]:
    """The rows with network, handle, display_name, url and followers of each row's creator: on the row's network where
    it names one, else of the largest account. Unknown where core tables are not published.
    """
    creators = sorted({row["creator_id"] for row in rows if row["creator_id"]})
    found: dict[tuple[str, str], Row] = {}
    if creators and not tables.missing(READS):
        for account in tables.rows(_ACCOUNTS, creators=creators):
            found.setdefault((account["creator_id"], account["network"]), account)
            found.setdefault((account["creator_id"], "*"), account)
    nobody = {"network": "", "handle": None, "display_name": None, "url": None, "followers": None}
    return [row | (found.get((row["creator_id"], row.get("network") or "*")) or nobody | row) for row in rows]
