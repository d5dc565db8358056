"""The hostile twin: any network's server, from some request on answering as servers do on bad days.

A mischief is a function from the request and the honest reply to what is answered instead. Put here: what can go wrong
with an answer, whatever the network. Keep out: what a source must make of it (`test_hostile_twin.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from microinf_pipeline_tests.contract.case import Case
from microinf_pipeline_tests.unit.sources.local_server import Reply, Request

#: The case, what is asked, the honest reply, how many requests went before since the trouble began.
Do = Callable[[Case, Request, Reply, int], Reply]

_TIME: Final = re.compile(r'"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)"')
#: Texts that are no ids, tokens, cursors, addresses or times: a number in their place is nonsense, in a text a fact.
BIG: Final = 2**53 + 1


@dataclass(frozen=True)
class Mischief:
    """`after` how many honest answers it begins. `spares_all`: a night under it may honestly call itself complete.
    `seconds`, `attempts`: the limits that end it.
    """

    name: str
    do: Do
    spares_all: bool = False
    seconds: float = 5.0
    attempts: int = 2
    after: tuple[int, ...] = (0,)


@dataclass
class HostileTwin:
    """Honest for the first `after` requests, then up to its mischief."""

    case: Case
    mischief: Mischief
    after: int
    asked: int = 0
    touched: bool = False  # whether anything that was needed came otherwise than it would have
    first: dict[str, Reply] = field(default_factory=dict)  # honest replies, by path

    def __call__(self, request: Request) -> Reply:
        self.asked += 1
        honest = self.case.handler(request)
        repeats = self.mischief.name.startswith("the same page")
        shown = self.first.setdefault(request.path, honest) if repeats else honest
        since = self.asked - self.after
        if since <= 0:
            return honest
        said = self.mischief.do(self.case, request, shown, since)
        self.touched |= said != honest and (self.case.is_turned(request) or not repeats)
        return said


def _instead(reply: Reply) -> Do:
    return lambda *_: reply


def _body(change: Callable[[bytes], bytes]) -> Do:
    return lambda _case, _request, reply, _n: replace(reply, body=change(reply.body))


def _values(change: Callable[[str, Any], Any]) -> Do:
    """Every value of the JSON, from the inside to the outside, by the name it stands under."""

    def changed(name: str, value: Any) -> Any:
        if isinstance(value, dict):
            value = {key: changed(key, one) for key, one in value.items()}
        elif isinstance(value, list):
            value = [changed("", one) for one in value]
        return change(name, value)

    return _body(lambda body: json.dumps(changed("", json.loads(body))).encode())


def _shifted(days: int) -> Do:
    def later(found: re.Match[str]) -> str:
        moment = datetime.fromisoformat(found[1]) + timedelta(days=days)
        return f'"{moment.isoformat()}{found[2]}"'

    return _body(lambda body: _TIME.sub(later, body.decode()).encode())


def _texts(change: Callable[[str], Any]) -> Do:
    """Only words somebody wrote: they hold a blank and stand under no address."""
    return _values(lambda name, one: change(one) if isinstance(one, str) and " " in one and "://" not in one else one)


def _addresses(instead: str) -> Do:
    return _values(lambda _, one: instead if isinstance(one, str) and one.startswith(("http://", "https://")) else one)


def _only_turned(reply: Reply) -> Do:
    return lambda case, request, honest, _n: reply if case.is_turned(request) else honest


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _fresh_cursor(case: Case, _request: Request, honest: Reply, number: int) -> Reply:
    return case.with_cursor(honest, str(10**17 - number))


def _with_more(_name: str, value: Any) -> Any:
    return {**value, "newField": {"of": ["tomorrow", 1, None]}, "$type2": "unknown"} if isinstance(value, dict) else value


def _echo(request: Request) -> str:
    """All of a request, as servers repeat it in errors and debug output."""
    query = [f"{name}={value}" for name, value in request.query]
    return " ".join([request.path, *query, *request.headers.values(), request.body.decode("utf-8", "replace")])


def _refused_with_echo(_case: Case, request: Request, _reply: Reply, _n: int) -> Reply:
    return Reply(400, json.dumps({"error": {"code": 400, "message": _echo(request)}}).encode())


def _with_echo(_case: Case, request: Request, reply: Reply, _n: int) -> Reply:
    body = json.loads(reply.body)
    return replace(reply, body=json.dumps(body | {"debug": _echo(request)} if isinstance(body, dict) else body).encode())


def _to(location: str) -> Do:
    return lambda _case, request, _reply, _n: Reply(302, b"", {"location": location or f"{request.path}?again=1"})


def _rows(name: str, do: Do) -> Mischief:
    """What spoils rows and leaves the answers around them whole; it begins when a log-in is over."""
    return Mischief(name, do, spares_all=True, after=(1,))


_BAD_REQUEST: Final = Reply(400, b'{"error":"InvalidRequest","message":"cursor has expired"}')
_HTML: Final = Reply(200, b"<!doctype html><title>We will be back soon</title>", {"content-type": "text/html"})
_DEEP: Final = b'{"a":' * 50_000

MISCHIEFS: Final = (
    Mischief("500", _instead(Reply(500, b"oops")), after=(0, 3)),
    Mischief("503 in HTML", _instead(replace(_HTML, status=503))),
    Mischief("429", _instead(Reply(429))),
    Mischief("429 for two seconds", _instead(Reply(429, headers={"retry-after": "2"}))),
    Mischief("429 for a day", _instead(Reply(429, headers={"retry-after": "86400"})), after=(0, 3)),
    Mischief("429 for nonsense", _instead(Reply(429, headers={"retry-after": "soon"}))),
    Mischief("403 in HTML", _instead(replace(_HTML, status=403))),
    Mischief("HTML with 200", _instead(_HTML), after=(0, 3)),
    Mischief("JSON cut in the middle", _body(lambda body: body[: max(1, len(body) // 2)])),
    Mischief("a body shorter than promised", lambda *a: replace(a[2], truncated=True)),
    Mischief("an empty body", _body(lambda _: b"")),
    Mischief("null", _body(lambda _: b"null"), after=(0, 3)),
    Mischief("a number", _body(lambda _: b"42")),
    Mischief("JSON nested without end", _body(lambda _: _DEEP)),
    Mischief("bytes that are no text", _body(lambda body: body[:1] + b"\xff\xfe" + body[1:])),
    Mischief("the same page for ever", lambda _c, _r, honest, _n: honest, after=(0, 3)),
    Mischief("the same page under ever new cursors", _fresh_cursor, after=(0, 3)),
    Mischief("an expired cursor", _only_turned(_BAD_REQUEST), after=(0, 3)),
    Mischief("lists that are null", _values(lambda _, one: None if isinstance(one, list) else one), after=(0, 3)),
    _rows("nulls in lists", _values(lambda _, one: [None, *one, None] if isinstance(one, list) else one)),
    _rows("numbers as text", _values(lambda _, one: str(one) if _is_number(one) else one)),
    _rows("texts as numbers", _texts(lambda _: 7)),
    _rows("texts as null", _texts(lambda _: None)),
    _rows("texts as objects", _texts(lambda text: {"en": text})),
    _rows("numbers as null", _values(lambda _, one: None if _is_number(one) else one)),
    _rows("numbers that are not whole", _values(lambda _, one: one + 0.5 if _is_number(one) else one)),
    _rows("numbers below zero", _values(lambda _, one: -1 if _is_number(one) else one)),
    _rows("numbers above 2^53", _values(lambda _, one: BIG if _is_number(one) else one)),
    _rows("numbers above 2^64", _values(lambda _, one: 2**70 if _is_number(one) else one)),
    Mischief("numbers that are none", _values(lambda _, one: float("nan") if _is_number(one) else one)),
    _rows("fields nobody knows", _values(_with_more)),
    Mischief("errors that repeat the request", _refused_with_echo, after=(0, 3)),
    _rows("answers that repeat the request", _with_echo),
    _rows("addresses in broken brackets", _addresses("https://[evil")),
    _rows("giant texts", _texts(lambda text: text + " tea" * 5_000)),
    _rows("half a surrogate pair", _texts(lambda text: text + "\ud83d")),
    _rows("a zero byte in texts", _texts(lambda text: text + "\x00")),
    _rows("a clock a day ahead", _shifted(1)),
    _rows("a clock a week ahead", _shifted(7)),
    _rows("a clock a day behind", _shifted(-1)),
    _rows("times that are none", _body(lambda b: _TIME.sub('"0000-00-00T00:00:00Z"', b.decode()).encode())),
    Mischief("a byte at a time", lambda *a: replace(a[2], slow=True), seconds=0.15, attempts=1),
    Mischief("a body without end", lambda *a: replace(a[2], body=b" " * 65_536, endless=True), seconds=3.0),
    Mischief("a connection cut", _instead(Reply(reset=True)), after=(0, 3)),
    Mischief("redirects in a circle", _to("")),
    Mischief("a redirect to elsewhere", _to("http://elsewhere.example/login")),
    Mischief("gzip that is none", lambda *a: replace(a[2], headers={**a[2].headers, "content-encoding": "gzip"})),
)  # fmt: skip
