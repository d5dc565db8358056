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
    loader = yaml.SafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is not None:
            document.data = _Walk(loader, document, text.splitlines()).value(node, ())
    except yaml.MarkedYAMLError as error:
        document.problems.append(_syntax_problem(error, text.splitlines()))
    finally:
        loader.dispose()
    return document


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

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        if id(node) in self.open_nodes:
            raise yaml.constructor.ConstructorError(None, None, "an alias contains itself", node.start_mark)
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
        value = self.loader.construct_object(node)
        if value is None:
            self._note_lost_tag(node, path)
        return value

    def _item(self, node: yaml.Node, path: Path) -> Any:
        self.document.lines[path] = node.start_mark.line + 1
        return self.value(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        own = [k for k, _ in node.value if k.tag != "tag:yaml.org,2002:merge"]
        self._note_double_keys(own, path)
        self.loader.flatten_mapping(node)
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            scalar = isinstance(key_node, yaml.ScalarNode)
            key = self.loader.construct_object(key_node) if scalar else str(key_node.value)
            self.document.lines[(*path, key)] = key_node.start_mark.line + 1
            result[key] = self.value(value_node, (*path, key))
        return result

    def _note_double_keys(self, keys: list[yaml.Node], path: Path) -> None:
        seen: dict[Any, int] = {}
        for node in keys:
            line = node.start_mark.line + 1
            if node.value in seen:
                what = f"key '{node.value}' is written twice, first on line {seen[node.value]}"
                self.document.problems.append(Problem(line, written((*path, node.value)), what, "keep one of the two"))
            seen.setdefault(node.value if isinstance(node, yaml.ScalarNode) else line, line)

    def _note_lost_tag(self, node: yaml.Node, path: Path) -> None:
        key = next((p for p in reversed(path) if isinstance(p, str)), "")
        line = self.document.lines.get(path, node.start_mark.line + 1)
        if key in _TAG_LISTS and line <= len(self.text) and _TAG_LOST.search(self.text[line - 1]):
            fix = "write the hashtag in quotes, or without #"
            self.document.problems.append(Problem(line, written(path), "the hashtag is read as a comment", fix))
