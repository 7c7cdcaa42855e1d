# Copyright (c) 2026, the ssmops.run_command contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""YAML as the content of a document, with lines. Pure.

A document is stored as JSON has it, so what JSON has not is refused with its place: dates, tags, keys that are no text.
"""

from __future__ import annotations

import math
import sys
import typing as t

from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import (
    Parsed,
    UnreadableError,
    check_depth,
    described,
)

if t.TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml
    from ansible_collections.ssmops.run_command.plugins.module_utils.documents.content_parts import Path

# One of yaml's nodes: its stubs lack the id.
Node = t.Any
_TAG: t.Final = "tag:yaml.org,2002:"
_SCALARS: t.Final = frozenset(_TAG + kind for kind in ("str", "int", "float", "bool", "null"))
_MERGE: t.Final = f"{_TAG}merge"
# Aliases can repeat a part without end: more parts than the bytes a document may have are no document.
_MAX_PARTS: t.Final = 65_536


def parse(text: str) -> Parsed:
    """The value of a YAML text with one document.

    :raises UnreadableError: it is no YAML, has a key twice, or values that JSON has not; PyYAML is missing.
    """
    try:
        # A module's host may lack it, and JSON and dictionaries do not need it.
        import yaml
    except ImportError:
        raise UnreadableError(
            f"it is YAML, and the required Python library PyYAML is missing for {sys.executable}: install it there, "
            "or give a dictionary or JSON"
        ) from None
    try:
        loader = yaml.SafeLoader(text)
        return _Reader(loader).read(loader.get_single_node())
    except UnreadableError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise _not_yaml(" ".join(filter(None, (error.context, error.problem))), *place) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise _not_yaml(str(error).splitlines()[0]) from None


def _not_yaml(problem: str, line: int | None = None, column: int | None = None) -> UnreadableError:
    return UnreadableError(f"it is neither JSON nor YAML: {problem}", line, column)


class _Reader:
    """The nodes of one text as values, with their lines."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self._loader = loader
        self._lines: dict[Path, int] = {}
        self._blocks: dict[Path, int] = {}
        self._around: set[int] = set()
        self._parts = 0

    def read(self, node: Node) -> Parsed:
        """The value of the topmost node."""
        if node is None:
            return Parsed(None, {}, {})
        return Parsed(self._value(node, (), node), self._lines, self._blocks)

    def _value(self, node: Node, path: Path, place: Node) -> t.Any:
        """The value of a node; `place` is the node whose line it has: its key's."""
        self._lines[path] = place.start_mark.line + 1
        self._parts += 1
        check_depth(path)
        if id(node) in self._around or self._parts > _MAX_PARTS:
            raise _unreadable("an alias repeats what it is in, or too much", place)
        if node.id == "scalar":
            if node.style == "|":
                # Its text begins in the line after the mark; start_mark counts from 0.
                self._blocks[path] = node.start_mark.line + 2
            return self._scalar(node)
        self._around.add(id(node))
        try:
            if node.id == "sequence":
                return [self._value(item, (*path, number), item) for number, item in enumerate(node.value)]
            return dict(self._members(node, path))
        finally:
            self._around.remove(id(node))

    def _members(self, node: Node, path: Path) -> Iterator[tuple[str, t.Any]]:
        seen: set[str] = set()
        for key in (key for key, _item in node.value if key.tag != _MERGE):
            name = self._key(key)
            if name in seen:
                raise _unreadable(f"the key {name!r} is there twice, again", key)
            seen.add(name)
        self._loader.flatten_mapping(node)
        for key, item in node.value:
            name = self._key(key)
            yield name, self._value(item, (*path, name), key)

    def _key(self, node: Node) -> str:
        key = self._scalar(node) if node.id == "scalar" else None
        if not isinstance(key, str):
            what = f"{node.value!r}, which is {described(key)}: put it in quotes" if node.id == "scalar" else "no text"
            raise _unreadable(f"a key is {what}; it is", node)
        return key

    def _scalar(self, node: Node) -> t.Any:
        if node.tag not in _SCALARS:
            kind = node.tag.removeprefix(_TAG)
            raise _unreadable(f"{node.value!r} is of YAML's type {kind}, which JSON has not: put it in quotes", node)
        value = self._loader.construct_object(node)
        if isinstance(value, float) and not math.isfinite(value):
            raise _unreadable(f"{node.value!r} is a number that JSON has not: put it in quotes", node)
        return value


def _unreadable(problem: str, node: Node) -> UnreadableError:
    return UnreadableError(problem, node.start_mark.line + 1, node.start_mark.column + 1)
