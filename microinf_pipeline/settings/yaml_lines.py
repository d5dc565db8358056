"""YAML as plain data, with the line of every key and item.

Put here: what YAML itself gets wrong or hides (syntax, double keys, tags lost as comments). Keep out: what keys mean.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from microinf_pipeline.settings.problems import Path, Problem, written

_TAG_LOST: Final = re.compile(r"[:\-\[,]\s*#\w")
_TAG_LISTS: Final = ("hashtags", "any", "all")
#: No configuration is so large or so deep; aliases of aliases are, and would fill the memory.
_MOST_VALUES: Final = 200_000
_DEEPEST: Final = 50


@dataclass
class Document:
    """The data of a file; `lines` maps a path of keys and indexes to the line it is written on, from 1."""

    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of the path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def parse(text: str) -> Document:
    """Read YAML; syntax errors, double keys and `#tag` read as a comment are problems of the document."""
    document = Document(lines={(): 1})
    try:
        loader = yaml.SafeLoader(text)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        document.problems.append(Problem(line, "", "this is not YAML: a control character", "delete what cannot be seen here"))
        return document
    try:
        node = loader.get_single_node()
        if node is not None:
            document.data = _Walk(loader, document, text.splitlines()).value(node, ())
    except yaml.MarkedYAMLError as error:
        document.problems.append(_syntax_problem(error, text.splitlines()))
    except RecursionError:
        document.problems.append(_TOO_DEEP)
    finally:
        loader.dispose()
    return document


_TOO_DEEP: Final = Problem(1, "", "brackets are nested without end", "close the brackets")


def _syntax_problem(error: yaml.MarkedYAMLError, lines: list[str]) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    around = lines[max(line - 3, 0) : line]
    if any(_TAG_LOST.search(text) for text in around):
        return Problem(line, "", "this is not YAML: # begins a comment", "write the hashtag in quotes, or without #")
    what = " ".join(t for t in (error.context, error.problem) if t)
    return Problem(line, "", f"this is not YAML: {what}", "check indentation, colons, brackets and quotes around here")


@dataclass
class _Walk:
    loader: yaml.SafeLoader
    document: Document
    text: list[str]
    open_nodes: list[int] = field(default_factory=list)
    values: int = 0

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.open_nodes:
            raise yaml.constructor.ConstructorError(None, None, "an alias contains itself", node.start_mark)
        self.values += 1
        if self.values > _MOST_VALUES or len(self.open_nodes) > _DEEPEST:
            raise yaml.constructor.ConstructorError(None, None, "too many values, or nested too deep", node.start_mark)
        self.open_nodes.append(id(node))
        try:
            return self._value(node, path)
        finally:
            self.open_nodes.pop()

    def _value(self, node: yaml.Node, path: Path) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._item(child, (*path, i)) for i, child in enumerate(node.value)]
        value = self._scalar(node)
        if value is None:
            self._note_lost_tag(node, path)
        return value

    def _scalar(self, node: yaml.Node) -> Any:
        """Its value; of a date or a number that is none, the text, for whoever knows what belongs there to refuse."""
        try:
            return self.loader.construct_object(node)
        except ValueError:
            return node.value

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self.document.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        own = [k for k, _ in node.value if k.tag != "tag:yaml.org,2002:merge"]
        self._note_double_keys(own, path)
        self.loader.flatten_mapping(node)
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a list or mapping stands as a key", key_node.start_mark)
            key = self._scalar(key_node)
            self.document.lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = self.value(value_node, (*path, key))
        return result

    def _note_double_keys(self, keys: list[yaml.Node], path: Path) -> None:
        seen: dict[Any, int] = {}
        for node in (one for one in keys if isinstance(one, yaml.ScalarNode)):
            line = node.start_mark.line + 1
            if node.value in seen:
                what = f"key '{node.value}' is written twice, first on line {seen[node.value]}"
                self.document.problems.append(Problem(line, written((*path, node.value)), what, "keep one of the two"))
            seen.setdefault(node.value, line)

    def _note_lost_tag(self, node: yaml.Node, path: Path) -> None:
        key = next((p for p in reversed(path) if isinstance(p, str)), "")
        line = self.document.lines.get(path, node.start_mark.line + 1)
        if key in _TAG_LISTS and line <= len(self.text) and _TAG_LOST.search(self.text[line - 1]):
            fix = "write the hashtag in quotes, or without #"
            self.document.problems.append(Problem(line, written(path), "the hashtag is read as a comment", fix))
