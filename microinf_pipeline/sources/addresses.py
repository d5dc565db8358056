"""Addresses that strangers wrote, taken apart: not everything that looks like one is.

Put here: reading an address without failing. Keep out: what may be recorded of one (`redaction.py`).
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_NONE = SplitResult("", "", "", "", "")


def parts_of(address: str) -> SplitResult:
    """Its parts; empty ones for what is no address (brackets around a host that hold none)."""
    try:
        return urlsplit(address)
    except ValueError:
        return _NONE
