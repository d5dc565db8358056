"""What was frozen and drawn, as a home keeps it: read for the tables, published as it is, forgotten entry by entry.

Put here: records ↔ rows. Keep out: freezing and drawing (`contest_draws`), lists the brand keeps (`contest_lists`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec
import polars as pl

from microinf_pipeline.contests.protocol import DRAW, FREEZE, Draw, Freeze
from microinf_pipeline.storage.contest_folder import ContestFolder, contest_folders
from microinf_pipeline.storage.home import Home


class FrozenEntry(msgspec.Struct, frozen=True):
    """An entry behind a leaf. Without it, and so without its salt, the leaf says nothing about anybody."""

    network: str
    post_id: str
    account_id: str | None
    person_key: str
    entered_at: datetime  # UTC, naive
    entered_by: str
    salt: str  # hex
    leaf: str


_MOMENT = pl.Datetime("us")
_ENTRIES = dict.fromkeys(("contest_id", "network", "post_id", "account_id", "entered_by", "entry_hash"), pl.String()) | {
    "entered_at": _MOMENT
}
_PLACES = {
    "contest_id": pl.String(), "place": pl.Int32(), "role": pl.String(), "entry_hash": pl.String(), "seed": pl.String(),
    "commitment": pl.String(),
}  # fmt: skip


def folder_of(home: Home, contest_id: str) -> ContestFolder:
    """Where a contest's record lies, whether there is one or not."""
    return ContestFolder(home.contests / contest_id)


def freeze_of(folder: ContestFolder) -> Freeze | None:
    """The freeze; None while the contest is open. A freeze that was cut off counts for nothing."""
    content = folder.public().get(FREEZE)
    return None if content is None else msgspec.json.decode(content, type=Freeze)


def draw_of(folder: ContestFolder) -> Draw | None:
    """The draw; None while there is none."""
    content = folder.public().get(DRAW)
    return None if content is None else msgspec.json.decode(content, type=Draw)


def entries_of(folder: ContestFolder) -> list[FrozenEntry]:
    """The entries behind the leaves, without those that were erased."""
    content = folder.entries()
    return [] if content is None else msgspec.json.decode(content, type=list[FrozenEntry])


def record_frames(home: Home) -> dict[str, pl.DataFrame]:
    """The session relations `frozen_contests`, `frozen_entries` and `drawn_places`."""
    frozen = {name: folder for name, folder in contest_folders(home.contests).items() if freeze_of(folder) is not None}
    entries = [
        (name, e.network, e.post_id, e.account_id, e.entered_by, e.leaf, e.entered_at)
        for name, folder in frozen.items()
        for e in entries_of(folder)
    ]
    places = [place for name, folder in frozen.items() for place in _places(name, draw_of(folder))]
    return {
        "frozen_contests": pl.DataFrame({"contest_id": list(frozen)}, {"contest_id": pl.String()}),
        "frozen_entries": pl.DataFrame(entries, _ENTRIES, orient="row"),
        "drawn_places": pl.DataFrame(places, _PLACES, orient="row"),
    }


def _places(name: str, draw: Draw | None) -> Iterator[tuple[str, int, str, str, str | None, str]]:
    if draw is None:
        return
    roles = ["winner"] * len(draw.winners) + ["alternate"] * len(draw.alternates)
    for place, (role, leaf) in enumerate(zip(roles, draw.places, strict=True), 1):
        yield name, place, role, leaf, draw.seed, draw.commitment


def protocol_texts(home: Home) -> dict[str, str]:
    """Relative name → text of every published protocol: `contests/<id>/freeze.json` and what belongs to it."""
    return {
        f"contests/{name}/{file}": content.decode()
        for name, folder in contest_folders(home.contests).items()
        if freeze_of(folder) is not None
        for file, content in folder.public().items()
    }


def forget_entrants(home: Home, is_theirs: Callable[[FrozenEntry], bool]) -> dict[str, int]:
    """Erase the entries of a person: salt, post, account, key. Their leaves stay as numbers nobody can read any more, so
    every protocol still holds. Returns contest id → entries erased."""
    erased = {}
    for name, folder in contest_folders(home.contests).items():
        entries = entries_of(folder)
        kept = [entry for entry in entries if not is_theirs(entry)]
        if len(kept) < len(entries):
            folder.write_entries(msgspec.json.encode(kept))
            erased[name] = len(entries) - len(kept)
    return erased
