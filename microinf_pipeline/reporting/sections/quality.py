"""Data quality: the gates of the accepted nights, those that did not hold, and the duplicates that were set apart."""

from __future__ import annotations

import json

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.book import Book, Note, Parts, Section
from microinf_pipeline.reporting.shown import words

READS = {"mart_quality": "night table_name gate severity passed evidence accepted_reason"}
_FINDINGS_SHOWN = 30

_GATES = """
    SELECT count(*) AS n, count(*) FILTER (WHERE passed) AS held, count(accepted_reason) AS accepted,
        count(DISTINCT night) AS nights
    FROM mart_quality
"""
_FINDINGS = f"""
    SELECT night, table_name, gate, severity, evidence, accepted_reason FROM mart_quality
    WHERE NOT passed ORDER BY night DESC, accepted_reason IS NULL, severity, table_name, gate LIMIT {_FINDINGS_SHOWN}
"""


def _build(book: Book) -> Parts:
    gates = book.tables.rows(_GATES)[0]
    if not gates["n"]:
        return []
    told = book.say("quality.held", held=book.shown.count(gates["held"]), all=book.shown.count(gates["n"]), n=gates["nights"])
    if gates["accepted"]:
        told = f"{told} {book.say('quality.overridden', n=gates['accepted'])}"
    findings = book.tables.rows(_FINDINGS)
    return [Note(told), *([book.grid("quality", findings, _COLUMNS)] if findings else [])]


def _evidence(row: Row) -> Cell:
    told = json.loads(row["evidence"]) if row["evidence"] else {}
    return Cell(", ".join(f"{words(k)} {v}" for k, v in told.items() if v not in (None, "", [])))


_COLUMNS = (
    Col("gate", lambda row: Cell(words(row["gate"]), small=row["table_name"])),
    Col("night", "day"),
    Col("severity"),
    Col("evidence", _evidence),
    Col("accepted_reason"),
)


SECTION = Section("quality", READS, _build)
