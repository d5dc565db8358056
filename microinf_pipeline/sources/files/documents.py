"""JSON: the records of a document, and the keys that the first of them have.

Put here: taking documents apart. Keep out: what keys mean, and rows of tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec

from microinf_pipeline.sources.files.detect import SourceFile
from microinf_pipeline.sources.files.streams import open_text

SAMPLED_ROWS = 2_000
_HEAD_CHARACTERS = 8_000_000
_BETWEEN = re.compile(r"[\s,]*")


@dataclass
class Keys:
    """What the first records of a file have: every path (`owner.id`, `media[].type`) and the top-level keys."""

    paths: dict[str, None] = field(default_factory=dict)  # in the order they were met
    roots: set[str] = field(default_factory=set)
    is_array: bool = False  # the document is the array of the records


def records_of(data: bytes | str, path: str | None) -> list[msgspec.Raw]:
    """The records of a JSON document: the array it is, or holds at `path`; an object is one record.

    Raises msgspec.DecodeError (no JSON) or msgspec.ValidationError (not of that form).
    """
    document = msgspec.Raw(data if isinstance(data, bytes) else data.encode())
    for key in path.split(".") if path else ():
        document = msgspec.json.decode(document, type=dict[str, msgspec.Raw])[key]
    if bytes(document).lstrip().startswith(b"["):
        return msgspec.json.decode(document, type=list[msgspec.Raw])
    msgspec.json.decode(document)
    return [document]


def sampled_keys(file: SourceFile, encoding: str, path: str | None) -> Keys:
    """Look at the first records. What is no JSON is passed over: it becomes a reject when the rows are read."""
    keys = Keys()
    with open_text(file.path, file.compression, encoding, newline="\n")[0] as text:
        if file.kind == "ndjson":
            records = _of_lines(text)
        else:
            head = text.read(_HEAD_CHARACTERS).lstrip(" \t\r\n\ufeff")
            keys.is_array = head.startswith("[") and path is None
            records = _of_array(head) if keys.is_array else _of_document(head + text.read(), path)
        for record in islice(records, SAMPLED_ROWS):
            if isinstance(record, dict):
                keys.roots.update(record)
                _collect(record, "", keys.paths)
    return keys


def _of_lines(lines: Iterable[str]) -> Iterator[Any]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue  # a bad line becomes a reject when the rows are read


def _of_array(head: str) -> Iterator[Any]:
    decoder, position = json.JSONDecoder(), 1
    while True:
        position = _BETWEEN.match(head, position).end()  # type: ignore[union-attr]  # matches the empty text too
        try:
            record, position = decoder.raw_decode(head, position)
        except ValueError:
            return  # the end of the array, or of what was read of it
        yield record


def _of_document(document: str, path: str | None) -> Iterator[Any]:
    try:
        for record in records_of(document, path):
            yield msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeEncodeError, KeyError):
        return  # the whole document becomes a reject when it is read


def _collect(value: Any, path: str, paths: dict[str, None]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            below = f"{path}.{key}" if path else key
            paths[below] = None
            _collect(inner, below, paths)
    elif isinstance(value, list):
        for inner in value[:20]:
            paths[f"{path}[]"] = None
            _collect(inner, f"{path}[]", paths)
