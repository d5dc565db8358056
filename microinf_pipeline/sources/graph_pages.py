"""Reading a stored answer of Meta's Graph API: lists as a whole, and item by item where one of them is no such thing.

Put here: what parsers of Meta's networks share. Keep out: which field becomes which column (`<network>_parse.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.sources.frames import Rows, utc

T = TypeVar("T")
NOT_JSON = "not JSON of this endpoint"


@dataclass(frozen=True)
class ListOf(Generic[T]):
    """Decoders of a list: with all its items read, with its items left as they are, and of one item."""

    whole: msgspec.json.Decoder[Any]
    unread: msgspec.json.Decoder[Any]
    item: msgspec.json.Decoder[T]


class GraphPage:
    """One page, and the rows it is read into; `about` is what the capture noted beside the request."""

    def __init__(self, page: Page, rows: Rows) -> None:
        self.page, self.rows = page, rows
        self.observed = utc(page.received_at)
        about = page.request.get("about")
        self.about: dict[str, Any] = about if isinstance(about, dict) else {}

    @property
    def raw(self) -> bytes:
        return self.page.body.encode()

    def listed(self, kind: ListOf[T], reason: str, raw: bytes | None = None) -> Iterator[tuple[int, T]]:
        """The items of a list (the body, or a part of it), numbered; what is no such thing becomes a reject with the reason."""
        body = self.raw if raw is None else raw
        try:
            yield from enumerate(kind.whole.decode(body).data, 1)
            return
        except msgspec.DecodeError:
            items = self._unread(kind, body)
        for number, item in enumerate(items, 1):
            try:
                yield number, kind.item.decode(item)
            except msgspec.ValidationError:
                self.reject(reason, bytes(item), number)

    def _unread(self, kind: ListOf[Any], body: bytes) -> list[msgspec.Raw]:
        try:
            found: list[msgspec.Raw] = kind.unread.decode(body).data
        except msgspec.DecodeError:
            self.reject(NOT_JSON, body, 1)
            return []
        return found

    def one(self, kind: type[T], reason: str, raw: bytes, number: int = 1) -> T | None:
        """One object; None, and a reject, where it is no such thing."""
        try:
            return msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError:
            self.reject(reason, raw, number)
            return None

    def reject(self, reason: str, raw: bytes, number: int) -> None:
        self.rows.reject(reason, raw.decode("utf-8", "replace"), self.page.name, number)
