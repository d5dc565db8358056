"""From a cell's text to a typed value: one builder per kind of target, each saying when a value could not be read.

A cell that is empty, or holds what exports write for nothing, gives NULL; anything else that is not of the kind makes
the row a reject. Put here: those rules. Keep out: which target takes which kind (see `targets`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from microinf_pipeline.errors import FixConfigurationError
from microinf_pipeline.sources.files.expressions import (
    FALSE,
    TRUE,
    Node,
    call,
    cast,
    coalesce,
    fill,
    first_true,
    null_of,
    number,
    one_of,
    text,
)
from microinf_pipeline.sources.files.spec import Conversion

#: What exports write where there is no number or time; -1 is how platforms return hidden counts.
_NOTHING = r"|-|–|—|\?|-1|n/?a'?|null|none|nan|nat|undefined|true|false|#.*"
_OFFSET = r"[0-9]:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?\s*(Z|z|UTC|GMT|[+-][0-9]{2}(:?[0-9]{2})?)\s*$"
_PLAIN_TIME = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?"
_DIGITS = {1_000_000: "[0-9]{1,12}", 1_000: "[0-9]{1,15}"}  # seconds, milliseconds that need no rounding or clamping
_OF_THE_DAY = re.compile("%-?[HIMSfgnpcXsTzZ]")  # parts of a format that tell more than a date
_TRUE = ("true", "1", "1.0", "yes", "y", "t", "ja", "j", "wahr", "oui", "sí", "si")
_FALSE = ("false", "0", "0.0", "no", "n", "f", "nein", "falsch", "non")
_SUFFIX = {"K": 1e3, "TSD": 1e3, "M": 1e6, "MIO": 1e6, "B": 1e9, "G": 1e9, "MRD": 1e9}
_ENTITIES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'", "&nbsp;": " ", "&amp;": "&"}


@dataclass(frozen=True)
class Value:
    """A typed expression over the cell, and the phrase for a cell that is not of its kind (NULL: nothing can be wrong)."""

    node: Node
    wrong: str | None = None  # 'is not a number'


def written(cell: Node, convert: Conversion | None, *, strip_nul: bool) -> Node:
    """Running text as written; blank text is NULL. `html` removes the mark-up and keeps its line breaks."""
    plain = fill("replace($x, chr(0), '')", x=cell) if strip_nul else cell
    if convert is not None and convert.kind == "html":
        plain = fill(r"regexp_replace($x, '(?i)<br\s*/?>|</p>\s*<p[^>]*>', chr(10), 'g')", x=plain)
        plain = fill("regexp_replace($x, '<[^<>]*>', '', 'g')", x=plain)
        for entity, character in _ENTITIES.items():
            plain = fill("replace($x, $entity, $character)", x=plain, entity=text(entity), character=text(character))
    # Text that starts above the space is not blank: the pattern runs on the rest alone.
    return fill(r"CASE WHEN $x >= '!' THEN $x WHEN regexp_matches($x, '\S') THEN $x END", x=plain)


def word(cell: Node) -> Node:
    """An id, address or name: surrounding blanks removed, empty is NULL."""
    padded = "starts_with($x, ' ') OR ends_with($x, ' ') OR $x = ''"  # a fifth of the cost of trimming every row
    return fill(f"CASE WHEN {padded} THEN nullif(trim($x), '') ELSE $x END", x=cell)


def handle(cell: Node) -> Node:
    """A handle: lower case, without leading @."""
    plain = fill("regexp_full_match($x, '[0-9A-Za-z._-]+')", x=cell)
    return first_true([(plain, fill("lower($x)", x=cell))], fill("nullif(ltrim(lower(trim($x)), '@'), '')", x=cell))


def two_letters(cell: Node, *, upper: bool) -> Node:
    """The code of a language ('de' of 'de-AT') or a country ('DE'); names of either give NULL."""
    pattern = text(r"^\s*[A-Za-z]{2}\s*$" if upper else r"^\s*[A-Za-z]{2}\s*([_-]|$)")
    cased = "upper" if upper else "lower"
    return first_true(
        [
            (fill("regexp_full_match($x, '[A-Za-z]{2}')", x=cell), fill(f"{cased}($x)", x=cell)),
            (fill("regexp_matches($x, $p)", x=cell, p=pattern), fill(f"{cased}(left(trim($x), 2))", x=cell)),
        ]
    )


def mapped(cell: Node, convert: Conversion) -> Node:
    """The value a map gives for a cell, compared without case; its default, or NULL, for others."""
    key = fill("lower(trim($x))", x=cell)
    cases = [
        (fill("$key = $name", key=key, name=text(name.strip().lower())), text(value)) for name, value in convert.values.items()
    ]
    return first_true(cases, text(convert.default))


def count(cell: Node, convert: Conversion | None) -> Value:
    """A whole number, not negative: '7', '7.0'; with compact_number also '1,234', '221.7K', '1.3M'."""
    kind = convert.kind if convert else None
    if kind == "compact_number":
        return Value(_compact(cell), "is not a number")
    if kind not in (None, "map"):
        raise FixConfigurationError(f"{kind} does not give a whole number", fix="use compact_number, map or sql")
    digits = fill("regexp_full_match($x, '[0-9]{1,18}')", x=cell)
    loose = _whole(fill("TRY_CAST(trim($x) AS DOUBLE)", x=cell))
    return Value(first_true([(digits, fill("TRY_CAST($x AS BIGINT)", x=cell))], loose), "is not a number")


def rounded_mark(cell: Node) -> Node:
    """'rounded' for a number written with a suffix (221.7K), else 'exact'."""
    return fill("CASE WHEN regexp_matches(trim($x), '[A-Za-z][.]?$') THEN 'rounded' ELSE 'exact' END", x=cell)


def ratio(cell: Node, convert: Conversion | None) -> Value:
    """A decimal number; percent divides by 100; the words positive, neutral, negative are 1, 0, -1."""
    worded = [
        (fill("lower(trim($x)) = $word", x=cell, word=text(word)), cast(number(value), "DOUBLE"))
        for word, value in (("positive", 1), ("neutral", 0), ("negative", -1))
    ]
    decimal = fill("TRY_CAST(replace(replace(trim($x), '%', ''), ',', '.') AS DOUBLE)", x=cell)
    decimal = fill("CASE WHEN isfinite($n) THEN $n END", n=decimal)
    if convert is not None and convert.kind == "percent":
        decimal = fill("$n / 100", n=decimal)
    return Value(first_true(worded, decimal), "is not a number")


def flag(cell: Node) -> Value:
    """True or false, in the words and digits exports use."""
    said = fill("lower(trim($x))", x=cell)
    cases = [(one_of(said, _TRUE), TRUE), (one_of(said, _FALSE), FALSE)]
    return Value(first_true(cases, null_of("BOOLEAN")), "is not true or false")


def moment(cell: Node, convert: Conversion | None, timezone: str) -> Value:
    """A time in UTC without zone. A time that states a zone keeps it, others are in the conversion's or the source's."""
    kind = convert.kind if convert else "iso"
    zone = (convert.timezone if convert else None) or timezone
    if kind in ("unix_seconds", "unix_millis"):
        return Value(_since_epoch(cell, 1_000_000 if kind == "unix_seconds" else 1_000), "is not a time")
    if kind == "strptime" and convert is not None:
        return Value(coalesce(*(_by_format(cell, form, zone) for form in convert.formats)), "is not a time")
    if kind != "iso":
        raise FixConfigurationError(f"{kind} does not give a time", fix="use unix_seconds, unix_millis, iso, strptime or sql")
    return Value(_iso(cell, zone), "is not a time")


def night_of(cell: Node, convert: Conversion | None, timezone: str) -> Node:
    """The night a cell names, a day of UTC. A date without a time is that date, whatever the source's time zone."""
    if convert is not None and convert.kind == "strptime":
        zone = convert.timezone or timezone
        moments = (_by_format(cell, form, zone if _OF_THE_DAY.search(form) else "UTC") for form in convert.formats)
        return cast(coalesce(*moments), "DATE")
    dated = fill(r"regexp_full_match($x, '\s*[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}\s*')", x=cell)
    in_time = cast(moment(cell, convert, timezone).node, "DATE")
    return first_true([(dated, fill("TRY_CAST(trim($x) AS DATE)", x=cell))], in_time)


def items(cell: Node, convert: Conversion | None, leading: str = "") -> Node:
    """A list: of a JSON array, or of text cut at the separator (else , ; | or white space); `leading` is taken off."""
    separator = convert.separator if convert and convert.kind == "list" else None
    cut = (
        fill(r"string_split_regex($x, '[,;|\s]+')", x=cell)
        if separator is None
        else call("string_split", cell, text(separator))
    )
    is_array = fill("CASE WHEN starts_with($x, '[') THEN json_valid($x) ELSE FALSE END", x=cell)
    array = call("from_json", cell, text('["VARCHAR"]'))
    clean = fill(
        "list_filter(list_transform($list, lambda i: trim(i, $marks)), lambda i: i <> '')",
        list=first_true([(is_array, array)], cut),
        marks=text(" " + leading),
    )
    return fill("CASE WHEN regexp_matches($x, '[^ ]') THEN $list END", x=cell, list=clean)


def says_nothing(cell: Node) -> Node:
    """Whether a cell holds what exports write for no value."""
    return fill("regexp_full_match(lower(trim($x)), $pattern)", x=cell, pattern=text(_NOTHING))


def _whole(number: Node) -> Node:
    # Below 2^53 a double holds every whole number, so nothing is rounded here.
    return fill("CASE WHEN $n >= 0 AND $n < 9e15 AND $n = trunc($n) THEN CAST($n AS BIGINT) END", n=number)


def _compact(cell: Node) -> Node:
    plain = fill(r"upper(regexp_replace($x, '\s', '', 'g'))", x=cell)
    pattern = "^([0-9]+(?:[.,][0-9]+)?)(K|TSD|M|MIO|B|G|MRD)[.]?$"
    factor = first_true(
        (fill("regexp_extract($y, $pattern, 2) = $suffix", y=plain, pattern=text(pattern), suffix=text(suffix)),
         number(int(size)))
        for suffix, size in _SUFFIX.items()
    )  # fmt: skip
    mantissa = fill("TRY_CAST(replace(regexp_extract($y, $p, 1), ',', '.') AS DOUBLE)", y=plain, p=text(pattern))
    return first_true(
        [
            (fill("regexp_full_match($y, '[0-9]{1,3}(,[0-9]{3})+')", y=plain),
             fill("TRY_CAST(replace($y, ',', '') AS BIGINT)", y=plain)),
            (fill("regexp_matches($y, $p)", y=plain, p=text(pattern)),
             fill("CAST(round($m * $factor) AS BIGINT)", m=mantissa, factor=factor)),
        ],
        _whole(fill("TRY_CAST($y AS DOUBLE)", y=plain)),
    )  # fmt: skip


def _since_epoch(cell: Node, micros_of_unit: int) -> Node:
    scale = number(micros_of_unit)
    usual = fill("regexp_full_match($x, $digits)", x=cell, digits=text(_DIGITS[micros_of_unit]))
    whole = fill("make_timestamp(TRY_CAST($x AS BIGINT) * $scale)", x=cell, scale=scale)
    numeric = fill(r"regexp_full_match($x, '\s*[+-]?[0-9]+([.][0-9]*)?([eE][+]?[0-9]+)?\s*')", x=cell)
    # Clamped, so that nonsense is a time out of range and no overflow of the engine.
    clamped = "CAST(least(greatest(TRY_CAST($x AS DOUBLE) * $scale, -1e17), 1e17) AS BIGINT)"
    loose = fill(f"make_timestamp({clamped})", x=cell, scale=scale)
    return first_true([(usual, whole), (numeric, loose)])


def _iso(cell: Node, zone: str) -> Node:
    # The engine's TRY_CAST to TIMESTAMP drops an offset without a word, so texts are told apart by their form first.
    local = fill("TRY_CAST(trim($x) AS TIMESTAMP)", x=cell)
    zulu = fill("ends_with($x, 'Z')", x=cell)
    plain = fill("regexp_full_match($x, $form)", x=cell, form=text(_PLAIN_TIME))
    offset = fill("regexp_matches($x, $form)", x=cell, form=text(_OFFSET))
    joined = fill(r"regexp_replace(trim($x), '\s*(UTC|GMT|Z|z|[+-][0-9:]+)$', '\1')", x=cell)
    joined = fill("replace(replace($x, 'GMT', 'Z'), 'UTC', 'Z')", x=joined)
    stated = fill("TRY_CAST($x AS TIMESTAMPTZ) AT TIME ZONE 'UTC'", x=joined)
    here = _in_zone(local, zone)
    return first_true([(zulu, fill("TRY_CAST($x AS TIMESTAMP)", x=cell)), (plain, here), (offset, stated)], here)


def _by_format(cell: Node, form: str, zone: str) -> Node:
    parsed = call("try_strptime", cell, text(form))
    if "%z" in form or "%Z" in form:
        return fill("$t AT TIME ZONE 'UTC'", t=parsed)
    return _in_zone(parsed, zone)


def _in_zone(local: Node, zone: str) -> Node:
    if zone == "UTC":
        return local
    return fill("$t AT TIME ZONE $zone AT TIME ZONE 'UTC'", t=local, zone=text(zone))
