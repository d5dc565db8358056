"""Creators to talk to: who, why, with which parts of the score, and whether and how they may be contacted."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from microinf_pipeline.reporting import reasons
from microinf_pipeline.reporting.grid import Cell, Col, Grid
from microinf_pipeline.reporting.published import Row
from microinf_pipeline.reporting.sections.accounts import with_names
from microinf_pipeline.reporting.sections.book import Book, Part, Parts, Section

READS = {
    "mart_outreach": (
        "creator_id brand_id rank why why_parts status last_contacted_on cooldown_until contact_allowed contact_rule "
        "contact_parts contact compensation_model compensation_low compensation_high currency compensation_basis "
        "compensation_parts"
    ),
    "mart_creator_scorecard": (
        "creator_id brand_id network tier mentions_90d er_followers_median n_posts benchmark_percentile "
        "confidence score score_parts rank rank_prev authenticity_score disclosure_rate"
    ),
}
_CARDS_SHOWN = 6
_ROWS_SHOWN = 25

#: A contact address leaves the table only with the rule that allows it (K17 and the rules beside it): invited.
_PEOPLE = f"""
    WITH cards AS (
        SELECT * FROM mart_creator_scorecard
        QUALIFY row_number() OVER (PARTITION BY creator_id, brand_id ORDER BY rank NULLS LAST, mentions_90d DESC, network) = 1
    )
    SELECT o.brand_id, o.creator_id, o.rank, s.rank_prev, s.network, s.tier, s.score, s.confidence, s.mentions_90d, s.n_posts,
        s.er_followers_median, s.benchmark_percentile, s.authenticity_score, s.disclosure_rate, o.why, o.why_parts, o.status,
        o.last_contacted_on, o.cooldown_until, o.contact_allowed, o.contact_rule, o.contact_parts,
        CASE WHEN o.contact_allowed = 'invited' THEN o.contact END AS contact,
        o.compensation_model, o.compensation_low, o.compensation_high, o.currency, o.compensation_basis, o.compensation_parts,
        s.score_parts
    FROM mart_outreach AS o
    JOIN cards AS s ON s.creator_id = o.creator_id AND s.brand_id = o.brand_id
    WHERE NOT list_contains($rivals, o.brand_id) AND o.contact_allowed <> 'no' AND o.status NOT IN ('suppressed', 'declined')
    QUALIFY row_number() OVER (
        PARTITION BY o.brand_id ORDER BY o.rank NULLS LAST, s.score DESC NULLS LAST, o.creator_id
    ) <= {_ROWS_SHOWN}
    ORDER BY o.brand_id, o.rank NULLS LAST, s.score DESC NULLS LAST, o.creator_id
"""


@dataclass(frozen=True)
class ScorePart:
    """One part of a score: how strong it is, from 0 to 1, and in words with its weight; unknown parts have no value."""

    label: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Card:
    """One creator with the reasons."""

    row: Row
    person: Cell
    why: str
    status: str
    contact: Cell
    compensation: Cell
    parts: tuple[ScorePart, ...]


def _build(book: Book) -> Parts:
    rows = with_names(book.tables, book.tables.rows(_PEOPLE, rivals=book.rivals))
    parts: list[Part | Grid] = []
    for brand_id in dict.fromkeys(row["brand_id"] for row in rows):
        of_brand = [row for row in rows if row["brand_id"] == brand_id]
        cards = tuple(_card(book, row) for row in of_brand[:_CARDS_SHOWN])
        told = book.say("outreach.brand", brand=book.brand(brand_id))
        parts += [
            Part("creators", {"title": told, "cards": cards}),
            replace(
                book.grid(f"outreach_{brand_id}", of_brand, _columns(book), caption=told),
                folded=book.say("outreach.all", n=_ROWS_SHOWN),
            ),
        ]
    return parts


def _card(book: Book, row: Row) -> Card:
    status = book.say("outreach.contact_status", status=book.wording.value(row["status"]))
    parts = score_parts(book, row["score_parts"])
    return Card(row, book.person(row), why(book, row), status, contact(book, row), compensation(book, row), parts)


def why(book: Book, row: Row) -> str:
    """Why somebody is proposed, in the reader's language."""
    return reasons.weighed(book.wording, row["why_parts"])


def score_parts(book: Book, given: str | None) -> tuple[ScorePart, ...]:
    """The parts of a score from its JSON (a list of part, value, weight), the heaviest first."""
    found = sorted(json.loads(given) if given else [], key=lambda part: (-(part["weight"] or 0), part["part"]))
    return tuple(_part(book, one["part"], one["value"], one["weight"] or 0) for one in found)


def _part(book: Book, name: str, value: float | None, weight: float) -> ScorePart:
    label = book.say(f"score.{name}")
    if value is None:
        return ScorePart(label, None, book.say("score.unknown"))
    strength = "strong" if value >= 0.6 else "weak" if value < 0.25 else "middling"
    told = book.say(f"score.{strength}", value=book.shown.share(value), weight=book.shown.share(weight))
    return ScorePart(label, value, told)


def _columns(book: Book) -> list[Col]:
    return [
        Col("rank", "count"),
        Col("creator", book.person),
        Col("why", lambda row: Cell(why(book, row))),
        Col("contact", lambda row: contact(book, row)),
        Col("compensation", lambda row: compensation(book, row)),
        Col("status", lambda row: _status(book, row)),
        Col("tier", "value"),
        Col("score", "decimal"),
        Col("confidence", "value"),
        Col("mentions_90d", "count"),
        Col("er_followers_median", lambda row: _rate(book, row), is_number=True),
        Col("benchmark_percentile", "share"),
    ]


def _rate(book: Book, row: Row) -> Cell:
    return Cell(book.shown.share(row["er_followers_median"]), small=f"n = {book.shown.count(row['n_posts'])}")


def _status(book: Book, row: Row) -> Cell:
    until = book.say("outreach.until", day=book.shown.day(row["cooldown_until"])) if row["cooldown_until"] else ""
    return Cell(book.wording.value(row["status"]), small=until)


def contact(book: Book, row: Row) -> Cell:
    """How the creator may be contacted, with the rule that says so."""
    return Cell(
        row["contact"] or book.wording.value(row["contact_allowed"]), small=reasons.listed(book.wording, row["contact_parts"])
    )


def compensation(book: Book, row: Row) -> Cell:
    """The model, and a range where a dated rate card or the brand's own deals give one."""
    low, high = row["compensation_low"], row["compensation_high"]
    told = "" if low is None else f"{book.shown.money(low, None)}–{book.shown.money(high, row['currency'])}"
    basis = reasons.listed(book.wording, row["compensation_parts"])
    return Cell(book.wording.value(row["compensation_model"]), small=" · ".join(t for t in (told, basis) if t))


SECTION = Section("outreach", READS, _build)
