"""What a Reddit post says and shows: Markdown as plain text, who and what it names, what is attached, whether it is gone.

Put here: reading of single fields. Keep out: rows and columns (`reddit_parse.py`), shapes (`reddit_records.py`).
"""

from __future__ import annotations

import html
import re
from typing import Final

from msgspec import Raw

from microinf_pipeline.sources.addresses import parts_of
from microinf_pipeline.sources.reddit_records import NOTHING, Comment, Link

DELETED: Final = "[deleted]"
REMOVED: Final = "[removed]"
#: Characters that Reddit's editor escapes with a backslash: `some\_name`, `\#acme`.
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!~>|^&<])")
_LABELLED: Final = re.compile(r"\]\(\s*(https?://[^\s)]+)")
#: `u/name` and `/u/name` tag an account; `example.com/u/name` is the path of an address.
_TAGGED: Final = re.compile(r"(?<![\w/.])/?u/([A-Za-z0-9_-]{3,20})(?![\w-])")
#: Hosts of Reddit's own media: an address there is the picture itself and leads nowhere.
_OWN_MEDIA: Final = frozenset({"i.redd.it", "v.redd.it", "preview.redd.it"})
_OWN_PAGES: Final = ("reddit.com", "redd.it")
_HINTS: Final = {"image": "picture", "hosted:video": "video", "rich:video": "video", "link": "link", "gallery": "picture"}
_PICTURES: Final = (".jpg", ".jpeg", ".png", ".webp")


def plain_text(written: str | None, *, unescaped: bool = True) -> str | None:
    """Markdown as a reader sees its words: entities and backslashes undone, marks left in; None when there are no words.

    `unescaped`: the answer was asked for with `raw_json=1`; without it every text has one more layer of entities.
    """
    if not written:
        return None
    text = written if unescaped or "&" not in written else html.unescape(written)
    if "&" in text:
        text = html.unescape(text)
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def plain_title(title: str | None, *, unescaped: bool = True) -> str | None:
    """A title is no Markdown."""
    return title if not title or unescaped or "&" not in title else html.unescape(title)


def links_of(text: str | None, address: str | None) -> list[str]:
    """Where a post leads: its own address first, then those behind labels; bare ones are found in the text itself."""
    found = [address] if address is not None and _leads_out(address) else []
    if text is not None and "](" in text:
        found += _LABELLED.findall(text)
    return list(dict.fromkeys(found)) if len(found) > 1 else found


def _leads_out(address: str) -> bool:
    if not address.startswith(("https://", "http://")):
        return False
    host = parts_of(address).netloc.lower()
    return host not in _OWN_MEDIA and not host.removeprefix("www.").endswith(_OWN_PAGES)


def tagged(text: str | None) -> list[str]:
    """Names of accounts that a text tags, each once."""
    return list(dict.fromkeys(_TAGGED.findall(text))) if text is not None and "u/" in text else []


def media_of(link: Link) -> list[str]:
    """What is attached to a submission, in the words all networks share."""
    if link.crosspost_parent_list:
        return media_of(link.crosspost_parent_list[0])
    kinds = ["poll"] if _is_given(link.poll_data) else []
    if link.is_self:
        return [*kinds, "picture"] if _is_given(link.media_metadata) else kinds
    return [*kinds, *_shown(link)]


def _is_given(raw: Raw) -> bool:
    return raw is not NOTHING and bytes(raw) != b"null"


def _shown(link: Link) -> list[str]:
    address = (link.url_overridden_by_dest or link.url or "").lower().partition("?")[0]
    if link.is_video or link.domain == "v.redd.it":
        return ["video"]
    if address.endswith((".gif", ".gifv")):
        return ["gif"]
    if link.is_gallery or link.domain == "i.redd.it" or address.endswith(_PICTURES):
        return ["picture"]
    return [_HINTS.get(link.post_hint or "", "link")]


def fate_of(thing: Link | Comment) -> tuple[str, str] | None:
    """Status and evidence of a thing whose content is gone, else None. What moderators or Reddit took down is withheld."""
    body = thing.selftext if isinstance(thing, Link) else thing.body
    category = thing.removed_by_category
    if category == "deleted" or body == DELETED:
        return "deleted", "deleted by its author"
    if category is not None or body == REMOVED:
        return "withheld", f"removed by {(category or 'moderators').replace('_', ' ')}"
    # an author who left keeps the place of a submission, with nothing to show who it was
    return ("deleted", "its author is deleted") if thing.author == DELETED else None
