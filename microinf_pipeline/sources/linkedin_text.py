"""LinkedIn's "little text": plain words with escaped signs, and elements for mentions and hashtags.

Put here: reading it. Keep out: what may be kept of it (`linkedin_members.py`).
Source: learn.microsoft.com, "Little Text Format", li-lms-2026-05.
"""

from __future__ import annotations

import re
from typing import Final

_HASHTAG: Final = re.compile(r"\{hashtag\|(?:\\#|#|\\＃|＃)\|((?:[^}\\]|\\.)*)\}")
_MENTION: Final = re.compile(r"@\[((?:[^\]\\]|\\.)*)\]\s?\(urn:li:(\w+):([^)]*)\)")
#: Signs that the format reserves, and that a backslash makes plain.
_ESCAPED: Final = re.compile(r"\\([\\|{}@\[\]()<>#*_~])")
_ORGANIZATION: Final = "organization"


def plain(little: str) -> str:
    """The text that a reader sees."""
    shown = _HASHTAG.sub(lambda found: f"#{found[1]}", little)
    return _ESCAPED.sub(r"\1", _MENTION.sub(lambda found: f"@{found[1]}", shown))


def hashtags(little: str) -> list[str]:
    """Hashtags written as elements, without #, in order."""
    return list(dict.fromkeys(_ESCAPED.sub(r"\1", found[1]) for found in _HASHTAG.finditer(little)))


def organizations(little: str) -> list[str]:
    """Numbers of the organisations a text mentions, in order."""
    return list(dict.fromkeys(found[3] for found in _MENTION.finditer(little) if found[2] == _ORGANIZATION))


def without_members(little: str) -> str:
    """The text with nobody named who is no organisation."""
    return _MENTION.sub(lambda found: found[0] if found[2] == _ORGANIZATION else "@…", little)
