"""Publication under pseudonyms: ids of persons and posts become keyed hashes, and whatever says in words who they are is NULL.

Ids with one value get one pseudonym in every table, so that joins hold, within a night and from night to night. Pseudonyms are
HMAC-SHA256 under the home's key, cut to 128 bits: without the key they cannot be tried out with known ids. This is
pseudonymisation, not anonymisation: whoever has the key can tell who is meant, and rare behaviour can give a person away.

Put here: which columns become what. Keep out: who is left out altogether (`night.withholding`), who may see the lake.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from microinf_pipeline.catalog.model import Column, Privacy, Table
from microinf_pipeline.night.run import NightRun
from microinf_pipeline.storage.lake import Candidate
from microinf_pipeline.storage.partitions import is_by_night, night_of

_IDS: Final = re.compile(r"(.*_)?(post_id|account_id|creator_id)|merged_into|cluster_id")
#: Texts of a machine's making that may quote a person, or what the brand's lists say of one.
_QUOTING: Final = {
    "core_accounts": ("account_type_evidence", "niche_evidence", "authority_evidence"), "core_post_status": ("evidence",),
    "core_rejects": ("raw",), "mart_contest_entries": ("reason",), "mart_outreach": ("contact_rule", "contact_parts"),
    "mart_quality": ("evidence", "failing_keys"),
}  # fmt: skip
_BLOCK: Final = 64  # bytes of a block of SHA-256


def pseudonymise(run: NightRun, shown: Candidate, tables: Sequence[Table], key: str) -> None:
    """Put rows under pseudonyms in place of all rows of `shown` that could name a person."""
    for table in tables:
        told = {column.name: said(table, column, key) for column in table.columns}
        if all(name == expression for name, expression in told.items()) or not shown.rows_of(table):
            continue
        sql = f"SELECT {', '.join(f'{expression} AS {name}' for name, expression in told.items())} FROM identified"
        if not is_by_night(table):
            shown.register(run.engine, table, view="identified")
            shown.write_model(run.engine, table, sql, {}, shown.months(table) if table.partition_by else None)
            continue
        for night in sorted({night_of(part) for part in shown.state.partitions(table.name)}):
            shown.register(run.engine, table, view="identified", nights={night})
            frame = run.engine.query(sql)
            shown.drop_nights(table, [night])
            shown.write_frame(table, night, frame)


def said(table: Table, column: Column, key: str) -> str:
    """What stands in place of a column, as SQL: itself, its pseudonym, or NULL."""
    if column.privacy is Privacy.PSEUDONYM and (_IDS.fullmatch(column.name) or column.name in table.grain):
        return pseudonym(column.name, key)
    if column.privacy is not Privacy.NONE or column.name in _QUOTING.get(table.name, ()):
        return f"CAST(NULL AS {column.type})"
    return column.name


def pseudonym(column: str, key: str) -> str:
    """HMAC-SHA256 of a text column as SQL, as its first 32 hexadecimal digits; NULL stays NULL."""
    secret = key.encode() if len(key.encode()) <= _BLOCK else hashlib.sha256(key.encode()).digest()
    padded = secret.ljust(_BLOCK, b"\0")
    inner, outer = (bytes(byte ^ pad for byte in padded).hex() for pad in (0x36, 0x5C))
    return f"substr(sha256(unhex('{outer}') || unhex(sha256(unhex('{inner}') || encode({column})))), 1, 32)"
