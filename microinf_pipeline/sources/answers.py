"""One answer of a server, and what it means for the caller, whatever the network.

Put here: the answer as data and its classes of failure. Keep out: sending, waiting, retrying (`http.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from microinf_pipeline.catalog.capture import Page
from microinf_pipeline.errors import GiveUpError, ItemGoneError, RetryLaterError
from microinf_pipeline.sources.redaction import blanked

TRANSIENT_STATUSES: Final = frozenset({429, 500, 502, 503, 504})
GONE_STATUSES: Final = frozenset({404, 410})

#: Escaped backslashes and whole pairs are passed over; a half stands alone where somebody cut a text inside an emoji.
_SURROGATES: Final = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u[dD][89a-fA-F]..")
_HALF: Final = len(r"\ud83d")


def _whole(found: re.Match[str]) -> str:
    return r"\ufffd" if len(found[0]) == _HALF else found[0]


class AnswerRefusedError(GiveUpError):
    """The server answered that it will not: `status`, and `body` decoded from JSON or else as text."""

    def __init__(self, what: str, *, where: str, status: int, body: Any) -> None:
        super().__init__(what, where=where, fix="check the credentials, permissions and settings of this source")
        self.status, self.body = status, body


class PassingAnswerError(RetryLaterError):
    """The server answered that it will not for now: `status`, and `body` decoded from JSON or else as text."""

    def __init__(self, what: str, *, where: str, status: int, body: Any) -> None:
        super().__init__(what, where=where)
        self.status, self.body = status, body


class BrokenBodyError(RetryLaterError):
    """A 200 whose body is not the JSON it should be: worth one more attempt, no more."""


@dataclass(frozen=True)
class HttpResponse:
    """One answer, read to its end. `headers` have lower-case names; `request` is free of secrets."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)  # may hold tokens: it must not slip into a log
    received_at: datetime
    request: Mapping[str, Any]
    secrets: frozenset[str] = field(default=frozenset(), repr=False)  # that the request carried: servers repeat them

    @property
    def text(self) -> str:
        """The body without secrets of the request, with U+FFFD for bytes that are no text and for halves of surrogate pairs,
        which no reader takes."""
        return blanked(self._text, self.secrets)

    @property
    def _text(self) -> str:
        text = self.content.decode("utf-8", "replace")
        return _SURROGATES.sub(_whole, text) if "\\u" in text else text

    def json(self) -> Any:
        """The decoded `text`. Raises `ValueError` when it is not JSON, as strictly as pages are read later."""
        return _decoded(self.text)

    def granted(self) -> Any:
        """The decoded body of a log-in, secrets and all: it may give again the token it was asked with. Raises as `json`."""
        return _decoded(self._text)

    def page(self, name: str, kind: str, *, brand_id: str | None = None, rule: str | None = None) -> Page:
        """The answer as a raw page."""
        return Page(name, kind, brand_id, rule, self.request, self.status, self.received_at, self.text)


def _decoded(text: str) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error


#: Tells whether an answer is worth another attempt: networks with their own error codes bring their own.
IsTransient = Callable[[HttpResponse], bool]


def transient_status(response: HttpResponse) -> bool:
    """429 and the 5xx that pass."""
    return response.status in TRANSIENT_STATUSES


def judged(response: HttpResponse, accept: Collection[int], expect_json: bool, is_transient: IsTransient) -> HttpResponse:
    """The answer itself, or the error that says what to do next. A `RetryLaterError` has no wait yet."""
    where, status = response.request["url"], response.status
    if status in accept:
        return response
    if is_transient(response):
        raise PassingAnswerError(f"HTTP {status}", where=where, status=status, body=decoded_body(response))
    if status in GONE_STATUSES:
        raise ItemGoneError(f"HTTP {status}", where=where)
    if not 200 <= status < 300:
        body = decoded_body(response)
        raise AnswerRefusedError(f"HTTP {status}: {_summary(body)}", where=where, status=status, body=body)
    if expect_json and not _is_json(response):
        raise BrokenBodyError(f"HTTP {status} without a JSON body", where=where)
    return response


def _is_json(response: HttpResponse) -> bool:
    try:
        response.json()
    except ValueError:
        return False
    return True


def decoded_body(response: HttpResponse) -> Any:
    try:
        return response.json()
    except ValueError:
        return response.text


def _summary(body: Any) -> str:
    """One short line of an error body; HTML and text are cut."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return " ".join(text.split())[:200]
