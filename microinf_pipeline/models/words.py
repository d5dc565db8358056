"""Words a model may not use: found in the token stream, so each finding has its line.

Every entry differs between the two engines or between two runs (measured on 79 expressions, DuckDB against Spark in ANSI
mode). Put here: rules a word or two decide. Keep out: rules that need the tree (`shapes`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sqlglot import Token, TokenType

from microinf_pipeline.models.files import Finding, ModelFile, tokens


class _Ban(NamedTuple):
    what: str
    fix: str


_NOT_EXACT = "its result is not exact or not the same on both engines"
_CLOCK = "it differs from run to run"
_ABSENT = "Spark has no equal"
_NO_FILE = "a model reads relations by name only"

_FUNCTIONS = {
    "hash": _Ban("it changes between versions and engines", "md5(…) or sha256(…)"),
    "len": _Ban(_ABSENT, "length(…) of a text, array_length(…) of a list"),
    "list_intersect": _Ban(_ABSENT, "list_filter(a, lambda x: list_contains(b, x))"),
    "list_sum": _Ban(_ABSENT, "unnest the list and sum, or spell the sum out"),
    "list_max": _Ban(_ABSENT, "unnest the list, or greatest(…)"),
    "list_min": _Ban(_ABSENT, "unnest the list, or least(…)"),
    "regexp_full_match": _Ban(_ABSENT, "regexp_matches(…, '^…$')"),
    "strip_accents": _Ban(_ABSENT, "fold texts in features/"),
    "jaro_winkler_similarity": _Ban(_ABSENT, "levenshtein(…), or compute it in features/"),
    "quantile_cont": _Ban(_ABSENT, "median(…), or row_number() over the sorted rows"),
    "quantile_disc": _Ban(_ABSENT, "row_number() over the sorted rows"),
    "quantile": _Ban(_ABSENT, "row_number() over the sorted rows"),
    "approx_quantile": _Ban(_NOT_EXACT, "row_number() over the sorted rows"),
    "approx_count_distinct": _Ban(_NOT_EXACT, "count(DISTINCT …)"),
    "mode": _Ban("ties fall at random", "row_number() over counts, with a tie-breaker"),
    "week": _Ban(_ABSENT, "date_trunc('week', …)"),
    "now": _Ban(_CLOCK, "bind $as_of"),
    "today": _Ban(_CLOCK, "bind $as_of"),
    "get_current_timestamp": _Ban(_CLOCK, "bind $as_of"),
    "random": _Ban(_CLOCK, "md5(key)"),
    "uuid": _Ban(_CLOCK, "md5(key)"),
    "gen_random_uuid": _Ban(_CLOCK, "md5(key)"),
    "range": _Ban("as a relation it does not port", "unnest(generate_series(…))"),
    "read_parquet": _Ban(_NO_FILE, "declare it in the catalogue's reads"),
    "read_csv": _Ban(_NO_FILE, "declare it in the catalogue's reads"),
    "read_json": _Ban(_NO_FILE, "declare it in the catalogue's reads"),
}

_WORDS = {
    "current_date": _Ban(_CLOCK, "bind $as_of"),
    "current_timestamp": _Ban(_CLOCK, "bind $as_of"),
    "localtimestamp": _Ban(_CLOCK, "bind $as_of"),
    "asof": _Ban(_ABSENT, "join on validity, or the last row by row_number()"),
    "pivot": _Ban(_ABSENT, "aggregate with FILTER"),
    "unpivot": _Ban(_ABSENT, "UNION ALL"),
    "recursive": _Ban(_ABSENT, "iterate in Python over bounded frames"),
}

_PAIRS = {
    ("on", "conflict"): _Ban("a model only selects", "let the lake replace the partition"),
    ("by", "name"): _Ban("UNION BY NAME does not port", "list the columns in one order"),
    ("*", "replace"): _Ban("* REPLACE does not port", "* EXCLUDE (…), then the new column"),
}

_ASCII_CLASS = re.compile(r"\\[wWdDbB]")
_SOFT_KEYWORDS = {"at", "nulls", "filter", "within", "ignore", "respect"}


def findings(model: ModelFile) -> Iterator[Finding]:
    """Everything about its words a model may not say."""
    words = tokens(model.sql)
    for at, token in enumerate(words):
        following = words[at + 1 : at + 4]
        for ban in (*_banned(token, following), *_braces(token, following), *_arrows(token, following), *_strings(token)):
            yield Finding(model.where, token.line, ban.what, ban.fix)
    for three in zip(words, words[1:], words[2:], words[3:], strict=False):
        if _is_alias_without_as(three):
            yield Finding(model.where, three[3].line, f"alias {three[3].text} without AS", f"AS {three[3].text}")


def _banned(token: Token, following: tuple[Token, ...]) -> Iterator[_Ban]:
    if token.token_type is TokenType.STRING:
        return
    word, after = token.text.lower(), following[0].text.lower() if following else ""
    for ban in (_WORDS.get(word), _PAIRS.get((word, after)), _FUNCTIONS.get(word) if after == "(" else None):
        if ban:
            yield _Ban(f"{token.text}: {ban.what}", ban.fix)


def _braces(token: Token, following: tuple[Token, ...]) -> Iterator[_Ban]:
    is_struct = len(following) > 1 and following[1].token_type is TokenType.COLON
    if token.token_type is TokenType.L_BRACE and not is_struct:
        yield _Ban("braces look like a template", "bind $parameters")
    if token.token_type is TokenType.L_BRACE and is_struct:
        yield _Ban("a struct in braces looks like a template", "struct_pack(key := value)")


def _arrows(token: Token, following: tuple[Token, ...]) -> Iterator[_Ban]:
    is_path = following and following[0].token_type in (TokenType.STRING, TokenType.NUMBER)
    if token.token_type is TokenType.ARROW and not is_path:
        yield _Ban("a lambda with an arrow is an error in DuckDB 2", "lambda x: …")


def _strings(token: Token) -> Iterator[_Ban]:
    if token.token_type is TokenType.STRING and _ASCII_CLASS.search(token.text):
        yield _Ban(rf"{_ASCII_CLASS.findall(token.text)[0]} knows ASCII only", r"[\p{L}\p{N}_], [0-9], or explicit bounds")


def _is_alias_without_as(words: tuple[Token, Token, Token, Token]) -> bool:
    dot = [w.token_type for w in words[:3]] == [TokenType.VAR, TokenType.DOT, TokenType.VAR]
    return dot and words[3].token_type is TokenType.VAR and words[3].text.lower() not in _SOFT_KEYWORDS
