"""Data quality: the gates of the accepted nights, those that did not hold, and the duplicates that were set apart."""

from __future__ import annotations

import json

from microinf_pipeline.reporting.grid import Cell, Col
from microinf_pipeline.reporting.sections.book import Book, Note, Parts, Section

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
    return [Note(told), *([book.grid("quality", findings, _columns(book))] if findings else [])]


def _columns(book: Book) -> tuple[Col, ...]:
    return (
        Col("gate", lambda row: Cell(_gate(book, row["gate"]), small=row["table_name"])),
        Col("night", "day"),
        Col("severity"),
        Col("evidence", lambda row: Cell(_evidence(book, row["evidence"]))),
        Col("accepted_reason"),
    )


def _gate(book: Book, name: str) -> str:
    """What the check asks for; of a source's own check its source behind it."""
    asked, _, source = name.partition("__")
    return ": ".join(filter(None, (book.wording.named("gate", asked), source)))


def _evidence(book: Book, given: str | None) -> str:
    told = json.loads(given) if given else {}
    return ", ".join(
        f"{book.wording.named('evidence', name)} {_measure(book, name, value)}"
        for name, value in told.items()
        if value not in (None, "", [])
    )


def _measure(book: Book, name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if name.endswith("share"):
        return book.shown.share(value)
    return book.shown.count(value) if float(value).is_integer() else book.shown.decimal(value)


SECTION = Section("quality", READS, _build)
