"""The protocol of a contest: what is published at the freeze and at the draw, and whether it holds.

Put here: the shape of the published files and their check. No personal data goes in: entries are hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from microinf_pipeline.contests.beacons import Beacon
from microinf_pipeline.contests.jury import places_of
from microinf_pipeline.contests.leaves import order_of, root_of, seed_of

FREEZE: Final = "freeze.json"
LEAVES: Final = "leaves.txt"
DRAW: Final = "draw.json"
ORDER: Final = "order.txt"
_HOW: Final = (
    "leaf = SHA-256(salt || contest/network/post); root = Merkle tree over the sorted leaves (RFC 6962);"
    " seed = SHA-256(root || beacon value); order = leaves by HMAC-SHA256(seed, leaf), ascending"
)


class Gap(msgspec.Struct, frozen=True):
    """What a required source cannot vouch for."""

    source: str
    what: str


class Freeze(msgspec.Struct, frozen=True):
    """What is fixed before chance is known. Times are UTC, ISO 8601. `refused`: reason → entries refused for it."""

    contest_id: str
    brand_id: str
    name: str
    method: str
    terms: str | None
    starts_at: str
    ends_at: str
    seen_by: str | None
    frozen_at: str
    data_as_of: str
    winners: int
    alternates: int
    entries_per_person: int
    countries: str | None
    minimum_age: int | None
    count: int
    root: str
    refused: dict[str, int]
    gaps: tuple[Gap, ...]
    gaps_reason: str | None
    beacon: Beacon | None
    how: str = _HOW


class Draw(msgspec.Struct, frozen=True):
    """What followed. `places`: the leaves of winners, then of alternates; `points`: of a jury, per leaf."""

    contest_id: str
    commitment: str
    drawn_at: str
    beacon_value: str | None
    seed: str | None
    winners: tuple[str, ...]
    alternates: tuple[str, ...]
    points: dict[str, str] = {}

    @property
    def places(self) -> tuple[str, ...]:
        """Winners, then alternates."""
        return self.winners + self.alternates


def written(document: Freeze | Draw) -> bytes:
    """A document as it is published: JSON, keys in the order of their declaration."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def commitment_of(freeze: bytes) -> str:
    """SHA-256 of the published freeze, hex: what to make known on the day of the freeze."""
    return hashlib.sha256(freeze).hexdigest()


def lines(leaves: Sequence[str]) -> bytes:
    """One hash a line."""
    return "".join(f"{leaf}\n" for leaf in leaves).encode()


def draw_by_lot(freeze: Freeze, commitment: str, leaves: Sequence[str], value: str, drawn_at: str) -> tuple[Draw, list[str]]:
    """The draw that a beacon's value makes, and the whole order."""
    seed = seed_of(freeze.root, value)
    order = order_of(seed, leaves)
    return _placed(freeze, commitment, order, drawn_at, value=value, seed=seed), order


def draw_by_jury(
    freeze: Freeze, commitment: str, totals: Mapping[str, Fraction], drawn_at: str
) -> tuple[Draw, list[str]]:  # fmt: skip
    """The draw that a jury's points make, and the order of all it gave points to. Raises RefusedError for open ties."""
    order = places_of(totals, freeze.winners, freeze.alternates)
    points = {leaf: str(totals[leaf]) for leaf in order}
    return _placed(freeze, commitment, order, drawn_at, points=points), order


def _placed(
    freeze: Freeze, commitment: str, order: Sequence[str], drawn_at: str, *, value: str | None = None,
    seed: str | None = None, points: dict[str, str] | None = None,
) -> Draw:  # fmt: skip
    winners, standing_by = order[: freeze.winners], order[freeze.winners : freeze.winners + freeze.alternates]
    return Draw(freeze.contest_id, commitment, drawn_at, value, seed, tuple(winners), tuple(standing_by), points or {})


def faults(files: Mapping[str, bytes]) -> Iterator[str]:
    """Everything in published files (name → content) that does not follow from the rest; none = the protocol holds."""
    freeze = msgspec.json.decode(files[FREEZE], type=Freeze)
    leaves = files[LEAVES].decode().split()
    if leaves != sorted(set(leaves)):
        yield f"{LEAVES}: not in ascending order, or a leaf twice"
    if len(leaves) != freeze.count:
        yield f"{LEAVES}: {len(leaves)} leaves, {freeze.count} were frozen"
    if root_of(leaves) != freeze.root:
        yield f"{LEAVES}: the leaves do not give the frozen root"
    if DRAW in files:
        yield from _faults_of_draw(freeze, leaves, files)


def _faults_of_draw(freeze: Freeze, leaves: Sequence[str], files: Mapping[str, bytes]) -> Iterator[str]:
    draw = msgspec.json.decode(files[DRAW], type=Draw)
    commitment = commitment_of(files[FREEZE])
    if draw.commitment != commitment:
        yield f"{DRAW}: made for another freeze than {FREEZE}"
    if freeze.method == "jury":
        totals = {leaf: Fraction(points) for leaf, points in draw.points.items()}
        if not totals.keys() <= set(leaves):
            yield f"{DRAW}: points for entries that were not frozen"
        expected, order = draw_by_jury(freeze, commitment, totals, draw.drawn_at)
    else:
        expected, order = draw_by_lot(freeze, commitment, leaves, draw.beacon_value or "", draw.drawn_at)
    if expected.seed != draw.seed:
        yield f"{DRAW}: the seed is not SHA-256(root || beacon value)"
    if (expected.winners, expected.alternates) != (draw.winners, draw.alternates):
        yield f"{DRAW}: other places than the order gives"
    if files[ORDER].decode().split() != order:
        yield f"{ORDER}: not the order that follows"
