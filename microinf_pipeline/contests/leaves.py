"""Leaves, root, seed, order: the arithmetic of a draw.

Put here: SHA-256 and HMAC over what is handed in. Every line of it is told again in docs/contests.md, where a script of
twenty lines that shares no code with this repeats it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Final

SALT_BYTES: Final = 32


def leaf_of(salt: bytes, contest_id: str, network: str, post_id: str) -> str:
    """The hash that stands for an entry: SHA-256(salt ‖ "contest/network/post"), hex. Without the salt nobody can tell
    which entry it is, not even by trying all posts there are."""
    return hashlib.sha256(salt + f"{contest_id}/{network}/{post_id}".encode()).hexdigest()


def root_of(leaves: Iterable[str]) -> str:
    """The Merkle root over the leaves in ascending order, hex (RFC 6962, 2.1: 0x00 before a leaf, 0x01 before a pair).

    The order of entries does not matter; a leaf more, less or changed gives another root. No leaves: SHA-256 of nothing.
    """
    level = [hashlib.sha256(b"\x00" + bytes.fromhex(leaf)).digest() for leaf in sorted(leaves)]
    if not level:
        return hashlib.sha256().hexdigest()
    while len(level) > 1:
        level = [_joined(level[at : at + 2]) for at in range(0, len(level), 2)]
    return level[0].hex()


def _joined(pair: Sequence[bytes]) -> bytes:
    """A node above a pair; the last of an odd number moves up as it is."""
    return pair[0] if len(pair) == 1 else hashlib.sha256(b"\x01" + pair[0] + pair[1]).digest()


def seed_of(root: str, beacon_value: str) -> str:
    """SHA-256(root ‖ beacon value), hex: root as its 32 bytes, the value as the UTF-8 text that the protocol shows."""
    return hashlib.sha256(bytes.fromhex(root) + beacon_value.encode()).hexdigest()


def order_of(seed: str, leaves: Iterable[str]) -> list[str]:
    """The leaves by HMAC-SHA256(seed, leaf), ascending; no two places depend on one another, nothing is taken modulo."""
    key = bytes.fromhex(seed)
    return sorted(leaves, key=lambda leaf: (hmac.digest(key, bytes.fromhex(leaf), "sha256"), leaf))
