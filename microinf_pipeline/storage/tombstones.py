"""Who was erased, as keyed hashes: nights, replays and rebuilds leave their rows out, and nobody can read who it was.

`<home>/lake/tombstones.json`. The key is the home's own (`Home.key`), which lies outside the lake: without it a hash cannot be
tried out with known ids. Put here: the file and the hashes. Keep out: erasing (`night.forgetting`).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import msgspec

from microinf_pipeline.errors import BrokenStateError, FixConfigurationError
from microinf_pipeline.storage.home import Home
from microinf_pipeline.storage.state import replace_file
from microinf_pipeline.storage.traces import is_erased

_CHECK = "this key is that of the tombstones"


class Tombstone(msgspec.Struct, frozen=True):
    """One erased account: hashes of all keys its rows had, when it was asked for, and whether the erasure came to its end."""

    network: str
    keys: tuple[str, ...]
    at: str
    finished: bool = False


class _File(msgspec.Struct, frozen=True):
    key_check: str
    tombstones: tuple[Tombstone, ...] = ()


@dataclass(frozen=True)
class Tombstones:
    """All tombstones of a home, with the key that reads them (empty where there are none)."""

    key: bytes
    stones: tuple[Tombstone, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stones)

    def withheld(self, network: str, account_key: str | None) -> bool:
        """Whether an account's rows are left out: it was erased, or stands for one that was."""
        if account_key is None or not self.stones:
            return False
        return is_erased(account_key) or hashed(self.key, network, account_key) in self._hashes

    @cached_property
    def _hashes(self) -> frozenset[str]:
        return frozenset(key for stone in self.stones for key in stone.keys)


def hashed(key: bytes, network: str, account_key: str) -> str:
    """HMAC-SHA256 of an account's key (the platform's id, or `h:` and the handle), case-folded."""
    return hmac.new(key, f"{network}\0{account_key.lower()}".encode(), hashlib.sha256).hexdigest()


def load(home: Home) -> Tombstones:
    """The tombstones of a home. Raises FixConfigurationError where there are some and the key is missing or another one."""
    path = home.tombstones
    if not path.exists():
        return Tombstones(b"")
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise BrokenStateError("the tombstones cannot be read", where=str(path), fix="restore them from a backup") from error
    if not file.tombstones:
        return Tombstones(b"")
    key = home.key()
    if hashed(key, "", _CHECK) != file.key_check:
        raise FixConfigurationError(
            "people were erased here, and the key of the home is not the one they were erased with",
            where=str(home.key_path), fix="restore that file from a backup: without it their rows would come back",
        )  # fmt: skip
    return Tombstones(key, file.tombstones)


def remember(home: Home, stone: Tombstone) -> None:
    """Add a tombstone, or put it in place of one that shares a key with it (then with the keys of both)."""
    held = load(home)
    key = held.key or home.key()
    same = [one for one in held.stones if one.network == stone.network and set(one.keys) & set(stone.keys)]
    keys = _united((stone.keys, *(one.keys for one in same)))
    others = tuple(one for one in held.stones if one not in same)
    file = _File(hashed(key, "", _CHECK), (*others, msgspec.structs.replace(stone, keys=keys)))
    replace_file(home.tombstones, msgspec.json.encode(file))


def _united(several: Iterable[Iterable[str]]) -> tuple[str, ...]:
    return tuple(sorted({key for keys in several for key in keys}))
