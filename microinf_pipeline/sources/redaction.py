"""What of a request may be written down: into raw pages, logs and error texts.

Put here: names that carry secrets, and their removal from addresses and texts. Keep out: sending anything.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

#: Query parameters whose value is a secret on one of the networks.
SECRET_PARAMS: Final = frozenset(
    {
        "access_token", "api_key", "apikey", "app_password", "appsecret_proof", "auth", "authorization",
        "client_secret", "code", "fb_exchange_token", "id_token", "input_token", "key", "passwd", "password",
        "refresh_token", "secret", "sig", "signature", "token", "x-goog-credential", "x-goog-signature",
    }
)  # fmt: skip

#: Headers whose value is a secret, in lower case.
_SECRET_HEADERS: Final = frozenset({"authorization", "access-token", "x-api-key"})
#: What is shorter is found in words of people, and guards nothing.
_SHORTEST: Final = 6

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


def secrets_of(params: Params, headers: Mapping[str, str], *bodies: object) -> frozenset[str]:
    """Every secret that a request carries: in its parameters, headers, and the top level of its form or JSON."""
    sent = [pair for body in bodies if isinstance(body, Mapping) for pair in body.items()]
    pairs = [*(params.items() if isinstance(params, Mapping) else params), *sent]
    told = [value for name, value in pairs if str(name).lower() in SECRET_PARAMS]
    for name, value in headers.items():
        if name.lower() in _SECRET_HEADERS:
            scheme, _, credentials = value.rpartition(" ")
            told += [credentials, *(_basic(credentials) if scheme.lower() == "basic" else ())]
    return frozenset(value for value in told if isinstance(value, str) and len(value) >= _SHORTEST)


def _basic(credentials: str) -> tuple[str, ...]:
    """The password of HTTP Basic; the name before it is none."""
    return (base64.b64decode(credentials).decode("utf-8", "replace").partition(":")[2],)


def blanked(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets, however an address or JSON writes them."""
    for secret in secrets:
        in_json = json.dumps(secret)[1:-1]
        for written in {secret, quote(secret, safe=""), in_json, in_json.replace("/", "\\/")}:
            text = text.replace(written, "REDACTED")
    return text
