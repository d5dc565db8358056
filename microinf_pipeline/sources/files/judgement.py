"""What becomes of a row: accepted, left out, another night's, or rejected, and why.

Put here: states, reasons and their order. Keep out: how values are read.
"""

from __future__ import annotations

from datetime import date, timedelta

from microinf_pipeline import clock
from microinf_pipeline.sources.files.convert import says_nothing
from microinf_pipeline.sources.files.expressions import Node, call, cast, coalesce, column, fill, first_true, text
from microinf_pipeline.sources.files.references import References
from microinf_pipeline.sources.files.spec import FileSourceSpec

EARLIEST = date(1990, 1, 1)  # posts of networks; anything older is a default or a typing error
LATENESS = timedelta(hours=24)  # interface.md, rules 10
RAW_CHARACTERS = 4_000


def state_and_raw(spec: FileSourceSpec, night: date, references: References) -> tuple[Node, Node]:
    """A row's state over `_bad`, `_kept`, `_night`, `_reason`; and the row as received, for rejects."""
    states = [(fill("$b IS NOT NULL", b=column("_bad")), text("rejected"))]
    if spec.nights_by_row:
        tonight = cast(text(night.isoformat()), "DATE")
        states.append((fill("$n <> $t", n=column("_night"), t=tonight), text("other_night")))
    states.append((fill("NOT $k", k=column("_kept")), text("left_out")))
    states.append((fill("$r IS NOT NULL", r=column("_reason")), text("rejected")))
    names = [part for name, node in references.by_name.items() for part in (text(name), node)]
    shown = fill("CAST($o AS VARCHAR)", o=call("json_object", *names))
    raw = first_true(
        [
            (fill("$b IS NOT NULL", b=column("_bad")), column("_line")),
            (fill("$r IS NOT NULL", r=column("_reason")), shown),
        ]
    )
    return first_true(states, text("accepted")), fill(f"left($r, {RAW_CHARACTERS})", r=raw)


def reasons(
    spec: FileSourceSpec, night: date, known: dict[str, Node], wrong: dict[str, tuple[Node, Node]]
) -> list[tuple[Node, Node]]:
    """(condition, reason) in order of precedence. `known`: delivered columns; `wrong`: phrase → (cell, its value)."""
    found: list[tuple[Node, Node]] = []
    if not spec.network.constant:
        found.append((fill("$n IS NULL", n=known["network"]), text("unknown network")))
    if spec.nights_by_row:
        found.append((fill("$n IS NULL", n=column("_night")), text("night is not a date")))
    found += [(_unread(cell, value), text(phrase)) for phrase, (cell, value) in wrong.items()]
    if spec.holds == "profiles":
        nobody = fill("$known IS NULL", known=coalesce(known["account_id"], known["handle"]))
        return [*found, (nobody, text("no account"))]
    nothing = fill("$known IS NULL", known=coalesce(*(known[name] for name in ("post_id", "url", "text", "title"))))
    return [
        *found,
        (fill("$t IS NULL", t=known["created_at"]), text("no time")),
        (_out_of_range(night, known), text("time out of range")),
        (nothing, text("no id, address or text")),
    ]


def _unread(cell: Node, value: Node) -> Node:
    # A CASE inside keeps the dear check from running on rows whose value was read.
    check = "CASE WHEN $v IS NULL AND $c IS NOT NULL THEN NOT $nothing ELSE FALSE END"
    return fill(check, v=value, c=cell, nothing=says_nothing(cell))


def _out_of_range(night: date, known: dict[str, Node]) -> Node:
    until = (clock.night_end(night) + LATENESS).replace(tzinfo=None)
    return fill(
        "$t < $early OR $t > $until OR coalesce($t > $seen + INTERVAL 24 HOUR, FALSE)",
        t=known["created_at"],
        seen=known["observed_at"],
        early=cast(text(EARLIEST.isoformat()), "TIMESTAMP"),
        until=cast(text(until.isoformat(sep=" ")), "TIMESTAMP"),
    )
