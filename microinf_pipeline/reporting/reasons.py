"""Reasons of the published tables in the reader's language: a code has its words, a number is written as it writes them.

Put here: from a `*_parts` column to sentences. Keep out: the words (`wording.toml`, group reason), the codes (the models).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Final

from microinf_pipeline.reporting.wording import Wording

Part = dict[str, Any]

_FOR, _AGAINST = "_strong", "_weak"


def listed(wording: Wording, parts: str | None) -> str:
    """Parts one after the other, as one sentence. Empty where nothing is told (NULL: the publication leaves it out)."""
    text = "; ".join(_told(wording, _parts(parts)))
    return f"{text[0].upper()}{text[1:]}".removesuffix(".") + "." if text else ""


def weighed(wording: Wording, parts: str | None) -> str:
    """Sentences first, then what speaks for and what against, each in a sentence of its own, then what is not known."""
    given = _parts(parts)
    sides = {side: [part for part in given if part["code"].endswith(side)] for side in (_FOR, _AGAINST)}
    plain = [part for part in given if not part["code"].endswith((_FOR, _AGAINST))]
    said = _told(wording, [part for part in plain if part["code"] != "not_known"])
    said += [
        wording.say(f"reason.{name}", reasons="; ".join(_told(wording, sides[side])))
        for name, side in (("for", _FOR), ("against", _AGAINST))
        if sides[side]
    ]
    return " ".join([*said, *_told(wording, [part for part in plain if part["code"] == "not_known"])])


def _parts(given: str | None) -> list[Part]:
    return json.loads(given) if given else []


def _told(wording: Wording, parts: Iterable[Part]) -> list[str]:
    return [wording.say(f"reason.{part['code']}", **_values(wording, part)) for part in parts]


def _values(wording: Wording, part: Part) -> dict[str, Any]:
    return {key: _SHOWN[key](wording, value) if key in _SHOWN else value for key, value in part.items() if key != "code"}


def _day(wording: Wording, value: str | None) -> str:
    return wording.shown.day(date.fromisoformat(value) if value else None)


def _bound(name: str) -> Callable[[Wording, str | None], str]:
    """A day a sentence can do without."""
    return lambda wording, value: wording.say(f"reason.{name}", day=_day(wording, value)) if value else ""


def _after_colon(_: Wording, value: str | None) -> str:
    """Somebody's own words, which may be missing."""
    return f": {value}" if value else ""


#: How the values of a part are written, by their key; others stand as they are. `n` is left to the wording, which chooses
#: between one and many by it.
_SHOWN: Final[Mapping[str, Callable[[Wording, Any], str]]] = {
    "cut": lambda wording, value: wording.shown.count(value),
    "share": lambda wording, value: wording.shown.share(value),
    "sentiment": lambda wording, value: wording.shown.decimal(value),
    "times": lambda wording, value: wording.shown.decimal(value, 1),
    **dict.fromkeys(("day", "last"), _day),
    **{name: _bound(name) for name in ("since", "until")},
    **dict.fromkeys(("tier", "status", "band", "said_by"), Wording.value),
    "format": lambda wording, value: wording.value(value or "any_format"),
    "reason": _after_colon,
    "flags": lambda wording, value: ", ".join(wording.value(one) for one in value.split(",")),
    "parts": lambda wording, value: ", ".join(wording.say(f"score.{one}") for one in value.split(", ")),
    "misfits": lambda wording, value: ", ".join(
        f"{wording.say('reason.' + one['kind'])} {wording.value(one['value'])}" for one in value
    ),
}
