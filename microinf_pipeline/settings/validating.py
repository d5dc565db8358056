"""Validation that does not stop at the first layer: wrong values are set aside and the rest is judged again.

Put here: turning validation errors into problems with lines. Keep out: what is valid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError

from microinf_pipeline.settings.fields import Surroundings
from microinf_pipeline.settings.model import Settings
from microinf_pipeline.settings.problems import Path, Problem, written
from microinf_pipeline.settings.yaml_lines import Document

_PLAIN: Final = {
    "string_type": ("must be text", "write it in quotes"),
    "string_too_short": ("must not be empty", "write a value"),
    "too_short": ("needs at least one item", "name one"),
    "dict_type": ("must be a mapping of keys", "write its keys on indented lines below it"),
    "model_type": ("must be a mapping of keys", "write its keys on indented lines below it"),
    "tuple_type": ("must be a list", "write its items as '- …' lines or in [ ]"),
}


class _Kept(list[Any]):
    """What is left of a list, with the position each item had in the file."""

    def __init__(self, items: Iterable[Any], positions: Iterable[int]) -> None:
        super().__init__(items)
        self.positions = tuple(positions)


@dataclass(frozen=True)
class Validated:
    """Settings of what is valid (None if that is nothing), the problems, and the paths that were set aside."""

    settings: Settings | None
    problems: tuple[Problem, ...]
    set_aside: frozenset[Path]

    def in_file(self, path: Path, data: Any) -> Path:
        """A path of `settings` as it is counted in the file, where items set aside still have their place."""
        if len(path) < 2 or not isinstance(path[1], int):
            return path
        left = [i for i in range(len(data[path[0]])) if (path[0], i) not in self.set_aside]
        return (path[0], left[path[1]], *path[2:])

    def lacks(self, section: str) -> bool:
        """Whether a whole item of the section was set aside: references to it are no problem of their own."""
        return any(len(path) == 2 and path[0] == section for path in self.set_aside)


def validate(document: Document, around: Surroundings) -> Validated:
    """Judge the document's data, round after round, until what is left is valid."""
    data = {} if document.data is None else document.data
    problems: list[Problem] = []
    aside: set[Path] = set()
    while True:
        try:
            return Validated(Settings.model_validate(data, context=around), tuple(problems), frozenset(aside))
        except ValidationError as error:
            details = error.errors(include_input=False, include_url=False)
        found = [_problem(dict(e), data, document) for e in details if not _only_follows(e, details)]
        problems += [problem for path, problem in found if not touches(path, aside)]
        wrong = {path for path, _ in found}
        aside |= wrong
        if () in wrong:
            return Validated(None, tuple(problems), frozenset(aside))
        data = _without(data, wrong, ())


def touches(path: Path, others: Iterable[Path]) -> bool:
    """Whether the path lies on the way to one of the others, or below it: then it may only follow from that one."""
    return any(path[: len(other)] == other[: len(path)] for other in others)


def _only_follows(error: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a list is too short because its items are wrong, which is told of them."""
    loc = error["loc"]
    return error["type"] == "too_short" and any(len(o["loc"]) > len(loc) and o["loc"][: len(loc)] == loc for o in others)


def _problem(error: Mapping[str, Any], data: Any, document: Document) -> tuple[Path, Problem]:
    path = _key_path(error["loc"], data)
    what, fix = error["msg"], error.get("ctx", {}).get("fix", "")
    if error["type"] == "missing":
        what, fix = f"required key '{error['loc'][-1]}' is missing", f"add {error['loc'][-1]}:"
    elif error["type"] in _PLAIN:
        what, fix = _PLAIN[error["type"]]
    return path, Problem(document.line(path), written(path), what, fix)


def _key_path(loc: Iterable[str | int], data: Any) -> Path:
    """The steps of a validation error that exist in the file (unions and shorthands add others)."""
    path: list[str | int] = []
    for step in loc:
        if isinstance(data, Mapping) and step in data:
            path.append(step)
            data = data[step]
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            path.append(data.positions[step] if isinstance(data, _Kept) else step)
            data = data[step]
    return tuple(path)


def _without(data: Any, wrong: set[Path], here: Path) -> Any:
    if isinstance(data, Mapping):
        return {k: _without(v, wrong, (*here, k)) for k, v in data.items() if (*here, k) not in wrong}
    if isinstance(data, list):
        positions = data.positions if isinstance(data, _Kept) else range(len(data))
        kept = [(i, v) for i, v in zip(positions, data, strict=True) if (*here, i) not in wrong]
        return _Kept([_without(v, wrong, (*here, i)) for i, v in kept], [i for i, _ in kept])
    return data
