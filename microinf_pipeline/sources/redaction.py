"""What of a request may be written down: into raw pages, logs and error texts.

Put here: names that carry secrets, and their removal from addresses and texts. Keep out: sending anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

#: Query parameters whose value is a secret on one of the networks.
SECRET_PARAMS: Final = frozenset(
    {
        "access_token", "api_key", "apikey", "app_password", "appsecret_proof", "auth", "authorization",
        "client_secret", "code", "fb_exchange_token", "id_token", "input_token", "key", "passwd", "password",
        "refresh_token", "secret", "sig", "signature", "token", "x-goog-credential", "x-goog-signature",
    }
)  # fmt: skip

Params = Mapping[str, Any] | Sequence[tuple[str, Any]]

_NAMES: Final = "access_token|client_secret|refresh_token|appsecret_proof|fb_exchange_token|input_token"
_IN_TEXT: Final = re.compile(rf"({_NAMES})(=|%3D)(?:[^&%\"'\s\\<>]|%(?!26)[0-9A-F]{{2}})+", re.IGNORECASE)
_IN_JSON: Final = re.compile(rf'("(?:{_NAMES})"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)


def without_secrets(params: Params) -> list[tuple[str, Any]]:
    """The parameters that may be recorded, in order; a repeated name stays repeated."""
    pairs: Iterable[tuple[str, Any]] = params.items() if isinstance(params, Mapping) else params
    return [(name, value) for name, value in pairs if name.lower() not in SECRET_PARAMS]


def safe_url(url: str) -> str:
    """The address without user info, secret parameters and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    query = urlencode(without_secrets(parse_qsl(parts.query, keep_blank_values=True)))
    return urlunsplit((parts.scheme, host, parts.path, query, ""))


def safe_text(text: str) -> str:
    """The text with the values of tokens blanked, in addresses and in JSON (Meta's `paging.next` repeats the access token)."""
    return _IN_JSON.sub(r'\1"REDACTED"', _IN_TEXT.sub(r"\1\2REDACTED", text))
